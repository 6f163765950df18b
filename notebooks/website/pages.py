"""The site: Sphinx makes pages of the series, the library's reference and the texts of this kit.

The pages are gathered in a folder of their own, with small changes: solutions are folded, drawings
are left to the browser, and links to files that are no pages lead to the repository, if its address
is known. The originals stay as they are. Nothing is run: a notebook's page has its stored outputs.
"""

import html
import json
import os
import posixpath
import re
import shutil
import tempfile
from pathlib import Path

from exercises.paths import ROOT, series

FOLDER = Path(__file__).parent / "site"
"""What the site has besides the kit's own texts: its settings, its style, and some pages."""

OTHERS = {"lite", "slides"}
"""The folders of the site that other commands make."""

SLIDES = "notebooks/teaching/slides.md"
"""The page that leads to the slides."""


LITE = "notebooks/teaching/lite.md"
"""The page that leads to the notebooks in the browser."""


def build(site: Path) -> Path:
    """Make the site, except for what other commands make in folders of it.

    Args:
        site: The folder. What an earlier run has made there is removed.

    Returns:
        The page to open.

    Raises:
        ImportError: Sphinx is not installed.
        RuntimeError: Sphinx has warned of something, such as a link that leads nowhere.
    """
    try:
        from sphinx.cmd.build import build_main
    except ImportError as error:
        command = "uv run --group website python -m website"
        raise ImportError(f"Sphinx is not installed: start with `{command}`.") from error
    site.mkdir(parents=True, exist_ok=True)
    for old in site.iterdir():
        if old.name not in OTHERS:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    with tempfile.TemporaryDirectory() as made:
        sources = Path(made, "sources")
        gather(sources)
        settings = ["-c", str(FOLDER), "-d", str(Path(made, "read")), "--fail-on-warning"]
        if build_main([*settings, "--quiet", str(sources), str(site)]):
            raise RuntimeError("Sphinx has warned of the above: the site is not complete.")
    return site / "index.html"


def gather(sources: Path) -> None:
    """Write all that the pages are made from into a folder.

    Args:
        sources: The folder, which is made.
    """
    shutil.copytree(ROOT / "notebooks" / "images", sources / "notebooks" / "images")
    for origin, page in origins().items():
        text = ROOT.joinpath(origin).read_text(encoding="utf-8")
        if page == "index.md":
            text += FOLDER.joinpath("contents.md").read_text(encoding="utf-8")
        made = _notebook(text, origin) if page.endswith(".ipynb") else _markdown(text, origin)
        sources.joinpath(page).parent.mkdir(parents=True, exist_ok=True)
        sources.joinpath(page).write_text(made, encoding="utf-8")


def origins() -> dict[str, str]:
    """Return which of the kit's files become pages, and where these stand in the site."""
    paths = [*series(), *ROOT.glob("notebooks/teaching/*.md")]
    same = [path.relative_to(ROOT).as_posix() for path in paths]
    same += ["session_lib/README.md", "tests/README.md", "tests/benchmarks/README.md"]
    same += ["data/README.md"]
    moved = {
        "README.md": "index.md",
        ".github/CONTRIBUTING.md": "contributing.md",
        "notebooks/website/site/reference.md": "reference.md",
        "notebooks/website/site/slides.md": SLIDES,
        "notebooks/website/site/lite.md": LITE,
    }
    return {path: path for path in same} | moved


def _notebook(text: str, origin: str) -> str:
    """Return a notebook with its solutions folded, and without the card of a learner's progress."""
    notebook = json.loads(text)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "card"]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = _markdown("".join(cell["source"]), origin)
        elif cell["id"].endswith("-solution"):
            cell["metadata"].setdefault("tags", []).append("hide-cell")
    return json.dumps(notebook)


def _markdown(text: str, origin: str) -> str:
    """Return a text with its drawings as HTML, and its links as they lead in the site."""
    text = re.sub(r"^```mermaid\n(.*?)^```", _drawing, text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(
        r"\[([^\]]*)\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)",
        lambda link: _link(link[1], link[2], link[3] or "", origin),
        text,
    )


def _drawing(block: re.Match[str]) -> str:
    return f'```{{raw}} html\n<pre class="mermaid">{html.escape(block[1])}</pre>\n```'


def _link(words: str, target: str, anchor: str, origin: str) -> str:
    """Return a link to the page that was made of a file, or to the file in the repository."""
    pages = origins() | {"notebooks/teaching/slides.ipynb": SLIDES}
    here = posixpath.dirname(pages.get(origin, origin))
    file = posixpath.normpath(posixpath.join(posixpath.dirname(origin), target))
    if file in pages:
        return f"[{words}]({posixpath.relpath(pages[file], here or '.')}{anchor})"
    if file.startswith("notebooks/images/"):
        return f"[{words}]({posixpath.relpath(file, here or '.')})"
    if repository := os.environ.get("GITHUB_REPOSITORY"):  # where GitHub's workflow makes the site
        server, commit = os.environ["GITHUB_SERVER_URL"], os.environ["GITHUB_SHA"]
        return f"[{words}]({server}/{repository}/blob/{commit}/{file})"
    return words

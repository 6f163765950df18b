"""The slides of the 90 minutes: nbconvert makes a page of the notebook, and reveal.js shows it."""

import shutil
from pathlib import Path

import nbformat
from exercises.paths import ORIGINALS
from nbconvert import SlidesExporter

from website.npm import package

NOTEBOOK = ORIGINALS / "teaching" / "slides.ipynb"
FOLDER = Path(__file__).parent


def build(site: Path) -> Path:
    """Make the slides in the folder ``slides`` of the site, with all that they load.

    Args:
        site: The folder of the site.

    Returns:
        The page to open.
    """
    folder = site / "slides"
    shutil.rmtree(folder, ignore_errors=True)
    reveal = package("reveal.js")
    for part in ("dist/reveal.js", "dist/reveal.css", "dist/plugin/notes.js", "LICENSE"):
        folder.joinpath("reveal.js", part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(reveal / part, folder / "reveal.js" / part)
    theme = folder / "reveal.js" / "dist" / "theme" / "slides.css"
    theme.parent.mkdir()
    shutil.copy2(FOLDER / "templates" / "slides" / "slides.css", theme)
    shutil.copy2(FOLDER / "drawings.js", folder)
    shutil.copy2(package("mermaid") / "dist" / "mermaid.min.js", folder)

    exporter = SlidesExporter(  # type: ignore[no-untyped-call]
        template_name="slides",
        extra_template_basedirs=[str(FOLDER / "templates")],
        reveal_url_prefix="reveal.js",
        reveal_theme="slides",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    notebook.metadata["title"] = "Give an agent a memory:"  # the template adds "slides"
    text, _ = exporter.from_notebook_node(notebook)
    page = folder / "index.html"
    page.write_text(text, encoding="utf-8")
    return page

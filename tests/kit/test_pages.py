"""What can be read: links that lead somewhere, and notebooks without an editor's traces."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.helpers.paths import ROOT

NOTEBOOKS = [path for path in ROOT.glob("notebooks/**/*.ipynb") if "-Copy" not in path.name]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md"), *ROOT.glob(".github/**/*.md")]
PAGES = [page for page in PAGES if "node_modules" not in page.parts]
# What an editor adds by itself says how it was left, and makes a difference in git at each visit.
OF_A_CELL = {"exercise", "tags", "jupyter", "slideshow", "editable"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _cells(path: Path) -> list[Any]:
    return list(nbformat.read(path, as_version=4).cells)


def _prose(path: Path) -> str:
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in _cells(path) if cell.cell_type == "markdown")


def _anchors(prose: str) -> set[str]:
    """The names by which GitHub links to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", prose, flags=re.DOTALL), re.M)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", [*PAGES, *NOTEBOOKS], ids=_name)
def test_links(page):
    """Each leads to a file that is there, and to a heading of it. None is plain http."""
    prose = _prose(page)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if link.startswith("https://") or (page.suffix == ".ipynb" and "attachment:" in link):
            continue
        target, _, anchor = link.partition("#")
        path = page.parent / target if target else page
        assert path.exists(), link
        if anchor and path.suffix in (".md", ".ipynb"):
            assert anchor.lower() in _anchors(_prose(path)), link


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_no_traces_of_an_editor(path):
    notebook = nbformat.read(path, as_version=4)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert set(cell.metadata) <= OF_A_CELL, cell.id
        assert set(cell.metadata.get("jupyter", {})) <= {"source_hidden"}, cell.id


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    for text in ("[it](missing.md)", "[it](#nowhere)", "[it](http://example.com)"):
        page.write_text(text)
        with pytest.raises(AssertionError):
            test_links(page)
    page.write_text("# Some where\n[it](#some-where)")
    test_links(page)

"""The notebooks as files, and proof that comparing their outputs finds a difference.

That each notebook still gives its outputs is tested by nbval, which pytest runs over them.
"""

import copy
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from exercises.paths import series

from tests.helpers.minutes import minutes_of
from tests.helpers.paths import ROOT
from tests.refresh_notebooks import exercises_of

NOTEBOOKS = series()
TAGS = {"nbval-ignore-output", "needs-valkey"}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_series_has_no_gap():
    assert [path.name[:3] for path in NOTEBOOKS] == [f"{n:02}_" for n in range(len(NOTEBOOKS))]
    assert len(NOTEBOOKS) >= 4


@each_notebook
def test_cells_were_run_in_order(path):
    notebook = _read(path)
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in _code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_no_cell_failed(path):
    for cell in _code_cells(_read(path)):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@each_notebook
def test_tags_are_known(path):
    # nbval ignores a misspelt tag in silence.
    for cell in _read(path).cells:
        assert set(cell.metadata.get("tags", [])) <= TAGS


@each_notebook
def test_outputs_hold_no_path_or_key(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/tmp/|/home/|/root/|/Users/|[A-Z]:\\\\", text)
    assert not re.search(r"\bsk-[A-Za-z0-9]", text)
    assert "iopub" not in text


@each_notebook
def test_frame_of_the_series(path):
    cells = _read(path).cells
    first, last = cells[0].source, cells[-1].source
    assert first.startswith("# ")
    assert "**You will be able to**" in first
    assert re.search(r"\*\*Time:\*\* \d+ minutes", first)
    assert "**You need:**" in first
    assert "## What to remember" in last
    position = NOTEBOOKS.index(path)
    if position > 0:
        before = NOTEBOOKS[position - 1]
        assert re.search(rf"Back: \[{before.stem[:2]} · [^\]]+\]\({before.name}\)", last)
    if path != NOTEBOOKS[-1]:
        assert f"]({NOTEBOOKS[position + 1].name})" in last


def _headings(markdown: str) -> list[int]:
    """The levels of the headings, in order."""
    text = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return [len(signs) for signs in re.findall(r"^(#+) ", text, re.MULTILINE)]


@pytest.mark.parametrize("path", [*NOTEBOOKS, ROOT / "README.md"], ids=lambda path: path.stem)
def test_headings_are_in_order(path):
    """There is one title, and no level is left out: a screen reader goes by them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = _read(path).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    levels = _headings(text)
    assert levels[0] == 1 and 1 not in levels[1:]
    assert all(level <= before + 1 for before, level in pairwise(levels))


@each_notebook
def test_drawings_are_described(path):
    """A drawing has a name, and a description for who cannot see it."""
    for cell in _read(path).cells:
        for drawing in re.findall(r"^```mermaid\n(.*?)^```", cell.source, re.MULTILINE | re.DOTALL):
            assert re.search(r"^ +accTitle: \w.{5,}", drawing, re.MULTILINE), drawing
            assert re.search(r"^ +accDescr: \w.{30,}", drawing, re.MULTILINE), drawing


@each_notebook
def test_cells_are_short(path):
    cells = _code_cells(_read(path))
    folded = [cell for cell in cells if cell.id.endswith("-solution")]
    shown = [cell for cell in cells if cell not in folded]
    assert max(len(cell.source.splitlines()) for cell in cells) <= 20
    assert sum(len(cell.source.splitlines()) > 12 for cell in shown) <= 2


def test_minutes():
    """They are computed, the same in the notebook and in the README, and at most 60."""
    readme = ROOT.joinpath("README.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        cells = _read(path).cells
        minutes = minutes_of(cells, exercises_of(path))
        assert minutes <= 60, path.name
        assert f"**Time:** {minutes} minutes" in cells[0].source, path.name
        assert re.search(rf"\]\(notebooks/{path.name}\) \|.*\| {minutes} \|\n", readme)


def test_nbval_finds_a_difference(tmp_path):
    def change_output(notebook):
        cell = next(c for c in _code_cells(notebook) if c.outputs and not c.metadata.get("tags"))
        cell.outputs[0].text = cell.outputs[0].text.replace("works", "woks")

    def raise_error(notebook):
        _code_cells(notebook)[-1].source = "raise ValueError('on purpose')"

    def leave(notebook):
        pass

    original = _read(NOTEBOOKS[0])
    del original.cells[10:]
    assert len(_code_cells(original)) > 1
    for change in (change_output, raise_error, leave):
        changed = copy.deepcopy(original)
        change(changed)
        nbformat.write(changed, tmp_path / f"{change.__name__}.ipynb")

    done = _run_nbval(tmp_path)
    failed = dict.fromkeys(re.findall(r"^FAILED \S*?(\w+)\.ipynb::Cell (\d+)", done.stdout, re.M))
    last = len(_code_cells(original)) - 1
    assert set(failed) == {("change_output", "0"), ("raise_error", str(last))}, done.stdout
    assert done.returncode == 1


def _run_nbval(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run pytest on the notebooks in `folder` with the project's own options."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-rf"]
    command += ["--rootdir", str(folder), "-p", "no:cacheprovider", "--numprocesses=0", str(folder)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

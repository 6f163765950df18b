"""The exercises: they stand in the notebooks as they are written, and their checks do refuse."""

import copy
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from tests.helpers.settings import hostile
from tests.refresh_notebooks import exercises_of, run, series, with_exercises

SERIES = series()
each_notebook = pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _shown(cell: Any) -> list[Any]:
    """What a cell printed and returned, in text."""
    outputs = cell.get("outputs", [])
    return [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]


def _printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def _wrong_answers(name: str, exercise: Any) -> list[nbformat.NotebookNode]:
    cells = []
    for number, wrong in enumerate(exercise.wrong):
        answer = v4.new_code_cell(wrong.strip())
        check = v4.new_code_cell(f"await {name}.check({exercise.answer})")
        answer.id, check.id = f"{name}-{number}-wrong", f"{name}-{number}-refused"
        cells += [answer, check]
    return cells


@each_notebook
def test_three_exercises_at_least(path: Path) -> None:
    assert len(exercises_of(path)) >= 3


@each_notebook
def test_notebooks_have_the_exercises(path: Path) -> None:
    cells = _read(path).cells
    written = with_exercises(copy.deepcopy(cells), exercises_of(path))
    assert [cell.id for cell in cells] == [cell.id for cell in written]
    for cell, other in zip(cells, written, strict=True):
        assert (cell.source, cell.metadata) == (other.source, other.metadata), cell.id


@each_notebook
def test_start_and_solution(path: Path) -> None:
    # nbval compares these outputs with those of a new run.
    cells = {cell.id: cell for cell in _read(path).cells}
    for name in exercises_of(path):
        assert _printed(cells[f"{name}-check"]).startswith("Not yet. "), name
        assert _printed(cells[f"{name}-solution"]).endswith("Solved.\n"), name


@each_notebook
def test_wrong_answers(path, tmp_path):
    """They are refused; all else prints what is stored, whatever the network's settings are."""
    notebook = _read(path)
    stored = {cell.id: _shown(cell) for cell in notebook.cells}
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        name = cell.metadata.get("exercise", "")
        if cell.id == f"{name}-check":
            cells += _wrong_answers(name, exercises_of(path)[name])
    notebook.cells = cells
    settings = hostile(str(tmp_path))[SERIES.index(path) % 2]
    run(notebook, path.parent, os.environ | settings)
    for cell in cells:
        if cell.id in stored and not cell.metadata.get("tags"):
            assert _shown(cell) == stored[cell.id], cell.source
    answers = {cell.id: _printed(cell) for cell in cells if cell.id.endswith("-refused")}
    for name, exercise in exercises_of(path).items():
        assert len(exercise.wrong) >= 2, name
        for number, wrong in enumerate(exercise.wrong):
            # The answer itself may have printed something before.
            assert "\nNot yet. " in f"\n{answers[f'{name}-{number}-refused']}", wrong


@pytest.mark.parametrize(
    ("mistake", "message"),
    [("no such exercise", "no exercise 'misspelt'"), ("no place for one", "the notebook has")],
)
def test_exercises_without_a_place(mistake: str, message: str) -> None:
    path = SERIES[1]
    cells, exercises = _read(path).cells, exercises_of(path)
    if mistake == "no such exercise":
        cells.append(v4.new_markdown_cell("{{exercise misspelt}}"))
    else:
        cells = [cell for cell in cells if "exercise" not in cell.metadata]
    with pytest.raises(ValueError, match=message):
        with_exercises(cells, exercises)

"""The exercises: they stand in the notebooks as they are written, and their checks do refuse."""

import asyncio
import copy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from tests.refresh_notebooks import exercises_of, run, series, with_exercises

SERIES = series()
each_notebook = pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)


def _read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def _printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def _exercise(missing: Any) -> Any:
    from exercises import Exercise  # can be found because of the import from refresh_notebooks

    return Exercise("", "", "", "", missing, "", ())


def _wrong_answers(name: str, exercise: Any) -> list[nbformat.NotebookNode]:
    cells = []
    for number, wrong in enumerate(exercise.wrong):
        answer = v4.new_code_cell(wrong.strip())
        check = v4.new_code_cell(f"await {name}.check({exercise.answer})")
        answer.id, check.id = f"{name}-{number}-wrong", f"{name}-{number}-refused"
        cells += [answer, check]
    return cells


@each_notebook
def test_each_notebook_has_at_least_three_exercises(path: Path) -> None:
    assert len(exercises_of(path)) >= 3


@each_notebook
def test_the_exercises_stand_in_the_notebook_as_they_are_written(path: Path) -> None:
    cells = _read(path).cells
    written = with_exercises(copy.deepcopy(cells), exercises_of(path))
    assert [cell.id for cell in cells] == [cell.id for cell in written]
    for cell, other in zip(cells, written, strict=True):
        assert (cell.source, cell.metadata) == (other.source, other.metadata), cell.id


@each_notebook
def test_each_check_refuses_the_start_and_accepts_the_solution(path: Path) -> None:
    # nbval compares these outputs with those of a new run.
    cells = {cell.id: cell for cell in _read(path).cells}
    for name in exercises_of(path):
        assert _printed(cells[f"{name}-check"]).startswith("Not yet. "), name
        assert _printed(cells[f"{name}-solution"]).endswith("Solved.\n"), name


@each_notebook
def test_each_check_refuses_plausible_wrong_answers(path: Path) -> None:
    notebook = _read(path)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        name = cell.metadata.get("exercise", "")
        if cell.id == f"{name}-check":
            cells += _wrong_answers(name, exercises_of(path)[name])
    notebook.cells = cells
    run(notebook, path.parent)
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
def test_a_notebook_and_its_module_must_name_the_same_exercises(mistake: str, message: str) -> None:
    path = SERIES[1]
    cells, exercises = _read(path).cells, exercises_of(path)
    if mistake == "no such exercise":
        cells.append(v4.new_markdown_cell("{{exercise misspelt}}"))
    else:
        cells = [cell for cell in cells if "exercise" not in cell.metadata]
    with pytest.raises(ValueError, match=message):
        with_exercises(cells, exercises)


async def test_a_check_takes_plain_and_async_functions(capsys: pytest.CaptureFixture[str]) -> None:
    async def missing(*answers: Any) -> str:
        return " ".join([await answer("It") for answer in answers])

    async def good(text: str) -> str:
        return f"{text} is good."

    await _exercise(missing).check(str.upper, good)
    assert capsys.readouterr().out == "Not yet. IT It is good.\n"


async def test_a_check_tells_what_the_answer_raised(capsys: pytest.CaptureFixture[str]) -> None:
    async def missing(answer: Any) -> None:
        await answer({})

    await _exercise(missing).check(lambda item: item["role"])
    assert capsys.readouterr().out == "Not yet. Your code raised KeyError: 'role'\n"


async def test_a_check_gives_up_on_an_answer_that_does_not_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def missing(answer: Any) -> None:
        await answer()

    monkeypatch.setattr("exercises.TIME_LIMIT", 0.5)
    await _exercise(missing).check(lambda: asyncio.sleep(600))
    assert capsys.readouterr().out == "Not yet. Your code has not ended after 0.5 seconds.\n"

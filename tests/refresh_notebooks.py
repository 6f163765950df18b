"""Run the notebooks and store their outputs: ``uv run python -m tests.refresh_notebooks``.

For authors. The exercises' cells are written anew from `notebooks/exercises`. Then each notebook
runs from top to bottom on a fresh kernel. What is stored has no times and no versions in it, so
that a difference in git is a difference in the lesson.
"""

import argparse
import importlib
import os
import re
import tempfile
from pathlib import Path

import nbformat
from exercises import Exercise
from exercises.paths import ORIGINALS, series
from nbclient import NotebookClient
from nbformat import v4

from tests.helpers.minutes import minutes_of

WIDGET = "application/vnd.jupyter.widget-view+json"
"""Leads to a living widget by an id that is another one in each run."""

SLIDES = ORIGINALS / "teaching" / "slides.ipynb"
"""Code and outputs as in the series, but no exercises of their own."""


def main() -> None:
    """Refresh the notebooks that the command line names, or all of them."""
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument(
        "notebook", nargs="*", type=Path, help="default: the series, and the slides"
    )
    for path in parser.parse_args().notebook or [*series(), SLIDES]:
        print(path.name)
        refresh(path)


def refresh(path: Path) -> None:
    """Write the exercises of one notebook into it, run it, and store it with its outputs.

    Args:
        path: The notebook's file.

    Raises:
        ValueError: It has no place for an exercise, or a place for one that there is not.
        nbclient.exceptions.CellExecutionError: A cell raised; the file is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    if path.resolve() != SLIDES:
        notebook.cells = with_exercises(notebook.cells, path)
        notebook.cells = with_card(notebook.cells, path.name[:2])
        time = f"**Time:** {minutes_of(notebook.cells, exercises_of(path))} minutes"
        first = notebook.cells[0]
        first.source = re.sub(r"\*\*Time:\*\* \d+ minutes", time, first.source)
    before = path.read_bytes()
    nbformat.write(notebook, path)  # the card reads which exercises there are
    try:
        with tempfile.TemporaryDirectory() as nobodys:
            run(notebook, path.parent, os.environ | {"MY_NOTEBOOKS": nobodys})
    except BaseException:
        path.write_bytes(before)
        raise
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)  # beside it is what it looks like
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


def run(
    notebook: nbformat.NotebookNode,
    folder: Path,
    environment: dict[str, str] | None = None,
    timeout: int = 60,
) -> None:
    """Run all cells of a notebook in order, on a fresh kernel that starts in `folder`.

    Args:
        notebook: Its outputs are replaced.
        folder: Where it runs.
        environment: The kernel's environment variables, if not those of this process.
        timeout: The seconds that one cell may take.
    """
    NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute(**({} if environment is None else {"env": environment}))


def exercises_of(path: Path) -> dict[str, Exercise]:
    """Return the exercises of the notebook at `path`, by their names, in the order of the text."""
    module = importlib.import_module(f"exercises.notebook_{path.name[:2]}")
    return {name: one for name, one in vars(module).items() if isinstance(one, Exercise)}


def with_exercises(cells: list[nbformat.NotebookNode], path: Path) -> list[nbformat.NotebookNode]:
    """Return the cells of the notebook at `path` with those of the exercises written anew.

    An exercise stands where its cells stood, or where the author wrote ``{{exercise name}}``.

    Args:
        cells: What the notebook holds now.
        path: The notebook's file.

    Raises:
        ValueError: There is no place for an exercise, or a place for one that there is not.
    """
    exercises = exercises_of(path)
    result: list[nbformat.NotebookNode] = []
    placed: list[str] = []
    for cell in cells:
        marker = re.fullmatch(r"\{\{exercise (\w+)\}\}", cell.source)
        name = marker[1] if marker else cell.metadata.get("exercise")
        if name is None:
            result.append(cell)
        elif name not in placed:
            if name not in exercises:
                raise ValueError(f"there is no exercise {name!r}, but {', '.join(exercises)}")
            placed.append(name)
            result += cells_of(name, len(placed), exercises[name], path)
    if placed != list(exercises):
        raise ValueError(f"the notebook has {placed}, its module {list(exercises)}")
    return result


def cells_of(name: str, number: int, exercise: Exercise, path: Path) -> list[nbformat.NotebookNode]:
    """Return the four cells of an exercise: task, start, check and solution.

    A learner's copy does not have the last one: there, the check shows the solution, folded.
    """
    imported = f"from exercises.notebook_{path.name[:2]} import {name}"
    if isinstance(exercise.solution, str) and "\n" in exercise.solution:
        solution = f"{exercise.solution.strip()}\n\n\n"
        proof = f"await {name}.check_solution({exercise.answer})"
    else:
        solution, proof = "", f"await {name}.check_solution({_literal(exercise.solution)})"
    made = {
        "task": v4.new_markdown_cell(
            f"### Exercise {number}: {exercise.title}\n\n{exercise.task.strip()}"
        ),
        "start": v4.new_code_cell(exercise.start.strip()),
        "check": v4.new_code_cell(f"{imported}\n\nawait {name}.check()"),
        "solution": v4.new_code_cell(f"# Solution\n{solution}{proof}"),
    }
    made["solution"].metadata["jupyter"] = {"source_hidden": True}
    for part, cell in made.items():
        cell.id = f"{name}-{part}"
        cell.metadata["exercise"] = name
    return [*made.values()]


def _literal(value: object) -> str:
    """Return the Python code for a value that is no function, as one would write it."""
    if isinstance(value, dict):
        lines = [f"    {_literal(key)}: {_literal(one)},\n" for key, one in value.items()]
        return "{\n" + "".join(lines) + "}"
    return repr(value).replace("'", '"')


def with_card(cells: list[nbformat.NotebookNode], number: str) -> list[nbformat.NotebookNode]:
    """Return `cells` with the card that shows what is solved, before the last one."""
    card = v4.new_code_cell(f'from exercises import card\n\ncard("{number}")')
    card.id = "card"
    card.metadata["tags"] = ["nbval-ignore-output"]
    others = [cell for cell in cells if cell.id != "card"]
    return [*others[:-1], card, others[-1]]


if __name__ == "__main__":
    main()

"""Run the notebooks and store their outputs: ``uv run python -m tests.refresh_notebooks``.

For authors. The exercises' cells are written anew from `notebooks/exercises`. Then each notebook
runs from top to bottom on a fresh kernel. What is stored has no times and no versions in it, so
that a difference in git is a difference in the lesson.
"""

import argparse
import importlib
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import v4

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
if str(NOTEBOOKS) not in sys.path:
    sys.path.append(str(NOTEBOOKS))  # a kernel that runs a notebook finds `exercises` there


def main() -> None:
    """Refresh the notebooks that the command line names, or all of them."""
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument("notebook", nargs="*", type=Path, help="default: all of the series")
    for path in parser.parse_args().notebook or series():
        print(path.name)
        refresh(path)


def series() -> list[Path]:
    """Return the notebooks, in teaching order. A learner's own copies are not among them."""
    return [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if "-Copy" not in path.name]


def refresh(path: Path) -> None:
    """Write the exercises of one notebook into it, run it, and store it with its outputs.

    Args:
        path: The notebook's file.

    Raises:
        ValueError: It has no place for an exercise, or a place for one that there is not.
        nbclient.exceptions.CellExecutionError: A cell raised; the file is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = with_exercises(notebook.cells, exercises_of(path))
    run(notebook, path.parent)
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
    notebook: nbformat.NotebookNode, folder: Path, environment: dict[str, str] | None = None
) -> None:
    """Run all cells of a notebook in order, on a fresh kernel that starts in `folder`.

    Args:
        notebook: Its outputs are replaced.
        folder: Where it runs.
        environment: The kernel's environment variables, if not those of this process.
    """
    NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute(**({} if environment is None else {"env": environment}))


def exercises_of(path: Path) -> dict[str, Any]:
    """Return the exercises of the notebook at `path`, by their names, in the order of the text."""
    name = f"notebook_{path.name[:2]}"
    if not NOTEBOOKS.joinpath("exercises", f"{name}.py").exists():
        return {}
    from exercises import Exercise

    module = importlib.import_module(f"exercises.{name}")
    return {name: one for name, one in vars(module).items() if isinstance(one, Exercise)}


def with_exercises(
    cells: list[nbformat.NotebookNode], exercises: dict[str, Any]
) -> list[nbformat.NotebookNode]:
    """Return `cells` with those of the exercises written anew.

    An exercise stands where its cells stood, or where the author wrote ``{{exercise name}}``.
    """
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
            result += cells_of(name, len(placed), exercises[name])
    if placed != list(exercises):
        raise ValueError(f"the notebook has {placed}, its module {list(exercises)}")
    return result


def cells_of(name: str, number: int, exercise: Any) -> list[nbformat.NotebookNode]:
    """Return the four cells of an exercise: task, start, check and folded solution."""
    module = exercise.missing.__module__
    check = f"await {name}.check({exercise.answer})"
    task = f"### Exercise {number}: {exercise.title}\n\n{exercise.task.strip()}"
    # JupyterLab shows the first line of a folded cell.
    solution = f"# Solution\n{exercise.solution.strip()}\n\n\n{check}"
    made = [
        v4.new_markdown_cell(task),
        v4.new_code_cell(exercise.start.strip()),
        v4.new_code_cell(f"from {module} import {name}\n\n{check}"),
        v4.new_code_cell(solution, metadata={"jupyter": {"source_hidden": True}}),
    ]
    for cell, part in zip(made, ["task", "start", "check", "solution"], strict=True):
        cell.id = f"{name}-{part}"
        cell.metadata["exercise"] = name
    return made


if __name__ == "__main__":
    main()

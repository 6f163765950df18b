"""Run the notebooks and store their outputs: ``uv run python -m tests.refresh_notebooks``.

For authors. Each notebook runs from top to bottom on a fresh kernel. What is stored has no times
and no versions in it, so that a difference in git is a difference in the lesson.
"""

import argparse
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def main() -> None:
    """Run the notebooks that the command line names, or all of them."""
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument("notebook", nargs="*", type=Path, help="default: all of the series")
    for path in parser.parse_args().notebook or sorted(NOTEBOOKS.glob("*.ipynb")):
        print(path.name)
        refresh(path)


def refresh(path: Path) -> None:
    """Run one notebook and write it back with its outputs.

    Args:
        path: The notebook's file.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raised; the file is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main()

"""In a browser: what is done there in another way, as there are no programs, threads or servers.

IPython loads this module when a notebook of the site's folder ``lite`` begins.
"""

import ast
import asyncio
import builtins
import gc
import json
import platform
import sys
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython import get_ipython
from IPython.display import display

from exercises import paths, ready
from exercises.ready import Fault

DRIVE = Path("/drive")
"""What the browser keeps. JupyterLite's file browser shows it."""

PACKAGES = ["agents", "openai", "pydantic", "msgspec", "IPython", "anywidget", "tqdm"]
PACKAGES += ["pandas", "matplotlib", "cryptography.fernet"]


def load_ipython_extension(shell: Any) -> None:
    """Add what the cells of the notebooks use here."""
    shell.register_magic_function(elsewhere, "cell")


def elsewhere(line: str, cell: str) -> None:
    """Show in place of a cell what it shows on a computer.

    Args:
        line: The notebook's number, the cell's id, and a sentence that says why it is not run.
        cell: The cell. Only its imports are run, as cells below may need them.
    """
    notebook, name, sentence = line.split(maxsplit=2)
    print(sentence)
    names, imports = get_ipython().user_ns, []
    for statement in ast.parse(cell).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            with suppress(ImportError):
                exec(text := ast.unparse(statement), names)
                imports.append(text)
    names["In"][-1] = "\n".join(imports)  # what was run of this cell, for `keeping`
    for output in _outputs_of(notebook, name):
        if output["output_type"] == "stream":
            print("".join(output["text"]), end="")
        else:
            data = {kind: _whole(value) for kind, value in output["data"].items()}
            display(data, raw=True)  # type: ignore[no-untyped-call]


async def run_program(program: str, *arguments: str) -> None:
    """Run a program in this Python, as there is no other one.

    Args:
        program: What it does, as a text. It has names of its own.
        *arguments: What it is started with.
    """
    began: list[Coroutine[Any, Any, Any]] = []
    its_own = {
        "sys": _like(sys, argv=["-c", *arguments]),
        "asyncio": _like(asyncio, run=began.append),  # an event loop runs already
    }

    def find(name: str, *more: Any) -> Any:
        return its_own.get(name) or builtins.__import__(name, *more)

    names = vars(builtins) | {"__import__": find}
    exec(program, {"__name__": "__main__", "__builtins__": names})
    for main in began:
        await main
    gc.collect()  # what it has left open is closed, as at the end of a program


def _like(module: ModuleType, **changes: Any) -> ModuleType:
    same = ModuleType(module.__name__)
    vars(same).update(vars(module) | changes)
    return same


def _outputs_of(notebook: str, name: str) -> list[dict[str, Any]]:
    (path,) = [path for path in paths.series() if path.name.startswith(f"{notebook}_")]
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next(cell["outputs"] for cell in cells if cell["id"] == name)


def _whole(value: Any) -> Any:
    return "".join(value) if isinstance(value, list) else value


def _python() -> str:
    return f"{platform.python_version()}, in this page"


def _copies() -> str:
    if not DRIVE.is_dir():
        raise Fault(
            "this browser keeps nothing of what Python writes",
            "Use a window that is not private, and an address that begins with https or is that "
            "of this machine.",
        )
    paths.COPIES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=paths.COPIES) as folder:
        Path(folder, "check.txt").write_text("check", encoding="utf-8")
    return "writable, and kept in this browser"


def _packages() -> str:
    missing = []
    for name in PACKAGES:
        try:
            import_module(name)
        except ModuleNotFoundError:
            missing.append(name.partition(".")[0])
    if missing:
        raise Fault(
            f"this site has no {', '.join(missing)}",
            "You can go on: a cell that needs them shows what it shows on a computer.",
        )
    return f"{len(PACKAGES)} load"


TESTS: dict[str, Callable[[], str]] = {
    "Python": _python,
    "SQLite": ready._sqlite,
    "your copies": _copies,
    "packages": _packages,
}

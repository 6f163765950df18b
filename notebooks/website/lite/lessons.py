"""The notebooks for the browser: a learner's copies, with a word on what differs there.

A cell that cannot run in a browser begins with ``%%elsewhere``, and shows its stored output. These
are the cells that ``elsewhere.toml`` names, those that need a package that the site has not, and
all that need what one of these defines. A few cells have others in their places.
"""

import ast
import json
import symtable
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from exercises.copies import for_a_learner
from exercises.paths import ORIGINALS, series

import session_lib

Cell = dict[str, Any]

_DIFFERS = """\
**You are in a browser**, and nothing is installed. Some things differ from a computer:

- Python runs in this page. What you change and what you solve stays in this browser. To keep it
  elsewhere, right-click the notebook in the list on the left, and choose **Download**.
- **Interrupt Kernel** does nothing. If a cell does not end, choose **Kernel → Restart Kernel**.
- There is no terminal. To start a notebook over, delete it in the list on the left, and reload the
  page.
- There are no other programs and no servers. A cell that needs them, or a package that is not in
  this site, says so, and shows what it shows on a computer.
"""

# Where the name of a package does not say what is needed.
_NEEDS = {
    "AsyncEngine": "greenlet",
    "EncryptedSession": "cryptography",
    "SQLAlchemySession": "greenlet",
    "create_async_engine": "greenlet",
}
# There is no wheel of these for a browser.
_NEVER = {"greenlet"}


def write(folder: Path, missing: Iterable[str]) -> None:
    """Write the notebooks for the browser.

    Args:
        folder: Where they come. It is made.
        missing: The packages that are not in the site.
    """
    folder.mkdir(parents=True)
    for path in series():
        notebook = json.loads(for_a_learner(path))
        stored = json.loads(path.read_text(encoding="utf-8"))["cells"]
        shows = {cell["id"] for cell in stored if cell.get("outputs")}
        reasons, others = not_run(notebook["cells"], missing), elsewhere()["instead"]
        for cell in notebook["cells"]:
            if reason := reasons.get(cell["id"]):
                ending = " On a computer it shows:" if cell["id"] in shows else ""
                sentence = f"In a browser this cell is not run: {reason}.{ending}"
                first = f"%%elsewhere {path.name[:2]} {cell['id']} {sentence}\n"
                cell["source"] = [first, *cell["source"]]
            elif other := others.get(cell["id"]):
                cell["source"] = other.strip().splitlines(keepends=True)
        told = {"cell_type": "markdown", "id": "in-a-browser", "metadata": {}}
        notebook["cells"].insert(1, told | {"source": _DIFFERS.splitlines(keepends=True)})
        text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
        (folder / path.name).write_text(text, encoding="utf-8")


def elsewhere() -> dict[str, dict[str, str]]:
    """Return what ``elsewhere.toml`` says: why cells are not run, and what takes others' places."""
    text = Path(__file__).with_name("elsewhere.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def not_run(cells: list[Cell], missing: Iterable[str]) -> dict[str, str]:
    """Return the ids of the cells that cannot run in a browser, each with the reason.

    Args:
        cells: The cells of a notebook.
        missing: The packages that are not in the site.
    """
    named, others = elsewhere()["not_run"], elsewhere()["instead"]
    missing = {*missing, *_NEVER}
    reasons: dict[str, str] = {}
    without: set[str] = set()  # the names that no cell has defined
    exercises: set[str] = set()
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse(others.get(cell["id"]) or "".join(cell["source"]))
        uses, defines = names_in(tree)
        exercise = cell["metadata"].get("exercise")
        if cell["id"] in named:
            reason = named[cell["id"]]
        elif lacking := sorted(needed_by(tree) & missing):
            reason = f"this site has no {lacking[0]}"
        elif lacking := sorted(uses & without):
            reason = f"it needs `{lacking[0]}`, which a cell above could not make"
        elif exercise in exercises:
            reason = "it looks at the cell above"
        else:
            without -= defines
            continue
        reasons[cell["id"]] = reason
        for statement in tree.body:
            made = names_in(ast.Module([statement], []))[1]
            imports = isinstance(statement, ast.Import | ast.ImportFrom)
            if imports and not needed_by(statement) & missing:  # which `elsewhere` does
                without -= made
            else:
                without |= made
        if cell["id"].endswith("-start"):
            exercises.add(exercise)
    return reasons


def names_in(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the names that a cell takes from the cells above, and those that it defines.

    Args:
        tree: The cell, parsed.
    """
    uses: set[str] = set()
    defines: set[str] = set()
    for statement in tree.body:
        # As a function, so that it may hold an `await`.
        lines = ast.unparse(statement).replace("\n", "\n ")
        function = symtable.symtable(f"async def cell():\n {lines}\n", "cell", "exec")
        (table,) = function.get_children()
        symbols = table.get_symbols()
        used = {one.get_name() for one in symbols if one.is_referenced()}
        used |= {name for inner in table.get_children() for name in _from_outside(inner)}
        made = {one.get_name() for one in symbols if one.is_assigned() or one.is_imported()}
        # `table = table.head()` needs a table, and `for row in table: print(row)` needs no row.
        changes = isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)
        uses |= used - defines - (set() if changes else made)
        defines |= made
    return uses, defines


def _from_outside(table: symtable.SymbolTable) -> Iterator[str]:
    """Give the names that a function takes from outside, and those in it."""
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or symbol.is_free()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _from_outside(inner)


def needed_by(tree: ast.AST) -> set[str]:
    """Return the packages that a piece of code imports.

    Args:
        tree: The code, parsed. A module of the exercises is looked at as well.
    """
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
            names = [one.name for one in node.names]
            found |= {_NEEDS[name] for name in names if name in _NEEDS}
            if node.module == "session_lib":
                for module in [session_lib._MODULES.get(name, "") for name in names]:
                    found |= {*session_lib._NEEDS.get(module, ([], ""))[0]}
            elif node.module.startswith("exercises."):
                path = ORIGINALS.joinpath(*node.module.split(".")).with_suffix(".py")
                for statement in ast.parse(path.read_text(encoding="utf-8")).body:
                    if isinstance(statement, ast.Import | ast.ImportFrom):
                        found |= needed_by(statement)
    return found

"""Programs that a learner keeps: what the cells of notebooks define, in a file of their own.

A notebook calls `keep`. It takes the text of a definition from the cell that was run, and with it
the text of all that the definition uses. `fill_in` takes what is missing from the kit's notebooks.
"""

import ast
import builtins
import inspect
import json
import linecache
import symtable
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from exercises.paths import COPIES, series

PROGRAM = "support_desk.py"
"""The program that is kept, in the folder of the learner's copies."""

_LAYOUT = '''"""Kept from the notebooks. It is yours: change what you like."""

import sys

try:
    {imports}
except ModuleNotFoundError as error:
    sys.exit(f"This Python has no {{error.name}}: start the program with `uv run python`.")


{definitions}
'''
_MAIN = """

if __name__ == "__main__":
    main()
"""

Texts = dict[str, str]
"""For each name, the statement that defines it. An import is one of a single name."""


def keep(*definitions: Any, program: str = PROGRAM) -> Path:
    """Write functions and classes into a program, with all that they use.

    What they use are other functions, classes, values and imports of the cells. Each takes the
    place of what the program has under its name, and what else the program defines stays. If it
    has a function `main`, that is what runs when the program is started. The file as it was before
    a change is kept beside it, with the ending ``.old.py``.

    Args:
        *definitions: Functions or classes that cells have defined.
        program: The name of the file. It is made if it is not there.

    Returns:
        Where the program is.

    Raises:
        TypeError: No cell has defined one of the definitions.
        ValueError: A definition uses what a program cannot have: a name that no cell defines, or
            a value that was made with ``await``.
    """
    cells = vars(sys.modules["__main__"])
    path = COPIES / program
    names = [_name_of(one, cells) for one in definitions]
    new = _with_what_they_use(names, _finder(cells), path.stem)
    kept = _read(path) | new
    where = f"Kept in {program}"
    if _is_solution(sys._getframe(1).f_code.co_filename):
        path = COPIES / ".solutions" / program  # the learner's own program stays as it is
        where = f"Kept for later cells, and not in your {program}"
    _write(path, kept)
    print(f"{where}: {', '.join(_without_imports(new))}.")
    solutions = definitions_in([_text_of(file) for file in _cells() if _is_solution(file)])
    if not_yours := [name for name in _without_imports(new) if new[name] == solutions.get(name)]:
        print(f"As the solutions have them: {', '.join(not_yours)}.")
    return path


def fill_in(*names: str, notebook: str, program: str = PROGRAM) -> None:
    """Put into a program what it has not got yet, as a notebook of the kit defines it.

    Args:
        *names: What the program should have.
        notebook: The number of the notebook, such as "09". Its solutions are taken.
        program: The name of the file. It is made if it is not there.
    """
    path = COPIES / program
    there = _read(path)
    if missing := [name for name in names if name not in there]:
        new = _with_what_they_use(missing, definitions_in(_cells_of(notebook)).get, path.stem)
        added = {name: text for name, text in new.items() if name not in there}
        _write(path, there | added)
        listed = ", ".join(_without_imports(added))
        print(f"Put into {program}, as notebook {notebook} has it: {listed}.")
    else:
        print(f"{program} has what notebook {notebook} kept.")


def definitions_in(cells: Iterable[str]) -> Texts:
    """Return the statement that defines each name, the latest if there are several.

    Args:
        cells: Python code, in the order in which it was run.
    """
    found: Texts = {}
    for cell in cells:
        try:
            statements = ast.parse(cell).body
        except SyntaxError:  # a cell that did not run
            continue
        for node in statements:
            first = min(one.lineno for one in [node, *getattr(node, "decorator_list", [])])
            text = "\n".join(cell.splitlines()[first - 1 : node.end_lineno])
            for name in _names_in(node):
                found[name] = text
            # `keep` puts imports into a `try`.
            for one in node.body if isinstance(node, ast.Try) else [node]:
                found |= _imports_in(one)
    return found


def _names_in(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


def _imports_in(node: ast.stmt) -> Texts:
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return {}
    source = f"from {node.module} " if isinstance(node, ast.ImportFrom) else ""
    return {
        # `import os.path` defines `os`.
        one.asname or (one.name if source else one.name.partition(".")[0]): (
            f"{source}import {one.name}" + (f" as {one.asname}" if one.asname else "")
        )
        for one in node.names
    }


def _is_import(text: str) -> bool:
    return text.startswith(("import ", "from "))


def _without_imports(texts: Texts) -> list[str]:
    return [name for name, text in texts.items() if not _is_import(text)]


def _finder(cells: Mapping[str, Any]) -> Callable[[str], str | None]:
    """Return what finds the statement that defines a name in the running notebook."""
    # `In` has the cells in the order in which they were run, unless they are run without a history.
    latest = definitions_in([*map(_text_of, _cells()), *map(str, cells.get("In", []))])

    def find(name: str) -> str | None:
        value = cells.get(name)
        if getattr(value, "__module__", "") == "__main__":
            # A check may have put in place what the latest cell with this name does not say.
            own = definitions_in([_text_of(file) for file in _files_of(value)])
            return own.get(name, latest.get(name))
        return latest.get(name)

    return find


def _cells() -> list[str]:
    """Return the names under which cells and solutions are registered, with `linecache`."""
    # As files that are on no disk. An exercise that puts its solution in use does as IPython does.
    registered = [name for name, entry in linecache.cache.items() if entry[1:2] == (None,)]
    return [name for name in registered if _is_solution(name) or name[:1] != "<"]


def _is_solution(file: str) -> bool:
    return file.startswith("<solution of ")


def _files_of(value: Any) -> list[str]:
    """Return the file or cell that a function comes from, or those of a class's methods."""
    parts = [*vars(value).values()] if isinstance(value, type) else [inspect.unwrap(value)]
    return [part.__code__.co_filename for part in parts if hasattr(part, "__code__")]


def _text_of(file: str) -> str:
    return "".join(linecache.getlines(file))


def _name_of(definition: Any, cells: Mapping[str, Any]) -> str:
    if isinstance(definition, str):
        raise TypeError(f"{definition!r} is a text: hand over the function, without quotes")
    names = [n for n, value in cells.items() if value is definition and not n.startswith("_")]
    if not names or not callable(definition):
        raise TypeError(f"{definition!r} is not a function or class that a cell defines")
    return names[0]


def _with_what_they_use(
    names: Iterable[str], find: Callable[[str], str | None], program: str
) -> Texts:
    """Return what defines `names` and all that they use, each after what it uses itself.

    What comes from `program`, the module, is left out: it is there.
    """
    found: Texts = {}

    def add(name: str, user: str) -> None:
        text = find(name)
        if name in found or (text is None and hasattr(builtins, name)):
            return
        if text is None:
            raise ValueError(f"`{user}` uses `{name}`, and no cell defines that")
        if text.startswith(f"from {program} import "):
            return
        found[name] = text  # so that what uses itself comes to an end
        for used in _used_by(text, name):
            add(used, name)
        found[name] = found.pop(name)

    for name in names:
        add(name, name)
    return found


def _used_by(text: str, name: str) -> list[str]:
    """Return the names that a statement takes from the cells around it."""

    def names(table: symtable.SymbolTable) -> Iterator[str]:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table is top or symbol.is_global()):
                yield symbol.get_name()
        for inner in table.get_children():
            yield from names(inner)

    try:
        compile(text, name, "exec")
    except SyntaxError:
        reason = f"`{name}` was made with `await`, which a program cannot begin with"
        raise ValueError(reason) from None
    top = symtable.symtable(text, name, "exec")
    # A program has a `__file__` and a `__name__` of its own.
    return sorted(one for one in {*names(top)} if not one.startswith("__"))


def _read(path: Path) -> Texts:
    return definitions_in([path.read_text(encoding="utf-8")]) if path.exists() else {}


def _write(path: Path, texts: Texts) -> None:
    """Write a program as a whole, if it can be imported."""
    text = _LAYOUT.format(
        imports="\n    ".join(_grouped({one for one in texts.values() if _is_import(one)})),
        definitions="\n\n\n".join(dict.fromkeys(texts[name] for name in _without_imports(texts))),
    )
    if "main" in texts:
        text += _MAIN
    exec(compile(text, str(path), "exec"), {"__name__": path.stem, "__file__": str(path)})
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        path.replace(path.with_suffix(".old.py"))
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _grouped(imports: Iterable[str]) -> list[str]:
    """Return imports with those from one module on one line, and without what is there anyway."""
    names: dict[str, list[str]] = {}
    for text in sorted({*imports} - {"import sys"}, key=str.casefold):
        module, _, name = text.partition("import ")
        names.setdefault(module, []).append(name)
    plain = [f"import {name}" for name in names.pop("", [])]
    grouped = [f"{module}import {', '.join(names[module])}" for module in names]
    return plain + grouped or ["pass"]


def _cells_of(notebook: str) -> list[str]:
    (path,) = [path for path in series() if path.name.startswith(f"{notebook}_")]
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

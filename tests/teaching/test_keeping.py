"""What a learner keeps is a program: their own text, with all that it uses, and nothing else."""

import itertools
import json
import linecache
import sys
from types import ModuleType
from typing import Any

import pytest
from exercises import Exercise, keeping, progress
from exercises.keeping import fill_in, keep

_numbers = itertools.count()


class Notebook:
    """Cells, which are run as IPython does it."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        names["In"] = [""]

    def run(self, *cells: str) -> None:
        for cell in cells:
            file = f"cell_{next(_numbers)}.py"
            linecache.cache[file] = len(cell), None, cell.splitlines(keepends=True), file
            self.names["In"].append(cell)
            exec(compile(cell, file, "exec"), self.names)


@pytest.fixture
def notebook(monkeypatch, tmp_path):
    main = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(linecache, "cache", {**linecache.cache})
    for module in (keeping, progress):
        monkeypatch.setattr(module, "COPIES", tmp_path / "my_notebooks")
    return Notebook(vars(main))


@pytest.fixture
def kept(tmp_path):
    """Load the program, and return what it defines."""

    def load():
        path = tmp_path / "my_notebooks" / "support_desk.py"
        names: dict[str, Any] = {"__name__": "support_desk", "__file__": "the program's own"}
        exec(path.read_text(encoding="utf-8"), names)
        return {name: value for name, value in names.items() if not name.startswith("__")}

    return load


def test_with_all_that_it_uses_and_nothing_else(notebook, kept, capsys):
    notebook.run(
        "import json, textwrap\nimport os.path\nimport datetime as dt",
        "from itertools import chain, count as numbers",
        "items = [1, 2]  # only shown",
        "LIMIT = 3",
        "def double(number):\n    return 2 * number",
        "def f(text):\n    items = [double(n) for n in json.loads(text)][:LIMIT]\n"
        "    return items, next(numbers()), dt.date(2026, 3, 2), os.path.basename('a/b')",
        "f('[1]')",
    )
    path = keep(notebook.names["f"])
    assert path.name == "support_desk.py"
    assert capsys.readouterr().out == "Kept in support_desk.py: LIMIT, double, f.\n"
    names = kept()
    expected = {"LIMIT", "double", "f", "json", "dt", "os", "numbers", "sys"}
    assert {*names} == expected
    assert str(names["f"]("[1, 2, 3, 4]")) == "([2, 4, 6], 0, datetime.date(2026, 3, 2), 'b')"


def test_what_comes_from_a_solution_is_named(notebook, capsys):
    solution = "def g():\n    return 1\n"
    linecache.cache["<solution of g>"] = (len(solution), None, [solution], "<solution of g>")
    notebook.run(solution, "def f():\n    return g()")
    keep(notebook.names["f"])
    said = "Kept in support_desk.py: g, f.\nAs the solutions have them: g.\n"
    assert capsys.readouterr().out == said
    notebook.run("def g():\n    return 0 + 1")
    keep(notebook.names["f"])
    assert capsys.readouterr().out == "Kept in support_desk.py: g, f.\n"


def test_the_text_is_the_learners_own(notebook):
    text = "def f(n):  # mine\n    # so\n    return [ n ]"
    notebook.run(text)
    assert text in keep(notebook.names["f"]).read_text()


def test_the_latest_definition_counts(notebook, kept):
    notebook.run("def g():\n    return 1", "def f():\n    return g()")
    notebook.run("def g():\n    return 2")
    notebook.names["In"].append("def g(:\n    return 4  # a cell that did not run")
    keep(notebook.names["f"])
    assert kept()["f"]() == 2


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ("f = lambda: 1", 1),
        (
            "def decorated(g):\n    return lambda: g() + 1\n\n\n@decorated\ndef f():\n    return 0",
            1,
        ),
        ("class Desk:\n    n = 1\n\n    def get(self):\n        return self.n\nf = Desk().get", 1),
        ("def f(n=1):\n    return n if n < 2 else f(n - 1)", 1),
        ("def f(n=2):\n    return g(n)\n\n\ndef g(n):\n    return f(n - 1) if n > 1 else n", 1),
        ("import functools\n\n\ndef g(n):\n    return n\n\n\nf = functools.partial(g, 1)", 1),
        ("a, b = 1, 2\n\n\ndef f():\n    return a * b - a", 1),
        ("n: int = 1\n\n\ndef f():\n    return n", 1),
        ("def f():\n    return max(len(n) for n in ['a'])", 1),
        ("def f():\n    return len(__file__) // 17\n\n\n__file__ = 'a cell'", 1),
    ],
)
def test_all_kinds_of_definitions(notebook, kept, cells, value, monkeypatch):
    notebook.run(cells)
    keep(notebook.names["f"])
    assert kept()["f"]() == value


def test_a_class_of_the_cells(notebook, kept):
    notebook.run("import math", "class Desk:\n    def area(self):\n        return math.pi")
    keep(notebook.names["Desk"])
    assert kept()["Desk"]().area() > 3


def test_main_is_what_runs(notebook):
    notebook.run("def f():\n    return 1")
    assert "__main__" not in keep(notebook.names["f"]).read_text()
    notebook.run("def main():\n    print(f())")
    assert (
        keep(notebook.names["main"]).read_text().endswith('__name__ == "__main__":\n    main()\n')
    )


def test_what_else_is_there_stays(notebook, kept, tmp_path):
    notebook.run("import json", "def f():\n    return 1", "def g():\n    return json.loads('2')")
    path = keep(notebook.names["f"], notebook.names["g"])
    mine = path.read_text() + "\n\nimport math\n\n\ndef mine():\n    return math.floor(3.5)\n"
    path.write_text(mine)
    notebook.run("def f():\n    return 4")
    keep(notebook.names["f"])
    names = kept()
    assert (names["f"](), names["g"](), names["mine"]()) == (4, 2, 3)
    assert path.with_name("support_desk.old.py").read_text() == mine


def test_a_second_time_changes_nothing(notebook):
    notebook.run("def f():\n    return 1", "def g():\n    return f()")
    path = keep(notebook.names["g"])
    before = path.read_text()
    keep(notebook.names["g"])
    keep(notebook.names["f"])
    assert path.read_text() == before
    assert [*path.parent.iterdir()] == [path]


def test_what_the_program_has_is_not_taken_again(notebook, kept, monkeypatch):
    notebook.run("def f():\n    return 1")
    monkeypatch.syspath_prepend(keep(notebook.names["f"]).parent)
    try:
        notebook.run("from support_desk import f", "def g():\n    return f() + 1")
        keep(notebook.names["g"])
    finally:
        sys.modules.pop("support_desk", None)
    assert kept()["g"]() == 2
    notebook.run("def f():\n    return 5")
    keep(notebook.names["g"])
    assert kept()["g"]() == 6


async def test_what_a_check_put_in_place(notebook, kept, tmp_path):
    async def missing(f):
        return None if await f() == 1 else "It should return 1."

    exercise = Exercise(
        "", "", "", "f", missing, "\nONE = 1\n\ndef f():\n    return ONE\n", (1,), used_later=True
    )
    notebook.run("def f():\n    return 2")
    await exercise.check()
    keep(notebook.names["f"])
    assert kept()["f"]() == 1
    assert kept()["ONE"] == 1

    notebook.run("def f():\n    return 3 - 2")
    await exercise.check()
    notebook.run("def f():\n    return 0")
    await exercise.check()
    keep(notebook.names["f"])
    assert "3 - 2" in (tmp_path / "my_notebooks" / "support_desk.py").read_text()


@pytest.mark.parametrize(
    ("cells", "error", "message"),
    [
        ("def f():\n    return misspelt", ValueError, "`f` uses `misspelt`, and no cell defines"),
        ("for n in [1]:\n    pass\n\n\ndef f():\n    return n", ValueError, "no cell defines that"),
        ("f = 1", TypeError, "1 is not a function or class"),
    ],
)
def test_what_cannot_be_kept(notebook, cells, error, message, tmp_path):
    notebook.run(cells)
    with pytest.raises(error, match=message):
        keep(notebook.names["f"])
    assert [*tmp_path.iterdir()] == []


def test_a_value_that_was_awaited(notebook):
    notebook.run("def f():\n    return found")
    notebook.names["In"].append("found = await look()")
    with pytest.raises(ValueError, match="`found` was made with `await`"):
        keep(notebook.names["f"])


def test_a_program_that_cannot_be_loaded_is_not_written(notebook):
    notebook.run("n = 1", "def f():\n    return n")
    path = keep(notebook.names["f"])
    before = path.read_text()
    notebook.names["In"].append("n = 1 / 0  # a cell that raised")
    with pytest.raises(ZeroDivisionError):
        keep(notebook.names["f"])
    assert path.read_text() == before


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A notebook of the kit, in which `f` is an exercise."""
    path = tmp_path / "09_desk.ipynb"
    cells = ["import json", "def f():\n    return 0", "def f():\n    return 1\n\nawait check(f)"]
    cells += ["def g():\n    return f() + json.loads('1')", "!ls"]
    path.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": [one]} for one in cells]})
    )
    monkeypatch.setattr(keeping, "series", lambda: [path])


def test_all_of_it_from_the_kit(notebook, kit, kept, capsys):
    fill_in("g", notebook="09")
    said = "Put into support_desk.py, as notebook 09 has it: f, g.\n"
    assert capsys.readouterr().out == said
    assert kept()["g"]() == 2
    fill_in("g", "f", notebook="09")
    assert capsys.readouterr().out == "support_desk.py has what notebook 09 kept.\n"


def test_only_what_is_missing_from_the_kit(notebook, kit, kept, capsys):
    notebook.run("def f():\n    return 5")
    keep(notebook.names["f"])
    capsys.readouterr()
    fill_in("f", "g", notebook="09")
    assert capsys.readouterr().out.endswith("as notebook 09 has it: g.\n")
    assert kept()["g"]() == 6

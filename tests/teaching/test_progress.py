"""What is solved is remembered, and the solution takes nobody's place."""

import inspect
import json
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
from exercises import Exercise, progress
from exercises.kinds import choice

SOLUTION = """
def f():
    return 1
"""


@pytest.fixture(autouse=True)
def series(tmp_path, monkeypatch):
    """A series of two notebooks with three exercises, and none of them solved."""
    paths = []
    for name, exercises in [("00_start", ["one", "two"]), ("01_next", ["three"])]:
        cells = [
            {
                "cell_type": "markdown",
                "source": f"### Exercise {number}: Do {one}\n\nTask",
                "metadata": {"exercise": one},
            }
            for number, one in enumerate(exercises, 1)
        ]
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        paths.append(path)
    monkeypatch.setattr(progress, "series", lambda: paths)
    monkeypatch.setattr(progress, "COPIES", tmp_path / "my_notebooks")


@pytest.fixture
def one(monkeypatch):
    """The exercise `one` of notebook 00: its answer is a function that returns 1."""

    async def missing(answer):
        return None if await answer() == 1 else "It should return 1."

    module: Any = ModuleType("exercises.notebook_00")
    module.one = Exercise("", "", "", "f", missing, SOLUTION, (1,))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module.one


async def test_the_card(one, capsys):
    progress.card("00")
    shown = capsys.readouterr().out
    assert "0 of 2 exercises of this notebook are solved, 0 of 3 in all." in shown
    assert "Still open here: Exercise 1: Do one; Exercise 2: Do two." in shown
    assert "Go on with [01 next](01_next.ipynb)." in shown

    await one.check(lambda: 1)
    progress.card("00")
    shown = capsys.readouterr().out
    assert "1 of 2 exercises of this notebook are solved, 1 of 3 in all." in shown
    assert "Still open here: Exercise 2: Do two." in shown
    assert progress.table().splitlines() == [
        "00_start                           1 of 2   open: 2",
        "01_next                            0 of 1   open: 1",
        "all                                1 of 3",
    ]


async def test_a_wrong_answer_is_not_remembered(one):
    await one.check(lambda: 2)
    assert progress.table().endswith("0 of 3")


async def test_a_folder_that_cannot_be_written(one, capsys, tmp_path):
    tmp_path.joinpath("my_notebooks").touch()
    await one.check(lambda: 1)
    shown = capsys.readouterr().out
    assert "Your progress cannot be remembered" in shown
    assert "Solved.\n" in shown


def test_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "exercises"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0].startswith("00_start_here ")
    assert done.stdout.splitlines()[-1].startswith("all ")


def _mine():
    return 1


def _not_solved():
    return 2


@pytest.fixture
def cells(monkeypatch):
    """What the cells of a notebook have defined."""
    cells: Any = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", cells)
    return cells


async def test_the_answer_is_found(one, cells, capsys):
    await one.check()
    expected = "`f` is not defined yet: run your own cell, and then this one. If your cell ends in"
    assert capsys.readouterr().out.startswith(expected)
    cells.f = _mine
    await one.check()
    assert "Solved.\n" in capsys.readouterr().out


async def test_a_hint_and_the_solution_are_folded(one, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("exercises.exercise.display", lambda data, raw: shown.append(data))
    one.hint = "Is 2 < 1?"
    await one.check(_not_solved)
    hint, solution = shown
    assert "<summary>A hint</summary><pre>Is 2 &lt; 1?</pre>" in hint["text/html"]
    assert "<summary>A solution</summary><pre>def f():\n    return 1</pre>" in solution["text/html"]
    shown.clear()
    await one.check(_mine)
    assert shown == [solution]


async def test_the_solution_is_no_answer(one, capsys):
    await one.check_solution(_mine)
    assert capsys.readouterr().out.endswith("This solution solves the exercise.\n")
    assert progress.table().endswith("0 of 3")
    with pytest.raises(AssertionError, match="It should return 1"):
        await one.check_solution(_not_solved)


async def test_later_cells_get_what_works(one, cells, capsys):
    """A check that refuses puts the solution, or an earlier answer, in place of the answer."""
    one.used_later = True
    cells.f = _not_solved
    await one.check()
    assert cells.f is not _not_solved
    assert cells.f() == 1
    assert inspect.getsource(cells.f) == "def f():\n    return 1\n"
    assert "Until then, later cells use the solution.\n" in capsys.readouterr().out
    await one.check()
    assert "`f` is the solution now." in capsys.readouterr().out

    await one.check(_mine)
    await one.check(_not_solved)
    assert cells.f is _mine
    assert "the answer with which you solved it before" in capsys.readouterr().out


async def test_what_is_printed_takes_the_place_of_the_status(one, capsys):
    async def prints():
        print("from the answer")
        return 1

    await one.check(prints)
    _, _, shown = capsys.readouterr().out.partition("Checking ...")
    assert shown.startswith(f"\r{' ' * 12}\rfrom the answer\nSolved.\n")


async def test_not_a_function(one, capsys):
    await one.check("text")
    assert "Not yet. `f` is 'text' (str), and is not a function." in capsys.readouterr().out


async def test_a_text_without_its_quotation_marks(cells, capsys):
    asked = choice("", "", {"a": ("", ""), "b": ("", "")}, "a", answer="letter", practises=(1,))
    await asked.check()  # the learner's cell was `letter = a`, which raises a NameError
    assert "A text needs quotation marks." in " ".join(capsys.readouterr().out.split())

"""What the notebooks for a browser are made of: which cells are not run, and packages."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from hashlib import sha256

import pytest
import rpds
from exercises import browser
from exercises.copies import for_a_learner
from exercises.paths import series
from website.lite import lessons, python
from website.lite.stand_ins import rpds as stand_in

from session_lib import SQLiteSession
from tests.helpers.network import served

NOT_RUN = {
    "06": "06-61 06-62 06-65 06-68 06-70 06-79",
    "08": "08-50 08-52",
    "10": "10-61 10-63 10-65",
    "11": "11-09 11-13 11-34 11-36 11-37 11-41 11-43 11-45 11-48 11-50 11-53 11-54 "
    "11-56 11-58 11-60 11-64 11-71",
    "12": "12-33 12-34 12-47 12-49 12-55",
    "13": "13-03 13-05 13-09 13-11 read_the_error-check 13-16 13-18 choose_where-check 13-23 13-29 "
    "13-31 second_copy-check 13-33 13-35 compare_both-start compare_both-check move_one_user-check "
    "13-52 13-42 13-44 leave_nothing_open-check who_waits-check 13-48 which_session-check 13-63",
}
"""The cells that no site runs, by notebook: they need processes, threads or servers, or follow."""


def cells_of(path):
    return json.loads(for_a_learner(path))["cells"]


@pytest.mark.parametrize("path", series(), ids=lambda path: path.name[:2])
def test_cells_that_are_not_run(path):
    assert " ".join(lessons.not_run(cells_of(path), [])) == NOT_RUN.get(path.name[:2], "")


def test_each_named_cell_is_there():
    ids = {cell["id"] for path in series() for cell in cells_of(path)}
    named = lessons.elsewhere()
    assert {*named["not_run"], *named["instead"]} <= ids
    assert [*named["instead"]] == ["02-10", "03-27b", "11-08", "11-11"]


async def test_programs_in_this_python(tmp_path, capsys):
    """They have names and arguments of their own, and leave nothing open."""
    path, arguments = tmp_path / "conversations.db", [*sys.argv]
    sources = {cell["id"]: "".join(cell["source"]) for p in series() for cell in cells_of(p)}
    for key, names in [("02-08", [""]), ("03-27", ["A", "B"])]:
        cell: dict[str, str] = {}
        exec(sources[key], cell)
        programs = [browser.run_program(cell["program"], str(path), name) for name in names]
        await asyncio.gather(*programs)
    said = capsys.readouterr().out
    assert said == "I don't know where you live: nothing in this conversation says it.\n"
    async with SQLiteSession("shared", path) as session:
        texts = [item["content"] for item in await session.get_items()]
    assert [text for text in texts if text[0] == "A"] == [f"A {n}" for n in range(10)]
    assert len(texts) == 20
    assert [one.name for one in tmp_path.iterdir()] == ["conversations.db"]
    assert sys.argv == arguments


def code(*sources):
    return [
        {"id": str(n), "cell_type": "code", "metadata": {}, "source": [source]}
        for n, source in enumerate(sources)
    ]


NO_X = "import pandas\nx = 1"


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["import pandas as pd", "pd.NA", "print(1)"], ["pandas", "`pd`"]),
        (["import pandas, json", "import json", "json.dumps(1)"], ["pandas"]),
        (["import json\nimport pandas", "json.dumps(1)"], ["pandas"]),
        (["from session_lib import history", "await history(1)"], ["pandas", "`history`"]),
        (["from exercises.notebook_07 import x"], ["pandas"]),
        (["from session_lib import describe", "describe(1)"], []),
        ([NO_X, "x = x + 1", "x = 2", "x"], ["pandas", "`x`"]),
        ([NO_X, "def f():\n    return x", "f()"], ["pandas", "`x`", "`f`"]),
        ([NO_X, "async with x as y:\n    pass", "y"], ["pandas", "`x`", "`y`"]),
        ([NO_X, "def f(x):\n    return x", "f(1)"], ["pandas"]),
        ([NO_X, "for x in 'ab':\n    print(x)"], ["pandas"]),
        ([NO_X, "[x for x in 'ab']"], ["pandas"]),
    ],
)
def test_what_follows(sources, words):
    """A cell is not run if it needs what is missing, or a name that was not defined."""
    found = lessons.not_run(code(*sources), ["pandas"])
    assert [*found] == [str(n) for n in range(len(words))]
    assert all(word in found[str(n)] for n, word in enumerate(words)), found


def test_check_of_an_answer_that_is_not_there():
    start, check, later = code("import pandas\nx = 1", "check()", "check()")
    start |= {"id": "it-start", "metadata": {"exercise": "it"}}
    check |= {"id": "it-check", "metadata": {"exercise": "it"}}
    assert [*lessons.not_run([start, check, later], ["pandas"])] == ["it-start", "it-check"]


def test_copies_say_what_differs(tmp_path):
    lessons.write(tmp_path / "made", ["pandas"])
    for path in series():
        cells = json.loads((tmp_path / "made" / path.name).read_text("utf-8"))["cells"]
        kit = cells_of(path)
        told = "".join(cells.pop(1)["source"])
        assert told.startswith("**You are in a browser**")
        assert [cell["id"] for cell in cells] == [cell["id"] for cell in kit]
        marked = [cell for cell in cells if "".join(cell["source"]).startswith("%%elsewhere ")]
        others = lessons.elsewhere()["instead"]
        for cell, one in zip(cells, kit, strict=True):
            first, _, rest = "".join(cell["source"]).partition("\n")
            if cell in marked:
                begins = f"%%elsewhere {path.name[:2]} {cell['id']} In a browser this cell is not"
                assert first.startswith(begins)
                assert rest == "".join(one["source"])
            elif cell["id"] in others:
                assert "".join(cell["source"]) == others[cell["id"]].strip()
            else:
                assert cell == one


@pytest.fixture
def distribution(tmp_path):
    """A host that has the wheel of `one`, and what is known of it."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "one-1-py3-none-any.whl").write_bytes(b"a wheel")
    with served(tmp_path / "served") as address:
        yield address


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(python, "_CACHE", tmp_path)
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


def entry(name, content=b"a wheel", depends=()):
    file = f"{name}-1-py3-none-any.whl"
    return {"file_name": file, "sha256": sha256(content).hexdigest(), "depends": [*depends]}


def test_wheel_from_the_distribution(folder, distribution):
    known = {"one": entry("one"), "lost": entry("lost")}
    lacking = {"one", "lost", "unknown"}
    assert python.from_pyodide(folder, distribution, known, lacking) == {"lost", "unknown"}
    assert (folder / "one-1-py3-none-any.whl").read_bytes() == b"a wheel"


def test_what_a_wheel_depends_on_comes_along(folder, distribution):
    known = {"one": entry("one", depends=["lost", "there"]), "there": entry("there")}
    (folder / "there-1-py3-none-any.whl").touch()
    assert python.from_pyodide(folder, distribution, known, {"one"}) == {"lost"}


def test_another_file_than_the_list_names(folder, distribution):
    with pytest.raises(RuntimeError, match="is not the file that Pyodide's list names"):
        python.from_pyodide(folder, distribution, {"one": entry("one", b"other")}, {"one"})
    assert not [*folder.iterdir()]


def test_no_distribution(folder, monkeypatch):
    """Where nobody answers, one try is enough."""
    known = {"one": entry("one"), "two": entry("two")}
    tries = []
    urlopen = urllib.request.urlopen

    def count(*arguments, **settings):
        tries.append(arguments)
        return urlopen(*arguments, **settings)

    monkeypatch.setattr(urllib.request, "urlopen", count)
    assert python.from_pyodide(folder, "http://127.0.0.1:9/", known, {*known}) == {*known}
    assert len(tries) == 1


MAPS = [
    lambda m: m,
    lambda m: m.insert("a", 1),
    lambda m: m.insert("a", 1).insert("a", 2).insert("b", 3),
    lambda m: m.update({"a": 1}, {"b": 2}),
    lambda m: m.insert("a", 1).remove("a"),
    lambda m: m.insert("a", 1).discard("b"),
    lambda m: m.convert({"c": 1}),
    lambda m: m.convert([("c", 1)]),
]
SETS = [
    lambda s: s.insert(1).insert(1),
    lambda s: s.update([1, 2], [3]),
    lambda s: s.insert(1).remove(1),
    lambda s: s.insert(1).discard(2),
]


@pytest.mark.parametrize("change", MAPS)
def test_stand_in_for_a_map(change):
    ours, theirs = change(stand_in.HashTrieMap()), change(rpds.HashTrieMap())
    assert type(ours) is stand_in.HashTrieMap
    assert dict(ours) == dict(theirs)
    assert len(ours) == len(theirs)
    assert hash(ours) == hash(change(stand_in.HashTrieMap()))


@pytest.mark.parametrize("change", MAPS)
def test_a_map_is_never_changed(change):
    start = stand_in.HashTrieMap({"a": 0})
    change(start)
    assert dict(start) == {"a": 0}


@pytest.mark.parametrize("change", SETS)
def test_stand_in_for_a_set(change):
    ours, theirs = change(stand_in.HashTrieSet()), change(rpds.HashTrieSet())
    assert type(ours) is stand_in.HashTrieSet
    assert {*ours} == {*theirs}


def test_stand_in_for_a_list():
    ours, theirs = stand_in.List([1]).push_front(2), rpds.List([1]).push_front(2)
    assert [*ours] == [*theirs] == [2, 1]
    assert [*ours.drop_first()] == [*theirs.drop_first()] == [1]


@pytest.mark.parametrize("kind", [stand_in.HashTrieMap, rpds.HashTrieMap])
def test_what_is_not_there_is_not_removed(kind):
    with pytest.raises(KeyError):
        kind().remove("a")


def lines_of(program):
    """Run a program of its own, and return the lines that it prints."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_sdk_on_stand_ins():
    """The Agents SDK can be imported, and what needs the real ones says so."""
    program = f"""
import sys
sys.path.insert(0, {str(python.STAND_INS)!r})
import rpds, cryptography
assert all("stand_ins" in one.__file__ for one in (rpds, cryptography))
import jsonschema
from agents import Agent, Runner
from session_lib import choose_model
schema = {{"$defs": {{"n": {{"type": "integer"}}}}, "items": {{"$ref": "#/$defs/n"}}}}
jsonschema.validate([1, 2], schema)
try:
    jsonschema.validate([1, "2"], schema)
except jsonschema.ValidationError as error:
    print(error.message)
agent = Agent(name="Assistant", model=choose_model())
print(Runner.run_sync(agent, "What is my name?").final_output)
from mcp.server.request_state import RequestStateSecurity
try:
    RequestStateSecurity(keys=[b"x" * 32])
except NotImplementedError as error:
    print(error)
"""
    assert lines_of(program) == [
        "'2' is not of type 'integer'",
        "I don't know your name: nothing in this conversation says it.",
        "the package cryptography is not in this site",
    ]


def test_cell_that_is_not_run():
    """It shows what is stored, and makes what it imports known to later cells, and nothing else."""
    cell = "import no_such_package, json\nfrom pathlib import Path\nimport no_such_package\nx = 1"
    program = f"""
from IPython.core.interactiveshell import InteractiveShell
from exercises import browser

shell = InteractiveShell.instance()
browser.load_ipython_extension(shell)
source = "%%elsewhere 02 02-10 It is not run:\\n" + {cell!r}
done = shell.run_cell(source, store_history=True)
print(shell.user_ns["In"][1])
print(done.success, *[name for name in ("json", "Path", "x") if name in shell.user_ns])
"""
    assert lines_of(program) == [
        "It is not run:",
        "You live in London.",
        "from pathlib import Path",
        "True Path",
    ]

"""Bad input, more than ten thousand times: it comes back equal, or it is one clear error.

A clear error is a standard one that names what is wrong. After it nothing is stored, and a file
that was there is as it was.
"""

import asyncio
import collections
import datetime
import decimal
import enum
import fractions
import io
import json
import math
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import types
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from session_lib import SQLiteSession
from session_lib.loader import load_sessions
from session_lib.maintenance import delete_sessions
from session_lib.tables import export_csv, history, sessions
from session_lib.transcripts import KINDS, transcript
from tests.helpers.processes import needs_modes

CLEAR = (TypeError, ValueError, OSError, sqlite3.DatabaseError)
SOON = 60.0
"""Seconds until which all has an end. Most of it takes a thousandth."""

TRIES = {
    "arguments": 1_100,
    "items": 1_000,
    "random items": 2_000,
    "session ids": 900,
    "shown items": 1_500,
    "stored items": 800,
    "names of files": 200,
    "contents of files": 300,
    "damaged headers": 150,
    "lines": 2_500,
}
"""How many inputs each test tries at least. It counts them."""


def test_there_are_more_than_ten_thousand_tries() -> None:
    assert sum(TRIES.values()) >= 10_000


# Texts that mean something to SQL, to a shell, to a file system, to HTML, to a terminal.
TEXTS = [
    "' OR '1'='1",
    "'; DROP TABLE agent_messages; --",
    '"; DELETE FROM agent_sessions; --',
    "x' UNION SELECT * FROM agent_messages --",
    "`",
    "\\",
    "\\'",
    "%",
    "%s%n",
    "_",
    "*",
    "?",
    ":session",
    "[a-z]",
    "{0}",
    "{session_id!r}",
    "{{7*7}}",
    "$HOME",
    "$(reboot)",
    "`reboot`",
    "; reboot",
    "| more",
    "&",
    "${jndi:ldap://example.org/a}",
    "\0",
    "a\0b",
    "\0" * 1_000,
    "\n",
    "\r\n",
    "a\nb",
    "\t",
    " ",
    "  a  ",
    "\x1b[2J",
    "\x07",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\u200b",
    "\u202eabc",
    "\ufffe",
    "\uffff",
    "\U0010ffff",
    "\U0001f600",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "e\u0301",
    "\u0301" * 500,
    "\u0130",
    "\u00df",
    "\ufdfa",
    "..",
    "../../x",
    "..\\..\\x",
    "/",
    "/etc/passwd",
    "C:\\x",
    "\\\\server\\share",
    "file:x?mode=memory",
    "~",
    "~root/x",
    "-rf",
    "--",
    ":memory:",
    "NUL",
    "CON",
    "null",
    "None",
    "true",
    "0",
    "-1",
    "1e400",
    "NaN",
    "__proto__",
    "<script>alert(1)</script>",
    "]]>",
    "<!--",
    "&lt;",
    '{"role": "user"}',
    '","',
    "a" * 1_000_000,
    "\u00e9" * 100_000,
    "\U0001f600" * 1_000,
]
HALVES = ["\ud800", "a\udfff", "\udc80", "\ude00\ud83d", "\ud83d\ude00"]
"""Halves of surrogate pairs, and one whole pair in two characters."""


class Colour(enum.Enum):
    RED = "red"


def _nested(depth: int, wrap: Callable[[Any], Any]) -> Any:
    value = wrap(None)
    for _ in range(depth):
        value = wrap(value)
    return value


def _endless(value: Any) -> Any:
    if isinstance(value, dict):
        value["a"] = value
    else:
        value.append(value)
    return value


# What is none of: text, a path, a session, an item, a list of items, a number of items.
OBJECTS: list[Callable[[], Any]] = [
    lambda: True,
    lambda: -1,
    lambda: -(2**63) - 1,
    lambda: -(10**5_000),
    lambda: 1.5,
    lambda: math.nan,
    lambda: math.inf,
    lambda: 1j,
    lambda: b"x",
    lambda: b"\xff" * 100_000,
    lambda: bytearray(b"x"),
    lambda: memoryview(b"x"),
    lambda: (1, 2),
    lambda: [None],
    lambda: [[]],
    lambda: [1, "a"],
    lambda: {1: 2},
    lambda: {None: 1, "a": 1},
    lambda: {b"a": 1},
    lambda: {10**5_000: 1},
    lambda: {"a": {1}},
    lambda: {"limt": 1},
    lambda: {1},
    lambda: frozenset({1}),
    lambda: range(3),
    lambda: object(),
    lambda: int,
    lambda: SQLiteSession,
    lambda: len,
    lambda: lambda: None,
    lambda: (n for n in range(3)),
    lambda: iter([1]),
    lambda: map(str, [1]),
    lambda: ...,
    lambda: NotImplemented,
    lambda: ZeroDivisionError("x"),
    lambda: decimal.Decimal("1.5"),
    lambda: fractions.Fraction(1, 3),
    lambda: datetime.datetime(2026, 11, 20),
    lambda: datetime.timedelta(1),
    lambda: uuid.UUID(int=1),
    lambda: Colour.RED,
    lambda: sys,
    lambda: re.compile("x"),
    lambda: types.SimpleNamespace(a=1),
    lambda: types.SimpleNamespace(model_dump=5),
    lambda: types.MappingProxyType({1: 2}),
    lambda: io.StringIO("x"),
    lambda: collections.deque([1]),
    lambda: numpy.array([1, 2]),
    lambda: numpy.float64(1.5),
    lambda: numpy.bool_(True),
    lambda: numpy.datetime64("2026-11-20"),
    lambda: pd.Series([1, 2]),
    lambda: pd.DataFrame({1: [1]}),
    lambda: pd.NA,
    lambda: pd.NaT,
    lambda: _nested(10_000, lambda inner: [inner]),
    lambda: _nested(10_000, lambda inner: {"a": inner}),
    lambda: _nested(10_000, lambda inner: (inner,)),
    lambda: _endless([]),
    lambda: _endless({}),
]
# Of these SQLite or JSON can hold something: a number here, an item there.
DOUBTFUL: list[Callable[[], Any]] = [
    lambda: None,
    lambda: 0,
    lambda: 2**63,
    lambda: 10**5_000,
    lambda: numpy.int64(3),
    lambda: [],
    lambda: (),
    lambda: {},
    lambda: set(),
    lambda: iter([]),
    lambda: "",
    lambda: "x",
    lambda: Path("x"),
    lambda: {"limit": 1},
    lambda: {"limit": -1},
    lambda: {"limit": "x"},
    lambda: {"limit": _nested(10_000, lambda inner: [inner])},
    lambda: [{}],
    lambda: [{"a": math.nan}],
    lambda: [{"a": 10**5_000}],
]


def _settings(examples: int, soak: bool) -> settings:
    return settings(
        max_examples=examples * (10 if soak else 1),
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        print_blob=True,
        suppress_health_check=[*HealthCheck],
    )


def _check(error: Exception, *names: str) -> None:
    """See that an error is a clear one: of a standard kind, in few words, naming the thing."""
    told = f"{type(error).__name__}: {str(error)[:500]}"
    assert isinstance(error, CLEAR), told
    # Those are a ValueError too, but speak of codecs.
    assert not isinstance(error, UnicodeError), told
    assert any(name in str(error) for name in names), told


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Runs one coroutine after another."""
    with asyncio.Runner() as runner:
        yield runner


@contextmanager
def _open(runner: asyncio.Runner, path: Path | None = None) -> Iterator[SQLiteSession]:
    async def close() -> None:
        await session.close()

    session = SQLiteSession("alice", path)
    yield session
    runner.run(close())


async def _in_time(operation: Any) -> Any:
    async with asyncio.timeout(SOON):
        return await operation


async def _use(session: SQLiteSession) -> list[Any]:
    async with session:
        await session.add_items([{"n": 1}])
        await session.add_items([{"n": 2}])
        assert await session.pop_item() == {"n": 2}
        items = await session.get_items()
        await session.clear_session()
        assert await session.get_items() == []
        await session.add_items(items)
        return items


@pytest.mark.parametrize("place", ["in memory", "in a file"])
def test_an_argument_of_any_kind_is_taken_or_named_in_an_error(
    place: str, runner: asyncio.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    user = {"role": "user", "content": "Hello"}
    table = pd.DataFrame({"text": ["a"]})
    tried = 0
    with _open(runner, tmp_path / "x.db" if place == "in a file" else None) as session:
        runner.run(session.add_items([user]))
        # What to call with the value, and what an error may call it.
        calls: list[tuple[Callable[[Any], Any], tuple[str, ...]]] = [
            (lambda value: session.get_items(value), ("limit",)),
            (lambda value: session.add_items(value), ("items",)),
            (lambda value: session.add_items([user, value]), ("items[1]",)),
            (lambda value: SQLiteSession(value).get_items(), ("session_id",)),
            (
                lambda value: SQLiteSession("alice", session_settings=value).get_items(),
                ("session_settings", "limit"),
            ),
            (
                lambda value: setattr(session, "session_settings", value),
                ("session_settings", "SessionSettings"),
            ),
            (lambda value: history(value), ("session is",)),
            (lambda value: sessions(value), ("db_path", "file")),
            (lambda value: str(transcript(value)), ("item",)),
            (lambda value: str(transcript([user], names=value)), ("names",)),
            (lambda value: str(transcript([user], names={"user": value})), ("names",)),
            (lambda value: str(transcript([user], width=value)), ("width",)),
            (lambda value: export_csv(value, tmp_path / "x.csv"), ("table",)),
        ]
        if place == "in memory":
            calls.append(
                (lambda value: _use(SQLiteSession("alice", value)), ("db_path", str(tmp_path)))
            )
            calls.append((lambda value: export_csv(table, value), ("path is", "''")))
        for make in [*OBJECTS, *DOUBTFUL]:
            for call, names in calls:
                before = runner.run(session.get_items())
                try:
                    result = call(make())
                    if asyncio.iscoroutine(result):
                        runner.run(_in_time(result))
                except Exception as error:
                    _check(error, *names)
                    assert len(str(error)) < 1_000
                    session.session_settings = None
                    assert runner.run(session.get_items()) == before
                session.session_settings = None
                tried += 1
            runner.run(session.clear_session())
            runner.run(session.add_items([user]))
    # What was taken for a name of a file.
    assert {*os.listdir(tmp_path)} <= {"x", "x.db", "x.csv"}
    assert tried >= TRIES["arguments"] / 2


@pytest.mark.parametrize("place", ["in memory", "in a file"])
def test_a_value_of_any_kind_in_any_place_of_an_item_comes_back_or_is_named(
    place: str, runner: asyncio.Runner, tmp_path: Path
) -> None:
    ways: list[Callable[[Any], Any]] = [
        lambda value: {"a": value},
        lambda value: {"role": "user", "content": [{"type": "input_text", "text": value}]},
        lambda value: {"a": [[[value]]]},
        lambda value: {"a": {"b": {"c": value}}},
        lambda value: {"a": [1, "b", value, None]},
        lambda value: {value: 1},
        lambda value: {"a": [{value: {}}]},
    ]
    values = [*OBJECTS, *DOUBTFUL, *(lambda text=text: text for text in [*TEXTS, *HALVES])]
    tried = 0
    with _open(runner, tmp_path / "x.db" if place == "in a file" else None) as session:
        expected: list[Any] = []
        for way in ways:
            for make in values:
                try:
                    item = way(make())
                except TypeError:  # no key of a dict: it cannot be hashed
                    continue
                try:
                    runner.run(session.add_items([{"n": 1}, item]))
                    expected += [{"n": 1}, item]
                except Exception as error:
                    _check(error, "items[1]")
                assert runner.run(session.get_items(2)) == expected[-2:]
                tried += 1
        assert runner.run(session.get_items()) == expected
        assert len(expected) > 1_000
    assert tried >= TRIES["items"] / 2


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
ATOMS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | ANY_TEXT
    | st.sampled_from([*TEXTS[:70], *HALVES])
)
ODD = st.one_of(
    st.binary(max_size=5),
    st.tuples(st.integers()),
    st.sets(st.integers(), max_size=2),
    st.complex_numbers(),
    st.decimals(),
    st.dates(),
    st.builds(lambda: 10**5_000),  # hypothesis would print one that is given as it is
)
KEYS = ANY_TEXT | st.sampled_from(["role", "type", "content", "arguments", "output", "name"])
ODD_KEYS = KEYS | st.none() | st.integers() | st.floats() | st.booleans() | st.binary(max_size=3)


def _anything(atoms: Any, keys: Any) -> Any:
    return st.recursive(
        atoms,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(keys, inner, max_size=3)
            | st.lists(inner, max_size=3).map(lambda values: [[values]])
        ),
        max_leaves=6,
    )


ITEMS = st.one_of(
    st.dictionaries(KEYS, _anything(ATOMS, KEYS), max_size=4),
    st.dictionaries(ODD_KEYS, _anything(ATOMS | ODD, ODD_KEYS), max_size=4),
    _anything(ATOMS | ODD, ODD_KEYS),
)


def _survives(item: Any) -> bool:
    """Whether JSON, as Python reads and writes it, holds an item exactly."""
    try:
        return isinstance(item, dict) and repr(
            json.loads(json.dumps(item, allow_nan=False))
        ) == repr(item)
    except (TypeError, ValueError, RecursionError):
        return False


def test_what_json_holds_exactly_is_stored_and_all_else_is_an_error(
    runner: asyncio.Runner, soak: bool
) -> None:
    tried = 0
    with _open(runner) as session:

        @given(st.lists(ITEMS, min_size=25, max_size=25))
        @_settings(TRIES["random items"] // 25, soak)
        def attempt(items: list[Any]) -> None:
            nonlocal tried
            runner.run(session.clear_session())
            stored = []
            for item in items:
                try:
                    runner.run(session.add_items([item]))
                    stored.append(item)
                except Exception as error:
                    _check(error, "items[0]")
                    assert not _survives(item)
                tried += 1
            assert repr(runner.run(session.get_items())) == repr(stored)

        attempt()
    assert tried >= TRIES["random items"]


def test_a_batch_with_one_bad_item_stores_nothing(runner: asyncio.Runner, soak: bool) -> None:
    with _open(runner) as session:

        @given(st.lists(ITEMS, min_size=1, max_size=10))
        @_settings(50, soak)
        def attempt(items: list[Any]) -> None:
            runner.run(session.clear_session())
            try:
                runner.run(session.add_items(items))
                stored = items
            except Exception as error:
                stored = []
                index = next(n for n, item in enumerate(items) if not _survives(item))
                _check(error, *(f"items[{n}]" for n in range(index, len(items))))
            assert repr(runner.run(session.get_items())) == repr(stored)

        attempt()


def test_a_session_id_of_any_text_keeps_its_items_or_is_refused(
    runner: asyncio.Runner, tmp_path: Path, soak: bool
) -> None:
    path = tmp_path / "x.db"
    tried = 0

    async def at_once(names: list[str]) -> None:
        made = []
        for name in names:
            try:
                made.append(SQLiteSession(name, path))
            except Exception as error:
                _check(error, "session_id")
                assert name == "" or re.search("[\ud800-\udfff]", name)
        items = [{"n": number, "of": session.session_id} for number, session in enumerate(made)]
        await asyncio.gather(
            *(session.add_items([item]) for session, item in zip(made, items, strict=True))
        )
        listed = await sessions(path)
        assert {*listed["session"]} == {session.session_id for session in made}
        for session, item in zip(made, items, strict=True):
            assert await session.get_items() == [item]
            assert [*(await history(session))["turn"]] == [0]
        popped = await asyncio.gather(*(session.pop_item() for session in made))
        assert popped == items
        await asyncio.gather(*(session.clear_session() for session in made))
        assert len(await sessions(path)) == 0
        await asyncio.gather(*(_closed(session) for session in made))

    @given(st.lists(ANY_TEXT | st.text(max_size=300), min_size=25, max_size=25, unique=True))
    @_settings(TRIES["session ids"] // 25, soak)
    def attempt(names: list[str]) -> None:
        nonlocal tried
        runner.run(_in_time(at_once(names)))
        tried += len(names)

    runner.run(_in_time(at_once([*TEXTS, *HALVES])))
    tried += len(TEXTS) + len(HALVES)
    attempt()
    assert tried >= TRIES["session ids"]


async def _closed(session: SQLiteSession) -> None:
    await session.close()


def test_an_item_of_any_shape_is_shown_in_a_transcript(soak: bool) -> None:
    fields = st.dictionaries(
        st.sampled_from(
            ["role", "type", "content", "output", "arguments", "summary", "name", "result", "error"]
        )
        | ODD_KEYS,
        _anything(ATOMS | ODD | st.sampled_from(["message", "reasoning", "x_call"]), ODD_KEYS),
        max_size=5,
    )
    tried = 0

    @given(st.lists(fields, min_size=25, max_size=25))
    @_settings(TRIES["shown items"] // 25, soak)
    def attempt(items: list[Any]) -> None:
        nonlocal tried
        shown = transcript(items)
        assert (str(shown) + shown._repr_html_()).encode()
        tried += len(items)

    attempt()
    assert tried >= TRIES["shown items"]


PARTS = ["role", "content", "type", "name", "arguments", "output", "summary", "result", "error"]
KINDS_OF_ITEMS: list[dict[str, Any]] = [
    {},
    {"role": "user"},
    {"type": "message"},
    {"type": "function_call", "name": "f"},
    {"type": "function_call_output"},
    {"type": "reasoning"},
]


@pytest.mark.parametrize("depth", [300, 600, 900, 100_000])
def test_an_item_nested_however_deeply_is_shown(depth: int) -> None:
    for nested in (
        _nested(depth, lambda inner: [inner]),
        _nested(depth, lambda inner: {"text": inner}),
        "[" * depth,
    ):
        for kind in KINDS_OF_ITEMS:
            for part in PARTS:
                item: dict[str, Any] = {**kind, part: nested}
                assert str(transcript([item, {"role": "user", "content": "Hello"}]))


def test_a_conversation_with_an_item_nested_deeply_can_still_be_shown(
    runner: asyncio.Runner,
) -> None:
    # Who may add an item must not be able to hide the others.
    deep = {"role": "user", "content": _nested(700, lambda inner: [inner])}
    with _open(runner) as session:
        runner.run(session.add_items([{"role": "user", "content": "Hello"}, deep]))

        table = runner.run(history(session))

        assert table["text"][0] == "Hello"
        assert table["text"][1] in ("[cannot be shown]", "[empty]")  # as deep as Python can go
        assert [*table["role"]] == ["user", "user"]
        assert str(transcript(runner.run(session.get_items()))).startswith("user: Hello")


def test_a_text_without_an_end_to_its_lines_is_shown_in_a_moment() -> None:
    # What a terminal wraps as eight blanks each is worst.
    said = "\t" * 200_000
    items = [
        {"role": "user", "content": said},
        {"type": "function_call", "name": said, "arguments": said},
        {"type": said, said: 1, "role": said},
    ]
    begun = time.process_time()
    shown = transcript(items)
    assert str(shown) and shown._repr_html_()
    # It takes a second. Where the time grows with the square of the length, it is half a minute.
    assert time.process_time() - begun < 10


def test_what_was_stored_shows_up_in_the_tables(
    runner: asyncio.Runner, tmp_path: Path, soak: bool
) -> None:
    path = tmp_path / "x.db"
    tried = 0
    shapes = st.dictionaries(KEYS, _anything(ATOMS, KEYS), max_size=4)
    with _open(runner, path) as session:

        @given(st.lists(shapes, min_size=50, max_size=50))
        @_settings(TRIES["stored items"] // 50, soak)
        def attempt(items: list[Any]) -> None:
            nonlocal tried
            stored = [item for item in items if _survives(item)]
            runner.run(session.clear_session())
            runner.run(session.add_items(stored))
            table = runner.run(history(session))
            assert len(table) == len(stored)
            assert {*table["kind"]} <= {*KINDS}
            assert table.to_csv().encode() and table._repr_html_().encode()
            export_csv(table, tmp_path / "x.csv")
            listed = runner.run(sessions(path))
            assert [*listed["items"]] == ([len(stored)] if stored else [])
            assert [*listed["turns"]] == ([table["turn"].max()] if stored else [])
            tried += len(items)

        attempt()
    assert tried >= TRIES["stored items"]


# Paths.


def _names_it(error: Exception, path: str) -> None:
    """See that an error of a path names it, or says that it is `db_path` that is wrong."""
    _check(error, "db_path" if "db_path" in str(error) else repr(os.path.realpath(path))[1:-1])


def _is_there(path: str) -> bool:
    return os.path.isfile(path)


@pytest.mark.skipif(
    os.name == "nt", reason="needs names of any characters, which this system does not allow"
)
@pytest.mark.parametrize("kind", ["texts", "random"])
def test_a_file_of_any_name_is_made_or_refused(
    kind: str, runner: asyncio.Runner, tmp_path: Path, soak: bool
) -> None:
    tried = 0

    async def one(name: str) -> None:
        nonlocal tried
        tried += 1
        # One folder each: some systems take "a" and "A" for the same file.
        folder = tmp_path / str(tried)
        folder.mkdir()
        path = f"{folder}/{name}"
        try:
            assert await _use(SQLiteSession("alice", path)) == [{"n": 1}]
        except Exception as error:
            _names_it(error, path)
            assert os.listdir(folder) == []
        else:
            # A name with a slash in it would have made it in a folder, or in another one.
            assert [file.is_file() for file in folder.iterdir()] == [True]

    async def all_of(names: list[str]) -> None:
        await asyncio.gather(*(one(name) for name in names))

    @given(
        st.lists(
            st.text(st.characters(exclude_characters="/\\", exclude_categories=()), min_size=1),
            min_size=20,
            max_size=20,
        )
    )
    @_settings(7, soak)
    def attempt(names: list[str]) -> None:
        runner.run(_in_time(all_of(names)))

    if kind == "texts":
        names = [text for text in [*TEXTS, *HALVES] if "/" not in text and "\\" not in text]
        runner.run(_in_time(all_of(names)))
        assert tried >= 70
    else:
        attempt()
        assert tried >= TRIES["names of files"] - 70


class Place:
    """A path, how to make what stands there, and what is to come of it."""

    def __init__(
        self,
        path: str,
        error: type[Exception] | None,
        make: Callable[[Path], object] = lambda folder: None,
    ) -> None:
        self.path = path
        self.error = error
        self.make = make


def _link(target: str) -> Callable[[Path], None]:
    return lambda folder: os.symlink(target, folder / "link")


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")


PLACES = {
    "empty": Place("", ValueError),
    "a NUL": Place("a\0b.db", ValueError),
    "half a character": Place("\ud800.db", ValueError),
    "the folder": Place(".", IsADirectoryError),
    "the folder above": Place("..", IsADirectoryError),
    "the root": Place("/", IsADirectoryError),
    "home": Place("~", IsADirectoryError),
    "nobody's home": Place("~no such user/x.db", FileNotFoundError),
    "no such folder": Place("no/such/folder.db", FileNotFoundError),
    "in a file": Place("file/x.db", OSError, lambda folder: (folder / "file").touch()),
    "a name of 300 characters": Place("a" * 300, OSError),
    "a name of 5,000 characters": Place("a" * 5_000, OSError),
    "a path of 5,000 characters": Place("a/" * 2_500 + "x.db", OSError),
    "a million characters": Place("a" * 1_000_000, OSError),
    "an empty file": Place("empty", None, lambda folder: (folder / "empty").touch()),
    "a question mark and a hash": Place("x?mode=memory#a.db", None),
    "an address": Place("file:x?mode=memory&cache=shared", None),
    "a shared memory": Place("file::memory:?cache=shared", None),
    "almost a memory": Place(":memory: ", None),
    "a hyphen": Place("-", None),
    "an option": Place("--help", None),
    "a blank": Place(" ", None),
    "a line break": Place("\n", None),
    "a byte that is no UTF-8": Place("\udcff.db", None),
    "up and down": Place("../{folder}/x.db", None),
    "/dev/null": Place("/dev/null", OSError),
    "/dev/full": Place("/dev/full", OSError),
    "/dev/zero": Place("/dev/zero", OSError),
    "/dev/stdin": Place("/dev/stdin", OSError),
    "a pipe": Place("pipe", OSError, lambda folder: os.mkfifo(folder / "pipe")),
    "a socket": Place("socket", OSError, _socket),
    "a link to a folder": Place("link", IsADirectoryError, _link(".")),
    "a link to a device": Place("link", OSError, _link("/dev/null")),
    "a link to nothing": Place("link", None, _link("x.db")),
    "a link into no folder": Place("link", FileNotFoundError, _link("no/such/folder.db")),
    "a link to itself": Place("link", OSError, _link("link")),
    "through a link to itself": Place("link/x.db", OSError, _link("link")),
    "through a link": Place("link/x.db", None, _link(".")),
}


@needs_modes
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("call", ["session", "sessions", "load_sessions"])
async def test_a_place_holds_a_database_or_is_named_in_an_error(
    call: str, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform == "darwin" and (place.path.startswith("/dev/") or "\udcff" in place.path):
        pytest.skip("needs the devices of Linux, and names of files that are any bytes")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    place.make(tmp_path)
    path = place.path.format(folder=tmp_path.name)
    source = tmp_path / "lines.jsonl"
    source.write_text('{"session_id": "alice", "item": {"n": 1}}\n', "utf-8")
    before = {*os.listdir(tmp_path)}
    use: Callable[[], Any] = {
        "session": lambda: _use(SQLiteSession("alice", path)),
        "sessions": lambda: sessions(path),
        "load_sessions": lambda: load_sessions(source, path),
    }[call]
    # To list the sessions of a file makes none.
    missing = call == "sessions" and not _is_there(path)
    expected = place.error or (FileNotFoundError if missing else None)
    if expected is not None:
        with pytest.raises(expected) as caught:
            await _in_time(use())
        _names_it(caught.value, path.replace("~", str(tmp_path), path == "~"))
        assert {*os.listdir(tmp_path)} == before
    else:
        await _in_time(use())
        assert _is_there(path)


async def test_a_path_in_bytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="db_path"):
        SQLiteSession("alice", os.fsencode(tmp_path / "x.db"))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["NUL", "CON", "PRN", "AUX", "COM1", "LPT1", "nul"])
async def test_the_name_of_a_device_of_windows_is_an_error_there_and_a_name_elsewhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if os.name == "nt":
        with pytest.raises((OSError, sqlite3.DatabaseError)):
            await _in_time(_use(SQLiteSession("alice", name)))
        assert os.listdir(tmp_path) == []
    else:
        assert await _in_time(_use(SQLiteSession("alice", name))) == [{"n": 1}]
        assert os.listdir(tmp_path) == [name]


# Files that are there already.

BEGINNINGS = {
    "text": b"Buy milk.\n" * 100,
    "UTF-16": "Buy milk.\n".encode("utf-16") * 100,
    "JSON": b'{"role": "user"}\n' * 100,
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(1_000),
    "ZIP": b"PK\x03\x04" + bytes(1_000),
    "gzip": b"\x1f\x8b\x08" + bytes(1_000),
    "PDF": b"%PDF-1.7\n" + bytes(1_000),
    "program": b"\x7fELF\x02\x01\x01" + bytes(1_000),
    "SQLite 2": b"** This file contains an SQLite 2.1 database **" + bytes(1_000),
    "a log": bytes.fromhex("377f0682002de218") + bytes(1_000),
    "almost": b"SQLite format 2\0" + bytes(4_080),
    "a half": b"SQLite format 3\0" + bytes(600),
    "a space": b" SQLite format 3\0" + bytes(4_080),
}


def test_a_file_with_any_content_is_left_byte_for_byte(
    runner: asyncio.Runner, tmp_path: Path, soak: bool
) -> None:
    path = tmp_path / "x.db"
    tried = 0

    def one(content: bytes) -> None:
        nonlocal tried
        path.write_bytes(content)
        operation: Any
        for operation in (sessions(path), _use(SQLiteSession("alice", path))):
            with pytest.raises(sqlite3.DatabaseError) as caught:
                runner.run(_in_time(operation))
            _check(caught.value, str(path))
            assert path.read_bytes() == content
            assert os.listdir(tmp_path) == ["x.db"]
            tried += 1

    @given(st.binary(min_size=1, max_size=2_000) | st.binary(min_size=512, max_size=1_024))
    @_settings(TRIES["contents of files"] // 2, soak)
    def attempt(content: bytes) -> None:
        one(content)

    for content in BEGINNINGS.values():
        one(content)
    attempt()
    assert tried >= TRIES["contents of files"]


def test_a_database_with_a_damaged_header_works_or_is_an_error(
    runner: asyncio.Runner, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    with _open(runner, path) as session:
        runner.run(session.add_items([{"n": n, "text": "x" * 3_000} for n in range(5)]))
    whole = path.read_bytes()
    tried = 0
    for place in range(100):
        for byte in {255, whole[place] ^ 1} - {whole[place]}:
            damaged = whole[:place] + bytes([byte]) + whole[place + 1 :]
            path.write_bytes(damaged)
            try:
                runner.run(_in_time(_use(SQLiteSession("bob", path))))
            except Exception as error:
                _check(error, str(path))
                if "not a database" in str(error):
                    assert path.read_bytes() == damaged
            assert os.listdir(tmp_path) == ["x.db"]
            tried += 1
    assert tried >= TRIES["damaged headers"]


SOMEBODY_S = {
    "columns of their own": "CREATE TABLE agent_messages (a)",
    "a view of messages": "CREATE VIEW agent_messages AS SELECT 1 AS id, 'a' AS session_id",
    "an index that is a table": "CREATE TABLE idx_agent_messages_session_id (a)",
}


@pytest.mark.parametrize("sql", SOMEBODY_S.values(), ids=SOMEBODY_S)
async def test_a_database_whose_tables_are_not_ours_gets_none_of_ours(
    sql: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"

    def tables() -> list[Any]:
        with closing(sqlite3.connect(path)) as connection, connection:
            return connection.execute("SELECT name, sql FROM sqlite_master").fetchall()

    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)
    before = tables()
    with pytest.raises(sqlite3.OperationalError, match=re.escape(str(path))):
        await _use(SQLiteSession("alice", path))
    assert tables() == before


LONG_AGO = [
    datetime.timedelta.max,
    datetime.timedelta(days=10**6),
    datetime.timedelta(days=500_000),
    datetime.datetime(500, 6, 1, tzinfo=datetime.UTC),
    datetime.datetime.min.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=5))),
]


@pytest.mark.parametrize("older_than", LONG_AGO, ids=str)
async def test_what_is_older_than_a_thousand_years_is_nothing(
    older_than: Any, tmp_path: Path
) -> None:
    await _use(SQLiteSession("alice", tmp_path / "x.db"))
    try:
        await delete_sessions(tmp_path / "x.db", older_than=older_than)
    except ValueError as error:
        _check(error, "older_than")
    async with SQLiteSession("alice", tmp_path / "x.db") as session:
        assert await session.get_items() == [{"n": 1}]


# Files of JSON lines.

GOOD_LINE = b'{"session_id": "alice", "created_at": "2026-03-02T09:14:05Z", "item": {"n": 1}}'
BAD_LINES: dict[str, bytes] = {
    "empty": b"",
    "blank": b"   ",
    "text": b"hello",
    "a comma too many": GOOD_LINE + b",",
    "two objects": GOOD_LINE + GOOD_LINE,
    "cut off": GOOD_LINE[:-1],
    "the rest of one": GOOD_LINE[30:],
    "Python": b"{'session_id': 'alice', 'item': {}}",
    "a comment": b"# hello",
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "NaN": b"NaN",
    "no session": b'{"item": {}}',
    "no item": b'{"session_id": "alice"}',
    "a key too many": b'{"session_id": "alice", "item": {}, "x": 1}',
    "an empty session": b'{"session_id": "", "item": {}}',
    "a session that is a number": b'{"session_id": 5, "item": {}}',
    "a session that is null": b'{"session_id": null, "item": {}}',
    "half a session": b'{"session_id": "\\ud800", "item": {}}',
    "an item that is a list": b'{"session_id": "alice", "item": []}',
    "an item that is text": b'{"session_id": "alice", "item": "{}"}',
    "an item that is null": b'{"session_id": "alice", "item": null}',
    "an item with NaN": b'{"session_id": "alice", "item": {"a": NaN}}',
    "an item with infinity": b'{"session_id": "alice", "item": {"a": 1e400}}',
    "a long number": b'{"session_id": "alice", "item": {"a": ' + b"1" * 5_000 + b"}}",
    "a long time": b'{"session_id": "alice", "created_at": "' + b"x" * 9_999 + b'", "item": {}}',
    "a time that is a number": b'{"session_id": "alice", "created_at": 5, "item": {}}',
    "a time that is null": b'{"session_id": "alice", "created_at": null, "item": {}}',
    "a day that is none": b'{"session_id": "a", "created_at": "2026-02-30T00:00", "item": {}}',
    "a time before all": b'{"session_id":"a","created_at":"0001-01-01T00:00+09:00","item":{}}',
    "nested deeply": b'{"session_id": "alice", "item": ' + b'{"a":' * 100_000,
    "lists": b"[" * 100_000,
    "Latin-1": '{"session_id": "alice", "item": {"a": "Zo\u00eb"}}'.encode("latin-1"),
    "UTF-16": GOOD_LINE.decode().encode("utf-16-le"),
    "half a letter": GOOD_LINE.replace(b"alice", b"\xc3"),
    "a surrogate in UTF-8": GOOD_LINE.replace(b"alice", b"\xed\xa0\x80"),
    "an overlong NUL": GOOD_LINE.replace(b"alice", b"\xc0\x80"),
    "a NUL": GOOD_LINE.replace(b"alice", b"a\0b"),
    "a NUL after it": GOOD_LINE + b"\0",
    "a carriage return in it": GOOD_LINE.replace(b": {", b":\r{\r").replace(b"alice", b"a\rb"),
    "a huge line that is none": b"a" * 1_000_000,
    "a huge string cut off": b'{"session_id": "' + b"a" * 1_000_000,
}


def test_one_bad_line_of_a_file_is_named_and_nothing_is_loaded(
    runner: asyncio.Runner, tmp_path: Path, soak: bool
) -> None:
    source, path = tmp_path / "lines.jsonl", tmp_path / "x.db"
    tried = 0

    def one(line: bytes, number: int, count: int, end: bytes) -> bool:
        """Load a file with `line` at a place in it. Tell whether it was a good one after all."""
        nonlocal tried
        tried += 1
        lines = [GOOD_LINE] * count
        lines[number - 1] = line
        source.write_bytes(end.join(lines) + end)
        try:
            loaded = runner.run(_in_time(load_sessions(source, path)))
        except Exception as error:
            _check(error, f"line {number}:")
            assert str(source) in str(error)
            assert not path.exists()
            return False
        assert loaded.items == count
        path.unlink()
        return True

    for name, line in BAD_LINES.items():
        for number, count in ((1, 1), (1, 3), (2, 3), (3, 3)):
            for end in (b"\n", b"\r\n"):
                assert not one(line, number, count, end), name

    mutated = st.builds(
        lambda place, cut, new: GOOD_LINE[:place] + new + GOOD_LINE[place + cut :],
        st.integers(0, len(GOOD_LINE)),
        st.integers(0, 10),
        st.binary(max_size=5).map(lambda new: new.replace(b"\n", b"")),
    )
    any_bytes = st.binary(max_size=60).map(lambda line: line.replace(b"\n", b""))

    @given(st.lists(mutated | any_bytes, min_size=25, max_size=25), st.integers(1, 3))
    @_settings((TRIES["lines"] - tried) // 25 + 1, soak)
    def attempt(lines: list[bytes], number: int) -> None:
        for line in lines:
            one(line, number, 3, b"\n")

    attempt()
    assert tried >= TRIES["lines"]


@pytest.mark.parametrize(
    "content",
    [
        GOOD_LINE,
        GOOD_LINE + b"\n",
        GOOD_LINE + b"\r\n",
        b"\xef\xbb\xbf" + GOOD_LINE + b"\n",
        GOOD_LINE + b"\n" + GOOD_LINE.replace(b'"n": 1', b'"n": "' + b"x" * 3_000_000 + b'"'),
    ],
    ids=["no line break at the end", "a line", "as of Windows", "a mark at the start", "3 MB"],
)
async def test_a_file_that_only_looks_strange_is_loaded(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "lines.jsonl"
    source.write_bytes(content)
    loaded = await load_sessions(source, tmp_path / "x.db")
    assert loaded.items == len(content.splitlines())


async def test_an_empty_file_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").touch()
    assert (await load_sessions(tmp_path / "lines.jsonl", tmp_path / "x.db")).items == 0


# The command line.


def _example(path: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "session_lib", f"--db={path}"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
        timeout=SOON,
    )


@needs_modes
@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "/dev/null",
        "a pipe",
        "a link to itself",
        "no/such/folder.db",
        "a" * 300,
        "a" * 5_000,
        "\udcff/x.db",
        "notes.txt\n",
        "' OR 1=1 --/x.db",
    ],
    ids=range(11),
)
def test_the_example_refuses_a_bad_path_in_one_line(name: str, tmp_path: Path) -> None:
    if name == "\udcff/x.db" and sys.platform == "darwin":
        pytest.skip("needs names of files that are any bytes, which this system does not allow")
    os.mkfifo(tmp_path / "a pipe")
    os.symlink("a link to itself", tmp_path / "a link to itself")
    (tmp_path / "notes.txt\n").write_text("Buy milk.")
    before = sorted(os.listdir(tmp_path))

    done = _example(name, tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ") and "Traceback" not in done.stderr
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / "notes.txt\n").read_text() == "Buy milk."

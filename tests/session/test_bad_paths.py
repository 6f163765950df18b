"""A path leads to a database or to one clear error, and nothing is changed that is there."""

import asyncio
import os
import socket
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lib import SQLiteSession
from session_lib.loader import load_sessions
from session_lib.tables import sessions
from tests.helpers.processes import needs_modes
from tests.helpers.sessions import use
from tests.helpers.strange_values import HALVES, TEXTS, assert_clear, strange

pytestmark = pytest.mark.usefixtures("no_collection", "has_threads")


def assert_names(error: Exception, path: str) -> None:
    """See that an error of a path names it, or says that it is `db_path` that is wrong."""
    says_so = "db_path is " in str(error)  # no file can have this name, so it has no real path
    assert_clear(error, "db_path is " if says_so else repr(os.path.realpath(path))[1:-1])


async def test_any_value_is_a_path_or_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value in strange():
        try:
            await use(SQLiteSession("alice", value))
        except Exception as error:
            assert_clear(error, "db_path is ")
            assert len(str(error)) < 1_000
    assert os.listdir(tmp_path) == ["x"]


async def make_or_refuse(names, tmp_path):
    for number, name in enumerate(names):
        # One folder each: some systems take "a" and "A" for the same file.
        folder = tmp_path / str(number)
        folder.mkdir(exist_ok=True)
        path = f"{folder}/{name}"
        try:
            assert await use(SQLiteSession("alice", path)) == [{"n": 1}]
        except Exception as error:
            assert_names(error, path)
            assert os.listdir(folder) == []
        else:
            # A name that means something else would have made it elsewhere.
            (file,) = folder.iterdir()
            assert file.is_file()
            file.unlink()


needs_any_name = pytest.mark.skipif(
    os.name == "nt", reason="needs names of any characters, which this system does not allow"
)


@needs_any_name
async def test_a_text_is_a_file_name_or_refused(tmp_path):
    await make_or_refuse([text for text in [*TEXTS, *HALVES] if not {*text} & {*"/\\"}], tmp_path)


@needs_any_name
@given(st.text(st.characters(exclude_characters="/\\", exclude_categories=()), min_size=1))
async def test_a_random_name_too(tmp_path, name):
    await make_or_refuse([name], tmp_path)


def _socket() -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")


is_file = os.path.isfile
link = partial(partial, os.symlink)  # link(target, name)() makes it

# What is at a path, the error that is to come of it, if any, and how to make it.
PLACES: dict[str, tuple[str, type[Exception] | None, Callable[[], object]]] = {
    "empty": ("", ValueError, dict),
    "the folder": (".", IsADirectoryError, dict),
    "the root": ("/", IsADirectoryError, dict),
    "home": ("~", IsADirectoryError, dict),
    "nobody's home": ("~no such user/x.db", FileNotFoundError, dict),
    "no such folder": ("no/such/folder.db", FileNotFoundError, dict),
    "in a file": ("file/x.db", OSError, lambda: Path("file").touch()),
    "a name of 300 characters": ("a" * 300, OSError, dict),
    "a path of 5,000 characters": ("a/" * 2_500 + "x.db", OSError, dict),
    "an empty file": ("empty", None, lambda: Path("empty").touch()),
    "a shared memory": ("file::memory:?cache=shared", None, dict),
    "almost a memory": (":memory: ", None, dict),
    "a byte that is not UTF-8": ("\udcff.db", None, dict),
    "up and down": ("../{folder}/x.db", None, dict),
    "/dev/null": ("/dev/null", OSError, dict),
    "/dev/zero": ("/dev/zero", OSError, dict),
    "/dev/stdin": ("/dev/stdin", OSError, dict),
    "a pipe": ("pipe", OSError, lambda: os.mkfifo("pipe")),
    "a socket": ("socket", OSError, _socket),
    "a link to a folder": ("link", IsADirectoryError, link(".", "link")),
    "a link to a device": ("link", OSError, link("/dev/null", "link")),
    "a link to nothing": ("link", None, link("x.db", "link")),
    "a link into no folder": ("link", FileNotFoundError, link("no/such/folder.db", "link")),
    "a link to itself": ("link", OSError, link("link", "link")),
    "through a link to itself": ("link/x.db", OSError, link("link", "link")),
    "through a link": ("link/x.db", None, link(".", "link")),
}


@needs_modes
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("call", ["session", "sessions", "load_sessions"])
async def test_a_place_has_a_database_or_is_named(call, place, tmp_path, monkeypatch):
    path, error, make = PLACES[place]
    if sys.platform == "darwin" and (path.startswith("/dev/") or "\udcff" in path):
        pytest.skip("needs the devices of Linux, and names of files that are any bytes")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    make()
    path = path.format(folder=tmp_path.name)
    source = tmp_path / "lines.jsonl"
    source.write_text('{"session_id": "alice", "item": {"n": 1}}\n', "utf-8")
    before = {*os.listdir(tmp_path)}
    calls: dict[str, Callable[[], Any]] = {
        "session": lambda: use(SQLiteSession("alice", path)),
        "sessions": lambda: sessions(path),
        "load_sessions": lambda: load_sessions(source, path),
    }
    if call == "sessions" and error is None and not is_file(path):
        error = FileNotFoundError  # listing the sessions of a file creates none
    if error is not None:
        with pytest.raises(error) as caught:
            await asyncio.wait_for(calls[call](), 60)
        assert_names(caught.value, path.replace("~", str(tmp_path), path == "~"))
        assert {*os.listdir(tmp_path)} == before
    else:
        await asyncio.wait_for(calls[call](), 60)
        assert is_file(path)


@pytest.mark.parametrize("name", ["NUL", "CON", "PRN", "AUX", "COM1", "LPT1", "nul"])
async def test_a_device_of_windows(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if os.name == "nt":
        with pytest.raises((OSError, sqlite3.DatabaseError)):
            await use(SQLiteSession("alice", name))
        assert os.listdir(tmp_path) == []
    else:  # a name like any other
        assert await use(SQLiteSession("alice", name)) == [{"n": 1}]
        assert os.listdir(tmp_path) == [name]

"""`db_path` names a file once and for all, when the session is made, and is taken literally."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from session_lib import SQLiteSession


class PathLike:
    """A path of somebody else's making."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"PathLike({self.path!r})"


async def use(session):
    async with session:
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 1}]


@pytest.fixture
def folders(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    return tmp_path / "here", tmp_path / "there"


def link(target, name):
    try:
        os.symlink(target, name, target_is_directory=target.is_dir())
    except OSError as error:
        pytest.skip(f"needs symbolic links, which this user may not make: {error}")


def move_home(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))


@pytest.mark.parametrize("name", ["x.db", "~/x.db", "link/x.db"])
async def test_a_path_is_resolved_only_once(name, folders, tmp_path, monkeypatch):
    here, there = folders

    def point_to(folder):
        monkeypatch.chdir(folder)
        move_home(folder, monkeypatch)
        if name == "link/x.db":
            monkeypatch.chdir(tmp_path)
            (tmp_path / "link").unlink(missing_ok=True)
            link(folder, tmp_path / "link")

    point_to(here)
    session = SQLiteSession("user_1", Path(name))
    point_to(there)
    await use(session)
    assert os.listdir(here) == ["x.db"]
    assert os.listdir(there) == []


@pytest.mark.parametrize("spelling", ["relative", "dots", "home", "link", "linked folder", "Path"])
def test_spellings_of_one_path(spelling, folders, tmp_path, monkeypatch):
    path = folders[0] / "x.db"
    monkeypatch.chdir(tmp_path)
    move_home(tmp_path, monkeypatch)
    if "link" in spelling:
        link(path, tmp_path / "link.db")
        link(folders[0], tmp_path / "link")
    spelled = {
        "relative": os.path.join("here", "x.db"),
        "dots": os.path.join(tmp_path, "here", "..", ".", "here", "x.db"),
        "home": os.path.join("~", "here", "x.db"),
        "link": "link.db",
        "linked folder": os.path.join("link", "x.db"),
        "Path": path,
    }[spelling]
    session, other = SQLiteSession("user_1", str(path)), SQLiteSession("user_2", spelled)
    assert session.database is other.database


@pytest.mark.parametrize("kind", [str, Path, PathLike])
async def test_a_path_is_text_or_a_path_object(kind, tmp_path):
    await use(SQLiteSession("user_1", kind(str(tmp_path / "x.db"))))
    assert os.listdir(tmp_path) == ["x.db"]


@pytest.mark.parametrize(
    "name",
    [
        "two words.db",
        "hash#mark.db",
        "per%20cent%.db",
        "semi;colon&and'quote.db",
        "Gespräche 会話 🙂.db",
        "no_suffix",
        ".hidden",
        "-dash.db",
        "$HOME.db",
        "what?mode=memory",
        "file:x?mode=memory",
        "file:x.db",
    ],
)
async def test_a_name_means_nothing_but_itself(name, tmp_path, monkeypatch):
    if os.name == "nt" and not {":", "?"}.isdisjoint(name):
        pytest.skip("needs ':' and '?' in names, which this system does not allow")
    monkeypatch.chdir(tmp_path)
    await use(SQLiteSession("user_1", name))
    assert os.listdir(tmp_path) == [name]
    with closing(sqlite3.connect(tmp_path / name)) as connection:
        assert connection.execute("SELECT count(*) FROM agent_messages").fetchone() == (1,)


@pytest.mark.parametrize("path", [None, ":memory:", PathLike(":memory:")], ids=repr)
async def test_no_path_and_memory_leave_no_file(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with SQLiteSession("user_1", path) as session, SQLiteSession("user_1", path) as other:
        assert session.database is not other.database
        await use(session)
        assert await other.get_items() == []
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "path", ["", PathLike(""), "a\0b.db", "\0", Path("a\0b.db"), PathLike("\0")], ids=repr
)
def test_what_cannot_be_a_name(path):
    with pytest.raises(ValueError, match="db_path"):
        SQLiteSession("user_1", path)


@pytest.mark.parametrize("path", [b"x.db", PathLike(b"x.db"), 7, 1.5, True, ["x.db"]], ids=repr)
def test_what_is_not_text(path):
    with pytest.raises(TypeError):
        SQLiteSession("user_1", path)


def test_making_a_session_makes_no_file(tmp_path):
    for path in (tmp_path / "x.db", tmp_path / "no such folder" / "x.db"):
        session = SQLiteSession("user_1", path)
        repr(session)
        session.close()
    assert os.listdir(tmp_path) == []

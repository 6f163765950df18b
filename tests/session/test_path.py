"""`db_path` names a file once and for all, when the session is made, and is taken literally."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession


class PathLike:
    """A path of somebody else's making."""

    def __init__(self, path: str | bytes) -> None:
        self.path = path

    def __fspath__(self) -> Any:
        return self.path


async def use(session: SQLiteSession) -> None:
    async with session:
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 1}]


async def test_a_relative_path_is_resolved_when_the_session_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    session = SQLiteSession("user_1", "x.db")
    monkeypatch.chdir(tmp_path / "there")
    await use(session)
    assert os.listdir(tmp_path / "here") == ["x.db"]
    assert os.listdir(tmp_path / "there") == []


async def test_the_home_folder_is_resolved_when_the_session_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()

    def move_home(folder: str) -> None:
        monkeypatch.setenv("HOME", str(tmp_path / folder))
        monkeypatch.setenv("USERPROFILE", str(tmp_path / folder))

    move_home("here")
    session = SQLiteSession("user_1", Path("~") / "x.db")
    move_home("there")
    await use(session)
    assert os.listdir(tmp_path / "here") == ["x.db"]
    assert os.listdir(tmp_path / "there") == []


async def test_a_link_that_is_turned_elsewhere_does_not_take_the_session_along(
    tmp_path: Path,
) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    try:
        os.symlink(tmp_path / "here", tmp_path / "link", target_is_directory=True)
    except OSError as error:
        pytest.skip(f"needs symbolic links, which this user may not make: {error}")
    session = SQLiteSession("user_1", tmp_path / "link" / "x.db")
    os.unlink(tmp_path / "link")
    os.symlink(tmp_path / "there", tmp_path / "link", target_is_directory=True)
    await use(session)
    assert os.listdir(tmp_path / "here") == ["x.db"]
    assert os.listdir(tmp_path / "there") == []


@pytest.mark.parametrize("kind", [str, Path, PathLike])
async def test_a_path_may_be_text_or_any_path_object(kind: Any, tmp_path: Path) -> None:
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
        pytest.param(
            "what?mode=memory",
            marks=pytest.mark.skipif(
                os.name == "nt", reason="needs '?' in names, which this system does not allow"
            ),
        ),
        pytest.param(
            "file:x?mode=memory",
            marks=pytest.mark.skipif(
                os.name == "nt", reason="needs ':' and '?' in names, which this system disallows"
            ),
        ),
        pytest.param(
            "file:x.db",
            marks=pytest.mark.skipif(
                os.name == "nt", reason="needs ':' in names, which this system does not allow"
            ),
        ),
    ],
)
async def test_a_name_means_nothing_but_itself(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await use(SQLiteSession("user_1", name))
    assert os.listdir(tmp_path) == [name]
    with closing(sqlite3.connect(tmp_path / name)) as connection:
        assert connection.execute("SELECT count(*) FROM agent_messages").fetchone() == (1,)


@pytest.mark.parametrize(
    "path",
    [None, ":memory:", PathLike(":memory:")],
    ids=["None", "str", "path-like"],
)
async def test_no_path_and_memory_leave_no_file(
    path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await use(SQLiteSession("user_1", path))
    assert os.listdir(tmp_path) == []


async def test_sessions_in_memory_share_nothing() -> None:
    async with SQLiteSession("user_1", ":memory:") as one, SQLiteSession("user_1") as other:
        await one.add_items([{"n": 1}])
        assert await other.get_items() == []


@pytest.mark.parametrize("path", ["", PathLike("")], ids=["str", "path-like"])
def test_an_empty_path_is_an_error(path: Any) -> None:
    with pytest.raises(ValueError, match="db_path"):
        SQLiteSession("user_1", path)


@pytest.mark.parametrize("path", ["a\0b.db", "\0", Path("a\0b.db")], ids=repr)
def test_a_path_with_a_nul_character_is_an_error(path: Any) -> None:
    with pytest.raises(ValueError, match="db_path"):
        SQLiteSession("user_1", path)


@pytest.mark.parametrize(
    "path",
    [b"x.db", PathLike(b"x.db"), 7, 1.5, True, ["x.db"]],
    ids=["bytes", "path-like", "int", "float", "bool", "list"],
)
def test_a_path_that_is_no_text_is_an_error(path: Any) -> None:
    with pytest.raises(TypeError):
        SQLiteSession("user_1", path)


def test_making_a_session_makes_no_file(tmp_path: Path) -> None:
    sessions = [
        SQLiteSession("user_1", tmp_path / "x.db"),
        SQLiteSession("user_1", tmp_path / "no such folder" / "x.db"),
    ]
    for session in sessions:
        repr(session)
        session.close()
    assert os.listdir(tmp_path) == []

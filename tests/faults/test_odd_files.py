"""Files and tables that somebody else has made in an odd way."""

import errno
import os
import sqlite3
from contextlib import closing

import pytest

from session_lib import SQLiteSession
from session_lib.errors import with_path

pytestmark = pytest.mark.usefixtures("has_threads")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
async def test_link_that_loops(tmp_path):
    path = tmp_path / "x.db"
    path.symlink_to(path)
    with pytest.raises(OSError) as caught:
        await SQLiteSession("user", path).get_items()
    assert caught.value.errno == errno.ELOOP
    assert caught.value.filename == str(path)
    assert path.is_symlink()


@pytest.mark.parametrize("length", [247, 248, 252, 256])
async def test_name_too_long(tmp_path, length):
    """SQLite keeps files beside it, with longer names. What it cannot open leaves nothing."""
    path = tmp_path / f"{'x' * (length - 3)}.db"
    session = SQLiteSession("user", path)
    try:
        await session.add_items([{"n": 1}])
        stored = True
    except (OSError, sqlite3.OperationalError) as error:
        assert path.name in str(error)
        stored = False
    await session.close()
    assert stored == (length < 248)
    assert os.listdir(tmp_path) == ([path.name] if stored else [])


async def test_path_too_long(tmp_path):
    folder = tmp_path
    while len(str(folder)) < 600:
        folder = folder / ("y" * 60)
    folder.mkdir(parents=True)
    session = SQLiteSession("user", folder / "x.db")
    try:
        await session.add_items([{"n": 1}])
    except sqlite3.OperationalError as error:
        assert "x.db" in str(error)
        assert os.listdir(folder) == []
    else:
        assert await session.get_items() == [{"n": 1}]
    await session.close()


@pytest.fixture
def nocase(tmp_path):
    """A file whose tables take "A" and "a" for the same session."""
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("""
            CREATE TABLE agent_sessions (session_id TEXT PRIMARY KEY COLLATE NOCASE,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
            CREATE TABLE agent_messages (id INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id TEXT NOT NULL COLLATE NOCASE, message_data TEXT NOT NULL,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
        """)
    return path


@pytest.mark.parametrize("limit", [None, 1, 10])
async def test_nocase_keeps_sessions_apart(nocase, limit):
    async with SQLiteSession("a", nocase) as small, SQLiteSession("A", nocase) as capital:
        await small.add_items([{"of": "a"}])
        assert await capital.get_items(limit) == []
        assert await capital.pop_item() is None
        await capital.add_items([{"of": "A"}])
        assert await small.get_items(limit) == [{"of": "a"}]
        await capital.clear_session()
        assert await small.get_items(limit) == [{"of": "a"}]
        assert await small.pop_item() == {"of": "a"}


def test_error_says_which_one_it_is():
    """Where memory cannot be mapped, SQLite says "disk I/O error", and only its code says why."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode, error.sqlite_errorname = 5386, "SQLITE_IOERR_SHMMAP"
    told = with_path(error, "/x.db")
    assert str(told) == "disk I/O error: /x.db (SQLITE_IOERR_SHMMAP)"
    assert told.sqlite_errorcode == 5386
    assert str(error) == "disk I/O error"

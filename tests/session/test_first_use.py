"""A file that cannot be used is an error at first use. It names the path and the reason, and
nothing that was there is changed."""

import asyncio
import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import needs_modes, run

SOON = 10.0
OPERATIONS: dict[str, Callable[[SQLiteSession], Any]] = {
    "add": lambda session: session.add_items([{"n": 1}]),
    "get": lambda session: session.get_items(),
    "pop": lambda session: session.pop_item(),
    "clear": lambda session: session.clear_session(),
}


@pytest.fixture(params=OPERATIONS)
def use(request: pytest.FixtureRequest) -> Callable[[SQLiteSession], Any]:
    """An operation that is the first to use a session."""
    return OPERATIONS[request.param]


async def works(session: SQLiteSession) -> bool:
    await session.add_items([{"n": 1}])
    return await session.get_items() == [{"n": 1}]


async def test_a_missing_folder_is_named_and_not_made(
    use: Callable[[SQLiteSession], Any], tmp_path: Path
) -> None:
    path = tmp_path / "no such folder" / "x.db"
    async with SQLiteSession("user_1", path) as session:
        for _ in range(2):
            with pytest.raises(FileNotFoundError, match="folder") as caught:
                await use(session)
            assert str(tmp_path) in caught.value.filename
            assert caught.value.errno == errno.ENOENT
        assert os.listdir(tmp_path) == []


async def test_a_session_works_as_soon_as_its_folder_is_there(tmp_path: Path) -> None:
    path = tmp_path / "later" / "x.db"
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(FileNotFoundError):
            await session.add_items([{"n": 0}])
        path.parent.mkdir()
        assert await works(session)


async def test_a_folder_is_no_database(use: Callable[[SQLiteSession], Any], tmp_path: Path) -> None:
    async with SQLiteSession("user_1", tmp_path) as session:
        with pytest.raises(IsADirectoryError) as caught:
            await use(session)
        assert caught.value.filename == str(tmp_path)
    assert os.listdir(tmp_path) == []


async def test_a_file_in_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a")
    async with SQLiteSession("user_1", tmp_path / "file" / "x.db") as session:
        with pytest.raises(OSError, match="folder"):
            await session.get_items()
    assert (tmp_path / "file").read_text() == "a"


def contents(size: int) -> list[bytes]:
    """Bytes that are no database, and some that begin like one."""
    begun = b"SQLite format 3\0" + bytes([16, 0, 1, 1, 0, 64, 32, 32]) + bytes(size)
    return [b"x" * size, bytes(range(1, 255))[:size], begun[:size]]


@pytest.mark.parametrize("size", [7, 16, 100, 120, 512, 5000])
async def test_a_file_that_is_no_database_is_named_and_left_byte_for_byte(
    size: int, use: Callable[[SQLiteSession], Any], tmp_path: Path
) -> None:
    for content in contents(size)[:2]:
        path = tmp_path / "x.db"
        path.write_bytes(content)
        async with SQLiteSession("user_1", path) as session:
            with pytest.raises(sqlite3.DatabaseError) as caught:
                await use(session)
            assert str(path) in str(caught.value)
        assert path.read_bytes() == content
        assert os.listdir(tmp_path) == ["x.db"]


def test_no_tiny_file_is_taken_for_an_empty_database(tmp_path: Path) -> None:
    async def look_at_all() -> None:
        for size in range(1, 121):
            for number, content in enumerate(contents(size)):
                path = tmp_path / f"{size}_{number}.db"
                path.write_bytes(content)
                async with SQLiteSession("user_1", path) as session:
                    with pytest.raises(sqlite3.DatabaseError):
                        await session.add_items([{"n": 1}])
                assert path.read_bytes() == content
                path.unlink()

    asyncio.run(look_at_all())
    assert os.listdir(tmp_path) == []


async def test_a_file_of_zeros_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(bytes(4096))
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(sqlite3.DatabaseError):
            await session.add_items([{"n": 1}])
    assert path.read_bytes() == bytes(4096)


async def test_a_session_works_as_soon_as_what_was_no_database_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("my shopping list")
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(sqlite3.DatabaseError):
            await session.add_items([{"n": 0}])
        path.unlink()
        assert await works(session)


async def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        assert await works(session)


async def test_a_database_with_other_tables_gets_ours_beside_them(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE somebody_s (x)")
        connection.execute("INSERT INTO somebody_s VALUES (1)")
        connection.commit()
        async with SQLiteSession("user_1", tmp_path / "x.db") as session:
            assert await works(session)
        assert connection.execute("SELECT x FROM somebody_s").fetchall() == [(1,)]


async def test_all_who_ask_at_once_are_told(tmp_path: Path) -> None:
    sessions = [SQLiteSession(f"user_{n}", tmp_path / "none" / "x.db") for n in range(10)]
    results = await asyncio.gather(
        *(session.add_items([{"n": 1}]) for session in sessions), return_exceptions=True
    )
    assert [type(result) for result in results] == [FileNotFoundError] * 10
    (tmp_path / "none").mkdir()
    await asyncio.gather(*(session.add_items([{"n": 1}]) for session in sessions))
    for session in sessions:
        assert await session.get_items() == [{"n": 1}]
        await session.close()


@needs_modes
async def test_what_is_no_regular_file_is_an_error_and_nobody_hangs(
    use: Callable[[SQLiteSession], Any], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/null", tmp_path / "pipe"):
        async with SQLiteSession("user_1", path) as session:
            with pytest.raises(OSError, match="regular") as caught:
                await asyncio.wait_for(use(session), SOON)
            assert caught.value.filename == str(path)
    assert os.listdir(tmp_path) == ["pipe"]


FORBIDDEN = """
import asyncio, errno, os, sqlite3, sys, tempfile
from session_lib import SQLiteSession

# Imported now, because the user that this becomes may not read where Python is installed.
import asyncio.runners, concurrent.futures.thread

folder = tempfile.mkdtemp()
path = os.path.realpath(os.path.join(folder, "x.db"))
with_file = "file" in sys.argv[1]
if os.geteuid() == 0:  # to root nothing is forbidden
    os.chown(folder, 65534, 65534)
    os.setgid(65534)
    os.setuid(65534)
os.chdir(folder)

async def close(session): await session.close()

operations = {
    "add": lambda session: session.add_items([{"n": 2}]),
    "get": lambda session: session.get_items(),
}
if with_file:
    first = SQLiteSession("user_1", path)
    asyncio.run(first.add_items([{"n": 1}]))
    asyncio.run(close(first))
if sys.argv[1] == "file":
    os.chmod(path, 0o400)
else:
    os.chmod(folder, 0o500)
before = open(path, "rb").read() if with_file else None
session = SQLiteSession("user_1", path)

for name, operation in operations.items():
    try:
        asyncio.run(operation(session))
    except PermissionError as error:
        assert error.errno == errno.EACCES, error
        assert path in str(error), error
    else:
        sys.exit(f"{name} did not fail")

os.chmod(folder, 0o700)
assert os.listdir(folder) == (["x.db"] if with_file else []), os.listdir(folder)
if with_file:
    assert open(path, "rb").read() == before
    os.chmod(path, 0o600)
asyncio.run(session.add_items([{"n": 3}]))
assert asyncio.run(session.get_items()) == ([{"n": 1}, {"n": 3}] if with_file else [{"n": 3}])
asyncio.run(close(session))
os.unlink(path)
os.rmdir(folder)
"""


@needs_modes
@pytest.mark.parametrize("what", ["file", "folder", "folder of a file"])
def test_what_this_user_may_not_write_to_is_named_and_works_once_it_may(
    what: str, tmp_path: Path
) -> None:
    code, out, err = run(tmp_path, FORBIDDEN, what, flags=("-W", "error", "-W", "ignore:unclosed"))
    assert (code, out, err) == (0, "", "")

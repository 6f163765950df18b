"""A file that cannot be used is an error at first use. It names the path and the reason, and
nothing that was there is changed."""

import asyncio
import errno
import os
import sqlite3
from contextlib import closing

import pytest

from session_lib import SQLiteSession
from tests.helpers.operations import OPERATIONS
from tests.helpers.processes import needs_modes, run

pytestmark = pytest.mark.usefixtures("has_threads")

SOON = 10.0


@pytest.fixture(params=OPERATIONS)
def use(request):
    """An operation that is the first to use a session."""
    return OPERATIONS[request.param].begin


async def works(session):
    await session.add_items([{"n": 1}])
    return await session.get_items() == [{"n": 1}]


async def test_a_missing_folder(use, tmp_path):
    path = tmp_path / "no such folder" / "x.db"
    async with SQLiteSession("user_1", path) as session:
        for _ in range(2):
            with pytest.raises(FileNotFoundError, match="folder") as caught:
                await use(session)
            assert str(tmp_path) in caught.value.filename
            assert caught.value.errno == errno.ENOENT
        assert os.listdir(tmp_path) == []
        path.parent.mkdir()
        assert await works(session)


async def test_all_who_ask_at_once_are_told(tmp_path):
    sessions = [SQLiteSession(f"user_{n}", tmp_path / "none" / "x.db") for n in range(10)]
    results = await asyncio.gather(
        *(session.add_items([{"n": 1}]) for session in sessions), return_exceptions=True
    )
    assert [type(result) for result in results] == [FileNotFoundError] * 10
    (tmp_path / "none").mkdir()
    assert all(await asyncio.gather(*map(works, sessions)))
    await asyncio.gather(*(session.close() for session in sessions))


async def test_a_folder(use, tmp_path):
    async with SQLiteSession("user_1", tmp_path) as session:
        with pytest.raises(IsADirectoryError) as caught:
            await use(session)
        assert caught.value.filename == str(tmp_path)
    assert os.listdir(tmp_path) == []


async def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("a")
    async with SQLiteSession("user_1", tmp_path / "file" / "x.db") as session:
        with pytest.raises(OSError, match="folder"):
            await session.get_items()
    assert (tmp_path / "file").read_text() == "a"


def contents(size):
    """Bytes that are not a database: the last ones begin like one, and are cut short."""
    begun = b"SQLite format 3\0" + bytes([16, 0, 1, 1, 0, 64, 32, 32]) + bytes(size)
    return [b"x" * size, bytes(range(1, 255))[:size], begun[:size]]


async def refused(path, content, use):
    """See that `content` is refused and kept. Return the message."""
    path.write_bytes(content)
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(sqlite3.DatabaseError) as caught:
            await use(session)
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == [path.name]
    path.unlink()
    return str(caught.value)


@pytest.mark.parametrize("size", [7, 16, 100, 120, 512, 5000])
async def test_something_else_is_left_as_it_is(size, use, tmp_path):
    for content in (*contents(size)[:2], bytes(4096)):
        assert str(tmp_path / "x.db") in await refused(tmp_path / "x.db", content, use)


async def test_tiny_files(tmp_path):
    for size in range(1, 121):
        for number, content in enumerate(contents(size)):
            path = tmp_path / f"{size}_{number}.db"
            await refused(path, content, OPERATIONS["add"].begin)


async def test_a_session_works_once_that_is_gone(tmp_path):
    path = tmp_path / "x.db"
    path.write_text("my shopping list")
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(sqlite3.DatabaseError):
            await session.add_items([{"n": 0}])
        path.unlink()
        assert await works(session)


async def test_an_empty_file_is_an_empty_database(tmp_path):
    (tmp_path / "x.db").touch()
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        assert await works(session)


async def test_a_database_with_other_tables(tmp_path):
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE somebody_s (x)")
        connection.execute("INSERT INTO somebody_s VALUES (1)")
        connection.commit()
        async with SQLiteSession("user_1", tmp_path / "x.db") as session:
            assert await works(session)
        assert connection.execute("SELECT x FROM somebody_s").fetchall() == [(1,)]


@needs_modes
async def test_what_is_not_a_regular_file(use, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/null", tmp_path / "pipe"):
        async with SQLiteSession("user_1", path) as session:
            with pytest.raises(OSError, match="regular") as caught:
                await asyncio.wait_for(use(session), SOON)
            assert caught.value.filename == str(path)
    assert os.listdir(tmp_path) == ["pipe"]


FORBIDDEN = """
import asyncio, errno, os, sys, tempfile
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

if with_file:
    first = SQLiteSession("user_1", path)
    asyncio.run(first.add_items([{"n": 1}]))
    asyncio.run(first.close())
if sys.argv[1] == "file":
    os.chmod(path, 0o400)
else:
    os.chmod(folder, 0o500)
before = open(path, "rb").read() if with_file else None
session = SQLiteSession("user_1", path)
for operation in (lambda: session.add_items([{"n": 2}]), session.get_items):
    try:
        asyncio.run(operation())
    except PermissionError as error:
        assert error.errno == errno.EACCES, error
        assert path in str(error), error
    else:
        sys.exit("it did not fail")

os.chmod(folder, 0o700)
assert os.listdir(folder) == (["x.db"] if with_file else []), os.listdir(folder)
if with_file:
    assert open(path, "rb").read() == before
    os.chmod(path, 0o600)
asyncio.run(session.add_items([{"n": 3}]))
assert asyncio.run(session.get_items()) == ([{"n": 1}, {"n": 3}] if with_file else [{"n": 3}])
asyncio.run(session.close())
os.unlink(path)
os.rmdir(folder)
"""


@needs_modes
@pytest.mark.parametrize("what", ["file", "folder", "folder of a file"])
def test_what_this_user_may_not_write_to(what, tmp_path):
    flags = ("-W", "error", "-W", "ignore:unclosed")
    assert run(tmp_path, FORBIDDEN, what, flags=flags) == (0, "", "")

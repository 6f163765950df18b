"""A file may be deleted or replaced under an open session: no acknowledged write goes nowhere."""

import asyncio
import itertools
import json
import os
import shutil
import sqlite3
import threading
import time

import pytest

from session_lib import SQLiteSession
from session_lib.files import _is_settled
from tests.helpers.operations import OPERATIONS
from tests.helpers.processes import needs_unlink, run
from tests.helpers.sqlite_files import BESIDE, delete, locked, stored
from tests.helpers.threadless import STANDS_STILL, needs_threads

pytestmark = [needs_unlink, pytest.mark.usefixtures("has_threads")]


@pytest.fixture
async def path(tmp_path):
    return tmp_path / "x.db"


@pytest.fixture
async def session(path):
    """A session with one item, in a file that is open for reading and writing."""
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 0}])
        assert await session.get_items() == [{"n": 0}]
        yield session


@pytest.fixture
async def other(tmp_path):
    """Another database, ready to take the first one's place."""
    async with SQLiteSession("user_1", tmp_path / "other.db") as session:
        await session.add_items([{"other": 1}])
    return tmp_path / "other.db"


@pytest.mark.parametrize("endings", [BESIDE, ("",)], ids=["all", "the database alone"])
async def test_a_deleted_file(endings, session, path):
    for number in range(1, 6):
        delete(path, *endings)
        await session.add_items([{"n": number}])
        assert await session.get_items() == [{"n": number}]
        assert stored(path) == [{"n": number}]
    delete(path, *endings)
    await session.add_items([{"n": 6}])
    await session.close()
    assert stored(path) == [{"n": 6}]


async def test_what_was_deleted_is_gone(session, path):
    for operation in (session.get_items, session.pop_item, session.clear_session):
        delete(path)
        assert not await operation()
    assert stored(path) == []


async def test_a_replaced_file(session, path, other):
    delete(path, "-wal", "-shm")
    os.replace(other, path)
    await session.add_items([{"n": 2}])
    assert await session.get_items() == [{"other": 1}, {"n": 2}]
    assert stored(path) == [{"other": 1}, {"n": 2}]
    await session.close()
    assert stored(path) == [{"other": 1}, {"n": 2}]


async def test_a_reader_of_a_replaced_file(session, path, other):
    delete(path)
    os.replace(other, path)
    assert await session.get_items() == [{"other": 1}]


async def test_a_folder_that_was_moved(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    async with SQLiteSession("user_1", here / "x.db") as session:
        await session.add_items([{"n": 1}])
        here.rename(there)
        with pytest.raises(FileNotFoundError, match="folder"):
            await session.add_items([{"n": 2}])
        with pytest.raises(FileNotFoundError, match="folder"):
            await session.get_items()
        there.rename(here)
        await session.add_items([{"n": 3}])
        assert await session.get_items() == [{"n": 1}, {"n": 3}]


async def test_a_file_that_became_something_else(session, path):
    delete(path)
    path.write_text("my shopping list")
    with pytest.raises(sqlite3.DatabaseError):
        await session.add_items([{"n": 2}])
    assert path.read_text() == "my shopping list"
    delete(path)
    await session.add_items([{"n": 3}])
    assert stored(path) == [{"n": 3}]


@needs_threads(STANDS_STILL)
async def test_a_file_deleted_while_a_write_waits(session, path):
    with locked(path):
        tasks = [asyncio.create_task(session.add_items([{"n": n}])) for n in (2, 3)]
        done, _ = await asyncio.wait(tasks, timeout=0.1)
        assert not done
        delete(path)
    acknowledged = []
    for number, task in enumerate(tasks, 2):
        try:
            await task
            acknowledged.append({"n": number})
        except FileNotFoundError as error:
            assert error.filename == str(path)
    await session.add_items([{"n": 4}])
    assert stored(path) == [*acknowledged, {"n": 4}]


async def test_a_file_deleted_again_and_again(session, path):
    # What was acknowledged after the last time is there; every answer is an item or an error.
    acknowledged = []

    def delete_often():
        for _ in range(30):
            delete(path)

    thread = threading.Thread(target=delete_often)
    thread.start()
    async with asyncio.timeout(20):
        for number in itertools.count():
            is_over = not thread.is_alive()
            try:
                await session.add_items([{"n": number}])
            except (OSError, sqlite3.Error):
                continue
            if is_over:
                acknowledged.append({"n": number})
            if len(acknowledged) == 5:
                break
    assert stored(path)[-5:] == acknowledged
    assert (await session.get_items())[-5:] == acknowledged


async def test_a_file_that_never_stays_the_same(path, monkeypatch):
    numbers = itertools.count()
    monkeypatch.setattr("session_lib.files._identity", lambda path: (0, next(numbers)))
    monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", 1.0)
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(OSError, match="again and again") as caught:
            await session.add_items([{"n": 1}])
    assert caught.value.filename == str(path)


logs = pytest.mark.parametrize(
    "endings", [("-wal",), ("-shm",), ("-wal", "-shm")], ids=" and ".join
)


@logs
async def test_adding_after_the_log_was_deleted(endings, session, path):
    delete(path, *endings)
    acknowledged = [{"n": 0}]
    for number in range(1, 6):
        try:
            await session.add_items([{"n": number}])
            acknowledged.append({"n": number})
        except sqlite3.OperationalError as error:
            assert str(path) in str(error)
    await session.close()
    assert stored(path) == acknowledged


@logs
def test_a_sudden_end_after_that(endings, path):
    source = """
import asyncio, json, os, sqlite3, sys
from session_lib import SQLiteSession
path, *endings = sys.argv[1:]
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 0}]))
for ending in endings: os.unlink(path + ending)
acknowledged = []
for number in range(1, 6):
    try:
        asyncio.run(session.add_items([{"n": number}]))
        acknowledged.append({"n": number})
    except sqlite3.OperationalError:
        pass
print(json.dumps(acknowledged), flush=True)
os._exit(0)
"""
    code, out, err = run(path.parent, source, path, *endings)
    assert (code, err) == (0, "")
    acknowledged = json.loads(out)
    assert acknowledged
    assert [item for item in stored(path) if item["n"]] == acknowledged


@logs
@pytest.mark.parametrize("name", ["add", "get"])
async def test_a_session_without_its_log(name, endings, session, path):
    delete(path, *endings)
    for _ in range(10):
        try:
            await OPERATIONS[name].begin(session)
            break
        except sqlite3.OperationalError as error:
            assert str(path) in str(error)
    else:
        pytest.fail("ten errors in a row")


async def test_a_copy_made_after_closing(session, path, tmp_path):
    await session.add_items([{"n": number} for number in range(1, 100)])
    await session.close()
    shutil.copyfile(path, tmp_path / "copy.db")
    delete(path)
    async with SQLiteSession("user_1", tmp_path / "copy.db") as copy:
        assert await copy.get_items() == [{"n": number} for number in range(100)]


@pytest.mark.parametrize("change", ["deleted", "replaced", "its log deleted", "its folder moved"])
async def test_a_change_in_a_quiet_folder(change, tmp_path, other):
    # Then a look at the folder alone has to tell, and not one at each file in it.
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 0}])
        await asyncio.sleep(0.2)
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 0}, {"n": 1}]
        kept = []
        if change == "deleted":
            delete(path)
        elif change == "replaced":
            os.replace(other, path)
            delete(path, "-wal", "-shm")
            kept = [{"other": 1}]
        elif change == "its log deleted":
            delete(path, "-wal")
            kept = [{"n": 0}, {"n": 1}]
        else:
            folder.rename(tmp_path / "elsewhere")
            folder.mkdir()
        await session.add_items([{"n": 2}])
        assert await session.get_items() == [*kept, {"n": 2}]
    assert stored(path) == [*kept, {"n": 2}]


def test_when_a_folder_is_trusted():
    now = time.time_ns()
    second = 1_000_000_000
    for age, fine, trusted in [
        (0.02, True, False),  # some clocks tick every hundredth of a second
        (0.5, True, True),
        (0.5, False, False),  # some, every two seconds
        (3.5, False, True),
        (-5, True, False),  # and some are ahead
    ]:
        changed = now - int(age * second)
        changed += int(changed % second == 0) if fine else -changed % second
        assert _is_settled((changed, 1, 1)) is trusted, (age, fine)
    assert not _is_settled(None)

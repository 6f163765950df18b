"""Another process may hold a lock: a session waits its turn, and says so if it waits in vain."""

import asyncio
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from session_lib import SQLiteSession
from session_lib.connection import _open_files
from tests.helpers.cancelling import turn
from tests.helpers.operations import OPERATIONS, WRITES
from tests.helpers.processes import finish, hear, start, tell
from tests.helpers.threadless import STANDS_STILL, needs_threads

pytestmark = pytest.mark.usefixtures("has_threads")

SOON = 20.0

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN " + sys.argv[2])
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
connection.close()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.db"


@pytest.fixture
async def session(path):
    """A session with one item, in a file that is open."""
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        yield session


@pytest.fixture
def lock(tmp_path, path):
    """Starts a process that holds a lock until `release` is called with it."""

    def lock(kind="IMMEDIATE"):
        holder = start(tmp_path, HOLDER, path, kind)
        assert hear(holder) == "held"
        return holder

    return lock


def release(holder):
    tell(holder)
    assert finish(holder) == (0, "", "")


@pytest.fixture
def timeout(monkeypatch):
    """Sets how long calls that are made from now on wait for a lock."""

    def set_timeout(seconds):
        monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", seconds)

    return set_timeout


async def begin(*operations, seconds):
    """Begin some operations, none of which is done after some time."""
    tasks = [asyncio.create_task(operation) for operation in operations]
    done, _ = await asyncio.wait(tasks, timeout=seconds)
    assert not done
    return tasks


@needs_threads(STANDS_STILL)
async def test_a_write_waits_for_its_turn(session, lock):
    holder = lock()
    tasks = await begin(session.add_items([{"n": 2}]), session.pop_item(), seconds=0.2)
    release(holder)
    assert await asyncio.gather(*tasks) == [None, {"n": 2}]
    assert await session.get_items() == [{"n": 1}]


async def test_reading_does_not_wait_for_writers(session, lock, path):
    holder = lock()
    async with asyncio.timeout(5), SQLiteSession("user_2", path) as other:
        assert await session.get_items() == [{"n": 1}]
        assert await other.get_items() == []
    release(holder)


async def test_writing_does_not_wait_for_readers(session, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM agent_messages").fetchone() == (1,)
        async with asyncio.timeout(5):
            await session.add_items([{"n": 2}])
        assert reader.execute("SELECT count(*) FROM agent_messages").fetchone() == (1,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM agent_messages").fetchone() == (2,)


async def test_an_idle_session_holds_no_lock(session, path):
    await session.get_items()
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('a', '{}')")
        other.execute("COMMIT")


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_waits_in_vain(name, session, lock, timeout, path):
    holder = lock()
    timeout(0.3)
    with pytest.raises(sqlite3.OperationalError, match="locked") as caught:
        await asyncio.wait_for(OPERATIONS[name].begin(session), SOON)
    assert str(path) in str(caught.value)
    assert caught.value.sqlite_errorcode == sqlite3.SQLITE_BUSY
    assert await session.get_items() == [{"n": 1}]
    release(holder)
    await session.add_items([{"n": 3}])
    assert await session.get_items() == [{"n": 1}, {"n": 3}]


async def test_all_who_wait_in_vain_are_told(session, lock, timeout):
    holder = lock()
    timeout(0.3)
    async with asyncio.timeout(SOON):
        results = await asyncio.gather(
            *(session.add_items([{"n": n}]) for n in range(10)), return_exceptions=True
        )
    assert [type(result) for result in results] == [sqlite3.OperationalError] * 10
    release(holder)
    await session.add_items([{"n": 2}])
    assert await session.get_items() == [{"n": 1}, {"n": 2}]


@needs_threads(STANDS_STILL)
async def test_who_came_later_waits_longer(session, lock, timeout):
    holder = lock()
    timeout(0.2)
    early = asyncio.create_task(session.add_items([{"early": 1}]))
    await turn(20)
    timeout(30)
    late = asyncio.create_task(session.add_items([{"late": 1}]))
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await asyncio.wait_for(early, SOON)
    assert not late.done()
    release(holder)
    await late
    assert await session.get_items() == [{"n": 1}, {"late": 1}]


@needs_threads(STANDS_STILL)
async def test_a_locked_file_opens_in_its_turn(lock, path):
    holder = lock("EXCLUSIVE")
    async with SQLiteSession("user_1", path) as session:
        adding, reading = await begin(
            session.add_items([{"n": 1}]), session.get_items(), seconds=0.2
        )
        release(holder)
        await adding
        assert await reading in ([], [{"n": 1}])
        assert await session.get_items() == [{"n": 1}]


@pytest.mark.parametrize("name", ["add", "get"])
async def test_a_file_that_stays_locked(name, lock, timeout, path):
    holder = lock("EXCLUSIVE")
    timeout(0.3)
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(sqlite3.OperationalError, match="locked") as caught:
            await asyncio.wait_for(OPERATIONS[name].begin(session), SOON)
        assert str(path) in str(caught.value)
        release(holder)
        await session.add_items([{"n": 2}])
        assert await session.get_items() == [{"n": 2}]


@needs_threads(STANDS_STILL)
async def test_a_reader_of_a_locked_file_gives_up(lock, timeout, path):
    holder = lock("EXCLUSIVE")
    async with SQLiteSession("user_1", path) as session:
        timeout(0.2)
        reading = asyncio.create_task(session.get_items())
        await turn()
        timeout(30)
        adding = asyncio.create_task(session.add_items([{"n": 1}]))
        try:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                await asyncio.wait_for(reading, 3)
        finally:
            release(holder)
            await adding


@needs_threads(STANDS_STILL)
async def test_reading_while_a_file_closes(session, lock, path):
    holder = lock()
    (adding,) = await begin(session.add_items([{"n": 2}]), seconds=0.1)
    session.close()
    other = SQLiteSession("user_1", path)
    try:
        assert await asyncio.wait_for(other.get_items(), 3) == [{"n": 1}]
    finally:
        release(holder)
        await adding
        await other.close()


@needs_threads(STANDS_STILL)
async def test_a_process_that_dies_with_the_lock(session, lock):
    holder = lock()
    (adding,) = await begin(session.add_items([{"n": 2}]), seconds=0.1)
    holder.kill()
    holder.communicate()
    await asyncio.wait_for(adding, SOON)
    assert await session.get_items() == [{"n": 1}, {"n": 2}]


async def cut_short(session, after=lambda: None):
    """Read, and let a fork come while the read waits for a lock. Return what is read then."""
    file, calls = session.database.file, []

    def work(connection):
        calls.append(connection)
        if len(calls) > 1:
            return "read"
        _open_files[file].stop()
        after()
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    async with asyncio.timeout(SOON):
        return await file.read(work)


@needs_threads("a fork ends the threads, which go on afterwards")
async def test_a_read_cut_short_by_a_fork(session):
    assert await cut_short(session) == "read"


@needs_threads("a fork ends the threads, which go on afterwards")
async def test_a_read_cut_short_and_cancelled(session):
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[object]] = []
    cancel = partial(loop.call_soon_threadsafe, lambda: tasks[0].cancel())
    tasks.append(asyncio.create_task(cut_short(session, cancel)))
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert await session.get_items() == [{"n": 1}]

"""Where no thread can be started, as in a browser, sessions work all the same.

Most of what they promise there is in the other tests of this folder and of `faults`, which run
once with threads and once without. This is what is peculiar.
"""

import asyncio
import gc
import sqlite3
import time
from contextlib import closing

import pytest

from session_lib import SQLiteSession, threadless
from session_lib.worker import Worker
from tests.helpers.processes import needs_fork, needs_proc, open_files, run
from tests.helpers.sqlite_files import locked_for, stored
from tests.helpers.threadless import PRELUDE, take_threads_away


@pytest.fixture(autouse=True)
def no_threads(monkeypatch):
    take_threads_away(monkeypatch)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.db"


def begin(*operations):
    return [asyncio.create_task(operation) for operation in operations]


def test_the_platform_decides(path, tmp_path):
    source = """
import threading
from session_lib import SQLiteSession, load_sessions
def refuse(thread): raise RuntimeError("can't start new thread")
threading.Thread.start = refuse
async def main():
    async with SQLiteSession("user_1", sys.argv[1]) as session, SQLiteSession("user_2") as other:
        for each in (session, other):
            await asyncio.gather(*(each.add_items([{"n": n}]) for n in range(3)))
            assert await each.pop_item() == {"n": 2}
            assert await each.get_items() == [{"n": 0}, {"n": 1}]
asyncio.run(main())
assert "aiosqlite" not in sys.modules and "session_lib.connection" not in sys.modules
"""
    assert run(tmp_path, source, path) == (0, "", "")
    assert stored(path) == [{"n": 0}, {"n": 1}]


def test_the_prelude_is_needed(path, tmp_path, monkeypatch):
    """Without it, the programs of these tests would not be what they are for."""
    monkeypatch.undo()
    source = "import sys, session_lib.database; print('aiosqlite' in sys.modules)"
    assert run(tmp_path, source) == (0, "True\n", "")
    assert run(tmp_path, PRELUDE + source) == (0, "False\n", "")


async def test_these_are_they(path):
    for session in (SQLiteSession("user_1", path), SQLiteSession("user_1")):
        assert isinstance(session.database.file, threadless.SharedFile)


async def test_the_loop_stands_still_for_a_lock(path):
    session = SQLiteSession("user_1", path)
    await session.add_items([{"n": 1}])
    with locked_for(0.3, path):
        begun = time.monotonic()
        tasks = begin(session.add_items([{"n": 2}]), session.get_items())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert time.monotonic() - begun > 0.2
        await asyncio.gather(*tasks)
    assert await session.get_items() == [{"n": 1}, {"n": 2}]
    await session.close()


async def test_nothing_is_left_waiting(path):
    """One turn of the loop is all that work waits for, if no lock is held."""
    async with SQLiteSession("user_1", path) as session:
        tasks = begin(*(session.add_items([{"n": n}]) for n in range(5)), session.get_items())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert all(task.done() for task in tasks)
        await asyncio.gather(*tasks)


async def test_cancelled_work_is_not_done_later(path):
    async with SQLiteSession("user_1", path) as session:
        leaving, staying = begin(session.add_items([{"n": 1}]), session.add_items([{"n": 2}]))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving, staying])
        assert leaving.cancelled()
        await session.add_items([{"n": 3}])
        assert await session.get_items() == [{"n": 2}, {"n": 3}]


@needs_proc
async def test_closed_in_the_middle_of_its_work(path):
    """By a finalizer, say: it is closed as soon as the work is done."""
    session = SQLiteSession("user_1", path)
    await session.add_items([{"n": 1}])
    file, closings = session.database.file, []

    def work(connection):
        closings.append(session.close())
        assert open_files(path)
        return connection.execute("SELECT count(*) FROM agent_messages").fetchall()

    assert await file.write(work) == [(1,)]
    assert open_files(path) == []
    await asyncio.wait_for(closings[0], 5)


@needs_proc
@pytest.mark.usefixtures("no_collection")
async def test_garbage_in_the_middle_of_work(path, tmp_path):
    class Chat:
        def __init__(self):
            self.me = self
            self.session = SQLiteSession("user_1", tmp_path / "other.db")

    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        await Chat().session.add_items([{"n": 2}])
        assert open_files(tmp_path / "other.db")
        await session.database.file.write(lambda _: gc.collect())
        assert open_files(tmp_path / "other.db") == []
    assert stored(tmp_path / "other.db") == [{"n": 2}]


async def test_work_begun_is_done_before_closing(path):
    session = SQLiteSession("user_1", path)
    tasks = begin(*(session.add_items([{"n": n}]) for n in range(3)))
    await asyncio.sleep(0)
    session.close()
    assert stored(path) == [{"n": n} for n in range(3)]
    await asyncio.gather(*tasks)


async def test_used_after_closing(path):
    """A database outlives the session that it was got from, and closes after each use."""
    session = SQLiteSession("user_1", path)
    database = session.database
    await session.close()
    await database.add("user_1", ['{"n":1}'])
    assert [file.name for file in path.parent.iterdir()] == ["x.db"]
    assert await database.get("user_1") == [{"n": 1}]


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, GeneratorExit, RecursionError])
@pytest.mark.parametrize("name", ["x.db", None], ids=["file", "memory"])
async def test_work_that_raises(error, name, tmp_path):
    def work(connection):
        connection.execute("DELETE FROM agent_messages")
        raise error

    async with SQLiteSession("user_1", tmp_path / name if name else None) as session:
        await session.add_items([{"n": 1}])
        failing, adding = begin(session.database.file.write(work), session.add_items([{"n": 2}]))
        with pytest.raises(error if issubclass(error, Exception) else RuntimeError):
            await failing
        await adding
        assert await session.get_items() == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("name", ["x.db", None], ids=["file", "memory"])
def test_an_interrupt_in_the_middle_of_work(name, tmp_path):
    """It reaches the program. What was under way is undone, and nobody waits for ever."""

    def work(connection):
        connection.execute("DELETE FROM agent_messages")
        raise KeyboardInterrupt

    session = SQLiteSession("user_1", tmp_path / name if name else None)
    asyncio.run(session.add_items([{"n": 1}]))
    loop = asyncio.new_event_loop()
    tasks = [
        loop.create_task(operation)
        for operation in (
            session.add_items([{"n": 2}]),
            session.database.file.write(work),
            session.add_items([{"n": 3}]),
            session.get_items(),
        )
    ]
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(asyncio.wait(tasks))
    loop.run_until_complete(asyncio.wait(tasks))
    serving, *others, reading = tasks
    assert isinstance(serving.exception(), KeyboardInterrupt)
    if name:  # it has a connection of its own
        assert reading.result() == [{"n": 1}]
    else:
        others.append(reading)
    for task in others:
        with pytest.raises(RuntimeError, match="interrupted"):
            task.result()
    loop.close()
    asyncio.run(session.add_items([{"n": 4}]))
    assert asyncio.run(session.get_items()) == [{"n": 1}, {"n": 4}]
    asyncio.run(session.close())


@needs_fork
def test_a_fork_while_it_is_open(path, tmp_path):
    """The child is told so. Before it was opened, or once it is closed, a process may fork."""
    source = """
import os
from session_lib import SQLiteSession
session, path = SQLiteSession("user_1", sys.argv[1]), sys.argv[1]
def add(n): asyncio.run(session.add_items([{"n": n}]))
def fork(work):
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
def refused():
    try:
        add(0)
    except RuntimeError as error:
        assert "open it after the fork" in str(error) and path in str(error)
        os._exit(0)
fork(lambda: add(1))
add(2)
fork(refused)
add(3)
asyncio.run(session.close())
session = SQLiteSession("user_1", path)
fork(lambda: add(4))
add(5)
"""
    assert run(tmp_path, source, path) == (0, "", "")
    assert stored(path) == [{"n": n} for n in range(1, 6)]


async def test_where_connections_share_no_memory(path, monkeypatch):
    """As in JupyterLite's own folders, where a file is stored when it is closed."""
    tried = []
    opened = Worker.open

    def open(worker, connection, prepare):
        tried.append(connection.execute("PRAGMA locking_mode").fetchall())
        if tried == [[("normal",)]]:
            connection.close()
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMMAP
            raise error
        opened(worker, connection, prepare)

    monkeypatch.setattr(Worker, "open", open)
    sessions = [SQLiteSession(f"user_{n}", path) for n in range(3)]
    for number in range(3):
        await asyncio.gather(*(session.add_items([{"n": number}]) for session in sessions))
        assert len(tried) == 2 + 4 * number  # for all three, and then for each of them
        assert [file.name for file in path.parent.iterdir()] == ["x.db"]
        for session in sessions:
            assert await session.get_items() == [{"n": n} for n in range(number + 1)]
        assert [file.name for file in path.parent.iterdir()] == ["x.db"]
    assert {kind for ((kind,),) in tried[1:]} == {"exclusive"}
    with closing(sqlite3.connect(path)) as connection:  # others can open it there too
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("delete",)]


async def test_errors_name_the_file(path):
    path.write_text("my shopping list")
    results = await asyncio.gather(
        SQLiteSession("user_1", path).get_items(),
        SQLiteSession("user_2", path).add_items([{"n": 1}]),
        return_exceptions=True,
    )
    for error in results:
        assert isinstance(error, sqlite3.DatabaseError) and str(path) in str(error)
    assert path.read_text() == "my shopping list"

"""Trouble that people have reported with chats kept in SQLite, tried on this library."""

import asyncio
import copy
import enum
import gc
import os
import pickle
import random
import sqlite3
import threading
import weakref
from contextlib import closing
from datetime import UTC, datetime

import anyio
import anyio.lowlevel
import pytest

from session_lib import SQLiteSession, delete_sessions, sessions
from tests.helpers.processes import needs_fork, needs_proc, needs_unlink, run
from tests.helpers.threadless import needs_threads

pytestmark = pytest.mark.usefixtures("has_threads")

SESSION = """
    import asyncio, os, sys, threading
    from session_lib import SQLiteSession
    path = sys.argv[1]
    session = SQLiteSession("user", path)
    def add(n):
        asyncio.run(asyncio.wait_for(session.add_items([{"n": n}]), 3))
    def numbers():
        return [item["n"] for item in asyncio.run(session.get_items())]
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chats.db"


def stored(path):
    """What another program finds in the file."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [text for (text,) in connection.execute("SELECT message_data FROM agent_messages")]


def size(path):
    return os.path.getsize(path)


@needs_fork
@needs_threads("they fork while the file is open")
def test_fork_in_c(tmp_path, path):
    """Servers that fork in C run no hooks of Python's: calls in their workers never returned."""
    source = """
    import ctypes
    add(1)
    child = ctypes.PyDLL(None).fork()
    if not child:
        try:
            add(2)
        except RuntimeError as error:
            os._exit(0 if "lazy-apps" in str(error) else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    add(3)
    print(numbers())
    """
    assert run(tmp_path, SESSION + source, path) == (0, "[1, 3]\n", "")


@needs_fork
@needs_threads("they fork while the file is open")
def test_daemon(tmp_path, path):
    """A daemon forks, and then closes every descriptor: those of the database too."""
    source = """
    add(1)
    child = os.fork()
    if not child:
        os.closerange(3, 1024)
        add(2)
        os._exit(0)
    os.waitpid(child, 0)
    print(numbers())
    """
    out = run(tmp_path, SESSION + source, path, flags=("-W", "ignore::DeprecationWarning"))
    assert out == (0, "[1, 2]\n", "")


@needs_fork
def test_program_replaced(tmp_path, path):
    """Reloaders replace the program by itself: nothing is closed, and nothing may be lost."""
    source = """
    left = int(sys.argv[2])
    add(left)
    if left:
        os.execv(sys.executable, [sys.executable, sys.argv[0], path, str(left - 1)])
    print(numbers())
    """
    assert run(tmp_path, SESSION + source, path, 2) == (0, "[2, 1, 0]\n", "")


@needs_proc
def test_no_standard_streams(tmp_path, path):
    """Without them the database became descriptor 2, and what was printed went into it."""
    source = """
    for number in range(3):
        os.close(number)
    add(1)
    for number in range(3):
        try:
            assert not os.readlink(f"/proc/self/fd/{number}").startswith(path)
        except FileNotFoundError:
            pass
    add(2)
    """
    assert run(tmp_path, SESSION + source, path)[0] == 0
    assert stored(path) == ['{"n":1}', '{"n":2}']


def test_use_in_atexit(tmp_path, path):
    """Since Python 3.12 no thread can be started by then. What is open already still works."""
    source = """
    import atexit
    add(1)
    atexit.register(lambda: print(numbers()))
    atexit.register(add, 2)
    """
    assert run(tmp_path, SESSION + source, path) == (0, "[1, 2]\n", "")


@needs_unlink
@pytest.mark.parametrize("end", ["close", "kill"])
async def test_index_deleted(tmp_path, path, end):
    """A backup tool deleted the -shm file: two programs no longer saw each other's writes."""
    session = SQLiteSession("user", path)
    await session.add_items([{"n": 1}])
    os.unlink(f"{path}-shm")
    source = """
    add(2)
    asyncio.run(session.close()) if sys.argv[2] == "close" else os._exit(0)
    """
    assert run(tmp_path, SESSION + source, path, end)[0] == 0
    await session.add_items([{"n": 3}])
    await session.close()
    assert stored(path) == ['{"n":1}', '{"n":2}', '{"n":3}']


async def test_file_read_beside_it(tmp_path, path):
    """Reading the file drops all locks of the process: others delete the log when they close."""
    session = SQLiteSession("user", path)
    for n in (1, 3):
        await session.add_items([{"n": n}])
        path.read_bytes()
        program = f"add({n + 1}); asyncio.run(session.close())"
        assert run(tmp_path, SESSION + "    " + program, path)[0] == 0
    await session.add_items([{"n": 5}])
    await session.close()
    assert stored(path) == [f'{{"n":{n}}}' for n in range(1, 6)]


async def test_backup_restored(tmp_path, path):
    """Restored by SQLite's own means into a file that is open, a backup is what is read next."""
    session = SQLiteSession("user", path)
    await session.add_items([{"n": 1}])
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(":memory:")) as backup:
        source.backup(backup)
        await session.add_items([{"n": 2}] * 1000)
        backup.backup(source)
    assert await session.get_items() == [{"n": 1}]
    await session.add_items([{"n": 3}])
    await session.close()
    assert stored(path) == ['{"n":1}', '{"n":3}']


def test_no_temporary_files(tmp_path, path, monkeypatch):
    """In a container that can write to its volume only, SQLite found no folder for them."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(folder))
    before = folder.stat().st_mtime_ns
    source = """
    for _ in range(2):
        asyncio.run(session.add_items([{"text": 2000 * "x"}] * 500))
    asyncio.run(session.clear_session())
    """
    assert run(tmp_path, SESSION + source, path) == (0, "", "")
    assert folder.stat().st_mtime_ns == before


async def test_log_stays_small(path):
    """Where somebody always reads, the log was never begun anew, and grew to gigabytes."""
    users = [SQLiteSession(f"user_{n}", path) for n in range(4)]
    largest = 0

    async def write(session):
        nonlocal largest
        for _ in range(500):
            await session.add_items([{"text": 8000 * "x"}])
            largest = max(largest, size(f"{path}-wal"))

    async def read(session):
        while not writing.done():
            await session.get_items(20)

    writing = asyncio.gather(*map(write, users))
    await asyncio.gather(writing, *map(read, users))
    assert size(path) > 12_000_000
    assert largest < 12_000_000
    await asyncio.gather(*(session.close() for session in users))


async def test_random_numbers(path):
    """A seed no longer gave the same numbers where a library drew some in between."""
    session = SQLiteSession("user", path)
    await session.add_items([{"n": 1}])
    with closing(sqlite3.connect(path, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.1, other.rollback).start()
        before = random.getstate()
        await session.add_items([{"n": 2}])
    assert random.getstate() == before
    await session.close()


def test_event_loop_policy(tmp_path, path):
    """The event loops of graphical toolkits work in the main thread only."""
    source = """
    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self):
            assert threading.current_thread() is threading.main_thread()
            return super().new_event_loop()
    asyncio.set_event_loop_policy(Policy())
    add(1)
    print(numbers())
    """
    assert run(tmp_path, SESSION + source, path, flags=("-W", "ignore"))[1] == "[1]\n"


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_close_in_a_cancelled_scope(path, steps):
    """anyio asks a task how far it is: one whose coroutine is not Python's own had no answer."""
    session = SQLiteSession("user", path)
    await session.add_items([{"n": 1}])
    async with anyio.create_task_group() as group:
        group.start_soon(session.close)
        for _ in range(steps):
            await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    assert stored(path) == ['{"n":1}']


@pytest.mark.skipif(
    not hasattr(asyncio, "eager_task_factory"), reason="needs eager tasks, of Python 3.12"
)
async def test_eager_tasks(path):
    """A task that begins at once runs its first step inside another task."""
    asyncio.get_running_loop().set_task_factory(vars(asyncio)["eager_task_factory"])
    session = SQLiteSession("user", path)
    adding = [asyncio.create_task(session.add_items([{"n": n}])) for n in range(9)]
    await asyncio.gather(*adding)
    assert await asyncio.create_task(session.get_items()) == [{"n": n} for n in range(9)]
    await asyncio.create_task(session.close())


@needs_threads("there is no thread")
def test_exit_in_the_thread(tmp_path, path):
    """A SystemExit ended the thread that did the work: callers, and the exit, waited for ever."""
    source = """
    import ctypes, time
    before = set(threading.enumerate())
    add(1)
    numbers()
    while len(threads := set(threading.enumerate()) - before) > 2:
        time.sleep(0.001)  # the one that opened the file is about to end
    for thread in threads:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
    for _ in range(3):
        try:
            add(2)
        except TimeoutError:
            print("waits for ever", flush=True)
            os._exit(1)
        except BaseException:
            pass
    print("goes on")
    """
    assert run(tmp_path, SESSION + source, path)[1] == "goes on\n"


async def test_errors_are_no_cycles(tmp_path):
    """What an error's traceback referred to stayed until the garbage collector came by."""
    session = SQLiteSession("user", tmp_path / "missing" / "chats.db")
    gone = weakref.ref(session)
    gc.disable()
    try:
        with pytest.raises(FileNotFoundError):
            await session.get_items()
        del session
        await asyncio.sleep(0.05)
        assert gone() is None
    finally:
        gc.enable()


async def test_times_in_two_forms(path):
    """As text, 09:00 written with a T is later than 23:00 without: old was new, new was old."""
    async with SQLiteSession("user", path) as session:
        await session.add_items([{"n": 1}, {"n": 2}])
    with closing(sqlite3.connect(path)) as connection, connection:
        for row, time in (1, "2026-03-02T09:00:00"), (2, "2026-03-02 23:00:00"):
            connection.execute("UPDATE agent_messages SET created_at = ? WHERE id = ?", (time, row))
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    [(first, latest)] = (await sessions(path))[["first", "latest"]].itertuples(index=False)
    deleted = await delete_sessions(path, older_than=noon)
    assert (first < noon < latest, deleted.items) == (True, 0)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, pickle.dumps])
async def test_copies_are_refused(make):
    """Frameworks copy what they are given. A copy's conversation is gone when one is closed."""
    session = SQLiteSession("user")
    await session.add_items([{"n": 1}])
    with pytest.raises(TypeError, match="SQLiteSession"):
        make(session)
    await session.close()


async def test_adapted_ids(path):
    """How sqlite3 is to store an enum is said once for the whole program."""

    class User(enum.StrEnum):
        ANN = "ann@example.com"

    sqlite3.register_adapter(User, lambda user: user.name)
    async with SQLiteSession(User.ANN, path) as session:
        await session.add_items([{"n": 1}])
    assert (await sessions(path))["session"].tolist() == ["ann@example.com"]


def test_placeholders(tmp_path, path):
    """They warn of a numbered placeholder: where warnings are errors, nothing could be read."""
    assert run(tmp_path, SESSION + "    add(1); print(numbers())", path) == (0, "[1]\n", "")

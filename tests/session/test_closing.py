"""A session is closed, once or twice, with or without `await`, or never."""

import asyncio
import contextlib
import gc
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import eventually, needs_proc, open_files, threads_since
from tests.helpers.sessions import OURS_ON_A_FILE

ITEMS = [{"n": 1}, {"n": 2}]
OPERATIONS: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "get_items()": lambda session: session.get_items(),
    "get_items(0)": lambda session: session.get_items(0),
    "get_items(-1)": lambda session: session.get_items(-1),
    "add_items(items)": lambda session: session.add_items(ITEMS),
    "add_items([])": lambda session: session.add_items([]),
    "add_items(bad)": lambda session: session.add_items([object()]),
    "pop_item()": lambda session: session.pop_item(),
    "clear_session()": lambda session: session.clear_session(),
    "async with": lambda session: session.__aenter__(),
}


async def assert_closed(session):
    with pytest.raises(RuntimeError, match=r"^SQLiteSession is closed.*'alice'"):
        await session.get_items()


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
async def test_every_operation_is_refused(our_store, operation):
    # The SDK's message does not name the session, its empty add_items passes, and it has no
    # `async with`.
    session = our_store.open("alice")
    await session.add_items(ITEMS)
    await session.close()
    with pytest.raises(RuntimeError, match=r"^SQLiteSession is closed.*'alice'"):
        await operation(session)
    if our_store.path:
        assert await our_store.open().get_items() == ITEMS


@pytest.mark.parametrize("name", ["get_items()", "add_items(items)", "pop_item()"])
async def test_the_error_begins_as_the_sdks(session, name):
    session.close()
    with pytest.raises(RuntimeError, match=r"^SQLiteSession is closed"):
        await OPERATIONS[name](session)


async def test_an_unused_session_makes_no_file(our_file):
    session = our_file.open()
    await session.close()
    await assert_closed(session)
    assert not our_file.path.exists()


# Every way to close a session.


async def _await(session):
    await session.close()


async def _await_one_object_twice(session):
    closing = session.close()
    await closing
    await closing


async def _in_a_task(session):
    await asyncio.gather(session.close(), asyncio.create_task(session.close()))


WAYS: dict[str, Callable[[Any], object]] = {
    "bare": lambda session: session.close(),
    "contextlib.closing": lambda session: contextlib.closing(session).__exit__(),
    "asyncio.run": lambda session: asyncio.run(session.close()),
    "await": lambda session: asyncio.run(_await(session)),
    "await twice": lambda session: asyncio.run(_await_one_object_twice(session)),
    "task": lambda session: asyncio.run(_in_a_task(session)),
}


ONCE = [[way] for way in WAYS]
TWICE = [[way, way] for way in WAYS] + [["bare", "await"], ["await", "bare"]]


@needs_proc
@pytest.mark.parametrize("ways", ONCE + TWICE, ids=", then ".join)
def test_closing_leaves_nothing_open(our_store, ways):
    # Warnings are errors in these tests, and so is what garbage collection warns of.
    gc.collect()  # the threads of sessions that other tests left
    before = {*threading.enumerate()}
    session = our_store.open()
    asyncio.run(session.add_items(ITEMS))
    assert bool(threads_since(before)) is our_store.has_threads
    for way in ways:
        WAYS[way](session)

    def is_closed():
        return not threads_since(before) and not (our_store.path and open_files(our_store.path))

    if ways[0] not in ("bare", "contextlib.closing"):
        assert is_closed()
    assert eventually(is_closed)
    gc.collect()
    asyncio.run(assert_closed(session))


@pytest.fixture
def slow_to_end():
    """Each new thread takes a moment to end, after it has done its work."""

    def linger(frame, event, _):
        if event == "return" and frame.f_code is threading.Thread.run.__code__:
            time.sleep(0.2)

    threading.setprofile(linger)
    yield
    threading.setprofile(None)


@pytest.mark.usefixtures("slow_to_end")
def test_a_wait_is_for_the_threads_too(our_store):
    gc.collect()
    before = {*threading.enumerate()}
    session = our_store.open()
    asyncio.run(session.add_items(ITEMS))
    asyncio.run(session.close())
    assert not threads_since(before)


# Without threads, the event loop stands still as long as another connection holds the lock.
@pytest.mark.parametrize("our_file", [OURS_ON_A_FILE], indirect=True)
@pytest.mark.parametrize(
    "again", [lambda session, first: first, lambda session, _: session.close()]
)
async def test_each_wait_is_for_the_end(our_file, again):
    session = our_file.open()
    await session.add_items(ITEMS)
    with contextlib.closing(sqlite3.connect(our_file.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # so that the session has something to do for a while
        add = asyncio.create_task(session.add_items(ITEMS))
        await asyncio.sleep(0.1)
        first = session.close()
        for closing in (first, again(session, first)):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(closing, 0.1)
        other.execute("ROLLBACK")
    await add
    await first


async def test_a_second_close_does_nothing(session):
    await session.add_items(ITEMS)
    session.close()
    session.close()


def test_close_needs_no_event_loop(store):
    with contextlib.closing(store.open()) as session:
        pass
    assert session.session_id == "alice"


async def test_async_with_closes(our_store):
    session = our_store.open()
    async with session as same:
        assert same is session
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS
    await assert_closed(session)


async def test_async_with_lets_an_error_pass(our_file):
    session = our_file.open()
    with pytest.raises(ZeroDivisionError):
        async with session:
            await session.add_items(ITEMS)
            raise ZeroDivisionError
    await assert_closed(session)
    assert await our_file.open().get_items() == ITEMS


async def test_what_was_stored_stays(file_store):
    for count in range(1, 4):
        session = file_store.open()
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS * count
        session.close()
    assert await file_store.open().get_items() == ITEMS * 3


async def test_the_other_sessions_stay_open(file_store):
    same, other, closed = (file_store.open(name) for name in ("alice", "bob", "alice"))
    await other.add_items(ITEMS)
    await closed.add_items(ITEMS)
    closed.close()
    closed.close()
    assert await same.get_items() == ITEMS
    await other.add_items(ITEMS)
    assert await other.get_items() == ITEMS * 2


async def test_a_closed_file_can_be_moved(our_file):
    session = our_file.open()
    long = [{"content": "long " * 1_000_000}]
    await session.add_items(long)
    await session.close()
    # SQLite's -wal file is gone only when all of it is in the file itself.
    assert [file.name for file in our_file.path.parent.iterdir()] == [our_file.path.name]
    moved = our_file.path.rename(our_file.path.with_name("moved.db"))
    async with SQLiteSession("alice", moved) as session:
        assert await session.get_items() == long


async def test_a_session_need_not_be_closed(tmp_path):
    path = tmp_path / "conversations.db"
    await SQLiteSession("alice", path).add_items(ITEMS)
    gc.collect()
    async with SQLiteSession("alice", path) as session:
        assert await session.get_items() == ITEMS


async def test_memory_lasts_as_its_session_does():
    session = SQLiteSession("alice")
    for count in range(1, 4):
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS * count
    await session.close()
    async with SQLiteSession("alice") as session:
        assert await session.get_items() == []


async def test_a_closed_session_says_what_it_was(our_store):
    session = our_store.open("alice", session_settings={"limit": 2})
    shown = repr(session)
    await session.close()
    assert session.session_id == "alice"
    assert session.session_settings.limit == 2
    assert repr(session) == shown

"""A session is closed, once or twice, with or without `await`, or never."""

import contextlib
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.sessions import Store

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


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
async def test_a_closed_session_refuses_every_operation(
    our_store: Store, operation: Callable[[Any], Awaitable[Any]]
) -> None:
    # The SDK's message does not name the session, its empty add_items passes, and it has no
    # `async with`.
    session = our_store.open("alice")
    await session.add_items(ITEMS)
    await session.close()

    with pytest.raises(RuntimeError, match=r"^SQLiteSession is closed.*'alice'"):
        await operation(session)


@pytest.mark.parametrize("name", ["get_items()", "add_items(items)", "pop_item()"])
async def test_the_error_begins_as_the_sdks_does(store: Store, name: str) -> None:
    session = store.open()
    session.close()

    with pytest.raises(RuntimeError, match=r"^SQLiteSession is closed"):
        await OPERATIONS[name](session)


async def test_a_session_that_was_never_used_is_closed_all_the_same(our_file: Store) -> None:
    session = our_file.open()
    await session.close()

    with pytest.raises(RuntimeError, match="SQLiteSession is closed"):
        await session.get_items()
    assert not our_file.path.exists()


async def test_a_refused_operation_stores_nothing(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items(ITEMS)
    await session.close()

    for operation in OPERATIONS.values():
        with pytest.raises(RuntimeError):
            await operation(session)

    assert await our_file.open().get_items() == ITEMS


async def test_close_may_be_called_twice(store: Store) -> None:
    session = store.open()
    await session.add_items(ITEMS)

    session.close()
    session.close()


async def test_close_can_be_awaited_each_time(our_store: Store) -> None:
    # The SDK's SQLiteSession has a plain close(), its other sessions one to await. Here both do.
    session = our_store.open()
    await session.add_items(ITEMS)

    closing = session.close()
    await closing
    await closing
    await session.close()


def test_close_needs_no_event_loop(store: Store) -> None:
    with contextlib.closing(store.open()) as session:
        pass

    assert session.session_id == "alice"


async def test_async_with_closes(our_store: Store) -> None:
    async with our_store.open() as session:
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS

    with pytest.raises(RuntimeError, match="SQLiteSession is closed"):
        await session.get_items()


async def test_async_with_gives_the_session_itself(our_store: Store) -> None:
    session = our_store.open()

    async with session as same:
        assert same is session


async def test_async_with_closes_after_an_error_and_lets_it_pass(our_file: Store) -> None:
    session = our_file.open()
    with pytest.raises(ZeroDivisionError):
        async with session:
            await session.add_items(ITEMS)
            raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="SQLiteSession is closed"):
        await session.get_items()
    assert await our_file.open().get_items() == ITEMS


async def test_what_was_stored_is_there_after_closing(file_store: Store) -> None:
    session = file_store.open()
    await session.add_items(ITEMS)
    session.close()

    assert await file_store.open().get_items() == ITEMS


async def test_closing_one_session_leaves_the_others_of_its_file_open(file_store: Store) -> None:
    same, other, closed = (file_store.open(name) for name in ("alice", "bob", "alice"))
    await other.add_items(ITEMS)
    await closed.add_items(ITEMS)

    closed.close()
    closed.close()

    assert await same.get_items() == ITEMS
    await other.add_items(ITEMS)
    assert await other.get_items() == ITEMS * 2


async def test_a_session_made_after_the_last_one_was_closed_works(file_store: Store) -> None:
    for count in range(1, 4):
        session = file_store.open()
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS * count
        session.close()


async def test_a_closed_file_can_be_moved_and_opened_elsewhere(our_file: Store) -> None:
    session = our_file.open()
    long = [{"content": "long " * 1_000_000}]
    await session.add_items(long)
    await session.close()

    # SQLite's -wal file is gone only when all of it stands in the file itself.
    assert [file.name for file in our_file.path.parent.iterdir()] == [our_file.path.name]
    moved = our_file.path.rename(our_file.path.with_name("moved.db"))

    async with SQLiteSession("alice", moved) as session:
        assert await session.get_items() == long


async def test_a_session_that_is_never_closed_keeps_what_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    await SQLiteSession("alice", path).add_items(ITEMS)
    gc.collect()

    async with SQLiteSession("alice", path) as session:
        assert await session.get_items() == ITEMS


async def test_a_conversation_in_memory_lasts_as_long_as_its_session() -> None:
    session = SQLiteSession("alice")
    for count in range(1, 4):
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS * count
    await session.close()

    async with SQLiteSession("alice") as session:
        assert await session.get_items() == []


async def test_a_closed_session_still_says_what_it_was(our_store: Store) -> None:
    session = our_store.open("alice", session_settings={"limit": 2})
    shown = repr(session)
    await session.close()

    assert session.session_id == "alice"
    assert session.session_settings.limit == 2
    assert repr(session) == shown

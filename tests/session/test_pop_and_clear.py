"""Taking items away again: the latest one, or all of them."""

import asyncio
from typing import Any

from tests.helpers.sessions import Store

ITEMS = [{"n": n} for n in range(5)]


async def test_pop_takes_the_latest_item_away_and_returns_it(session: Any) -> None:
    await session.add_items(ITEMS)

    assert await session.pop_item() == ITEMS[4]
    assert await session.get_items() == ITEMS[:4]


async def test_popping_again_and_again_empties_the_session(session: Any) -> None:
    await session.add_items(ITEMS)

    assert [await session.pop_item() for _ in range(6)] == [*ITEMS[::-1], None]
    assert await session.get_items() == []


async def test_pop_on_an_empty_session_returns_none(session: Any) -> None:
    assert await session.pop_item() is None
    assert await session.pop_item() is None


async def test_pop_on_a_cleared_session_returns_none(session: Any) -> None:
    await session.add_items(ITEMS)
    await session.clear_session()

    assert await session.pop_item() is None


async def test_an_item_added_after_a_pop_is_the_latest(session: Any) -> None:
    await session.add_items(ITEMS)
    await session.pop_item()
    await session.add_items([{"n": "new"}])

    assert await session.get_items() == [*ITEMS[:4], {"n": "new"}]
    assert await session.pop_item() == {"n": "new"}


async def test_pops_at_once_take_different_items(store: Store) -> None:
    session = store.open()
    await session.add_items(ITEMS)
    others = [store.open() for _ in range(3)] if store.path else [session] * 3

    popped = await asyncio.gather(*(one.pop_item() for one in [session, *others] * 2))

    assert sorted(item["n"] for item in popped if item) == [0, 1, 2, 3, 4]
    assert popped.count(None) == 3
    assert await session.get_items() == []


async def test_a_session_that_was_popped_empty_can_be_used_again(session: Any) -> None:
    await session.add_items(ITEMS[:1])
    await session.pop_item()
    await session.add_items(ITEMS)

    assert await session.get_items() == ITEMS


async def test_clear_takes_all_items_away(session: Any) -> None:
    await session.add_items(ITEMS)

    assert await session.clear_session() is None

    assert await session.get_items() == []


async def test_clear_takes_the_session_row_away_too(file_store: Store) -> None:
    alice, bob = file_store.open("alice"), file_store.open("bob")
    await alice.add_items(ITEMS)
    await bob.add_items(ITEMS[:1])

    await alice.clear_session()

    assert file_store.execute("SELECT session_id FROM agent_sessions") == [("bob",)]
    assert file_store.execute("SELECT DISTINCT session_id FROM agent_messages") == [("bob",)]


async def test_a_cleared_session_can_be_used_again(session: Any) -> None:
    await session.add_items(ITEMS)
    await session.clear_session()
    await session.add_items(ITEMS[:2])
    await session.add_items(ITEMS[2:3])

    assert await session.get_items() == ITEMS[:3]


async def test_clearing_an_empty_session_does_nothing(session: Any) -> None:
    await session.clear_session()
    await session.add_items(ITEMS)
    await session.clear_session()
    await session.clear_session()

    assert await session.get_items() == []


async def test_another_session_with_the_same_id_sees_what_was_taken_away(
    file_store: Store,
) -> None:
    first, second = file_store.open("alice"), file_store.open("alice")
    await first.add_items(ITEMS)
    assert await second.get_items() == ITEMS

    await first.pop_item()
    assert await second.get_items() == ITEMS[:4]

    await first.clear_session()
    assert await second.get_items() == []
    assert await second.pop_item() is None

"""Taking items away again: the latest one, or all of them."""

import asyncio

ITEMS = [{"n": n} for n in range(5)]


async def test_pop_removes_and_returns_the_latest(session):
    await session.add_items(ITEMS)
    assert await session.pop_item() == ITEMS[4]
    assert await session.get_items() == ITEMS[:4]


async def test_a_session_can_be_popped_empty(session):
    await session.add_items(ITEMS)
    assert [await session.pop_item() for _ in range(6)] == [*ITEMS[::-1], None]
    assert await session.get_items() == []
    await session.add_items(ITEMS)
    assert await session.get_items() == ITEMS


async def test_pop_on_an_empty_session_is_none(session):
    assert await session.pop_item() is None
    assert await session.pop_item() is None


async def test_pop_on_a_cleared_session_is_none(session):
    await session.add_items(ITEMS)
    await session.clear_session()
    assert await session.pop_item() is None


async def test_an_item_added_after_a_pop(session):
    await session.add_items(ITEMS)
    await session.pop_item()
    await session.add_items([{"n": "new"}])
    assert await session.get_items() == [*ITEMS[:4], {"n": "new"}]
    assert await session.pop_item() == {"n": "new"}


async def test_pops_at_once_take_different_items(store):
    session = store.open()
    await session.add_items(ITEMS)
    others = [store.open() for _ in range(3)] if store.path else [session] * 3
    popped = await asyncio.gather(*(one.pop_item() for one in [session, *others] * 2))
    assert sorted(item["n"] for item in popped if item) == [0, 1, 2, 3, 4]
    assert popped.count(None) == 3
    assert await session.get_items() == []


async def test_clear_removes_all_items(session):
    await session.add_items(ITEMS)
    assert await session.clear_session() is None
    assert await session.get_items() == []
    await session.add_items(ITEMS[:2])
    await session.add_items(ITEMS[2:3])
    assert await session.get_items() == ITEMS[:3]


async def test_clear_removes_the_session_row_too(file_store):
    alice, bob = file_store.open("alice"), file_store.open("bob")
    await alice.add_items(ITEMS)
    await bob.add_items(ITEMS[:1])
    await alice.clear_session()
    assert file_store.execute("SELECT session_id FROM agent_sessions") == [("bob",)]
    assert file_store.execute("SELECT DISTINCT session_id FROM agent_messages") == [("bob",)]


async def test_clearing_an_empty_session_is_fine(session):
    await session.clear_session()
    await session.add_items(ITEMS)
    await session.clear_session()
    await session.clear_session()
    assert await session.get_items() == []


async def test_others_see_what_was_removed(file_store):
    first, second = file_store.open("alice"), file_store.open("alice")
    await first.add_items(ITEMS)
    assert await second.get_items() == ITEMS
    await first.pop_item()
    assert await second.get_items() == ITEMS[:4]
    await first.clear_session()
    assert await second.get_items() == []
    assert await second.pop_item() is None

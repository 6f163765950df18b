"""How many items `get_items` returns."""

from fractions import Fraction
from typing import Any

import agents
import pytest

from tests.helpers.strange_values import assert_clear, strange

pytestmark = pytest.mark.usefixtures("no_collection")

ITEMS = [{"n": n} for n in range(5)]


@pytest.fixture
async def five(session):
    """A session with five items."""
    await session.add_items(ITEMS)
    return session


@pytest.fixture
async def our_five(our_session):
    """The same, of ours only."""
    await our_session.add_items(ITEMS)
    return our_session


@pytest.mark.parametrize("limit", [None, 0, 1, 2, 4, 5, 6, 2**31 - 1, 2**63 - 1])
async def test_a_limit_gives_the_latest_items(five, limit):
    expected = ITEMS if limit is None else ITEMS[-limit:] if limit else []
    assert await five.get_items(limit) == expected
    assert await five.get_items(limit=limit) == expected


async def test_no_limit_gives_all_items(five):
    assert await five.get_items() == ITEMS


@pytest.mark.parametrize("limit", [2**63, 2**64, 10**100])
async def test_a_limit_beyond_what_sqlite_counts(store, limit):
    session = store.open()
    await session.add_items(ITEMS)
    if store.ours:
        assert await session.get_items(limit) == ITEMS
    else:
        # The SDK passes the limit to SQLite. Ours does not: no count of items can be too large.
        with pytest.raises(OverflowError):
            await session.get_items(limit)


@pytest.mark.parametrize("limit", [-1, -5, -(2**63), -(2**64)])
async def test_a_negative_limit_is_refused(our_five, limit):
    with pytest.raises(ValueError, match=rf"limit is {limit}\b"):
        await our_five.get_items(limit)
    assert await our_five.get_items() == ITEMS


async def test_a_negative_limit_in_the_sdk(tmp_path):
    # SQLite does, and the SDK relies on it. Ours refuses: a program that computes a limit, and
    # gets below zero, wants no history rather than all of it.
    session: Any = agents.SQLiteSession("alice", tmp_path / "conversations.db")
    await session.add_items(ITEMS)
    assert await session.get_items(-1) == ITEMS
    session.close()


@pytest.mark.parametrize("limit", [1.0, 1.5, float("inf"), "1", b"1", [1], Fraction(1), True, ...])
async def test_a_limit_that_is_not_a_number(our_session, limit):
    # The SDK takes True for 1, and for others has SQLite's errors, such as "datatype mismatch".
    with pytest.raises(TypeError, match=r"limit is .*whole number"):
        await our_session.get_items(limit)


async def test_any_value_as_a_limit(our_five):
    for value in strange():
        try:
            items = await our_five.get_items(value)
        except Exception as error:
            assert_clear(error, "limit is ")
        else:
            assert items == (ITEMS if value is None else ITEMS[-value:] if value else [])


async def test_a_refused_limit_makes_no_file(our_file):
    with pytest.raises(ValueError, match="limit"):
        await our_file.open().get_items(-1)
    assert not our_file.path.exists()

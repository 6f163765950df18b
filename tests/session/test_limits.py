"""How many items `get_items` returns: by its argument, and by the session's settings."""

import sys
from fractions import Fraction
from typing import Any

import agents
import pytest
from agents import SessionSettings

from session_lib import SQLiteSession
from tests.helpers.sessions import Store

ITEMS = [{"n": n} for n in range(5)]


@pytest.fixture
async def five(session: Any) -> Any:
    """A session with five items."""
    await session.add_items(ITEMS)
    return session


@pytest.mark.parametrize("limit", [1, 2, 4])
async def test_a_limit_gives_the_latest_items_oldest_first(five: Any, limit: int) -> None:
    assert await five.get_items(limit=limit) == ITEMS[-limit:]
    assert await five.get_items(limit) == ITEMS[-limit:]


async def test_a_limit_of_zero_gives_no_items(five: Any) -> None:
    assert await five.get_items(limit=0) == []


@pytest.mark.parametrize("limit", [5, 6, 2**31 - 1, 2**63 - 1])
async def test_a_limit_beyond_what_is_there_gives_all_items(five: Any, limit: int) -> None:
    assert await five.get_items(limit) == ITEMS


@pytest.mark.parametrize("limit", [2**63, 2**64, 10**100])
async def test_a_limit_beyond_what_sqlite_can_count_gives_all_items(
    store: Store, limit: int
) -> None:
    session = store.open()
    await session.add_items(ITEMS)

    if store.ours:
        assert await session.get_items(limit) == ITEMS
    else:
        # The SDK hands the limit to SQLite. Ours does not: no count of items can be too large.
        with pytest.raises(OverflowError):
            await session.get_items(limit)


async def test_no_limit_gives_all_items(five: Any) -> None:
    assert await five.get_items() == await five.get_items(None) == ITEMS
    assert await five.get_items(limit=None) == ITEMS


@pytest.mark.parametrize("limit", [-1, -5, -(2**63), -(2**64)])
async def test_a_negative_limit_is_refused(our_store: Store, limit: int) -> None:
    session = our_store.open()
    await session.add_items(ITEMS)

    with pytest.raises(ValueError, match=rf"limit is {limit}\b"):
        await session.get_items(limit)

    assert await session.get_items() == ITEMS


async def test_the_sdk_takes_a_negative_limit_for_none(tmp_path: Any) -> None:
    # SQLite does, and the SDK keeps to it. Ours refuses: who computes a limit, and gets below
    # zero, wants no history rather than all of it.
    session = agents.SQLiteSession("alice", tmp_path / "conversations.db")
    await session.add_items(ITEMS)

    assert await session.get_items(-1) == ITEMS
    session.close()


@pytest.mark.parametrize("limit", [1.0, 1.5, float("inf"), "1", b"1", [1], Fraction(1), True, ...])
async def test_a_limit_that_is_no_whole_number_is_refused(our_store: Store, limit: Any) -> None:
    # The SDK takes True for 1, and for others has SQLite's errors, such as "datatype mismatch".
    session = our_store.open()
    await session.add_items(ITEMS)

    with pytest.raises(TypeError, match=r"limit is .*whole number"):
        await session.get_items(limit)


async def test_a_refused_limit_does_not_touch_the_file(our_file: Store) -> None:
    with pytest.raises(ValueError, match="limit"):
        await our_file.open().get_items(-1)

    assert not our_file.path.exists()


@pytest.mark.parametrize("settings", [SessionSettings(limit=2), {"limit": 2}])
async def test_settings_give_the_limit_when_no_other_is_given(store: Store, settings: Any) -> None:
    session = store.open(session_settings=settings)
    await session.add_items(ITEMS)

    assert await session.get_items() == ITEMS[-2:]
    assert await session.get_items(None) == ITEMS[-2:]


@pytest.mark.parametrize("limit", [0, 1, 3, 100])
async def test_a_limit_wins_over_that_of_the_settings(store: Store, limit: int) -> None:
    session = store.open(session_settings={"limit": 2})
    await session.add_items(ITEMS)

    assert await session.get_items(limit) == (ITEMS[-limit:] if limit else [])


@pytest.mark.parametrize("settings", [None, {}, {"limit": None}, SessionSettings()])
async def test_settings_without_a_limit_give_all_items(store: Store, settings: Any) -> None:
    session = store.open(session_settings=settings)
    await session.add_items(ITEMS)

    assert await session.get_items() == ITEMS


async def test_a_limit_of_zero_in_the_settings_gives_no_items(store: Store) -> None:
    session = store.open(session_settings={"limit": 0})
    await session.add_items(ITEMS)

    assert await session.get_items() == []


@pytest.mark.parametrize("settings", [SessionSettings(limit=2), {"limit": 2}])
async def test_settings_can_be_set_later(five: Any, settings: Any) -> None:
    five.session_settings = settings
    assert await five.get_items() == ITEMS[-2:]

    five.session_settings = None
    assert five.session_settings is None
    assert await five.get_items() == ITEMS


async def test_a_limit_within_the_settings_can_be_changed_later(five: Any) -> None:
    five.session_settings = SessionSettings(limit=2)
    five.session_settings.limit = 3

    assert await five.get_items() == ITEMS[-3:]


async def test_a_negative_limit_in_the_settings_is_refused_too(our_store: Store) -> None:
    session = our_store.open(session_settings=SessionSettings(limit=-1))

    with pytest.raises(ValueError, match="limit is -1"):
        await session.get_items()


async def test_the_settings_limit_neither_what_is_kept_nor_what_is_popped(store: Store) -> None:
    session = store.open(session_settings={"limit": 1})
    await session.add_items(ITEMS)

    assert [await session.pop_item() for _ in ITEMS] == ITEMS[::-1]


def test_the_sdks_settings_are_kept_as_they_are(store: Store) -> None:
    settings = SessionSettings(limit=2)

    assert store.open(session_settings=settings).session_settings is settings


def test_a_dict_of_settings_becomes_the_sdks_settings(store: Store) -> None:
    session = store.open(session_settings={"limit": 2})

    assert type(session.session_settings) is SessionSettings
    assert session.session_settings == SessionSettings(limit=2)


def test_a_dict_that_is_assigned_becomes_the_sdks_settings(our_store: Store) -> None:
    # The SDK's session turns it into settings only when it reads them.
    session = our_store.open()
    session.session_settings = {"limit": 2}

    assert session.session_settings == SessionSettings(limit=2)


def test_settings_are_empty_unless_given(store: Store) -> None:
    session = store.open()
    assert session.session_settings == SessionSettings()
    session.session_settings.limit = 1
    assert session.session_settings.limit == 1


@pytest.mark.parametrize("settings", [{"limt": 2}, {"limit": 2, "offset": 1}])
def test_an_unknown_setting_is_refused(store: Store, settings: dict[str, int]) -> None:
    unknown = next(name for name in settings if name != "limit")

    with pytest.raises(TypeError, match=unknown):
        store.open(session_settings=settings)


def test_an_unknown_setting_that_is_assigned_is_refused(our_store: Store) -> None:
    # The SDK's session refuses it when it reads the settings.
    session = our_store.open(session_settings={"limit": 2})

    with pytest.raises(TypeError, match="limt"):
        session.session_settings = {"limt": 3}

    assert session.session_settings == SessionSettings(limit=2)


@pytest.mark.parametrize("settings", [5, "2", [("limit", 2)], object()])
def test_settings_of_another_kind_are_refused(store: Store, settings: Any) -> None:
    with pytest.raises(TypeError, match="session"):
        store.open(session_settings=settings)


def test_settings_are_given_by_name(tmp_path: Any) -> None:
    with pytest.raises(TypeError, match="positional"):
        SQLiteSession("alice", tmp_path / "conversations.db", {"limit": 2})  # type: ignore[misc]


async def test_without_the_sdk_a_dict_of_settings_works_too(
    our_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "agents", None)
    monkeypatch.setitem(sys.modules, "agents.memory", None)
    session = our_store.open(session_settings={"limit": 2})
    await session.add_items(ITEMS)

    assert session.session_settings.limit == 2
    assert await session.get_items() == ITEMS[-2:]
    with pytest.raises(TypeError, match="limt"):
        session.session_settings = {"limt": 3}

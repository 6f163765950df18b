"""Several sessions in one file: each has its own items, however alike their ids are."""

import asyncio
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.sessions import Store

IDS = [
    "alice",
    "Alice",
    "ALICE",
    "alice ",
    " alice",
    "alice\n",
    "alice\0",
    "alice\0bob",
    "alic",
    "alice1",
    "al%",
    "%",
    "_____",
    "al*",
    "alic?",
    "[a-z]*",
    "alice' OR '1'='1",
    "alice'; DELETE FROM agent_messages; --",
    '"alice"',
    "?",
    ":session_id",
    "1",
    "01",
    "1.0",
    "null",
    "\U0001f600",
    "\U0001f600\ufe0f",
    unicodedata.normalize("NFC", "Zoë"),
    unicodedata.normalize("NFD", "Zoë"),
    "straße",
    "strasse",
    " ",
    "\0",
    "a" * 10_000,
    "a" * 9_999,
]


TURNS = range(3)


def _item(name: str, turn: int) -> dict[str, str]:
    return {"role": "user", "content": f"turn {turn} of {name}"}


@pytest.fixture
async def sessions(file_store: Store) -> dict[str, Any]:
    """A session for each id, all in one file. Their items interleave."""
    sessions = {name: file_store.open(name) for name in IDS}
    for turn in TURNS:
        for name in IDS:
            await sessions[name].add_items([_item(name, turn)])
    return sessions


def _stored(store: Store) -> dict[str, list[Any]]:
    """The items of each session, as they stand in the file."""
    stored: dict[str, list[Any]] = {}
    rows = store.execute("SELECT session_id, message_data FROM agent_messages ORDER BY id")
    for name, text in rows:
        stored.setdefault(name, []).append(json.loads(text))
    return stored


async def test_a_session_gets_its_own_items_only(sessions: dict[str, Any]) -> None:
    for name, session in sessions.items():
        assert await session.get_items() == [_item(name, turn) for turn in TURNS]
        assert await session.get_items(limit=2) == [_item(name, turn) for turn in TURNS[1:]]
        assert await session.get_items(limit=1_000) == [_item(name, turn) for turn in TURNS]


async def test_a_session_pops_its_own_items_only(
    file_store: Store, sessions: dict[str, Any]
) -> None:
    expected = _stored(file_store)
    for name, session in sessions.items():
        for _ in TURNS:
            assert await session.pop_item() == expected[name].pop()
        assert await session.pop_item() is None

        del expected[name]
        assert _stored(file_store) == expected


async def test_a_session_clears_its_own_items_only(
    file_store: Store, sessions: dict[str, Any]
) -> None:
    expected = _stored(file_store)
    for name, session in sessions.items():
        await session.clear_session()

        del expected[name]
        assert _stored(file_store) == expected
        rows = file_store.execute("SELECT session_id FROM agent_sessions")
        assert {name for (name,) in rows} == set(expected)


async def test_a_session_is_stored_under_the_id_that_was_given(
    file_store: Store, sessions: dict[str, Any]
) -> None:
    rows = file_store.execute("SELECT session_id, typeof(session_id) FROM agent_sessions")

    assert sorted(rows) == sorted((name, "text") for name in IDS)


async def test_sessions_that_write_at_once_do_not_mix(file_store: Store) -> None:
    sessions = {name: file_store.open(name) for name in IDS}

    await asyncio.gather(
        *(
            session.add_items([_item(name, turn) for turn in TURNS])
            for name, session in sessions.items()
        )
    )

    for name, session in sessions.items():
        assert await session.get_items() == [_item(name, turn) for turn in TURNS]


async def test_sessions_in_memory_share_nothing_though_their_ids_are_equal() -> None:
    async with SQLiteSession("alice") as first, SQLiteSession("alice", ":memory:") as second:
        await first.add_items([{"n": 1}])

        assert await second.get_items() == []
        assert await second.pop_item() is None
        await second.clear_session()
        assert await first.get_items() == [{"n": 1}]


async def test_sessions_in_two_files_share_nothing_though_their_ids_are_equal(
    tmp_path: Path,
) -> None:
    async with (
        SQLiteSession("alice", tmp_path / "one.db") as first,
        SQLiteSession("alice", tmp_path / "two.db") as second,
    ):
        await first.add_items([{"n": 1}])

        assert await second.get_items() == []
        await second.clear_session()
        assert await first.get_items() == [{"n": 1}]

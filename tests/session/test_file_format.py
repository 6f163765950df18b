"""The file is the Agents SDK's: each side reads, pops from and adds to what the other wrote."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import agents
import pytest
from agents.extensions.memory import AdvancedSQLiteSession, AsyncSQLiteSession

from session_lib import SQLiteSession

ITEMS: list[Any] = [
    {"role": "user", "content": "Grüße aus 東京 🙂"},
    {
        "role": "assistant",
        "type": "message",
        "content": [{"type": "output_text", "text": "Hi!", "annotations": []}],
    },
    {"type": "function_call", "call_id": "1", "name": "add", "arguments": '{"a": 1}'},
    {"type": "function_call_output", "call_id": "1", "output": ""},
]
KINDS = ["SQLiteSession", "AsyncSQLiteSession", "AdvancedSQLiteSession", "SQLAlchemySession"]
# AdvancedSQLiteSession shows only items that have a row in its own tables, and so none that
# another class wrote, the SDK's SQLiteSession included: it has a test of its own.
PLAIN = [kind for kind in KINDS if kind != "AdvancedSQLiteSession"]


@asynccontextmanager
async def sdk_session(kind: str, session_id: str, path: Path) -> AsyncIterator[Any]:
    """A session of the SDK's class `kind` in the file at `path`, closed afterwards."""
    if kind == "SQLAlchemySession":
        pytest.importorskip("sqlalchemy", reason="needs the package sqlalchemy")
        from agents.extensions.memory import SQLAlchemySession

        url = f"sqlite+aiosqlite:///{path}"
        session: Any = SQLAlchemySession.from_url(session_id, url=url, create_tables=True)
        try:
            yield session
        finally:
            await session.engine.dispose()
    elif kind == "AsyncSQLiteSession":
        session = AsyncSQLiteSession(session_id, path)
        try:
            yield session
        finally:
            await session.close()
    else:
        if kind == "AdvancedSQLiteSession":
            session = AdvancedSQLiteSession(session_id=session_id, db_path=path, create_tables=True)
        else:
            session = agents.SQLiteSession(session_id, path)
        try:
            yield session
        finally:
            session.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_that_the_sdk_wrote_is_read_and_continued_here(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.db"
    async with sdk_session(kind, "user_1", path) as theirs:
        await theirs.add_items(ITEMS)
    async with SQLiteSession("user_1", path) as ours:
        assert await ours.get_items() == ITEMS
        assert await ours.get_items(2) == ITEMS[-2:]
        assert await ours.pop_item() == ITEMS[-1]
        await ours.add_items([{"role": "user", "content": "ours"}])
        assert await ours.get_items() == [*ITEMS[:-1], {"role": "user", "content": "ours"}]
    async with SQLiteSession("user_2", path) as other:
        assert await other.get_items() == []


@pytest.mark.parametrize("kind", PLAIN)
async def test_a_file_written_here_is_read_and_continued_by_the_sdk(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "ours.db"
    async with SQLiteSession("user_1", path) as ours:
        await ours.add_items(ITEMS)
    async with sdk_session(kind, "user_1", path) as theirs:
        assert await theirs.get_items() == ITEMS
        assert await theirs.pop_item() == ITEMS[-1]
        await theirs.add_items([{"role": "user", "content": "theirs"}])
    async with SQLiteSession("user_1", path) as ours:
        assert await ours.get_items() == [*ITEMS[:-1], {"role": "user", "content": "theirs"}]


async def test_an_advanced_session_treats_our_file_as_it_treats_the_sdk_s(tmp_path: Path) -> None:
    seen = []
    for kind in (SQLiteSession, agents.SQLiteSession):
        path = tmp_path / f"{kind.__module__}.db"
        plain: Any = kind("user_1", path)
        await plain.add_items(ITEMS)
        async with sdk_session("AdvancedSQLiteSession", "user_1", path) as advanced:
            seen.append([await advanced.get_items()])
            await advanced.add_items([{"role": "user", "content": "theirs"}])
            seen[-1] += [await advanced.get_items(), await plain.get_items()]
            seen[-1] += [await advanced.pop_item(), await plain.get_items()]
            await advanced.clear_session()
            seen[-1] += [await advanced.get_items(), await plain.get_items()]
        plain.close()
    assert seen[0] == seen[1]
    assert {"role": "user", "content": "theirs"} in seen[0][1]


@pytest.mark.parametrize("kind", PLAIN)
async def test_what_one_side_clears_is_gone_for_the_other(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "both.db"
    async with SQLiteSession("user_1", path) as ours:
        await ours.add_items(ITEMS)
        async with sdk_session(kind, "user_1", path) as theirs:
            await theirs.clear_session()
            assert await ours.get_items() == []
            await theirs.add_items(ITEMS)
            await ours.clear_session()
            assert await theirs.get_items() == []


@pytest.mark.parametrize("kind", ["SQLiteSession", "AsyncSQLiteSession"])
async def test_both_classes_may_use_one_file_at_once(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "both.db"

    async def add(session: Any, name: str) -> None:
        for number in range(20):
            await session.add_items([{name: number}])

    async with SQLiteSession("user_1", path) as ours, sdk_session(kind, "user_1", path) as theirs:
        await asyncio.gather(add(ours, "ours"), add(theirs, "theirs"))
        items = await ours.get_items()
        assert items == await theirs.get_items()
    assert len(items) == 40
    for name in ("ours", "theirs"):
        assert [item[name] for item in items if name in item] == list(range(20))


def structure(path: Path) -> Any:
    """All that SQLite knows of the tables and indexes in a file, and nothing of their spelling."""
    with closing(sqlite3.connect(path)) as connection:

        def read(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query).fetchall()

        names = read("SELECT type, name, tbl_name FROM sqlite_master ORDER BY type, name")
        tables = [name for kind, name, _ in names if kind == "table"]
        indexes = [name for kind, name, _ in names if kind == "index"]
        return (
            names,
            {table: read(f"PRAGMA table_xinfo({table})") for table in tables},
            {table: read(f"PRAGMA foreign_key_list({table})") for table in tables},
            {table: read(f"PRAGMA index_list({table})") for table in tables},
            {index: read(f"PRAGMA index_xinfo({index})") for index in indexes},
            {
                setting: read(f"PRAGMA {setting}")
                for setting in ("journal_mode", "user_version", "application_id", "encoding")
            },
        )


async def test_tables_index_and_settings_are_those_of_the_sdk(tmp_path: Path) -> None:
    for kind, folder in ((SQLiteSession, "ours"), (agents.SQLiteSession, "theirs")):
        (tmp_path / folder).mkdir()
        session: Any = kind("user_1", tmp_path / folder / "x.db")
        await session.add_items(ITEMS)
        session.close()
    assert structure(tmp_path / "ours" / "x.db") == structure(tmp_path / "theirs" / "x.db")


async def test_ids_are_never_used_twice(tmp_path: Path) -> None:
    # AUTOINCREMENT, as the SDK has it: who remembers a row's id never meets another row there.
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}, {"n": 2}])
        await session.pop_item()
        await session.add_items([{"n": 3}])
    with closing(sqlite3.connect(path)) as connection:
        ids = [id for (id,) in connection.execute("SELECT id FROM agent_messages ORDER BY id")]
    assert ids == [1, 3]


async def test_a_session_row_tells_when_it_was_made_and_last_added_to(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    row = "SELECT created_at, updated_at FROM agent_sessions WHERE session_id = 'user_1'"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        with closing(sqlite3.connect(path)) as connection:
            for time in connection.execute(row).fetchone():
                assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", time)
            old = "2001-01-01 00:00:00"
            connection.execute(
                "UPDATE agent_sessions SET created_at = ?, updated_at = ?", [old] * 2
            )
            connection.commit()
            await session.add_items([{"n": 2}])
            created, updated = connection.execute(row).fetchone()
    assert created == old
    assert updated > old

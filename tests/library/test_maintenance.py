"""Upkeep of a file: old sessions are deleted, and a copy is whole while others write."""

import asyncio
import re
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from session_lib.maintenance import copy_database, delete_sessions
from tests.helpers.processes import needs_modes

HELLO = {"role": "user", "content": "Hello"}


async def make(path: Path, *ids: str, items: int = 2) -> None:
    for session_id in ids:
        async with SQLiteSession(session_id, path) as session:
            await session.add_items([HELLO] * items)


def set_times(path: Path, session_id: str, time: str) -> None:
    """Let all of a session have happened at `time`."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, column in [
            ("agent_messages", "created_at"),
            ("agent_sessions", "created_at"),
            ("agent_sessions", "updated_at"),
        ]:
            connection.execute(
                f"UPDATE {table} SET {column} = ? WHERE session_id = ?", (time, session_id)
            )


async def ids_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT session_id FROM agent_sessions ORDER BY 1").fetchall()
    return [session_id for (session_id,) in rows]


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A file with a session of 2020, one of 2024 and one of today."""
    path = tmp_path / "x.db"
    await make(path, "of_2020", "of_2024", "of_today")
    set_times(path, "of_2020", "2020-05-01 12:00:00")
    set_times(path, "of_2024", "2024-05-01 12:00:00")
    return path


async def test_old_sessions_are_deleted_and_named(path: Path) -> None:
    deleted = await delete_sessions(path, older_than=timedelta(days=365))
    assert deleted == (["of_2020", "of_2024"], 4)
    assert str(deleted) == "deleted 2 sessions with 4 items"
    assert await ids_in(path) == ["of_today"]
    async with SQLiteSession("of_today", path) as session:
        assert await session.get_items() == [HELLO] * 2
    assert str(await delete_sessions(path, older_than=timedelta(days=365))) == (
        "deleted 0 sessions with 0 items"
    )


@pytest.mark.parametrize(
    ("moment", "deleted"),
    [
        (datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC), ["of_2020"]),
        (datetime(2024, 5, 1, 12, 0, 1, tzinfo=UTC), ["of_2020", "of_2024"]),
        (datetime(2024, 5, 1, 14, 0, 1, tzinfo=timezone(timedelta(hours=3))), ["of_2020"]),
        (datetime(2019, 1, 1, tzinfo=UTC), []),
    ],
)
async def test_a_moment_is_compared_in_its_time_zone(
    moment: datetime, deleted: list[str], path: Path
) -> None:
    assert (await delete_sessions(path, older_than=moment)).sessions == deleted


async def test_one_late_item_keeps_a_session(path: Path) -> None:
    async with SQLiteSession("of_2020", path) as session:
        await session.add_items([HELLO])
    assert (await delete_sessions(path, older_than=timedelta(days=365))).sessions == ["of_2024"]


async def test_a_session_without_items_is_as_old_as_its_last_change(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM agent_messages")
    deleted = await delete_sessions(path, older_than=timedelta(days=365))
    assert deleted == (["of_2020", "of_2024"], 0)


async def test_times_as_sqlalchemy_writes_them_are_understood(path: Path) -> None:
    set_times(path, "of_2024", "2024-05-01 12:00:00.123456")
    set_times(path, "of_2020", "2020-05-01T12:00:00")
    moment = datetime(2024, 5, 1, 11, 0, tzinfo=UTC)
    assert (await delete_sessions(path, older_than=moment)).sessions == ["of_2020"]


@pytest.mark.parametrize(
    ("older_than", "error", "message"),
    [
        (30, TypeError, "older_than is 30; it must be a timedelta or a datetime"),
        ("2024-05-01", TypeError, "older_than is '2024-05-01'; "),
        (timedelta(days=-1), ValueError, "older_than is -1 day"),
        (datetime(2024, 5, 1), ValueError, "without a time zone"),
    ],
)
async def test_what_is_no_age_deletes_nothing(
    older_than: Any, error: type[Exception], message: str, path: Path
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        await delete_sessions(path, older_than=older_than)
    assert len(await ids_in(path)) == 3


@pytest.mark.parametrize("do", ["delete", "copy"])
async def test_a_missing_file_is_named_and_not_created(do: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no such file.*missing\.db"):
        if do == "delete":
            await delete_sessions(tmp_path / "missing.db", older_than=timedelta())
        else:
            await copy_database(tmp_path / "missing.db", tmp_path / "copy.db")
    assert not (tmp_path / "missing.db").exists()
    assert not (tmp_path / "copy.db").exists()


async def test_an_open_session_sees_what_was_deleted(path: Path) -> None:
    async with SQLiteSession("of_2020", path) as session:
        assert len(await session.get_items()) == 2
        await delete_sessions(path, older_than=timedelta(days=365))
        assert await session.get_items() == []
        await session.add_items([HELLO])
        assert await session.get_items() == [HELLO]


async def test_a_copy_holds_everything_in_one_file(path: Path, tmp_path: Path) -> None:
    async with SQLiteSession("of_today", path) as session:
        await session.add_items([HELLO])  # so that something is in the log
        copied = await copy_database(path, tmp_path / "copy.db")
        assert not (tmp_path / "copy.db-wal").exists()
    assert copied == (str(tmp_path / "copy.db"), 3, 7)
    assert str(copied) == "copied 3 sessions with 7 items to copy.db"
    async with SQLiteSession("of_today", tmp_path / "copy.db") as session:
        assert await session.get_items() == [HELLO] * 3


async def test_a_copy_made_while_others_write_has_whole_batches_in_order(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    stop = asyncio.Event()

    async def write(name: str) -> None:
        async with SQLiteSession(name, path) as session:
            number = 0
            while not stop.is_set():
                await session.add_items([{"n": number + half} for half in (0, 1)])
                number += 2

    await make(path, "first")
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(write(f"writer_{number}"))
        for number in range(5):
            await copy_database(path, tmp_path / f"copy_{number}.db")
        stop.set()
    for number in range(5):
        for writer in range(5):
            async with SQLiteSession(f"writer_{writer}", tmp_path / f"copy_{number}.db") as copy:
                found = [item["n"] for item in await copy.get_items()]
            assert found == list(range(len(found))) and len(found) % 2 == 0


@needs_modes
async def test_a_copy_is_its_owners_only(path: Path, tmp_path: Path) -> None:
    await copy_database(path, tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


async def test_a_copy_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk.", "utf-8")
    for target in [tmp_path / "notes.txt", path, tmp_path]:
        with pytest.raises(FileExistsError):
            await copy_database(path, target)
    assert (tmp_path / "notes.txt").read_text("utf-8") == "Buy milk."
    assert len(await ids_in(path)) == 3


async def test_a_copy_needs_a_folder(path: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="folder"):
        await copy_database(path, tmp_path / "no_such_folder" / "copy.db")


async def test_a_copy_in_memory_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="name a file"):
        await copy_database(path, ":memory:")


def damage(path: Path) -> Path:
    """Make a copy in which only the first page is left."""
    content = path.read_bytes()
    damaged = path.with_name("damaged.db")
    damaged.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    return damaged


async def test_a_copy_that_fails_leaves_no_file(path: Path, tmp_path: Path) -> None:
    damaged = damage(path)
    with pytest.raises(sqlite3.DatabaseError, match=r"damaged\.db"):
        await copy_database(damaged, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()

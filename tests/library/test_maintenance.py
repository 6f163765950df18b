"""Upkeep of a file: old sessions are deleted, and a copy is whole while others write."""

import asyncio
import re
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pandas as pd  # type: ignore[import-untyped]
import pytest

from session_lib import SQLiteSession, copy_database, delete_sessions
from tests.helpers.processes import needs_modes

HELLO = {"role": "user", "content": "Hello"}


async def make(path, *ids, items=2):
    for session_id in ids:
        async with SQLiteSession(session_id, path) as session:
            await session.add_items([HELLO] * items)


def execute(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def set_times(path, session_id, time):
    """Let all of a session have happened at `time`."""
    where = "WHERE session_id = ?"
    execute(path, f"UPDATE agent_messages SET created_at = ? {where}", time, session_id)
    execute(
        path,
        f"UPDATE agent_sessions SET created_at = ?, updated_at = ? {where}",
        time,
        time,
        session_id,
    )


def ids_in(path):
    return [name for (name,) in execute(path, "SELECT session_id FROM agent_sessions ORDER BY 1")]


@pytest.fixture
async def path(tmp_path):
    """A file with a session of 2020, one of 2024 and one of today."""
    path = tmp_path / "x.db"
    await make(path, "of_2020", "of_2024", "of_today")
    set_times(path, "of_2020", "2020-05-01 12:00:00")
    set_times(path, "of_2024", "2024-05-01 12:00:00")
    return path


async def test_old_sessions_are_deleted_and_named(path):
    deleted = await delete_sessions(path, older_than=timedelta(days=365))
    assert deleted == (["of_2020", "of_2024"], 4)
    assert str(deleted) == "deleted 2 sessions with 4 items"
    assert ids_in(path) == ["of_today"]
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
async def test_a_moment_has_a_time_zone(moment, deleted, path):
    assert (await delete_sessions(path, older_than=moment)).sessions == deleted


async def test_one_late_item_keeps_a_session(path):
    async with SQLiteSession("of_2020", path) as session:
        await session.add_items([HELLO])
    assert (await delete_sessions(path, older_than=timedelta(days=365))).sessions == ["of_2024"]


@pytest.mark.parametrize("make", [list, tuple, set, frozenset, pd.Index, pd.Series, dict.fromkeys])
async def test_old_sessions_that_are_kept(make, path):
    """Whatever the ids are in, and whether there are such sessions or not."""
    kept = make(["of_2020", "of_today", "of_nobody"])
    assert await delete_sessions(path, older_than=timedelta(days=365), keep=kept) == (
        ["of_2024"],
        2,
    )
    assert ids_in(path) == ["of_2020", "of_today"]


@pytest.mark.parametrize("other", ["of_202", "OF_2020", "of_2020 ", "of%2020", "of_20_0", "%"])
async def test_only_the_very_id_is_kept(other, path):
    deleted = await delete_sessions(path, older_than=timedelta(days=365), keep=[other])
    assert deleted.sessions == ["of_2020", "of_2024"]


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        ("of_2020", "keep is 'of_2020'; it must be a list of session ids"),
        (None, "keep is None; "),
        (iter(["of_2020"]), "keep is <list_iterator"),
        (["of_2020", 7], "keep has 7; a session id is a string"),
        (pd.DataFrame({"session": ["of_2020"]}), "keep is a table; it must be its column"),
    ],
)
async def test_only_ids_are_kept(keep, message, path):
    with pytest.raises(TypeError, match=re.escape(message)):
        await delete_sessions(path, older_than=timedelta(days=365), keep=keep)
    assert len(ids_in(path)) == 3


async def test_an_emptied_session_has_an_age(path):
    execute(path, "DELETE FROM agent_messages")
    deleted = await delete_sessions(path, older_than=timedelta(days=365))
    assert deleted == (["of_2020", "of_2024"], 0)


async def test_times_of_sqlalchemy_are_understood(path):
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
async def test_only_ages_are_taken(older_than, error, message, path):
    with pytest.raises(error, match=re.escape(message)):
        await delete_sessions(path, older_than=older_than)
    assert len(ids_in(path)) == 3


@pytest.mark.parametrize("do", ["delete", "copy"])
async def test_a_missing_file_is_named(do, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no such file.*missing\.db"):
        if do == "delete":
            await delete_sessions(tmp_path / "missing.db", older_than=timedelta())
        else:
            await copy_database(tmp_path / "missing.db", tmp_path / "copy.db")
    assert not (tmp_path / "missing.db").exists()
    assert not (tmp_path / "copy.db").exists()


async def test_an_open_session_sees_the_deletion(path):
    async with SQLiteSession("of_2020", path) as session:
        assert len(await session.get_items()) == 2
        await delete_sessions(path, older_than=timedelta(days=365))
        assert await session.get_items() == []
        await session.add_items([HELLO])
        assert await session.get_items() == [HELLO]


async def test_a_copy_is_one_file(path, tmp_path):
    async with SQLiteSession("of_today", path) as session:
        await session.add_items([HELLO])  # so that something is in the log
        copied = await copy_database(path, tmp_path / "copy.db")
        assert not (tmp_path / "copy.db-wal").exists()
    assert copied == (str(tmp_path / "copy.db"), 3, 7)
    assert str(copied) == "copied 3 sessions with 7 items to copy.db"
    async with SQLiteSession("of_today", tmp_path / "copy.db") as session:
        assert await session.get_items() == [HELLO] * 3


async def test_a_copy_has_whole_batches_in_order(tmp_path):
    path = tmp_path / "x.db"
    stop = asyncio.Event()

    async def write(name):
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
async def test_a_copy_is_its_owners_only(path, tmp_path):
    await copy_database(path, tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


async def test_a_copy_overwrites_nothing(path, tmp_path):
    (tmp_path / "notes.txt").write_text("Buy milk.", "utf-8")
    for target in [tmp_path / "notes.txt", path, tmp_path]:
        with pytest.raises(FileExistsError):
            await copy_database(path, target)
    assert (tmp_path / "notes.txt").read_text("utf-8") == "Buy milk."
    assert len(ids_in(path)) == 3


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ("no_such_folder/copy.db", FileNotFoundError, "folder"),
        (":memory:", ValueError, "name a file"),
    ],
)
async def test_a_copy_needs_a_file(path, target, error, message, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message):
        await copy_database(path, target)


async def test_a_copy_that_fails_leaves_no_file(path, tmp_path):
    content, damaged = path.read_bytes(), tmp_path / "damaged.db"
    damaged.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(sqlite3.DatabaseError, match=r"damaged\.db"):
        await copy_database(damaged, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()

"""What is written at the same time shares a transaction, durably, and nobody pays for another.

Transactions are counted in SQLite's own -wal file, so that nothing here depends on how the
connection goes about it.
"""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from session_lib import SQLiteSession
from tests.helpers.cancelling import turn
from tests.helpers.operations import BEFORE
from tests.helpers.sqlite_files import alter, locked


@pytest.fixture
async def path(tmp_path, has_threads):
    """A database file that is open as long as the test runs."""
    async with SQLiteSession("keeps it open", tmp_path / "x.db") as session:
        await session.add_items([{"n": 0}])
        yield tmp_path / "x.db"


def transactions(path: Path) -> int:
    """Count the transactions in the -wal file.

    It has a header of 32 bytes, with the size of a page at 8 and a salt at 16. Each page follows
    a header of 24: at 4 the size of the database if a transaction ends here and 0 if not, at 8
    the salt again (https://www.sqlite.org/fileformat2.html#walformat).
    """
    wal = Path(f"{path}-wal").read_bytes()
    page = int.from_bytes(wal[8:12], "big")
    frames = [wal[start : start + 24] for start in range(32, len(wal), 24 + page)]
    return sum(frame[4:8] != bytes(4) and frame[8:16] == wal[16:24] for frame in frames)


@pytest.fixture
def pile_up(path, has_threads):
    """Runs operations so that they are all waiting when the first of them begins."""

    async def pile_up(*operations):
        tasks = [asyncio.create_task(operation) for operation in operations]
        if has_threads:  # without them, nothing begins before all wait
            with locked(path):
                await turn(50)
        return await asyncio.gather(*tasks, return_exceptions=True)

    return pile_up


async def test_one_after_another(path):
    session = SQLiteSession("user_1", path)
    before = transactions(path)
    for number in range(20):
        await session.add_items([{"n": number}])
    assert transactions(path) - before == 20


async def test_what_waits_together_is_one(path, pile_up):
    users = [SQLiteSession(f"user_{number}", path) for number in range(100)]
    before = transactions(path)
    await pile_up(*(user.add_items(BEFORE) for user in users))
    assert transactions(path) - before <= 2
    for user in users:
        assert await user.get_items() == BEFORE


async def test_many_users_need_few_transactions(path):
    async def talk(user):
        for number in range(5):
            await user.add_items([{"n": number}])

    users = [SQLiteSession(f"user_{number}", path) for number in range(50)]
    before = transactions(path)
    await asyncio.gather(*map(talk, users))
    assert transactions(path) - before < 125  # for 250 writes; about 10 is usual
    for user in users:
        assert await user.get_items() == [{"n": number} for number in range(5)]


async def test_order_within_a_session(path, pile_up):
    session = SQLiteSession("user_1", path)
    await pile_up(*(session.add_items([{"n": number}]) for number in range(50)))
    assert await session.get_items() == [{"n": number} for number in range(50)]


async def test_all_kinds_of_writes_share_one(path, pile_up):
    names = ("popped", "cleared", "added to")
    popped, cleared, added = (SQLiteSession(name, path) for name in names)
    for session in (popped, cleared, added):
        await session.add_items(BEFORE)
    before = transactions(path)
    results = await pile_up(
        popped.pop_item(),
        cleared.clear_session(),
        popped.pop_item(),
        added.add_items([{"n": 3}]),
        popped.pop_item(),
    )
    assert results == [{"n": 2}, None, {"n": 1}, None, None]
    assert transactions(path) - before <= 2
    assert await popped.get_items() == await cleared.get_items() == []
    assert await added.get_items() == [{"n": 1}, {"n": 2}, {"n": 3}]


async def test_each_transaction_is_flushed(path):
    # A trigger runs in the connection that writes, and so it sees that connection's settings.
    alter(
        path,
        """
        CREATE TABLE seen (synchronous, journal_mode);
        CREATE TRIGGER look AFTER INSERT ON agent_messages BEGIN
            INSERT INTO seen SELECT * FROM pragma_synchronous, pragma_journal_mode;
        END;
        """,
    )
    await SQLiteSession("user_1", path).add_items([{"n": 1}])
    with locked(path) as connection:
        assert connection.execute("SELECT * FROM seen").fetchall() == [(2, "wal")]  # 2 is FULL


def refuse(path: Path, manner: str = "ABORT") -> None:
    """Make SQLite refuse an item with a 2 in a session called "refused"."""
    alter(
        path,
        f"""
        CREATE TRIGGER refuse AFTER INSERT ON agent_messages
        WHEN new.session_id = 'refused' AND new.message_data LIKE '%2%' BEGIN
            SELECT RAISE({manner}, 'no room for this one');
        END;
        """,
    )


@pytest.mark.parametrize("manner", ["ABORT", "FAIL", "ROLLBACK"])
async def test_a_write_that_fails_harms_no_other(manner, path, pile_up):
    refuse(path, manner)
    names = ("first", "refused", "second", "popped")
    first, refused, second, popped = (SQLiteSession(name, path) for name in names)
    await popped.add_items(BEFORE)
    results = await pile_up(
        first.add_items(BEFORE),
        popped.pop_item(),
        refused.add_items(BEFORE),
        refused.add_items([{"n": 3}]),
        popped.pop_item(),
        second.add_items(BEFORE),
    )
    error = results.pop(2)
    assert isinstance(error, sqlite3.IntegrityError)
    assert "no room for this one" in str(error)
    assert str(path) in str(error)
    assert results == [None, {"n": 2}, None, {"n": 1}, None]
    assert await first.get_items() == await second.get_items() == BEFORE
    assert await refused.get_items() == [{"n": 3}]
    assert await popped.get_items() == []


async def test_a_session_whose_only_write_failed(path):
    refuse(path)
    with pytest.raises(sqlite3.IntegrityError, match="no room"):
        await SQLiteSession("refused", path).add_items([{"n": 2}])
    with locked(path) as connection:
        rows = connection.execute("SELECT session_id FROM agent_sessions").fetchall()
    assert rows == [("keeps it open",)]

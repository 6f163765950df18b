"""What is written at the same time shares a transaction, durably, and nobody pays for another.

Transactions are counted in SQLite's own -wal file, so that nothing here depends on how the
connection goes about it.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from session_lib import SQLiteSession


@pytest.fixture
async def path(tmp_path: Path) -> AsyncIterator[Path]:
    """A database file that is open, as long as the test runs."""
    async with SQLiteSession("keeps it open", tmp_path / "x.db") as session:
        await session.add_items([{"n": 0}])
        yield tmp_path / "x.db"


def transactions(path: Path) -> int:
    """Count the transactions in the -wal file.

    After a header of 32 bytes, with the size of a page at 8 and a salt at 16, each page stands
    behind a header of 24: at 4 the size of the database if a transaction ends here and 0 if not,
    at 8 the salt again (https://www.sqlite.org/fileformat2.html#walformat).
    """
    wal = Path(f"{path}-wal").read_bytes()
    page = int.from_bytes(wal[8:12], "big")
    frames = [wal[start : start + 24] for start in range(32, len(wal), 24 + page)]
    return sum(frame[4:8] != bytes(4) and frame[8:16] == wal[16:24] for frame in frames)


@contextmanager
def writing_held_up(path: Path) -> Iterator[None]:
    """Keep everybody else from writing, so that what they want to write piles up."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def pile_up(path: Path, *operations: object) -> list[object]:
    """Run `operations` so that they are all waiting when the first of them begins."""
    with writing_held_up(path):
        tasks = [asyncio.ensure_future(operation) for operation in operations]  # type: ignore[call-overload]
        for _ in range(50):
            await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_after_another_each_write_is_a_transaction(path: Path) -> None:
    session = SQLiteSession("user_1", path)
    before = transactions(path)
    for number in range(20):
        await session.add_items([{"n": number}])
    assert transactions(path) - before == 20


async def test_writes_that_wait_together_are_one_transaction(path: Path) -> None:
    users = [SQLiteSession(f"user_{number}", path) for number in range(100)]
    before = transactions(path)
    await pile_up(path, *(user.add_items([{"n": 1}, {"n": 2}]) for user in users))
    assert transactions(path) - before <= 2
    for user in users:
        assert await user.get_items() == [{"n": 1}, {"n": 2}]


async def test_many_users_at_once_need_far_fewer_transactions_than_writes(path: Path) -> None:
    async def talk(user: SQLiteSession) -> None:
        for number in range(5):
            await user.add_items([{"n": number}])

    users = [SQLiteSession(f"user_{number}", path) for number in range(50)]
    before = transactions(path)
    await asyncio.gather(*map(talk, users))
    assert transactions(path) - before < 125  # for 250 writes; about 10 is usual
    for user in users:
        assert await user.get_items() == [{"n": number} for number in range(5)]


async def test_writes_of_one_session_keep_their_order_in_a_shared_transaction(path: Path) -> None:
    session = SQLiteSession("user_1", path)
    await pile_up(path, *(session.add_items([{"n": number}]) for number in range(50)))
    assert await session.get_items() == [{"n": number} for number in range(50)]


async def test_all_kinds_of_writes_share_a_transaction(path: Path) -> None:
    names = ("popped", "cleared", "added to")
    popped, cleared, added = (SQLiteSession(name, path) for name in names)
    for session in (popped, cleared, added):
        await session.add_items([{"n": 1}, {"n": 2}])
    before = transactions(path)
    results = await pile_up(
        path,
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


async def test_the_connection_that_writes_flushes_each_transaction(path: Path) -> None:
    # A trigger runs in the connection that writes, and so it sees that connection's settings.
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            CREATE TABLE seen (synchronous, journal_mode);
            CREATE TRIGGER look AFTER INSERT ON agent_messages BEGIN
                INSERT INTO seen SELECT * FROM pragma_synchronous, pragma_journal_mode;
            END;
            """
        )
        await SQLiteSession("user_1", path).add_items([{"n": 1}])
        assert connection.execute("SELECT * FROM seen").fetchall() == [(2, "wal")]  # 2 is FULL


@pytest.mark.parametrize("manner", ["ABORT", "FAIL", "ROLLBACK"])
async def test_the_failing_write_of_one_user_does_not_touch_the_others(
    manner: str, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"""
            CREATE TRIGGER refuse AFTER INSERT ON agent_messages
            WHEN new.session_id = 'refused' AND new.message_data LIKE '%2%' BEGIN
                SELECT RAISE({manner}, 'no room for this one');
            END;
            """
        )
    first, refused, second, popped = (
        SQLiteSession(name, path) for name in ("first", "refused", "second", "popped")
    )
    await popped.add_items([{"n": 1}, {"n": 2}])
    results = await pile_up(
        path,
        first.add_items([{"n": 1}, {"n": 2}]),
        popped.pop_item(),
        refused.add_items([{"n": 1}, {"n": 2}]),
        refused.add_items([{"n": 3}]),
        popped.pop_item(),
        second.add_items([{"n": 1}, {"n": 2}]),
    )
    error = results.pop(2)
    assert isinstance(error, sqlite3.IntegrityError)
    assert "no room for this one" in str(error)
    assert str(path) in str(error)
    assert results == [None, {"n": 2}, None, {"n": 1}, None]
    assert await first.get_items() == await second.get_items() == [{"n": 1}, {"n": 2}]
    assert await refused.get_items() == [{"n": 3}]
    assert await popped.get_items() == []


async def test_a_session_whose_only_write_failed_leaves_no_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            CREATE TRIGGER refuse AFTER INSERT ON agent_messages WHEN new.session_id = 'refused'
            BEGIN SELECT RAISE(ABORT, 'no'); END;
            """
        )
        with pytest.raises(sqlite3.IntegrityError, match="no"):
            await SQLiteSession("refused", path).add_items([{"n": 1}])
        rows = connection.execute("SELECT session_id FROM agent_sessions").fetchall()
    assert rows == [("keeps it open",)]

"""Another process may hold the write lock: ours waits its turn, and says if it did so in vain."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import finish, hear, start, tell

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN " + sys.argv[2])
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
connection.close()
"""


class Holder:
    """A process that holds a lock on a database until it is told to let go."""

    def __init__(self, folder: Path, path: Path, kind: str = "IMMEDIATE") -> None:
        self.program = start(folder, HOLDER, path, kind)
        assert hear(self.program) == "held"

    def let_go(self) -> None:
        tell(self.program)
        assert finish(self.program) == (0, "", "")


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[SQLiteSession]:
    """A session with one item, in a file that is open."""
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items([{"n": 1}])
        yield session


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let waiting for a lock be in vain soon."""
    monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", 0.3)


async def test_a_write_waits_until_another_process_lets_go(
    session: SQLiteSession, tmp_path: Path
) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db")
    adding = asyncio.create_task(session.add_items([{"n": 2}]))
    popping = asyncio.create_task(session.pop_item())
    done, _ = await asyncio.wait({adding, popping}, timeout=0.2)
    assert not done
    holder.let_go()
    await adding
    assert await popping == {"n": 2}
    assert await session.get_items() == [{"n": 1}]


async def test_reading_waits_for_nobody_who_writes(session: SQLiteSession, tmp_path: Path) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db")
    async with asyncio.timeout(5):
        assert await session.get_items() == [{"n": 1}]
        async with SQLiteSession("user_2", tmp_path / "x.db") as other:
            assert await other.get_items() == []
    holder.let_go()


async def test_writing_waits_for_nobody_who_reads(session: SQLiteSession, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM agent_messages").fetchone() == (1,)
        async with asyncio.timeout(5):
            await session.add_items([{"n": 2}])
        assert reader.execute("SELECT count(*) FROM agent_messages").fetchone() == (1,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM agent_messages").fetchone() == (2,)


async def test_a_session_that_does_nothing_holds_no_lock(
    session: SQLiteSession, tmp_path: Path
) -> None:
    await session.get_items()
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO agent_messages (session_id, message_data) VALUES ('a', '{}')")
        other.execute("COMMIT")


@pytest.mark.usefixtures("short_wait")
@pytest.mark.parametrize("name", ["add", "pop", "clear"])
async def test_a_wait_in_vain_is_an_error_that_names_the_file(
    name: str, session: SQLiteSession, tmp_path: Path
) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db")
    with pytest.raises(sqlite3.OperationalError, match="locked") as caught:
        async with asyncio.timeout(20):
            match name:
                case "add":
                    await session.add_items([{"n": 2}])
                case "pop":
                    await session.pop_item()
                case "clear":
                    await session.clear_session()
    assert str(tmp_path / "x.db") in str(caught.value)
    assert caught.value.sqlite_errorcode == sqlite3.SQLITE_BUSY
    assert await session.get_items() == [{"n": 1}]
    holder.let_go()
    await session.add_items([{"n": 3}])
    assert await session.get_items() == [{"n": 1}, {"n": 3}]


@pytest.mark.usefixtures("short_wait")
async def test_all_who_wait_in_vain_are_told(session: SQLiteSession, tmp_path: Path) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db")
    async with asyncio.timeout(20):
        results = await asyncio.gather(
            *(session.add_items([{"n": n}]) for n in range(10)), return_exceptions=True
        )
    assert [type(result) for result in results] == [sqlite3.OperationalError] * 10
    holder.let_go()
    await session.add_items([{"n": 2}])
    assert await session.get_items() == [{"n": 1}, {"n": 2}]


async def test_who_came_later_may_wait_longer(
    session: SQLiteSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db")
    monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", 0.2)
    early = asyncio.create_task(session.add_items([{"early": 1}]))
    for _ in range(20):
        await asyncio.sleep(0)
    monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", 30)
    late = asyncio.create_task(session.add_items([{"late": 1}]))
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await asyncio.wait_for(early, 20)
    assert not late.done()
    holder.let_go()
    await late
    assert await session.get_items() == [{"n": 1}, {"late": 1}]


async def test_a_file_that_another_process_has_locked_opens_when_it_lets_go(
    tmp_path: Path,
) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db", "EXCLUSIVE")
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        adding = asyncio.create_task(session.add_items([{"n": 1}]))
        reading = asyncio.create_task(session.get_items())
        done, _ = await asyncio.wait({adding, reading}, timeout=0.2)
        assert not done
        holder.let_go()
        await adding
        assert await reading in ([], [{"n": 1}])
        assert await session.get_items() == [{"n": 1}]


@pytest.mark.usefixtures("short_wait")
@pytest.mark.parametrize("name", ["add", "get"])
async def test_a_file_that_stays_locked_is_an_error_that_names_it(
    name: str, tmp_path: Path
) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db", "EXCLUSIVE")
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        with pytest.raises(sqlite3.OperationalError, match="locked") as caught:
            async with asyncio.timeout(20):
                await (session.add_items([{"n": 1}]) if name == "add" else session.get_items())
        assert str(tmp_path / "x.db") in str(caught.value)
        holder.let_go()
        await session.add_items([{"n": 2}])
        assert await session.get_items() == [{"n": 2}]


async def test_a_process_that_dies_with_the_lock_leaves_nothing_locked(
    session: SQLiteSession, tmp_path: Path
) -> None:
    holder = Holder(tmp_path, tmp_path / "x.db")
    adding = asyncio.create_task(session.add_items([{"n": 2}]))
    done, _ = await asyncio.wait({adding}, timeout=0.1)
    assert not done
    holder.program.kill()
    holder.program.communicate()
    async with asyncio.timeout(10):
        await adding
    assert await session.get_items() == [{"n": 1}, {"n": 2}]

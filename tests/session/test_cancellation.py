"""Whoever is cancelled leaves whole writes or none behind, promptly, and a session that works."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession

Item = dict[str, Any]
SOON = 5.0
"""Seconds in which a cancelled caller is back, whoever holds whatever lock. A moment is usual."""

BEFORE: list[Item] = [{"n": 1}, {"n": 2}]
BATCH: list[Item] = [{"new": 1}, {"new": 2}, {"new": 3}]
OPERATIONS: dict[str, tuple[Callable[[SQLiteSession], Any], list[list[Item]]]] = {
    # What may be there afterwards: all of the operation, or nothing.
    "add": (lambda session: session.add_items(BATCH), [BEFORE, BEFORE + BATCH]),
    "pop": (lambda session: session.pop_item(), [BEFORE, BEFORE[:1]]),
    "clear": (lambda session: session.clear_session(), [BEFORE, []]),
    "get": (lambda session: session.get_items(), [BEFORE]),
}
WRITES = ["add", "pop", "clear"]


@pytest.fixture(params=["x.db", None], ids=["file", "memory"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the sessions of a test keep their items."""
    return tmp_path / request.param if request.param else None


async def cancelled_after(turns: int, operation: Awaitable[object]) -> bool:
    """Cancel `operation` after some turns of the event loop. Tell whether that came in time."""
    task = asyncio.ensure_future(operation)
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=SOON)
    assert done
    if task.cancelled():
        return True
    task.result()
    return False


@contextmanager
def write_lock(path: Path, kind: str = "IMMEDIATE") -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"BEGIN {kind}")
        yield
        connection.execute("ROLLBACK")


async def check(session: SQLiteSession, outcomes: list[list[Item]]) -> list[Item]:
    """See that the session works and holds one of `outcomes`, and empty it for the next."""
    await session.add_items([{"after": 1}])
    items = await session.get_items()
    assert items[-1] == {"after": 1}
    assert items[:-1] in outcomes
    await session.clear_session()
    return items[:-1]


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_that_is_cancelled_is_whole_or_not_there(
    name: str, path: Path | None
) -> None:
    operation, outcomes = OPERATIONS[name]
    async with SQLiteSession("user_1", path) as session:
        for turns in range(31):
            await session.add_items(BEFORE)
            cancelled = await cancelled_after(turns, operation(session))
            items = await check(session, outcomes)
            if not cancelled:
                assert items == outcomes[-1]
            if turns == 0:
                assert items == BEFORE


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_that_takes_too_long_is_whole_or_not_there(
    name: str, path: Path | None
) -> None:
    operation, outcomes = OPERATIONS[name]
    async with SQLiteSession("user_1", path) as session:
        for seconds in (0, 0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01):
            await session.add_items(BEFORE)
            in_time = True
            try:
                async with asyncio.timeout(seconds):
                    await operation(session)
            except TimeoutError:
                in_time = False
            items = await check(session, outcomes)
            if in_time:
                assert items == outcomes[-1]


@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_first_operation_may_be_cancelled_while_it_opens_the_file(
    name: str, tmp_path: Path
) -> None:
    operation, _ = OPERATIONS[name]
    for turns in [*range(8), 15, 30]:
        async with SQLiteSession("user_1", tmp_path / f"{turns}.db") as session:
            await cancelled_after(turns, operation(session))
            await check(session, [[], BATCH])


async def test_a_cancelled_write_takes_none_of_its_neighbours_along(path: Path | None) -> None:
    async with SQLiteSession("user_1", path) as session:
        for turns in range(8):
            tasks = [
                asyncio.create_task(session.add_items([{"n": n}, {"n": n}])) for n in range(20)
            ]
            for _ in range(turns):
                await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            numbers = [item["n"] for item in await session.get_items()]
            assert numbers[::2] == numbers[1::2]
            assert set(numbers[::2]) >= set(range(1, 20, 2))
            assert len(set(numbers)) == len(numbers[::2])
            await session.clear_session()


async def test_a_caller_may_be_cancelled_again_and_again(path: Path | None) -> None:
    async with SQLiteSession("user_1", path) as session:
        for turns in range(6):
            await session.add_items(BEFORE)
            task = asyncio.create_task(session.add_items(BATCH))
            for _ in range(turns):
                await asyncio.sleep(0)
            while not task.done():
                task.cancel()
                await asyncio.sleep(0)
            await check(session, [BEFORE, BEFORE + BATCH])


@pytest.mark.parametrize("turns", [1, 2, 5, 20])
@pytest.mark.parametrize("name", WRITES)
async def test_who_is_cancelled_while_another_holds_the_lock_is_back_promptly_and_wrote_nothing(
    name: str, turns: int, tmp_path: Path
) -> None:
    operation, _ = OPERATIONS[name]
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items(BEFORE)
        with write_lock(tmp_path / "x.db"):
            assert await cancelled_after(turns, operation(session))
            assert await session.get_items() == BEFORE
        await check(session, [BEFORE])


async def test_a_timeout_of_the_caller_s_own_ends_the_wait_for_a_lock(tmp_path: Path) -> None:
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items(BEFORE)
        with write_lock(tmp_path / "x.db"):
            async with asyncio.timeout(SOON):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await session.add_items(BATCH)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(session.pop_item(), 0.1)
        await check(session, [BEFORE])


@pytest.mark.parametrize("who", ["first", "last", "all but one"])
async def test_who_waits_on_for_a_lock_is_served_though_others_leave(
    who: str, tmp_path: Path
) -> None:
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items(BEFORE)
        with write_lock(tmp_path / "x.db"):
            tasks = [asyncio.create_task(session.add_items([{"task": n}])) for n in range(5)]
            for _ in range(20):
                await asyncio.sleep(0)
            leaving = {"first": tasks[:1], "last": tasks[-1:], "all but one": tasks[:-1]}[who]
            for task in leaving:
                task.cancel()
            async with asyncio.timeout(SOON):
                await asyncio.gather(*leaving, return_exceptions=True)
            assert all(task.cancelled() for task in leaving)
            assert not any(task.done() for task in tasks if task not in leaving)
        staying = [number for number, task in enumerate(tasks) if task not in leaving]
        async with asyncio.timeout(SOON):
            await asyncio.gather(*(tasks[number] for number in staying))
        assert await session.get_items() == [*BEFORE, *({"task": number} for number in staying)]


@pytest.mark.parametrize("who", ["first", "second"])
async def test_what_a_cancelled_caller_wrote_is_settled_when_it_is_back(
    who: str, tmp_path: Path
) -> None:
    # Two writes share a transaction that takes a while; one is cancelled in the middle of it.
    def stored() -> int:
        rows = connection.execute("SELECT count(*) FROM agent_messages WHERE session_id = ?", [who])
        return int(rows.fetchone()[0])

    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        async with SQLiteSession("first", path) as first, SQLiteSession("second", path) as second:
            await first.clear_session()
            connection.executescript(
                """
                CREATE TRIGGER count_slowly AFTER INSERT ON agent_messages BEGIN
                    SELECT count(*) FROM (
                        WITH RECURSIVE counted(n) AS (
                            SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 500000
                        ) SELECT n FROM counted
                    );
                END;
                """
            )
            with write_lock(path):
                tasks = [asyncio.create_task(one.add_items([{"n": 1}])) for one in (first, second)]
                for _ in range(20):
                    await asyncio.sleep(0)
            await asyncio.wait(tasks, timeout=0.1)
            cancelled = tasks[who == "second"]
            cancelled.cancel()
            await asyncio.wait({cancelled})
            there = stored()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert stored() == there
            assert there == 1 or cancelled.cancelled()


async def test_who_is_cancelled_while_the_file_cannot_be_opened_is_back_promptly(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        with write_lock(path, "EXCLUSIVE"):
            assert await cancelled_after(20, session.add_items(BATCH))
        await check(session, [[]])


async def test_leaving_and_coming_back_while_a_lock_is_held_is_no_error(tmp_path: Path) -> None:
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items(BEFORE)
        with write_lock(tmp_path / "x.db"):
            for turns in range(100):
                assert await cancelled_after(turns % 7 + 1, session.add_items(BATCH))
        await check(session, [BEFORE])


def test_what_asyncio_run_cancels_at_its_end_is_whole_or_not_there(path: Path | None) -> None:
    # A result must not be on its way to the loop when it closes: aiosqlite's thread would die
    # of it, with a traceback that pytest turns into a failure here.
    session = SQLiteSession("user_1", path)
    asyncio.run(session.add_items(BEFORE))

    async def begin(turns: int) -> asyncio.Task[None]:
        task = asyncio.create_task(session.add_items(BATCH))
        for _ in range(turns):
            await asyncio.sleep(0)
        return task

    whole = 0
    for turns in [*range(10), *range(10, 1000, 25)]:
        whole += not asyncio.run(begin(turns)).cancelled()
    items = asyncio.run(session.get_items())
    assert items[:2] == BEFORE
    added = items[2:]
    assert added == BATCH * (len(added) // 3)
    assert len(added) // 3 >= whole
    session.close()

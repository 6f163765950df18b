"""A session belongs to no event loop: one after another, several at once, with and without."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from session_lib import SQLiteSession

Item = dict[str, int]


@pytest.fixture(params=["x.db", None], ids=["file", "memory"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the sessions of a test keep their items."""
    return tmp_path / request.param if request.param else None


def test_one_session_serves_five_event_loops_in_a_row(path: Path | None) -> None:
    session = SQLiteSession("user_1", path)

    async def turn(number: int) -> list[Item]:
        await session.add_items([{"n": number}])
        return await session.get_items()

    for number in range(5):
        assert asyncio.run(turn(number)) == [{"n": n} for n in range(number + 1)]
    session.close()


def test_each_operation_may_have_an_event_loop_of_its_own(path: Path | None) -> None:
    session = SQLiteSession("user_1", path)
    asyncio.run(session.add_items([{"n": 1}, {"n": 2}]))
    assert asyncio.run(session.pop_item()) == {"n": 2}
    assert asyncio.run(session.get_items()) == [{"n": 1}]
    asyncio.run(session.clear_session())
    assert asyncio.run(session.get_items()) == []
    session.close()


def test_a_session_made_inside_an_event_loop_outlives_it(path: Path | None) -> None:
    async def begin() -> SQLiteSession:
        session = SQLiteSession("user_1", path)
        await session.add_items([{"n": 1}])
        return session

    session = asyncio.run(begin())
    assert asyncio.run(session.get_items()) == [{"n": 1}]
    session.close()


def test_one_session_serves_four_threads_with_an_event_loop_each(path: Path | None) -> None:
    session = SQLiteSession("user_1", path)
    start = threading.Barrier(4)

    async def talk(name: str) -> None:
        for number in range(10):
            await session.add_items([{name: number}])
            items = await session.get_items()
            assert [item for item in items if name in item] == [
                {name: n} for n in range(number + 1)
            ]

    def work(name: str) -> None:
        start.wait()
        asyncio.run(talk(name))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, "abcd"))
    items = asyncio.run(session.get_items())
    assert len(items) == 40
    for name in "abcd":
        assert [item for item in items if name in item] == [{name: n} for n in range(10)]
    session.close()


def test_threads_that_pop_at_once_get_different_items(path: Path | None) -> None:
    session = SQLiteSession("user_1", path)
    asyncio.run(session.add_items([{"n": number} for number in range(40)]))

    async def pop_ten() -> list[Item | None]:
        return [await session.pop_item() for _ in range(10)]

    with ThreadPoolExecutor(4) as threads:
        popped = list(threads.map(lambda _: asyncio.run(pop_ten()), range(4)))
    assert sorted(item["n"] for ten in popped for item in ten if item) == list(range(40))
    assert asyncio.run(session.get_items()) == []
    session.close()


def test_one_session_serves_many_short_event_loops_in_many_threads(path: Path | None) -> None:
    session = SQLiteSession("user_1", path)

    def work(number: int) -> None:
        asyncio.run(session.add_items([{"n": number}]))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(80)))
    items = asyncio.run(session.get_items())
    assert sorted(item["n"] for item in items) == list(range(80))
    session.close()


async def test_another_event_loop_may_join_while_this_one_runs(path: Path | None) -> None:
    # As in a notebook: its loop runs all the time, and a thread brings another.
    session = SQLiteSession("user_1", path)
    await session.add_items([{"n": 0}])

    def elsewhere(operation: Callable[[], object]) -> object:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(operation).result()

    for number in range(1, 4):
        there = asyncio.to_thread(elsewhere, lambda: asyncio.run(session.add_items([{"there": 1}])))
        await asyncio.gather(there, session.add_items([{"n": number}]))
    items = await session.get_items()
    assert [item["n"] for item in items if "n" in item] == [0, 1, 2, 3]
    assert items.count({"there": 1}) == 3
    # Blocking this loop on what another one does is no deadlock either.
    assert elsewhere(lambda: asyncio.run(session.get_items())) == items
    await session.close()


def test_two_sessions_of_one_file_in_two_event_loops_at_once(tmp_path: Path) -> None:
    start = threading.Barrier(2)

    async def talk(name: str) -> list[Item]:
        async with SQLiteSession(name, tmp_path / "x.db") as session:
            start.wait()
            for number in range(20):
                await session.add_items([{"n": number}])
            return await session.get_items()

    with ThreadPoolExecutor(2) as threads:
        for items in threads.map(lambda name: asyncio.run(talk(name)), ["a", "b"]):
            assert items == [{"n": number} for number in range(20)]

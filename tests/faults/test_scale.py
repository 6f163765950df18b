"""Ten thousand sessions, a million items and an item of fifty megabytes are no other than a few."""

import asyncio
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import eventually, open_files, threads_since

Item = dict[str, Any]

SOON = 20.0
"""Seconds in which an operation on a large file is done, on a busy machine. A moment is usual."""

HAS_PROC = os.path.isdir("/proc/self/fd")

FEW = 10
"""Threads, or open files, that all sessions of a file together may need."""


class Crowd(NamedTuple):
    """A file with many sessions, of which each holds as many items."""

    path: Path
    sessions: int
    items: int


def item(user: int, number: int) -> Item:
    role = "assistant" if number % 2 else "user"
    return {"role": role, "content": f"message {number} of user {user}", "n": number}


@pytest.fixture(scope="module")
def crowd(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Crowd]:
    """A large file, written by the library alone: each session has all its items in two calls."""
    soak = request.config.getoption("--soak")
    path = tmp_path_factory.mktemp("crowd") / "x.db"
    crowd = Crowd(path, *((10_000, 100) if soak else (1_000, 50)))

    async def fill(user: int) -> None:
        session = SQLiteSession(f"user_{user}", path)
        for numbers in (range(crowd.items // 2), range(crowd.items // 2, crowd.items)):
            await session.add_items([item(user, number) for number in numbers])

    async def fill_all() -> None:
        async with SQLiteSession("user_0", path):  # keeps the file open
            for first in range(0, crowd.sessions, 250):
                last = min(first + 250, crowd.sessions)
                await asyncio.gather(*map(fill, range(first, last)))

    begun = time.monotonic()
    asyncio.run(fill_all())
    print(f"{crowd.sessions * crowd.items} items in {time.monotonic() - begun:.1f} seconds")
    yield crowd
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


async def test_in_a_large_file_each_operation_gives_the_right_items(crowd: Crowd) -> None:
    async with asyncio.timeout(10 * SOON):
        for user in random.Random(1).sample(range(crowd.sessions), 20):
            expected = [item(user, number) for number in range(crowd.items)]
            async with SQLiteSession(f"user_{user}", crowd.path) as session:
                assert await session.get_items(20) == expected[-20:]
                assert await session.get_items() == expected
                assert await session.pop_item() == expected[-1]
                assert await session.get_items(1) == expected[-2:-1]
                await session.add_items(expected[-1:])
                assert await session.get_items() == expected


async def test_in_a_large_file_all_sessions_are_told(crowd: Crowd) -> None:
    async with SQLiteSession("user_0", crowd.path) as session, asyncio.timeout(10 * SOON):
        found = await session._database.sessions()
    assert {name for name, *_ in found} == {f"user_{user}" for user in range(crowd.sessions)}
    assert {(items, asked) for _, items, asked, *_ in found} == {(crowd.items, crowd.items // 2)}


async def test_all_sessions_of_a_large_file_may_be_used_at_once(crowd: Crowd) -> None:
    before = set(threading.enumerate())
    sessions = [SQLiteSession(f"user_{user}", crowd.path) for user in range(crowd.sessions)]
    async with asyncio.timeout(20 * SOON):
        found = await asyncio.gather(*(session.get_items(20) for session in sessions))
        assert found == [
            [item(user, number) for number in range(crowd.items - 20, crowd.items)]
            for user in range(crowd.sessions)
        ]
        extra = {"role": "user", "n": crowd.items}
        await asyncio.gather(*(session.add_items([extra]) for session in sessions))
        assert len(threads_since(before)) < FEW
        if HAS_PROC:
            assert 0 < len(open_files(crowd.path)) < FEW
        popped = await asyncio.gather(*(session.pop_item() for session in sessions))
        assert popped == [extra] * crowd.sessions
        await asyncio.gather(*(session.close() for session in sessions))
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(crowd.path.parent) == [crowd.path.name]


async def test_a_cleared_session_takes_none_of_a_large_file_along(crowd: Crowd) -> None:
    user = crowd.sessions // 2
    expected = [item(user, number) for number in range(crowd.items)]
    async with (
        SQLiteSession(f"user_{user}", crowd.path) as cleared,
        SQLiteSession(f"user_{user - 1}", crowd.path) as other,
        asyncio.timeout(10 * SOON),
    ):
        await cleared.clear_session()
        assert await cleared.get_items() == []
        assert len(await other.get_items()) == crowd.items
        assert len(await other._database.sessions()) == crowd.sessions - 1
        await cleared.add_items(expected)
        assert await cleared.get_items(20) == expected[-20:]


async def test_a_long_conversation_is_read_and_shortened_at_its_end(
    tmp_path: Path, soak: bool
) -> None:
    count = 200_000 if soak else 20_000
    expected = [item(1, number) for number in range(count)]
    async with (
        SQLiteSession("user_1", tmp_path / "x.db") as session,
        SQLiteSession("user_2", tmp_path / "x.db") as other,
        asyncio.timeout(10 * SOON),
    ):
        await session.add_items(expected)
        await other.add_items([{"other": 1}])
        assert await session.get_items() == expected
        assert await session.get_items(20) == expected[-20:]
        for _ in range(20):
            assert await session.pop_item() == expected.pop()
        assert await session.get_items(20) == expected[-20:]
        await session.clear_session()
        assert await session.get_items() == []
        assert await other.get_items() == [{"other": 1}]


async def test_a_very_large_item_comes_out_equal_and_nobody_waits_for_it(
    tmp_path: Path, soak: bool
) -> None:
    size = 50_000_000 if soak else 10_000_000
    # Letters of one to four bytes, and what JSON has to escape.
    text = 'a"\\\n\u00e9\u4e2d\U0001f600'
    large = {"role": "user", "content": text * (size // len(text.encode()) + 1)}
    assert len(large["content"].encode()) >= size
    path = tmp_path / "x.db"
    async with SQLiteSession("large", path) as session, SQLiteSession("small", path) as other:
        await other.add_items([{"n": 1}])

        async def while_it_runs(task: "asyncio.Task[Any]") -> int:
            answered = 0
            while not task.done():
                assert await other.get_items() == [{"n": 1}]
                answered += not task.done()
            return answered

        async with asyncio.timeout(10 * SOON):
            adding = asyncio.create_task(session.add_items([large]))
            assert await while_it_runs(adding) > 0
            await adding
            reading = asyncio.create_task(session.get_items())
            begun = time.monotonic()
            await while_it_runs(reading)  # one connection reads, so that they take turns
            assert time.monotonic() - begun < 10 * SOON
            assert await reading == [large]
            popping = asyncio.create_task(session.pop_item())
            assert await while_it_runs(popping) > 0
            assert await popping == large
            assert await session.get_items() == []
            await session.add_items([{"n": 2}])
            assert await session.get_items() == [{"n": 2}]


async def test_many_large_items_at_once_are_all_stored(tmp_path: Path, soak: bool) -> None:
    count, size = (50, 1_000_000) if soak else (20, 200_000)
    sessions = [SQLiteSession(f"user_{number}", tmp_path / "x.db") for number in range(count)]
    async with asyncio.timeout(10 * SOON):
        await asyncio.gather(
            *(session.add_items([{"text": str(n) * size}]) for n, session in enumerate(sessions))
        )
        found = await asyncio.gather(*(session.get_items() for session in sessions))
        assert found == [[{"text": str(number) * size}] for number in range(count)]
        await asyncio.gather(*(session.close() for session in sessions))

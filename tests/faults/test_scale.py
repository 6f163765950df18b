"""Ten thousand sessions, a million items and an item of fifty megabytes are no other than a few."""

import asyncio
import os
import random
import threading
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import eventually, open_files, threads_since

LONG = 200.0
"""Seconds in which all operations of a test are done, on a busy machine. A moment is usual."""

HAS_PROC = os.path.isdir("/proc/self/fd")

FEW = 10
"""Threads, or open files, that all sessions of a file together may need."""


class Crowd(NamedTuple):
    """A file with many sessions, of which each holds as many items."""

    path: Path
    sessions: int
    items: int

    def expected(self, user):
        return [item(user, number) for number in range(self.items)]


def item(user, number):
    role = "assistant" if number % 2 else "user"
    return {"role": role, "content": f"message {number} of user {user}", "n": number}


@asynccontextmanager
async def sessions_in(path, *session_ids):
    """Open sessions, which must not be needed for long."""
    async with asyncio.timeout(LONG), AsyncExitStack() as stack:
        yield [await stack.enter_async_context(SQLiteSession(name, path)) for name in session_ids]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory, request):
    """A large file, written by the library alone: each session has all its items in two calls."""
    path = tmp_path_factory.mktemp("crowd") / "x.db"
    crowd = Crowd(path, *((10_000, 100) if request.config.getoption("--soak") else (1_000, 50)))

    async def fill(user):
        session, half = SQLiteSession(f"user_{user}", path), crowd.items // 2
        await session.add_items(crowd.expected(user)[:half])
        await session.add_items(crowd.expected(user)[half:])

    async def fill_all():
        async with SQLiteSession("user_0", path):  # keeps the file open
            for first in range(0, crowd.sessions, 250):
                last = min(first + 250, crowd.sessions)
                await asyncio.gather(*map(fill, range(first, last)))

    asyncio.run(fill_all())
    yield crowd
    for file in path.parent.iterdir():
        file.unlink()


async def test_operations_in_a_large_file(crowd):
    async with asyncio.timeout(LONG):
        for user in random.Random(1).sample(range(crowd.sessions), 20):
            expected = crowd.expected(user)
            async with SQLiteSession(f"user_{user}", crowd.path) as session:
                assert await session.get_items(20) == expected[-20:]
                assert await session.get_items() == expected
                assert await session.pop_item() == expected[-1]
                assert await session.get_items(1) == expected[-2:-1]
                await session.add_items(expected[-1:])
                assert await session.get_items() == expected


async def test_all_sessions_at_once(crowd):
    before = set(threading.enumerate())
    names = [f"user_{user}" for user in range(crowd.sessions)]
    extra = {"role": "user", "n": crowd.items}
    async with sessions_in(crowd.path, *names) as sessions:
        found = await asyncio.gather(*(session.get_items(20) for session in sessions))
        assert found == [crowd.expected(user)[-20:] for user in range(crowd.sessions)]
        await asyncio.gather(*(session.add_items([extra]) for session in sessions))
        assert len(threads_since(before)) < FEW
        if HAS_PROC:
            assert 0 < len(open_files(crowd.path)) < FEW
        popped = await asyncio.gather(*(session.pop_item() for session in sessions))
        assert popped == [extra] * crowd.sessions
        await asyncio.gather(*(session.close() for session in sessions))
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(crowd.path.parent) == [crowd.path.name]


async def test_the_list_and_clear(crowd):
    """The sessions of a large file, and that clearing one takes no other along."""
    user = crowd.sessions // 2
    names = f"user_{user}", f"user_{user - 1}"
    async with sessions_in(crowd.path, *names) as (cleared, other):
        found = await other.database.sessions()
        assert {name for name, *_ in found} == {f"user_{user}" for user in range(crowd.sessions)}
        half = crowd.items // 2
        assert {(items, asked) for _, items, asked, *_ in found} == {(crowd.items, half)}
        await cleared.clear_session()
        assert await cleared.get_items() == []
        assert len(await other.get_items()) == crowd.items
        assert len(await other.database.sessions()) == crowd.sessions - 1
        await cleared.add_items(crowd.expected(user))
        assert await cleared.get_items(20) == crowd.expected(user)[-20:]


async def test_a_long_conversation(tmp_path, soak):
    expected = [item(1, number) for number in range(200_000 if soak else 20_000)]
    async with sessions_in(tmp_path / "x.db", "user_1", "user_2") as (session, other):
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


async def test_a_very_large_item(tmp_path, soak):
    """It comes out equal, and nobody waits for it."""
    size = 50_000_000 if soak else 10_000_000
    # Letters of one to four bytes, and what JSON has to escape.
    text = 'a"\\\n\u00e9\u4e2d\U0001f600'
    large = {"role": "user", "content": text * (size // len(text.encode()) + 1)}
    assert len(large["content"].encode()) >= size
    async with sessions_in(tmp_path / "x.db", "large", "small") as (session, other):
        await other.add_items([{"n": 1}])

        async def while_it_runs(operation):
            """Say what an operation returned, and how often `other` was answered meanwhile."""
            task, answered = asyncio.create_task(operation), 0
            while not task.done():
                assert await other.get_items() == [{"n": 1}]
                answered += not task.done()
            return await task, answered

        _, answered = await while_it_runs(session.add_items([large]))
        assert answered > 0
        found, _ = await while_it_runs(session.get_items())  # one connection reads: they take turns
        assert found == [large]
        popped, answered = await while_it_runs(session.pop_item())
        assert popped == large
        assert answered > 0
        assert await session.get_items() == []
        await session.add_items([{"n": 2}])
        assert await session.get_items() == [{"n": 2}]


async def test_many_large_items_at_once(tmp_path, soak):
    count, size = (50, 1_000_000) if soak else (20, 200_000)
    items = [{"text": str(number) * size} for number in range(count)]
    async with sessions_in(tmp_path / "x.db", *map(str, range(count))) as sessions:
        await asyncio.gather(
            *(session.add_items([item]) for session, item in zip(sessions, items, strict=True))
        )
        found = await asyncio.gather(*(session.get_items() for session in sessions))
        assert found == [[item] for item in items]

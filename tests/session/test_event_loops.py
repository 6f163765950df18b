"""A session belongs to no event loop: one after another, several at once, with and without."""

import asyncio
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import eventually
from tests.helpers.sqlite_files import stored
from tests.helpers.threadless import needs_threads

pytestmark = pytest.mark.usefixtures("has_threads")


@pytest.fixture(params=["x.db", None], ids=["file", "memory"])
def path(request, tmp_path):
    return tmp_path / request.param if request.param else None


@pytest.fixture
def session(path):
    session = SQLiteSession("user_1", path)
    yield session
    session.close()


def test_a_loop_for_each_operation(session):
    asyncio.run(session.add_items([{"n": 1}, {"n": 2}]))
    assert asyncio.run(session.pop_item()) == {"n": 2}
    assert asyncio.run(session.get_items()) == [{"n": 1}]
    asyncio.run(session.clear_session())
    assert asyncio.run(session.get_items()) == []


def test_five_loops_in_a_row(path):
    async def begin():
        session = SQLiteSession("user_1", path)
        await session.add_items([{"n": 0}])
        return session

    async def go_on(session, number):
        await session.add_items([{"n": number}])
        return await session.get_items()

    session = asyncio.run(begin())
    for number in range(1, 5):
        assert asyncio.run(go_on(session, number)) == [{"n": n} for n in range(number + 1)]
    session.close()


def test_one_session_in_four_loops_at_once(session):
    start = threading.Barrier(4)

    async def talk(name):
        for number in range(10):
            await session.add_items([{name: number}])
            items = await session.get_items()
            numbers = [item[name] for item in items if name in item]
            assert numbers == list(range(number + 1))

    def work(name):
        start.wait()
        asyncio.run(talk(name))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, "abcd"))
    assert len(asyncio.run(session.get_items())) == 40


def test_many_short_loops_in_many_threads(session):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: asyncio.run(session.add_items([{"n": n}])), range(80)))
    items = asyncio.run(session.get_items())
    assert sorted(item["n"] for item in items) == list(range(80))


async def test_another_loop_joins_this_one(session):
    # As in a notebook: its loop runs all the time, and a thread brings another.
    await session.add_items([{"n": 0}])

    def elsewhere(operation):
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, operation()).result()

    for number in range(1, 4):
        there = asyncio.to_thread(elsewhere, lambda: session.add_items([{"there": 1}]))
        await asyncio.gather(there, session.add_items([{"n": number}]))
    items = await session.get_items()
    assert [item["n"] for item in items if "n" in item] == [0, 1, 2, 3]
    assert items.count({"there": 1}) == 3
    # Blocking this loop on what another one does is no deadlock either.
    assert elsewhere(session.get_items) == items


@needs_threads("the loop stands still, and a thread goes on")
async def test_order_while_the_file_opens(tmp_path):
    path = tmp_path / "x.db"

    def is_stored():
        try:
            return os.path.exists(f"{path}-wal") and len(stored(path)) == 3
        except sqlite3.OperationalError:  # no tables yet
            return False

    async with SQLiteSession("user_1", path) as session:
        tasks = [asyncio.create_task(session.add_items([{"n": n}])) for n in range(3)]
        await asyncio.sleep(0)
        # This loop stands still, so the three do not know yet that the file is open.
        assert eventually(is_stored)
        tasks += [asyncio.create_task(session.add_items([{"n": n}])) for n in range(3, 6)]
        await asyncio.gather(*tasks)
        assert await session.get_items() == [{"n": n} for n in range(6)]

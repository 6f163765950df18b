"""A caller may be cancelled anywhere: its work is done wholly or not at all, and nobody else's is.

What each session has to hold is known, so that nothing can happen by halves, late or twice.
"""

import asyncio
import contextlib
import gc
import itertools
import os
import random
import sqlite3
import threading
from collections import Counter

import pytest

from session_lib import SQLiteSession
from tests.helpers.cancelling import SOON, TIMED, WAYS, Hits, User, at_a_suspension, meet, turn
from tests.helpers.operations import BATCH, BEFORE, OPERATIONS, WRITES
from tests.helpers.processes import eventually, threads_since
from tests.helpers.sqlite_files import locked, locked_for
from tests.helpers.threadless import STANDS_STILL, needs_threads

pytestmark = pytest.mark.usefixtures("has_threads")

PROMPTLY = 5.0
"""Seconds in which a cancelled caller is back, even if somebody holds a lock."""


def ways(*, too_late=(), too_late_without_threads):
    """Runs a test with each way to cancel, but for those that always come too late."""
    ways = [(True, way) for way in WAYS if way.__name__ not in too_late]
    ways += [(False, way) for way in WAYS if way.__name__ not in too_late_without_threads]
    ids = [f"{way.__name__}, {'threads' if threads else 'no threads'}" for threads, way in ways]
    return pytest.mark.parametrize(("has_threads", "way"), ways, ids=ids, indirect=["has_threads"])


@pytest.fixture(params=["x.db", None], ids=["file", "memory"])
def path(request, tmp_path):
    return tmp_path / request.param if request.param else None


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = set(threading.enumerate())
    yield
    gc.collect()
    assert eventually(lambda: not threads_since(before), SOON), threads_since(before)


async def cancelled_after(turns, operation):
    """Cancel `operation` after some turns of the event loop. Tell whether that came in time."""
    task = asyncio.ensure_future(operation)
    await turn(turns)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=PROMPTLY)
    assert done
    if task.cancelled():
        return True
    task.result()
    return False


async def items_behind(session):
    """What the session holds now that all it had begun is behind it. Empty it."""
    async with asyncio.timeout(SOON):
        await session.add_items([{"after": 1}])
        *items, last = await session.get_items()
        assert last == {"after": 1}
        await session.clear_session()
    return items


@pytest.mark.parametrize("first", [False, True], ids=["in use", "first use"])
@pytest.mark.parametrize("name", OPERATIONS)
async def test_cancelled_after_any_turn(name, first, path):
    begin, full, empty = OPERATIONS[name]
    before, after = ([], empty) if first else (BEFORE, full)
    for turns in range(31):
        async with SQLiteSession("user_1", path and path.with_stem(str(turns * first))) as session:
            if not first:
                await session.add_items(BEFORE)
            cancelled = await cancelled_after(turns, begin(session))
            assert cancelled or turns
            outcomes = [before] * cancelled + [after] * (turns > 0)
            assert await items_behind(session) in outcomes


@pytest.mark.parametrize("again", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("first", [False, True], ids=["in use", "first use"])
@pytest.mark.parametrize("name", OPERATIONS)
async def test_cancelled_at_each_await(name, first, again, path):
    begin, full, empty = OPERATIONS[name]
    before, after = ([], empty) if first else (BEFORE, full)
    hits: Hits = Counter()
    for number in itertools.count(1):
        seen = hits.total()
        async with SQLiteSession("user_1", path and path.with_stem(str(number))) as session:
            if not first:
                await session.add_items(BEFORE)
            step = at_a_suspension(begin(session), number, hits, again=again)
            result = (await asyncio.gather(step, return_exceptions=True))[0]
            assert asyncio.all_tasks() == {asyncio.current_task()}
            cancelled = isinstance(result, asyncio.CancelledError)
            assert await items_behind(session) in ([before, after] if cancelled else [after])
        if hits.total() == seen:
            assert not isinstance(result, BaseException)
            break
    assert hits["waiting"]


# Without threads, work is done when the event loop has turned once.
@ways(too_late_without_threads=("wait_for", "neighbour"))
async def test_cancelled_in_a_shared_commit(way, tmp_path, seed, soak):
    enough = 5_000 if soak else 500
    draw, path = random.Random(seed), tmp_path / "x.db"
    hits: Hits = Counter()
    hits_wanted = 0 if way in TIMED else enough // 20
    sessions = [SQLiteSession(f"user_{number}", path) for number in range(12)]
    await sessions[0].clear_session()  # makes the file
    cancelled = 0
    with contextlib.closing(sqlite3.connect(path)) as look:
        users = [User(session, look) for session in sessions]
        for number in range(4 * enough):
            if cancelled >= enough and hits["waiting"] >= hits_wanted:
                break
            with locked_for(draw.uniform(0, 0.01), path if number % 5 == 4 else None):
                cancelled += await meet(users, draw, way, hits)
    print(f"{cancelled} cancelled, {dict(hits)}")
    assert cancelled >= enough
    assert hits["waiting"] >= hits_wanted
    await asyncio.gather(*(session.close() for session in sessions))
    assert os.listdir(tmp_path) == ["x.db"]


# Without threads, work is done when the event loop has turned once.
@ways(too_late_without_threads=("wait_for", "neighbour"))
async def test_cancelled_while_the_file_is_made(way, tmp_path, seed, soak):
    enough = 500 if soak else 50
    draw, cancelled = random.Random(seed), 0
    hits: Hits = Counter()
    for number in range(4 * enough):
        if cancelled >= enough:
            break
        path = tmp_path / f"{number}.db"
        users = [User(SQLiteSession(f"user_{number}", path)) for number in range(6)]
        with locked_for(draw.uniform(0, 0.01), path if number % 5 == 4 else None):
            cancelled += await meet(users, draw, way, hits)
        await meet(users, draw, way, Counter())
        await asyncio.gather(*(user.session.close() for user in users))
    print(f"{cancelled} cancelled, {dict(hits)}")
    assert cancelled >= enough
    assert way in TIMED or hits["waiting"] > enough // 10
    assert {name.rpartition(".")[2] for name in os.listdir(tmp_path)} == {"db"}


# In memory, everything is done at once.
@ways(too_late=("delay", "wait_for"), too_late_without_threads=("delay", "wait_for", "neighbour"))
async def test_cancelled_in_memory(way, seed, soak):
    enough = 2_000 if soak else 200
    draw, cancelled = random.Random(seed), 0
    hits: Hits = Counter()
    async with SQLiteSession("user_1") as session:
        user = User(session)
        for _ in range(enough * 20):
            cancelled += await meet([user], draw, way, hits)
            if cancelled >= enough:
                break
    print(f"{cancelled} cancelled, {dict(hits)}")
    assert cancelled >= enough


async def test_neighbours_of_a_cancelled_write(path):
    async with SQLiteSession("user_1", path) as session:
        for turns in range(8):
            writes = (session.add_items([{"n": n}, {"n": n}]) for n in range(20))
            tasks = [asyncio.create_task(write) for write in writes]
            await turn(turns)
            for task in tasks[::2]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            numbers = [item["n"] for item in await session.get_items()]
            assert numbers[::2] == numbers[1::2]
            assert set(numbers[::2]) >= set(range(1, 20, 2))
            assert len(set(numbers)) == len(numbers[::2])
            await session.clear_session()


@pytest.mark.parametrize("name", WRITES)
@needs_threads(STANDS_STILL)
async def test_leaving_while_the_file_is_locked(name, tmp_path):
    begin = OPERATIONS[name].begin
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items(BEFORE)
        with locked(tmp_path / "x.db"):
            for turns in [*range(1, 8)] * 10 + [20]:
                assert await cancelled_after(turns, begin(session))
            async with asyncio.timeout(PROMPTLY):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await begin(session)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(begin(session), 0.1)
                assert await session.get_items() == BEFORE
        assert await items_behind(session) == BEFORE


@needs_threads(STANDS_STILL)
async def test_leaving_while_it_cannot_be_opened(tmp_path):
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        with locked(tmp_path / "x.db", "EXCLUSIVE"):
            assert await cancelled_after(20, session.add_items(BATCH))
        assert await items_behind(session) == []


@pytest.mark.parametrize("leaving", [{0}, {4}, {0, 1, 2, 3}], ids=["first", "last", "but one"])
@needs_threads(STANDS_STILL)
async def test_who_stays_is_served(leaving, tmp_path):
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items(BEFORE)
        with locked(tmp_path / "x.db"):
            tasks = [asyncio.create_task(session.add_items([{"task": n}])) for n in range(5)]
            await turn(20)
            for number in leaving:
                tasks[number].cancel()
            await asyncio.wait([tasks[number] for number in leaving], timeout=PROMPTLY)
            assert {number for number in range(5) if tasks[number].done()} == leaving
            assert all(tasks[number].cancelled() for number in leaving)
        staying = [number for number in range(5) if number not in leaving]
        async with asyncio.timeout(PROMPTLY):
            await asyncio.gather(*(tasks[number] for number in staying))
        assert await session.get_items() == [*BEFORE, *({"task": number} for number in staying)]


@pytest.mark.parametrize("again", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("last", [True, False], ids=["last of its file", "others go on"])
@pytest.mark.parametrize("begun", [False, True], ids=["at rest", "with work begun"])
async def test_closing_cancelled_at_each_await(begun, last, again, tmp_path):
    hits: Hits = Counter()
    expected = BEFORE + (BATCH if begun else [])
    for number in itertools.count(1):
        seen, path = hits.total(), tmp_path / f"{number}.db"
        session, other = SQLiteSession("user_1", path), SQLiteSession("user_2", path)
        await asyncio.gather(session.add_items(BEFORE), other.add_items(BEFORE))
        if last:
            await other.close()
        users = [session] if last else [session, other]
        tasks = [asyncio.create_task(user.add_items(BATCH)) for user in users if begun]
        await turn()
        step = at_a_suspension(session.close(), number, hits, again=again)
        await asyncio.gather(step, return_exceptions=True)
        with pytest.raises(RuntimeError, match="closed"):
            await session.get_items()
        await asyncio.gather(*tasks)
        async with SQLiteSession("user_1", path) as new:
            assert await new.get_items() == expected
            await new.add_items(BATCH)
        if not last:
            assert await other.get_items() == expected
            await other.close()
        if hits.total() == seen:
            break
    assert number > int(last)
    assert {name.rpartition(".")[2] for name in os.listdir(tmp_path)} == {"db"}


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
def test_cancelled_as_asyncio_run_ends(held, path, seed):
    draw = random.Random(seed)
    session = SQLiteSession("user_1", path)
    asyncio.run(session.add_items(BEFORE))
    asyncio.run(session.get_items())
    threads = set(threading.enumerate())
    items = BEFORE
    # When to cancel the task, and when to end the loop, which cancels it again; or only that.
    moments: list[tuple[int | None, int]] = [(number % 12, number // 12) for number in range(48)]
    moments += [(None, turns) for turns in (*range(12), *range(12, 0 if held else 1000, 25))]

    async def main(number, cancelling, ending):
        task = asyncio.create_task(session.add_items([{"number": number}] * 20))
        if cancelling is not None:
            await turn(cancelling)
            task.cancel()
        await turn(ending)
        return task

    for number, moment in enumerate(moments):
        with locked_for(draw.uniform(0, 0.01), path if held else None):
            task = asyncio.run(main(number, *moment))
        before, after = items, [*items, *[{"number": number}] * 20]
        items = asyncio.run(asyncio.wait_for(session.get_items(), SOON))
        assert items in ([before, after] if task.cancelled() else [after])
    assert set(threading.enumerate()) <= threads
    session.close()

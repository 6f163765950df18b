"""An event loop that closes in the middle of an operation leaves a working session behind."""

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.cancelling import SOON, User
from tests.helpers.operations import BEFORE, OPERATIONS, WRITES
from tests.helpers.processes import eventually, threads_since
from tests.helpers.sqlite_files import locked
from tests.helpers.threadless import STANDS_STILL, needs_threads

pytestmark = pytest.mark.usefixtures("has_threads")


@pytest.fixture(params=["x.db", None], ids=["file", "memory"])
def path(request, tmp_path):
    return tmp_path / request.param if request.param else None


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = set(threading.enumerate())
    yield
    assert eventually(lambda: not threads_since(before)), threads_since(before)


def abandon(turns: int, *work: Coroutine[Any, Any, Any], seconds: float = 0) -> list[Any]:
    """Begin some work in an event loop, and close the loop when it has turned a few times."""
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(one) for one in work]
    for _ in range(turns):
        loop.run_until_complete(asyncio.sleep(0))
    if seconds:
        loop.run_until_complete(asyncio.sleep(seconds))
    loop.close()
    for task in tasks:
        if task.done():
            task.result()
    return tasks


def run_soon(operation: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(asyncio.wait_for(operation(), SOON))


@pytest.mark.parametrize("turns", [1, 2, 4, 8])
@pytest.mark.parametrize("first", [False, True], ids=["in use", "first use"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_abandoned_operation(name, first, turns, path):
    begin, full, empty = OPERATIONS[name]
    before, after = ([], empty) if first else (BEFORE, full)
    session = SQLiteSession("user_1", path)
    if not first:
        run_soon(lambda: session.add_items(BEFORE))
    tasks = abandon(turns, begin(session))
    # This goes through the same queue: what was begun is behind us then.
    run_soon(lambda: session.add_items([{"after": 1}]))
    items = run_soon(session.get_items)
    outcomes = [after] if tasks[0].done() else [before, after]
    assert items in [[*outcome, {"after": 1}] for outcome in outcomes]
    session.close()


@pytest.mark.parametrize("name", WRITES)
@needs_threads(STANDS_STILL)
def test_abandoned_while_waiting_for_a_lock(name, tmp_path):
    begin, after, _ = OPERATIONS[name]
    session = SQLiteSession("user_1", tmp_path / "x.db")
    run_soon(lambda: session.add_items(BEFORE))
    with locked(tmp_path / "x.db"):
        abandon(20, begin(session))
    run_soon(lambda: session.add_items([{"after": 1}]))
    items = run_soon(session.get_items)
    assert items in ([*BEFORE, {"after": 1}], [*after, {"after": 1}])
    session.close()


@pytest.mark.parametrize("seconds", [0, 0.003])
@needs_threads("without, all work is done before the loop can close")
def test_loops_that_close_in_shared_commits(seconds, tmp_path, seed, soak):
    enough = 1_000 if soak else 100
    draw, path = random.Random(seed), tmp_path / "x.db"
    doomed = [User(SQLiteSession(f"doomed_{number}", path)) for number in range(6)]
    staying = [User(SQLiteSession(f"staying_{number}", path)) for number in range(6)]
    over = threading.Event()

    async def stay():
        draw = random.Random(seed)
        while not over.is_set():
            begun = [user.begin(draw) for user in staying]
            operations = asyncio.gather(*(operation for operation, _, _ in begun))
            results = await asyncio.wait_for(operations, SOON)
            assert results == [expected for _, _, expected in begun]
            for user, (_, after, _) in zip(staying, begun, strict=True):
                user.items = after

    async def settle(session):
        await session.add_items([{"settled": 1}])  # behind this, nothing is in the queue
        return await session.get_items()

    with ThreadPoolExecutor(1) as thread:
        other_loop = thread.submit(asyncio.run, stay())
        abandoned = rounds = 0
        while abandoned < enough and rounds < 20 * enough and not other_loop.done():
            rounds += 1
            begun = [user.begin(draw) for user in doomed]
            work = (operation for operation, _, _ in begun)
            tasks = abandon(draw.randrange(1, 9), *work, seconds=draw.uniform(0, seconds))
            for user, (_, after, expected), task in zip(doomed, begun, tasks, strict=True):
                *items, settled = run_soon(lambda: settle(user.session))  # noqa: B023
                assert settled == {"settled": 1}
                if task.done():
                    assert task.result() == expected
                abandoned += not task.done()
                assert items in ([after] if task.done() else [user.items, after])
                user.items = [*items, settled]
        over.set()
        other_loop.result(SOON)
    print(f"{abandoned} operations abandoned, {rounds} loops closed")
    assert abandoned >= enough
    for user in staying:
        assert run_soon(user.session.get_items) == user.items
    for user in doomed + staying:
        user.session.close()

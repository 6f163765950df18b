"""An event loop that is closed in the middle of an operation leaves a working session behind.

aiosqlite's thread cannot deliver its result then, and dies. It says so on stderr, and so does its
connection when it is garbage; nothing of that can be helped without aiosqlite's private
attributes, and it is left out of the warnings that fail a test.
"""

import asyncio
import gc
import sqlite3
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import eventually, threads_since

pytestmark = [
    pytest.mark.filterwarnings(
        r"ignore:[^\n]*_connection_worker_thread:pytest.PytestUnhandledThreadExceptionWarning"
    ),
    pytest.mark.filterwarnings(
        r"ignore:[^\n]*Connection.__del__:pytest.PytestUnraisableExceptionWarning"
    ),
]

Item = dict[str, Any]
Operation = Callable[[], Coroutine[Any, Any, object]]
SOON = 10.0
"""Seconds in which the next caller has to be served. A second or two is usual."""

BEFORE: list[Item] = [{"n": 1}, {"n": 2}]
BATCH: list[Item] = [{"new": 1}, {"new": 2}, {"new": 3}]
OPERATIONS: dict[str, tuple[Callable[[SQLiteSession], Operation], list[list[Item]]]] = {
    # What may be there afterwards: all of the operation, or nothing.
    "add": (lambda session: lambda: session.add_items(BATCH), [BEFORE, BEFORE + BATCH]),
    "pop": (lambda session: session.pop_item, [BEFORE, BEFORE[:1]]),
    "clear": (lambda session: session.clear_session, [BEFORE, []]),
    "get": (lambda session: session.get_items, [BEFORE]),
}


@pytest.fixture(scope="module", autouse=True)
def only_new_garbage_counts() -> Iterator[None]:
    """Spare the collections below a look at all the modules that are loaded."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def garbage_is_collected_here() -> Iterator[None]:
    """Let what a closed loop leaves behind be garbage in its own test, with its own filters."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    assert eventually(lambda: not threads_since(before))
    gc.collect()


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notice a dead thread sooner than usual, so that many cases take little time."""


@pytest.fixture(params=["x.db", None], ids=["file", "memory"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the sessions of a test keep their items."""
    return tmp_path / request.param if request.param else None


def begin_and_abandon(operation: Operation, turns: int) -> None:
    """Close an event loop when it has turned a few times since the operation began."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(operation())
    for _ in range(turns):
        loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    if task.done() and not task.cancelled():
        task.result()


def run_soon(operation: Operation) -> Any:
    return asyncio.run(asyncio.wait_for(operation(), SOON))


@contextmanager
def write_lock(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.usefixtures("impatience")
@pytest.mark.parametrize("turns", [1, 2, 4, 8])
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_operation_is_whole_or_not_there_and_the_session_works(
    name: str, turns: int, path: Path | None
) -> None:
    operation, outcomes = OPERATIONS[name]
    session = SQLiteSession("user_1", path)
    run_soon(lambda: session.add_items(BEFORE))
    begin_and_abandon(operation(session), turns)
    # An operation that goes through the same queue: whatever was begun is behind us then.
    run_soon(lambda: session.add_items([{"after": 1}]))
    items = run_soon(session.get_items)
    assert items[-1] == {"after": 1}
    assert items[:-1] in outcomes
    session.close()


@pytest.mark.usefixtures("impatience")
@pytest.mark.parametrize("turns", [1, 2, 4, 8])
@pytest.mark.parametrize("name", ["add", "get"])
def test_a_file_can_be_opened_though_the_loop_that_began_to_is_closed(
    name: str, turns: int, path: Path | None
) -> None:
    operation, _ = OPERATIONS[name]
    session = SQLiteSession("user_1", path)
    begin_and_abandon(operation(session), turns)
    run_soon(lambda: session.add_items([{"after": 1}]))
    items = run_soon(session.get_items)
    assert items in ([{"after": 1}], [*BATCH, {"after": 1}], [{"after": 1}, *BATCH])
    session.close()


@pytest.mark.parametrize("name", ["add", "pop", "clear"])
def test_a_loop_closed_while_its_write_waits_for_a_lock_leaves_a_working_session(
    name: str, tmp_path: Path
) -> None:
    operation, outcomes = OPERATIONS[name]
    session = SQLiteSession("user_1", tmp_path / "x.db")
    run_soon(lambda: session.add_items(BEFORE))
    with write_lock(tmp_path / "x.db"):
        begin_and_abandon(operation(session), 20)
    run_soon(lambda: session.add_items([{"after": 1}]))
    items = run_soon(session.get_items)
    assert items[-1] == {"after": 1}
    assert items[:-1] in outcomes
    session.close()


def test_who_waits_behind_a_loop_that_is_closed_is_served_once(tmp_path: Path) -> None:
    first, second = (SQLiteSession(name, tmp_path / "x.db") for name in ("first", "second"))
    run_soon(lambda: first.add_items(BEFORE))
    waiting = threading.Event()

    async def wait_behind() -> None:
        task = asyncio.create_task(second.add_items(BATCH))
        for _ in range(20):
            await asyncio.sleep(0)
        waiting.set()
        await asyncio.wait_for(task, SOON)

    loop = asyncio.new_event_loop()
    with ThreadPoolExecutor(1) as thread:
        with write_lock(tmp_path / "x.db"):
            abandoned = loop.create_task(first.add_items(BATCH))
            for _ in range(20):
                loop.run_until_complete(asyncio.sleep(0))
            behind = thread.submit(asyncio.run, wait_behind())
            assert waiting.wait(SOON)
            loop.close()
        behind.result()
    del abandoned
    assert run_soon(second.get_items) == BATCH
    assert run_soon(first.get_items) in (BEFORE, BEFORE + BATCH)
    first.close()
    second.close()


def test_many_loops_may_find_the_dead_thread_at_once() -> None:
    # One of them opens the connection anew, and only one: a second one would close the first's.
    session = SQLiteSession("user_1")
    run_soon(lambda: session.add_items([{"n": 0}]))
    rounds, errors = 15, []

    def add(number: int) -> None:
        try:
            run_soon(lambda: session.add_items([{"found": number}]))
        except BaseException as error:
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # makes threads meet in the narrowest places
    try:
        for number in range(rounds):
            begin_and_abandon(lambda: session.add_items([{"abandoned": 1}]), 2)
            threads = [threading.Thread(target=add, args=(number,), daemon=True) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(SOON)
            assert not errors
            assert not any(thread.is_alive() for thread in threads)
    finally:
        sys.setswitchinterval(interval)
    items = run_soon(session.get_items)
    assert items[0] == {"n": 0}
    assert [item for item in items if "found" in item] == [
        {"found": number} for number in range(rounds) for _ in range(8)
    ]
    assert items.count({"abandoned": 1}) <= rounds
    session.close()


def test_a_loop_closed_in_the_middle_does_not_lose_what_another_session_added(
    tmp_path: Path,
) -> None:
    session = SQLiteSession("user_1", tmp_path / "x.db")
    other = SQLiteSession("user_2", tmp_path / "x.db")
    for number in range(3):
        run_soon(lambda: other.add_items([{"n": number}]))  # noqa: B023
        begin_and_abandon(lambda: session.add_items(BATCH), 2)
    assert run_soon(other.get_items) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert len(run_soon(session.get_items)) % 3 == 0
    session.close()
    other.close()

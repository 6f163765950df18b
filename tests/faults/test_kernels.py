"""A kernel is interrupted, restarted and shut down while sessions are at work, as learners do.

The kernels are real ones. One serves all tests that leave it alive; each start takes a second.
"""

import json
import os
import random
import sqlite3
import time
from contextlib import closing, contextmanager, nullcontext

import pytest

from tests.helpers.histories import check_integrity
from tests.helpers.kernels import SOON, new_kernel
from tests.helpers.processes import eventually

PREPARE = """
import asyncio, json, threading
from session_lib import SQLiteSession
path = {path!r}
session = SQLiteSession("user_1", path)

def say():
    print("begun", flush=True)

async def begin(operation):
    # Returns when the operation waits for something that takes time.
    task = asyncio.ensure_future(operation)
    for _ in range(20): await asyncio.sleep(0)
    return task

def pair(number):
    return [{{"n": number, "half": half}} for half in (1, 2)]

async def write_on(session, count=[0]):
    while True:
        count[0] += 1
        await session.add_items(pair(count[0]))
        if count[0] % 3 == 0:
            await session.get_items(10)
"""
INTERRUPTED = ("CancelledError", "KeyboardInterrupt")
"""How a cell ends that is interrupted: while it awaits something, and otherwise."""

needs_signals = pytest.mark.skipif(
    os.name != "posix", reason="needs SIGINT to reach a cell that awaits, as on POSIX systems"
)


@pytest.fixture(scope="module")
def shared_kernel(tmp_path_factory):
    with new_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.db"


@pytest.fixture
def kernel(shared_kernel, path):
    """The kernel that all tests share, with a session in a new file."""
    shared_kernel.run(PREPARE.format(path=str(path)))
    return shared_kernel


@needs_signals
@pytest.mark.parametrize("operation", ["add_items([{'n': 9}])", "pop_item()", "clear_session()"])
def test_interrupt_while_waiting_for_a_lock(operation, kernel, path):
    kernel.run("await session.add_items([{'n': 1}, {'n': 2}])")
    with write_lock(path):
        cell = kernel.begin(f"task = await begin(session.{operation}); say(); await task")
        kernel.interrupt()
        assert kernel.finish(cell)[0] in INTERRUPTED
        # Still locked: readers are served, and a writer can be interrupted once more.
        assert kernel.run("print(json.dumps(await session.get_items()))") == [{"n": 1}, {"n": 2}]
        cell = kernel.begin("say(); await session.pop_item()")
        kernel.interrupt()
        assert kernel.finish(cell)[0] in INTERRUPTED
    check_unlocked(path)
    assert kernel.run("print(json.dumps(task.cancelled()))") is True
    kernel.run("await session.add_items([{'n': 3}])")
    assert stored(path) == [{"n": 1}, {"n": 2}, {"n": 3}]
    kernel.run("await session.close()")
    assert os.listdir(path.parent) == [path.name]


@needs_signals
@pytest.mark.parametrize("users", [1, 10])
def test_interrupt_again_and_again(users, kernel, path, seed, soak):
    interrupts = 200 if soak else 20
    draw = random.Random(seed)
    kernel.run(
        f"users = [SQLiteSession(f'user_{{n}}', path) for n in range({users})]\n"
        f"counts = [[0] for _ in users]"
    )
    for _ in range(interrupts):
        cell = kernel.begin("say(); await asyncio.gather(*map(write_on, users, counts))")
        time.sleep(draw.uniform(0, 0.1))
        kernel.interrupt()
        assert kernel.finish(cell)[0] in INTERRUPTED
        # The next cell, in the same kernel, with the same sessions.
        found = kernel.run("print(json.dumps([await user.get_items() for user in users]))")
        for number, items in enumerate(found):
            check_pairs(items)
            assert stored(path, f"user_{number}") == items
        check_unlocked(path)
    counts = kernel.run("print(json.dumps([count for (count,) in counts]))")
    assert sum(counts) > 0
    for items, count in zip(found, counts, strict=True):
        # All but those that were interrupted, one each time at most, were acknowledged.
        assert count - interrupts <= len(items) // 2 <= count
    kernel.run("for user in users: await user.close()")


@needs_signals
def test_interrupt_while_a_thread_works(kernel, path):
    """The thread goes on."""
    kernel.run(
        "await session.add_items([{'n': 1}])\n"
        "over = threading.Event()\n"
        "def work():\n"
        "    asyncio.run(session.add_items([{'n': 2}]))\n"
        "    over.set()"
    )
    with write_lock(path):
        cell = kernel.begin("threading.Thread(target=work).start(); say(); over.wait()")
        kernel.interrupt()
        assert kernel.finish(cell)[0] == "KeyboardInterrupt"
        assert stored(path) == [{"n": 1}]
    assert kernel.run(f"print(json.dumps(over.wait({SOON})))") is True
    assert kernel.run("print(json.dumps(await session.get_items()))") == [{"n": 1}, {"n": 2}]
    check_unlocked(path)
    kernel.run("await session.close()")


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "writing"])
@pytest.mark.parametrize("now", [False, True], ids=["in order", "at once"])
def test_restart(now, busy, kernel, path):
    kernel.run("await session.add_items(pair(0))")
    pairs = 1
    if busy:
        kernel.begin("say(); await write_on(session)")
        assert eventually(lambda: len(stored(path)) > 6, SOON)
        pairs = len(stored(path)) // 2
    kernel.restart(now=now)
    check_unlocked(path)
    check_pairs(stored(path), {*range(pairs)})
    kernel.run(PREPARE.format(path=str(path)))
    kernel.run("await session.add_items(pair(10**9)); await session.close()")
    check_pairs(stored(path), {*range(pairs), 10**9})
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("locked", [False, True], ids=["idle", "waiting for a lock"])
def test_shutdown(locked, path, tmp_path_factory):
    with new_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.run(PREPARE.format(path=str(path)))
        kernel.run("memory = SQLiteSession('user_1'); await memory.add_items([{'n': 1}])")
        kernel.run("await session.add_items([{'n': 1}])")
        with write_lock(path) if locked else nullcontext():
            if locked:
                kernel.begin("task = await begin(session.pop_item()); say(); await task")
            kernel.shut_down()
        assert locked or os.listdir(path.parent) == [path.name]
        check_unlocked(path)
        assert stored(path) == [{"n": 1}]


@contextmanager
def write_lock(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def check_unlocked(path):
    """See that this process can write at once."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO agent_sessions (session_id) VALUES ('somebody else')")
        connection.execute("ROLLBACK")
    check_integrity(path)


def stored(path, session_id="user_1"):
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT message_data FROM agent_messages WHERE session_id = ? ORDER BY id"
        return [json.loads(text) for (text,) in connection.execute(query, (session_id,))]


def check_pairs(items, acknowledged=()):
    """See that pairs are whole and in order, that none is there twice and none is lost."""
    numbers = [item["n"] for item in items[::2]]
    assert items == [{"n": number, "half": half} for number in numbers for half in (1, 2)]
    assert numbers == sorted(set(numbers))
    assert set(numbers) >= set(acknowledged)

"""Threads and processes, however they came to be, use one file at once: nothing lost, all in order.

The programs that fork run by themselves: they end by an alarm if they hang.
"""

import asyncio
import json
import multiprocessing
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from session_lib.connection import _open_files
from tests.helpers.processes import eventually, needs_fork, run, threads_since

Item = dict[str, Any]

SLOW = 120
"""Seconds in which each program ends, also on a busy machine. A few are usual."""

# From Python 3.12 on, a fork in a process with threads is warned of.
FLAGS = ("-W", "error", "-W", "ignore:This process:DeprecationWarning")

WRITING = '''
import asyncio, multiprocessing, os, signal, sys, threading, traceback
from session_lib import SQLiteSession

if hasattr(signal, "alarm"):
    signal.alarm(100)

THREADS, PROCESSES = 8, 4

async def talk(writer, batches, sessions):
    """Add pairs to all sessions in turn, some at once, and look and pop in between."""
    for first in range(0, batches, 4):
        session = sessions[first // 4 % len(sessions)]
        await asyncio.gather(*(
            session.add_items([{"writer": writer, "n": number, "half": h} for h in (1, 2)])
            for number in range(first, min(first + 4, batches))
        ))
        if first % 5 == 0:
            items = await session.get_items(4)
            assert [item["half"] for item in items] == [1, 2] * (len(items) // 2), items
        if first % 3 == 0:
            async with SQLiteSession(f"own of {writer}", path) as own:
                await own.add_items([{"n": first}, {"n": -1}])
                assert await own.pop_item() == {"n": -1}

def write(writer, batches, shared=None):
    """What each thread of each process does, in an event loop of its own."""
    sessions = [shared or SQLiteSession("shared", path), SQLiteSession("shared too", path),
                SQLiteSession(writer, path)]
    try:
        asyncio.run(talk(writer, batches, sessions))
    except BaseException:
        traceback.print_exc()
        os._exit(1)

def in_threads(name, batches, count, shared=None):
    threads = [threading.Thread(target=write, args=(f"{name} {n}", batches, shared))
               for n in range(count)]
    for thread in threads: thread.start()
    return threads

def work(name, given, batches):
    """What a process that multiprocessing starts does."""
    global path
    path = given
    for thread in in_threads(name, batches, 2): thread.join()

def main():
    global path
    method, path, batches = sys.argv[1], sys.argv[2], int(sys.argv[3])
    context = multiprocessing.get_context(method)
    shared = SQLiteSession("shared", path)
    asyncio.run(shared.get_items())
    threads = in_threads("thread", batches, THREADS, shared)
    processes = [context.Process(target=work, args=(f"process {n}", path, batches))
                 for n in range(PROCESSES)]
    for process in processes: process.start()
    for thread in threads: thread.join()
    for process in processes: process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES

if __name__ == "__main__":
    main()
'''


def conversations(path: Path) -> dict[str, list[Item]]:
    """All that is in a database, as anybody else finds it, in its order."""
    found: dict[str, list[Item]] = {}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT session_id, message_data FROM agent_messages ORDER BY id"
        for session_id, text in connection.execute(query):
            found.setdefault(session_id, []).append(json.loads(text))
    return found


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_eight_threads_and_four_processes_lose_nothing_and_keep_their_order(
    method: str, tmp_path: Path, soak: bool
) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"needs multiprocessing's {method}, which this system does not have")
    batches = 400 if soak else 40
    path = tmp_path / "x.db"
    code, out, err = run(tmp_path, WRITING, method, path, batches, flags=FLAGS, timeout=SLOW)
    assert (code, out, err) == (0, "", "")
    found = conversations(path)
    writers = [f"thread {n}" for n in range(8)]
    writers += [f"process {n} {m}" for n in range(4) for m in range(2)]
    fours = [range(first, first + 4) for first in range(0, batches, 4)]
    shared, shared_too, alone = ([n for four in fours[k::3] for n in four] for k in range(3))
    for name, expected in (("shared", shared), ("shared too", shared_too)):
        items = found.pop(name)
        # Of a batch, the second half stands right behind the first.
        assert [{**item, "half": 2} for item in items[::2]] == items[1::2]
        for writer in writers:
            numbers = [item["n"] for item in items[::2] if item["writer"] == writer]
            assert numbers == expected
        assert len(items) == 2 * len(writers) * len(expected)
    for writer in writers:
        own = [(item["n"], item["half"]) for item in found.pop(writer)]
        assert own == [(n, half) for n in alone for half in (1, 2)]
        assert found.pop(f"own of {writer}") == [{"n": n} for n in range(0, batches, 12)]
    assert found == {}


FORKING = """
import asyncio, os, signal, sys, threading
from session_lib import SQLiteSession

what, path, forks = sys.argv[1], sys.argv[2], int(sys.argv[3])
signal.alarm(100)
go_on = True

async def use(name):
    while go_on:
        session = SQLiteSession("user_1", path + name)
        if what == "opening":  # let go while the file is being opened
            begun = asyncio.create_task(session.add_items([{"n": 1}]))
            await asyncio.sleep(0)
            closing = session.close()
            await begun
            await closing
        elif what == "in use":
            await session.add_items([{"n": 1}])
            await session.close()
        else:
            await session.add_items([{"n": 1}])
            del session

threads = [threading.Thread(target=lambda name: asyncio.run(use(name)), args=[name])
           for name in ("a", "b", "c")]
for thread in threads: thread.start()
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 0}]))
try:
    for number in range(1, forks + 1):
        child = os.fork()
        if child == 0:
            signal.alarm(30)
            try:
                if number % 10 == 0:
                    asyncio.run(session.add_items([{"n": number}]))
            except BaseException as error:
                os.write(2, repr(error).encode())
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code == 0, f"child {number} ended with {code}"
finally:
    go_on = False
    for thread in threads: thread.join()
assert asyncio.run(session.get_items()) == [{"n": n} for n in range(0, forks + 1, 10)]
"""


@needs_fork
@pytest.mark.parametrize("what", ["in use", "opening", "forgotten"])
def test_forks_while_threads_let_go_of_their_files(what: str, tmp_path: Path, soak: bool) -> None:
    # Letting go goes on in the background, which a fork has to wait for and must not wait for.
    forks = 1_000 if soak else 100
    path = tmp_path / "x.db"
    code, out, err = run(tmp_path, FORKING, what, path, forks, flags=FLAGS, timeout=SLOW)
    assert (code, out, err) == (0, "", "")
    for name in ("a", "b", "c"):
        items = conversations(tmp_path / f"x.db{name}")["user_1"]
        assert items == [{"n": 1}] * len(items)


def test_eight_threads_write_read_pop_and_clear_at_once(tmp_path: Path, soak: bool) -> None:
    # Each in a session of its own, half of them through one object each and half with a new one
    # for each turn, so that the file closes and opens in between.
    rounds = 400 if soak else 40
    before = set(threading.enumerate())
    start = threading.Barrier(8)

    async def talk(name: str, expected: list[Item], number: int, session: SQLiteSession) -> None:
        await session.add_items([{name: number}, {name: -number}])
        expected += [{name: number}, {name: -number}]
        assert await session.get_items() == expected
        if number % 3 == 0:
            assert await session.pop_item() == expected.pop()
        if number % 10 == 9:
            await session.clear_session()
            expected.clear()
        assert await session.get_items(3) == expected[-3:]

    def work(number: int) -> list[Item]:
        name, expected = f"user_{number}", list[Item]()
        kept = SQLiteSession(name, tmp_path / "x.db")

        async def all_rounds() -> None:
            for turn in range(rounds):
                await talk(name, expected, turn, kept)

        start.wait()
        if number % 2:
            asyncio.run(all_rounds())
        else:
            for turn in range(rounds):
                session = SQLiteSession(name, tmp_path / "x.db")
                asyncio.run(talk(name, expected, turn, session))
                session.close()
        kept.close()
        return expected

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(work, range(8)))
    assert eventually(lambda: not threads_since(before))
    found = conversations(tmp_path / "x.db")
    for number, expected in enumerate(results):
        assert found.get(f"user_{number}", []) == expected


async def test_what_is_added_at_once_while_the_file_opens_keeps_its_order(tmp_path: Path) -> None:
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        tasks = [asyncio.create_task(session.add_items([{"n": n}])) for n in range(3)]
        for _ in range(5):
            await asyncio.sleep(0)
        # This loop stands still, and so those who wait for the file do not know yet that it opened.
        assert eventually(lambda: _open_files[session._database._file].present == 2)
        tasks += [asyncio.create_task(session.add_items([{"n": n}])) for n in range(3, 6)]
        await asyncio.gather(*tasks)
        assert await session.get_items() == [{"n": n} for n in range(6)]


def test_threads_that_pop_and_add_in_one_session_pass_each_item_on_once(
    tmp_path: Path, soak: bool
) -> None:
    # Items are taken from one session and given to another, by who pops: none twice, none lost.
    count = 2_000 if soak else 200
    source, target = (SQLiteSession(name, tmp_path / "x.db") for name in ("source", "target"))
    asyncio.run(source.add_items([{"n": number} for number in range(count)]))

    async def carry(number: int) -> None:
        own = [SQLiteSession(name, tmp_path / "x.db") for name in ("source", "target")]
        taken, given = own if number % 2 else (source, target)
        while (item := await taken.pop_item()) is not None:
            await given.add_items([item])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: asyncio.run(carry(number)), range(8)))
    assert asyncio.run(source.get_items()) == []
    numbers = [item["n"] for item in asyncio.run(target.get_items())]
    assert sorted(numbers) == list(range(count))
    source.close()
    target.close()

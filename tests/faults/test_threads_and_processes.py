"""Threads and processes, however started, use one file at once: nothing lost, all in order."""

import asyncio
import json
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from session_lib import SQLiteSession
from tests.helpers.forking import FLAGS
from tests.helpers.processes import eventually, finish, hear, run, start, tell, threads_since
from tests.helpers.sqlite_files import conversations

SLOW = 120
"""Seconds in which each program ends, also on a busy machine. A few are usual."""

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


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_eight_threads_and_four_processes(method, tmp_path, soak):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"needs multiprocessing's {method}, which this system does not have")
    batches = 400 if soak else 40
    path = tmp_path / "x.db"
    ended = run(tmp_path, WRITING, method, path, batches, flags=FLAGS, timeout=SLOW)
    assert ended == (0, "", "")
    found = conversations(path)
    writers = [f"thread {n}" for n in range(8)]
    writers += [f"process {n} {m}" for n in range(4) for m in range(2)]
    fours = [range(first, first + 4) for first in range(0, batches, 4)]
    shared, shared_too, alone = ([n for four in fours[k::3] for n in four] for k in range(3))
    for name, expected in (("shared", shared), ("shared too", shared_too)):
        items = found.pop(name)
        # Of a batch, the second half comes right behind the first.
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


def test_eight_threads(tmp_path, soak):
    # Each in a session of its own, half of them through one object each and half with a new one
    # for each turn, so that the file closes and opens in between.
    rounds = 400 if soak else 40
    before = set(threading.enumerate())
    start = threading.Barrier(8)

    async def talk(expected, number, session):
        new = [{session.session_id: number}, {session.session_id: -number}]
        await session.add_items(new)
        expected += new
        assert await session.get_items() == expected
        if number % 3 == 0:
            assert await session.pop_item() == expected.pop()
        if number % 10 == 9:
            await session.clear_session()
            expected.clear()
        assert await session.get_items(3) == expected[-3:]

    def work(number):
        expected = list[dict[str, int]]()
        kept = SQLiteSession(f"user_{number}", tmp_path / "x.db")

        async def all_rounds():
            for turn in range(rounds):
                await talk(expected, turn, kept)

        start.wait()
        if number % 2:
            asyncio.run(all_rounds())
        else:
            for turn in range(rounds):
                session = SQLiteSession(f"user_{number}", tmp_path / "x.db")
                asyncio.run(talk(expected, turn, session))
                session.close()
        kept.close()
        return expected

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(work, range(8)))
    assert eventually(lambda: not threads_since(before))
    found = conversations(tmp_path / "x.db")
    for number, expected in enumerate(results):
        assert found.get(f"user_{number}", []) == expected


@pytest.mark.parametrize("name", ["x.db", None], ids=["file", "memory"])
def test_threads_pass_each_item_on_once(name, tmp_path, soak):
    # Items are taken from one session and given to another: none twice, none lost.
    count = 2_000 if soak else 200

    def open_both():
        return [SQLiteSession(id, tmp_path / name if name else None) for id in ("from", "to")]

    both = source, target = open_both()
    asyncio.run(source.add_items([{"n": number} for number in range(count)]))

    async def carry(number):
        taken, given = open_both() if name and number % 2 else both
        while (item := await taken.pop_item()) is not None:
            await given.add_items([item])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: asyncio.run(carry(number)), range(8)))
    assert asyncio.run(source.get_items()) == []
    numbers = [item["n"] for item in asyncio.run(target.get_items())]
    assert sorted(numbers) == list(range(count))
    source.close()
    target.close()


FIRST = """
import asyncio, sys
from session_lib import SQLiteSession
print("ready", flush=True)
for line in sys.stdin:
    session = SQLiteSession("user_1", line.rstrip("\\n"))
    asyncio.run(session.add_items([{"process": sys.argv[1]}]))
    asyncio.run(session.get_items())
    print("done", flush=True)
"""


def all_say(programs, line):
    assert [hear(program) for program in programs] == [line] * len(programs)


def test_six_processes_create_one_file(tmp_path):
    programs = [start(tmp_path, FIRST, number) for number in range(6)]
    all_say(programs, "ready")
    for number in range(5):
        path = tmp_path / f"{number}.db"
        for program in programs:
            tell(program, str(path))
        all_say(programs, "done")
        session = SQLiteSession("user_1", path)
        items = asyncio.run(session.get_items())
        session.close()
        assert sorted(item["process"] for item in items) == list("012345")
    assert [finish(program) for program in programs] == [(0, "", "")] * 6


def test_two_processes_see_each_other(tmp_path):
    session = SQLiteSession("user_1", tmp_path / "x.db")
    assert asyncio.run(session.get_items()) == []
    program = start(tmp_path, FIRST, "other")
    all_say([program], "ready")
    for number in range(1, 4):
        tell(program, str(tmp_path / "x.db"))
        all_say([program], "done")
        assert asyncio.run(session.get_items()) == [{"process": "other"}] * number
    assert finish(program) == (0, "", "")
    session.close()


POPPING = """
import asyncio, json, sys
from session_lib import SQLiteSession
session = SQLiteSession("user_1", sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
async def main():
    items = []
    while (item := await session.pop_item()) is not None:
        items.append(item["n"])
    print(json.dumps(items))
asyncio.run(main())
"""


def test_processes_that_pop(tmp_path):
    session = SQLiteSession("user_1", tmp_path / "x.db")
    asyncio.run(session.add_items([{"n": number} for number in range(200)]))
    programs = [start(tmp_path, POPPING, tmp_path / "x.db") for _ in range(3)]
    all_say(programs, "ready")
    for program in programs:
        tell(program)
    popped: list[int] = []
    for program in programs:
        code, out, err = finish(program)
        assert (code, err) == (0, "")
        popped += json.loads(out)
    assert sorted(popped) == list(range(200))
    assert asyncio.run(session.get_items()) == []
    session.close()

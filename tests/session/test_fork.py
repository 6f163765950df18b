"""After a fork both processes go on with the same sessions: nothing is lost, doubled or stuck."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.processes import needs_fork, needs_proc, run

# From Python 3.12 on, a fork in a process with threads is warned of: aiosqlite has one for each
# connection, and that all goes well all the same is what is tested here.
FLAGS = ("-W", "error", "-W", "ignore:This process:DeprecationWarning")

# Whoever hangs is ended by its alarm, which shows in its exit code.
START = """
import asyncio, multiprocessing, os, signal, sys, threading, traceback
from session_lib import SQLiteSession

path = sys.argv[1] if len(sys.argv) > 1 else None
signal.alarm(15)

def fork(work):
    child = os.fork()
    if child == 0:
        signal.alarm(8)
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return child

def wait(child):
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == 0, f"the child ended with exit code {code}"
"""


def run_program(tmp_path: Path, source: str, path: Path | None) -> str:
    """Run `source` after `START` as a program that must end well. Return its output."""
    code, out, err = run(tmp_path, START + source, *([path] if path else []), flags=FLAGS)
    assert (code, err) == (0, "")
    return out


def stored(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT message_data FROM agent_messages ORDER BY id").fetchall()
    return [json.loads(text) for (text,) in rows]


@needs_fork
def test_parent_and_child_go_on_with_the_same_file(tmp_path: Path) -> None:
    source = """
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"before": 1}]))
def work():
    assert asyncio.run(session.get_items()) == [{"before": 1}]
    asyncio.run(session.add_items([{"child": 1}]))
    assert asyncio.run(session.get_items()) == [{"before": 1}, {"child": 1}]
wait(fork(work))
assert asyncio.run(session.get_items()) == [{"before": 1}, {"child": 1}]
asyncio.run(session.add_items([{"parent": 1}]))
"""
    run_program(tmp_path, source, tmp_path / "x.db")
    assert stored(tmp_path / "x.db") == [{"before": 1}, {"child": 1}, {"parent": 1}]


@needs_fork
def test_parent_and_child_write_to_the_same_file_at_once(tmp_path: Path) -> None:
    source = """
session = SQLiteSession("user_1", path)
asyncio.run(session.get_items())
async def add(name):
    for number in range(20):
        await session.add_items([{name: number}])
children = [fork(lambda: asyncio.run(add(name))) for name in ("a", "b")]
asyncio.run(add("parent"))
for child in children: wait(child)
"""
    run_program(tmp_path, source, tmp_path / "x.db")
    items = stored(tmp_path / "x.db")
    assert len(items) == 60
    for name in ("a", "b", "parent"):
        assert [item[name] for item in items if name in item] == list(range(20))


@needs_fork
def test_in_memory_the_child_has_a_copy_of_its_own(tmp_path: Path) -> None:
    source = """
session = SQLiteSession("user_1")
asyncio.run(session.add_items([{"before": 1}]))
def work():
    asyncio.run(session.add_items([{"child": 1}]))
    assert asyncio.run(session.get_items()) == [{"before": 1}, {"child": 1}]
    assert asyncio.run(session.pop_item()) == {"child": 1}
child = fork(work)
asyncio.run(session.add_items([{"parent": 1}]))
wait(child)
wait(fork(lambda: asyncio.run(session.clear_session())))
assert asyncio.run(session.get_items()) == [{"before": 1}, {"parent": 1}]
"""
    run_program(tmp_path, source, None)


@needs_fork
@pytest.mark.parametrize("name", ["x.db", None], ids=["file", "memory"])
def test_a_fork_inside_a_running_event_loop(name: str | None, tmp_path: Path) -> None:
    # The child leaves the loop that it was born into alone and begins one of its own.
    source = """
session = SQLiteSession("user_1", path)
async def main():
    await session.add_items([{"n": 0}])
    begun = [asyncio.create_task(session.add_items([{"n": 1}])) for n in range(5)]
    await asyncio.sleep(0)
    def work():
        asyncio.run(session.add_items([{"n": 2}]))
        assert asyncio.run(session.get_items())[-1] == {"n": 2}
    child = fork(work)
    await asyncio.gather(*begun)
    wait(child)
    counts = [(await session.get_items()).count({"n": n}) for n in range(3)]
    assert counts == [1, 5, 1 if path else 0], counts
asyncio.run(main())
"""
    run_program(tmp_path, source, tmp_path / name if name else None)


@needs_fork
@pytest.mark.parametrize("name", ["x.db", None], ids=["file", "memory"])
def test_forks_while_threads_are_writing_lose_nothing_and_double_nothing(
    name: str | None, tmp_path: Path
) -> None:
    source = """
session = SQLiteSession("user_1", path)
asyncio.run(session.get_items())
async def add(name):
    for number in range(30):
        await session.add_items([{name: number}])
threads = [threading.Thread(target=lambda name: asyncio.run(add(name)), args=[f"thread {n}"])
           for n in range(3)]
for thread in threads: thread.start()
def work():
    for _ in range(3):
        asyncio.run(session.add_items([{"child": 1}]))
    asyncio.run(session.get_items())
children = [fork(work) for _ in range(6)]
for child in children: wait(child)
for thread in threads: thread.join()
items = asyncio.run(session.get_items())
for number in range(3):
    name = f"thread {number}"
    assert [item[name] for item in items if name in item] == list(range(30)), items
assert items.count({"child": 1}) == (18 if path else 0)
"""
    run_program(tmp_path, source, tmp_path / name if name else None)


@needs_fork
def test_forks_while_threads_make_and_close_sessions(tmp_path: Path) -> None:
    source = """
go_on = True
def make():
    while go_on:
        SQLiteSession("user_1").close()
threads = [threading.Thread(target=make) for _ in range(2)]
for thread in threads: thread.start()
def work():
    asyncio.run(SQLiteSession("user_2", path).add_items([{"n": 1}]))
try:
    for number in range(15): wait(fork(work))
finally:
    go_on = False
"""
    run_program(tmp_path, source, tmp_path / "x.db")
    assert stored(tmp_path / "x.db") == [{"n": 1}] * 15


@needs_fork
def test_forks_while_threads_open_and_close_the_file(tmp_path: Path) -> None:
    source = """
go_on = True
async def open_and_close(name):
    number = 0
    while go_on:
        async with SQLiteSession(name, path) as session:
            await session.add_items([{name: number}])
        number += 1
threads = [threading.Thread(target=lambda name: asyncio.run(open_and_close(name)), args=[name])
           for name in ("a", "b")]
for thread in threads: thread.start()
def work():
    asyncio.run(SQLiteSession("user_1", path).add_items([{"child": 1}]))
try:
    for number in range(15): wait(fork(work))
finally:
    go_on = False
    for thread in threads: thread.join()
"""
    run_program(tmp_path, source, tmp_path / "x.db")
    items = stored(tmp_path / "x.db")
    assert items.count({"child": 1}) == 15
    for name in ("a", "b"):
        numbers = [item[name] for item in items if name in item]
        assert numbers == list(range(len(numbers)))
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@needs_fork
def test_a_fork_while_another_process_holds_the_lock_is_prompt(tmp_path: Path) -> None:
    # Closing the file before the fork must not wait for a lock as writing does.
    source = """
import sqlite3
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 0}]))
lock = sqlite3.connect(path, isolation_level=None)
lock.execute("BEGIN IMMEDIATE")
async def main():
    begun = asyncio.create_task(session.add_items([{"n": 1}]))
    for _ in range(20): await asyncio.sleep(0)
    wait(fork(lambda: None))
    lock.execute("ROLLBACK")
    await begun
    assert await session.get_items() == [{"n": 0}, {"n": 1}]
asyncio.run(main())
lock.close()
"""
    run_program(tmp_path, source, tmp_path / "x.db")


@needs_fork
def test_a_child_may_end_as_any_program_does(tmp_path: Path) -> None:
    source = """
session = SQLiteSession("user_1", path)
memory = SQLiteSession("user_1")
for one in (session, memory): asyncio.run(one.add_items([{"n": 1}]))
child = os.fork()
if child == 0:
    signal.alarm(8)
    for one in (session, memory): asyncio.run(one.add_items([{"n": 1}]))
    sys.exit(0)
wait(child)
for one in (session, memory): asyncio.run(one.add_items([{"n": 1}]))
"""
    run_program(tmp_path, source, tmp_path / "x.db")
    assert stored(tmp_path / "x.db") == [{"n": 1}] * 3


@needs_fork
def test_a_child_that_is_killed_leaves_the_parent_s_session_working(tmp_path: Path) -> None:
    source = """
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"parent": 0}]))
def write_on():
    while True:
        asyncio.run(session.add_items([{"child": 1}, {"child": 2}]))
child = fork(write_on)
while len(asyncio.run(session.get_items())) < 5: pass
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
asyncio.run(session.add_items([{"parent": 1}]))
"""
    run_program(tmp_path, source, tmp_path / "x.db")
    items = stored(tmp_path / "x.db")
    assert items[-1] == {"parent": 1}
    assert items.count({"child": 1}) == items.count({"child": 2})


@needs_fork
def test_a_process_that_multiprocessing_forks_may_use_its_parent_s_session(tmp_path: Path) -> None:
    source = """
def work(session, name):
    asyncio.run(session.add_items([{name: 1}]))
session = SQLiteSession("user_1", path)
work(session, "parent")
context = multiprocessing.get_context("fork")
children = [context.Process(target=work, args=(session, "child")) for _ in range(2)]
for child in children: child.start()
for child in children: child.join()
assert [child.exitcode for child in children] == [0, 0]
"""
    run_program(tmp_path, source, tmp_path / "x.db")
    assert stored(tmp_path / "x.db") == [{"parent": 1}, {"child": 1}, {"child": 1}]


def test_a_process_that_multiprocessing_spawns_may_open_the_same_file(tmp_path: Path) -> None:
    source = """
import asyncio, multiprocessing, sys
from session_lib import SQLiteSession
def work(path):
    asyncio.run(SQLiteSession("user_1", path).add_items([{"n": 1}]))
if __name__ == "__main__":
    work(sys.argv[1])
    child = multiprocessing.get_context("spawn").Process(target=work, args=(sys.argv[1],))
    child.start()
    child.join()
    sys.exit(child.exitcode)
"""
    code, out, err = run(tmp_path, source, tmp_path / "x.db")
    assert (code, out, err) == (0, "", "")
    assert stored(tmp_path / "x.db") == [{"n": 1}, {"n": 1}]


@needs_fork
@needs_proc
def test_a_fork_leaves_the_child_no_open_file_of_the_parent(tmp_path: Path) -> None:
    # SQLite's rule: an open database must not be carried across a fork.
    source = """
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 1}]))
asyncio.run(session.get_items())
def work():
    for number in os.listdir("/proc/self/fd"):
        try:
            assert not os.readlink(f"/proc/self/fd/{number}").startswith(path)
        except FileNotFoundError:
            pass
wait(fork(work))
"""
    run_program(tmp_path, source, tmp_path / "x.db")

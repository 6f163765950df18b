"""After a fork both processes go on with the same sessions: nothing is lost, doubled or stuck."""

import pytest

from tests.helpers.forking import run_forking
from tests.helpers.processes import needs_fork, needs_proc, run
from tests.helpers.sqlite_files import stored


@needs_fork
def test_parent_and_child_use_the_same_file(tmp_path):
    source = """
session = SQLiteSession("user_1", path)
add(session, {"before": 1})
def work():
    assert get(session) == [{"before": 1}]
    add(session, {"child": 1})
    assert get(session) == [{"before": 1}, {"child": 1}]
wait(fork(work))
assert get(session) == [{"before": 1}, {"child": 1}]
add(session, {"parent": 1})
"""
    run_forking(tmp_path, source, tmp_path / "x.db")
    assert stored(tmp_path / "x.db") == [{"before": 1}, {"child": 1}, {"parent": 1}]


@needs_fork
def test_in_memory_the_child_has_a_copy(tmp_path):
    source = """
session = SQLiteSession("user_1")
add(session, {"before": 1})
def work():
    add(session, {"child": 1})
    assert get(session) == [{"before": 1}, {"child": 1}]
    assert asyncio.run(session.pop_item()) == {"child": 1}
child = fork(work)
add(session, {"parent": 1})
wait(child)
wait(fork(lambda: asyncio.run(session.clear_session())))
assert get(session) == [{"before": 1}, {"parent": 1}]
"""
    run_forking(tmp_path, source, "memory")


@needs_fork
@pytest.mark.parametrize("name", ["x.db", "memory"])
def test_a_fork_inside_a_running_event_loop(name, tmp_path):
    # The child leaves alone the loop that it was born into, and begins one of its own.
    source = """
session = SQLiteSession("user_1", path)
async def main():
    await session.add_items([{"n": 0}])
    begun = [asyncio.create_task(session.add_items([{"n": 1}])) for n in range(5)]
    await asyncio.sleep(0)
    def work():
        add(session, {"n": 2})
        assert {"n": 2} in get(session)  # the parent goes on writing
    child = fork(work)
    await asyncio.gather(*begun)
    wait(child)
    counts = [(await session.get_items()).count({"n": n}) for n in range(3)]
    assert counts == [1, 5, 1 if path else 0], counts
asyncio.run(main())
"""
    run_forking(tmp_path, source, tmp_path / name if name != "memory" else name)


@needs_fork
def test_a_fork_while_the_file_is_locked(tmp_path):
    # Closing the file before the fork must not wait for a lock as writing does.
    source = """
session = SQLiteSession("user_1", path)
add(session, {"n": 0})
lock = sqlite3.connect(path, isolation_level=None)
lock.execute("BEGIN IMMEDIATE")
async def main():
    begun = asyncio.create_task(session.add_items([{"n": 1}]))
    for _ in range(20): await asyncio.sleep(0)
    wait(fork())
    lock.execute("ROLLBACK")
    await begun
    assert await session.get_items() == [{"n": 0}, {"n": 1}]
asyncio.run(main())
lock.close()
"""
    run_forking(tmp_path, source, tmp_path / "x.db")


@needs_fork
def test_a_child_ends_as_any_program_does(tmp_path):
    source = """
sessions = SQLiteSession("user_1", path), SQLiteSession("user_1")
for session in sessions: add(session, {"n": 1})
child = os.fork()
if child == 0:
    signal.alarm(8)
    for session in sessions: add(session, {"n": 1})
    sys.exit(0)
wait(child)
for session in sessions: add(session, {"n": 1})
"""
    run_forking(tmp_path, source, tmp_path / "x.db")
    assert stored(tmp_path / "x.db") == [{"n": 1}] * 3


@needs_fork
def test_a_child_that_is_killed(tmp_path):
    source = """
session = SQLiteSession("user_1", path)
add(session, {"parent": 0})
def write_on():
    while True: add(session, {"child": 1}, {"child": 2})
child = fork(write_on)
while len(get(session)) < 5: pass
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
add(session, {"parent": 1})
"""
    run_forking(tmp_path, source, tmp_path / "x.db")
    items = stored(tmp_path / "x.db")
    assert items[-1] == {"parent": 1}
    assert items.count({"child": 1}) == items.count({"child": 2})


@needs_fork
def test_multiprocessing_forks(tmp_path):
    source = """
session = SQLiteSession("user_1", path)
add(session, {"parent": 1})
context = multiprocessing.get_context("fork")
children = [context.Process(target=add, args=(session, {"child": 1})) for _ in range(2)]
for child in children: child.start()
for child in children: child.join()
assert [child.exitcode for child in children] == [0, 0]
"""
    run_forking(tmp_path, source, tmp_path / "x.db")
    assert stored(tmp_path / "x.db") == [{"parent": 1}, {"child": 1}, {"child": 1}]


def test_multiprocessing_spawns(tmp_path):
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
    assert run(tmp_path, source, tmp_path / "x.db") == (0, "", "")
    assert stored(tmp_path / "x.db") == [{"n": 1}, {"n": 1}]


@needs_fork
@needs_proc
def test_the_child_inherits_no_open_file(tmp_path):
    # SQLite's rule: an open database must not be carried across a fork.
    source = """
session = SQLiteSession("user_1", path)
add(session, {"n": 1})
get(session)
def work():
    for number in os.listdir("/proc/self/fd"):
        try:
            assert not os.readlink(f"/proc/self/fd/{number}").startswith(path)
        except FileNotFoundError:
            pass
wait(fork(work))
"""
    run_forking(tmp_path, source, tmp_path / "x.db")

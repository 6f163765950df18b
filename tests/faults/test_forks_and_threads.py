"""A process may fork while its threads use, open, close and forget sessions."""

import pytest

from tests.helpers.forking import run_forking
from tests.helpers.processes import needs_fork
from tests.helpers.sqlite_files import conversations, stored

pytestmark = needs_fork


@pytest.mark.parametrize("name", ["x.db", "memory"])
def test_while_threads_write(name, tmp_path):
    source = """
session = SQLiteSession("user_1", path)
get(session)
async def write(name):
    for number in range(30):
        await session.add_items([{name: number}])
names = ["thread 0", "thread 1", "thread 2"]
threads = start(lambda name: asyncio.run(write(name)), *names)
def work():
    for _ in range(3): add(session, {"child": 1})
    get(session)
children = [fork(work) for _ in range(6)]
for child in children: wait(child)
for thread in threads: thread.join()
items = get(session)
for name in names:
    assert [item[name] for item in items if name in item] == list(range(30)), items
assert items.count({"child": 1}) == (18 if path else 0)
"""
    run_forking(tmp_path, source, tmp_path / name if name != "memory" else name)


@pytest.mark.parametrize("what", ["make", "use", "open", "forget"])
def test_while_threads_release_files(what, tmp_path, soak):
    # Closing goes on in the background: a fork has to wait for it, and must not hang.
    source = """
what, forks = sys.argv[2], int(sys.argv[3])
go_on = True
async def use(name):
    while go_on:
        session = SQLiteSession("user_1", path + name)
        if what == "make":
            SQLiteSession("user_1").close()
        elif what == "open":  # closed while the file is being opened
            begun = asyncio.create_task(session.add_items([{"n": 1}]))
            await asyncio.sleep(0)
            closing = session.close()
            await begun
            await closing
        elif what == "use":
            await session.add_items([{"n": 1}])
            await session.close()
        else:
            await session.add_items([{"n": 1}])
            del session
threads = start(lambda name: asyncio.run(use(name)), "a", "b", "c")
kept = SQLiteSession("user_1", path)
add(kept, {"n": 0})
def work():
    new = SQLiteSession("user_1", path)
    if number % 20 == 0: add(new, {"n": number})
    elif number % 10 == 0: add(kept, {"n": number})
try:
    for number in range(1, forks + 1): wait(fork(work))
finally:
    go_on = False
    for thread in threads: thread.join()
"""
    forks = 1_000 if soak else 100
    run_forking(tmp_path, source, tmp_path / "x.db", what, forks, timeout=100)
    assert stored(tmp_path / "x.db") == [{"n": n} for n in range(0, forks + 1, 10)]
    for name in () if what == "make" else ("a", "b", "c"):
        items = stored(tmp_path / f"x.db{name}")
        assert items == [{"n": 1}] * len(items)


def test_while_threads_open_the_same_file(tmp_path):
    source = """
go_on = True
async def use(name):
    number = 0
    while go_on:
        async with SQLiteSession(name, path) as session:
            await session.add_items([{name: number}])
        number += 1
threads = start(lambda name: asyncio.run(use(name)), "a", "b")
try:
    for number in range(15): wait(fork(lambda: add(SQLiteSession("child", path), {"child": 1})))
finally:
    go_on = False
    for thread in threads: thread.join()
"""
    run_forking(tmp_path, source, tmp_path / "x.db")
    found = conversations(tmp_path / "x.db")
    assert found.pop("child") == [{"child": 1}] * 15
    for name, items in found.items():
        assert items == [{name: number} for number in range(len(items))]


BUSY = """
busy = SQLiteSession("busy", path + ".busy" if path else None)
get(busy)
def keep_busy(what):  # as a long query does: a fork has to wait for its end
    asyncio.run(busy.database.file.read(lambda connection: (time.sleep(0.5), what and what())))
"""


def test_a_first_use_while_a_fork_waits(tmp_path):
    source = """
session = SQLiteSession("user_1", path)
def use_later(seconds):
    time.sleep(seconds)
    add(session, {"parent": 1})
threads = start(keep_busy, None)
time.sleep(0.1)
threads += start(use_later, 0.1)
wait(fork(lambda: add(session, {"child": 1})))
for thread in threads: thread.join()
"""
    run_forking(tmp_path, BUSY + source, tmp_path / "x.db")
    items = stored(tmp_path / "x.db")
    assert sorted(items, key=str) == [{"child": 1}, {"parent": 1}]


def test_garbage_that_closes_its_session(tmp_path):
    source = """
import gc
class Chat:
    def __init__(self):
        self.me = self
        self.session = SQLiteSession("user_1", path)
    def __del__(self):
        self.session.close()
gc.disable()
Chat()
threads = start(keep_busy, gc.collect)
time.sleep(0.1)
wait(fork())
for thread in threads: thread.join()
"""
    run_forking(tmp_path, BUSY + source, tmp_path / "x.db")


def test_garbage_in_memory(tmp_path):
    source = """
memory = SQLiteSession("user_1")
add(memory, *[{"text": "x" * 1000}] * 100_000)
wait(fork())  # from now on no thread has the connection
def drop(begun):
    global memory
    begun.set()
    memory = None  # which takes a while
begun = threading.Event()
threads = start(drop, begun)
begun.wait()
time.sleep(0.005)
async def use():
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"child": 1}])
wait(fork(lambda: asyncio.run(use())))
for thread in threads: thread.join()
"""
    run_forking(tmp_path, source, tmp_path / "x.db")


def test_closing_in_memory_before_a_fork(tmp_path):
    source = """
async def main():
    await busy.add_items([{"n": 1}])
    threads = start(keep_busy, None)
    await asyncio.sleep(0.1)
    reading = asyncio.create_task(busy.get_items())
    await asyncio.sleep(0)
    busy.close()
    wait(fork())
    assert await reading == [{"n": 1}]
    for thread in threads: thread.join()
asyncio.run(main())
"""
    run_forking(tmp_path, BUSY + source, "memory")

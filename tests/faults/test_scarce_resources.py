"""Forks that are interrupted or fail, and closing a file when there is nothing left to do it with.

Neither forking nor closing may need a thread, a descriptor or a moment that may be missing.
"""

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers.processes import needs_fork, needs_proc, run

pytestmark = [needs_fork, needs_proc]

START = """
import asyncio, atexit, gc, importlib, os, resource, signal, sqlite3, sys, threading, time
from session_lib import SQLiteSession

signal.alarm(25)  # a program that hangs is ended, which shows in its exit code
path, test = sys.argv[1:3]
session = SQLiteSession("user", path)

def add(n):
    asyncio.run(session.add_items([{"n": n}]))

def fork(work=lambda: None):
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0

def open_files():
    names = []
    for number in os.listdir("/proc/self/fd"):
        try:
            names.append(os.readlink(f"/proc/self/fd/{number}"))
        except FileNotFoundError:
            pass  # the one that lists
    return [name for name in names if name.startswith(path)]

def take_all_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    taken = []
    try:
        while True:
            taken.append(os.dup(0))
    except OSError:
        return taken

def limit_threads(number):
    if os.getuid() == 0:  # root has no limit
        for name in ["", *os.listdir(os.path.dirname(path))]:
            os.chown(os.path.join(os.path.dirname(path), name), 65534, 65534)
        os.setuid(65534)
    _, most = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (number, most))

add(0)
"""


@pytest.fixture
def program(tmp_path):
    """Run a program that must end well. Return what it wrote, and what it stored."""
    # Not in the folder of the test, which another user, as some programs become, cannot enter.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.db")

        def run_program(source, test=""):
            code, out, err = run(tmp_path, START + source, path, test, timeout=30)
            assert code == 0, err
            assert os.listdir(folder) == ["x.db"]
            with closing(sqlite3.connect(path)) as connection:
                rows = connection.execute("SELECT message_data FROM agent_messages ORDER BY id")
                return out + err, [json.loads(text)["n"] for (text,) in rows]

        yield run_program


INTERRUPTED = """
reading, forking, done = threading.Event(), threading.Event(), threading.Event()
os.register_at_fork(before=forking.set)

def slow(connection):
    reading.set()
    done.wait(20)

def interrupt():
    forking.wait()
    for _ in range(3):
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
    done.set()

reader = threading.Thread(target=lambda: asyncio.run(session.database.file.read(slow)))
reader.start()
reading.wait()
threading.Thread(target=interrupt).start()
try:
    fork(lambda: add(1))
except KeyboardInterrupt:
    os.wait()
reader.join()
add(2)
asyncio.run(session.close())
"""


def test_interrupted_fork(program):
    """Ctrl+C while a fork waits for a long read: both processes go on, and it is not lost."""
    err, stored = program(INTERRUPTED)
    assert stored == [0, 1, 2]
    assert "KeyboardInterrupt" in err


def test_failing_fork(program):
    """What it has closed opens again as soon as there are threads again."""
    source = """
limit_threads(1)
try:
    os.fork()
except BlockingIOError:
    pass
else:
    raise AssertionError("it did not fail")
assert open_files() == [] and threading.active_count() == 1
try:
    add(1)
except RuntimeError as error:
    assert "thread" in str(error)
limit_threads(1000)
add(2)
asyncio.run(SQLiteSession("user", path).add_items([{"n": 3}]))
fork(lambda: add(4))
add(5)
"""
    assert program(source) == ("", [0, 2, 3, 4, 5])


@pytest.mark.parametrize("again", ["reload", "import"])
def test_module_loaded_twice(program, again):
    source = """
import session_lib.connection as module
handlers = []
os.register_at_fork = lambda **given: handlers.append(given)
atexit.register = handlers.append
for _ in range(3):
    if test == "reload":
        importlib.reload(module)
    else:
        del sys.modules["session_lib.connection"]
        importlib.import_module("session_lib.connection")
assert len(handlers) == (0 if test == "reload" else 12)  # a module of its own has its own files
fork(lambda: add(1))
add(2)
"""
    assert program(source, again) == ("", [0, 1, 2])


def test_close_without_descriptors(program):
    source = """
async def main():
    await session.add_items([{"n": 1}])
    before = threading.active_count()
    taken = take_all_descriptors()
    await asyncio.wait_for(session.close(), 5)
    assert threading.active_count() < before
    for number in taken:
        os.close(number)
    assert open_files() == []

asyncio.run(main())
assert threading.active_count() == 1
"""
    assert program(source) == ("", [0, 1])


def test_close_without_threads(program):
    source = """
limit_threads(1)
try:
    threading.Thread(target=print).start()
except RuntimeError:
    pass
else:
    raise AssertionError("there are threads")
asyncio.run(session.close())
assert open_files() == [] and threading.active_count() == 1
"""
    assert program(source) == ("", [0])


def test_fork_without_descriptors(program):
    source = """
def work():
    for number in taken:
        os.close(number)
    assert open_files() == []

taken = take_all_descriptors()
fork(work)
for number in taken:
    os.close(number)
add(1)
"""
    assert program(source) == ("", [0, 1])


def test_forks_warn_of_no_threads(program):
    """Python warns of a fork while threads run; ours have all ended by then."""
    assert program("for n in (1, 2, 3):\n    fork()\n    add(n)") == ("", [0, 1, 2, 3])


@pytest.mark.parametrize("opened", ["before", "at the end"])
def test_program_end(program, opened):
    """Since Python 3.12 a program starts no threads at its end. The file is closed all the same."""
    source = """
def end():
    try:
        add(1)
    except RuntimeError as error:
        assert "can't" in str(error)
        print("no")

if test == "at the end":
    asyncio.run(session.close())
    session = SQLiteSession("user", path)
atexit.register(end)
"""
    said, stored = program(source, opened)
    assert (said, stored) in [("", [0, 1]), ("no\n", [0])]
    assert said == "" or opened == "at the end"

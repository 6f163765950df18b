"""A program that closes nothing ends by itself, at once, silently, and with its data stored."""

import os
import signal
import sys
import time

import pytest

from tests.helpers.processes import finish, hear, run, start, tell
from tests.helpers.sqlite_files import locked, stored
from tests.helpers.threadless import STANDS_STILL, needs_threads

pytestmark = pytest.mark.usefixtures("has_threads")

FLAGS = {"errors": ("-W", "error"), "dev": ("-X", "dev", "-W", "error")}
# `Runner.run_sync` leaves its event loop open, whatever session it has.
SDK_FLAGS = ("-W", "error", "-W", "ignore:unclosed:ResourceWarning")

# asyncio's debug mode reports slow callbacks on stderr, and a busy machine has some.
START = """
import asyncio, atexit, logging, os, sys, threading, time
from session_lib import SQLiteSession
logging.getLogger("asyncio").setLevel(logging.ERROR)
path = sys.argv[1]
async def turn(times):
    for _ in range(times): await asyncio.sleep(0)
"""

PROGRAMS = {
    "a session in a global variable": """
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 1}]))
asyncio.run(session.get_items())
""",
    "a session in a local variable": """
async def main():
    session = SQLiteSession("user_1", path)
    await session.add_items([{"n": 1}])
    assert await session.get_items() == [{"n": 1}]
asyncio.run(main())
""",
    "sessions in a file and in memory": """
async def main():
    global sessions
    sessions = [SQLiteSession("user_1", path), SQLiteSession("user_1"), SQLiteSession("unused")]
    for session in sessions[:2]:
        await session.add_items([{"n": 1}])
        await session.get_items()
asyncio.run(main())
""",
    "sessions in a cycle of references": """
class Chat:
    def __init__(self):
        self.me = self
        self.session = SQLiteSession("user_1", path)
asyncio.run(Chat().session.add_items([{"n": 1}]))
""",
    "sessions from threads": """
session = SQLiteSession("user_1", path)
threads = [
    threading.Thread(target=lambda: asyncio.run(session.add_items([{"n": 1}]))) for _ in range(3)
]
for thread in threads: thread.start()
for thread in threads: thread.join()
""",
    "a session in a thread that outlives the main thread": """
def work():
    threading.main_thread().join()
    asyncio.run(SQLiteSession("user_1", path).add_items([{"n": 1}]))
threading.Thread(target=work).start()
""",
    "tasks that asyncio.run cancels": """
session = SQLiteSession("user_1", path)
async def main():
    await session.add_items([{"n": 1}])
    global tasks
    tasks = [asyncio.create_task(session.add_items([{"n": 1}])) for _ in range(20)]
    await turn(1)
asyncio.run(main())
""",
    "tasks that asyncio.run cancels while they open the file": """
session = SQLiteSession("user_1", path)
async def main():
    task = asyncio.create_task(session.add_items([{"n": 1}]))
    await turn(1)
asyncio.run(main())
asyncio.run(session.add_items([{"n": 1}]))
""",
    "tasks that asyncio.run cancels at any moment, over and over": """
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 1}]))
async def main(seconds):
    task = asyncio.create_task(session.add_items([{"n": 1}]))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end: await turn(1)
for number in range(100): asyncio.run(main(number % 15 * 0.0001))
""",
    "an event loop made by hand": """
session = SQLiteSession("user_1", path)
loop = asyncio.new_event_loop()
loop.run_until_complete(session.add_items([{"n": 1}]))
loop.close()
""",
    "a session that closes without await as the last thing": """
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 1}]))
session.close()
""",
    "work in an atexit function": """
session = SQLiteSession("user_1", path)
atexit.register(lambda: asyncio.run(session.add_items([{"n": 1}])))
asyncio.run(session.get_items())
""",
}


# Python 3.12.0 to 3.12.2 start no thread once the main thread has ended, and no event loop, session
# or anything else can help that (https://github.com/python/cpython/issues/113964).
LATE = ("a session in a thread that outlives the main thread", "work in an atexit function")
late_threads = pytest.mark.skipif(
    (3, 12) <= sys.version_info < (3, 12, 3),
    reason="needs threads that start while the program ends, which this Python does not have",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.db"


@pytest.fixture
def run_program(tmp_path, path):
    """Runs a program: its exit code, what it wrote to stderr, and the items it stored."""

    def run_program(source, flags=FLAGS["errors"], timeout=15):
        last = "\nsys.stdout.write(repr(time.time())); sys.stdout.flush()\n"
        code, out, err = run(tmp_path, START + source + last, path, flags=flags, timeout=timeout)
        if out:
            print(f"ended {time.time() - float(out):.3f} seconds after its last line")
        return code, err, stored(path)

    return run_program


@pytest.mark.parametrize(
    ("program", "mode"),
    [
        pytest.param(program, "dev", marks=[late_threads] if program in LATE else [])
        for program in PROGRAMS
    ]
    + [(program, "errors") for program in list(PROGRAMS)[:5]],
)
def test_a_program_ends_by_itself(program, mode, run_program, tmp_path):
    code, err, items = run_program(PROGRAMS[program], FLAGS[mode])
    assert (code, err) == (0, "")
    assert items
    assert items == [{"n": 1}] * len(items)
    assert [name for name in os.listdir(tmp_path) if name.startswith("x.db")] == ["x.db"]


ENDS = {
    "sys.exit": """
    asyncio.create_task(session.add_items([{"n": 2}]))
    await turn(1)
    sys.exit(3)
""",
    "an exception": "    1 / 0",
    "a sudden end": "    os._exit(7)",
}


@pytest.mark.parametrize("mode", FLAGS)
@pytest.mark.parametrize("how", ENDS)
def test_an_end_in_the_middle(how, mode, run_program):
    source = """
async def main():
    global session
    session = SQLiteSession("user_1", path)
    await session.add_items([{"n": 1}])
"""
    source += ENDS[how] + "\nasyncio.run(main())"
    code, err, items = run_program(source, FLAGS[mode])
    assert code == {"sys.exit": 3, "an exception": 1, "a sudden end": 7}[how]
    if how == "an exception":
        assert err.count("Traceback") == 1
        assert err.endswith("ZeroDivisionError: division by zero\n")
    else:
        assert err == ""
    assert items == [{"n": 1}] or (how == "sys.exit" and items == [{"n": 1}, {"n": 2}])


def test_a_daemon_thread_goes_on_writing(run_program):
    # What the thread itself prints when Python pulls the rug from under it is not looked at.
    source = """
session = SQLiteSession("user_1", path)
stored = threading.Semaphore(0)
async def work():
    while True:
        await session.add_items([{"n": 1}])
        stored.release()
threading.Thread(target=lambda: asyncio.run(work()), daemon=True).start()
for _ in range(5): stored.acquire()
"""
    code, _, items = run_program(source)
    assert code == 0
    assert len(items) >= 5
    assert items == [{"n": 1}] * len(items)


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT, which this system does not have")
@needs_threads(STANDS_STILL)
def test_ctrl_c_while_the_file_is_locked(path, tmp_path):
    source = """
import signal
# A program that is started in the background may have been told to ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
session = SQLiteSession("user_1", path)
async def main():
    await session.add_items([{"n": 1}])
    print("open", flush=True)
    sys.stdin.readline()
    task = asyncio.create_task(session.add_items([{"n": 2}]))
    await turn(10)
    print("waiting", flush=True)
    await task
asyncio.run(main())
"""
    program = start(tmp_path, START + source, path)
    assert hear(program) == "open"
    with locked(path):
        tell(program)
        assert hear(program) == "waiting"
        program.send_signal(signal.SIGINT)
        code, _, err = finish(program, timeout=15)
    assert code == -signal.SIGINT
    assert err.endswith("KeyboardInterrupt\n")
    assert stored(path) == [{"n": 1}]


@needs_threads(STANDS_STILL)
def test_the_file_is_locked_from_the_start(path, tmp_path):
    source = """
session = SQLiteSession("user_1", path)
async def main():
    task = asyncio.create_task(session.add_items([{"n": 1}]))
    await turn(10)
    print("waiting", flush=True)
asyncio.run(main())
"""
    with locked(path, "EXCLUSIVE"):
        assert run(tmp_path, START + source, path, timeout=15) == (0, "waiting\n", "")


def test_memory_in_an_atexit_function(run_program):
    source = """
@atexit.register
def save():
    time.sleep(0.1)
    items = asyncio.run(chat.get_items())
    asyncio.run(kept.add_items(items or [{"lost": 1}]))
chat, kept = SQLiteSession("user_1"), SQLiteSession("user_1", path)
asyncio.run(kept.clear_session())  # opened now: since Python 3.12 nothing starts threads at the end
asyncio.run(chat.add_items([{"n": 1}]))
"""
    assert run_program(source) == (0, "", [{"n": 1}])


def test_the_runner_may_be_the_last_thing(run_program):
    source = """
import agents
from agents.testing import ScriptedModel, assistant_message
agents.set_tracing_disabled(True)
for path in (path, None):
    model = ScriptedModel([[assistant_message(f"answer {number}")] for number in range(5)])
    agent = agents.Agent(name="Assistant", model=model)
    session = SQLiteSession("user_1", path)
    for number in range(5):
        agents.Runner.run_sync(agent, f"question {number}", session=session)
        assert len(asyncio.run(session.get_items())) == 2 * (number + 1)
"""
    code, err, items = run_program(source, SDK_FLAGS, timeout=60)
    assert (code, err) == (0, "")
    assert [item["role"] for item in items] == ["user", "assistant"] * 5
    assert [item["content"] for item in items[::2]] == [f"question {n}" for n in range(5)]

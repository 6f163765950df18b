"""Programs that fork. Whoever hangs is ended by an alarm, which shows in the exit code."""

from pathlib import Path

from tests.helpers.processes import run

# From Python 3.12 on, a fork in a process with threads is warned of: aiosqlite has one for each
# connection, and that all goes well all the same is what is tested.
FLAGS = ("-W", "error", "-W", "ignore:This process:DeprecationWarning")

_START = """
import asyncio, multiprocessing, os, signal, sqlite3, sys, threading, time, traceback
from session_lib import SQLiteSession

path = sys.argv[1] if sys.argv[1] != "memory" else None
signal.alarm({timeout})

def add(session, *items): asyncio.run(session.add_items(list(items)))
def get(session): return asyncio.run(session.get_items())

def fork(work=lambda: None):
    child = os.fork()
    if child == 0:
        signal.alarm({timeout} // 2)
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
    assert code == 0, f"the child ended with exit code {{code}}"

def start(work, *names):
    threads = [threading.Thread(target=work, args=[name]) for name in names]
    for thread in threads: thread.start()
    return threads
"""


def run_forking(
    folder: Path, source: str, path: Path | str, *arguments: object, timeout: int = 16
) -> None:
    """Run a program that must end well.

    Args:
        folder: Where to write the program.
        source: What it does with `path` and the functions above.
        path: A database, or ``"memory"``.
        arguments: More arguments, from ``sys.argv[2]`` on.
        timeout: Seconds that it has; each child has half of that.
    """
    program = _START.format(timeout=timeout) + source
    ended = run(folder, program, path, *arguments, flags=FLAGS, timeout=timeout + 5)
    assert ended == (0, "", ""), ended

"""Python programs that run beside a test, and what this process itself holds open.

A program that does not end in time is killed, with the processes it started, and fails its test.
"""

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

_numbers = itertools.count()

PRELUDE = ""
"""What each program begins with. `tests.helpers.threadless` says what for."""

needs_proc = pytest.mark.skipif(
    not os.path.isdir("/proc/self/fd"),
    reason="counts open files in /proc/self/fd, which this system does not have",
)
needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="needs os.fork, which this system does not have"
)
needs_modes = pytest.mark.skipif(
    os.name != "posix", reason="needs the file modes of POSIX, which this system does not have"
)
needs_unlink = pytest.mark.skipif(
    os.name != "posix",
    reason="needs to delete a file that is open, which this system does not allow",
)


def prepared(source: str) -> str:
    """The source of a program, in which sessions are as they are in the test."""
    return PRELUDE + textwrap.dedent(source)


def start(
    folder: Path, source: str, *arguments: object, flags: tuple[str, ...] = ("-W", "error")
) -> "subprocess.Popen[str]":
    """Start `source` as a program of its own, with pipes to talk to it."""
    script = folder / f"program_{next(_numbers)}.py"
    script.write_text(prepared(source), "utf-8")
    return subprocess.Popen(
        [sys.executable, *flags, str(script), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def tell(program: "subprocess.Popen[str]", line: str = "go") -> None:
    """Send `program` a line."""
    assert program.stdin is not None
    program.stdin.write(line + "\n")
    program.stdin.flush()


def hear(program: "subprocess.Popen[str]") -> str:
    """Wait for the next line of `program`, which must not be its end."""
    assert program.stdout is not None
    line = program.stdout.readline()
    if not line:
        pytest.fail(f"the program has ended: {program.communicate()}")
    return line.rstrip("\n")


def finish(program: "subprocess.Popen[str]", timeout: float = 20) -> "tuple[int, str, str]":
    """Wait for the end of `program`: its exit code, and what it wrote to stdout and stderr."""
    try:
        out, err = program.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(program.pid, signal.SIGKILL)
        else:
            program.kill()
        pytest.fail(f"still running after {timeout} seconds: {program.communicate()}")
    return program.returncode, out, err


def run(
    folder: Path,
    source: str,
    *arguments: object,
    flags: tuple[str, ...] = ("-W", "error"),
    timeout: float = 20,
) -> "tuple[int, str, str]":
    """Run `source` as a program of its own to its end."""
    return finish(start(folder, source, *arguments, flags=flags), timeout)


def open_files(path: Path) -> list[str]:
    """What this process has open of the database at `path` and of the files beside it."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            name = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:  # the one that listed the folder
            continue
        if name.startswith(os.path.realpath(path)):
            found.append(name)
    return found


def threads_since(before: set[threading.Thread]) -> set[threading.Thread]:
    """The threads that run now and did not run `before`."""
    return set(threading.enumerate()) - before


def has_ended(process: psutil.Process) -> bool:
    """Tell whether nothing of a process runs any more. It may end while it is being asked."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(condition: Callable[[], bool], timeout: float = 10) -> bool:
    """Wait until `condition` holds, where nothing can be awaited. Tell whether it came to hold."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True

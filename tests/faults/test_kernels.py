"""A kernel is interrupted, restarted and shut down while sessions are at work, as learners do.

The kernels are real ones. One serves all tests that leave it alive; each start takes a second.
"""

import json
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.helpers.processes import eventually

Item = dict[str, Any]

SOON = 20.0
"""Seconds in which an interrupt, a restart or a cell is done, on a busy machine. One is usual."""

INTERRUPTED = ("CancelledError", "KeyboardInterrupt")
"""How a cell ends that is interrupted: while it awaits something, and otherwise."""

needs_signals = pytest.mark.skipif(
    os.name != "posix", reason="needs SIGINT to reach a cell that awaits, as on POSIX systems"
)

PREPARE = """
import asyncio, json, threading
from session_lib import SQLiteSession
path = {path!r}
session = SQLiteSession("user_1", path)
acknowledged = []

async def begin(operation):
    # Returns when the operation waits for something that takes time.
    task = asyncio.ensure_future(operation)
    for _ in range(20): await asyncio.sleep(0)
    return task

async def write_on(session, count=[0]):
    while True:
        count[0] += 1
        await session.add_items([{{"n": count[0], "half": half}} for half in (1, 2)])
        acknowledged.append(count[0])
        if count[0] % 3 == 0:
            await session.get_items(10)
"""


class Kernel:
    """A kernel, with a client that runs cells in it."""

    def __init__(self, folder: Path) -> None:
        self._errors = (folder / "stderr.txt").open("w+")
        self._manager = KernelManager()
        self._manager.start_kernel(cwd=str(folder), stderr=self._errors)
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self._manager.provisioner.pid)  # type: ignore[union-attr]

    def begin(self, code: str, until: str | None = None) -> str:
        """Start a cell, and return when it has printed something."""
        cell = str(self._client.execute(code))
        text = ""
        while until is not None and until not in text:
            message = self._client.get_iopub_msg(timeout=SOON)
            if message["parent_header"].get("msg_id") == cell:
                text += message["content"].get("text", "")
                assert message["content"].get("execution_state") != "idle", text
        return cell

    def finish(self, cell: str) -> tuple[str, str]:
        """Wait for the end of a cell: the name of its error, if any, and what it printed."""
        text, state = "", ""
        while state != "idle":
            message = self._client.get_iopub_msg(timeout=SOON)
            if message["parent_header"].get("msg_id") == cell:
                text += message["content"].get("text", "")
                state = message["content"].get("execution_state", state)
        while True:
            reply = self._client.get_shell_msg(timeout=SOON)
            if reply["parent_header"].get("msg_id") == cell:
                return reply["content"].get("ename", ""), text

    def run(self, code: str) -> Any:
        """Run a cell that must not fail. Return what it printed, as JSON."""
        error, text = self.finish(self.begin(code))
        assert error == "", text
        return json.loads(text or "null")

    def interrupt(self) -> None:
        self._manager.interrupt_kernel()

    def restart(self, *, now: bool) -> None:
        self._manager.restart_kernel(now=now)
        self._client.wait_for_ready(timeout=60)

    def shut_down(self, *, now: bool) -> None:
        self._manager.shutdown_kernel(now=now)

    def end(self) -> str:
        """End it whatever it does. Return what it complained of."""
        self._client.stop_channels()
        if self._manager.has_kernel:
            self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
        with self._errors as errors:
            errors.seek(0)
            return errors.read()


@contextmanager
def new_kernel(folder: Path) -> Iterator[Kernel]:
    kernel = Kernel(folder)
    try:
        yield kernel
    finally:
        complaints = kernel.end()
    # When it ends in the middle of a cell, ipykernel itself has something to say.
    for name in ("session_lib", "aiosqlite", "sqlite3"):
        assert name not in complaints, complaints


@pytest.fixture(scope="module")
def shared_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with new_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared_kernel: Kernel, path: Path) -> Kernel:
    """The kernel that all tests share, with a session in a new file."""
    shared_kernel.run(PREPARE.format(path=str(path)))
    return shared_kernel


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


@contextmanager
def write_lock(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def see_unlocked(path: Path) -> None:
    """See that this process can write at once."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO agent_sessions (session_id) VALUES ('somebody else')")
        connection.execute("ROLLBACK")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def stored(path: Path, session_id: str = "user_1") -> list[Item]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT message_data FROM agent_messages WHERE session_id = ? ORDER BY id"
        return [json.loads(text) for (text,) in connection.execute(query, (session_id,))]


def see_whole(items: list[Item], acknowledged: list[int]) -> None:
    """See that pairs are whole and in order, that none is there twice and none has got lost."""
    assert [(item["n"], item["half"]) for item in items] == [
        (item["n"], half) for item in items[::2] for half in (1, 2)
    ]
    numbers = [item["n"] for item in items[::2]]
    assert numbers == sorted(set(numbers))
    assert set(numbers) >= set(acknowledged)


def see_ended(process: psutil.Process, children: list[psutil.Process]) -> None:
    """See that neither a process nor what it started runs on."""
    for one in (process, *children):
        assert eventually(
            lambda one=one: not one.is_running() or one.status() == psutil.STATUS_ZOMBIE, SOON
        )


@needs_signals
@pytest.mark.parametrize("operation", ["add_items([{'n': 9}])", "pop_item()", "clear_session()"])
def test_a_cell_that_waits_for_a_lock_can_be_interrupted(
    operation: str, kernel: Kernel, path: Path
) -> None:
    kernel.run("await session.add_items([{'n': 1}, {'n': 2}])")
    with write_lock(path):
        cell = kernel.begin(
            f"task = await begin(session.{operation}); print('waiting', flush=True); await task",
            "waiting",
        )
        interrupted = time.monotonic()
        kernel.interrupt()
        error, _ = kernel.finish(cell)
        assert time.monotonic() - interrupted < SOON
        assert error in INTERRUPTED
        # Still held: who reads is served, and who writes can be interrupted once more.
        assert kernel.run("print(json.dumps(await session.get_items()))") == [{"n": 1}, {"n": 2}]
        cell = kernel.begin("print('waiting', flush=True); await session.pop_item()", "waiting")
        kernel.interrupt()
        assert kernel.finish(cell)[0] in INTERRUPTED
    see_unlocked(path)
    assert kernel.run("print(json.dumps(task.cancelled()))") is True
    kernel.run("await session.add_items([{'n': 3}])")
    assert stored(path) == [{"n": 1}, {"n": 2}, {"n": 3}]
    kernel.run("await session.close()")
    assert os.listdir(path.parent) == [path.name]


@needs_signals
@pytest.mark.parametrize("users", [1, 10])
def test_a_cell_that_writes_can_be_interrupted_again_and_again(
    users: int, kernel: Kernel, path: Path, seed: int, soak: bool
) -> None:
    interrupts = 200 if soak else 20
    draw = random.Random(seed)
    kernel.run(
        f"users = [SQLiteSession(f'user_{{n}}', path) for n in range({users})]\n"
        f"counts = [[0] for _ in users]"
    )
    names = [f"user_{number}" for number in range(users)]
    for _ in range(interrupts):
        code = "print('go', flush=True); await asyncio.gather(*map(write_on, users, counts))"
        cell = kernel.begin(code, "go")
        time.sleep(draw.uniform(0, 0.1))
        kernel.interrupt()
        assert kernel.finish(cell)[0] in INTERRUPTED
        # The next cell, in the same kernel, with the same sessions.
        found = kernel.run("print(json.dumps([await user.get_items() for user in users]))")
        for name, items in zip(names, found, strict=True):
            see_whole(items, [])
            assert stored(path, name) == items
        see_unlocked(path)
    counts = kernel.run("print(json.dumps([count for (count,) in counts]))")
    assert sum(counts) > 0
    for items, count in zip(found, counts, strict=True):
        # All but those that were interrupted, one each time at most, were acknowledged.
        assert count - interrupts <= len(items) // 2 <= count
    kernel.run("for user in users: await user.close()")


@needs_signals
def test_a_cell_that_waits_for_a_thread_can_be_interrupted_and_the_thread_goes_on(
    kernel: Kernel, path: Path
) -> None:
    kernel.run(
        "await session.add_items([{'n': 1}])\n"
        "over = threading.Event()\n"
        "def work():\n"
        "    asyncio.run(session.add_items([{'n': 2}]))\n"
        "    over.set()"
    )
    with write_lock(path):
        cell = kernel.begin(
            "threading.Thread(target=work).start(); print('waiting', flush=True); over.wait()",
            "waiting",
        )
        kernel.interrupt()
        assert kernel.finish(cell)[0] == "KeyboardInterrupt"
        assert stored(path) == [{"n": 1}]
    assert kernel.run(f"print(json.dumps(over.wait({SOON})))") is True
    assert kernel.run("print(json.dumps(await session.get_items()))") == [{"n": 1}, {"n": 2}]
    see_unlocked(path)
    kernel.run("await session.close()")


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "writing"])
@pytest.mark.parametrize("now", [False, True], ids=["in order", "at once"])
def test_a_kernel_may_be_restarted_with_sessions_open(
    now: bool, busy: bool, kernel: Kernel, path: Path
) -> None:
    kernel.run("await session.add_items([{'n': 0, 'half': 1}, {'n': 0, 'half': 2}])")
    process, children = kernel.process, kernel.process.children(recursive=True)
    acknowledged = [0]
    if busy:
        kernel.begin("print('go', flush=True); await write_on(session)", "go")
        assert eventually(lambda: len(stored(path)) > 6, SOON)
        acknowledged = list(range(len(stored(path)) // 2))
    begun = time.monotonic()
    kernel.restart(now=now)
    assert time.monotonic() - begun < SOON
    see_ended(process, children)
    see_unlocked(path)
    see_whole(stored(path), acknowledged)
    kernel.run(PREPARE.format(path=str(path)))
    kernel.run("await session.add_items([{'n': 10**9, 'half': 1}, {'n': 10**9, 'half': 2}])")
    see_whole(stored(path), [*acknowledged, 10**9])
    kernel.run("await session.close()")
    assert os.listdir(path.parent) == [path.name]


def test_a_kernel_may_be_shut_down_while_a_cell_waits_for_a_lock(
    path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with new_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.run(PREPARE.format(path=str(path)))
        kernel.run("await session.add_items([{'n': 1}])")
        process, children = kernel.process, kernel.process.children(recursive=True)
        with write_lock(path):
            kernel.begin(
                "task = await begin(session.pop_item()); print('waiting', flush=True); await task",
                "waiting",
            )
            begun = time.monotonic()
            kernel.shut_down(now=False)
            assert time.monotonic() - begun < SOON
            see_ended(process, children)
        see_unlocked(path)
        assert stored(path) == [{"n": 1}]


def test_a_kernel_that_is_shut_down_with_sessions_open_leaves_only_the_database(
    path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with new_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.run(PREPARE.format(path=str(path)))
        kernel.run("memory = SQLiteSession('user_1'); await memory.add_items([{'n': 1}])")
        kernel.run("await session.add_items([{'n': 1}])")
        process, children = kernel.process, kernel.process.children(recursive=True)
        begun = time.monotonic()
        kernel.shut_down(now=False)
        assert time.monotonic() - begun < SOON
        see_ended(process, children)
    assert os.listdir(path.parent) == [path.name]
    assert stored(path) == [{"n": 1}]

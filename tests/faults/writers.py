"""Programs that come to a sudden end, and the look at what they left."""

import asyncio
import json
import math
import os
import sqlite3
import threading
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from session_lib import SQLiteSession
from tests.faults.histories import USERS, Item
from tests.helpers.processes import eventually, start, tell

ROOT = Path(__file__).parents[2]

_PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.faults.histories import main
main()
"""


class Writer:
    """A program in which all users write at once, each one operation after another.

    Args:
        path: The database.
        seed: Of the history.
        begin: How many steps each user has made before.
        steps: After how many more a user stops. The program stays until it is ended.
        checkpoint: The pages in the log at which they go into the database; 0: they never do.

    Attributes:
        acknowledged: The steps of each user that the program knows to be stored.
        begun: For each step of a user, how long the log was before it.
        done: For each step of a user, how long the log was when it was acknowledged.
    """

    def __init__(
        self,
        path: Path,
        seed: int,
        *,
        begin: dict[str, int] | None = None,
        steps: int | None = None,
        checkpoint: int = 1_000,
    ) -> None:
        self.acknowledged = dict(begin or dict.fromkeys(USERS, 0))
        self.begun: dict[str, list[int]] = {user: [] for user in USERS}
        self.done: dict[str, list[int]] = {user: [] for user in USERS}
        order = {
            "path": str(path),
            "seed": seed,
            "begin": self.acknowledged,
            "steps": steps,
            "checkpoint": checkpoint,
        }
        self._said: list[str] = []
        self._last: float = math.inf
        self._program = start(path.parent, _PROGRAM, json.dumps(order))
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        self.wait_for("ready")

    def go(self) -> None:
        """Let the users begin."""
        tell(self._program)

    def wait_for(self, word: str, timeout: float = 60) -> None:
        """Wait until the program has said `word`."""
        eventually(lambda: word in self._said or not self._listener.is_alive(), timeout)
        if word not in self._said:
            pytest.fail(f"the program has not said {word!r}: {self.kill()}")

    def kill_after(self, steps: int) -> str:
        """End the program in the moment in which it tells of the last of so many more steps."""
        self._last = sum(self.acknowledged.values()) + steps
        self._listener.join(60)
        return self.kill()

    def kill(self) -> str:
        """End the program at once. Say what it complained of."""
        self._program.kill()
        self._listener.join()
        assert self._program.stderr is not None
        complaints = self._program.stderr.read()
        self._program.communicate()
        return complaints

    def _listen(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            match line.split():
                case ["begun", user, size]:
                    self.begun[user].append(int(size))
                case ["done", user, size]:
                    self.done[user].append(int(size))
                    self.acknowledged[user] += 1
                    if sum(self.acknowledged.values()) >= self._last:
                        self._program.kill()
                case words:
                    self._said += words


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Make a folder for files that no program writes any more, in memory if there is a way."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder).resolve()


async def contents(path: Path) -> dict[str, list[Item]]:
    """Open a database as the next program does. Say what it holds, see that it is sound, go on."""
    async with SQLiteSession("next", path) as session:
        items = {user: await SQLiteSession(user, path).get_items() for user in USERS}
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        before = await session.get_items()
        await session.add_items([{"n": 1}, {"n": 2}])
        assert await session.get_items() == [*before, {"n": 1}, {"n": 2}]
    return items


async def some_at_a_time(jobs: Iterable[Awaitable[None]]) -> None:
    """Do all `jobs`: while one waits for the disk, others go on."""
    iterator = iter(jobs)

    async def work() -> None:
        for job in iterator:
            await job

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(work())

"""Users who write to a file at once, whatever happens to it meanwhile."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from session_lib import SQLiteSession
from tests.helpers.processes import eventually

SOON = 20.0
"""Seconds in which everything is done, also on a busy machine. A moment is usual."""

USERS = [f"user_{number}" for number in range(20)]


@contextmanager
def at_work(path: Path) -> "Iterator[Writers]":
    """Let users write to a file at once, in a thread of their own."""
    writers, executor = Writers(path), ThreadPoolExecutor(1)
    writers.end = executor.submit(asyncio.run, writers.write_all())
    try:
        yield writers
    finally:
        writers.over = True
        executor.shutdown(wait=False)
        writers.end.result(10 * SOON)


class Writers:
    """Users who write to a file until it is over, whatever errors they get.

    Attributes:
        era: Counts the changes of the file; each item carries the one in which it was begun.
        acknowledged: What each user was told to be stored.
        errors: What the users were told otherwise.
        end: Done when they are at their end, and holds what should not have been raised.
    """

    end: Future[None]

    def __init__(self, path: Path) -> None:
        self.path = path
        self.era = 0
        self.over = False
        self.acknowledged: dict[str, list[Any]] = {user: [] for user in USERS}
        self.errors: list[BaseException] = []

    def wait_for_more(self) -> None:
        """Wait until each user was told of something stored that it began after now."""
        now = {user: len(items) for user, items in self.acknowledged.items()}

        def have_more() -> bool:
            return all(len(self.acknowledged[user]) > count + 1 for user, count in now.items())

        assert eventually(lambda: self.end.done() or have_more(), 10 * SOON), self.errors[-3:]

    async def write_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for user in USERS:
                group.create_task(self._write(user))

    async def _write(self, user: str) -> None:
        number = 0
        async with SQLiteSession(user, self.path) as session:
            while not self.over:
                number += 1
                new = {"era": self.era, "n": number}
                try:
                    async with asyncio.timeout(SOON):
                        await session.add_items([new])
                        self.acknowledged[user].append(new)
                        if number % 4 == 0:
                            await session.get_items(3)
                except (OSError, sqlite3.Error) as error:
                    # A timeout is an OSError, too, and nobody may get that here.
                    if isinstance(error, TimeoutError):
                        raise
                    assert str(self.path) in str(error)
                    self.errors.append(error)
                    await asyncio.sleep(0)

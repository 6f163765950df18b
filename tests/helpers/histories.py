"""Conversations whose every step is known, and a program that writes them until it is killed."""

import asyncio
import itertools
import math
import os
import random
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import eventually, start, tell
from tests.helpers.programs import program_of

Item = dict[str, Any]
USERS = ("ada", "grace", "linus")


def step(seed: int, user: str, number: int) -> tuple[str, list[Item]]:
    """Draw what `user` does at step `number`: an operation, and the items to add."""
    draw = random.Random(f"{seed} {user} {number}")
    name = draw.choices(("add", "pop", "clear"), (14, 5, 1))[0]
    return name, [
        # Some texts fill more than a page.
        {"user": user, "step": number, "index": index, "text": "x" * draw.choice((0, 90, 6_000))}
        for index in range(draw.randint(1, 5) if name == "add" else 0)
    ]


async def do(session: SQLiteSession, name: str, items: list[Item]) -> Any:
    if name == "add":
        return await session.add_items(items)
    return await (session.pop_item() if name == "pop" else session.clear_session())


def follow(before: list[Item], name: str, items: list[Item]) -> list[Item]:
    """Say what a step makes of a conversation."""
    return {"add": before + items, "pop": before[:-1], "clear": []}[name]


class History:
    """What each user's conversation holds after each step."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._states: dict[str, list[list[Item]]] = {user: [[]] for user in USERS}

    def after(self, user: str, steps: int) -> list[Item]:
        """The items of `user` after so many steps."""
        states = self._states[user]
        while len(states) <= steps:
            states.append(follow(states[-1], *step(self._seed, user, len(states) - 1)))
        return states[steps]

    def steps(self, user: str, items: list[Item], least: int, most: int) -> int:
        """Say how many steps lead to `items`: between `least` and `most`, or the test fails."""
        for steps in range(most, least - 1, -1):
            if self.after(user, steps) == items:
                return steps
        found = [tuple(item.get(key) for key in ("user", "step", "index")) for item in items]
        pytest.fail(f"this is not what {user} has after {least} to {most} steps: {found}")


async def contents(path: Path) -> dict[str, list[Item]]:
    """Open a database as the next program does: it must be sound, and writing must go on."""
    async with SQLiteSession("next", path) as session:
        items = {user: await SQLiteSession(user, path).get_items() for user in USERS}
        check_integrity(path)
        before = await session.get_items()
        await session.add_items([{"n": 1}, {"n": 2}])
        assert await session.get_items() == [*before, {"n": 1}, {"n": 2}]
    return items


def check_integrity(path: Path | str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def pragma(session: SQLiteSession, setting: str) -> Any:
    """Use a pragma that SQLite keeps for a single connection, in the one that writes."""
    rows = await session.database.file.write(
        lambda connection: connection.execute(f"PRAGMA {setting}").fetchall()
    )
    return rows[0][0]


class Writer:
    """A program in which all users write at once, each one step after another.

    Args:
        path: The database.
        seed: Of the history.
        begin: How many steps each user has made before.
        steps: After how many more a user stops. The program stays until it is killed.
        checkpoint: The pages in the log at which they go into the database; 0 for never.

    Attributes:
        acknowledged: How many steps of each user the program knows to be stored.
        begun: How long the log was before each step of a user.
        done: How long the log was when each step of a user was acknowledged.
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
        self._words: list[str] = []
        self._last = math.inf
        program = program_of(_write, path, seed, self.acknowledged, steps, checkpoint)
        self._program = start(path.parent, program)
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        self._wait_for("ready")

    def go(self, until: str | None = None) -> None:
        """Let the users begin. Wait, if told, until the file is "open", or until the "end"."""
        tell(self._program)
        if until is not None:
            self._wait_for(until)

    def _wait_for(self, word: str) -> None:
        eventually(lambda: word in self._words or not self._listener.is_alive(), timeout=60)
        if word not in self._words:
            pytest.fail(f"the program has not said {word!r}: {self._kill()}")

    def kill_after(self, steps: int) -> None:
        """Kill the program at the moment when it reports the last of so many more steps."""
        self._last = sum(self.acknowledged.values()) + steps
        self._listener.join(60)
        self.kill()

    def kill(self) -> None:
        """Kill the program at once. It must not have complained before."""
        assert self._kill() == ""

    def _kill(self) -> str:
        self._program.kill()
        self._listener.join()
        return self._program.communicate()[1]

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
                    self._words += words


def _write(path: str, seed: int, begin: dict[str, int], steps: int | None, checkpoint: int) -> None:
    """What the program does."""

    def say(word: str, user: str) -> None:
        print(word, user, os.path.getsize(f"{path}-wal"), flush=True)

    async def take_steps(user: str, session: SQLiteSession) -> None:
        first = begin[user]
        for number in itertools.count(first) if steps is None else range(first, first + steps):
            say("begun", user)
            await do(session, *step(seed, user, number))
            say("done", user)

    async def take_all_steps() -> None:
        sessions = {user: SQLiteSession(user, path) for user in USERS}
        await pragma(sessions["ada"], f"wal_autocheckpoint={checkpoint}")
        print("open", flush=True)
        await asyncio.gather(*(take_steps(*user) for user in sessions.items()))
        print("end", flush=True)
        sys.stdin.readline()

    print("ready", flush=True)
    sys.stdin.readline()
    asyncio.run(take_all_steps())

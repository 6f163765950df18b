"""Conversations whose every step is known, and the program that writes them until it is ended."""

import asyncio
import itertools
import json
import os
import random
import sys
from typing import Any

from session_lib import SQLiteSession

Item = dict[str, Any]
USERS = ("ada", "grace", "linus")


def operation(seed: int, user: str, number: int) -> tuple[str, list[Item]]:
    """Say what `user` does at step `number`: its name, and the items to add."""
    draw = random.Random(f"{seed} {user} {number}")
    name = draw.choices(("add", "pop", "clear"), (14, 5, 1))[0]
    size = draw.randint(1, 5) if name == "add" else 0
    return name, [
        # Some texts fill more than a page.
        {"user": user, "step": number, "index": index, "text": "x" * draw.choice((0, 90, 6_000))}
        for index in range(size)
    ]


async def do(session: SQLiteSession, name: str, items: list[Item]) -> None:
    """Do an operation."""
    if name == "add":
        await session.add_items(items)
    elif name == "pop":
        await session.pop_item()
    else:
        await session.clear_session()


def follow(before: list[Item], name: str, items: list[Item]) -> list[Item]:
    """Say what an operation makes of a conversation."""
    return {"add": before + items, "pop": before[:-1], "clear": []}[name]


class History:
    """What each user's conversation holds after each step."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._states: dict[str, list[list[Item]]] = {user: [[]] for user in USERS}

    def after(self, user: str, steps: int) -> list[Item]:
        """The items of `user` after so many steps."""
        states = self._states[user]
        while len(states) <= steps:
            states.append(follow(states[-1], *operation(self.seed, user, len(states) - 1)))
        return states[steps]

    def steps(self, user: str, items: list[Item], least: int, most: int) -> int:
        """How many steps lead to `items`: between `least` and `most`, or the test fails."""
        for steps in range(most, least - 1, -1):
            if self.after(user, steps) == items:
                return steps
        found = [tuple(item.get(key) for key in ("user", "step", "index")) for item in items]
        raise AssertionError(
            f"seed {self.seed}: this is not {user}'s after {least} to {most} steps: {found}"
        )


def main() -> None:
    """Write as `tests.faults.writers.Writer` orders."""
    order = json.loads(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    asyncio.run(_write(**order))


async def _write(
    path: str, seed: int, begin: dict[str, int], steps: int | None, checkpoint: int
) -> None:
    sessions = {user: SQLiteSession(user, path) for user in USERS}
    await sessions[USERS[0]]._database._file.write(
        lambda connection: connection.execute(f"PRAGMA wal_autocheckpoint={checkpoint}").fetchall()
    )
    print("open", flush=True)

    async def take_steps(user: str) -> None:
        first = begin[user]
        for number in itertools.count(first) if steps is None else range(first, first + steps):
            print("begun", user, _length(path), flush=True)
            await do(sessions[user], *operation(seed, user, number))
            print("done", user, _length(path), flush=True)

    await asyncio.gather(*map(take_steps, USERS))
    print("end", flush=True)
    sys.stdin.readline()


def _length(path: str) -> int:
    return os.path.getsize(f"{path}-wal")

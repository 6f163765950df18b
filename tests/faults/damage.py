"""Copies of a database with some bytes changed, and a program that tries everything on each."""

import asyncio
import json
import os
import random
import sqlite3
import sys
import warnings
from collections import Counter
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from session_lib import SQLiteSession
from session_lib.tables import history, sessions
from tests.faults.log import frames, unharmed
from tests.faults.writers import some_at_a_time

Item = dict[str, Any]
OWNERS = ("ada@example.org", "grace", "linus-0d5e2f", "tim/7")
"""The ids of the sessions. No small change makes one out of another."""

KINDS = {"small pages": (512, False), "large pages": (4_096, False), "a log": (4_096, True)}
"""The size of a page, and whether some of what was written is only in the log."""

SECTOR = 512
REFUSED = "refused"
"""Stands for the answer of an operation that ended in an error as it should be."""


class Original(NamedTuple):
    """An undamaged database, the log beside it, and what they hold.

    Without the log it holds `states[0]`, and after each commit in the log the next of `states`.
    """

    database: bytes
    log: bytes
    states: list[dict[str, list[Item]]]

    @property
    def items(self) -> dict[str, list[Item]]:
        return self.states[-1]


class Damaged(NamedTuple):
    """A copy that was damaged, and where."""

    database: bytes
    log: bytes
    name: str
    commits: int
    """How many commits in the log are unharmed."""


def main() -> None:
    """Try everything on so many copies, drawn from a seed, and print what came of it."""
    kind, seed, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    counts: Counter[str] = Counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(_try_all(kind, seed, count, folder, counts))
    for warning in caught:
        assert warning.category is RuntimeWarning, warning
        assert str(folder) in str(warning.message), warning
    counts["warnings"] = len(caught)
    print(json.dumps(counts))


async def _try_all(kind: str, seed: int, count: int, folder: Path, counts: "Counter[str]") -> None:
    original = await _make(folder / "original.db", *KINDS[kind])

    async def try_one(number: int) -> None:
        print(number, flush=True)
        damaged = _damage(original, random.Random(f"{seed} {kind} {number}"))
        path = _put(folder / f"{number}.db", damaged)
        try:
            await _Trial(path, original, damaged, counts).run()
        except BaseException as error:
            error.add_note(f"--seed {seed}: {kind}, number {number}, {damaged.name}")
            raise
        _remove(path)

    await some_at_a_time(try_one(number) for number in range(count))


async def _make(path: Path, page_size: int, with_log: bool) -> Original:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size={page_size}")
        connection.execute("VACUUM")
    items: dict[str, list[Item]] = {owner: [] for owner in OWNERS}
    states = [items]

    async def add(numbers: range) -> None:
        for number in numbers:
            for owner in OWNERS:
                batch = [_item(owner, number), _item(owner, number + 100)]
                await SQLiteSession(owner, path).add_items(batch)
                states.append(states[-1] | {owner: states[-1][owner] + batch})

    async with SQLiteSession("keeps it open", path):
        await add(range(8))
    del states[:-1]
    original = _read(path, states)
    assert int.from_bytes(original.database[16:18]) == page_size
    if not with_log:
        return original
    async with SQLiteSession("keeps it open", path):
        await add(range(8, 12))
        original = _read(path, states)
    assert sum(frame.commits for frame in frames(original.log)) == len(states) - 1
    return original


def _read(path: Path, states: list[dict[str, list[Item]]]) -> Original:
    log = Path(f"{path}-wal")
    return Original(path.read_bytes(), log.read_bytes() if log.exists() else b"", states)


def _item(owner: str, number: int) -> Item:
    # Whatever part of a text is looked at, it tells whose it is.
    text = f"{owner} says {number}: " + f"{owner} {number} " * (number % 7 * 3 + 1)
    if number % 8 == 5:
        text += f"{owner} " * 300  # fills more than a page
    if number % 3 == 0:
        return {"role": "user", "content": text}
    if number % 3 == 1:
        return {"role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {"type": "function_call", "call_id": owner, "name": "say", "arguments": f'["{text}"]'}


def _damage(original: Original, draw: random.Random) -> Damaged:
    in_log = bool(original.log) and draw.random() < 0.5
    before = original.log if in_log else original.database
    after = bytearray(before)
    kinds = ("a bit", "a byte", "some bytes", "a sector", "the end", "a stored text", "a head")
    name = draw.choices(kinds, (4, 4, 3, 1, 1, 0 if in_log else 3, 0 if in_log else 4))[0]
    place = draw.randrange(len(before))
    if name == "a stored text":
        place = draw.choice(_places_of_texts(original))
    elif name == "a head":  # of the file or of a page: what says where everything else is
        size = int.from_bytes(before[16:18])
        place = draw.choice((0, *range(0, len(before), size))) + draw.randrange(100)
    if name in ("a bit", "a byte", "a stored text", "a head"):
        after[place] ^= 1 << draw.randrange(8) if draw.random() < 0.6 else draw.randint(1, 255)
    elif name == "some bytes":
        size = min(draw.randint(2, 64), len(before) - place)
        after[place : place + size] = draw.choice((bytes(size), draw.randbytes(size)))
    elif name == "a sector":
        # A disk may lose one, or write another in its place.
        place -= place % SECTOR
        source = draw.randrange(0, len(before), SECTOR)
        sector = before[source : source + SECTOR]
        after[place : place + len(sector)] = draw.choice((bytes(len(sector)), sector))
    else:
        del after[place:]
    where = f"{name} at {place} of the {'log' if in_log else 'database'}"
    if not in_log:
        return Damaged(bytes(after), original.log, where, len(original.states) - 1)
    good = unharmed(before, bytes(after))
    commits = sum(frame.commits and frame.end <= good for frame in frames(before))
    return Damaged(original.database, bytes(after), where, commits)


def _places_of_texts(original: Original) -> list[int]:
    """Where the bytes of stored texts stand, of those that are in one piece."""
    places = []
    for items in original.items.values():
        for item in items:
            text = json.dumps(item, separators=(",", ":")).encode()
            start = original.database.find(text)
            if start >= 0:
                places += range(start, start + len(text))
    return places


def _put(path: Path, damaged: Damaged) -> str:
    path.write_bytes(damaged.database)
    if damaged.log:
        Path(f"{path}-wal").write_bytes(damaged.log)
    return str(path)


def _remove(path: str) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + ending):
            os.unlink(path + ending)


class _Trial:
    """All operations on one damaged copy."""

    def __init__(
        self, path: str, original: Original, damaged: Damaged, counts: "Counter[str]"
    ) -> None:
        self.path = path
        self.original = original
        self.damaged = damaged
        self.counts = counts

    async def run(self) -> None:
        users = {owner: SQLiteSession(owner, self.path) for owner in OWNERS}
        found = {owner: await self._answer(user.get_items()) for owner, user in users.items()}
        sound = self._is_sound()
        ada, grace, linus, tim = users.values()
        latest = await self._answer(ada.get_items(3))
        rows = await self._answer(self._count(history(grace)))
        await self._answer(sessions(self.path))
        popped = await self._answer(linus.pop_item())
        added = await self._answer(linus.add_items([{"new": 1}]))
        after = await self._answer(linus.get_items())
        cleared = await self._answer(tim.clear_session())
        left = await self._answer(tim.get_items())
        again = await self._answer(ada.get_items())
        for user in users.values():
            await user.close()

        for owner, items in [*found.items(), (OWNERS[0], latest), (OWNERS[2], after)]:
            self._check_owner(owner, items, sound)
        if self.damaged.log != self.original.log:
            # A log ends where it is damaged: what opens is all that was written until then.
            assert found == self.original.states[self.damaged.commits]
            assert sound
        if self.damaged.name.startswith("a stored text"):
            self._check_others_are_unharmed(found)
            assert sound
        self.counts["sound"] += sound
        if sound:
            # What is left is consistent, whatever it is.
            before = found[OWNERS[2]]
            if REFUSED not in (latest, again, found[OWNERS[0]]):
                assert latest == found[OWNERS[0]][-3:]
                assert again == found[OWNERS[0]]
            if REFUSED not in (rows, found[OWNERS[1]]):
                assert rows == len(found[OWNERS[1]])
            if REFUSED not in (popped, before):
                assert popped == (before[-1] if before else None)
            if REFUSED not in (popped, added, before, after):
                assert after == [*before[:-1], {"new": 1}]
            if REFUSED not in (cleared, left):
                assert left == []

    async def _count(self, table: Awaitable[pd.DataFrame]) -> int:
        return len(await table)

    async def _answer(self, operation: Awaitable[Any]) -> Any:
        self.counts["operations"] += 1
        try:
            async with asyncio.timeout(60):
                return await operation
        except sqlite3.DatabaseError as error:
            assert self.path in str(error), error
            self.counts["errors"] += 1
            return REFUSED

    def _is_sound(self) -> bool:
        """Let SQLite look at all that it can check: not the texts, for which it has no sums."""
        with closing(sqlite3.connect(self.path)) as connection:
            try:
                return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            except (sqlite3.DatabaseError, UnicodeDecodeError):
                return False

    def _check_owner(self, owner: str, items: Any, sound: bool) -> None:
        """See that no item is another's, unless a whole sector of the file is another one."""
        for item in items if items is not REFUSED else ():
            if any(other in str(item) for other in OWNERS if other != owner):
                self.counts["foreign"] += 1
                assert self.damaged.name.startswith("a sector"), (owner, item)

    def _check_others_are_unharmed(self, found: dict[str, Any]) -> None:
        """See that all items are there, but for one that may be another or be missing."""
        harmed = 0
        for owner, items in self.original.items.items():
            assert found[owner] is not REFUSED
            same = sum(item in items for item in found[owner])
            assert [item for item in items if item in found[owner]] == [
                item for item in found[owner] if item in items
            ]
            assert len(found[owner]) - same <= len(items) - same <= 1
            harmed += len(items) - same
        assert harmed <= 1

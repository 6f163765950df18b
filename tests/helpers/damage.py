"""Copies of a database with some bytes changed, and a program that tries everything on each."""

import asyncio
import json
import random
import sqlite3
import warnings
from collections import Counter
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from session_lib import SQLiteSession
from session_lib.tables import history, sessions
from tests.helpers.copies import Files, copied, eight_at_a_time, files_at
from tests.helpers.wal import SECTOR, frames, unharmed

State = dict[str, list[dict[str, Any]]]
"""The items of each session."""

OWNERS = ("ada@example.org", "grace", "linus-0d5e2f", "tim/7")
"""The ids of the sessions. No small change makes one out of another."""

KINDS = {"small pages": (512, False), "large pages": (4_096, False), "a log": (4_096, True)}
"""The size of a page, and whether some of what was written is only in the log."""

REFUSED = "refused"
"""Stands for the answer of an operation that ended in an error as it should."""


class Original(NamedTuple):
    """An undamaged database, maybe with a log, and what it holds.

    Without the log it holds `states[0]`, and after each commit in the log the next of `states`.
    """

    files: Files
    states: list[State]


class Damage(NamedTuple):
    """Files of which one was damaged."""

    files: Files
    ending: str
    name: str
    place: int

    def __repr__(self) -> str:
        return f"{self.name} at {self.place} of the {'log' if self.ending else 'database'}"


def try_all(kind: str, seed: int, count: int, folder: str) -> None:
    """Try everything on so many copies, drawn from a seed, and print what came of it."""
    original = asyncio.run(_make(Path(folder) / "original.db", *KINDS[kind]))
    counts: Counter[str] = Counter()

    async def try_one(number: int) -> None:
        print(number, flush=True)
        damage = _damage(original, random.Random(f"{seed} {kind} {number}"))
        try:
            with copied(damage.files, folder) as path:
                await _try_everything(str(path), original, damage, counts)
        except BaseException as error:
            error.add_note(f"{kind}, number {number}, {damage}")
            raise

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        eight_at_a_time(try_one, range(count))
    for warning in caught:
        assert warning.category is RuntimeWarning, warning
        assert folder in str(warning.message), warning
    print(json.dumps(counts | {"warnings": len(caught)}))


async def _make(path: Path, page_size: int, with_log: bool) -> Original:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size={page_size}")
        connection.execute("VACUUM")
    states: list[State] = [{owner: [] for owner in OWNERS}]

    async def add(numbers: range) -> Files:
        async with SQLiteSession("keeps it open", path):
            for number in numbers:
                for owner in OWNERS:
                    batch = [_item(owner, number), _item(owner, number + 100)]
                    await SQLiteSession(owner, path).add_items(batch)
                    states.append(states[-1] | {owner: states[-1][owner] + batch})
            return files_at(path)

    await add(range(8))
    del states[:-1]
    files = await add(range(8, 12)) if with_log else files_at(path)
    assert int.from_bytes(files[""][16:18]) == page_size
    assert sum(frame.commits for frame in frames(files.get("-wal", b""))) == len(states) - 1
    return Original(files, states)


def _item(owner: str, number: int) -> dict[str, Any]:
    # Whatever part of a text is looked at, it says whose it is.
    text = f"{owner} says {number}: " + f"{owner} {number} " * (number % 7 * 3 + 1)
    if number % 8 == 5:
        text += f"{owner} " * 300  # fills more than a page
    if number % 3 == 0:
        return {"role": "user", "content": text}
    if number % 3 == 1:
        return {"role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {"type": "function_call", "call_id": owner, "name": "say", "arguments": f'["{text}"]'}


def _damage(original: Original, draw: random.Random) -> Damage:
    ending = "-wal" if "-wal" in original.files and draw.random() < 0.5 else ""
    before = original.files[ending]
    after = bytearray(before)
    kinds = ["a bit", "a byte", "some bytes", "a sector", "the end", "a stored text", "a head"]
    name = draw.choices(kinds, (4, 4, 3, 1, 1, 0, 0) if ending else (4, 4, 3, 1, 1, 3, 4))[0]
    place = draw.randrange(len(before))
    if name == "a stored text":
        place = draw.choice(_places_of_texts(original))
    elif name == "a head":  # of the file or of a page: what says where everything else is
        size = int.from_bytes(before[16:18])
        place = draw.choice((0, *range(0, len(before), size))) + draw.randrange(100)
    if name == "some bytes":
        size = min(draw.randint(2, 64), len(before) - place)
        after[place : place + size] = draw.choice((bytes(size), draw.randbytes(size)))
    elif name == "a sector":
        # A disk may lose one, or write another in its place.
        place -= place % SECTOR
        source = draw.randrange(0, len(before), SECTOR)
        sector = before[source : source + SECTOR]
        after[place : place + len(sector)] = draw.choice((bytes(len(sector)), sector))
    elif name == "the end":
        del after[place:]
    else:
        after[place] ^= 1 << draw.randrange(8) if draw.random() < 0.6 else draw.randint(1, 255)
    return Damage(original.files | {ending: bytes(after)}, ending, name, place)


def _places_of_texts(original: Original) -> list[int]:
    """Where the bytes of stored texts are, of those that are in one piece."""
    places: list[int] = []
    for items in original.states[-1].values():
        for item in items:
            text = json.dumps(item, separators=(",", ":")).encode()
            start = original.files[""].find(text)
            if start >= 0:
                places += range(start, start + len(text))
    return places


async def _try_everything(
    path: str, original: Original, damage: Damage, counts: "Counter[str]"
) -> None:
    """Use a damaged copy in all ways, and judge the answers."""

    async def answer(operation: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(60):
                return await operation
        except sqlite3.DatabaseError as error:
            assert path in str(error), error
            counts["errors"] += 1
            return REFUSED

    users = {owner: SQLiteSession(owner, path) for owner in OWNERS}
    found = {owner: await answer(user.get_items()) for owner, user in users.items()}
    sound = _is_sound(path)
    counts["sound"] += sound
    ada, grace, linus, tim = users.values()
    latest = await answer(ada.get_items(3))
    table = await answer(history(grace))
    await answer(sessions(path))
    popped = await answer(linus.pop_item())
    added = await answer(linus.add_items([{"new": 1}]))
    after = await answer(linus.get_items())
    cleared = await answer(tim.clear_session())
    left = await answer(tim.get_items())
    again = await answer(ada.get_items())
    for user in users.values():
        await user.close()

    all_of_ada, all_of_grace, before, _ = found.values()
    if damage.name != "a sector":  # a whole sector may be another one, with what is in it
        for owner, items in [*found.items(), (OWNERS[0], latest), (OWNERS[2], after)]:
            others = [other for other in OWNERS if other != owner]
            assert not any(other in str(items) for other in others), (owner, items)
    if damage.ending and damage.files != original.files:
        # A log ends where it is damaged: what opens is all that was written until then.
        log = original.files["-wal"]
        good = unharmed(log, damage.files["-wal"])
        commits = sum(frame.commits and frame.end <= good for frame in frames(log))
        assert found == original.states[commits]
        assert sound
    if damage.name == "a stored text":
        _check_others_are_unharmed(original.states[-1], found)
        assert sound
    if sound:
        # What is left is consistent, whatever it is.
        if REFUSED not in (latest, again, all_of_ada):
            assert latest == all_of_ada[-3:]
            assert again == all_of_ada
        if table is not REFUSED and all_of_grace is not REFUSED:
            assert len(table) == len(all_of_grace)
        if REFUSED not in (popped, before):
            assert popped == (before[-1] if before else None)
        if REFUSED not in (popped, added, before, after):
            assert after == [*before[:-1], {"new": 1}]
        if REFUSED not in (cleared, left):
            assert left == []


def _is_sound(path: str) -> bool:
    """Let SQLite look at all that it can check: not the texts, for which it has no sums."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return False


def _check_others_are_unharmed(original: State, found: dict[str, Any]) -> None:
    """See that all items are there, but for one that may be another or be missing."""
    harmed = 0
    for owner, items in original.items():
        assert found[owner] is not REFUSED
        same = [item for item in found[owner] if item in items]
        assert [item for item in items if item in found[owner]] == same
        assert len(found[owner]) - len(same) <= len(items) - len(same) <= 1
        harmed += len(items) - len(same)
    assert harmed <= 1

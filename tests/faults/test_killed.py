"""A program that is killed at any moment loses nothing that it was told is stored."""

import asyncio
import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.histories import USERS, History
from tests.faults.writers import Writer, contents

SOON = 10.0
"""Seconds in which a file opens after a sudden end. A moment is usual; a lock lasts for 30."""


def copy(path: Path, folder: Path) -> Path:
    """Copy what a program left. Not the -shm: that is memory, and no part of the database."""
    folder.mkdir()
    for ending in ("", "-wal", "-journal"):
        if path.with_name(path.name + ending).exists():
            shutil.copyfile(path.with_name(path.name + ending), folder / (path.name + ending))
    return folder / path.name


def look(path: Path, history: History, acknowledged: dict[str, int]) -> dict[str, int]:
    """See that a database holds what was acknowledged. Tell how many steps each user has made."""
    begun = time.monotonic()
    items = asyncio.run(contents(path))
    assert time.monotonic() - begun < SOON
    # The last step, which was under way, may be there wholly or not at all.
    return {
        user: history.steps(user, items[user], acknowledged[user], acknowledged[user] + 1)
        for user in USERS
    }


def test_program_after_program_is_killed_and_nothing_acknowledged_is_lost(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    path, history, draw = tmp_path / "x.db", History(seed), random.Random(seed)
    steps = dict.fromkeys(USERS, 0)
    for kill in range(100 if soak else 10):
        # With a log that is short, some are killed while it goes into the database.
        writer = Writer(path, seed, begin=steps, checkpoint=draw.choice((5, 50, 1_000)))
        begun = time.monotonic()
        writer.go()
        writer.wait_for("open")
        assert time.monotonic() - begun < SOON
        if kill % 2:
            complaints = writer.kill_after(draw.randint(1, 30))
        else:
            time.sleep(draw.uniform(0, 0.3))
            complaints = writer.kill()
        assert complaints == "", f"seed {seed}: {complaints}"
        # The next program has to cope with all that is left: so only look at a copy.
        steps = look(copy(path, tmp_path / str(kill)), history, writer.acknowledged)
    assert sum(steps.values()) > 0
    # To pop from an empty conversation is a step too, and leaves no trace.
    for user, found in look(path, history, steps).items():
        assert history.after(user, found) == history.after(user, steps[user])


@pytest.mark.parametrize("moment", ["while it makes the file", "before it is used"])
def test_a_program_may_be_killed_in_its_first_moments(
    moment: str, tmp_path: Path, seed: int, soak: bool
) -> None:
    draw = random.Random(seed)
    for kill in range(50 if soak else 4):
        path = tmp_path / f"{kill}.db"
        writer = Writer(path, seed)
        if moment == "before it is used":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
        writer.go()
        time.sleep(draw.uniform(0, 0.03))
        complaints = writer.kill()
        assert complaints == "", f"seed {seed}: {complaints}"
        look(path, History(seed), writer.acknowledged)

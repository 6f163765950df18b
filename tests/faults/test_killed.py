"""A program that is killed at any moment loses nothing that it was told is stored."""

import asyncio
import random
import sqlite3
import time
from contextlib import closing

import pytest

from tests.helpers.copies import copied, files_at
from tests.helpers.histories import USERS, History, Writer, contents

pytestmark = pytest.mark.usefixtures("has_threads")

SOON = 10.0
"""Seconds in which a file opens after a sudden end. A moment is usual; a lock lasts for 30."""


def look(path, history, acknowledged):
    """See that a database holds what was acknowledged. Say how many steps each user has made."""
    begun = time.monotonic()
    items = asyncio.run(contents(path))
    assert time.monotonic() - begun < SOON
    # The last step, which was under way, may be there wholly or not at all.
    return {
        user: history.steps(user, items[user], done, done + 1)
        for user, done in acknowledged.items()
    }


def test_killed_again_and_again(tmp_path, seed, soak):
    path, history, draw = tmp_path / "x.db", History(seed), random.Random(seed)
    steps = dict.fromkeys(USERS, 0)
    for kill in range(100 if soak else 10):
        # With a log that is short, some are killed while it goes into the database.
        writer = Writer(path, seed, begin=steps, checkpoint=draw.choice((5, 50, 1_000)))
        begun = time.monotonic()
        writer.go(until="open")
        assert time.monotonic() - begun < SOON
        if kill % 2:
            writer.kill_after(draw.randint(1, 30))
        else:
            time.sleep(draw.uniform(0, 0.3))
            writer.kill()
        # The next program has to cope with all that is left, so only look at a copy.
        with copied(files_at(path)) as copy:
            steps = look(copy, history, writer.acknowledged)
    assert sum(steps.values()) > 0
    # To pop from an empty conversation is a step too, and leaves no trace.
    for user, found in look(path, history, steps).items():
        assert history.after(user, found) == history.after(user, steps[user])


@pytest.mark.parametrize("moment", ["while it makes the file", "before it is used"])
def test_killed_in_its_first_moments(moment, tmp_path, seed, soak):
    draw = random.Random(seed)
    for kill in range(50 if soak else 4):
        path = tmp_path / f"{kill}.db"
        writer = Writer(path, seed)
        if moment == "before it is used":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
        writer.go()
        time.sleep(draw.uniform(0, 0.03))
        writer.kill()
        look(path, History(seed), writer.acknowledged)

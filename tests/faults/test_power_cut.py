"""Whatever a power cut leaves of the log, what opens is all that was written until some moment.

SQLite appends each transaction to the log, the file that ends in ``-wal``, and flushes it before
the writer is told. So a cut leaves all that was acknowledged, and of the last bytes any part. The
database itself changes only in a checkpoint, with pages of the log that were flushed before, and
is flushed before the log is restarted. So no cut leaves a database that is ahead of its log, and
neither may a copy that stands for one.
"""

import asyncio
import random
import sqlite3
import time
from contextlib import ExitStack, closing

from session_lib import SQLiteSession
from tests.helpers.copies import copied, eight_at_a_time
from tests.helpers.histories import USERS, History, Writer, contents
from tests.helpers.processes import eventually
from tests.helpers.wal import (
    FRAME_HEADER,
    HEADER,
    SECTOR,
    Index,
    frames,
    page_size,
    salt,
    unharmed,
)

STEPS = 25
"""What each user does in a history that is written to its end."""


def test_a_log_cut_off_anywhere(tmp_path, seed, soak):
    history, draw = History(seed), random.Random(seed)
    writer, database, log = written(tmp_path / "x.db", seed)

    async def look(damaged):
        good = unharmed(log, damaged)
        items = await opened(database, damaged)
        for user in USERS:
            least = sum(size <= good for size in writer.done[user])
            most = sum(size < good for size in writer.begun[user])
            history.steps(user, items[user], least, most)

    cuts = (cut_off(log, some_place(log, draw), draw) for _ in range(10_000 if soak else 400))
    eight_at_a_time(look, [log])
    eight_at_a_time(look, cuts)


def test_a_database_cut_off_in_a_checkpoint(tmp_path, seed, soak):
    history, draw = History(seed), random.Random(seed)
    _, database, log = written(tmp_path / "x.db", seed)
    pages = {frame.number: frame.page for frame in frames(log)}

    def torn():
        """Some sectors of the pages that a checkpoint writes have reached the database."""
        torn = bytearray(database)
        for number, page in pages.items():
            for part in range(0, len(page), SECTOR):
                place = (number - 1) * len(page) + part
                if draw.random() < 0.5:
                    torn += bytes(max(0, place + SECTOR - len(torn)))
                    torn[place : place + SECTOR] = page[part : part + SECTOR]
        return bytes(torn)

    async def look(torn):
        items = await opened(torn, log)
        for user in USERS:
            history.steps(user, items[user], STEPS, STEPS)

    eight_at_a_time(look, (torn() for _ in range(2_000 if soak else 100)))


def test_a_log_that_is_restarted(tmp_path, seed, soak):
    """Nothing comes back of what the log held before."""
    path, draw = tmp_path / "x.db", random.Random(seed)
    database, old, new = asyncio.run(restart_the_log(path))
    assert len(old) == len(new)
    ends = [frame.end for frame in frames(new) if frame.commits]
    assert len(ends) == 20

    async def look(cut):
        damaged = new[:cut] + old[cut:]
        added = 30 + sum(end <= unharmed(new, damaged) for end in ends)
        items = await opened(database, damaged)
        assert [item["n"] for item in items["ada"][::2]] == [*range(added)]

    cuts = range(2_000 if soak else 100)
    eight_at_a_time(look, (some_place(new[: ends[-1]], draw) for _ in cuts))


async def restart_the_log(path):
    """Return a database, its log before and after a checkpoint from which on it is overwritten."""

    async def add(numbers):
        for number in numbers:
            await session.add_items([{"n": number}, {"text": "x" * (number % 7 * 400)}])

    log = path.with_name("x.db-wal")
    async with SQLiteSession("ada", path) as session:
        await add(range(30))
        with closing(sqlite3.connect(path)) as connection:
            busy, pages, moved = connection.execute("PRAGMA wal_checkpoint").fetchone()
        assert busy == 0
        assert pages == moved > 0
        old = log.read_bytes()
        await add(range(30, 50))
        return path.read_bytes(), old, log.read_bytes()


def test_what_is_on_the_disk_at_any_moment(tmp_path, seed, soak):
    path, history, draw = tmp_path / "x.db", History(seed), random.Random(seed)
    writer = Writer(path, seed, checkpoint=20)
    writer.go(until="open")
    pictures = []
    with ExitStack() as stack:
        # To close any of these would take away this process's locks on it.
        files = [stack.enter_context(open(f"{path}{end}", "rb", 0)) for end in ("", "-wal", "-shm")]
        for _ in range(200 if soak else 12):
            wait_for_a_step(writer)
            time.sleep(draw.uniform(0, 0.02))
            acknowledged = dict(writer.acknowledged)
            # While this reads, no page that is newer than what it sees gets into the database, and
            # no frame that it needs leaves the log: so the copies of the two fit together.
            with closing(sqlite3.connect(path, isolation_level=None)) as reader:
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM agent_messages").fetchall()
                database, log, flushed = take_picture(*files)
            pictures.append((database, log, acknowledged))
            for _ in range(5):
                tail = cut_off(log, some_place(log, draw, flushed), draw)
                pictures.append((database, tail, acknowledged))
    writer.kill()

    async def look(picture):
        database, log, acknowledged = picture
        items = await opened(database, log)
        for user in USERS:
            history.steps(user, items[user], acknowledged[user], writer.acknowledged[user] + 1)

    eight_at_a_time(look, pictures)


def take_picture(*files):
    """Copy a database and its log. Say how long the part of the log is that has been flushed.

    Where all of a log is in the database, a reader does not need it, and the log may be restarted
    and overwritten while it is copied. Such a copy was never on the disk: it is made once more.
    """
    while True:
        before, database, log, after = (read(files[place]) for place in (2, 0, 1, 2))
        index = Index.of(before)
        if index.salt == salt(log) == Index.of(after).salt:
            # The index counts a frame once it is flushed.
            flushed = HEADER + index.frames * (FRAME_HEADER + page_size(log))
            return database, log, min(flushed, len(log))


def read(file):
    file.seek(0)
    return file.read()


def wait_for_a_step(writer):
    """Wait until each user has made a step more."""
    before = dict(writer.acknowledged)
    assert eventually(lambda: all(writer.acknowledged[user] > before[user] for user in USERS), 60)


def written(path, seed):
    """Write a history into the log alone. Return who wrote it, the database and the log."""
    writer = Writer(path, seed, steps=STEPS, checkpoint=0)
    writer.go(until="end")
    database, log = path.read_bytes(), path.with_name("x.db-wal").read_bytes()
    writer.kill()
    return writer, database, log


async def opened(database, log):
    """Say what opens of a database and its log."""
    with copied({"": database, "-wal": log}) as path:
        return await contents(path)


def cut_off(log, start, draw):
    """Lose everything in a log from `start` on, or parts of it."""
    head, tail = log[:start], log[start:]
    match draw.choice(("cut off", "zeros", "garbage", "old bytes", "some sectors")):
        case "cut off":
            return head
        case "zeros":
            return head + bytes(len(tail))
        case "garbage":
            return head + draw.randbytes(len(tail))
        case "old bytes":  # of another place in the same log
            return head + (log[HEADER:] + log)[: len(tail)]
        case _:
            sectors = (tail[place : place + SECTOR] for place in range(0, len(tail), SECTOR))
            return head + b"".join(draw.choice((part, bytes(len(part)))) for part in sectors)


def some_place(log, draw, least=0):
    """Draw a place in a log, often one near the boundary of a frame."""
    frame, place = FRAME_HEADER + page_size(log), draw.randint(least, len(log))
    if draw.random() < 0.5:
        place += frame - (place - HEADER) % frame + draw.randint(-1, 1)
    return max(least, min(place, len(log)))

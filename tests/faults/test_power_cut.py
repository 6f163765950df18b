"""Whatever a power cut leaves of the log, what opens is all that was written until some moment.

SQLite appends each transaction to the log, the file that ends in ``-wal``, and flushes it before
the writer is told. So a cut leaves all that was acknowledged, and of the last bytes any part. The
database itself changes only in a checkpoint, with pages of the log that were flushed before, and
is flushed before the log begins anew. So no cut leaves a database that is ahead of its log: a
copy must not either, or it is no picture of a power cut.
"""

import asyncio
import json
import random
import shutil
import sys
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path

from tests.faults.histories import USERS, History, Item
from tests.faults.log import FRAME, HEADER, frames, unharmed
from tests.faults.writers import Writer, contents, quick_folder, some_at_a_time
from tests.helpers.processes import eventually, finish, hear, start, tell

SECTOR = 512
"""Bytes that a disk writes as one."""


STEPS = 25
"""What each user does in a history that is written to its end."""


def written(path: Path, seed: int) -> tuple[Writer, bytes, bytes]:
    """Write a history into the log alone. Give who wrote it, the database and the log."""
    writer = Writer(path, seed, steps=STEPS, checkpoint=0)
    writer.go()
    writer.wait_for("end")
    database, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    assert writer.kill() == ""
    return writer, database, log


async def left(folder: Path, database: bytes, log: bytes) -> dict[str, list[Item]]:
    """Say what opens of a database and its log."""
    path = put(folder, database, log)
    items = await contents(path)
    shutil.rmtree(folder)
    return items


def put(folder: Path, database: bytes, log: bytes) -> Path:
    """Make a database and its log."""
    folder.mkdir()
    (folder / "x.db").write_bytes(database)
    (folder / "x.db-wal").write_bytes(log)
    return folder / "x.db"


def damaged_tail(log: bytes, start: int, draw: random.Random) -> bytes:
    """Let everything in a log from `start` on be lost, or parts of it."""
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


def some_place(log: bytes, draw: random.Random, least: int = 0) -> int:
    """Draw a place in a log, often one near the boundary of a frame."""
    page = int.from_bytes(log[8:12])
    place = draw.randint(least, len(log))
    if draw.random() < 0.5:
        place += FRAME + page - (place - HEADER) % (FRAME + page) + draw.randint(-1, 1)
    return max(least, min(place, len(log)))


def test_a_log_cut_off_anywhere_gives_what_was_written_until_then(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    history, draw = History(seed), random.Random(seed)
    writer, database, log = written(tmp_path / "x.db", seed)

    async def look(folder: Path, damaged: bytes) -> None:
        good = unharmed(log, damaged)
        items = await left(folder, database, damaged)
        for user in USERS:
            least = sum(size <= good for size in writer.done[user])
            most = sum(size < good for size in writer.begun[user])
            history.steps(user, items[user], least, most)

    def looks(folder: Path) -> Iterator[Awaitable[None]]:
        yield look(folder / "whole", log)
        for cut in range(10_000 if soak else 400):
            yield look(folder / f"{cut}", damaged_tail(log, some_place(log, draw), draw))

    with quick_folder() as folder:
        asyncio.run(some_at_a_time(looks(folder)))


def test_a_database_cut_off_in_a_checkpoint_is_mended_from_the_log(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    history, draw = History(seed), random.Random(seed)
    _, database, log = written(tmp_path / "x.db", seed)
    pages = {frame.number: frame.page for frame in frames(log)}

    async def look(folder: Path, torn: bytes) -> None:
        items = await left(folder, torn, log)
        for user in USERS:
            history.steps(user, items[user], STEPS, STEPS)

    def looks(folder: Path) -> Iterator[Awaitable[None]]:
        for cut in range(2_000 if soak else 100):
            torn = bytearray(database)
            for number, page in pages.items():
                for part in range(0, len(page), SECTOR):
                    place = (number - 1) * len(page) + part
                    if draw.random() < 0.5:
                        torn += bytes(max(0, place + SECTOR - len(torn)))
                        torn[place : place + SECTOR] = page[part : part + SECTOR]
            yield look(folder / f"{cut}", bytes(torn))

    with quick_folder() as folder:
        asyncio.run(some_at_a_time(looks(folder)))


BEGUN_ANEW = """
import asyncio, json, sys
from session_lib import SQLiteSession
session = SQLiteSession("ada", sys.argv[1])

async def add(first, last):
    for number in range(first, last):
        await session.add_items([{"n": number}, {"text": "x" * (number % 7 * 400)}])

async def main():
    await add(0, 30)
    checkpoint = lambda connection: connection.execute("PRAGMA wal_checkpoint").fetchall()
    print(json.dumps(await session._database._file.read(checkpoint)), flush=True)
    sys.stdin.readline()
    await add(30, 50)

asyncio.run(main())
print("done", flush=True)
sys.stdin.readline()
"""


def test_a_log_that_begins_anew_brings_nothing_old_back(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    path, draw = tmp_path / "x.db", random.Random(seed)
    program = start(tmp_path, BEGUN_ANEW, path)
    busy, pages, copied = json.loads(hear(program))[0]
    assert busy == 0
    assert pages == copied > 0
    old = Path(f"{path}-wal").read_bytes()
    tell(program)
    assert hear(program) == "done"
    database, new = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    tell(program)
    assert finish(program) == (0, "", "")
    assert len(old) == len(new)
    ends = [frame.end for frame in frames(new) if frame.commits]
    assert len(ends) == 20

    async def look(folder: Path, cut: int) -> None:
        damaged = new[:cut] + old[cut:]
        added = 30 + sum(end <= unharmed(new, damaged) for end in ends)
        items = await left(folder, database, damaged)
        numbers = [item["n"] for item in items["ada"][::2]]
        assert numbers == [*range(added)], f"seed {seed}: cut off at {cut}"

    def looks(folder: Path) -> Iterator[Awaitable[None]]:
        for number in range(2_000 if soak else 100):
            yield look(folder / f"{number}", some_place(new[: ends[-1]], draw))

    with quick_folder() as folder:
        asyncio.run(some_at_a_time(looks(folder)))


PINS = """
import sqlite3, sys
for path in sys.stdin:
    connection = sqlite3.connect(path.rstrip("\\n"), isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM agent_messages").fetchall()
    print("pinned", flush=True)
    sys.stdin.readline()
    connection.close()
    print("free", flush=True)
"""


def test_what_stands_on_the_disk_at_any_moment_has_all_that_was_acknowledged(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    # Another program reads while we copy. So no page that is newer than what it sees gets into the
    # database, and no frame that it needs leaves the log: the two copies fit together. It has to
    # be another program: who opens and closes these files loses his own locks on them.
    path, history, draw = tmp_path / "x.db", History(seed), random.Random(seed)
    writer, reader = Writer(path, seed, checkpoint=20), start(tmp_path, PINS)
    writer.go()
    writer.wait_for("open")

    async def look(folder: Path, database: bytes, log: bytes, least: dict[str, int]) -> None:
        items = await left(folder, database, log)
        for user in USERS:
            history.steps(user, items[user], least[user], writer.acknowledged[user] + 1)

    pictures = []
    for _ in range(200 if soak else 12):
        wait_for_steps(writer)
        time.sleep(draw.uniform(0, 0.02))
        least = dict(writer.acknowledged)
        tell(reader, str(path))
        assert hear(reader) == "pinned"
        count = frames_flushed(path)
        database, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
        flushed = HEADER + count * (FRAME + int.from_bytes(log[8:12]))
        pictures.append((database, log, flushed, least))
        tell(reader)
        assert hear(reader) == "free"
    assert writer.kill() == ""
    assert finish(reader) == (0, "", "")

    def looks(folder: Path) -> Iterator[Awaitable[None]]:
        for moment, (database, log, flushed, least) in enumerate(pictures):
            yield look(folder / f"{moment}", database, log, least)
            for cut in range(5):
                tail = damaged_tail(log, some_place(log, draw, min(flushed, len(log))), draw)
                yield look(folder / f"{moment} {cut}", database, tail, least)

    with quick_folder() as folder:
        asyncio.run(some_at_a_time(looks(folder)))


def wait_for_steps(writer: Writer) -> None:
    """Wait until each user has made a step more."""
    before = dict(writer.acknowledged)
    assert eventually(lambda: all(writer.acknowledged[user] > before[user] for user in USERS), 60)


def frames_flushed(path: Path) -> int:
    """Say how many frames of the log are valid. The -shm counts a frame when it was flushed."""
    with open(f"{path}-shm", "rb", buffering=0) as memory:
        return int.from_bytes(memory.read(20)[16:], sys.byteorder)

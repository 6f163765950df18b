"""A disk that is full or fails is an error that names the file, and no more than that.

Whoever is told that their items are stored finds them there; of those who are told otherwise,
nothing is. When there is room again, the same session goes on.
"""

import asyncio
import itertools
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_lib import SQLiteSession
from tests.helpers.histories import Item, check_integrity, do, follow, pragma, step
from tests.helpers.processes import needs_proc, prepared
from tests.helpers.programs import program_of

pytestmark = pytest.mark.usefixtures("has_threads")

SMALL = [{"text": "small"}]
LARGE = [{"text": "large"}, {"text": "x" * 200_000}]
TWO = [{"n": 1}, {"n": 2}]


def refused(path, reason=""):
    """Expect an error that gives the reason and names the file."""
    return pytest.raises(sqlite3.OperationalError, match=f"{reason}.*: {re.escape(str(path))}")


@pytest.fixture
def path(tmp_path):
    return tmp_path.resolve() / "x.db"


@pytest.mark.parametrize("kind", ["a file may not grow", "the disk is full"])
def test_many_writers_are_told_the_truth(kind, tmp_path, seed, soak):
    if kind == "a file may not grow":
        if os.name != "posix":
            pytest.skip("needs resource.setrlimit, which this system does not have")
        alone, room = [], limited
    else:
        alone, room = ["unshare", "--user", "--map-root-user", "--mount"], nearly_full
        trial = [*alone, *mount(tmp_path)]
        if not shutil.which("unshare") or subprocess.run(trial, capture_output=True).returncode:
            pytest.skip("needs a small disk of its own, which this user may not mount here")
    program = prepared(program_of(write_all, tmp_path, room.__name__, seed, 1_000 if soak else 40))
    done = subprocess.run(
        [*alone, sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert min(json.loads(done.stdout).values()) > 10


async def test_a_full_database(path):
    async with SQLiteSession("user_1", path) as session:
        await session.add_items(SMALL)
        await leave_pages(session, 3)
        for _ in range(3):
            with refused(path, "full") as caught:
                await session.add_items(LARGE)
            assert caught.value.sqlite_errorcode == sqlite3.SQLITE_FULL
            assert await session.get_items() == SMALL
        await session.add_items(SMALL)
        assert await session.pop_item() == SMALL[0]
        await leave_pages(session, 1_000)
        await session.add_items(LARGE)
        assert await session.get_items() == SMALL + LARGE
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == SMALL + LARGE
        # It can be emptied where there is no room.
        await leave_pages(session, 0)
        with refused(path, "full"):
            await session.add_items(LARGE)
        assert await session.pop_item() == LARGE[-1]
        await session.clear_session()
        await session.add_items(LARGE)
        assert await session.get_items() == LARGE


async def test_small_items_beside_large_ones(path):
    """Whoever asks for too much room does not take those along who write at the same time."""
    users = [SQLiteSession(f"user_{number}", path) for number in range(20)]
    await users[0].add_items(SMALL)
    await users[0].clear_session()
    # Each small one has room enough in what is left; of the large ones, none has.
    await leave_pages(users[0], 8)
    asked = [LARGE if number % 4 == 1 else SMALL for number in range(20)]
    answers = await asyncio.gather(
        *(user.add_items(items) for user, items in zip(users, asked, strict=True)),
        return_exceptions=True,
    )
    for user, items, answer in zip(users, asked, answers, strict=True):
        if items is SMALL:
            assert answer is None
            assert await user.get_items() == SMALL
        else:
            assert isinstance(answer, sqlite3.OperationalError)
            assert str(path) in str(answer)
            assert await user.get_items() == []
    await leave_pages(users[0], 1_000)
    await users[1].add_items(LARGE)
    assert await users[1].get_items() == LARGE
    for user in users:
        await user.close()


WRITES = {
    "add": (lambda session: session.add_items(SMALL), TWO + SMALL),
    "pop": (lambda session: session.pop_item(), TWO[:1]),
    "clear": (lambda session: session.clear_session(), []),
}
FAULTS = {
    "the disk is full": ("/dev/full", os.O_RDWR, "SQLITE_FULL"),
    "the disk fails": ("/dev/null", getattr(os, "O_PATH", 0), "SQLITE_IOERR_WRITE"),
    # Here the writing works. Only the flush does not: this shows that there is one.
    "the disk does not flush": ("/dev/null", os.O_RDWR, "SQLITE_IOERR_FSYNC"),
}


@needs_proc
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_failed_write_leaves_no_trace(fault, write, path):
    device, flags, code = FAULTS[fault]
    operation, outcome = WRITES[write]
    async with SQLiteSession("user_1", path) as session:
        await session.add_items(TWO)
        with in_place_of_the_log(path, device, flags), refused(path) as caught:
            await operation(session)
        assert caught.value.sqlite_errorname == code
        assert await session.get_items() == TWO
        await operation(session)
        assert await session.get_items() == outcome
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == outcome


@needs_proc
async def test_a_disk_that_cannot_be_read(path):
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == []
        await session.add_items(SMALL)
        with in_place_of_the_log(path, "/dev/null", os.O_PATH), refused(path, "I/O"):
            await session.get_items()
        assert await session.get_items() == SMALL


@pytest.mark.parametrize("left", [0, 100, 4_096, 5_000, 40_000])
async def test_an_open_file_that_is_cut_off(left, path):
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": number, "text": "x" * 900} for number in range(100)])
    async with SQLiteSession("user_1", path) as session:
        assert await SQLiteSession("user_2", path).get_items() == []
        os.truncate(path, left)
        with pytest.raises(sqlite3.DatabaseError, match=re.escape(str(path))):
            await session.get_items()


async def test_an_open_log_that_is_cut_off(path):
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == []
        await session.add_items(LARGE)
        os.truncate(f"{path}-wal", 10_000)
        with refused(path, "I/O"):
            await session.get_items()


async def leave_pages(session, pages):
    """Let the database of `session` grow by so many pages, and no more."""
    limit = await pragma(session, "page_count") + pages
    assert await pragma(session, f"max_page_count={limit}") == limit


@contextmanager
def in_place_of_the_log(path, device, flags):
    """Let everybody in this process who has the log of a database open use `device` instead."""
    there = os.open(device, flags)
    names = os.listdir("/proc/self/fd")
    logs = [int(n) for n in names if os.path.realpath(f"/proc/self/fd/{n}") == f"{path}-wal"]
    kept = {number: os.dup(number) for number in logs}
    for number in logs:
        os.dup2(there, number)
    os.close(there)
    assert kept
    try:
        yield
    finally:
        for number, log in kept.items():
            os.dup2(log, number)
            os.close(log)


def write_all(folder, room, seed, rounds):
    """Let users write at once, again and again, with some room that may not do for all of them."""
    path, draw = Path(folder).resolve() / "x.db", random.Random(seed)
    expected: dict[str, list[Item]] = {f"user_{number}": [] for number in range(6)}
    told = {"stored": 0, "refused": 0}
    numbers = itertools.count()
    leave = {"limited": limited, "nearly_full": nearly_full}[room]
    if leave is nearly_full:
        subprocess.run(mount(folder), check=True)

    async def write(user, session):
        for _ in range(draw.randint(1, 3)):
            name, items = step(seed, user, next(numbers))
            before = expected[user]
            try:
                answer = await do(session, name, items)
            except (OSError, sqlite3.OperationalError) as error:
                assert str(path) in str(error), error
                told["refused"] += 1
            else:
                assert name != "pop" or answer == (before[-1] if before else None)
                expected[user] = follow(before, name, items)
                told["stored"] += 1

    async def check(user, session):
        assert await session.get_items() == expected[user], user
        if len(expected[user]) > 30:
            await session.clear_session()
            expected[user] = []
        await session.add_items([{"user": user}])
        expected[user] = [*expected[user], {"user": user}]

    async def use(rounds):
        sessions = {user: SQLiteSession(user, path) for user in expected}
        for number in range(rounds):
            bytes_left = draw.choice((0, 20_000, 70_000, 200_000, 500_000)) if number else 0
            with leave(path, bytes_left, draw):
                await asyncio.gather(*(write(*user) for user in sessions.items()))
            for user, session in sessions.items():
                await check(user, session)
        with leave(path, draw.choice((0, 20_000)), draw):
            for session in sessions.values():
                await session.close()
        check_integrity(path)

    async def use_again_and_again():
        for _ in range(rounds // 10):
            await use(10)
        await use(1)

    asyncio.run(use_again_and_again())
    print(json.dumps(told))


@contextmanager
def limited(path, room, draw):
    """Let no file of this process grow beyond `room`."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    # The log is overwritten from its beginning, again and again, so leave less at times.
    largest = max((file.stat().st_size for file in path.parent.glob("x.db*")), default=0)
    most = draw.choice((largest, largest, draw.randint(0, largest))) + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (most if room else 0, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def nearly_full(path, room, draw):
    """Leave so much room on a disk."""
    ballast = path.with_name("ballast")
    with ballast.open("wb", buffering=0) as file:
        status = os.statvfs(path.parent)
        file.write(bytes(max(0, status.f_bavail * status.f_bsize - room)))
    yield
    ballast.unlink()


def mount(folder):
    return ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "none", str(folder)]

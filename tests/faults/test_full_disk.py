"""A disk that is full or fails is an error that names the file, and no more than that.

Whoever is told that his items are stored finds them there; of whoever is told that they are not,
nothing is. When there is room again, the same session goes on.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import needs_proc, run

Item = dict[str, Any]

needs_rlimit = pytest.mark.skipif(
    os.name != "posix", reason="needs resource.setrlimit, which this system does not have"
)

SMALL: list[Item] = [{"text": "small"}]
LARGE: list[Item] = [{"text": "large"}, {"text": "x" * 200_000}]

# Users write at once, again and again, each time with some room that may not do for all of them.
ROUNDS = """
import asyncio, json, os, random, sqlite3, subprocess, sys
from contextlib import closing
from session_lib import SQLiteSession

kind, folder, seed, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
path, ballast = os.path.join(folder, "x.db"), os.path.join(folder, "ballast")
draw = random.Random(seed)
users = [f"user_{number}" for number in range(6)]
expected = {user: [] for user in users}
told = {"stored": 0, "refused": 0}

def size(ending):
    return os.path.getsize(path + ending) if os.path.exists(path + ending) else 0

if kind == "limit":
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def leave(room):
        # The log is written from its beginning, again and again: so leave less at times.
        largest = max(size(""), size("-wal"))
        most = draw.choice((largest, largest, draw.randint(0, largest))) + room
        resource.setrlimit(resource.RLIMIT_FSIZE, (most if room else 0, hard))

    def make_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
else:
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "none", folder]
    subprocess.run(mount, check=True)

    def leave(room):
        with open(ballast, "wb", buffering=0) as file:
            status = os.statvfs(folder)
            file.write(bytes(max(0, status.f_bavail * status.f_bsize - room)))

    def make_room():
        if os.path.exists(ballast):
            os.unlink(ballast)

async def work(user, session):
    for _ in range(draw.randint(1, 3)):
        name = draw.choices(("add", "pop", "clear"), (6, 3, 1))[0]
        sizes = [draw.choice((10, 300, 3_000, 20_000)) for _ in range(draw.randint(1, 3))]
        items = [{"user": user, "text": draw.choice("abc") * size} for size in sizes]
        before = expected[user]
        try:
            if name == "add":
                await session.add_items(items)
                expected[user] = before + items
            elif name == "pop":
                popped = await session.pop_item()
                assert popped == (before[-1] if before else None)
                expected[user] = before[:-1]
            else:
                await session.clear_session()
                expected[user] = []
            told["stored"] += 1
        except sqlite3.OperationalError as error:
            assert path in str(error), error
            told["refused"] += 1
        except OSError as error:
            assert error.filename == path, error
            told["refused"] += 1

async def check(sessions):
    for user, session in sessions.items():
        assert await session.get_items() == expected[user], user
        if len(expected[user]) > 30:
            await session.clear_session()
            expected[user] = []
        await session.add_items([{"user": user}])
        expected[user] = expected[user] + [{"user": user}]

async def use(rounds):
    sessions = {user: SQLiteSession(user, path) for user in users}
    for number in range(rounds):
        leave(draw.choice((0, 20_000, 70_000, 200_000, 500_000)) if number else 0)
        await asyncio.gather(*(work(user, sessions[user]) for user in users))
        make_room()
        await check(sessions)
    leave(draw.choice((0, 20_000)))
    for session in sessions.values():
        await session.close()
    make_room()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

async def main():
    for _ in range(rounds // 10):
        await use(10)
    await use(1)

asyncio.run(main())
print(json.dumps(told))
"""


@needs_rlimit
def test_each_of_those_who_write_at_once_is_told_the_truth_where_a_file_may_not_grow(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    rounds = 1_000 if soak else 40
    code, out, err = run(tmp_path, ROUNDS, "limit", tmp_path, seed, rounds, timeout=300)
    assert (code, err) == (0, ""), f"seed {seed}"
    assert min(json.loads(out).values()) > 10, f"seed {seed}"


def test_each_of_those_who_write_at_once_is_told_the_truth_where_the_disk_is_full(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    mount = ["mount", "-t", "tmpfs", "none", str(disk)]
    if (
        not shutil.which("unshare")
        or subprocess.run([*alone, *mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("needs a small disk of its own, which this user may not mount here")
    script = tmp_path / "program.py"
    script.write_text(ROUNDS, "utf-8")
    rounds = "1000" if soak else "40"
    program = [sys.executable, "-W", "error", str(script), "disk", str(disk), f"{seed}", rounds]
    done = subprocess.run(
        [*alone, *program], capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, ""), f"seed {seed}"
    assert min(json.loads(done.stdout).values()) > 10, f"seed {seed}"


async def leave_pages(session: SQLiteSession, pages: int) -> None:
    """Let the database of `session` grow by so many pages, and no more."""

    def limit(connection: sqlite3.Connection) -> None:
        (count,) = connection.execute("PRAGMA page_count").fetchone()
        (limit,) = connection.execute(f"PRAGMA max_page_count={count + pages}").fetchone()
        assert limit == count + pages

    await session._database._file.write(limit)


async def test_a_full_database_is_an_error_that_names_the_file_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items(SMALL)
        await leave_pages(session, 3)
        for _ in range(3):
            with pytest.raises(sqlite3.OperationalError, match="full") as caught:
                await session.add_items(LARGE)
            assert str(path) in str(caught.value)
            assert caught.value.sqlite_errorcode == sqlite3.SQLITE_FULL
            assert await session.get_items() == SMALL
        await session.add_items(SMALL)
        assert await session.pop_item() == SMALL[0]
        await leave_pages(session, 1_000)
        await session.add_items(LARGE)
        assert await session.get_items() == SMALL + LARGE
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == SMALL + LARGE


async def test_a_session_can_be_emptied_where_there_is_no_room(tmp_path: Path) -> None:
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.add_items(LARGE)
        await leave_pages(session, 0)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            await session.add_items(LARGE)
        assert await session.pop_item() == LARGE[-1]
        await session.clear_session()
        await session.add_items(LARGE)
        assert await session.get_items() == LARGE


async def test_who_asks_for_too_much_room_takes_none_of_those_along_who_write_with_him(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.db"
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


@contextmanager
def in_place_of_the_log(path: Path, device: str, flags: int) -> Iterator[None]:
    """Let everybody in this process who has the log of a database open use `device` instead."""
    there = os.open(device, flags)
    kept = {}
    for name in os.listdir("/proc/self/fd"):
        if os.path.realpath(f"/proc/self/fd/{name}") == f"{path}-wal":
            kept[int(name)] = os.dup(int(name))
            os.dup2(there, int(name))
    os.close(there)
    assert kept
    try:
        yield
    finally:
        for number, log in kept.items():
            os.dup2(log, number)
            os.close(log)


WRITES: dict[str, tuple[Callable[[SQLiteSession], Awaitable[Any]], list[Item]]] = {
    "add": (lambda session: session.add_items(SMALL), [{"n": 1}, {"n": 2}, *SMALL]),
    "pop": (lambda session: session.pop_item(), [{"n": 1}]),
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
async def test_a_write_that_does_not_reach_the_disk_is_an_error_and_leaves_no_trace(
    fault: str, write: str, tmp_path: Path
) -> None:
    path = (tmp_path / "x.db").resolve()
    device, flags, code = FAULTS[fault]
    operation, outcome = WRITES[write]
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}, {"n": 2}])
        with (
            in_place_of_the_log(path, device, flags),
            pytest.raises(sqlite3.OperationalError) as caught,
        ):
            await operation(session)
        assert str(path) in str(caught.value)
        assert caught.value.sqlite_errorname == code
        assert await session.get_items() == [{"n": 1}, {"n": 2}]
        await operation(session)
        assert await session.get_items() == outcome
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == outcome


@needs_proc
async def test_a_disk_that_cannot_be_read_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = (tmp_path / "x.db").resolve()
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == []
        await session.add_items(SMALL)
        with (
            in_place_of_the_log(path, "/dev/null", os.O_PATH),
            pytest.raises(sqlite3.OperationalError, match="I/O") as caught,
        ):
            await session.get_items()
        assert str(path) in str(caught.value)
        assert await session.get_items() == SMALL


@pytest.mark.parametrize("left", [0, 100, 4_096, 5_000, 40_000])
async def test_a_file_cut_off_while_it_is_open_is_an_error_that_names_it(
    left: int, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": number, "text": "x" * 900} for number in range(100)])
    async with SQLiteSession("user_1", path) as session:
        assert await SQLiteSession("user_2", path).get_items() == []
        os.truncate(path, left)
        with pytest.raises(sqlite3.DatabaseError) as caught:
            await session.get_items()
        assert str(path) in str(caught.value)


async def test_a_log_cut_off_while_it_is_open_is_an_error_that_names_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        assert await session.get_items() == []
        await session.add_items(LARGE)
        os.truncate(f"{path}-wal", 10_000)
        with pytest.raises(sqlite3.OperationalError, match="I/O") as caught:
            await session.get_items()
        assert str(path) in str(caught.value)

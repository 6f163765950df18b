"""The file changes under sessions at work: who is told that a write is stored can rely on it.

What happens between operations is in `tests/session/test_replaced_file.py`; this is what
happens in the middle of many.
"""

import asyncio
import json
import os
import random
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import (
    eventually,
    needs_modes,
    needs_proc,
    needs_unlink,
    open_files,
    run,
    threads_since,
)

Item = dict[str, Any]

SOON = 20.0
"""Seconds in which everything is done, also on a busy machine. A moment is usual."""

USERS = [f"user_{number}" for number in range(20)]
BESIDE = ("", "-wal", "-shm")


def make(path: Path, mark: int) -> None:
    """Make a database in which each user has one item, with nothing beside it."""

    async def fill() -> None:
        users = [SQLiteSession(user, path) for user in USERS]
        await asyncio.gather(*(user.add_items([{"mark": mark}]) for user in users))
        await asyncio.gather(*(user.close() for user in users))

    asyncio.run(fill())


def stored(path: Path) -> dict[str, list[Item]]:
    """What anybody else finds in the file that stands at `path` now. It must be sound."""
    found: dict[str, list[Item]] = {user: [] for user in USERS}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT session_id, message_data FROM agent_messages ORDER BY id"
        for user, text in connection.execute(query):
            found[user].append(json.loads(text))
    return found


class Writers:
    """Users who write to a file at once, in a thread of their own, whatever errors they get.

    Attributes:
        era: Counts the changes of the file; each item carries the one in which it was begun.
        acknowledged: What each user was told to be stored.
        errors: What the users were told otherwise.
    """

    def __init__(self, path: Path) -> None:
        self.era = 0
        self.acknowledged: dict[str, list[Item]] = {user: [] for user in USERS}
        self.errors: list[BaseException] = []
        self._path = path
        self._over = False
        self._failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Writers":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over = True
        self._thread.join(10 * SOON)
        assert not self._thread.is_alive()
        if self._failures:
            raise self._failures[0]

    def wait_for_more(self) -> None:
        """Wait until each user was told of something stored that it began after now."""
        now = {user: len(items) for user, items in self.acknowledged.items()}
        assert eventually(
            lambda: (
                bool(self._failures)
                or all(len(self.acknowledged[user]) > count + 1 for user, count in now.items())
            ),
            10 * SOON,
        ), self.errors[-3:]

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except BaseException as error:
            self._failures.append(error)

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as group:
            for user in USERS:
                group.create_task(self._write(user))

    async def _write(self, user: str) -> None:
        number = 0
        async with SQLiteSession(user, self._path) as session:
            while not self._over:
                number += 1
                new = {"era": self.era, "n": number}
                try:
                    async with asyncio.timeout(SOON):
                        await session.add_items([new])
                        self.acknowledged[user].append(new)
                        if number % 4 == 0:
                            await session.get_items(3)
                except (OSError, sqlite3.Error) as error:
                    # A timeout is an OSError, too, and none that anybody may get here.
                    if isinstance(error, TimeoutError):
                        raise
                    assert str(self._path) in str(error)
                    self.errors.append(error)
                    await asyncio.sleep(0)


def see_all_of(writers: Writers, era: int, path: Path) -> None:
    """See that what was begun in an era and acknowledged is in the file, once and in order."""
    found = stored(path)
    for user, items in found.items():
        told = [item for item in writers.acknowledged[user] if item["era"] == era]
        there = [item for item in items if item.get("era") == era]
        # An error says that it is not known whether the item was stored.
        assert [item for item in there if item in told] == told
        assert [item["n"] for item in there] == sorted({item["n"] for item in there})


@needs_unlink
@pytest.mark.parametrize("endings", [("-wal", "-shm"), ()], ids=["with its log", "alone"])
def test_a_file_replaced_in_the_middle_of_many_writes_loses_none_that_came_after(
    endings: tuple[str, ...], tmp_path: Path, seed: int, soak: bool
) -> None:
    draw, path = random.Random(seed), tmp_path / "here" / "x.db"
    path.parent.mkdir()
    make(path, 0)
    before = set(threading.enumerate())
    with Writers(path) as writers:
        for era in range(1, 100 if soak else 10):
            make(tmp_path / "next.db", era)
            writers.wait_for_more()
            threading.Event().wait(draw.uniform(0, 0.01))
            for ending in endings:
                path.with_name(path.name + ending).unlink(missing_ok=True)
            os.replace(tmp_path / "next.db", path)
            writers.era = era
            writers.wait_for_more()
    found = stored(path)
    assert [items[0] for items in found.values()] == [{"mark": era}] * len(USERS)
    see_all_of(writers, era, path)
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(path.parent) == [path.name]


@needs_unlink
def test_a_folder_removed_in_the_middle_of_many_writes_is_an_error_until_it_is_back(
    tmp_path: Path, soak: bool
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    before = set(threading.enumerate())
    with Writers(folder / "x.db") as writers:
        for era in range(1, 50 if soak else 6):
            writers.wait_for_more()
            # To remove a folder fails when somebody makes a file in it meanwhile.
            while folder.exists():
                shutil.rmtree(folder, ignore_errors=True)
            known = len(writers.errors)
            assert eventually(lambda known=known: len(writers.errors) > known + 20, SOON)
            assert isinstance(writers.errors[-1], FileNotFoundError)
            assert not folder.exists()
            writers.era = era
            folder.mkdir()
            writers.wait_for_more()
    see_all_of(writers, era, folder / "x.db")
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(folder) == ["x.db"]


@needs_unlink
@needs_proc
async def test_a_session_whose_folder_is_gone_can_be_closed(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    folder = tmp_path / "here"
    folder.mkdir()
    async with SQLiteSession("user_1", folder / "x.db") as session:
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 1}]
        shutil.rmtree(folder)
    assert not folder.exists()
    assert open_files(folder) == []
    assert eventually(lambda: not threads_since(before))


@needs_unlink
def test_a_file_deleted_in_the_middle_of_many_writes_is_made_anew(
    tmp_path: Path, seed: int, soak: bool
) -> None:
    draw, path = random.Random(seed), tmp_path / "here" / "x.db"
    path.parent.mkdir()
    with Writers(path) as writers:
        for era in range(1, 100 if soak else 10):
            writers.wait_for_more()
            threading.Event().wait(draw.uniform(0, 0.01))
            # In any order: who deletes a folder's files does not know which is which.
            for ending in draw.sample(BESIDE, 3):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            writers.era = era
            writers.wait_for_more()
    see_all_of(writers, era, path)
    assert os.listdir(path.parent) == [path.name]


READ_ONLY = """
import asyncio, errno, json, os, sqlite3, sys, tempfile
from session_lib import SQLiteSession

# Imported now, because the user that this becomes may not read where Python is installed.
import asyncio.runners, concurrent.futures.thread

what = sys.argv[1].split(" and ")
folder = tempfile.mkdtemp()
path = os.path.realpath(os.path.join(folder, "x.db"))
if os.geteuid() == 0:  # to root nothing is forbidden
    os.chown(folder, 65534, 65534)
    os.setgid(65534)
    os.setuid(65534)
os.chdir(folder)
acknowledged = []
refused = []

async def write(session, number):
    try:
        await session.add_items([{"n": number}])
        acknowledged.append(number)
        assert (await session.get_items(1)) == [{"n": number}]
    except (OSError, sqlite3.Error) as error:
        assert path in str(error), error
        refused.append(error)

async def main():
    session, other = SQLiteSession("user_1", path), SQLiteSession("user_2", path)
    await write(session, 0)
    await other.get_items()
    begun = [asyncio.create_task(session.add_items([{"n": 0}])) for _ in range(10)]
    await asyncio.sleep(0)
    if "file" in what: os.chmod(path, 0o400)
    if "log" in what:
        for ending in ("-wal", "-shm"): os.chmod(path + ending, 0o400)
    if "folder" in what: os.chmod(folder, 0o500)
    for task in begun:
        try:
            await task
            acknowledged.append(0)
        except (OSError, sqlite3.Error) as error:
            assert path in str(error), error
    for number in range(1, 4):
        await write(session, number)
    await session.close()
    await other.close()
    # Whoever opens it now is told, and changes nothing.
    session = SQLiteSession("user_1", path)
    for number in range(4, 6):
        await write(session, number)
    if "log" not in what:
        assert [error.errno for error in refused[-2:]] == [errno.EACCES] * 2, refused
    os.chmod(folder, 0o700)
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(path + ending): os.chmod(path + ending, 0o600)
    await write(session, 6)
    assert acknowledged[-1] == 6, refused
    found = [item["n"] for item in await session.get_items()]
    assert found == acknowledged, (found, acknowledged, refused)
    await session.close()
    assert os.listdir(folder) == ["x.db"]

asyncio.run(main())
with sqlite3.connect(path) as connection:
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
connection.close()
os.unlink(path)
os.rmdir(folder)
"""


@needs_modes
@pytest.mark.parametrize("what", ["file", "log", "folder", "file and folder", "file and log"])
def test_what_is_made_read_only_while_it_is_open_loses_nothing(what: str, tmp_path: Path) -> None:
    code, out, err = run(tmp_path, READ_ONLY, what)
    assert (code, out, err) == (0, "", "")


async def test_a_link_that_is_turned_elsewhere_takes_no_open_session_along(tmp_path: Path) -> None:
    here, there, link = (tmp_path / name for name in ("here.db", "there.db", "link.db"))

    def turn(target: Path) -> None:
        try:
            os.symlink(target, tmp_path / "next")
        except OSError as error:
            pytest.skip(f"needs symbolic links, which this user may not make: {error}")
        os.replace(tmp_path / "next", link)

    async def write(session: SQLiteSession, name: str, expected: list[Item]) -> None:
        for number in range(20):
            await session.add_items([{name: number}])
            expected.append({name: number})
            assert await session.get_items() == expected

    turn(here)
    async with SQLiteSession("user_1", link) as first:
        first_items: list[Item] = []
        await write(first, "before", first_items)
        turn(there)
        # Who comes by the link now gets to the other file, and both go on at once.
        async with SQLiteSession("user_1", link) as second:
            second_items: list[Item] = []
            await asyncio.gather(
                write(first, "first", first_items), write(second, "second", second_items)
            )
            turn(here)
            async with SQLiteSession("user_1", link) as third:
                assert await third.get_items() == first_items
                await third.add_items([{"third": 1}])
                first_items.append({"third": 1})
            assert await second.get_items() == second_items
            os.unlink(link)
            await asyncio.gather(
                write(first, "first", first_items), write(second, "second", second_items)
            )
    for path, items in ((here, first_items), (there, second_items)):
        async with SQLiteSession("user_1", path) as session:
            assert await session.get_items() == items
    assert sorted(os.listdir(tmp_path)) == ["here.db", "there.db"]

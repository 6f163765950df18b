"""The file changes under sessions at work: whoever is told that a write is stored can rely on it.

What happens between operations is in `tests/session/test_replaced_file.py`; this is what
happens in the middle of many.
"""

import asyncio
import errno
import json
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.busy_users import SOON, USERS, at_work
from tests.helpers.histories import check_integrity
from tests.helpers.processes import (
    eventually,
    needs_modes,
    needs_proc,
    needs_unlink,
    open_files,
    run,
    threads_since,
)
from tests.helpers.programs import program_of

pytestmark = pytest.mark.usefixtures("has_threads")

CHANGES = ["deleted", "replaced", "replaced with its log", "its folder removed"]


@needs_unlink
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_the_middle_of_writes(change, tmp_path, seed, soak):
    """Nothing is lost of what was written after it."""
    draw, path, other = random.Random(seed), tmp_path / "here" / "x.db", tmp_path / "next.db"
    path.parent.mkdir()
    before = set(threading.enumerate())
    if change.startswith("replaced"):
        make(path, 0)
    with at_work(path) as writers:
        for era in range(1, 100 if soak else 10):
            if change.startswith("replaced"):
                make(other, era)
            writers.wait_for_more()
            time.sleep(draw.uniform(0, 0.01))
            match change:
                case "deleted":
                    # In any order: whoever empties a folder does not know which is which.
                    delete(path, draw.sample(["", "-wal", "-shm"], 3))
                case "replaced":
                    os.replace(other, path)
                case "replaced with its log":
                    delete(path, ["-wal", "-shm"])
                    os.replace(other, path)
                case _:
                    remove_folder(writers)
            writers.era = era
            path.parent.mkdir(exist_ok=True)
            writers.wait_for_more()
    found = stored(path)
    if change.startswith("replaced"):
        assert [items[0] for items in found.values()] == [{"mark": era}] * len(USERS)
    for user, items in found.items():
        told = [item for item in writers.acknowledged[user] if item["era"] == era]
        there = [item for item in items if item.get("era") == era]
        # An error says that it is not known whether the item was stored.
        assert [item for item in there if item in told] == told
        assert [item["n"] for item in there] == sorted({item["n"] for item in there})
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(path.parent) == [path.name]


def delete(path, endings):
    for ending in endings:
        Path(f"{path}{ending}").unlink(missing_ok=True)


def remove_folder(writers):
    """Remove the folder of the file, and see that this is an error as long as it is gone."""
    folder = writers.path.parent
    # To remove a folder fails when somebody makes a file in it meanwhile.
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    known = len(writers.errors)
    assert eventually(lambda: len(writers.errors) > known + 20, SOON)
    assert isinstance(writers.errors[-1], FileNotFoundError)
    assert not folder.exists()


@needs_unlink
@needs_proc
async def test_close_when_the_folder_is_gone(tmp_path):
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


@needs_modes
@pytest.mark.parametrize("what", ["file", "log", "folder", "file and folder", "file and log"])
def test_read_only_while_it_is_open(what, tmp_path):
    assert run(tmp_path, program_of(write_while_read_only, what)) == (0, "", "")


async def test_a_link_that_is_turned_elsewhere(tmp_path):
    """It takes no open session along."""
    here, there, link = (tmp_path / name for name in ("here.db", "there.db", "link.db"))

    def turn(target):
        try:
            os.symlink(target, tmp_path / "next")
        except OSError as error:
            pytest.skip(f"needs symbolic links, which this user may not make: {error}")
        os.replace(tmp_path / "next", link)

    async def write(session, name, expected):
        for number in range(20):
            await session.add_items([{name: number}])
            expected.append({name: number})
            assert await session.get_items() == expected

    async def write_both():
        await asyncio.gather(
            write(first, "first", first_items), write(second, "second", second_items)
        )

    turn(here)
    first_items: list[Any] = []
    second_items: list[Any] = []
    async with SQLiteSession("user_1", link) as first:
        await write(first, "before", first_items)
        turn(there)
        # Whoever comes by the link now gets to the other file, and both go on at once.
        async with SQLiteSession("user_1", link) as second:
            await write_both()
            turn(here)
            async with SQLiteSession("user_1", link) as third:
                assert await third.get_items() == first_items
                await third.add_items([{"third": 1}])
                first_items.append({"third": 1})
            assert await second.get_items() == second_items
            os.unlink(link)
            await write_both()
    for path, items in ((here, first_items), (there, second_items)):
        async with SQLiteSession("user_1", path) as session:
            assert await session.get_items() == items
    assert sorted(os.listdir(tmp_path)) == ["here.db", "there.db"]


def make(path, mark):
    """Make a database in which each user has one item, with nothing beside it."""

    async def fill():
        users = [SQLiteSession(user, path) for user in USERS]
        await asyncio.gather(*(user.add_items([{"mark": mark}]) for user in users))
        await asyncio.gather(*(user.close() for user in users))

    asyncio.run(fill())


def stored(path):
    """What anybody else finds in the file that is at `path` now. It must be sound."""
    check_integrity(path)
    found: dict[str, list[Any]] = {user: [] for user in USERS}
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT session_id, message_data FROM agent_messages ORDER BY id"
        for user, text in connection.execute(query):
            found[user].append(json.loads(text))
    return found


def write_while_read_only(what):
    """The program of a user whose file, log or folder can no longer be written to."""
    folder = tempfile.mkdtemp()
    path = os.path.realpath(os.path.join(folder, "x.db"))
    if os.geteuid() == 0:  # to root nothing is forbidden
        os.chown(folder, 65534, 65534)
        os.setgid(65534)
        os.setuid(65534)
    os.chdir(folder)
    acknowledged: list[int] = []
    refused: list[Any] = []

    async def write(session, number):
        try:
            await session.add_items([{"n": number}])
            acknowledged.append(number)
            assert await session.get_items(1) == [{"n": number}]
        except (OSError, sqlite3.Error) as error:
            assert path in str(error), error
            refused.append(error)

    async def write_all():
        session, other = SQLiteSession("user_1", path), SQLiteSession("user_2", path)
        await write(session, 0)
        await other.get_items()
        begun = [asyncio.create_task(session.add_items([{"n": 0}])) for _ in range(10)]
        await asyncio.sleep(0)
        if "file" in what:
            os.chmod(path, 0o400)
        if "log" in what:
            for ending in ("-wal", "-shm"):
                os.chmod(path + ending, 0o400)
        if "folder" in what:
            os.chmod(folder, 0o500)
        for answer in await asyncio.gather(*begun, return_exceptions=True):
            if answer is None:
                acknowledged.append(0)
            else:
                assert isinstance(answer, OSError | sqlite3.Error)
                assert path in str(answer), answer
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
        for file in os.listdir(folder):
            os.chmod(file, 0o600)
        await write(session, 6)
        assert acknowledged[-1] == 6, refused
        found = [item["n"] for item in await session.get_items()]
        assert found == acknowledged, (found, acknowledged, refused)
        await session.close()
        assert os.listdir(folder) == ["x.db"]

    asyncio.run(write_all())
    check_integrity(path)
    os.unlink(path)
    os.rmdir(folder)

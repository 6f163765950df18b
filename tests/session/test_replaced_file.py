"""A file may be deleted or replaced under an open session: no acknowledged write goes nowhere."""

import asyncio
import itertools
import json
import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from session_lib.files import _is_settled
from tests.helpers.processes import needs_unlink, run

pytestmark = needs_unlink

Item = dict[str, Any]
BESIDE = ("", "-wal", "-shm")


def delete(path: Path, *endings: str) -> None:
    for ending in endings or BESIDE:
        Path(f"{path}{ending}").unlink(missing_ok=True)


def stored(path: Path) -> list[Item]:
    """What anybody else finds in the file that stands at `path` now."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT message_data FROM agent_messages ORDER BY id").fetchall()
    return [json.loads(text) for (text,) in rows]


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def read(path: Path) -> str:
    return path.read_text("utf-8")


def make(path: Path, items: list[Item]) -> None:
    """Make a database somewhere else, with nothing beside it."""

    async def fill() -> None:
        async with SQLiteSession("user_1", path) as session:
            await session.add_items(items)

    asyncio.run(fill())


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another database, ready to take the first one's place."""
    make(tmp_path / "other.db", [{"other": 1}])
    return tmp_path / "other.db"


@pytest.mark.parametrize("endings", [BESIDE, ("",)], ids=["all", "the database alone"])
async def test_what_is_added_after_the_file_was_deleted_is_in_the_new_one(
    endings: tuple[str, ...], path: Path
) -> None:
    async with SQLiteSession("user_1", path) as session:
        for number in range(5):
            await session.add_items([{"n": number}])
            assert await session.get_items() == [{"n": number}]
            assert stored(path) == [{"n": number}]
            delete(path, *endings)
        await session.add_items([{"n": 5}])
    assert stored(path) == [{"n": 5}]


async def test_what_was_deleted_with_the_file_is_gone_for_readers_too(path: Path) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 1}]
        delete(path)
        assert await session.get_items() == []
        delete(path)
        assert await session.pop_item() is None
        delete(path)
        await session.clear_session()
        assert stored(path) == []


async def test_a_session_goes_on_in_the_file_that_replaced_its_own(path: Path, other: Path) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 1}]
        delete(path, "-wal", "-shm")
        os.replace(other, path)
        await session.add_items([{"n": 2}])
        assert await session.get_items() == [{"other": 1}, {"n": 2}]
        assert stored(path) == [{"other": 1}, {"n": 2}]
    assert stored(path) == [{"other": 1}, {"n": 2}]


async def test_a_reader_sees_the_file_that_replaced_its_own(path: Path, other: Path) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 1}]
        delete(path)
        os.replace(other, path)
        assert await session.get_items() == [{"other": 1}]


async def test_a_session_whose_folder_was_moved_says_so_and_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    (tmp_path / "here").mkdir()
    async with SQLiteSession("user_1", tmp_path / "here" / "x.db") as session:
        await session.add_items([{"n": 1}])
        os.rename(tmp_path / "here", tmp_path / "there")
        with pytest.raises(FileNotFoundError, match="folder"):
            await session.add_items([{"n": 2}])
        with pytest.raises(FileNotFoundError, match="folder"):
            await session.get_items()
        os.rename(tmp_path / "there", tmp_path / "here")
        await session.add_items([{"n": 3}])
        assert await session.get_items() == [{"n": 1}, {"n": 3}]


async def test_a_session_whose_file_became_something_else_says_so(path: Path) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        delete(path)
        write(path, "my shopping list")
        with pytest.raises(sqlite3.DatabaseError):
            await session.add_items([{"n": 2}])
        assert read(path) == "my shopping list"
        delete(path)
        await session.add_items([{"n": 3}])
        assert stored(path) == [{"n": 3}]


async def test_a_write_that_waits_for_a_lock_is_not_acknowledged_into_a_deleted_file(
    path: Path,
) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            tasks = [asyncio.create_task(session.add_items([{"n": n}])) for n in (2, 3)]
            done, _ = await asyncio.wait(tasks, timeout=0.1)
            assert not done
            delete(path)
            holder.execute("ROLLBACK")
        acknowledged = []
        for number, task in enumerate(tasks, 2):
            try:
                await task
                acknowledged.append({"n": number})
            except FileNotFoundError as error:
                assert error.filename == str(path)
        await session.add_items([{"n": 4}])
        assert stored(path) == [*acknowledged, {"n": 4}]


def test_whoever_deletes_the_file_again_and_again_cannot_break_the_session(path: Path) -> None:
    # What was acknowledged after the last time is there; every answer is an item or an error.
    session = SQLiteSession("user_1", path)
    deleted = threading.Event()

    def delete_often() -> None:
        for _ in range(30):
            delete(path)
        deleted.set()

    async def write() -> list[Item]:
        number, acknowledged = 0, []
        thread = threading.Thread(target=delete_often)
        thread.start()
        while len(acknowledged) < 5:
            number += 1
            last = deleted.is_set()
            try:
                await session.add_items([{"n": number}])
            except (OSError, sqlite3.Error):
                continue
            if last:
                acknowledged.append({"n": number})
        thread.join()
        return acknowledged

    acknowledged = asyncio.run(asyncio.wait_for(write(), 20))
    assert stored(path)[-5:] == acknowledged
    assert asyncio.run(session.get_items())[-5:] == acknowledged
    session.close()


LOGS = [("-wal",), ("-shm",), ("-wal", "-shm")]


@pytest.mark.parametrize("endings", LOGS, ids=" and ".join)
async def test_what_is_acknowledged_after_the_log_was_deleted_is_stored(
    endings: tuple[str, ...], path: Path
) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 0}])
        await session.get_items()
        delete(path, *endings)
        acknowledged = [{"n": 0}]
        for number in range(1, 6):
            try:
                await session.add_items([{"n": number}])
                acknowledged.append({"n": number})
            except sqlite3.OperationalError as error:
                assert str(path) in str(error)
    assert stored(path) == acknowledged
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("endings", LOGS, ids=" and ".join)
def test_what_is_acknowledged_after_the_log_was_deleted_outlives_a_sudden_end(
    endings: tuple[str, ...], path: Path
) -> None:
    source = """
import asyncio, json, os, sqlite3, sys
from session_lib import SQLiteSession
from session_lib.files import _is_settled
path, *endings = sys.argv[1:]
session = SQLiteSession("user_1", path)
asyncio.run(session.add_items([{"n": 0}]))
for ending in endings: os.unlink(path + ending)
acknowledged = []
for number in range(1, 6):
    try:
        asyncio.run(session.add_items([{"n": number}]))
        acknowledged.append({"n": number})
    except sqlite3.OperationalError:
        pass
print(json.dumps(acknowledged), flush=True)
os._exit(0)
"""
    code, out, err = run(path.parent, source, path, *endings)
    assert (code, err) == (0, "")
    acknowledged = json.loads(out)
    assert acknowledged
    assert [item for item in stored(path) if item["n"]] == acknowledged


@pytest.mark.parametrize("endings", LOGS, ids=" and ".join)
@pytest.mark.parametrize("name", ["add", "get"])
async def test_a_session_works_again_after_its_log_was_deleted(
    name: str, endings: tuple[str, ...], path: Path
) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 0}])
        await session.get_items()
        delete(path, *endings)
        for _ in range(10):
            try:
                await (session.add_items([{"n": 1}]) if name == "add" else session.get_items())
                break
            except sqlite3.OperationalError as error:
                assert str(path) in str(error)
        else:
            pytest.fail("ten errors in a row")


async def test_a_copy_made_after_the_last_session_closed_is_complete(
    path: Path, tmp_path: Path
) -> None:
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": number} for number in range(100)])
    shutil.copyfile(path, tmp_path / "copy.db")
    delete(path)
    async with SQLiteSession("user_1", tmp_path / "copy.db") as session:
        assert await session.get_items() == [{"n": number} for number in range(100)]


async def test_a_file_that_never_stays_the_same_is_an_error_and_no_hang(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = itertools.count()
    monkeypatch.setattr("session_lib.files._identity", lambda path: (0, next(numbers)))
    async with SQLiteSession("user_1", path) as session:
        with pytest.raises(OSError, match="again and again") as caught:
            await session.add_items([{"n": 1}])
    assert caught.value.filename == str(path)


@pytest.mark.parametrize("change", ["deleted", "replaced", "its log deleted", "its folder moved"])
async def test_a_change_shows_where_the_folder_had_rested(
    change: str, tmp_path: Path, other: Path
) -> None:
    # Then a look at the folder alone has to tell, and not one at each file in it.
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 0}])
        await asyncio.sleep(0.2)
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 0}, {"n": 1}]
        if change == "deleted":
            delete(path)
        elif change == "replaced":
            os.replace(other, path)
            delete(path, "-wal", "-shm")
        elif change == "its log deleted":
            delete(path, "-wal")
        else:
            folder.rename(tmp_path / "elsewhere")
            folder.mkdir()
        await session.add_items([{"n": 2}])
        expected = {
            "replaced": [{"other": 1}, {"n": 2}],
            "its log deleted": [{"n": 0}, {"n": 1}, {"n": 2}],
        }.get(change, [{"n": 2}])
        assert await session.get_items() == expected
    assert stored(path) == expected


def test_a_folder_is_trusted_only_when_its_clock_has_ticked() -> None:
    now = time.time_ns()
    second = 1_000_000_000
    for age, fine, trusted in [
        (0.02, True, False),  # some clocks tick every hundredth of a second
        (0.5, True, True),
        (0.5, False, False),  # some, every two seconds
        (3.5, False, True),
        (-5, True, False),  # and some are ahead
    ]:
        changed = now - int(age * second)
        changed += int(changed % second == 0) if fine else -changed % second
        assert _is_settled((changed, 1, 1)) is trusted, (age, fine)
    assert not _is_settled(None)

"""All sessions of a file share one `Database`, and the last one to let go closes the file."""

import asyncio
import gc
import os
import threading
from pathlib import Path

import pytest

from session_lib import SQLiteSession
from session_lib.database import Database
from tests.helpers.processes import eventually, needs_proc, open_files, run, threads_since


@pytest.fixture(autouse=True)
def nothing_is_left_of_other_tests() -> None:
    """Let sessions that other tests dropped be closed now: that takes threads of their own."""
    gc.collect()


class User:
    """Somebody who uses a database."""


async def use(session: SQLiteSession) -> None:
    await session.add_items([{"id": session.session_id}])
    assert await session.get_items() == [{"id": session.session_id}]


async def use_a_hundred(path: Path | None) -> list[SQLiteSession]:
    sessions = [SQLiteSession(f"user_{number}", path) for number in range(100)]
    await asyncio.gather(*map(use, sessions))
    return sessions


async def test_a_hundred_sessions_on_one_file_need_no_thread_each(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    sessions = await use_a_hundred(tmp_path / "x.db")
    assert len(threads_since(before)) < 10
    await sessions[0].close()


@needs_proc
async def test_a_hundred_sessions_on_one_file_need_no_open_file_each(tmp_path: Path) -> None:
    sessions = await use_a_hundred(tmp_path / "x.db")
    assert 0 < len(open_files(tmp_path / "x.db")) < 10
    await sessions[0].close()


@pytest.mark.parametrize("spelling", ["relative", "dots", "home", "link", "linked folder", "Path"])
def test_every_spelling_of_a_path_leads_to_the_same_database(
    spelling: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "x.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    if "link" in spelling:
        try:
            os.symlink(path, tmp_path / "link.db")
            os.symlink(tmp_path / "folder", tmp_path / "link", target_is_directory=True)
        except OSError as error:
            pytest.skip(f"needs symbolic links, which this user may not make: {error}")
    spelled = {
        "relative": os.path.join("folder", "x.db"),
        "dots": os.path.join(tmp_path, "folder", "..", ".", "folder", "x.db"),
        "home": os.path.join("~", "folder", "x.db"),
        "link": "link.db",
        "linked folder": os.path.join("link", "x.db"),
        "Path": path,
    }[spelling]
    user, other = User(), User()
    assert Database.at(str(path), user) is Database.at(spelled, other)


def test_each_database_in_memory_is_another() -> None:
    user = User()
    databases = {Database.at(path, user) for path in (None, None, ":memory:", ":memory:")}
    assert len(databases) == 4


async def test_closing_all_but_one_leaves_that_one_working(tmp_path: Path) -> None:
    *others, last = await use_a_hundred(tmp_path / "x.db")
    await asyncio.gather(*(session.close() for session in others))
    await last.add_items([{"n": 1}])
    assert await last.get_items() == [{"id": "user_99"}, {"n": 1}]
    await last.close()


@needs_proc
async def test_closing_the_last_one_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    sessions = await use_a_hundred(path)
    for session in sessions:
        assert open_files(path)
        await session.close()
    assert open_files(path) == []
    assert os.listdir(tmp_path) == ["x.db"]


async def test_closing_the_last_one_leaves_one_file_and_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    for session in await use_a_hundred(tmp_path / "x.db"):
        await session.close()
    assert os.listdir(tmp_path) == ["x.db"]
    assert eventually(lambda: not threads_since(before))


async def test_close_works_without_await(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    session = SQLiteSession("user_1", tmp_path / "x.db")
    await use(session)
    session.close()
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(tmp_path) == ["x.db"]


def test_close_works_without_any_event_loop(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    session = SQLiteSession("user_1", tmp_path / "x.db")
    asyncio.run(use(session))
    session.close()
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(tmp_path) == ["x.db"]


@pytest.mark.parametrize("name", ["x.db", None])
async def test_close_may_be_called_twice_and_before_any_use(
    name: str | None, tmp_path: Path
) -> None:
    path = tmp_path / name if name else None
    used, unused = SQLiteSession("user_1", path), SQLiteSession("user_2", path)
    await use(used)
    for session in (used, used, unused, unused):
        await session.close()
        session.close()
    closing = used.close()
    await closing
    await closing


async def test_closing_one_session_twice_does_not_count_for_another(tmp_path: Path) -> None:
    first, second = SQLiteSession("a", tmp_path / "x.db"), SQLiteSession("b", tmp_path / "x.db")
    await use(first)
    await first.close()
    await first.close()
    await use(second)
    await second.close()


async def test_work_that_was_begun_is_done_before_the_file_closes(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    session = SQLiteSession("user_1", path)
    await session.add_items([{"n": 0}])
    begun = [asyncio.create_task(session.add_items([{"n": n}])) for n in range(1, 11)]
    await asyncio.sleep(0)
    await session.close()
    await asyncio.gather(*begun)
    async with SQLiteSession("user_1", path) as again:
        assert await again.get_items() == [{"n": n} for n in range(11)]


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_file_closes_though_its_last_session_closed_in_the_middle_of_opening_it(
    cancelled: bool, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    session = SQLiteSession("user_1", tmp_path / "x.db")
    begun = asyncio.create_task(session.add_items([{"n": 1}]))
    await asyncio.sleep(0)
    if cancelled:
        begun.cancel()
    await session.close()
    await asyncio.gather(begun, return_exceptions=True)
    assert eventually(lambda: not threads_since(before), timeout=3)


async def test_closing_leaves_nothing_beside_the_file_however_often_it_happens(
    tmp_path: Path,
) -> None:
    for number in range(30):
        async with SQLiteSession("user_1", tmp_path / "x.db") as session:
            await asyncio.gather(session.add_items([{"n": number}]), session.get_items())
        assert os.listdir(tmp_path) == ["x.db"]


WATCHING = """
import asyncio, atexit, gc, os, sqlite3, sys, threading

changed = threading.Condition()
closing = []
met = []

class Watched(sqlite3.Connection):
    def close(self):
        with changed:
            closing.append(self)
            changed.notify_all()
            met.append(changed.wait_for(lambda: len(closing) > 1, timeout=0.1))
        super().close()
        with changed:
            closing.remove(self)

sqlite3.Connection = Watched  # before session_lib builds upon it
atexit.register(lambda: print(len(met), any(met)))
from session_lib import SQLiteSession

path, how = sys.argv[1:]
session = SQLiteSession("user_1", path)
async def main():
    await asyncio.gather(session.add_items([{"n": 1}]), session.get_items())
    if how == "close":
        await session.close()
asyncio.run(main())
if how == "garbage":
    del session
    gc.collect()
    while os.path.exists(path + "-wal"): pass
"""


@pytest.mark.parametrize("how", ["close", "garbage", "end of the program"])
def test_no_two_connections_to_a_file_close_at_the_same_moment(how: str, tmp_path: Path) -> None:
    # Each would think that the other one tidies up, and now and then the -wal file would be left,
    # with items in it: lost to who then moves the database file alone.
    code, out, err = run(tmp_path, WATCHING, tmp_path / "x.db", how)
    assert (code, err) == (0, "")
    closed, met = out.split()
    assert int(closed) >= 2
    assert met == "False"


async def test_a_file_may_be_opened_again_after_it_was_closed(tmp_path: Path) -> None:
    for number in range(5):
        async with SQLiteSession("user_1", tmp_path / "x.db") as session:
            await session.add_items([{"n": number}])
            assert len(await session.get_items()) == number + 1


async def test_a_file_may_be_opened_again_while_it_is_closing(tmp_path: Path) -> None:
    for number in range(20):
        session = SQLiteSession("user_1", tmp_path / "x.db")
        await session.add_items([{"n": number}])
        session.close()
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        assert await session.get_items() == [{"n": number} for number in range(20)]


@pytest.mark.parametrize("name", ["x.db", None])
async def test_sessions_that_are_garbage_free_their_threads_and_files(
    name: str | None, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    sessions = [SQLiteSession(f"user_{n}", tmp_path / name if name else None) for n in range(10)]
    await asyncio.gather(*map(use, sessions))
    assert threads_since(before)
    del sessions
    gc.collect()
    assert eventually(lambda: not threads_since(before))
    assert os.listdir(tmp_path) == ([name] if name else [])


async def test_a_session_in_use_is_no_garbage(tmp_path: Path) -> None:
    kept = SQLiteSession("kept", tmp_path / "x.db")
    for number in range(3):
        await SQLiteSession(f"dropped_{number}", tmp_path / "x.db").add_items([{"n": number}])
        gc.collect()
        await kept.add_items([{"n": number}])
    assert await kept.get_items() == [{"n": 0}, {"n": 1}, {"n": 2}]
    await kept.close()

"""Ctrl+C may come at any moment, where no event loop catches it: in `Runner.run_sync`, say."""

import asyncio
import contextlib
import itertools
import sqlite3

import pytest

from session_lib import SQLiteSession
from tests.helpers.cancelling import SOON, interrupted_at
from tests.helpers.operations import BATCH, BEFORE, OPERATIONS
from tests.helpers.sqlite_files import locked

pytestmark = pytest.mark.usefixtures("has_threads")


def run_until_interrupted(operation):
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(operation)


async def go_on(session):
    async with asyncio.timeout(SOON):
        await session.add_items([{"after": 1}])
        return await session.get_items()


@pytest.mark.parametrize("path", ["x.db", None], ids=["file", "memory"])
@pytest.mark.parametrize("first", [False, True], ids=["in use", "first use"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_interrupted_at_any_moment(name, first, path, tmp_path):
    begin, full, empty = OPERATIONS[name]
    before, after = ([], empty) if first else (BEFORE, full)
    for moment in itertools.count():
        session = SQLiteSession("user_1", tmp_path / f"{moment}.db" if path else None)
        if not first:
            asyncio.run(session.add_items(BEFORE))
        work = begin(session)
        where = interrupted_at(moment, lambda: run_until_interrupted(work))  # noqa: B023
        if where is None:
            break
        try:
            items = asyncio.run(go_on(session))
        except TimeoutError:
            pytest.fail(f"nobody can use the session any more, which was interrupted at {where}")
        assert items in ([*before, {"after": 1}], [*after, {"after": 1}], [{"after": 1}, *after])
        session.close()
    session.close()
    assert moment > 20


def run_briefly(operation):
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.call_later(0.2, loop.stop)
        with contextlib.suppress(RuntimeError, sqlite3.OperationalError):
            loop.run_until_complete(operation)


def test_interrupted_work_is_not_done_later(tmp_path, has_threads, monkeypatch):
    if not has_threads:  # then the loop stands still, and nothing but this can end the wait
        monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", 0.01)
    for moment in itertools.count():
        path = tmp_path / f"{moment}.db"
        session = SQLiteSession("user_1", path)
        asyncio.run(session.add_items(BEFORE))
        work = session.add_items(BATCH)
        with locked(path):
            where = interrupted_at(moment, lambda: run_briefly(work))  # noqa: B023
        items = asyncio.run(go_on(session))
        session.close()
        if where is None:
            break
        # Only while the work is being taken back can an interrupt still leave it there.
        assert items == [*BEFORE, {"after": 1}] or " claim " in where, where
    assert moment > 5

"""A function takes an argument of any kind, or names it in one clear error and changes nothing."""

import asyncio
import datetime
import os
from collections.abc import Callable
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest

from session_lib import SQLiteSession
from session_lib.loader import load_sessions
from session_lib.maintenance import copy_database, delete_sessions
from session_lib.tables import export_csv, history, sessions
from session_lib.transcripts import transcript
from tests.helpers.sessions import use
from tests.helpers.strange_values import assert_clear, strange

pytestmark = pytest.mark.usefixtures("no_collection")

USER = {"role": "user", "content": "Hello"}
TABLE = pd.DataFrame({"text": ["a"]})
LINE = '{"session_id": "bob", "item": {}}\n'
A_DAY = datetime.timedelta(days=1)

# What to call with a value, and what an error may call it.
CALLS: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "history": (history, ("session is",)),
    "sessions": (sessions, ("db_path is", "memory", "there is no such file")),
    "transcript": (lambda value: str(transcript(value)), ("item",)),
    "names": (lambda value: str(transcript([USER], names=value)), ("names",)),
    "a name": (lambda value: str(transcript([USER], names={"user": value})), ("names",)),
    "width": (lambda value: str(transcript([USER], width=value)), ("width",)),
    "table": (lambda value: export_csv(value, "x.csv"), ("table",)),
    "CSV file": (lambda value: export_csv(TABLE, value), ("path is", "''")),
    "older_than": (lambda value: delete_sessions("x.db", older_than=value), ("older_than is",)),
    "keep": (lambda value: delete_sessions("x.db", older_than=A_DAY, keep=value), ("keep ",)),
    "file to clean": (lambda value: delete_sessions(value, older_than=A_DAY), ("db_path", "file")),
    "source": (lambda value: load_sessions(value, "y.db"), ("PathLike", "'.'", "'x'")),
    "target": (lambda value: load_sessions("lines.jsonl", value), ("db_path is",)),
    "file to copy": (lambda value: copy_database(value, "y.db"), ("db_path", "file")),
    "copy": (
        lambda value: copy_database("x.db", value),
        ("db_path", "must name a file", "File exists"),
    ),
}


@pytest.mark.parametrize("name", CALLS)
async def test_an_argument_is_taken_or_named(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with SQLiteSession("alice", "x.db") as session:
        await session.add_items([USER])
        (tmp_path / "lines.jsonl").write_text(LINE)
        for value in strange():
            call, names = CALLS[name]
            try:
                result = call(value)
                if asyncio.iscoroutine(result):
                    await asyncio.wait_for(result, 60)
            except Exception as error:
                assert_clear(error, *names)
                assert len(str(error)) < 1_000
            assert await session.get_items() == [USER]
    # "x" may be a name of a file.
    assert {*os.listdir(tmp_path)} <= {"x", "x.csv", "x.db", "lines.jsonl"}


@pytest.mark.parametrize(
    "older_than",
    [
        datetime.timedelta.max,
        datetime.timedelta(days=10**6),
        datetime.timedelta(days=500_000),
        datetime.datetime(500, 6, 1, tzinfo=datetime.UTC),
        datetime.datetime.min.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=5))),
    ],
    ids=str,
)
async def test_nothing_is_a_thousand_years_old(older_than, tmp_path):
    await use(SQLiteSession("alice", tmp_path / "x.db"))
    try:
        await delete_sessions(tmp_path / "x.db", older_than=older_than)
    except ValueError as error:
        assert_clear(error, "older_than")
    async with SQLiteSession("alice", tmp_path / "x.db") as session:
        assert await session.get_items() == [{"n": 1}]

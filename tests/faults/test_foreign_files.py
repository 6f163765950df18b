"""A file that is there already: a database of any kind, a damaged one, or something else."""

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from session_lib import SQLiteSession
from session_lib.tables import sessions
from tests.helpers.sessions import use
from tests.helpers.strange_values import assert_clear

pytestmark = pytest.mark.usefixtures("has_threads")

BEGINNINGS = {
    "text": b"Buy milk.\n" * 100,
    "SQLite 2": b"** This file contains an SQLite 2.1 database **" + bytes(1_000),
    "a log": bytes.fromhex("377f0682002de218") + bytes(1_000),
    "almost": b"SQLite format 2\0" + bytes(4_080),
    "a half": b"SQLite format 3\0" + bytes(600),
    "a space": b" SQLite format 3\0" + bytes(4_080),
}


async def assert_left_alone(content, folder):
    path = folder / "x.db"
    path.write_bytes(content)
    for operation in (sessions(path), use(SQLiteSession("alice", path))):
        with pytest.raises(sqlite3.DatabaseError) as caught:
            await operation
        assert_clear(caught.value, str(path))
        assert path.read_bytes() == content
        assert [file.name for file in folder.iterdir()] == ["x.db"]


@pytest.mark.parametrize("content", BEGINNINGS.values(), ids=BEGINNINGS)
async def test_a_file_of_another_kind(tmp_path, content):
    await assert_left_alone(content, tmp_path)


@example(b"S")
@given(st.binary(min_size=1, max_size=2_000) | st.binary(min_size=512, max_size=1_024))
async def test_any_other_content(tmp_path, content):
    await assert_left_alone(content, tmp_path)


async def test_a_damaged_header(tmp_path):
    path = tmp_path / "x.db"
    async with SQLiteSession("alice", path) as session:
        await session.add_items([{"n": n, "text": "x" * 3_000} for n in range(5)])
    whole = path.read_bytes()
    for place in range(100):
        for byte in {255, whole[place] ^ 1} - {whole[place]}:
            damaged = whole[:place] + bytes([byte]) + whole[place + 1 :]
            path.write_bytes(damaged)
            try:
                await use(SQLiteSession("bob", path))
            except Exception as error:
                assert_clear(error, str(path))
                if "not a database" in str(error):
                    assert path.read_bytes() == damaged
            assert [file.name for file in tmp_path.iterdir()] == ["x.db"]


SOMEBODY_S = {
    "columns of their own": "CREATE TABLE agent_messages (a)",
    "a view of messages": "CREATE VIEW agent_messages AS SELECT 1 AS id, 'a' AS session_id",
    "an index that is a table": "CREATE TABLE idx_agent_messages_session_id (a)",
}


@pytest.mark.parametrize("sql", SOMEBODY_S.values(), ids=SOMEBODY_S)
async def test_other_tables_get_none_of_ours(sql, tmp_path):
    path = tmp_path / "x.db"

    def execute(statement: str) -> list[Any]:
        with closing(sqlite3.connect(path)) as connection, connection:
            return connection.execute(statement).fetchall()

    execute(sql)
    before = execute("SELECT name, sql FROM sqlite_master")
    with pytest.raises(sqlite3.OperationalError, match=re.escape(str(path))):
        await use(SQLiteSession("alice", path))
    assert execute("SELECT name, sql FROM sqlite_master") == before

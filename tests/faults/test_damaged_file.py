"""A damaged file is an error that names it, a warning, or items: never a crash and never a hang.

SQLite has no checksums of its database. So what can be promised depends on where the damage is.

- In the text of an item: that item is another, or is skipped with a warning. All else is as it was.
- In the log, where SQLite has checksums: it ends there. What opens is all that was written until
  then, to the end of a transaction.
- In what says where things are, and whose: an error, if SQLite comes across it. It does not compare
  all that it could whenever it reads. So an item may be missing then, or turn up with another user;
  but not where ``PRAGMA integrity_check`` finds nothing wrong.
- In a whole sector, if it holds another one now: as above, and that one's texts come along.
"""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from session_lib import SQLiteSession
from session_lib.tables import history, sessions
from tests.helpers.copies import FAST_FOLDER
from tests.helpers.damage import KINDS, try_all
from tests.helpers.processes import run
from tests.helpers.programs import program_of

pytestmark = pytest.mark.usefixtures("has_threads")


@pytest.mark.parametrize("kind", KINDS)
def test_damage_anywhere(kind, tmp_path, seed, soak, has_threads):
    count = (7_000 if soak else 280) // (1 if has_threads else 2)
    with TemporaryDirectory(dir=FAST_FOLDER) as folder:
        # Another process, for a crash of SQLite would be the end of this one.
        program = program_of(try_all, kind, seed, count, Path(folder).resolve())
        flags = ("-W", "error", "-X", "faulthandler")
        code, out, err = run(tmp_path, program, flags=flags, timeout=count)
    lines = out.splitlines()
    assert (code, err) == (0, ""), f"{kind}, one of {lines[-8:]}: {code} {err}"
    assert len(lines) == count + 1
    counts = json.loads(lines[-1])
    print(counts)
    assert counts["sound"] > count / 10
    assert counts["errors"] > count / 100
    assert counts["warnings"] > count / 100


@pytest.mark.parametrize("name", ["get", "add", "pop", "history", "sessions"])
async def test_an_error_that_is_not_text(name, tmp_path):
    """SQLite's message quotes the file, and Python's sqlite3 cannot make an error of that."""
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
    change(
        path,
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET sql = CAST(sql || x'20FF' AS TEXT) WHERE name = 'agent_messages'",
    )
    async with SQLiteSession("user_1", path) as session:
        operations: dict[str, Any] = {
            "get": session.get_items,
            "add": lambda: session.add_items([{"n": 2}]),
            "pop": session.pop_item,
            "history": lambda: history(session),
            "sessions": lambda: sessions(path),
        }
        message = f"malformed database schema.*{re.escape(str(path))}"
        with pytest.raises(sqlite3.DatabaseError, match=message):
            await operations[name]()


async def test_a_damaged_time(tmp_path):
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": number} for number in range(4)])
        change(
            path,
            "UPDATE agent_messages SET created_at = CAST(x'FF' AS TEXT) WHERE id = 2",
            "UPDATE agent_messages SET message_data = 'damaged' WHERE id = 4",
        )
        with pytest.warns(RuntimeWarning, match="row 4"):
            assert await session.get_items() == [{"n": 0}, {"n": 1}, {"n": 2}]
        with pytest.warns(RuntimeWarning, match="row 4"):
            table = await history(session)
        assert [*table["time"].isna()] == [False, True, False]
        with pytest.warns(RuntimeWarning, match="row 4"):
            assert await session.pop_item() == {"n": 2}


async def test_a_row_that_is_another_users(tmp_path):
    """The index says that it is Alice's, and the row itself that it is not."""
    path = tmp_path / "x.db"
    async with SQLiteSession("alice", path) as session:
        await session.add_items([{"n": 1}, {"n": 2}])
    before = path.read_bytes()
    path.write_bytes(before.replace(b'alice{"n":1}', b'bobby{"n":1}'))
    assert path.read_bytes() != before
    async with SQLiteSession("alice", path) as session:
        for limit in (None, 2):
            with pytest.warns(RuntimeWarning, match="row 1"):
                assert await session.get_items(limit) == [{"n": 2}]
        with pytest.warns(RuntimeWarning, match="row 1"):
            assert len(await history(session)) == 1
        assert await session.pop_item() == {"n": 2}
        with pytest.warns(RuntimeWarning, match="row 1"):
            assert await session.pop_item() is None


def change(path, *statements):
    """Damage a database with SQL."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)

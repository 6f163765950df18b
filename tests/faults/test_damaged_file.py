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
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from session_lib.tables import history, sessions
from tests.faults.damage import KINDS
from tests.faults.writers import ROOT, quick_folder
from tests.helpers.processes import finish, start

PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.faults.damage import main
main()
"""


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_an_error_or_a_warning_or_changes_what_it_hit_and_nothing_else(
    kind: str, tmp_path: Path, seed: int, soak: bool
) -> None:
    count = 7_000 if soak else 700
    with quick_folder() as folder:
        # Another process, for a crash of SQLite would be the end of this one.
        flags = ("-W", "error", "-X", "faulthandler")
        program = start(tmp_path, PROGRAM, kind, seed, count, folder, flags=flags)
        code, out, err = finish(program, timeout=count)
    lines = out.splitlines()
    assert (code, err) == (0, ""), f"--seed {seed}: {kind}, one of {lines[-8:]}: {code} {err}"
    assert len(lines) == count + 1
    counts = json.loads(lines[-1])
    print(counts)
    assert counts["sound"] > count / 10
    assert counts["errors"] > count / 10
    assert counts["warnings"] > count / 100


def write(path: Path, *statements: str) -> None:
    """Damage a database with SQL."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("name", ["get", "add", "pop", "history", "sessions"])
async def test_an_error_that_quotes_what_is_no_text_names_the_file(
    name: str, tmp_path: Path
) -> None:
    # Python's sqlite3 cannot make its own error of what SQLite says then.
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
    write(
        path,
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET sql = CAST(sql || x'20FF' AS TEXT) WHERE name = 'agent_messages'",
    )
    async with SQLiteSession("user_1", path) as session:
        operations: dict[str, Callable[[], Awaitable[Any]]] = {
            "get": session.get_items,
            "add": lambda: session.add_items([{"n": 2}]),
            "pop": session.pop_item,
            "history": lambda: history(session),
            "sessions": lambda: sessions(path),
        }
        with pytest.raises(sqlite3.DatabaseError, match="malformed database schema") as caught:
            await operations[name]()
    assert str(path) in str(caught.value)


async def test_a_damaged_time_harms_no_item(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": number} for number in range(4)])
        write(
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

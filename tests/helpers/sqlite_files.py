"""A database file in the hands of others: read, locked, changed and deleted without a session."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

BESIDE = ("", "-wal", "-shm")
"""How the names of a database and of the files beside it end."""


def conversations(path: Path) -> dict[str, list[Any]]:
    """The items of each session in a sound database, in the order of the whole file."""
    found: dict[str, list[Any]] = {}
    with closing(sqlite3.connect(path)) as connection:
        state = connection.execute("PRAGMA integrity_check").fetchall()
        assert state == [("ok",)], state
        query = "SELECT session_id, message_data FROM agent_messages ORDER BY id"
        for session_id, text in connection.execute(query):
            found.setdefault(session_id, []).append(json.loads(text))
    return found


def stored(path: Path) -> list[Any]:
    """The items in a database that holds one session at most."""
    found = conversations(path)
    assert len(found) <= 1, found
    return next(iter(found.values()), [])


def alter(path: Path, script: str) -> None:
    """Run SQL statements in a database, which is created if it is not there."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def delete(path: Path, *endings: str) -> None:
    """Delete a database and the files beside it, or those with the given endings."""
    for ending in endings or BESIDE:
        Path(f"{path}{ending}").unlink(missing_ok=True)


@contextmanager
def locked(path: Path, kind: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Keep everybody else from writing; ``"EXCLUSIVE"`` keeps them from opening a new file too."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"BEGIN {kind}")
        yield connection
        connection.execute("ROLLBACK")


@contextmanager
def locked_for(seconds: float, path: Path | None) -> Iterator[None]:
    """Keep everybody else from writing for a while, which begins with the block."""
    if path is None:
        yield
        return
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(seconds, connection.close)  # which rolls back
    timer.start()
    yield
    timer.join()

"""SQL for many sessions or many rows at once.

Each function runs in a connection's thread, inside the transaction that the connection is in.
"""

import sqlite3
import sys
from collections.abc import Container, Sequence
from contextlib import closing
from pathlib import Path

from session_lib.items import decode_item

_MAX_ROWS = 100
"""Rows inserted by one statement. SQLite allows several thousand values."""

_HAS_MESSAGES = "SELECT 1 FROM agent_messages WHERE session_id = ? COLLATE BINARY LIMIT 1"
_LOAD_SESSION = """
    INSERT INTO agent_sessions (session_id, created_at, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (session_id) DO UPDATE
    SET created_at = excluded.created_at, updated_at = excluded.updated_at
"""
_LOAD_MESSAGES = "INSERT INTO agent_messages (session_id, created_at, message_data) VALUES "
# What SQLite does not take for JSON may still be an item: with NaN, which the SDK stores, or a BOM.
_SESSIONS = """
    SELECT s.session_id, count(m.role), count(CASE m.role WHEN 'user' THEN 1 END),
        min(datetime(m.created_at)), max(datetime(m.created_at))
    FROM agent_sessions AS s LEFT JOIN (
        SELECT id, session_id, created_at,
            CASE WHEN json_valid(message_data) THEN CASE json_type(message_data) WHEN 'object'
                THEN coalesce(json_extract(message_data, '$.role'), '') END
            ELSE role_of(CAST(message_data AS BLOB)) END AS role
        FROM agent_messages
    ) AS m ON m.session_id = s.session_id COLLATE BINARY AND m.role IS NOT NULL
    GROUP BY s.session_id ORDER BY min(datetime(m.created_at)), min(m.id)
"""
_OLDER = """
    SELECT session_id FROM (
        SELECT s.session_id, CASE count(m.id) WHEN 0 THEN datetime(s.updated_at)
            ELSE max(datetime(m.created_at)) END AS latest
        FROM agent_sessions AS s
        LEFT JOIN agent_messages AS m ON m.session_id = s.session_id COLLATE BINARY
        GROUP BY s.session_id
    ) WHERE latest < ? ORDER BY latest, session_id
"""


def insert_rows(into: str, rows: Sequence[tuple[str, ...]], connection: sqlite3.Connection) -> None:
    """Insert rows, many with each statement.

    Args:
        into: The statement up to ``VALUES``.
        rows: The values.
        connection: The database.
    """
    for start in range(0, len(rows), _MAX_ROWS):
        chunk = rows[start : start + _MAX_ROWS]
        places = f"({', '.join('?' * len(chunk[0]))})"
        values = [value for row in chunk for value in row]
        connection.execute(into + ", ".join([places] * len(chunk)), values)


def list_sessions(
    connection: sqlite3.Connection,
) -> list[tuple[str, int, int, str | None, str | None]]:
    """Return of each session: id, items, messages of the user, first and latest time (UTC)."""
    connection.create_function("role_of", 1, _role_of, deterministic=True)
    return connection.execute(_SESSIONS).fetchall()


def _role_of(text: bytes) -> str | None:
    item = decode_item(text)
    if item is None:
        return None
    return item["role"] if isinstance(item.get("role"), str) else ""


def load(rows: list[tuple[str, str, str]], connection: sqlite3.Connection) -> list[str]:
    """Insert rows of session id, time (UTC) and JSON text.

    Args:
        rows: The rows.
        connection: The database.

    Returns:
        The ids of the sessions that had items already. Their rows are left out.
    """
    spans: dict[str, tuple[str, str]] = {}
    for session_id, time, _ in rows:
        first, latest = spans.get(session_id, (time, time))
        spans[session_id] = (min(first, time), max(latest, time))
    there = [
        session_id
        for session_id in spans
        if connection.execute(_HAS_MESSAGES, (session_id,)).fetchall()
    ]
    for session_id in there:
        del spans[session_id]
    for session_id, (first, latest) in spans.items():
        connection.execute(_LOAD_SESSION, (session_id, first, latest))
    new = [row for row in rows if row[0] in spans]
    insert_rows(_LOAD_MESSAGES, new, connection)
    return there


def delete(session_id: str, connection: sqlite3.Connection) -> int:
    """Delete a session. Return how many items it had."""
    items = connection.execute(
        "DELETE FROM agent_messages WHERE session_id = ? COLLATE BINARY", (session_id,)
    )
    connection.execute(
        "DELETE FROM agent_sessions WHERE session_id = ? COLLATE BINARY", (session_id,)
    )
    return items.rowcount


def delete_older(
    moment: str, keep: Container[str], connection: sqlite3.Connection
) -> tuple[list[str], int]:
    """Delete the sessions that are older than `moment` (UTC).

    Args:
        moment: As SQLite writes times: ``2026-03-02 09:14:05``.
        keep: The ids of sessions that stay.
        connection: The database.

    Returns:
        The ids of the deleted sessions, oldest first, and how many items they had.
    """
    rows = connection.execute(_OLDER, (moment,)).fetchall()
    found = [session_id for (session_id,) in rows if session_id not in keep]
    items = 0
    for session_id in found:
        items += delete(session_id, connection)
    return found, items


def copy(target: str, connection: sqlite3.Connection) -> tuple[int, int]:
    """Copy the database into the empty file `target`. Return its numbers of sessions and items."""
    address = f"{Path(target).as_uri()}?mode=rw"  # it is there already, and private
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as copy:
        if sys.platform == "emscripten":
            copy.execute("PRAGMA locking_mode=EXCLUSIVE")  # JupyterLite's own folders ask for it
        connection.backup(copy)
        (sessions,) = copy.execute("SELECT count(*) FROM agent_sessions").fetchone()
        (items,) = copy.execute("SELECT count(*) FROM agent_messages").fetchone()
        return sessions, items

"""One SQLite file of conversations, however many sessions use it.

This is the only module that writes SQL for messages. The tables are those of the OpenAI Agents
SDK's `SQLiteSession` (version 0.24.0), so that a file written by either opens in the other.
"""

import asyncio
import errno
import os
import sqlite3
import sys
import threading
import warnings
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing
from functools import partial
from itertools import islice
from typing import TypeVar

from session_lib.connection import MEMORY, SharedConnection, create_private
from session_lib.items import Item, decode_item, decode_items, shown

T = TypeVar("T")

_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS agent_sessions (
        session_id TEXT PRIMARY KEY,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS agent_messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        message_data TEXT NOT NULL,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        FOREIGN KEY (session_id) REFERENCES agent_sessions (session_id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX IF NOT EXISTS idx_agent_messages_session_id
    ON agent_messages (session_id, id)
    """,
)
_TOUCH_SESSION = """
    INSERT INTO agent_sessions (session_id) VALUES (?)
    ON CONFLICT (session_id) DO UPDATE SET updated_at = CURRENT_TIMESTAMP
"""
_ADD_MESSAGES = "INSERT INTO agent_messages (session_id, message_data) VALUES "
_HAS_MESSAGES = "SELECT 1 FROM agent_messages WHERE session_id = ? LIMIT 1"
_LOAD_SESSION = """
    INSERT INTO agent_sessions (session_id, created_at, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (session_id) DO UPDATE
    SET created_at = excluded.created_at, updated_at = excluded.updated_at
"""
_LOAD_MESSAGES = "INSERT INTO agent_messages (session_id, created_at, message_data) VALUES "
# The index says where a session's rows are, the row itself whose it is: in a damaged file they may
# differ, and nobody is to see another's item. A row of somebody else has no text here.
_OWN = """
    SELECT {} FROM agent_messages AS i LEFT JOIN agent_messages AS m ON m.id = i.id
    WHERE i.session_id = :session
"""
_TEXT = "CASE m.session_id WHEN :session THEN m.message_data END"
_ALL = _OWN.format(_TEXT) + "ORDER BY i.id"
_LATEST_ONES = """
    AND i.id >= (
        SELECT min(id) FROM (
            SELECT id FROM agent_messages WHERE session_id = :session
            ORDER BY id DESC LIMIT :limit
        )
    ) ORDER BY i.id
"""
_LATEST = _OWN.format(_TEXT) + _LATEST_ONES
_NEWEST = _OWN.format(f"i.id, CAST({_TEXT} AS BLOB)") + "ORDER BY i.id DESC LIMIT 1"
_COLUMNS = f"i.id, CAST(m.created_at AS BLOB), CAST({_TEXT} AS BLOB)"
_ROWS = _OWN.format(_COLUMNS) + "ORDER BY i.id DESC"
_SESSIONS = """
    SELECT s.session_id, count(m.id), count(CASE WHEN m.role = 'user' THEN 1 END),
        min(m.created_at), max(m.created_at)
    FROM agent_sessions AS s LEFT JOIN (
        SELECT id, session_id, created_at, json_extract(message_data, '$.role') AS role
        FROM agent_messages
        WHERE CASE WHEN json_valid(message_data) THEN json_type(message_data) = 'object' END
    ) AS m ON m.session_id = s.session_id
    GROUP BY s.session_id ORDER BY min(m.created_at), min(m.id)
"""
_OLDER = """
    SELECT session_id FROM (
        SELECT s.session_id, coalesce(max(m.created_at), s.updated_at) AS latest
        FROM agent_sessions AS s LEFT JOIN agent_messages AS m ON m.session_id = s.session_id
        GROUP BY s.session_id
    ) WHERE datetime(latest) < ? ORDER BY datetime(latest), session_id
"""
_CHUNK = 500
"""Rows parsed at once. Between two chunks other threads run, an event loop among them."""

_MOST_ROWS = 100
"""Rows inserted by one statement. SQLite allows for some thousand."""

_databases: "weakref.WeakValueDictionary[str, Database]" = weakref.WeakValueDictionary()
_databases_lock = threading.Lock()
if hasattr(os, "register_at_fork"):
    # A child gets a copy of the lock: not in the moment in which some other thread holds it.
    os.register_at_fork(
        before=_databases_lock.acquire,
        after_in_parent=_databases_lock.release,
        after_in_child=_databases_lock.release,
    )


class Database:
    """The conversations in one file, or in memory. Get one with `Database.at`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._users: weakref.WeakSet[object] = weakref.WeakSet()
        self._released = False
        self._writer = SharedConnection(path, _create_tables, writes=True)
        # A second connection, so that who reads does not wait for the flushes of who writes.
        self._reader = self._writer
        if path != MEMORY:
            self._reader = SharedConnection(path, _create_tables, writes=False)
            self._reader.partners.add(self._writer)
            self._writer.partners.add(self._reader)
            self._reader.turn = self._writer.turn

    @staticmethod
    def at(path: str | os.PathLike[str] | None, user: object) -> "Database":
        """Return the database at `path`: for one file always the same, so long as it has users.

        Args:
            path: A file, which need not exist yet. ``None`` and ``":memory:"`` stand for a new
                database in memory.
            user: Who is going to use it. The database closes its file when the last user has
                called `release` or is garbage.

        Returns:
            The database. Its file is opened, and created if need be, by the first operation.

        Raises:
            TypeError: `path` is neither text nor a path.
            ValueError: `path` is empty or holds a NUL character.
        """
        resolved = _resolve(path)
        with _databases_lock:
            database = None if resolved == MEMORY else _databases.get(os.path.normcase(resolved))
            if database is None:
                database = Database(resolved)
                if resolved != MEMORY:
                    _databases[os.path.normcase(resolved)] = database
            database._users.add(user)
            database._released = False
        return database

    def release(self, user: object) -> "list[Future[None]]":
        """Let go of the database for `user`. The last one to do so closes its file.

        Returns:
            Futures that are done once the file is closed.
        """
        with _databases_lock:
            self._users.discard(user)
            if self._users:
                return []
            self._released = True
        return self._close()

    async def get(self, session_id: str, limit: int | None = None) -> list[Item]:
        """Read the latest `limit` items of a session, or all of them, oldest first."""
        return await self._run(self._reader, partial(self._select, session_id, limit))

    async def add(self, session_id: str, texts: list[str]) -> None:
        """Append items, given as JSON texts, to a session: all of them or none."""
        await self._run(self._writer, partial(_insert, session_id, texts))

    async def load(self, rows: list[tuple[str, str, str]]) -> list[str]:
        """Add sessions, given as rows of session id, time (UTC) and JSON text: all or none.

        Returns:
            The ids of the sessions that had items already. They are left as they are.
        """
        return await self._run(self._writer, partial(_load, rows))

    async def pop(self, session_id: str) -> Item | None:
        """Remove the latest item of a session and return it, or ``None`` if there is none."""
        return await self._run(self._writer, partial(self._delete_latest, session_id))

    async def clear(self, session_id: str) -> None:
        """Remove a session with all its items."""
        await self._run(self._writer, partial(_delete, session_id))

    async def rows(self, session_id: str) -> list[tuple[int, str, Item]]:
        """Read a session's items with their row ids and their times (UTC), oldest first."""
        return await self._run(
            self._reader, lambda connection: [*self._readable(session_id, connection)][::-1]
        )

    async def sessions(self) -> list[tuple[str, int, int, str | None, str | None]]:
        """Read of each session: id, items, messages of the user, first and latest time (UTC)."""
        return await self._run(
            self._reader, lambda connection: connection.execute(_SESSIONS).fetchall()
        )

    async def delete_older(self, moment: str) -> tuple[list[str], int]:
        """Remove the sessions that are older. Return their ids, oldest first, and their items."""
        return await self._run(self._writer, partial(_delete_older, moment))

    async def copy(self, target: str | os.PathLike[str]) -> tuple[str, int, int]:
        """Copy all of it into a new file. Return its path, and how many sessions and items it has.

        Raises:
            FileExistsError: There is something at `target` already.
        """
        path = _resolve(target)
        if path == MEMORY:
            raise ValueError(f"the copy is to be at {target!r}; it must name a file")
        create_private(path)
        # By a connection of its own, so that nobody waits until a large file is copied.
        source = SharedConnection(self.path, _create_tables, writes=False)
        try:
            return (path, *await source.run(partial(_copy, path)))
        except BaseException:
            os.unlink(path)
            raise
        finally:
            source.close()

    async def _run(
        self, connection: SharedConnection, work: Callable[[sqlite3.Connection], T]
    ) -> T:
        try:
            return await connection.run(work)
        finally:
            if self._released:  # the last user let go while this was under way
                self._close()

    def _close(self) -> "list[Future[None]]":
        return [self._reader.close(), self._writer.close()]

    # What follows runs in the connection's thread.

    def _select(
        self, session_id: str, limit: int | None, connection: sqlite3.Connection
    ) -> list[Item]:
        query, most = (_ALL, sys.maxsize) if limit is None else (_LATEST, min(limit, sys.maxsize))
        items: list[Item] = []
        try:
            found = connection.execute(query, {"session": session_id, "limit": most})
            with closing(found) as cursor:
                while rows := cursor.fetchmany(_CHUNK):
                    items += decode_items(text for (text,) in rows)
        except (TypeError, ValueError, RecursionError, sqlite3.OperationalError) as error:
            if getattr(error, "sqlite_errorcode", None) is not None:
                raise  # SQLite's own, and not Python's about text that is no UTF-8
            # Some row is no item. Look at each by itself.
            with closing(self._readable(session_id, connection)) as readable:
                items = [item for *_, item in islice(readable, most)][::-1]
        return items

    def _readable(
        self, session_id: str, connection: sqlite3.Connection
    ) -> Generator[tuple[int, str, Item], None, None]:
        """Give row id, time and item, latest first, of each row with one. Warn of the others."""
        with closing(connection.execute(_ROWS, {"session": session_id})) as cursor:
            for row, time, text in cursor:
                item = decode_item(text)
                if item is not None:
                    yield row, (time or b"").decode("utf-8", "replace"), item
                else:
                    warnings.warn(
                        f"session {session_id!r}: row {row} of agent_messages in {self.path} "
                        "is no JSON object; it is skipped, and left as it is",
                        RuntimeWarning,
                        stacklevel=2,
                    )

    def _delete_latest(self, session_id: str, connection: sqlite3.Connection) -> Item | None:
        latest = connection.execute(_NEWEST, {"session": session_id}).fetchall()
        if not latest:
            return None
        row, item = latest[0][0], decode_item(latest[0][1])
        if item is None:  # this row is damaged: look behind it
            with closing(self._readable(session_id, connection)) as rows:
                row, _, item = next(rows, (None, None, None))
        connection.execute("DELETE FROM agent_messages WHERE id = ?", (row,))
        return item


@asynccontextmanager
async def using_file(path: str | os.PathLike[str]) -> AsyncIterator[Database]:
    """Use the database in a file for a while. The file is not created.

    Args:
        path: The file.

    Yields:
        The database.

    Raises:
        TypeError, ValueError: `path` is not the name of a file.
        FileNotFoundError: There is no such file.
    """

    class User:
        """Whom the database is open for."""

    user = User()
    database = Database.at(path, user)
    try:
        _check_exists(database.path)
        yield database
    finally:
        for closed in database.release(user):
            await asyncio.wrap_future(closed)


def _check_exists(path: str) -> None:
    if not os.path.exists(path):
        raise FileNotFoundError(errno.ENOENT, "there is no such file", path)


def _insert(session_id: str, texts: list[str], connection: sqlite3.Connection) -> None:
    connection.execute(_TOUCH_SESSION, (session_id,))
    _insert_rows(_ADD_MESSAGES, [(session_id, text) for text in texts], connection)


def _load(rows: list[tuple[str, str, str]], connection: sqlite3.Connection) -> list[str]:
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
    _insert_rows(_LOAD_MESSAGES, new, connection)
    return there


def _insert_rows(
    into: str, rows: Sequence[tuple[str, ...]], connection: sqlite3.Connection
) -> None:
    for start in range(0, len(rows), _MOST_ROWS):
        chunk = rows[start : start + _MOST_ROWS]
        places = f"({', '.join('?' * len(chunk[0]))})"
        values = [value for row in chunk for value in row]
        connection.execute(into + ", ".join([places] * len(chunk)), values)


def _delete(session_id: str, connection: sqlite3.Connection) -> int:
    items = connection.execute("DELETE FROM agent_messages WHERE session_id = ?", (session_id,))
    connection.execute("DELETE FROM agent_sessions WHERE session_id = ?", (session_id,))
    return items.rowcount


def _delete_older(moment: str, connection: sqlite3.Connection) -> tuple[list[str], int]:
    found = [session_id for (session_id,) in connection.execute(_OLDER, (moment,)).fetchall()]
    items = 0
    for session_id in found:
        items += _delete(session_id, connection)
    return found, items


def _copy(target: str, connection: sqlite3.Connection) -> tuple[int, int]:
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        connection.backup(copy)
        (sessions,) = copy.execute("SELECT count(*) FROM agent_sessions").fetchone()
        (items,) = copy.execute("SELECT count(*) FROM agent_messages").fetchone()
        return sessions, items


def _create_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")  # which locks nothing if the tables are there
    try:
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.rollback()
        raise


def _resolve(path: str | os.PathLike[str] | None) -> str:
    if path is None:
        return MEMORY
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else path
    if not isinstance(name, str):
        raise TypeError(f"db_path is {shown(path)}; it must be a str or a path, not bytes")
    if not name or "\0" in name:
        raise ValueError(f"db_path is {shown(path)}; it must name a file")
    try:
        name.encode() if os.name == "nt" else os.fsencode(name)
    except UnicodeEncodeError:
        raise ValueError(f"db_path is {path!r}; no file can have this name here") from None
    return name if name == MEMORY else os.path.realpath(os.path.expanduser(name))

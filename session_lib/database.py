"""One SQLite file of conversations, however many sessions use it.

Only this module and `bulk` write SQL for messages: here for one session, there for many at once.
"""

import errno
import os
import sqlite3
import sys
import warnings
import weakref
from collections.abc import AsyncIterator, Container, Generator
from contextlib import asynccontextmanager, closing
from functools import partial
from itertools import islice

from session_lib.bulk import copy, delete, delete_older, insert_rows, list_sessions, load
from session_lib.closing import Closing
from session_lib.files import MEMORY, create_private, resolve
from session_lib.items import Item, decode_item, decode_items
from session_lib.schema import create_tables

if sys.platform == "emscripten":  # Python in a browser, which starts no threads
    from session_lib.threadless import LOCK, SharedFile
else:
    from session_lib.connection import LOCK, SharedFile

_TOUCH_SESSION = """
    INSERT INTO agent_sessions (session_id) VALUES (?)
    ON CONFLICT (session_id) DO UPDATE SET updated_at = CURRENT_TIMESTAMP
"""
_ADD_MESSAGES = "INSERT INTO agent_messages (session_id, message_data) VALUES "
# The index says where a session's rows are, the row itself whose it is: in a damaged file they may
# differ, and nobody is to see another's item. A row of somebody else has no text here.
_OWN = """
    SELECT {columns} FROM (SELECT id FROM agent_messages WHERE {mine} {which}) AS i
    LEFT JOIN agent_messages AS m ON m.id = i.id ORDER BY i.id {order}
"""
_MINE = "session_id = ? COLLATE BINARY"  # whoever made the table may have said COLLATE NOCASE
_TEXT = f"CASE WHEN m.{_MINE} THEN m.message_data END"
_ALL = _OWN.format(mine=_MINE, columns=_TEXT, which="", order="")
_LATEST = _OWN.format(mine=_MINE, columns=_TEXT, which="ORDER BY id DESC LIMIT ?", order="")
_COLUMNS = f"i.id, CAST(m.created_at AS BLOB), CAST({_TEXT} AS BLOB)"
_ROWS = _OWN.format(mine=_MINE, columns=_COLUMNS, which="", order="DESC")
_NEWEST = _OWN.format(mine=_MINE, columns=_COLUMNS, which="ORDER BY id DESC LIMIT 1", order="")

_databases: "weakref.WeakValueDictionary[str, Database]" = weakref.WeakValueDictionary()


class Database:
    """The conversations in one file, or in memory. Get one with `Database.at`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._users: weakref.WeakSet[object] = weakref.WeakSet()
        self.file = SharedFile(path, create_tables)
        weakref.finalize(self, _close, self.file).atexit = False

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
        resolved = resolve(path)
        with LOCK:
            database = None if resolved == MEMORY else _databases.get(os.path.normcase(resolved))
            if database is None:
                database = Database(resolved)
                if resolved != MEMORY:
                    _databases[os.path.normcase(resolved)] = database
            database._users.add(user)
            database.file.keep_open()
        return database

    def release(self, user: object) -> Closing:
        """Give the database up for `user`. The last one to do so closes its file.

        Returns:
            What to await for the file to be closed.
        """
        with LOCK:
            self._users.discard(user)
            return Closing() if self._users else self.file.close()

    async def get(self, session_id: str, limit: int | None = None) -> list[Item]:
        """Read the latest `limit` items of a session, or all of them, oldest first."""
        return await self.file.read(partial(self._select, session_id, limit))

    async def add(self, session_id: str, texts: list[str]) -> None:
        """Append items, given as JSON texts, to a session: all of them or none."""
        await self.file.write(partial(_insert, session_id, texts))

    async def load(self, rows: list[tuple[str, str, str]]) -> list[str]:
        """Add sessions, given as rows of session id, time (UTC) and JSON text: all or none.

        Returns:
            The ids of the sessions that had items already. They are left as they are.
        """
        return await self.file.write(partial(load, rows))

    async def pop(self, session_id: str) -> Item | None:
        """Remove the latest item of a session and return it, or ``None`` if there is none."""
        return await self.file.write(partial(self._delete_latest, session_id))

    async def clear(self, session_id: str) -> None:
        """Remove a session with all its items."""
        await self.file.write(partial(delete, session_id))

    async def rows(self, session_id: str) -> list[tuple[int, str, Item]]:
        """Read a session's items with their row ids and their times (UTC), oldest first."""
        return await self.file.read(
            lambda connection: [*self._readable(session_id, connection)][::-1]
        )

    async def sessions(self) -> list[tuple[str, int, int, str | None, str | None]]:
        """Read of each session: id, items, messages of the user, first and latest time (UTC)."""
        return await self.file.read(list_sessions)

    async def delete_older(self, moment: str, keep: Container[str]) -> tuple[list[str], int]:
        """Remove older sessions but `keep`. Return their ids, oldest first, and their items."""
        return await self.file.write(partial(delete_older, moment, keep))

    async def copy(self, target: str | os.PathLike[str]) -> tuple[str, int, int]:
        """Copy all of it into a new file. Return its path, and how many sessions and items it has.

        Raises:
            FileExistsError: There is something at `target` already.
        """
        path = resolve(target)
        if path == MEMORY:
            raise ValueError(f"the copy is to be at {target!r}; it must name a file")
        create_private(path)
        # By a connection of its own, so that nobody waits until a large file is copied.
        source = SharedFile(self.path, create_tables)
        try:
            return (path, *await source.read(partial(copy, path)))
        except BaseException:
            os.unlink(path)
            raise
        finally:
            source.close()

    # What follows runs in the connection's thread.

    def _select(
        self, session_id: str, limit: int | None, connection: sqlite3.Connection
    ) -> list[Item]:
        most = sys.maxsize if limit is None else min(limit, sys.maxsize)
        try:
            if limit is None:
                rows = connection.execute(_ALL, (session_id, session_id)).fetchall()
            else:
                rows = connection.execute(_LATEST, (session_id, session_id, most)).fetchall()
            return decode_items([text for (text,) in rows])
        except (ValueError, sqlite3.OperationalError) as error:
            if getattr(error, "sqlite_errorcode", None) is not None:
                raise  # SQLite's own, and not Python's about text that is not UTF-8
        # A row is not an item: decode row by row.
        with closing(self._readable(session_id, connection)) as readable:
            return [item for *_, item in islice(readable, most)][::-1]

    def _readable(
        self, session_id: str, connection: sqlite3.Connection
    ) -> Generator[tuple[int, str, Item], None, None]:
        """Give row id, time and item, latest first, of each row with one. Warn of the others."""
        with closing(connection.execute(_ROWS, (session_id, session_id))) as cursor:
            for row, time, text in cursor:
                item = decode_item(text)
                if item is not None:
                    yield row, (time or b"").decode("utf-8", "replace"), item
                else:
                    warnings.warn(
                        f"session {session_id!r}: row {row} of agent_messages in {self.path} "
                        "is not a JSON object; it is skipped, and left as it is",
                        RuntimeWarning,
                        stacklevel=2,
                    )

    def _delete_latest(self, session_id: str, connection: sqlite3.Connection) -> Item | None:
        latest = connection.execute(_NEWEST, (session_id, session_id)).fetchall()
        if not latest:
            return None
        row, _, text = latest[0]
        item = decode_item(text)
        if item is None:  # this row is damaged: look behind it
            with closing(self._readable(session_id, connection)) as rows:
                row, _, item = next(rows, (None, None, None))
        connection.execute("DELETE FROM agent_messages WHERE id = ?", (row,))
        return item


@asynccontextmanager
async def open_database(
    path: str | os.PathLike[str], *, create: bool = False
) -> AsyncIterator[Database]:
    """Use the database in a file for a while.

    Args:
        path: The file.
        create: Whether to create the file if it is not there.

    Yields:
        The database.

    Raises:
        TypeError, ValueError: `path` is not the name of a file.
        FileNotFoundError: There is no such file, and it is not to be created.
    """

    class User:
        """Whom the database is open for."""

    user = User()
    database = Database.at(path, user)
    try:
        if not create:
            _check_exists(database.path)
        yield database
    finally:
        await database.release(user)


def _close(file: SharedFile) -> None:
    with LOCK:
        file.close()


def _check_exists(path: str) -> None:
    if not os.path.exists(path):
        raise FileNotFoundError(errno.ENOENT, "there is no such file", path)


def _insert(session_id: str, texts: list[str], connection: sqlite3.Connection) -> None:
    connection.execute(_TOUCH_SESSION, (session_id,))
    insert_rows(_ADD_MESSAGES, [(session_id, text) for text in texts], connection)

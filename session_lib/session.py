"""A conversation that is kept: `SQLiteSession`, a drop-in for the OpenAI Agents SDK's class.

A session is a list of items in a SQLite database. Before each run the `Runner` reads the list and
gives it to the model; afterwards it appends what is new. That is all of an agent's memory.
"""

import os
from typing import Any

from session_lib.arguments import checked_id, checked_limit, checked_settings
from session_lib.closing import Closing
from session_lib.database import Database
from session_lib.files import MEMORY
from session_lib.items import encode_items

_NOT_GIVEN = object()


class SQLiteSession:
    """The memory of one conversation.

    It satisfies the Agents SDK's `Session` protocol (version 0.24.0) without importing the SDK.
    Make one anywhere, inside or outside an event loop; use it in any loop and any thread. It
    need not be closed.

    Args:
        session_id: The name of the conversation: ``"user_123"``. The same id in the same file is
            the same conversation, in this program and in the next.
        db_path: The file to keep it in, created by the first operation if it does not exist.
            Without one, the conversation is kept in memory, and is gone with this object.
        session_settings: The SDK's `SessionSettings`, or a dict for one, such as
            ``{"limit": 20}``: how many items `get_items` returns unless told otherwise.

    Raises:
        TypeError: `session_id` is not a str, `db_path` not a path, or a setting is unknown.
        ValueError: `session_id` or `db_path` is empty, or holds what no database can store.
    """

    def __init__(
        self,
        session_id: str,
        db_path: str | os.PathLike[str] | None = None,
        *,
        session_settings: Any = None,
    ) -> None:
        self.session_id = checked_id(session_id)
        self.db_path = MEMORY if db_path is None else db_path
        self._settings: Any = _NOT_GIVEN
        if session_settings is not None:
            self.session_settings = session_settings
        self._database: Database | None = Database.at(db_path, self)
        self._path = self._database.path

    @property
    def database(self) -> Database:
        """The database that holds the conversation. Raises RuntimeError once it is closed."""
        if self._database is None:
            raise RuntimeError(f"SQLiteSession is closed: {self.session_id!r}; make a new one")
        return self._database

    @property
    def session_settings(self) -> Any:
        """The SDK's `SessionSettings`, empty unless given. A dict that is assigned becomes one."""
        if self._settings is _NOT_GIVEN:  # made only now, because it takes importing the SDK
            self._settings = checked_settings({})
        return self._settings

    @session_settings.setter
    def session_settings(self, settings: Any) -> None:
        self._settings = None if settings is None else checked_settings(settings)

    async def get_items(self, limit: int | None = None) -> list[Any]:
        """Return the conversation, oldest item first.

        Args:
            limit: How many of the latest items to return. ``None`` means the limit of
                `session_settings` if it has one, and all items otherwise.

        Returns:
            The items, as dicts, equal to what was added.

        Raises:
            TypeError: `limit` is not a whole number.
            ValueError: `limit` is negative.
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be read. The message names it.

        Warns:
            RuntimeWarning: A stored row is not an item: somebody edited the file. It is skipped.
        """
        if limit is None:
            limit = getattr(self._settings, "limit", None)
        return await self.database.get(self.session_id, checked_limit(limit))

    async def add_items(self, items: list[Any]) -> None:
        """Append items to the conversation: all of them or, on an error, none.

        Args:
            items: Dicts of any shape that JSON can hold, or Pydantic models.

        Raises:
            TypeError: An item is neither, or holds what JSON cannot. The message names its index.
            ValueError: An item holds a value that JSON cannot carry unchanged, such as NaN.
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be written. The message names it.
        """
        database, texts = self.database, encode_items(items)
        if texts:
            await database.add(self.session_id, texts)

    async def pop_item(self) -> Any:
        """Remove the latest item and return it.

        Returns:
            The item, a dict, or ``None`` if the conversation is empty.

        Raises:
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be written. The message names it.

        Warns:
            RuntimeWarning: A stored row is not an item: somebody edited the file. It stays there.
        """
        return await self.database.pop(self.session_id)

    async def clear_session(self) -> None:
        """Remove all items. The session can be used again.

        Raises:
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be written. The message names it.
        """
        await self.database.clear(self.session_id)

    def close(self) -> Closing:
        """Close the file, unless other sessions use it. What is stored stays, except in memory.

        Nothing requires this: a program may end without it. Use it to move or delete the file
        afterwards. A second call does nothing.

        Returns:
            Something to ``await`` if you want to continue only when the file is closed. Of the
            SDK's sessions, some need ``await`` here and some refuse it; this one takes both.
        """
        database, self._database = self._database, None
        if database is not None:
            self._closing = database.release(self)
        return self._closing

    async def __aenter__(self) -> "SQLiteSession":
        _ = self.database  # raises if the session is closed
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def __reduce_ex__(self, protocol: Any) -> Any:
        reason = "make another one with the same id and file"
        raise TypeError(f"a SQLiteSession cannot be copied or pickled; {reason}")

    def __repr__(self) -> str:
        return f"SQLiteSession({self.session_id!r}, {self._path!r})"

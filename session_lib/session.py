"""A conversation that is kept: `SQLiteSession`, a drop-in for the OpenAI Agents SDK's class.

A session is a list of items in a SQLite database. Before each run the `Runner` reads the list and
hands it to the model; afterwards it appends what is new. That is all of an agent's memory.
"""

import asyncio
import operator
import os
from collections.abc import Generator, Mapping
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

from session_lib.database import Database
from session_lib.items import encode_items, shown


class SQLiteSession:
    """The memory of one conversation.

    It satisfies the Agents SDK's `Session` protocol (version 0.24.0) without importing the SDK.
    Make one anywhere, inside or outside an event loop; use it in any loop and any thread. It
    need not be closed.

    Args:
        session_id: Names the conversation: ``"user_123"``. The same id in the same file is the
            same conversation, in this program and in the next.
        db_path: The file to keep it in, made by the first operation if it is not there. Without
            one, the conversation is kept in memory and is gone with this object.
        session_settings: The SDK's `SessionSettings`, or a dict for one, such as
            ``{"limit": 20}``: how many items `get_items` returns when it is not told.

    Raises:
        TypeError: `session_id` is no string, `db_path` no path, or a setting is unknown.
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
        self.session_settings = session_settings
        self._database = Database.at(db_path, self)
        self._closed = False

    @property
    def session_settings(self) -> Any:
        """The SDK's `SessionSettings`, or ``None``. A dict that is assigned becomes one."""
        return self._session_settings

    @session_settings.setter
    def session_settings(self, settings: Any) -> None:
        self._session_settings = _checked_settings(settings)

    async def get_items(self, limit: int | None = None) -> list[Any]:
        """Return the conversation, oldest item first.

        Args:
            limit: How many of the latest items to return. ``None`` means the limit of
                `session_settings` if there is one, and all items otherwise.

        Returns:
            The items, a dict each, equal to what was added.

        Raises:
            TypeError: `limit` is no whole number.
            ValueError: `limit` is negative.
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be read. The message names it.

        Warns:
            RuntimeWarning: A stored row is no item: somebody edited the file. It is skipped.
        """
        self._check_open()
        if limit is None:
            limit = getattr(self.session_settings, "limit", None)
        return await self._database.get(self.session_id, _checked_limit(limit))

    async def add_items(self, items: list[Any]) -> None:
        """Append items to the conversation: all of them, or in case of an error none.

        Args:
            items: Dicts of any shape that JSON can hold, or Pydantic models.

        Raises:
            TypeError: An item is neither, or holds what JSON cannot. The message names its index.
            ValueError: An item holds a value that JSON cannot carry unchanged, such as NaN.
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be written. The message names it.
        """
        self._check_open()
        texts = encode_items(items)
        if texts:
            await self._database.add(self.session_id, texts)

    async def pop_item(self) -> Any:
        """Remove the latest item and return it.

        Returns:
            The item, a dict, or ``None`` if the conversation is empty.

        Raises:
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be written. The message names it.

        Warns:
            RuntimeWarning: A stored row is no item: somebody edited the file. It stays there.
        """
        self._check_open()
        return await self._database.pop(self.session_id)

    async def clear_session(self) -> None:
        """Remove all items. The session can be used again.

        Raises:
            RuntimeError: The session is closed.
            OSError, sqlite3.Error: The file cannot be written. The message names it.
        """
        self._check_open()
        await self._database.clear(self.session_id)

    def close(self) -> "_Closing":
        """Let go of the file. What is stored stays, except in memory.

        Nothing needs this: a program may end without it. It is for who wants to move or delete
        the file now. A second call does nothing.

        Returns:
            Something to ``await`` if you want to go on only when the file is closed. The SDK's
            sessions have both kinds of `close`, with ``await`` and without; here both work.
        """
        self._closed = True
        return _Closing(self._database.release(self))

    async def __aenter__(self) -> "SQLiteSession":
        self._check_open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"SQLiteSession({self.session_id!r}, {self._database.path!r})"

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError(f"SQLiteSession is closed: {self.session_id!r}; make a new one")


class _Closing:
    """What `SQLiteSession.close` returns: nothing needs to wait for it, and who wants to, can."""

    def __init__(self, futures: "list[Future[None]]") -> None:
        self._futures = futures

    def __await__(self) -> Generator[Any, None, None]:
        for future in self._futures:
            yield from asyncio.wrap_future(future).__await__()


def checked_id(session_id: str) -> str:
    """Return `session_id` if it can name a session, and raise as `SQLiteSession` does if not."""
    if not isinstance(session_id, str):
        raise TypeError(f"session_id is {shown(session_id)}; it must be a str")
    if not session_id:
        raise ValueError("session_id is empty; name the conversation, as in 'user_123'")
    try:
        session_id.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"session_id is no valid Unicode: {error}") from None
    return session_id


def _checked_limit(limit: Any) -> int | None:
    if limit is None:
        return None
    try:
        if isinstance(limit, bool):
            raise TypeError
        number = operator.index(limit)
    except TypeError:
        reason = "it must be a whole number, or None for all items"
        raise TypeError(f"limit is {shown(limit)}; {reason}") from None
    if number < 0:
        raise ValueError(f"limit is {shown(number)}; it must be 0 or more, or None for all items")
    return number


def _checked_settings(settings: Any) -> Any:
    if settings is None or hasattr(settings, "limit"):
        return settings
    if not isinstance(settings, Mapping):
        raise TypeError(
            f"session_settings is {shown(settings)}; it must be SessionSettings or a dict"
        )
    unknown = ", ".join(shown(key) for key in settings if key != "limit")
    if unknown:
        raise TypeError(f"session_settings has no {unknown}; it has 'limit'")
    try:
        # Only who asks for the SDK's settings pays for importing it.
        from agents.memory import SessionSettings
    except ModuleNotFoundError:
        return SimpleNamespace(**settings)
    return SessionSettings(**settings)

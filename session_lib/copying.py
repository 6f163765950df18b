"""Conversations from one kind of session to another: from a file to PostgreSQL, say.

It needs nothing of a session but the four operations of the Agents SDK's `Session` protocol.
"""

import inspect
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from session_lib.database import open_database
from session_lib.reports import with_progress
from session_lib.session import SQLiteSession

_PROGRESS_FROM = 50
"""Sessions from which on there is a progress bar."""


class Session(Protocol):
    """What is needed of a session: part of the Agents SDK's protocol (version 0.24.0)."""

    async def get_items(self, limit: int | None = None) -> list[Any]:
        """Return the items, oldest first."""
        ...

    async def add_items(self, items: list[Any]) -> None:
        """Append items."""
        ...

    async def clear_session(self) -> None:
        """Remove all items."""
        ...


class CopyReport(NamedTuple):
    """What `copy_sessions` did.

    Attributes:
        sessions: The ids of the sessions that were copied, or to which what they lacked was added.
        items: How many items were added to the targets, together.
        complete: The ids of the sessions whose targets had everything already.
        skipped: The ids of the sessions whose targets hold something else, and are left as it is.
    """

    sessions: list[str]
    items: int
    complete: list[str]
    skipped: list[str]

    def __str__(self) -> str:
        text = f"sessions copied: {len(self.sessions):,}, with {self.items:,} items"
        if self.complete:
            text += f"; there already: {len(self.complete):,}"
        if self.skipped:
            text += f"; skipped, as the target holds something else: {', '.join(self.skipped)}"
        return text


async def copy_session(source: Session, target: Session) -> int:
    """Copy the items of one session to another, in order: all of them or none.

    It is safe to run again. What the target has already is not added twice: if it holds the
    beginning of the conversation, as after an earlier copy, only the rest is added.

    Args:
        source: Any session of the Agents SDK's protocol. A limit in its settings is not obeyed.
        target: Another one, with this conversation's beginning or nothing in it.

    Returns:
        How many items were added: 0 if the target had all of them.

    Raises:
        ValueError: The target holds something else. It is left as it is.
        RuntimeError: The target took the items and does not return them. It is empty again.
        Exception: What the sessions themselves raise. A target that was empty is so again.
    """
    added = await _copy(source, target)
    if added is None:
        raise ValueError(f"the target holds other items than the source: {_named(target)}")
    return added


async def copy_sessions(
    db_path: str | os.PathLike[str], make_target: Callable[[str], Any]
) -> CopyReport:
    """Copy all conversations of a file to sessions of another kind, one after the other.

    Each is copied as `copy_session` does it, so it is safe to run again: after an interruption,
    or to bring over what has been said since. With many sessions a progress bar appears on
    stderr, if tqdm is installed.

    Args:
        db_path: The file. It is not created, and not changed.
        make_target: Called with each session id. Returns the session to copy to, or an awaitable
            of it: ``lambda id: SQLAlchemySession(id, engine=engine, create_tables=True)``.

    Returns:
        What was copied and what was left alone. `print` it to read it.

    Raises:
        FileNotFoundError: There is no such file.
        Exception: What a session raises. Those copied before that stay copied.
    """
    items = 0
    sessions: list[str] = []
    complete: list[str] = []
    skipped: list[str] = []
    async with open_database(db_path) as database:
        ids = [row[0] for row in await database.sessions()]
        many = len(ids) >= _PROGRESS_FROM
        for session_id in with_progress(ids, unit="session", desc="copying") if many else ids:
            target = make_target(session_id)
            if inspect.isawaitable(target):
                target = await target
            async with SQLiteSession(session_id, db_path) as source:
                added = await _copy(source, target)
            items += added or 0
            (skipped if added is None else sessions if added else complete).append(session_id)
    return CopyReport(sessions, items, complete, skipped)


async def _copy(source: Session, target: Session) -> int | None:
    """Add to `target` what it lacks. Return how much that was, or None if it holds other items."""
    items = await _all_items(source)
    there = await _all_items(target)
    if there != items[: len(there)]:
        return None
    rest = items[len(there) :]
    if not rest:
        return 0
    try:
        await target.add_items(rest)
        if len(await _all_items(target)) != len(items):
            raise RuntimeError(f"not all of what was added came back: {_named(target)}")
    except BaseException:
        await _take_back(target, there)
        raise
    return len(rest)


async def _all_items(session: Session) -> list[Any]:
    settings = getattr(session, "session_settings", None)
    limited = getattr(settings, "limit", None) is not None
    return await session.get_items(sys.maxsize if limited else None)


async def _take_back(target: Session, before: list[Any]) -> None:
    """Leave `target` as it was."""
    if len(await _all_items(target)) != len(before):
        await target.clear_session()
        if before:
            await target.add_items(before)


def _named(session: Session) -> str:
    return repr(getattr(session, "session_id", session))

"""Conversations from one kind of session to another: from a file to PostgreSQL, say.

Any session of the Agents SDK's `Session` protocol will do.
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
"""The number of sessions from which there is a progress bar."""


class Session(Protocol):
    """The part of the Agents SDK's protocol (version 0.24.0) that copying needs."""

    async def get_items(self, limit: int | None = None) -> list[Any]:
        """Return the items, oldest first."""
        ...

    async def add_items(self, items: list[Any]) -> None:
        """Append items."""
        ...

    async def pop_item(self) -> Any:
        """Remove the latest item."""
        ...


class CopyReport(NamedTuple):
    """What `copy_sessions` did.

    Attributes:
        sessions: The ids of the sessions that were copied, in whole or from where an earlier copy
            ended.
        items: How many items were added to the targets in total.
        complete: The ids of the sessions whose targets had everything already.
        skipped: The ids of the sessions whose targets hold something else. They are left alone.
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
    beginning of the conversation, as after an earlier copy, only the rest is added. This works
    with all of the SDK's session classes. OpenAI's Conversations service rewrites items: it gives
    them new ids, a status, and parts in place of a plain text. So items are compared without
    these: an item is the same if role, kind, text, calls and results are.

    Args:
        source: Any session of the Agents SDK's protocol. A limit in its settings is ignored.
        target: Another one, empty or with the beginning of this conversation.

    Returns:
        How many items were added, which is 0 if the target had all of them.

    Raises:
        ValueError: The target holds something else, or what its service made of the items is not
            recognized. It is left as it is.
        RuntimeError: The target took the items but does not return all of them. Those that it
            does return are removed again.
        Exception: What the sessions themselves raise. Items that were added are removed again,
            if the target still answers.
    """
    added = await _copy(source, target)
    if added is None:
        raise ValueError(f"the target holds other items than the source: {_named(target)}")
    return added


async def copy_sessions(
    db_path: str | os.PathLike[str], make_target: Callable[[str], Any]
) -> CopyReport:
    """Copy all conversations of a file to sessions of another kind, one after the other.

    Each is copied by `copy_session`, so it is safe to run again: after an interruption, or to
    add what has been said since. With 50 sessions or more a progress bar appears on stderr, if
    tqdm is installed.

    Args:
        db_path: The file. It is not created, and not changed.
        make_target: Called with each session id. Returns the session to copy to, or an awaitable
            of it: ``lambda id: SQLAlchemySession(id, engine=engine, create_tables=True)``.

    Returns:
        What was copied and what was left alone. `print` it to read it.

    Raises:
        FileNotFoundError: There is no such file.
        Exception: What a session raises. Sessions copied before that stay copied.
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
    """Add what `target` lacks. Return how much that was, or None if it holds other items."""
    items = await _all_items(source)
    there = await _all_items(target)
    if len(there) > len(items) or any(map(_differ, there, items)):
        return None
    rest = items[len(there) :]
    if not rest:
        return 0
    try:
        await target.add_items(rest)
        if len(await _all_items(target)) != len(items):
            raise RuntimeError(f"not all of what was added came back: {_named(target)}")
    except BaseException:
        # Not with `clear_session`: at OpenAI, it deletes the conversation and its id.
        for _ in range(len(await _all_items(target)) - len(there)):
            await target.pop_item()
        raise
    return len(rest)


async def _all_items(session: Session) -> list[Any]:
    limited = False
    layer: Any = session
    while layer is not None:  # a session that encrypts or compacts wraps another one
        settings = getattr(layer, "session_settings", None)
        limited = limited or getattr(settings, "limit", None) is not None
        layer = getattr(layer, "underlying_session", None)
    return await session.get_items(sys.maxsize if limited else None)


def _differ(one: Any, other: Any) -> bool:
    return bool(one != other and _meaning(one) != _meaning(other))


def _meaning(item: Any) -> Any:
    """Return `item` without what a service may add: see `copy_session`."""
    if not isinstance(item, dict):
        return item
    fields = {key: value for key, value in item.items() if key != "id" and value is not None}
    if fields.get("status") == "completed":
        del fields["status"]
    if "role" in fields and "content" in fields:
        fields.setdefault("type", "message")
        content = fields["content"]
        if isinstance(content, str):
            kind = "output_text" if fields["role"] == "assistant" else "input_text"
            content = [{"type": kind, "text": content}]
        if isinstance(content, list):
            fields["content"] = [_part_meaning(part) for part in content]
    return fields


def _part_meaning(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {
        key: value
        for key, value in part.items()
        if value is not None and not (key in ("annotations", "logprobs") and value == [])
    }


def _named(session: Session) -> str:
    try:
        return repr(getattr(session, "session_id", session))
    except ValueError:  # a conversation at OpenAI that does not exist yet
        return repr(session)

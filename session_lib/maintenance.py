"""Upkeep of a file of conversations: cleaning up old sessions, and copying it while in use.

Both work while other parts of the program, and other programs, use the file.
"""

import os
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from session_lib.database import open_database
from session_lib.reports import counted, short_repr


class DeleteReport(NamedTuple):
    """What `delete_sessions` deleted.

    Attributes:
        sessions: The ids of the sessions, those that were silent for longest first.
        items: How many items they had in total.
    """

    sessions: list[str]
    items: int

    def __str__(self) -> str:
        return f"deleted {_contents(len(self.sessions), self.items)}"


class DatabaseCopy(NamedTuple):
    """What `copy_database` copied.

    Attributes:
        path: The copy.
        sessions: How many sessions it has.
        items: How many items it has.
    """

    path: str
    sessions: int
    items: int

    def __str__(self) -> str:
        return f"copied {_contents(self.sessions, self.items)} to {os.path.basename(self.path)}"


async def delete_sessions(
    db_path: str | os.PathLike[str],
    *,
    older_than: timedelta | datetime,
    keep: Collection[str] = (),
) -> DeleteReport:
    """Delete the sessions that have been silent for long: all of them or, on an error, none.

    Deleted items are overwritten in the file. The file does not shrink: new items reuse the
    space.

    Args:
        db_path: The file. It is not created.
        older_than: How long a session must have been silent, such as ``timedelta(days=30)``, or
            since when, as a datetime with a time zone. What counts is the time of its latest
            item; for a session without items, the time of its last change.
        keep: The ids of sessions that stay, however old they are.

    Returns:
        Which sessions were deleted, and how many items with them. `print` it to read it.

    Raises:
        TypeError: `older_than` is neither a timedelta nor a datetime, or `keep` is not a
            collection of ids.
        ValueError: `older_than` is a negative timedelta, or a datetime without a time zone.
        FileNotFoundError: There is no such file.
        OSError, sqlite3.Error: The file cannot be written. The message names it.
    """
    moment = _moment(older_than).replace(tzinfo=None).isoformat(" ", "seconds")
    kept = _ids(keep)
    async with open_database(db_path) as database:
        return DeleteReport(*await database.delete_older(moment, kept))


async def copy_database(
    db_path: str | os.PathLike[str], target: str | os.PathLike[str]
) -> DatabaseCopy:
    """Copy a file of conversations, even while it is being written to.

    The copy holds what was stored at one moment, in a single file that only its owner can read.
    SQLite's backup function makes it. (A plain copy of the file may lack what is still in its
    log.)

    Args:
        db_path: The file. It is not created.
        target: The copy. It must not exist yet.

    Returns:
        How many sessions and items the copy has. `print` it to read it.

    Raises:
        FileNotFoundError: There is no such file, or no folder for the copy.
        FileExistsError: There is something at `target` already; it is left as it is.
        ValueError: `target` is not the name of a file.
        OSError, sqlite3.Error: Reading or writing failed, and there is no copy.
    """
    async with open_database(db_path) as database:
        return DatabaseCopy(*await database.copy(target))


def _moment(older_than: timedelta | datetime) -> datetime:
    """Return the moment in UTC, or the beginning of the year 1 if it is before that."""
    try:
        if isinstance(older_than, timedelta):
            if older_than < timedelta(0):
                raise ValueError(f"older_than is {older_than}; it must not be negative")
            return datetime.now(UTC) - older_than
        if not isinstance(older_than, datetime):
            raise TypeError(
                f"older_than is {short_repr(older_than)}; it must be a timedelta or a datetime"
            )
        if older_than.tzinfo is None:
            raise ValueError(
                f"older_than is {older_than}, without a time zone; add one, such as UTC"
            )
        return older_than.astimezone(UTC)
    except OverflowError:
        return datetime.min


def _ids(keep: Collection[str]) -> frozenset[str]:
    if isinstance(keep, str) or not isinstance(keep, Collection):
        raise TypeError(f"keep is {short_repr(keep)}; it must be a list of session ids")
    if hasattr(keep, "columns"):  # a pandas table gives the names of its columns, which keep nobody
        raise TypeError("keep is a table; it must be its column, or its index, of session ids")
    for one in keep:
        if not isinstance(one, str):
            raise TypeError(f"keep has {short_repr(one)}; a session id is a string")
    return frozenset(keep)


def _contents(sessions: int, items: int) -> str:
    return f"{counted(sessions, 'session')} with {counted(items, 'item')}"

"""Conversations from a file of JSON lines, into a database: all of the file or nothing.

A line holds one item and says whose it is and when it was said. The folder `data` of the kit has
such a file, and describes the format.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from session_lib.arguments import checked_id
from session_lib.database import open_database
from session_lib.items import encode_items
from session_lib.reports import counted, progress_bar, short_repr

_PROGRESS_FROM = 5_000
"""Lines that are read before a progress bar appears. They take less than a second."""

_MAX_NAMES = 5
"""Skipped sessions that a report names."""

_SHAPE = "a line is an object with 'session_id', 'item' and, optionally, 'created_at'"

_Row = tuple[str, str, str]


class LoadReport(NamedTuple):
    """What `load_sessions` loaded.

    Attributes:
        sessions: How many sessions were stored.
        items: How many items they have, together.
        skipped: The ids of the sessions that had items already and were left alone, in the order
            in which the file has them.
    """

    sessions: int
    items: int
    skipped: list[str]

    def __str__(self) -> str:
        text = f"loaded {counted(self.sessions, 'session')} with {counted(self.items, 'item')}"
        if self.skipped:
            names = ", ".join(map(short_repr, self.skipped[:_MAX_NAMES]))
            if len(self.skipped) > _MAX_NAMES:
                names += f" and {len(self.skipped) - _MAX_NAMES:,} more"
            text += f"; skipped {counted(len(self.skipped), 'session')} with items already: {names}"
        return text


async def load_sessions(
    source: str | os.PathLike[str], db_path: str | os.PathLike[str]
) -> LoadReport:
    r"""Load conversations from a file of JSON lines: all of them or, on an error, nothing.

    A session that has items in the database already is left as it is. So it is safe to load a
    file twice, or from two programs at the same time. Everything is stored in one transaction.

    With more than 5,000 lines a progress bar appears on stderr, if tqdm is installed.

    Args:
        source: The file: UTF-8, one line an item, no empty lines, such as
            ``{"session_id": "ada", "created_at": "2026-03-02T09:14:05Z", "item": {...}}``.
            The items of a session are stored in the order of their lines, whatever their times.
            The lines of several sessions may be mixed. ``created_at`` is a date and a time in a
            format that `datetime.fromisoformat` reads; without an offset it is in UTC. It is
            stored as SQLite stores its own times: in UTC, without fractions of a second. A line
            without ``created_at`` gets the time of loading.
        db_path: The database file, made if it is not there.

    Returns:
        How many sessions and items were stored, and which sessions were left alone. `print` it
        to read it.

    Raises:
        ValueError: A line is empty or not JSON, lacks a key or has an unknown one, or has a time
            that cannot be read or an item that cannot be stored unchanged. The message names the
            file and the line. Also if `db_path` is empty or ``":memory:"``.
        TypeError: Something in a line has the wrong type: an item is not a JSON object, say. The
            message names the file and the line. Also if an argument is not a path.
        OSError, sqlite3.Error: `source` cannot be read, or the database cannot be written. The
            message names the file.
    """
    if db_path is None or (isinstance(db_path, str | Path) and str(db_path) == ":memory:"):
        raise ValueError(
            f"db_path is {db_path!r}; name a file: what is loaded into memory would be gone at once"
        )
    async with open_database(db_path, create=True) as database:
        if sys.platform == "emscripten":  # there are no threads
            rows = _read(source)
        else:
            # In a thread, so that the event loop keeps running.
            rows = await asyncio.to_thread(_read, source)
        skipped = await database.load(rows) if rows else []
    left_alone = {*skipped}
    stored = [session_id for session_id, _, _ in rows if session_id not in left_alone]
    return LoadReport(len({*stored}), len(stored), skipped)


def _read(source: str | os.PathLike[str]) -> list[_Row]:
    """Read and check all lines, before anything is stored."""
    path = Path(source).expanduser()
    now = _stored(datetime.now(UTC))
    rows = []
    with open(path, "rb") as file, contextlib.closing(_lines(file)) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                rows.append(_row(line, now))
            except (TypeError, ValueError) as error:
                kind = TypeError if isinstance(error, TypeError) else ValueError
                raise kind(f"{path}, line {number}: {error}") from None
    return rows


def _lines(file: BinaryIO) -> Generator[bytes, None, None]:
    """Give the lines of `file`. If there are many, show how much of it has been read."""
    read, bar = 0, None
    try:
        for number, line in enumerate(file):
            if number == _PROGRESS_FROM:
                size = os.fstat(file.fileno()).st_size or None  # 0 if the file is a pipe
                bar = progress_bar(
                    total=size, initial=read, unit="B", unit_scale=True, desc="reading"
                )
            yield line
            read += len(line)
            if bar is not None:
                bar.update(len(line))
    finally:
        if bar is not None:
            bar.close()


def _row(line: bytes, now: str) -> _Row:
    fields = _parsed(line)
    if not isinstance(fields, dict):
        raise ValueError(f"it is a {type(fields).__name__}; {_SHAPE}")
    for key in ("session_id", "item"):
        if key not in fields:
            raise ValueError(f"it has no {key!r}; {_SHAPE}")
    for key in fields:
        if key not in ("session_id", "created_at", "item"):
            raise ValueError(f"it has the unknown key {short_repr(key)}; {_SHAPE}")
    session_id = checked_id(fields["session_id"])
    time = _time(fields["created_at"]) if "created_at" in fields else now
    try:
        (text,) = encode_items([fields["item"]])
    except (TypeError, ValueError) as error:
        raise type(error)(str(error).replace("items[0]", "item", 1)) from None
    return session_id, time, text


def _parsed(line: bytes) -> Any:
    try:
        text = line.decode("utf-8-sig").rstrip()  # some editors write a byte order mark
        if not text:
            raise ValueError("it is empty; delete it")
        return json.loads(text)
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8: {error.reason} at byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply to be read") from None


def _time(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"'created_at' is {short_repr(text)}; it must be a str, or left out")
    try:
        time = datetime.fromisoformat(text)
        return _stored(time.astimezone(UTC) if time.tzinfo else time)
    except (ValueError, OverflowError):
        raise ValueError(
            f"'created_at' is {short_repr(text)}; it must be a time such as '2026-03-02T09:14:05Z'"
        ) from None


def _stored(time: datetime) -> str:
    """Write a time in UTC as SQLite's CURRENT_TIMESTAMP does."""
    return time.replace(tzinfo=None).isoformat(" ", "seconds")

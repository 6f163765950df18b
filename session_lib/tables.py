"""Conversations as tables: `history` for the items of one, `sessions` for all of a file.

A table is a pandas DataFrame. Its columns have the same types whatever the conversation holds,
even if it is empty, so that tables can be joined and grouped. `export_csv` writes one to a file
for a spreadsheet.
"""

import csv
import numbers
import os
import re
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from session_lib.database import open_database
from session_lib.descriptions import KINDS, ROLES, describe
from session_lib.session import SQLiteSession

# Where a spreadsheet may see a formula begin: at the start of a cell, or of what another separator
# makes one. Full-width and small signs count too, since some editions of Excel read them as the
# plain ones. So does a sign after what an import may strip: blanks, quotes, and what is not seen.
_SIGN = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_STRIPPED = (
    r"[\x01-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000e0000-\U000e0fff'\"]*"
)
_FORMULA = rf"\A%s(?={_STRIPPED}[{_SIGN}\t\r\n\0])|(?<=[;\t\r\n])%s(?={_STRIPPED}[{_SIGN}\0])"
_BEGINNING = re.compile(_FORMULA % ("", ""))

APOSTROPHE = re.compile(_FORMULA % ("'", "'"))
"""Finds the apostrophes that `export_csv` puts in, and no others."""

_NUMBER = re.compile(r"[+-]?(\d[\d_.]*(e[+-]?\d+)?|inf|nan)", re.ASCII | re.IGNORECASE)

_TIME = "datetime64[us, UTC]"


async def history(session: Any) -> pd.DataFrame:
    """Turn a conversation into a table, a row for each item, oldest first.

    A turn begins with each message of the user, as in the Agents SDK's `AdvancedSQLiteSession`
    (version 0.24.0). Items before the first one are turn 0.

    Args:
        session: A `SQLiteSession`, or any other object of the SDK's `Session` protocol. The
            latter is asked for its items with `get_items`, which returns only the latest ones if
            the session has a limit, and no times.

    Returns:
        A DataFrame with the columns

        - ``turn`` (int64): the turn that the item belongs to;
        - ``role`` (category): who is speaking, one of `session_lib.ROLES`; a role
          of your own becomes another category;
        - ``kind`` (category): one of `session_lib.KINDS`;
        - ``text`` (str): what `session_lib.describe` says, including
          control characters; to look at it in a terminal, use
          `session_lib.transcript`;
        - ``time`` (datetime, UTC): when the item was stored, to the second; ``NaT`` if that is
          not known.

    Raises:
        TypeError: `session` is not a session.
        RuntimeError: The session is closed.
        OSError, sqlite3.Error: The file cannot be read. The message names it.

    Warns:
        RuntimeWarning: A stored row is not an item: somebody edited the file. It is skipped.
    """
    if isinstance(session, SQLiteSession):
        rows = await session.database.rows(session.session_id)
    elif isinstance(session, type) or not hasattr(session, "get_items"):
        raise TypeError(f"session is a {type(session).__name__}; it must be a session")
    else:
        rows = [(0, "", item) for item in await session.get_items()]
    table = pd.DataFrame([describe(item) for _, _, item in rows], columns=["role", "kind", "text"])
    table.insert(0, "turn", (table["role"] == "user").cumsum().astype("int64"))
    roles = [*ROLES, *sorted({*table["role"]} - {*ROLES})]
    table["role"] = pd.Categorical(table["role"], categories=roles)
    table["kind"] = pd.Categorical(table["kind"], categories=KINDS)
    table["text"] = table["text"].astype(str)
    table["time"] = _times(time for _, time, _ in rows)
    return table


async def sessions(db_path: str | os.PathLike[str]) -> pd.DataFrame:
    """Turn a file of conversations into a table, a row for each session, oldest first.

    Args:
        db_path: The file. It is not created.

    Returns:
        A DataFrame with the columns ``session`` (str), the session's id; ``items`` and
        ``turns`` (int64), how many it has, turns counted as in `history`; ``first`` and
        ``latest`` (datetime, UTC), when its first and its latest item were stored. For a
        session without items they are ``NaT``, and it comes first.

    Raises:
        FileNotFoundError: There is no such file.
        TypeError, ValueError: `db_path` is not the name of a file.
        OSError, sqlite3.Error: The file cannot be read. The message names it.
    """
    async with open_database(db_path) as database:
        rows = await database.sessions()
    columns = ["session", "items", "turns", "first", "latest"]
    table = pd.DataFrame(rows, columns=columns)
    table["first"] = _times(table["first"])
    table["latest"] = _times(table["latest"])
    return table.astype({"session": str, "items": "int64", "turns": "int64"})


def export_csv(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table to a file for a spreadsheet, which shows its texts and runs none of them.

    A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and
    what somebody typed in a conversation may be one that sends the other cells away. So such a
    cell, and one that begins with a tab, a line break or NUL, gets an apostrophe before it. This
    measure is OWASP's: see its page "CSV Injection", which names the full-width forms of the
    four signs too, and requirement 1.2.10 of its ASVS. It is also taken where only blanks, quotes
    or invisible characters come before the sign. Cells get an apostrophe inside too, before a
    sign at the start of a line or after ``;`` or a tab: a spreadsheet that expects semicolons, as
    in much of Europe, begins a cell there. What counts is the text that is written, whatever the
    value is; numbers stay numbers.

    Nothing is lost. To have the texts of a column back as they were::

        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table["text"] = table["text"].str.replace(APOSTROPHE, "", regex=True)

    Args:
        table: What `history` or `sessions` returned, or any other table. Its index is left out.
        path: The file: comma-separated, all cells in quotes, in UTF-8 with the mark at its
            beginning by which Excel knows it. A new file can be read by its owner only. An
            existing one is overwritten.

    Raises:
        TypeError: `table` is not a DataFrame, or `path` is not a path.
        OSError: The file cannot be written. The message names it.
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table is a {type(table).__name__}; it must be a DataFrame")
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path is a {type(path).__name__}; it must be a str or a path")
    header = [_harmless(str(name)) for name in table.columns]
    cells = table.astype(object).map(_harmless)
    text = cells.to_csv(index=False, header=header, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    name = os.path.expanduser(os.fspath(path))
    with open(name, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text.encode("utf-8-sig", "backslashreplace"))


def _harmless(value: Any) -> str:
    """Return the text that is written for `value`, with its apostrophes."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    text = str.__str__(value) if isinstance(value, str) else str(value)
    if isinstance(value, numbers.Number) and _NUMBER.fullmatch(text):
        return text
    return _BEGINNING.sub("'", text)


def _times(texts: Any) -> pd.Series:
    """Read SQLite's CURRENT_TIMESTAMP, which is in UTC. Anything else becomes ``NaT``."""
    series = pd.Series([str(text) for text in texts], dtype=object)
    times = pd.to_datetime(series, utc=True, format="ISO8601", errors="coerce")
    return times.astype(_TIME)

"""Values that nobody should pass, texts that mean something elsewhere, and random items."""

import collections
import datetime
import decimal
import enum
import fractions
import io
import json
import math
import re
import sqlite3
import sys
import types
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pandas as pd  # type: ignore[import-untyped]
from hypothesis import strategies as st

from session_lib import SQLiteSession

# fmt: off
TEXTS = [  # They mean something to SQL, to a shell, to a file system, to HTML, to a terminal.
    "' OR '1'='1", "'; DROP TABLE agent_messages; --", '"; DELETE FROM agent_sessions; --',
    "x' UNION SELECT * FROM agent_messages --", "`", "\\", "\\'", "%", "%s%n", "_", "*", "?",
    ":session", "[a-z]", "{0}", "{session_id!r}", "{{7*7}}", "$HOME", "$(reboot)", "`reboot`",
    "; reboot", "| more", "&", "${jndi:ldap://example.org/a}", "\0", "a\0b", "\0" * 1_000, "\n",
    "\r\n", "a\nb", "\t", " ", "  a  ", "\x1b[2J", "\x07", "\x7f", "\x85", "\u2028", "\ufeff",
    "\u200b", "\u202eabc", "\ufffe", "\uffff", "\U0010ffff", "\U0001f600",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", "e\u0301", "\u0301" * 500, "\u0130", "\u00df",
    "\ufdfa", "..", "../../x", "..\\..\\x", "/", "/etc/passwd", "C:\\x", "\\\\server\\share",
    "file:x?mode=memory", "~", "~root/x", "-rf", "--", ":memory:", "NUL", "CON", "null", "None",
    "true", "0", "-1", "1e400", "NaN", "__proto__", "<script>alert(1)</script>", "]]>", "<!--",
    "&lt;", '{"role": "user"}', '","', "a" * 1_000_000, "\u00e9" * 100_000, "\U0001f600" * 1_000,
]
HALVES = ["\ud800", "a\udfff", "\udc80", "\ude00\ud83d", "\ud83d\ude00"]
"""Halves of surrogate pairs, and one whole pair in two characters."""


class Colour(enum.Enum):
    RED = "red"


def strange() -> list[Any]:
    """Values of every kind, made anew, most of which fit no argument.

    A few are a count, a path, an item, settings or a list of items.
    """
    return [
        None, True, ..., NotImplemented, 0, -1, 2**63, -(2**63) - 1, 10**5_000, -(10**5_000), 1.5,
        math.nan, math.inf, 1j, decimal.Decimal("1.5"), fractions.Fraction(1, 3), "", "x", b"x",
        b"\xff" * 100_000, bytearray(b"x"), memoryview(b"x"), Path("x"), (), (1, 2), [], [None],
        [[]], [1, "a"], [{}], [{"a": math.nan}], [{"a": 10**5_000}], {}, {1: 2},
        {None: 1, "a": 1}, {b"a": 1}, {10**5_000: 1}, {"a": {1}}, {"limt": 1}, {"limit": 1},
        {"limit": -1}, {"limit": "x"}, {"limit": nested(10_000)}, set(), {1}, frozenset({1}),
        range(3), collections.deque([1]), iter([]), iter([1]), map(str, [1]), (n for n in range(3)),
        object(), int, SQLiteSession, len, lambda: None, sys, ZeroDivisionError("x"), Colour.RED,
        datetime.datetime(2026, 11, 20), datetime.timedelta(1), uuid.UUID(int=1), re.compile("x"),
        types.SimpleNamespace(a=1), types.SimpleNamespace(model_dump=5), io.StringIO("x"),
        types.MappingProxyType({1: 2}), numpy.array([1, 2]), numpy.int64(3), numpy.float64(1.5),
        numpy.bool_(True), numpy.datetime64("2026-11-20"), pd.Series([1, 2]),
        pd.DataFrame({1: [1]}), pd.NA, pd.NaT, nested(10_000),
        nested(10_000, lambda inner: {"a": inner}), nested(10_000, lambda inner: (inner,)),
        endless([]), endless({}),
    ]
# fmt: on


def nested(depth: int, wrap: Callable[[Any], Any] = lambda inner: [inner]) -> Any:
    """A list in a list, `depth` times, or whatever `wrap` makes."""
    value = wrap(None)
    for _ in range(depth):
        value = wrap(value)
    return value


def endless(value: Any) -> Any:
    """Put a list or a dict into itself."""
    if isinstance(value, dict):
        value["a"] = value
    else:
        value.append(value)
    return value


def assert_clear(error: Exception, *names: str) -> None:
    """See that an error is of a standard kind, short, and names what is wrong."""
    told = f"{type(error).__name__}: {str(error)[:500]}"
    assert isinstance(error, TypeError | ValueError | OSError | sqlite3.DatabaseError), told
    # Those are a ValueError too, but speak of codecs.
    assert not isinstance(error, UnicodeError), told
    assert any(name in str(error) for name in names), told


# Random items.

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates too
ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    ANY_TEXT,
    st.sampled_from([text for text in [*TEXTS, *HALVES] if len(text) < 1_000]),
)
KEYS = ANY_TEXT | st.sampled_from(["role", "type", "content", "arguments", "output", "name"])
ODD = st.one_of(
    st.binary(max_size=5),
    st.tuples(st.integers()),
    st.sets(st.integers(), max_size=2),
    st.complex_numbers(),
    st.decimals(),
    st.dates(),
    st.builds(lambda: 10**5_000),  # hypothesis would print one that is given as it is
)
ODD_KEYS = KEYS | st.none() | st.integers() | st.floats() | st.booleans() | st.binary(max_size=3)


def values(atoms: st.SearchStrategy[Any], keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of `atoms` in lists, and in dicts with `keys`."""
    return st.recursive(
        atoms,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(keys, inner, max_size=3)
            | st.lists(inner, max_size=3).map(lambda found: [[found]])
        ),
        max_leaves=6,
    )


JSON_ITEMS = st.dictionaries(KEYS, values(ATOMS, KEYS), max_size=4)
"""Items, some of which hold what is not in JSON: NaN, or a character in two halves."""

ANY_ITEMS = st.one_of(
    JSON_ITEMS,
    st.dictionaries(ODD_KEYS, values(ATOMS | ODD, ODD_KEYS), max_size=4),
    values(ATOMS | ODD, ODD_KEYS),
)
"""As above, and what is not an item at all."""


def json_holds(item: Any) -> bool:
    """Whether JSON, as Python's own module reads and writes it, holds an item exactly."""
    try:
        return isinstance(item, dict) and repr(
            json.loads(json.dumps(item, allow_nan=False))
        ) == repr(item)
    except (TypeError, ValueError, RecursionError):
        return False

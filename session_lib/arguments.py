"""What callers pass to a session, checked: one clear sentence says what is wrong."""

import operator
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from session_lib.reports import short_repr


def checked_id(session_id: str) -> str:
    """Return `session_id` if it can name a session.

    Raises:
        TypeError: It is not a str.
        ValueError: It is empty or not valid Unicode.
    """
    if not isinstance(session_id, str):
        raise TypeError(f"session_id is {short_repr(session_id)}; it must be a str")
    if not session_id:
        raise ValueError("session_id is empty; name the conversation, as in 'user_123'")
    try:
        session_id.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"session_id is not valid Unicode: {error}") from None
    return str.__str__(session_id)  # an enum, say, might be stored under another name


def checked_limit(limit: Any) -> int | None:
    """Return `limit` if it is a number of items, or ``None`` for all of them.

    Raises:
        TypeError: It is not a whole number.
        ValueError: It is negative.
    """
    if limit is None:
        return None
    try:
        if isinstance(limit, bool):
            raise TypeError
        number = operator.index(limit)
    except TypeError:
        reason = "it must be a whole number, or None for all items"
        raise TypeError(f"limit is {short_repr(limit)}; {reason}") from None
    if number < 0:
        reason = "it must be 0 or more, or None for all items"
        raise ValueError(f"limit is {short_repr(number)}; {reason}")
    return number


def checked_settings(settings: Any) -> Any:
    """Return the SDK's `SessionSettings` for `settings`, which may be a dict.

    Without the SDK it is an object of the same shape.

    Raises:
        TypeError: It is neither, or has an unknown setting.
    """
    if hasattr(settings, "limit"):
        return settings
    if not isinstance(settings, Mapping):
        reason = "it must be SessionSettings or a dict"
        raise TypeError(f"session_settings is {short_repr(settings)}; {reason}")
    unknown = sorted(str(key) for key in settings if key != "limit")
    if unknown:
        raise TypeError(f"Unknown session settings: {', '.join(unknown)}")  # the SDK's words
    try:
        from agents.memory import SessionSettings
    except ModuleNotFoundError:
        return SimpleNamespace(**{"limit": None, **settings})
    return SessionSettings(**settings)

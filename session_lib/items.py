"""An item as JSON text, and back.

What goes in comes out equal, or does not go in: an item that JSON cannot hold exactly is refused
before anything is written.
"""

import contextlib
import json
import math
from collections.abc import Iterable
from typing import Any, cast

import msgspec

from session_lib.reports import short_repr

Item = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode
# For the rare items that msgspec would not take as they are.
_standard_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_items(items: Iterable[Any]) -> list[str]:
    """Turn items into JSON texts.

    Args:
        items: Dicts that JSON can hold, or Pydantic models, which are stored as
            ``model_dump(mode="json", by_alias=True)``.

    Returns:
        A text for each item, in compact form. Letters are not escaped: it is readable as UTF-8.

    Raises:
        TypeError: `items` is not a list of items, or an item holds something that JSON has
            no form for. The message names the item's index and the place in it.
        ValueError: An item holds a value that JSON cannot carry unchanged, such as NaN.
    """
    if isinstance(items, str | bytes | dict) or not isinstance(items, Iterable):
        raise TypeError(f"items is a {type(items).__name__}; it must be a list of items")
    return [_encode_item(_as_dict(item, index), index) for index, item in enumerate(items)]


def decode_items(texts: list[str]) -> list[Item]:
    """Turn stored texts back into items.

    Args:
        texts: One JSON object each.

    Returns:
        The items, in the same order.

    Raises:
        ValueError: A text is not a JSON object.
    """
    try:
        return [_decode(text) for text in texts]
    except (TypeError, ValueError, RecursionError):
        items = [decode_item(text) for text in texts]
    if None in items:
        raise ValueError("a text is not a JSON object")
    return cast(list[Item], items)


def decode_item(text: str | bytes | None) -> Item | None:
    """Turn one stored text back into an item.

    Args:
        text: What the database returned; somebody may have edited it.

    Returns:
        The item, or ``None`` if `text` is not a JSON object.
    """
    try:
        return _decode(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, RecursionError):
        pass
    try:
        item = json.loads(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) else None


def _as_dict(item: Any, index: int) -> Item:
    if not isinstance(item, dict) and hasattr(item, "model_dump"):
        try:
            item = item.model_dump(mode="json", by_alias=True)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"items[{index}] {error}") from None
    if not isinstance(item, dict):
        raise TypeError(f"items[{index}] is a {type(item).__name__}; an item is a dict")
    return item


def _encode_item(item: Item, index: int) -> str:
    try:
        if _check(item, (index, ())):
            with contextlib.suppress(ValueError):  # half a surrogate pair, or too many digits
                return _encode(item).decode()
        return _encode_slowly(item)
    except RecursionError:
        raise ValueError(f"items[{index}] is nested too deeply to be stored") from None
    except _Unstorable as error:
        raise ValueError(f"items[{index}] {error}") from None


class _Unstorable(ValueError):
    """What the encoder says of an item that passed the check; it does not know its index."""


def _encode_slowly(item: Item) -> str:
    try:
        text = _standard_encode(item)
    except ValueError as error:
        raise _Unstorable(str(error)) from None
    # Lone surrogates have no UTF-8 form. Their Python escape is also their JSON escape.
    escaped = text.encode("utf-8", "backslashreplace").decode()
    if escaped != text and json.loads(escaped) != item:
        raise _Unstorable("holds a character split into two surrogates")
    return escaped


def _check(value: Any, place: tuple[Any, ...]) -> bool:
    """Raise unless JSON gives `value` back equal. An encoder would alter some in silence.

    `place` is where among the items it stands: a key or an index, and the place around that.
    Return whether all types are JSON's own: msgspec writes an enum's value, equal or not.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return True
    plain = True
    if isinstance(value, dict):
        for key, inner in value.items():
            if type(key) is not str:
                plain = False
                if not isinstance(key, str):
                    raise TypeError(
                        f"{_name(place)} has the key {short_repr(key)}; JSON's keys are strings"
                    )
            if type(inner) is not str and not _check(inner, (key, place)):
                plain = False
        return plain
    if isinstance(value, list):
        for index, inner in enumerate(value):
            if not _check(inner, (index, place)):
                plain = False
        return plain
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{_name(place)} is {value}, which is not a number in JSON")
        return kind is float
    if not isinstance(value, str | int):
        raise TypeError(
            f"{_name(place)} is a {kind.__name__}; "
            "JSON holds dict, list, str, int, float, bool and None"
        )
    return False


def _name(place: tuple[Any, ...]) -> str:
    names = []
    while place:
        key, place = place
        names.append(f"[{key!r}]")
    return "items" + "".join(reversed(names))

"""An item as JSON text, and back.

What goes in comes out equal, or does not go in: an item that JSON cannot hold exactly is
refused before anything is written.
"""

import json
import math
import secrets
from collections.abc import Iterable
from typing import Any, cast

Item = dict[str, Any]

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

# Stands between two items whose texts are made or parsed together. Nobody can have written it into
# an item or a file: so no item falls apart, and no two damaged texts make a whole one.
_FENCE = secrets.token_hex(8)
_BETWEEN = f',"{_FENCE}",'


def encode_items(items: Iterable[Any]) -> list[str]:
    """Turn items into JSON texts, with a single call of the encoder for all of them.

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
    dicts = [_as_dict(item, index) for index, item in enumerate(items)]
    try:
        _check(dicts, ())
        return _encode(dicts)
    except (RecursionError, _Unstorable):
        for index, item in enumerate(dicts):  # which one is it?
            try:
                _check([item], ())
                _encode([item])
            except RecursionError:
                raise ValueError(f"items[{index}] is nested too deeply to be stored") from None
            except _Unstorable as error:
                raise ValueError(f"items[{index}] {error}") from None
        raise


def decode_items(texts: Iterable[str]) -> list[Item]:
    """Turn stored texts back into items, with a single JSON parse for all of them.

    Args:
        texts: One JSON object each.

    Returns:
        The items, in the same order.

    Raises:
        TypeError, ValueError, RecursionError: Some text is no JSON object.
    """
    texts = list(texts)
    fenced = json.loads("[" + _BETWEEN.join(texts) + "]")
    items, fences = fenced[::2], fenced[1::2]
    if len(items) == len(texts) and {*map(type, items)} <= {dict} and {*fences} <= {_FENCE}:
        return cast(list[Item], items)
    raise ValueError("some text is no JSON object")


def decode_item(text: str | bytes | None) -> Item | None:
    """Turn one stored text back into an item.

    Args:
        text: What the database returned; somebody may have edited it.

    Returns:
        The item, or ``None`` if `text` is no JSON object.
    """
    try:
        item = json.loads(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) else None


def shown(value: object) -> str:
    """Say what `value` is in an error's message: its `repr`, or its type if that is too long."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deeply; an integer with too many digits
        text = ""
    return text if 0 < len(text) <= 200 else f"a {type(value).__name__}"


def counted(number: int, noun: str) -> str:
    """Say how many there are, for a message: ``1 item``, ``2,500 items``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class _Unstorable(ValueError):
    """What the encoder says of items that passed the check; it does not know which one it is."""


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


def _encode(items: list[Item]) -> list[str]:
    fenced: list[Any] = [_FENCE] * (2 * len(items) - 1)
    fenced[::2] = items
    try:
        text = _encoder.encode(fenced)
    except ValueError as error:
        raise _Unstorable(str(error)) from None
    if not text.isascii():
        # Lone surrogates have no UTF-8 form. Their Python escape is also their JSON escape.
        escaped = text.encode("utf-8", "backslashreplace").decode()
        if escaped != text and json.loads(escaped) != fenced:
            raise _Unstorable("holds a character split into two surrogates")
        text = escaped
    return text[1:-1].split(_BETWEEN) if items else []


def _check(value: Any, place: tuple[Any, ...]) -> None:
    """Raise unless JSON gives `value` back equal. `json` itself would alter some in silence.

    `place` is where among the items it stands: a key or an index, and the place around that.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{_name(place)} has the key {shown(key)}; JSON's keys are strings")
            if type(inner) is not str:
                _check(inner, (key, place))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check(inner, (index, place))
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{_name(place)} is {value}, which is no number in JSON")
    elif not isinstance(value, str | int):
        raise TypeError(
            f"{_name(place)} is a {kind.__name__}; "
            "JSON holds dict, list, str, int, float, bool and None"
        )


def _name(place: tuple[Any, ...]) -> str:
    names = []
    while place:
        key, place = place
        names.append(f"[{key!r}]")
    return "items" + "".join(reversed(names))

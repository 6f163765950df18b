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

# Stands between two texts that are parsed together. Nobody can have written it into a file, so
# that no two damaged texts can make a whole one.
_FENCE = secrets.token_hex(8)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_items(items: Iterable[Any]) -> list[str]:
    """Turn items into JSON texts, one each.

    Args:
        items: Dicts that JSON can hold, or Pydantic models, which are stored as
            ``model_dump(mode="json")``.

    Returns:
        One line of JSON for each item, readable as UTF-8: letters are not escaped.

    Raises:
        TypeError: `items` is not a list of items, or an item holds something that JSON has
            no form for. The message names the item's index and the place in it.
        ValueError: An item holds a value that JSON cannot carry unchanged, such as NaN.
    """
    if isinstance(items, str | bytes | dict) or not isinstance(items, Iterable):
        raise TypeError(f"items is a {type(items).__name__}; it must be a list of items")
    return [_encode_item(item, index) for index, item in enumerate(items)]


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
    fenced = json.loads("[" + f',"{_FENCE}",'.join(texts) + "]")
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


def _encode_item(item: Any, index: int) -> str:
    try:
        if not isinstance(item, dict) and hasattr(item, "model_dump"):
            item = item.model_dump(mode="json")
        if not isinstance(item, dict):
            raise TypeError(f"is a {type(item).__name__}; an item is a dict")
        _check(item, ())
        text = _encode(item)
        if not text.isascii():
            # Lone surrogates have no UTF-8 form. Their Python escape is also their JSON escape.
            escaped = text.encode("utf-8", "backslashreplace").decode()
            if escaped != text and json.loads(escaped) != item:
                raise ValueError("holds a character split into two surrogates")
            text = escaped
        return text
    except RecursionError:
        raise ValueError(f"items[{index}] is nested too deeply to be stored") from None
    except TypeError as error:
        raise TypeError(f"items[{index}] {error}") from None
    except ValueError as error:
        raise ValueError(f"items[{index}] {error}") from None


def _check(value: Any, place: tuple[Any, ...]) -> None:
    """Raise unless JSON gives `value` back equal. `json` itself would alter some in silence.

    `place` is where in the item the value stands: a key or an index, and the place around it.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{_spell(place)}has the key {key!r}; JSON's keys are strings")
            if type(inner) is not str:
                _check(inner, (key, place))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check(inner, (index, place))
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{_spell(place)}is {value}, which is no number in JSON")
    elif not isinstance(value, str | int):
        raise TypeError(
            f"{_spell(place)}is a {kind.__name__}; "
            "JSON holds dict, list, str, int, float, bool and None"
        )


def _spell(place: tuple[Any, ...]) -> str:
    names = []
    while place:
        key, place = place
        names.append(f"[{key!r}]")
    return "at " + "".join(reversed(names)) + " " if names else ""

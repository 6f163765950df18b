"""Items made from the type definitions of OpenAI's client and the Agents SDK, all texts marked."""

import itertools
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import typing_extensions
from agents.extensions.memory.encrypt_session import EncryptedEnvelope
from agents.items import ToolCallItemTypes, ToolCallOutputTypes
from openai.types.conversations import ConversationItem
from openai.types.responses import ResponseInputItem, ResponseInputItemParam, ResponseOutputItem
from pydantic import BaseModel

_numbers = itertools.count()
_PLAIN: dict[Any, Any] = {bool: True, int: 7, float: 0.5}


def item_types() -> list[Any]:
    """Give every type of item that a session may hold."""
    unions = (
        ResponseInputItemParam,
        ResponseInputItem,
        ResponseOutputItem,
        ConversationItem,
        ToolCallItemTypes,
        ToolCallOutputTypes,
        EncryptedEnvelope,
    )
    found = dict.fromkeys(kind for union in unions for kind in _alternatives(union))
    return [kind for kind in found if _fields(kind) is not None]


def samples(kind: Any) -> list[Any]:
    """Make values of a type, with every alternative at least once, and every text a marker."""
    kind = _alternatives(kind)[0] if len(_alternatives(kind)) == 1 else kind
    if len(alternatives := _alternatives(kind)) > 1:
        return [value for each in alternatives for value in samples(each)]
    if kind in _PLAIN:
        return [_PLAIN[kind]]
    if kind is str:
        return [_marker()]
    if get_origin(kind) is Literal:
        return [get_args(kind)[0]]
    if kind is object or kind is Any:
        return [{_marker(): [{_marker(): _marker()}]}]
    if (fields := _fields(kind)) is not None:
        made = {name: samples(hint) for name, hint in fields.items()}
        plain = {name: values[0] for name, values in made.items() if values}
        more = [plain | {name: value} for name, values in made.items() for value in values[1:]]
        return [plain, *more]
    *_, inner = get_args(kind)
    if issubclass(get_origin(kind), Mapping):
        return [{_marker(): value} for value in samples(inner)]
    return [[value] for value in samples(inner)]


def markers(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Find the markers in a value, each with the names of the fields that it is in."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from markers(name, place)
            yield from markers(inner, place if name.startswith("mark") else (*place, name))
    elif isinstance(value, list):
        for inner in value:
            yield from markers(inner, place)
    elif isinstance(value, str) and value.startswith("mark"):
        yield place, value


def _marker() -> str:
    return f"mark{next(_numbers)}x"


def _alternatives(kind: Any) -> list[Any]:
    """Take a type out of what says only how it is used, and a union apart; leave None out."""
    origin = get_origin(kind)
    if origin in (typing_extensions.Required, typing_extensions.NotRequired, typing.Annotated):
        return _alternatives(get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        return [one for each in get_args(kind) for one in _alternatives(each)]
    return [] if kind is type(None) else [kind]


def _fields(kind: Any) -> dict[str, Any] | None:
    if typing_extensions.is_typeddict(kind):
        return typing_extensions.get_type_hints(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    return None

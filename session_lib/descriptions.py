"""What an item says, in words: a message, a tool call, a result, anything that can be stored."""

import contextlib
import json
import re
from collections.abc import Mapping
from typing import Any

ROLES = ("user", "assistant", "tool", "system", "developer", "unknown")
"""The roles that the Agents SDK's items have, and ``unknown`` for an item without one."""

KINDS = ("message", "tool call", "tool result", "reasoning", "other")
"""The kinds of items that `describe` tells apart."""


def describe(item: Mapping[str, Any]) -> tuple[str, str, str]:
    """Say what an item is, in words.

    The types of items and their fields are those of the Responses API (openai 3.54). Text is
    never left out. What has no place in a sentence follows in square brackets, such as
    ``[server_label='crm']``; there, a value of more than 1,000 characters is cut, and the cut is
    shown: ``… (2,345 more characters)``. Other things in square brackets stand for what is not
    text: ``[image]``, ``[file: bill.pdf]``, ``[empty]``, and ``[cannot be shown]`` for what is
    nested too deeply. ``[hidden]`` stands for what is encrypted, for files in base64, and for
    credentials of MCP servers and domains. Only bookkeeping is left out: `id`, `call_id`,
    `logprobs`, `provider_data`, and a field with its usual value, such as ``status="completed"``.

    Args:
        item: An item of the Agents SDK. One of an unknown type is described by its fields.

    Returns:
        The role, which is the item's own or the one that its type implies (``assistant`` for what
        a model does, ``tool`` for a result). The kind, one of `KINDS`. The text, which is what was
        said, a call written as ``multiply(a=17, b=23)``, a tool's output, or a model's summary of
        its reasoning. All are valid Unicode: half a surrogate pair is written as its escape.

    Raises:
        TypeError: `item` is not a dict.
    """
    if not isinstance(item, Mapping):
        raise TypeError(f"this item is a {type(item).__name__}; an item is a dict")
    try:
        implied, kind, text = _said(item)
    except (RecursionError, TypeError, ValueError):
        # Nested too deeply, an integer with too many digits, or what JSON has no form for.
        implied, kind, text = "unknown", "other", "[cannot be shown]"
    role = item["role"] if _has_role(item) else implied
    return _unicode(role), kind, _unicode(text) or "[empty]"


_LEFT_OUT = {"id", "call_id", "logprobs", "provider_data"}
_HIDDEN = {"domain_secrets", "encrypted_content", "file_data"}
_CREDENTIALS = {"authorization", "headers"}
"""Hidden in the description of an MCP server."""
_USUAL = {
    "caller": {"type": "direct"},
    "detail": "auto",
    "outcome": {"type": "exit", "exit_code": 0},
    "phase": "final_answer",
    "status": "completed",
}
_ENVELOPE = {"__enc__", "v", "kid", "payload"}
"""What the SDK's `EncryptedSession` stores in place of an item."""
_ARGUMENTS = ("arguments", "input", "action", "actions", "operation", "queries", "code")
_MAX_FIELD = 1_000


def _said(item: Mapping[str, Any]) -> tuple[str, str, str]:
    # A short form of messages, {"role": …, "content": …}, has no type.
    name = str(item.get("type") or ("message" if "role" in item else "item"))
    words = name.replace("_", " ")
    if "__enc__" in item:
        return "unknown", "other", _lines("[encrypted]", _rest(item, _ENVELOPE))
    if name == "message" and "content" in item:
        text = _lines(_text(item["content"]), _rest(item, {"content", "type"}))
        return "unknown", "message", text
    if name == "reasoning":
        text = _lines(_text(item.get("summary")), _text(item.get("content"))) or "[no summary]"
        return "assistant", "reasoning", _lines(text, _rest(item, {"summary", "content", "type"}))
    if name == "program" or name.endswith("_call"):
        return "assistant", "tool call", _call(name.removesuffix("_call"), item)
    if name.endswith("_approval_request"):  # a person decides on these arguments
        return "unknown", "other", f"[{words}] {_call(name, item)}"
    outputs = [item[key] for key in ("output", "result") if item.get(key) is not None]
    if name.endswith("_output") and outputs:
        text = _lines(_text(outputs), _rest(item, {"output", "result", "type"}))
        return "tool", "tool result", text
    fields = _fields(item, {"type"})
    text = f"[{words}: {fields}]" if fields else f"[{words}]"
    return ("tool", "tool result", text) if name.endswith("_output") else ("unknown", "other", text)


def _text(value: Any) -> str:
    """Give the text of a message's content, or of a part of it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list | tuple):
        return _lines(*map(_text, value))
    if not isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    for key in ("text", "refusal", "transcript", "logs"):
        if isinstance(value.get(key), str):
            return _lines(value[key], _rest(value, {key, "type"}))
    for noun in ("image", "screenshot", "audio", "file"):
        if noun in str(value.get("type")):
            # The noun stands for the picture or the file itself.
            data = {key for key in value if _without_data(key, value[key]) is _STAND_IN}
            name = str(value.get("filename") or "")
            fields = _fields(value, data | {"type", "filename"} | _usual(value))
            details = ", ".join(filter(None, [name, fields]))
            return f"[{noun}: {details}]" if details else f"[{noun}]"
    if {"stdout", "stderr"} & value.keys():
        printed = _text([value.get("stdout"), value.get("stderr")])
        return _lines(printed, _rest(value, {"stdout", "stderr"}))
    return json.dumps(_without_data("", value), ensure_ascii=False, default=str)


def _call(tool: str, item: Mapping[str, Any]) -> str:
    key = next((key for key in _ARGUMENTS if item.get(key)), "")
    used = {key, "type", "output", "outputs", "results", "result"}
    if isinstance(item.get("name"), str) and item["name"]:
        used.add("name")
        tool = item["name"]
    # The tools that run at OpenAI keep their results in the call itself.
    back = [item.get(key) for key in ("output", "outputs", "results", "result")]
    if item.get("type") == "image_generation_call" and item.get("result"):
        back[-1] = "[image]"  # in base64
    call = f"{tool}({_arguments(key, item.get(key, {}))})"
    return _lines(call, _text(back), _rest(item, used))


def _arguments(key: str, given: Any) -> str:
    # Models write anything for arguments. What is not a JSON object is shown as it is written.
    with contextlib.suppress(AttributeError, ValueError, RecursionError):
        fields = _parsed(given) if isinstance(given, str) else given
        return ", ".join(f"{_name(name)}={value!r}" for name, value in fields.items())
    return f"{key}={given!r}"


class _Verbatim(str):
    """A text that is shown without quotes."""

    def __repr__(self) -> str:
        return str(self)


_STAND_IN = _Verbatim("[hidden]")


def _parsed(arguments: str) -> Any:
    """Read JSON so that nothing is lost: numbers are kept as they are written."""
    return json.loads(
        arguments,
        object_pairs_hook=_unique,
        parse_int=_Verbatim,
        parse_float=_Verbatim,
        parse_constant=_Verbatim,
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):  # which of the two a tool takes cannot be known
        raise ValueError("a name occurs twice")
    return fields


def _fields(item: Mapping[str, Any], without: set[str]) -> str:
    without = without | _LEFT_OUT | ({"role"} if _has_role(item) else set())
    shown = [key for key in _filled(item) if key not in without]
    return ", ".join(f"{_name(key)}={_shortened(key, item[key])}" for key in shown)


def _rest(item: Mapping[str, Any], used: set[str]) -> str:
    fields = _fields(item, used | _usual(item))
    return f"[{fields}]" if fields else ""


def _filled(item: Mapping[str, Any]) -> list[str]:
    return [key for key, value in item.items() if value is not None and value not in ("", [], {})]


def _usual(item: Mapping[str, Any]) -> set[str]:
    return {key for key, value in _USUAL.items() if item.get(key) == value}


def _has_role(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("role"), str) and bool(item["role"])


def _shortened(key: str, value: Any) -> str:
    text = repr(_without_data(key, value))
    if len(text) <= _MAX_FIELD:
        return text
    return f"{text[:_MAX_FIELD]}… ({len(text) - _MAX_FIELD:,} more characters)"


def _without_data(key: str, value: Any) -> Any:
    if value and key in _HIDDEN:
        return _STAND_IN
    if isinstance(value, str):
        return _STAND_IN if re.match(r"data:[^,]{0,200};base64,", value) else value
    if isinstance(value, Mapping):
        secret = _CREDENTIALS if value.get("type") == "mcp" else set()
        return {
            key: _STAND_IN if inner and key in secret else _without_data(key, inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_data("", inner) for inner in value]
    return value


def _name(key: Any) -> str:
    """Quote a name that could pass for more than a name, such as ``a=1, b``."""
    return str(key) if str(key).isidentifier() else repr(key)


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))


def _unicode(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()

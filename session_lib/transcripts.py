r"""A conversation to look at: chat bubbles in JupyterLab, plain text in a terminal.

What somebody typed is shown and never run. Markup, scripts and formulas appear as they were
typed. A character that controls a terminal, reorders the text or cannot be seen appears as its
escape, such as ``\x1b``.
"""

import contextlib
import html
import json
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

ROLES = ("user", "assistant", "tool", "system", "developer", "unknown")
"""The roles that the Agents SDK's items have, and ``unknown`` for an item without one."""

KINDS = ("message", "tool call", "tool result", "reasoning", "other")
"""The kinds of items that `describe` tells apart."""


def transcript(
    items: Iterable[Mapping[str, Any]],
    *,
    names: Mapping[str, str] | None = None,
    width: int = 80,
) -> "Transcript":
    """Show a conversation.

    Args:
        items: Items of the Agents SDK, oldest first, as `get_items` returns them.
        names: What to call a role: ``{"user": "Ana"}``. Other roles keep their own name.
        width: How many columns the plain text may take.

    Returns:
        An object that JupyterLab shows as chat bubbles and `print` as text. The same items
        always give the same HTML and the same text.

    Raises:
        TypeError: Something in `items` is not a dict, a name is not a str, or `width` is not an
            int.
    """
    if not isinstance(items, Iterable):
        raise TypeError(f"items is a {type(items).__name__}; it must be a list of items")
    names = {} if names is None else names
    if not isinstance(names, Mapping):
        raise TypeError(f"names is a {type(names).__name__}; it must be a dict")
    for name in names.values():
        if not isinstance(name, str):
            raise TypeError(f"names has a {type(name).__name__}; a name is a str")
    if not isinstance(width, int):
        raise TypeError(f"width is a {type(width).__name__}; it must be a number of columns")
    return Transcript([describe(item) for item in items], names, width)


class Transcript:
    """A conversation that can be looked at. Get one with `transcript`."""

    def __init__(
        self, described: list[tuple[str, str, str]], names: Mapping[str, str], width: int
    ) -> None:
        self._width = width
        self._entries = [
            (role, kind, _one_line(_label(role, kind, names)), _visible(text))
            for role, kind, text in described
        ]

    def __str__(self) -> str:
        if not self._entries:
            return "[no items]"
        margin = max(len(label) for _, _, label, _ in self._entries) + 2
        lines = []
        for _, _, label, text in self._entries:
            first = f"{label}:".ljust(margin)
            for line in _wrap(text, max(self._width - margin, 20)):
                lines.append((first + line).rstrip())
                first = " " * margin
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        entries = "\n".join(_bubble(*entry) for entry in self._entries) or "[no items]"
        return f"{_STYLE}\n{_FRAME}\n{entries}\n</div>"


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
        The role: the item's own, or the one that its type implies (``assistant`` for what a model
        does, ``tool`` for a result). The kind: one of `KINDS`. The text: what was said, a call
        written as ``multiply(a=17, b=23)``, a tool's output, or a model's summary of its
        reasoning. All are valid Unicode: half a surrogate pair is written as its escape.

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


def _label(role: str, kind: str, names: Mapping[str, str]) -> str:
    if kind in ("message", "other"):
        return names.get(role, role)
    return kind


# What cannot be seen can carry orders to a model, or make a text read differently from what is
# stored. So of the characters that programs do not display (Unicode's Default_Ignorable_Code_Point)
# these alone stay, each only where people need it, and one at a time:
# - joiners, after letters of the scripts that join (Persian, Hindi) and after emoji (families);
# - variation selectors, after what has variants: symbols, keycaps, CJK. Names in Japan depend on
#   those of the supplement; Mongolian has its own;
# - tags, in the flags of England, Scotland and Wales, which are spelled with them.
# Everything else appears as its escape: whole alphabets can be hidden in runs of these characters.
_SELECTOR = r"\ufe00-\ufe0f"
_IGNORABLE = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff" + _SELECTOR
)
_EMOJI = r"\u2190-\u2bff\U0001f000-\U0001faff"
_IDEOGRAPH = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_JOINING = (
    r"\u0620-\u077f\u07c0-\u07ff\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u17ff"
    r"\u1807-\u180a\u1820-\u18af\u1b00-\u1bff\ua840-\ua87f\ua8e0-\ua9ff\uabc0-\uabff"
    r"\U00010a00-\U00011fff\U0001e900-\U0001e95f" + _EMOJI
)
_VARYING = (
    rf"#*0-9\xa9\xae\u1000-\u109f\u203c\u2049\u2100-\u218f\u3000-\u303f\u3297\u3299\ua840-\ua87f"
    rf"\uff01-\uff1f{_EMOJI}{_IDEOGRAPH}"
)
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
_KEPT = (
    rf"{_FLAGS}|(?:(?<=[{_JOINING}])|(?<=[{_EMOJI}]\ufe0f))[\u200c\u200d]"
    rf"|(?<=[{_VARYING}])[{_SELECTOR}]|(?<=[{_IDEOGRAPH}])[\U000e0100-\U000e01ef]"
    r"|(?<=[\u1807-\u180a\u1820-\u18af])[\u180b-\u180d\u180f]"
)
_ESCAPED = re.compile(
    # Also control characters but tab and line feed, line and paragraph separators, halves of
    # surrogate pairs, and code points that will never be characters.
    rf"({_KEPT})|[{_IGNORABLE}\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
    r"\ufdd0-\ufdef\ufffe\uffff]"
)
_LONG = 10_000  # characters in a line
_MAX_LABEL = 40


def _visible(text: str) -> str:
    return _ESCAPED.sub(
        lambda found: found[1] or found[0].encode("unicode_escape").decode(),
        text.replace("\r\n", "\n"),
    )


def _one_line(text: str) -> str:
    line = " ".join(_visible(text).split())
    return line if len(line) <= _MAX_LABEL else line[: _MAX_LABEL - 1] + "…"


def _wrap(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` columns."""
    lines = []
    # `textwrap` needs the square of the time for a long line: so that is cut in pieces first.
    for line in re.findall(rf"^$|.{{1,{_LONG}}}", text, re.M):
        # A wide character, such as a Chinese one, takes two columns: a NUL stands for the second.
        cells = "".join(c + "\0" * (unicodedata.east_asian_width(c) in "WF") for c in line)
        wrapped = textwrap.wrap(cells, width, break_on_hyphens=False)
        lines += [part.replace("\0", "") for part in wrapped or [""]]
    return lines


# Classes and roles below come from here and never from an item. The class keeps JupyterLab from
# typesetting what is between two dollar signs.
_FRAME = '<div class="session-transcript mathjax_ignore" role="list" aria-label="Conversation">'
_STYLE = """<style>
.session-transcript {display: flex; flex-direction: column; gap: 6px; max-width: 50em;
 padding: 4px; font-family: var(--jp-content-font-family, sans-serif); line-height: 1.4}
.session-transcript > div {align-self: flex-start; box-sizing: border-box; max-width: 80%;
 padding: 6px 12px; border: 1px solid transparent; border-radius: 12px;
 background: var(--jp-layout-color2, rgba(128, 128, 128, .16));
 color: var(--jp-ui-font-color1, inherit)}
.session-transcript > .user {align-self: flex-end; background: rgba(33, 150, 243, .2);
 background: color-mix(in srgb, var(--jp-brand-color1, #2196f3) 22%, transparent)}
.session-transcript > .aside {border-color: var(--jp-border-color1, rgba(128, 128, 128, .5));
 background: none}
.session-transcript b, .session-transcript summary {font-size: .85em; font-weight: 600}
.session-transcript summary {cursor: pointer}
.session-transcript > [role] pre[dir] {margin: 0; padding: 0; border: 0; background: none;
 color: inherit; font: inherit; white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere}
</style>"""


def _bubble(role: str, kind: str, label: str, text: str) -> str:
    # Line breaks become entities: after a blank line, nbconvert would take the text for Markdown.
    # `dir` puts Arabic and Hebrew on the right.
    shown = f'<pre dir="auto">{_escape(text)}</pre>'
    if kind in ("message", "other"):
        side = "user" if role == "user" else "message"
        return f'<div class="{side}" role="listitem"><b>{_escape(label)}</b>{shown}</div>'
    if kind == "tool call":
        label += ": " + _one_line(text.partition("(")[0])
    folded = f"<details><summary>{_escape(label)}</summary>{shown}</details>"
    return f'<div class="aside" role="listitem">{folded}</div>'


def _escape(text: str) -> str:
    return html.escape(text).replace("\n", "&#10;")

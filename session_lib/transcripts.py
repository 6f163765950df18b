r"""A conversation to look at: chat bubbles in JupyterLab, plain text in a terminal.

What somebody typed is shown and never run. Markup, scripts and formulas appear as they were
typed; a character that would command a terminal or turn the writing around appears as its
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
"""The roles that items of the Agents SDK have, and ``unknown`` for an item without one."""

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
        TypeError: Something in `items` is no dict, a name is no str, or `width` no int.
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

    The types of items and their fields are those of the Responses API, in openai 3.54.0. What
    is no text stands in square brackets: ``[image]``, ``[file: bill.pdf]``, ``[empty]``, and
    ``[cannot be shown]`` for what is nested too deeply.

    Args:
        item: An item of the Agents SDK. One that is not known is described by its fields.

    Returns:
        The role: the item's own, or who has it by nature (``assistant`` for what a model does,
        ``tool`` for what comes back). The kind: one of `KINDS`. The text: what was said, a call
        written as ``multiply(a=17, b=23)``, a tool's output, or a model's summary of its
        reasoning. All are valid Unicode: half a surrogate pair is written as its escape.

    Raises:
        TypeError: `item` is no dict.
    """
    if not isinstance(item, Mapping):
        raise TypeError(f"this item is a {type(item).__name__}; an item is a dict")
    try:
        nature, kind, text = _said(item)
    except (RecursionError, TypeError, ValueError):
        # Nested too deeply, an integer with too many digits, or what JSON has no form for.
        nature, kind, text = "unknown", "other", "[cannot be shown]"
    role = item.get("role")
    role = role if isinstance(role, str) and role else nature
    return _unicode(role), kind, _unicode(text) or "[empty]"


def _said(item: Mapping[str, Any]) -> tuple[str, str, str]:
    # A short form of messages, {"role": …, "content": …}, has no type.
    name = str(item.get("type") or ("message" if "role" in item else "item"))
    if "__enc__" in item:  # an envelope of the SDK's EncryptedSession
        return "unknown", "other", "[encrypted]"
    if name == "message" and "content" in item:
        return "unknown", "message", _text(item["content"])
    if name == "reasoning":
        text = _text(item.get("summary")) or _text(item.get("content"))
        return "assistant", "reasoning", text or "[no summary]"
    if name == "program" or name.endswith("_call"):
        return "assistant", "tool call", _call(name, item)
    if name.endswith("_output"):
        outputs = [item[key] for key in ("output", "result") if item.get(key) is not None]
        return "tool", "tool result", _text(outputs) if outputs else _fields(name, item)
    return "unknown", "other", _fields(name, item)


def _text(value: Any) -> str:
    """Give the text of a message's content, or of a part of it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping):
        for key in ("text", "refusal", "transcript", "logs"):
            if isinstance(value.get(key), str):
                return str(value[key])
        for noun in ("image", "screenshot", "audio", "file"):
            if noun in str(value.get("type")):
                name = value.get("filename")
                return f"[{noun}: {name}]" if name else f"[{noun}]"
        printed = _text([value.get("stdout"), value.get("stderr")])
        if printed:
            return printed
    return json.dumps(value, ensure_ascii=False, default=str)


def _call(name: str, item: Mapping[str, Any]) -> str:
    keys = ("arguments", "input", "action", "actions", "operation", "queries", "code")
    key = next((key for key in keys if item.get(key)), None)
    given = item[key] if key else {}
    called = f"{key}={given!r}"
    # A model may write anything for its arguments. What is no JSON object stays as it is.
    with contextlib.suppress(AttributeError, ValueError, RecursionError):
        fields = json.loads(given) if isinstance(given, str) else given
        called = ", ".join(f"{key}={value!r}" for key, value in fields.items())
    call = f"{item.get('name') or name.removesuffix('_call')}({called})"
    # The tools that run at OpenAI keep what came back in the call itself.
    back = [item.get(key) for key in ("output", "outputs", "results", "error")]
    if item.get("result"):  # a generated picture, in base64
        back.append("[image]")
    return "\n".join(filter(None, [call, _text(back)]))


def _fields(name: str, item: Mapping[str, Any]) -> str:
    hidden = {"type", "role", "id", "call_id", "encrypted_content"}
    fields = ", ".join(
        f"{key}={value!r}"
        for key, value in item.items()
        if key not in hidden and isinstance(value, str | int | float) and len(str(value)) <= 100
    )
    return f"[{name.replace('_', ' ')}{': ' if fields else ''}{fields}]"


def _unicode(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _label(role: str, kind: str, names: Mapping[str, str]) -> str:
    if kind in ("message", "other"):
        return names.get(role, role)
    return kind


_COMMANDS = re.compile(
    # Control characters but tab and line feed; the two further line breaks and what turns the
    # writing direction around; halves of surrogate pairs.
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ud800-\udfff]"
)
_LONG = 10_000  # characters in a line


def _visible(text: str) -> str:
    return _COMMANDS.sub(
        lambda found: found[0].encode("unicode_escape").decode(), text.replace("\r\n", "\n")
    )


def _one_line(text: str) -> str:
    return " ".join(_visible(text).split())[:40]


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
# typesetting what stands between two dollar signs.
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
    # No line break of the text stays one, so that nbconvert's Markdown has no blank line after
    # which it would be Markdown. `dir` puts Arabic and Hebrew right.
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

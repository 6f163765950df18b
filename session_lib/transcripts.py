r"""A conversation to look at: chat bubbles in JupyterLab, plain text in a terminal.

What somebody typed is shown and never run. Markup, scripts and formulas appear as they were
typed. A character that controls a terminal, reorders the text or cannot be seen appears as its
escape, such as ``\x1b``.
"""

import html
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from session_lib.descriptions import describe


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

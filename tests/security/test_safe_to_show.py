"""What somebody typed is shown and never run: in a transcript, and in a table in JupyterLab.

The tests of the transcript go through one hostile text after the other. Here a search puts them
together in any order and in any place, and all of the HTML is accounted for, tag by tag.
"""

import asyncio
import html
import os
import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from session_lib import SQLiteSession
from session_lib.tables import history, sessions
from session_lib.transcripts import transcript

ATTACKS = [
    # scripts and what runs them
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//example.org/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script>alert(1)",
    "<script/xss>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img src=`x` onerror=`alert(1)`>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg/>#x'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<a href=javascript:alert(1)>click</a>",
    "<a href='jav&#x09;ascript:alert(1)'>click</a>",
    "<form action=javascript:alert(1)><button>",
    "<button formaction=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=//example.org/x.swf>",
    "<base href=//example.org/>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<link rel=stylesheet href=//example.org/x.css>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<plaintext>",
    "<custom-element onclick=alert(1)>",
    # ways out of where it stands
    "</pre></div>",
    "</summary></details>",
    "</b>",
    "</style>",
    "</textarea></title></table></td>",
    "\"'>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "` onmouseover=`alert(1)",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<![CDATA[",
    "]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE html>",
    "<",
    ">",
    "&",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "&#x3c;script&#x3e;",
    "&ltscript&gt",
    "\\u003cscript\\u003e",
    "%3Cscript%3E",
    "+ADw-script+AD4-",
    "\uff1cscript\uff1e",
    "<\0script>",
    "<scr\0ipt>",
    "\x00<b>",
    # styles
    "<style>*{display:none}</style>",
    "<style>@import '//example.org/x.css'</style>",
    "<div style='background:url(//example.org/x.png)'>",
    "<div style='width:expression(alert(1))'>",
    "} body {display: none",
    "<p class='jp-Button' data-commandlinker-command='filebrowser:delete'>",
    "<div class=session-transcript>",
    "<div role=listitem id=x name=y>",
    # Markdown and formulas
    "# title",
    "![x](//example.org/x.png)",
    "[click](javascript:alert(1))",
    "<javascript:alert(1)>",
    "```html\n<script>alert(1)</script>\n```",
    "\n\n<script>alert(1)</script>\n\n",
    "\n\n    code\n",
    "| a | b |\n|---|---|\n",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\\unicode{x}$$ \\(x\\) \\[x\\]",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    # terminals
    "\x1b[2J\x1b[H",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://example.org\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;ZWNobyAx\x07",
    "\x1bP$q\x1b\\",
    "\x1b_x\x1b\\",
    "\x1bc",
    "\x9b2J",
    "\x9d0;title\x9c",
    "\r\x1b[Kok",
    "\b\b\b",
    "\x07\x05\x0e\x0f\x7f",
    "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029",
    # writing directions
    "\u202a\u202b\u202c\u202d\u202e",
    "\u2066\u2067\u2068\u2069",
    "\u206a\u206b\u206c\u206d\u206e\u206f",
    "\u200e\u200f\u061c",
    "user: \u202eniamod\u202c",
    # what is no character
    "\ud800",
    "\udfff\ud800",
    "\ufffe\uffff",
    "\ufeff",
    "\U000e0001\U000e0020",
]
TEXTS = st.lists(
    st.sampled_from(ATTACKS) | st.text(st.characters(exclude_categories=()), max_size=5), max_size=4
).map("".join)

FRAME = '<div class="session-transcript mathjax_ignore" role="list" aria-label="Conversation">'
TAGS = [
    FRAME,
    '<div class="user" role="listitem">',
    '<div class="message" role="listitem">',
    '<div class="aside" role="listitem">',
    "</div>",
    "<b>",
    "</b>",
    '<pre dir="auto">',
    "</pre>",
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
]
ENTITIES = ["&lt;", "&gt;", "&amp;", "&quot;", "&#x27;", "&#10;"]


class _Page(HTMLParser):
    """The tags of some HTML as they follow each other, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[Any] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    handle_decl = handle_pi = unknown_decl = handle_comment  # type: ignore[assignment]


def _items(text: str) -> list[dict[str, Any]]:
    """Items that hold `text` wherever a user, a model or a tool can put one."""
    return [
        {"role": "user", "content": text},
        {"role": "assistant", "content": [{"type": "output_text", "text": text}]},
        {"role": "user", "content": [{"type": "input_file", "filename": text}, {"type": text}]},
        {"role": text, "content": "Hello"},
        {"role": text, "type": text, "content": text, text: text},
        {"type": "function_call", "name": text, "arguments": text},
        {"type": "function_call", "name": "f", "arguments": {text: text}},
        {"type": "function_call_output", "output": text},
        {"type": "web_search_call", "action": {"type": text, "query": text}, "error": text},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]},
        {"type": f"{text}_call", "input": text},
        {"type": f"{text}_output", "output": [text, {"stdout": text}]},
        {"type": text, "a": text, text: 1},
    ]


def _shows_all_and_obeys_nothing(text: str) -> bool:
    """Whether a terminal or a browser shows `text` as it is, but for its line breaks."""
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    characters = {*text} - {"\n", "\t"}
    if characters & {*"\u206a\u206b\u206c\u206d\u206e\u206f"}:  # old forms of such commands
        return False
    return not (
        {*map(unicodedata.category, characters)} & {"Cc", "Cs", "Zl", "Zp"}
        or {*map(unicodedata.bidirectional, characters)} & turning
    )


def _account_for(source: str) -> str:
    """See that nothing but the known tags and entities is in some HTML. Return what is left."""
    style, end, rest = source.partition("</style>\n")
    assert end and style.startswith("<style>\n") and "<" not in style[1:]
    for known in [*TAGS, *ENTITIES]:
        rest = rest.replace(known, "")
    assert not re.search("[<>&\"']", rest)
    return rest


@given(text=TEXTS)
@settings(
    max_examples=400,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[*HealthCheck],
)
def test_of_a_transcript_only_the_text_depends_on_what_was_said(text: str) -> None:
    items = _items(text)
    for item in items:
        source = transcript([item], names={"user": text})._repr_html_()
        _account_for(source)
        page = _Page(source)
        assert _shows_all_and_obeys_nothing(page.text)
        # A frame, a style and one entry: three tags open, or five where it is folded.
        folded = ("details",) in page.tags
        assert len(page.tags) == (12 if folded else 10)
        assert page.tags[2][0] == "div" and page.tags[3][0] == "div"
        assert [tag for tag in page.tags[4:-2] if "div" in tag] == []


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_each_attack_is_shown_as_it_was_typed(text: str) -> None:
    shown = transcript([{"role": "user", "content": f"a{text}b"}])
    (visible,) = re.findall('<b>user</b><pre dir="auto">(.*)</pre>', shown._repr_html_())
    escaped = "".join(
        c if _shows_all_and_obeys_nothing(c) else c.encode("unicode_escape").decode()
        for c in f"a{text}b".replace("\r\n", "\n")
    )
    assert html.unescape(visible) == escaped
    assert _shows_all_and_obeys_nothing(str(shown))
    assert str(shown).encode()


@given(text=TEXTS, width=st.integers(-1, 200))
@settings(
    max_examples=300,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[*HealthCheck],
)
def test_a_terminal_obeys_nothing_and_no_message_passes_for_two(text: str, width: int) -> None:
    items = _items(text)
    shown = str(transcript(items, names={"user": text}, width=width))
    assert _shows_all_and_obeys_nothing(shown)
    # Each entry begins at the margin, and what belongs to it is indented.
    assert len([line for line in shown.split("\n") if re.match(r"\S", line)]) <= len(items)


# Tables.

TABLE_TAGS = {"div", "style", "table", "thead", "tbody", "tr", "th", "td", "p"}
TABLE_ATTRIBUTES = {
    ("border", "1"),
    ("class", "dataframe"),
    ("style", "text-align: right;"),
    ("scoped", None),
}


@pytest.fixture(params=[50, None], ids=["cut off", "whole"])
def column_width(request: pytest.FixtureRequest) -> Iterator[None]:
    """How many characters of a cell pandas shows."""
    with pd.option_context("display.max_colwidth", request.param, "display.max_rows", None):
        yield


@pytest.mark.usefixtures("column_width")
async def test_a_table_of_the_history_shows_markup_as_text() -> None:
    session = SQLiteSession("alice")
    for text in ATTACKS:
        await session.add_items(_items(text))
    table = await history(session)
    assert len(table) == len(ATTACKS) * len(_items(""))
    _is_a_harmless_table(table)


@pytest.mark.usefixtures("column_width")
async def test_a_table_of_sessions_shows_markup_in_their_names_as_text(tmp_path: Path) -> None:
    names = [text for text in ATTACKS if not re.search("[\ud800-\udfff]", text)]
    item = {"role": "user", "content": "Hello"}
    made = [SQLiteSession(name, tmp_path / "x.db") for name in names]
    await asyncio.gather(*(session.add_items([item]) for session in made))
    table = await sessions(tmp_path / "x.db")
    assert len(table) == len(names)
    _is_a_harmless_table(table)


def _is_a_harmless_table(table: pd.DataFrame) -> None:
    page = _Page(table._repr_html_())  # what JupyterLab shows
    opened = [tag for tag in page.tags if not isinstance(tag, str)]
    assert {name for name, *_ in opened} <= TABLE_TAGS
    assert {attribute for _, *attributes in opened for attribute in attributes} <= TABLE_ATTRIBUTES
    assert [name for name, *_ in opened].count("tr") == len(table) + 1
    assert [name for name, *_ in opened].count("td") == table.size
    assert "<script>" in page.text


def test_this_test_would_see_markup_that_is_not_escaped() -> None:
    table = pd.DataFrame({"text": ["<script>alert(1)</script>"]})
    with pytest.raises(AssertionError):
        _account_for(f"<style>\n</style>\n{FRAME}\n<script>alert(1)</script></div>")
    assert ("script",) in _Page(table.to_html(escape=False)).tags
    assert ("script",) not in _Page(table._repr_html_()).tags

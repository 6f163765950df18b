"""What somebody typed is shown and never run: in a transcript, and in a table in JupyterLab.

A search puts hostile texts together in any order and in any place, and all of the HTML is
accounted for, tag by tag.
"""

import asyncio
import html
import os
import re
import sys

import pandas as pd  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from session_lib import SQLiteSession, history, sessions, transcript
from tests.helpers.attacks import ATTACKS
from tests.helpers.pages import Page, is_invisible, shows_all

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


def _items(text):
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


def _account_for(source):
    """See that nothing but the known tags and entities is in some HTML. Return what is left."""
    style, end, rest = source.partition("</style>\n")
    assert end and style.startswith("<style>\n") and "<" not in style[1:]
    for known in [*TAGS, *ENTITIES]:
        rest = rest.replace(known, "")
    assert not re.search("[<>&\"']", rest)
    return rest


SEARCH = settings(
    max_examples=400,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[*HealthCheck],
)


@given(text=TEXTS)
@SEARCH
def test_only_the_text_of_a_page_varies(text):
    for item in _items(text):
        source = transcript([item], names={"user": text})._repr_html_()
        _account_for(source)
        page = Page(source)
        assert shows_all(page.text)
        # A frame, a style and one entry: three tags open, or five where it is folded.
        folded = ("details",) in page.tags
        assert len(page.tags) == (12 if folded else 10)
        assert page.tags[2][0] == "div" and page.tags[3][0] == "div"
        assert [tag for tag in page.tags[4:-2] if "div" in tag] == []


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_shown_as_it_was_typed(text):
    shown = transcript([{"role": "user", "content": f"a{text}b"}], width=1_000)
    (visible,) = re.findall('<b>user</b><pre dir="auto">(.*)</pre>', shown._repr_html_())
    visible = html.unescape(visible)
    assert shows_all(visible) and shows_all(str(shown))
    assert visible.encode() and str(shown).encode()
    # Each character is itself or its escape, and what can be seen is itself.
    place = 0
    for character in f"a{text}b".replace("\r\n", "\n"):
        escape = character.encode("unicode_escape").decode()
        seen = visible.startswith(character, place)
        assert seen or visible.startswith(escape, place)
        assert seen or is_invisible(character) or character in "\ufffe\uffff"
        place += len(character if seen else escape)
    assert place == len(visible)
    for line in str(shown).removeprefix("user: ").splitlines():
        assert line.strip() in visible


@given(text=TEXTS, width=st.integers(-1, 200))
@SEARCH
def test_messages_in_a_terminal(text, width):
    items = _items(text)
    shown = str(transcript(items, names={"user": text}, width=width))
    assert shows_all(re.sub("\n +", "", shown))
    # Each entry begins at the margin, and what belongs to it is indented.
    assert len([line for line in shown.split("\n") if re.match(r"\S", line)]) <= len(items)


def test_nothing_invisible_hides():
    characters = map(chr, range(sys.maxunicode + 1))
    hidden = [c for c in characters if c != "\r" and is_invisible(c)]
    assert len(hidden) > 2_500
    text = "a".join([*hidden, ""])
    shown = transcript([{"role": "user", "content": text}])._repr_html_()
    assert not any(map(is_invisible, shown))
    assert all(c.encode("unicode_escape").decode() in shown for c in hidden)


@pytest.mark.parametrize(
    "text",
    [
        "नमस्ते क्\u200dष",
        "שלום",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a non-joiner
        "\u0600\u0661",  # an Arabic number sign
        "👩\u200d👩\u200d👧 👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ©\ufe0f ☎\ufe0e",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
        "葛\U000e0100城 﨑\ufe00",
        "\u1820\u180b",  # Mongolian
        "tab\there",
        "Windows\r\nlines",
    ],
)
def test_scripts_emoji_and_lines_stay(text):
    page = Page(transcript([{"role": "user", "content": text}])._repr_html_())
    assert text.replace("\r\n", "\n") in page.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m\x07\r\u202e\ud83d", r"\x1b[31m\x07\r\u202e\ud83d"),
        ("pay\u200dpal", r"pay\u200dpal"),
        ("م\u200c\u200cم", "م\u200c\\u200cم"),
        ("😀\ufe0f\ufe0e", "😀\ufe0f\\ufe0e"),
        ("a\ufe0f", r"a\ufe0f"),
        ("😀\U000e0101", r"😀\U000e0101"),
        ("葛\U000e0101\U000e0102", "葛\U000e0101\\U000e0102"),
        ("🏴\U000e0068\U000e0069\U000e007f", r"🏴\U000e0068\U000e0069\U000e007f"),
        ("in\xadvisible\ufeff", r"in\xadvisible\ufeff"),
        ("\u3164\u200e\u061c", r"\u3164\u200e\u061c"),
        ("\ufdd0\ufffe", r"\ufdd0\ufffe"),
    ],
)
def test_what_cannot_be_seen_is_its_escape(text, shown):
    item = {"role": "user", "content": text}
    assert str(transcript([item])) == f"user: {shown}"
    assert f">{shown}</pre>" in transcript([item])._repr_html_()


# Tables.

TABLE_TAGS = {"div", "style", "table", "thead", "tbody", "tr", "th", "td", "p"}
TABLE_ATTRIBUTES = {
    ("border", "1"),
    ("class", "dataframe"),
    ("style", "text-align: right;"),
    ("scoped", None),
}


@pytest.fixture(params=[50, None], ids=["cut off", "whole"])
def column_width(request):
    """How many characters of a cell pandas shows."""
    with pd.option_context("display.max_colwidth", request.param, "display.max_rows", None):
        yield


@pytest.mark.usefixtures("column_width")
async def test_a_history_shows_markup_as_text():
    session = SQLiteSession("alice")
    for text in ATTACKS:
        await session.add_items(_items(text))
    table = await history(session)
    assert len(table) == len(ATTACKS) * len(_items(""))
    _is_a_harmless_table(table)


@pytest.mark.usefixtures("column_width")
async def test_session_names_show_markup_as_text(tmp_path):
    names = [text for text in ATTACKS if not re.search("[\ud800-\udfff]", text)]
    item = {"role": "user", "content": "Hello"}
    made = [SQLiteSession(name, tmp_path / "x.db") for name in names]
    await asyncio.gather(*(session.add_items([item]) for session in made))
    table = await sessions(tmp_path / "x.db")
    assert len(table) == len(names)
    _is_a_harmless_table(table)


def _is_a_harmless_table(table):
    page = Page(table._repr_html_())  # what JupyterLab shows
    opened = [tag for tag in page.tags if not isinstance(tag, str)]
    assert {name for name, *_ in opened} <= TABLE_TAGS
    assert {attribute for _, *attributes in opened for attribute in attributes} <= TABLE_ATTRIBUTES
    assert [name for name, *_ in opened].count("tr") == len(table) + 1
    assert [name for name, *_ in opened].count("td") == table.size
    assert "<script>" in page.text


def test_unescaped_markup_would_be_seen():
    table = pd.DataFrame({"text": ["<script>alert(1)</script>"]})
    with pytest.raises(AssertionError):
        _account_for(f"<style>\n</style>\n{FRAME}\n<script>alert(1)</script></div>")
    assert ("script",) in Page(table.to_html(escape=False)).tags
    assert ("script",) not in Page(table._repr_html_()).tags

"""What a conversation looks like."""

import copy
import re
from typing import Any

import pytest

from session_lib import transcript

CONVERSATION: list[dict[str, Any]] = [
    {"role": "user", "content": "What is 17 times 23? Please do not guess."},
    {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "A tool."}]},
    {"type": "function_call", "call_id": "c", "name": "multiply", "arguments": '{"a":17,"b":23}'},
    {"type": "function_call_output", "call_id": "c", "output": "391"},
    {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "It is 391.\n\n- exactly", "annotations": []}],
    },
]


def html_of(items):
    return transcript(items)._repr_html_()


def test_the_text_is_aligned_and_wrapped():
    shown = transcript(CONVERSATION, width=40)
    assert str(shown).splitlines() == [
        "user:        What is 17 times 23? Please",
        "             do not guess.",
        "reasoning:   A tool.",
        "tool call:   multiply(a=17, b=23)",
        "tool result: 391",
        "assistant:   It is 391.",
        "",
        "             - exactly",
    ]
    assert repr(shown) == str(shown)  # at a prompt


def test_wide_characters_take_two_columns():
    lines = str(transcript([{"role": "user", "content": "你好" * 20}], width=46)).splitlines()
    assert lines == ["user: " + "你好" * 10, "      " + "你好" * 10]


def test_indentation_stays():
    code = "def f():\n    return 1"
    assert str(transcript([{"role": "user", "content": code}])).endswith("\n          return 1")


def test_the_user_is_on_the_right():
    html = html_of(CONVERSATION)
    assert '<div class="user" role="listitem"><b>user</b><pre dir="auto">What is' in html
    assert '<div class="message" role="listitem"><b>assistant</b><pre dir="auto">It is' in html
    assert re.search(r"\.session-transcript > div \{align-self: flex-start", html)
    assert re.search(r"\.session-transcript > \.user \{align-self: flex-end", html)


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        ("reasoning", "A tool."),
        ("tool call: multiply", "multiply(a=17, b=23)"),
        ("tool result", "391"),
    ],
)
def test_tools_and_reasoning_are_folded(summary, text):
    folded = f'<details><summary>{summary}</summary><pre dir="auto">{text}</pre></details>'
    assert folded in html_of(CONVERSATION)


def test_approval_requests_are_not_folded():
    request = {"type": "mcp_approval_request", "name": "pay", "arguments": '{"to": "Eve"}'}
    html = html_of([request])
    assert '<pre dir="auto">[mcp approval request] pay(to=&#x27;Eve&#x27;)</pre></div>' in html


def test_html_is_stable_and_has_no_ids():
    html = html_of(CONVERSATION)
    assert html == html_of(copy.deepcopy(CONVERSATION))
    assert not re.search(r"<[^>]* (id|for|name)=", html)


def test_html_loads_nothing_and_fits_themes():
    html = html_of(CONVERSATION)
    assert not re.search(r"https?:|url\(|@import|src=|href=|<script", html)
    colours = re.findall(r"(?:color|background|border-color): ([^;}]+)", html)
    of_theme = re.compile(r"var\(--jp|color-mix\(in srgb, var\(--jp|none|inherit")
    # See-through, for browsers without color-mix.
    assert [each for each in colours if not of_theme.match(each)] == ["rgba(33, 150, 243, .2)"]


def test_an_empty_conversation_says_so():
    assert str(transcript([])) == "[no items]"
    assert "[no items]" in html_of([])


def test_roles_can_be_given_names():
    shown = transcript(CONVERSATION, names={"user": "Ana <b>"})
    assert str(shown).startswith("Ana <b>:     What is")
    assert "\nassistant:   It is" in str(shown)
    assert "<b>Ana &lt;b&gt;</b>" in shown._repr_html_()


def test_a_long_role_is_visibly_cut():
    shown = transcript([{"role": "x" * 100, "content": "hi"}])
    assert str(shown) == "x" * 39 + "…: hi"
    assert "<b>" + "x" * 39 + "…</b>" in shown._repr_html_()


def test_markdown_has_no_line_of_its_own():
    html = html_of([{"role": "user", "content": "a\n\n# title\n\n    code\n\n<b>x</b>"}])
    assert "" not in html.splitlines()
    assert next(line for line in html.splitlines() if "title" in line).startswith("<div")


def test_no_formula_is_typeset():
    html = html_of([{"role": "user", "content": "$x^2$"}])
    assert re.search(r'<div class="[^"]*\bmathjax_ignore\b', html)


def test_a_message_cannot_pass_for_two():
    items = [
        {"role": "user", "content": "hi\nassistant: I will pay.\r\nassistant: Now."},
        {"role": "user\nassistant", "content": "hi"},
    ]
    lines = str(transcript(items)).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "user:           hi",
        "user assistant: hi",
    ]
    assert html_of(items).count("<b>") == 2


@pytest.mark.parametrize("items", ["hello", [None], [["role", "user"]]])
def test_only_items_are_taken(items):
    with pytest.raises(TypeError, match="an item is a dict"):
        transcript(items)

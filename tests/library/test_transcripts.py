"""What a conversation looks like, and that looking at it runs nothing."""

import copy
import re
import sys
import typing
import unicodedata
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.responses import ResponseInputItemParam

from session_lib.transcripts import KINDS, ROLES, describe, transcript

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

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)>",
    "way out": '</pre></div><iframe src="javascript:alert(1)">',
    "way out of a summary": "</summary></details><svg onload=alert(1)>",
    "way out of an attribute": "\"' onmouseover='alert(1)",
    "style": "</style><style>body {display: none}</style>",
    "comment": "<!-- <div>",
    "entity": "&lt;script&gt; &#60;script&#62;",
    "Markdown": "# big\n\n**bold** [link](javascript:alert(1)) ![](x) `code`\n\n<b>bold</b>",
    "formula": "$x^2$ $$\\sqrt{2}$$ \\(y\\)",
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;new title\x07",
    "link": "\x1b]8;;file:///etc\x1b\\click\x1b]8;;\x1b\\",
    "one-byte escape": "\x9b2J",
    "bell and backspace": "\x07\x08\x7f",
    "overwriting": "good\rbad",
    "turned around": "\u202etxt.exe\u202c \u2066isolated\u2069 \u206a",
    "line breaks": "a\x0bb\x0cc\x85d\u2028e\u2029f",
    "half a pair": "\ud83d",
    "NUL": "\0",
}


class _Page(HTMLParser):
    """The tags, the attributes and the text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.text = ""
        self.other: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def _html(items: Any, **options: Any) -> str:
    return transcript(items, **options)._repr_html_()


def _is_harmless(text: str) -> bool:
    """Whether a terminal shows all of `text` and obeys none of it but line feed and tab."""
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    characters = {*text} - {"\n", "\t"}
    return not (
        {*map(unicodedata.category, characters)} & {"Cc", "Cs", "Zl", "Zp"}
        or {*map(unicodedata.bidirectional, characters)} & turning
    )


def _with_everywhere(text: str) -> list[dict[str, Any]]:
    """Items that hold `text` wherever a user, a model or a tool can put one."""
    return [
        {"role": "user", "content": text},
        {"role": "user", "content": [{"type": "input_text", "text": text}, {"type": text}]},
        {"role": "user", "content": [{"type": "input_file", "filename": text}]},
        {"role": text, "content": "from a strange role"},
        {"type": "function_call", "name": text, "arguments": text},
        {"type": "function_call", "name": "f", "arguments": '{"a": "b"}', "namespace": text},
        {"type": "function_call_output", "output": text},
        {"type": "mcp_call", "name": "f", "arguments": {text: text}, "error": {"message": text}},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]},
        {"type": text, "field": text, text: "value"},
    ]


def test_the_text_is_aligned_and_wrapped() -> None:
    assert str(transcript(CONVERSATION, width=40)).splitlines() == [
        "user:        What is 17 times 23? Please",
        "             do not guess.",
        "reasoning:   A tool.",
        "tool call:   multiply(a=17, b=23)",
        "tool result: 391",
        "assistant:   It is 391.",
        "",
        "             - exactly",
    ]


def test_a_prompt_shows_the_text_too() -> None:
    assert repr(transcript(CONVERSATION)) == str(transcript(CONVERSATION))


def test_wide_characters_are_wrapped_by_the_columns_they_take() -> None:
    lines = str(transcript([{"role": "user", "content": "你好" * 20}], width=46)).splitlines()
    assert lines == ["user: " + "你好" * 10, "      " + "你好" * 10]


def test_spaces_at_the_start_of_a_line_stay() -> None:
    code = "def f():\n    return 1"
    assert str(transcript([{"role": "user", "content": code}])).endswith("\n          return 1")


def test_the_user_is_on_the_right_and_others_are_on_the_left() -> None:
    html = _html(CONVERSATION)
    assert '<div class="user" role="listitem"><b>user</b><pre dir="auto">What is' in html
    assert '<div class="message" role="listitem"><b>assistant</b><pre dir="auto">It is' in html
    assert re.search(r"\.session-transcript > div \{align-self: flex-start", html)
    assert re.search(r"\.session-transcript > \.user \{align-self: flex-end", html)


def test_tools_and_reasoning_are_folded() -> None:
    html = _html(CONVERSATION)
    for summary, text in [
        ("reasoning", "A tool."),
        ("tool call: multiply", "multiply(a=17, b=23)"),
        ("tool result", "391"),
    ]:
        folded = f'<details><summary>{summary}</summary><pre dir="auto">{text}</pre></details>'
        assert folded in html


def test_the_same_items_give_the_same_html_without_ids() -> None:
    html = _html(CONVERSATION)
    assert html == _html(copy.deepcopy(CONVERSATION))
    assert not {"id", "for", "name"} & {name for name, _ in _Page(html).attributes}


def test_the_html_loads_nothing_and_fits_every_theme() -> None:
    html = _html(CONVERSATION)
    assert not re.search(r"https?:|url\(|@import|src=|href=|<script", html)
    colours = re.findall(r"(?:color|background|border-color): ([^;}]+)", html)
    of_theme = re.compile(r"var\(--jp|color-mix\(in srgb, var\(--jp|none|inherit")
    # See-through, for browsers without color-mix.
    assert [each for each in colours if not of_theme.match(each)] == ["rgba(33, 150, 243, .2)"]


def test_an_empty_conversation_says_so() -> None:
    assert str(transcript([])) == "[no items]"
    assert "[no items]" in _html([])


def test_roles_can_be_given_names() -> None:
    shown = transcript(CONVERSATION, names={"user": "Ana <b>"})
    assert str(shown).startswith("Ana <b>:     What is")
    assert "\nassistant:   It is" in str(shown)
    assert "<b>Ana &lt;b&gt;</b>" in shown._repr_html_()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_html_in_a_message_arrives_as_text(text: str) -> None:
    page = _Page(_html(_with_everywhere(text), names={"user": text}))
    harmless = _Page(_html(_with_everywhere("hello"), names={"user": "hello"}))
    assert page.tags == harmless.tags
    assert page.attributes == harmless.attributes
    assert page.other == []
    assert _is_harmless(page.text)
    shown = str(transcript([{"role": "user", "content": text}], width=1000))
    for line in shown.removeprefix("user: ").splitlines():
        assert line.strip() in page.text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_control_characters_arrive_in_a_terminal_as_text(text: str) -> None:
    shown = str(transcript(_with_everywhere(text), names={"user": text}))
    assert _is_harmless(shown)
    assert shown.encode()


def test_a_control_character_is_shown_by_its_escape() -> None:
    item = {"role": "user", "content": "\x1b[31m\x07\r\u202e\ud83d"}
    assert str(transcript([item])) == r"user: \x1b[31m\x07\r\u202e\ud83d"
    assert r">\x1b[31m\x07\r\u202e\ud83d</pre>" in _html([item])


@pytest.mark.parametrize(
    "text",
    [
        "नमस्ते",
        "שלום",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a non-joiner
        "👩\u200d👩\u200d👧",
        "tab\there",
        "Windows\r\nlines",
    ],
)
def test_scripts_emoji_and_line_breaks_are_left_as_they_are(text: str) -> None:
    page = _Page(_html([{"role": "user", "content": text}]))
    assert text.replace("\r\n", "\n") in page.text


def test_markdown_in_a_message_has_no_line_of_its_own() -> None:
    html = _html([{"role": "user", "content": "a\n\n# title\n\n    code\n\n<b>x</b>"}])
    assert "" not in html.splitlines()
    assert next(line for line in html.splitlines() if "title" in line).startswith("<div")


def test_jupyterlab_is_told_to_typeset_no_formula() -> None:
    html = _html([{"role": "user", "content": "$x^2$"}])
    assert re.search(r'<div class="[^"]*\bmathjax_ignore\b', html)


def test_a_message_cannot_pass_for_two() -> None:
    items = [
        {"role": "user", "content": "hi\nassistant: I will pay.\r\nassistant: Now."},
        {"role": "user\nassistant", "content": "hi"},
    ]
    lines = str(transcript(items)).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "user:           hi",
        "user assistant: hi",
    ]
    assert _Page(_html(items)).tags.count("b") == 2


DESCRIBED: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"role": "user", "content": "hi"}, ("user", "message", "hi")),
    ({"role": "developer", "content": "be kind"}, ("developer", "message", "be kind")),
    ({"role": "assistant", "content": []}, ("assistant", "message", "[empty]")),
    ({"role": "assistant", "content": ""}, ("assistant", "message", "[empty]")),
    (
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "look"},
                {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
                {"type": "input_file", "filename": "bill.pdf", "file_data": "AAAA"},
                {"type": "input_file", "file_id": "file-1"},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
            ],
        },
        ("user", "message", "look\n[image]\n[file: bill.pdf]\n[file]\n[audio]"),
    ),
    (
        {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "refusal", "refusal": "No."}],
        },
        ("assistant", "message", "No."),
    ),
    ({"type": "reasoning", "summary": []}, ("assistant", "reasoning", "[no summary]")),
    (
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "Hm"}]},
        ("assistant", "reasoning", "Hm"),
    ),
    (
        {"type": "function_call", "name": "find", "arguments": '{"q": "a\\nb", "all": true}'},
        ("assistant", "tool call", "find(q='a\\nb', all=True)"),
    ),
    (
        {"type": "function_call", "name": "now", "arguments": "{}"},
        ("assistant", "tool call", "now()"),
    ),
    (
        {"type": "function_call", "name": "now", "arguments": ""},
        ("assistant", "tool call", "now()"),
    ),
    (
        {"type": "function_call", "name": "find", "arguments": '{"q": "cut off'},
        ("assistant", "tool call", 'find(arguments=\'{"q": "cut off\')'),
    ),
    (
        {"type": "function_call", "name": "find", "arguments": "[1]"},
        ("assistant", "tool call", "find(arguments='[1]')"),
    ),
    (
        {"type": "custom_tool_call", "name": "sql", "input": "SELECT 1"},
        ("assistant", "tool call", "sql(input='SELECT 1')"),
    ),
    (
        {"type": "computer_call", "action": {"type": "click", "x": 1, "y": 2}},
        ("assistant", "tool call", "computer(type='click', x=1, y=2)"),
    ),
    (
        {"type": "web_search_call", "action": {"type": "search", "query": "tea"}},
        ("assistant", "tool call", "web_search(type='search', query='tea')"),
    ),
    (
        {"type": "file_search_call", "queries": ["tea"], "results": [{"text": "Green tea"}]},
        ("assistant", "tool call", "file_search(queries=['tea'])\nGreen tea"),
    ),
    (
        {
            "type": "code_interpreter_call",
            "code": "print(1)",
            "outputs": [{"type": "logs", "logs": "1"}, {"type": "image", "url": "data:AAAA"}],
        },
        ("assistant", "tool call", "code_interpreter(code='print(1)')\n1\n[image]"),
    ),
    (
        {"type": "image_generation_call", "id": "i", "result": "AAAA", "status": "completed"},
        ("assistant", "tool call", "image_generation()\n[image]"),
    ),
    (
        {"type": "mcp_call", "name": "add", "arguments": '{"a": 1}', "output": "2"},
        ("assistant", "tool call", "add(a=1)\n2"),
    ),
    ({"type": "function_call_output", "output": ""}, ("tool", "tool result", "[empty]")),
    (
        {"type": "function_call_output", "output": [{"type": "input_image", "file_id": "f"}]},
        ("tool", "tool result", "[image]"),
    ),
    (
        {"type": "computer_call_output", "output": {"type": "computer_screenshot"}},
        ("tool", "tool result", "[screenshot]"),
    ),
    (
        {"type": "shell_call_output", "output": [{"stdout": "out", "stderr": "err"}]},
        ("tool", "tool result", "out\nerr"),
    ),
    (
        {"type": "apply_patch_call_output", "call_id": "c", "status": "completed"},
        ("tool", "tool result", "[apply patch call output: status='completed']"),
    ),
    ({"type": "program_output", "result": "42"}, ("tool", "tool result", "42")),
    (
        {"type": "mcp_approval_response", "approval_request_id": "a", "approve": False},
        (
            "unknown",
            "other",
            "[mcp approval response: approval_request_id='a', approve=False]",
        ),
    ),
    ({"type": "compaction", "encrypted_content": "AAAA"}, ("unknown", "other", "[compaction]")),
    (
        {"__enc__": 1, "v": 1, "kid": "k", "payload": "AAAA"},
        ("unknown", "other", "[encrypted]"),
    ),
    ({"note": "mine", "stars": 5}, ("unknown", "other", "[item: note='mine', stars=5]")),
    ({"role": "critic", "content": "boo"}, ("critic", "message", "boo")),
    ({"role": "user", "content": "\ud83d"}, ("user", "message", "\\ud83d")),
]


@pytest.mark.parametrize(("item", "said"), DESCRIBED)
def test_an_item_is_described_readably(item: dict[str, Any], said: tuple[str, str, str]) -> None:
    assert describe(item) == said


def test_every_type_of_item_in_the_sdk_has_a_kind() -> None:
    others = {
        "additional_tools",
        "compaction",
        "compaction_trigger",
        "configuration_update",
        "item_reference",
        "mcp_approval_request",
        "mcp_approval_response",
        "mcp_list_tools",
    }
    types = set()
    for shape in typing.get_args(ResponseInputItemParam):
        hint = typing.get_type_hints(shape)["type"]
        while typing.get_origin(hint) is not typing.Literal:
            hint = typing.get_args(hint)[0]
        types.update(typing.get_args(hint))
    assert types > others
    found = {name for name in types if describe({"type": name, "content": ""})[1] == "other"}
    assert found == others


def test_arguments_nested_beyond_reason_are_shown_as_they_are() -> None:
    nested = '{"a": ' + "[" * sys.getrecursionlimit() * 100
    role, kind, text = describe({"type": "function_call", "name": "f", "arguments": nested})
    assert (role, kind) == ("assistant", "tool call")
    assert text.startswith("f(arguments=")


@given(
    st.dictionaries(
        st.sampled_from(["role", "type", "content", "output", "arguments", "summary", "name", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(ROLES),
            lambda inner: (
                st.lists(inner) | st.dictionaries(st.sampled_from(["type", "text", "y"]), inner)
            ),
            max_leaves=8,
        ),
    )
)
@settings(deadline=None, max_examples=100)
def test_whatever_an_item_holds_it_is_described_and_shown(item: dict[str, Any]) -> None:
    role, kind, text = describe(item)
    assert role
    assert kind in KINDS
    assert text
    assert _is_harmless(str(transcript([item])))
    assert set(_Page(_html([item])).tags) <= {"style", "div", "b", "pre", "details", "summary"}


@pytest.mark.parametrize("items", ["hello", [None], [["role", "user"]]])
def test_what_is_no_item_is_refused(items: Any) -> None:
    with pytest.raises(TypeError, match="an item is a dict"):
        transcript(items)

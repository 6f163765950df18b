"""Each item is described in words that a person can decide by."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_lib import KINDS, ROLES, describe, transcript
from tests.helpers.item_types import item_types, samples
from tests.helpers.pages import shows_all


def message(*parts):
    return {"role": "user", "content": [*parts]}


def output(value):
    return {"type": "function_call_output", "output": value}


def call(arguments, name="find", **more):
    return {"type": "function_call", "name": name, "arguments": arguments, **more}


MESSAGES = [
    ({"role": "user", "content": "hi"}, "hi"),
    ({"role": "user", "content": "\ud83d"}, "\\ud83d"),
    (message(), "[empty]"),
    ({"role": "user", "content": ""}, "[empty]"),
    (message({"type": "refusal", "refusal": "No."}), "No."),
    (
        message(
            {"type": "input_text", "text": "look"},
            {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"},
            {"type": "input_image", "image_url": "https://example.org/a.png"},
            {"type": "input_file", "filename": "bill.pdf", "file_data": "AAAA"},
            {"type": "input_file", "file_id": "file-1"},
            {"type": "input_audio", "transcript": "Hello"},
            {"type": "input_audio"},
        ),
        "look\n[image]\n[image: image_url='https://example.org/a.png']\n[file: bill.pdf]\n"
        "[file: file_id='file-1']\nHello\n[audio]",
    ),
    (
        message({"type": "text", "text": "See there.", "logprobs": [1], "annotations": ["there"]}),
        "See there.\n[annotations=['there']]",
    ),
]
CALLS = [
    (call('{"q": "a\\nb", "all": true}'), "find(q='a\\nb', all=True)"),
    (call("{}"), "find()"),
    (call(""), "find()"),
    (call('{"q": "cut off'), 'find(arguments=\'{"q": "cut off\')'),
    (call("[1]"), "find(arguments='[1]')"),
    (call("{}", namespace="crm"), "find()\n[namespace='crm']"),
    # What a person approves is what the tool is given.
    (call('{"a": 1, "a": 1000}'), 'find(arguments=\'{"a": 1, "a": 1000}\')'),
    (call('{"a=1, b": 2}'), "find('a=1, b'=2)"),
    (call('{"a": 2.50, "b": [1e999, -0]}'), "find(a=2.50, b=[1e999, -0])"),
    (call('{"a": ' + "9" * 5_000 + "}"), f"find(a={'9' * 5_000})"),
    ({"type": "custom_tool_call", "name": "sql", "input": "SELECT 1"}, "sql(input='SELECT 1')"),
    (
        {"type": "computer_call", "action": {"type": "click", "x": 1, "y": 2}},
        "computer(type='click', x=1, y=2)",
    ),
    (
        {"type": "web_search_call", "action": {"type": "search", "query": "tea"}},
        "web_search(type='search', query='tea')",
    ),
    (
        {"type": "file_search_call", "queries": ["tea"], "results": [{"text": "Green tea"}]},
        "file_search(queries=['tea'])\nGreen tea",
    ),
    (
        {
            "type": "code_interpreter_call",
            "code": "print(1)",
            "outputs": [
                {"type": "logs", "logs": "1"},
                {"type": "image", "url": "data:image/png;base64,AAAA"},
            ],
        },
        "code_interpreter(code='print(1)')\n1\n[image]",
    ),
    (
        {"type": "image_generation_call", "id": "i", "result": "AAAA", "status": "completed"},
        "image_generation()\n[image]",
    ),
    ({"type": "mcp_call", "name": "add", "arguments": '{"a": 1}', "output": "2"}, "add(a=1)\n2"),
    (
        {"type": "mcp_call", "name": "add", "error": {"code": 1}, "status": "failed"},
        "add()\n[error={'code': 1}, status='failed']",
    ),
]
RESULTS = [
    (output(""), "[empty]"),
    (output([{"type": "input_image", "file_id": "f"}]), "[image: file_id='f']"),
    (output({"headers": ["a"]}), '{"headers": ["a"]}'),
    ({"type": "computer_call_output", "output": {"type": "computer_screenshot"}}, "[screenshot]"),
    (
        {
            "type": "shell_call_output",
            "output": [
                {"stdout": "out", "stderr": "err", "outcome": {"type": "exit", "exit_code": 0}},
                {"stdout": "", "stderr": "", "outcome": {"type": "timeout"}},
            ],
        },
        "out\nerr\n[outcome={'type': 'timeout'}]",
    ),
    (
        {"type": "apply_patch_call_output", "call_id": "c", "status": "completed", "output": None},
        "[apply patch call output: status='completed']",
    ),
    ({"type": "program_output", "result": "42"}, "42"),
]
OTHERS = [
    (
        {"type": "mcp_approval_request", "server_label": "s", "name": "f", "arguments": '{"a":1}'},
        "[mcp approval request] f(a=1)\n[server_label='s']",
    ),
    (
        {"type": "mcp_approval_response", "approval_request_id": "a", "approve": False},
        "[mcp approval response: approval_request_id='a', approve=False]",
    ),
    (
        {"type": "compaction", "encrypted_content": "AAAA"},
        "[compaction: encrypted_content=[hidden]]",
    ),
    (
        {"type": "tools", "tools": [{"type": "mcp", "headers": {"a": "b"}, "authorization": "c"}]},
        "[tools: tools=[{'type': 'mcp', 'headers': [hidden], 'authorization': [hidden]}]]",
    ),
    ({"__enc__": 1, "v": 1, "kid": "k", "payload": "AAAA"}, "[encrypted]"),
    ({"note": "mine", "stars": 5, "provider_data": {}}, "[item: note='mine', stars=5]"),
    ({"note": "a" * 3_000}, f"[item: note='{'a' * 999}… (2,002 more characters)]"),
    ({"role": ["user"], "content": "hi"}, "hi\n[role=['user']]"),
]
DESCRIBED = [
    *[(item, ("user", "message", text)) for item, text in MESSAGES],
    *[(item, ("assistant", "tool call", text)) for item, text in CALLS],
    *[(item, ("tool", "tool result", text)) for item, text in RESULTS],
    *[(item, ("unknown", "other", text)) for item, text in OTHERS[:-1]],
    (OTHERS[-1][0], ("unknown", "message", OTHERS[-1][1])),
    ({"role": "critic", "content": "boo"}, ("critic", "message", "boo")),
    ({"role": "assistant", "content": "hi", "id": "m"}, ("assistant", "message", "hi")),
    (
        {"type": "reasoning", "summary": [], "encrypted_content": "AAAA"},
        ("assistant", "reasoning", "[no summary]\n[encrypted_content=[hidden]]"),
    ),
    (
        {"type": "reasoning", "summary": ["Short"], "content": [{"type": "x", "text": "Long"}]},
        ("assistant", "reasoning", "Short\nLong"),
    ),
]


@pytest.mark.parametrize(("item", "described"), DESCRIBED)
def test_an_item_is_described(item, described):
    assert describe(item) == described


def test_every_type_has_a_kind():
    types = {
        sample["type"] for kind in item_types() for sample in samples(kind) if "type" in sample
    }
    kinds = {name: describe({"type": name, "content": ""})[1] for name in types}
    assert {name for name, kind in kinds.items() if kind == "other"} == {
        "additional_tools",
        "compaction",
        "compaction_trigger",
        "configuration_update",
        "item_reference",
        "mcp_approval_request",
        "mcp_approval_response",
        "mcp_list_tools",
    }


def test_deeply_nested_arguments_are_shown():
    nested = '{"a": ' + "[" * sys.getrecursionlimit() * 100
    role, kind, text = describe({"type": "function_call", "name": "f", "arguments": nested})
    assert (role, kind) == ("assistant", "tool call")
    assert text == f"f(arguments={nested!r})"


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
@settings(max_examples=100)
def test_an_item_of_any_shape_is_described(item):
    role, kind, text = describe(item)
    assert role and text
    assert kind in KINDS
    assert shows_all(str(transcript([item], width=1_000_000)))

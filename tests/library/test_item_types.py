"""Every text of every type of item is shown: the types come from the SDK, so new ones fail here."""

import json

import pytest

from session_lib import describe, transcript
from tests.helpers.item_types import item_types, markers, samples

LEFT_OUT = {("id",), ("call_id",), ("content", "logprobs", "token"), ("kid",)}
LEFT_OUT |= {("content", "logprobs", "top_logprobs", "token")}
HIDDEN = {"authorization", "domain_secrets", "encrypted_content", "file_data", "headers"}
HIDDEN |= {"payload"}  # of the SDK's EncryptedSession
TYPES = {f"{kind.__module__}.{kind.__name__}": kind for kind in item_types()}


def is_hidden(place, item):
    picture = item.get("type") == "image_generation_call" and place == ("result",)
    return picture or {*place} & HIDDEN


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_every_text_is_shown(kind):
    for item in samples(kind):
        shown = str(transcript([item], width=1_000_000))
        for place, marker in markers(item):
            if is_hidden(place, item):
                assert marker not in shown, place
                assert any(
                    sign in shown for sign in ("[hidden]", "[file: ", "[image]", "[encrypted]")
                )
            else:
                assert marker in shown or place in LEFT_OUT, (place, shown)


def with_text(item, marker, text):
    return json.loads(json.dumps(item).replace(marker, text))


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_a_cut_is_visible(kind):
    long = "long " * 1_000 + "end"
    for item in samples(kind):
        for place, marker in markers(item):
            if place not in LEFT_OUT and not is_hidden(place, item):
                _, _, text = describe(with_text(item, marker, long))
                assert long in text or " more characters)" in text, (place, text[:200])


@pytest.mark.parametrize(
    "item",
    [
        {"type": "mcp_approval_request", "name": "send", "arguments": '{"to": "@"}'},
        {"type": "mcp_approval_request", "name": "send", "arguments": "@"},
        {"type": "purchase_approval_request", "input": {"to": ["@"]}},
        {"role": "user", "content": "@"},
        {"role": "user", "content": [{"type": "input_text", "text": "@"}]},
        {"type": "function_call", "name": "send", "arguments": '{"to": "@"}'},
        {"type": "function_call_output", "output": "@"},
        {"type": "function_call_output", "output": {"nested": ["@"]}},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "@"}]},
    ],
)
def test_what_people_decide_on_is_whole(item):
    long = "long " * 20_000 + "end"
    assert long in describe(with_text(item, "@", long))[2]


@pytest.mark.parametrize(
    "item",
    [
        {"type": "vote", "reason": "yes", "by": {"name": ["mark1"]}},
        {"type": "note_call", "wish": {"to": "mark1"}},
        {"type": "note_output", "wish": [{"to": "mark1"}]},
        {"type": "note_output", "output": "done", "wish": "mark1"},
        {"role": "user", "content": "hello", "wish": "mark1"},
        {"role": "user", "content": [{"type": "wish", "to": "mark1"}]},
        {"role": "user", "content": [{"type": "input_text", "text": "hello", "wish": "mark1"}]},
        {"role": "user", "content": [{"type": "input_image", "wish": "mark1"}]},
        {"type": "reasoning", "summary": [], "wish": "mark1"},
        {"role": ["mark1"], "content": "hello"},
        {"role": "user"} | {f"mark{number}": 1 for number in range(2)},
        {"__enc__": 1, "wish": "mark1"},
        {"wish": "mark1"},
    ],
)
def test_unknown_fields_are_shown(item):
    assert "mark1" in describe(item)[2]

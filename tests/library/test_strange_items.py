"""An item of any shape can be shown, and none keeps others from being shown."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lib.descriptions import KINDS
from session_lib.tables import export_csv, history, sessions
from session_lib.transcripts import transcript
from tests.helpers.strange_values import (
    ATOMS,
    JSON_ITEMS,
    ODD,
    ODD_KEYS,
    json_holds,
    nested,
    values,
)

pytestmark = pytest.mark.usefixtures("no_collection")

PARTS = ["role", "content", "type", "name", "arguments", "output", "summary", "result", "error"]
SHAPES = st.dictionaries(
    st.sampled_from(PARTS) | ODD_KEYS,
    values(ATOMS | ODD | st.sampled_from(["message", "reasoning", "x_call"]), ODD_KEYS),
    max_size=5,
)


@given(st.lists(SHAPES, max_size=15))
def test_any_item_is_shown(items):
    shown = transcript(items)
    assert (str(shown) + shown._repr_html_()).encode()


ITEMS: list[dict[str, Any]] = [
    {},
    {"role": "user"},
    {"type": "message"},
    {"type": "function_call", "name": "f"},
    {"type": "function_call_output"},
    {"type": "reasoning"},
]


@pytest.mark.parametrize("depth", [300, 600, 900, 100_000])
def test_an_item_nested_deeply_is_shown(depth):
    hello = {"role": "user", "content": "Hello"}
    for deep in (nested(depth), nested(depth, lambda inner: {"text": inner}), "[" * depth):
        for item in ITEMS:
            for part in PARTS:
                assert str(transcript([{**item, part: deep}, hello]))


async def test_a_deep_item_hides_no_other(our_session):
    deep = {"role": "user", "content": nested(700)}
    await our_session.add_items([{"role": "user", "content": "Hello"}, deep])
    table = await history(our_session)
    assert table["text"][0] == "Hello"
    assert table["text"][1] in ("[cannot be shown]", "[empty]")  # as deep as Python can go
    assert [*table["role"]] == ["user", "user"]
    assert str(transcript(await our_session.get_items())).startswith("user: Hello")


def test_a_long_line_is_shown_in_a_moment():
    # What a terminal wraps as eight spaces each is worst.
    said = "\t" * 200_000
    items: list[dict[str, Any]] = [
        {"role": "user", "content": said},
        {"type": "function_call", "name": said, "arguments": said},
        {"type": said, said: 1, "role": said},
    ]
    begun = time.process_time()
    shown = transcript(items)
    assert str(shown) and shown._repr_html_()
    # It takes a second. Where the time grows with the square of the length, it is half a minute.
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("text", ['{"role": "user", "n": NaN}', '\ufeff{"role": "user"}'])
async def test_what_only_python_reads_counts(our_file, text):
    session = our_file.open()
    await session.add_items([{"role": "user", "content": "Hello"}])
    our_file.execute("UPDATE agent_messages SET message_data = ?", (text,))
    table = await history(session)
    assert [*table["turn"]] == [1]
    listed = await sessions(our_file.path)
    assert [*listed["items"], *listed["turns"]] == [1, 1]


@given(st.lists(JSON_ITEMS, max_size=12))
async def test_the_tables_hold_all_items(our_file, items):
    session = our_file.open()
    stored = [item for item in items if json_holds(item)]
    await session.clear_session()
    await session.add_items(stored)
    table = await history(session)
    assert len(table) == len(stored)
    assert {*table["kind"]} <= {*KINDS}
    assert table.to_csv().encode() and table._repr_html_().encode()
    export_csv(table, our_file.path.with_suffix(".csv"))
    listed = await sessions(our_file.path)
    assert [*listed["items"]] == ([len(stored)] if stored else [])
    assert [*listed["turns"]] == ([table["turn"].max()] if stored else [])

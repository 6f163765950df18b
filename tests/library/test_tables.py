"""Conversations as tables."""

import os
import sqlite3
from contextlib import closing
from typing import Any

import agents
import pandas as pd  # type: ignore[import-untyped]
import pytest
from agents import Agent, RunConfig, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call

from session_lib import KINDS, ROLES, SQLiteSession, history, sessions

ITEMS: list[Any] = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "What is 17 times 23?"},
    {"type": "function_call", "call_id": "c", "name": "multiply", "arguments": '{"a":17,"b":23}'},
    {"type": "function_call_output", "call_id": "c", "output": "391"},
    {"role": "assistant", "content": [{"type": "output_text", "text": "391"}]},
    {"role": "user", "content": [{"type": "input_image", "image_url": "data:image/png;base64,A"}]},
]


def types(table):
    return {str(column): str(dtype) for column, dtype in table.dtypes.items()}


def set_times(path, times):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "UPDATE agent_messages SET created_at = ? WHERE id = ?",
            [(time, row) for row, time in enumerate(times, start=1)],
        )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.db"


@pytest.fixture(params=["in a file", "in memory"])
def session(request, path):
    return SQLiteSession("ana", path if request.param == "in a file" else None)


def rows_of(table):
    return [*table.drop(columns="time").itertuples(index=False, name=None)]


async def test_each_item_is_a_row(session):
    await session.add_items(ITEMS)
    table = await history(session)
    assert [*table.columns] == ["turn", "role", "kind", "text", "time"]
    assert [*table["text"].str.split().str.len()] == [2, 5, 2, 1, 1, 1]  # strings for pandas too
    assert rows_of(table) == [
        (0, "system", "message", "Be kind."),
        (1, "user", "message", "What is 17 times 23?"),
        (1, "assistant", "tool call", "multiply(a=17, b=23)"),
        (1, "tool", "tool result", "391"),
        (1, "assistant", "message", "391"),
        (2, "user", "message", "[image]"),
    ]


async def test_the_time_is_that_of_storing(session):
    before = pd.Timestamp.now("UTC").floor("s")
    await session.add_items(ITEMS)
    after = pd.Timestamp.now("UTC")
    assert (await history(session))["time"].between(before, after).all()


async def test_the_time_is_in_utc(path):
    session = SQLiteSession("ana", path)
    await session.add_items(ITEMS[:2])
    set_times(path, ["2026-03-29 01:30:00", "2026-10-25 02:30:00"])
    times = (await history(session))["time"]
    assert str(times.dtype) == "datetime64[us, UTC]"
    assert [time.isoformat() for time in times] == [
        "2026-03-29T01:30:00+00:00",
        "2026-10-25T02:30:00+00:00",
    ]


async def test_what_is_no_time_is_missing(path):
    session = SQLiteSession("ana", path)
    await session.add_items(ITEMS[:4])
    set_times(path, ["soon", None, 7, "2026-03-29 01:30:00.250"])
    times = (await history(session))["time"]
    assert [*times.isna()] == [True, True, True, False]
    assert times[3] == pd.Timestamp("2026-03-29 01:30:00.250", tz="UTC")


async def test_types_of_an_empty_history(session):
    empty = await history(session)
    assert len(empty) == 0
    await session.add_items(ITEMS)
    full = await history(session)
    assert types(empty) == types(full)
    assert str(full["turn"].dtype) == "int64"
    assert [*empty["role"].cat.categories] == [*full["role"].cat.categories] == [*ROLES]
    assert [*empty["kind"].cat.categories] == [*full["kind"].cat.categories] == [*KINDS]
    assert types(pd.concat([empty, full])) == types(full)


async def test_a_role_of_ones_own_is_kept(session):
    await session.add_items([{"role": "critic", "content": "boo"}, *ITEMS])
    roles = (await history(session))["role"]
    assert roles[0] == "critic"
    assert [*roles.cat.categories] == [*ROLES, "critic"]


async def test_half_a_character_is_its_escape(session):
    await session.add_items([{"role": "user", "content": "half \ud83d"}])
    table = await history(session)
    assert table["text"][0] == "half \\ud83d"
    assert table.to_csv().encode()


async def test_a_limit_hides_nothing():
    session = SQLiteSession("ana", session_settings={"limit": 1})
    await session.add_items(ITEMS)
    assert len(await history(session)) == len(ITEMS)


async def test_other_sessions_are_left_out(path):
    ana, bo = (SQLiteSession(name, path) for name in ("ana", "bo"))
    await ana.add_items(ITEMS[:1])
    await bo.add_items(ITEMS[1:])
    assert len(await history(ana)) == 1


async def test_a_damaged_row_is_left_out(path):
    session = SQLiteSession("ana", path)
    await session.add_items(ITEMS[:3])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE agent_messages SET message_data = '{' WHERE id = 2")
    with pytest.warns(RuntimeWarning, match="row 2"):
        table = await history(session)
    assert [*table["role"]] == ["system", "assistant"]
    assert [*table["turn"]] == [0, 0]


async def test_a_closed_session_has_no_history(session):
    await session.add_items(ITEMS)
    await session.close()
    with pytest.raises(RuntimeError, match="closed"):
        await history(session)


async def test_a_session_of_the_sdk_has_no_times(session):
    theirs = agents.SQLiteSession("ana")
    empty = await history(theirs)
    await theirs.add_items(ITEMS)
    await session.add_items(ITEMS)
    table, ours = await history(theirs), await history(session)
    theirs.close()
    assert types(empty) == types(table) == types(ours)
    assert table["time"].isna().all()
    pd.testing.assert_frame_equal(table.drop(columns="time"), ours.drop(columns="time"))


async def test_a_run_with_a_tool_is_one_turn(session):
    @function_tool
    def multiply(a, b):
        """Multiply two numbers."""
        return a * b

    model = ScriptedModel(
        [
            [function_call("multiply", {"a": 17, "b": 23}, call_id="c")],
            [assistant_message("It is 391.")],
            [assistant_message("You are welcome.")],
        ]
    )
    agent = Agent(name="Ada", model=model, tools=[multiply])
    silent = RunConfig(tracing_disabled=True)
    await Runner.run(agent, "What is 17 times 23?", session=session, run_config=silent)
    await Runner.run(agent, "Thanks.", session=session, run_config=silent)
    table = await history(session)
    assert rows_of(table) == [
        (1, "user", "message", "What is 17 times 23?"),
        (1, "assistant", "tool call", "multiply(a=17, b=23)"),
        (1, "tool", "tool result", "391"),
        (1, "assistant", "message", "It is 391."),
        (2, "user", "message", "Thanks."),
        (2, "assistant", "message", "You are welcome."),
    ]


async def test_each_session_is_a_row(path):
    await SQLiteSession("bo", path).add_items(ITEMS[1:3])
    await SQLiteSession("ana", path).add_items(ITEMS)
    hours = [9, 12, 8, 9, 10, 11, 12, 13]
    set_times(path, [f"2026-05-04 {hour:02}:00:00" for hour in hours])
    table = await sessions(path)
    assert [*table.columns] == ["session", "items", "turns", "first", "latest"]
    day = pd.Timestamp("2026-05-04", tz="UTC")
    hour = pd.Timedelta(hours=1)
    assert [*table.itertuples(index=False, name=None)] == [
        ("ana", 6, 2, day + 8 * hour, day + 13 * hour),
        ("bo", 2, 1, day + 9 * hour, day + 12 * hour),
    ]


async def test_turns_as_in_the_history(path):
    conversations = {
        "none": ITEMS[:1],
        "one": ITEMS[:5],
        "two": ITEMS,
        "strange": [{"role": "user"}, {"role": "User"}, {"role": ["user"]}, {"type": "user"}],
    }
    for name, items in conversations.items():
        await SQLiteSession(name, path).add_items(items)
    turns = (await sessions(path)).set_index("session")["turns"]
    assert turns.to_dict() == {
        name: (await history(SQLiteSession(name, path)))["turn"].max() for name in conversations
    }
    assert [*turns] == [0, 1, 2, 1]


async def test_an_emptied_session_comes_first(path):
    await SQLiteSession("ana", path).add_items(ITEMS)
    bo = SQLiteSession("bo", path)
    await bo.add_items(ITEMS[:1])
    await bo.pop_item()
    table = await sessions(path)
    assert [*table["session"]] == ["bo", "ana"]
    assert [*table["items"]] == [0, 6]
    assert [*table["turns"]] == [0, 2]
    assert [*table["first"].isna()] == [*table["latest"].isna()] == [True, False]


async def test_an_empty_file_has_the_same_types(path):
    session = SQLiteSession("ana", path)
    await session.get_items()
    empty = await sessions(path)
    assert len(empty) == 0
    await session.add_items(ITEMS)
    full = await sessions(str(path))
    assert types(empty) == types(full)
    numbers = {name: types(full)[name] for name in ("items", "turns", "first", "latest")}
    assert numbers == {
        "items": "int64",
        "turns": "int64",
        "first": "datetime64[us, UTC]",
        "latest": "datetime64[us, UTC]",
    }


async def test_a_missing_file_is_not_created(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such file.*missing\.db") as caught:
        await sessions(tmp_path / "missing.db")
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == []


async def test_a_file_in_use_can_be_listed(path):
    session = SQLiteSession("ana", path)
    await session.add_items(ITEMS[:1])
    assert [*(await sessions(path))["items"]] == [1]  # listing adds no session of its own
    await session.add_items(ITEMS[1:])
    assert [*(await sessions(path))["items"]] == [6]

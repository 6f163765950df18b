"""The SDK's Runner with a session: it hands the history to the model, and keeps what is new."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from agents import Agent, RunConfig, Runner, RunState, SessionSettings, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call

from session_lib import SQLiteSession
from tests.helpers.sessions import Store

QUIET = RunConfig(tracing_disabled=True)


def says(text: str) -> list[Any]:
    """A step of a scripted model: an answer."""
    return [assistant_message(text, item_id=f"msg_{text}")]


def calls(name: str, call_id: str, **arguments: int) -> list[Any]:
    """A step of a scripted model: the call of a tool."""
    return [function_call(name, arguments, call_id=call_id)]


def asked(text: str) -> dict[str, Any]:
    """What the Runner stores of a question."""
    return {"role": "user", "content": text}


def answered(text: str) -> dict[str, Any]:
    """What the Runner stores of an answer."""
    content = {"annotations": [], "text": text, "type": "output_text", "logprobs": []}
    return {
        "id": f"msg_{text}",
        "content": [content],
        "role": "assistant",
        "status": "completed",
        "type": "message",
    }


@function_tool
def multiply(a: int, b: int) -> int:
    return a * b


@function_tool(needs_approval=True)
def pay(amount: int) -> str:
    return f"paid {amount}"


async def test_a_run_stores_the_question_and_the_answer(session: Any) -> None:
    agent = Agent(name="Assistant", model=ScriptedModel([says("Hi")]))

    result = await Runner.run(agent, "Hello", session=session, run_config=QUIET)

    assert result.final_output == "Hi"
    assert await session.get_items() == [asked("Hello"), answered("Hi")]


async def test_the_next_run_hands_the_history_to_the_model(session: Any) -> None:
    model = ScriptedModel([says("Hi"), says("You are Ada")])
    agent = Agent(name="Assistant", model=model)

    await Runner.run(agent, "I am Ada", session=session, run_config=QUIET)
    history = await session.get_items()
    await Runner.run(agent, "Who am I?", session=session, run_config=QUIET)

    assert model.calls[0].input == [asked("I am Ada")]
    assert model.calls[1].input == [*history, asked("Who am I?")]
    assert await session.get_items() == [*history, asked("Who am I?"), answered("You are Ada")]


async def test_the_next_program_goes_on_where_the_last_one_ended(file_store: Store) -> None:
    model = ScriptedModel([says("Hi"), says("You are Ada")])
    agent = Agent(name="Assistant", model=model)

    session = file_store.open()
    await Runner.run(agent, "I am Ada", session=session, run_config=QUIET)
    session.close()
    session = file_store.open()
    await Runner.run(agent, "Who am I?", session=session, run_config=QUIET)

    assert model.calls[1].input == [asked("I am Ada"), answered("Hi"), asked("Who am I?")]


async def test_a_streamed_run_stores_the_same_as_one_that_is_not(session: Any) -> None:
    agent = Agent(name="Assistant", model=ScriptedModel([says("Hi"), says("Bye")]))

    for question in ("Hello", "I go"):
        result = Runner.run_streamed(agent, question, session=session, run_config=QUIET)
        async for _ in result.stream_events():
            pass

    assert await session.get_items() == [
        asked("Hello"),
        answered("Hi"),
        asked("I go"),
        answered("Bye"),
    ]


# Python 3.14 warns of a function that the SDK's run_sync calls.
@pytest.mark.filterwarnings("ignore:.*get_event_loop_policy:DeprecationWarning")
def test_run_sync_needs_no_more_than_the_session(tmp_path: Path) -> None:
    session = SQLiteSession("alice", tmp_path / "conversations.db")
    agent = Agent(name="Assistant", model=ScriptedModel([says("Hi"), says("Bye")]))

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        for question in ("Hello", "I go"):
            Runner.run_sync(agent, question, session=session, run_config=QUIET)
        assert len(loop.run_until_complete(session.get_items())) == 4
        loop.run_until_complete(session.close())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def test_tool_calls_and_their_outputs_are_stored(session: Any) -> None:
    model = ScriptedModel([calls("multiply", "call_1", a=6, b=7), says("42")])
    agent = Agent(name="Assistant", model=model, tools=[multiply])

    await Runner.run(agent, "6 times 7?", session=session, run_config=QUIET)

    call = {
        "arguments": '{"a":6,"b":7}',
        "call_id": "call_1",
        "name": "multiply",
        "type": "function_call",
        "id": "call_1",
    }
    output = {"call_id": "call_1", "output": "42", "type": "function_call_output"}
    items = await session.get_items()
    assert items == [asked("6 times 7?"), call, output, answered("42")]
    assert model.calls[1].input == items[:3]


async def test_a_run_that_waited_for_approval_goes_on_without_storing_anything_twice(
    session: Any,
) -> None:
    model = ScriptedModel([calls("pay", "call_1", amount=5), says("Done")])
    agent = Agent(name="Assistant", model=model, tools=[pay])

    waiting = await Runner.run(agent, "Pay 5", session=session, run_config=QUIET)
    kept = waiting.to_state().to_string()
    state = await RunState.from_string(agent, kept)
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state, session=session, run_config=QUIET)

    items = await session.get_items()
    assert result.final_output == "Done"
    assert [item.get("type", "question") for item in items] == [
        "question",
        "function_call",
        "function_call_output",
        "message",
    ]
    assert items[2]["output"] == "paid 5"


async def test_a_question_is_kept_when_the_model_fails(session: Any) -> None:
    agent = Agent(name="Assistant", model=ScriptedModel([ZeroDivisionError(), says("Hi")]))

    with pytest.raises(ZeroDivisionError):
        await Runner.run(agent, "Hello", session=session, run_config=QUIET)
    assert await session.get_items() == [asked("Hello")]

    await Runner.run(agent, "Hello again", session=session, run_config=QUIET)
    assert await session.get_items() == [asked("Hello"), asked("Hello again"), answered("Hi")]


async def test_the_runner_recognises_its_own_items_when_it_takes_them_back(session: Any) -> None:
    # It does so before it asks a server-side conversation again, and compares fingerprints. No
    # model that runs here leads there, hence the call of the Runner's own function.
    from agents.run_internal.session_persistence import rewind_session_items

    call = {"type": "function_call", "call_id": "call_1", "name": "pay", "arguments": '{"a": "ü"}'}
    await session.add_items([asked("Hello"), answered("Hi"), asked("Pay"), call])

    await rewind_session_items(session, [asked("Pay"), call])
    assert await session.get_items() == [asked("Hello"), answered("Hi")]

    await rewind_session_items(session, [asked("Another question")])
    assert await session.get_items() == [asked("Hello"), answered("Hi")]


@pytest.mark.parametrize(
    ("of_session", "of_run", "seen"),
    [
        (None, None, 4),
        ({"limit": 2}, None, 2),
        (SessionSettings(limit=2), None, 2),
        (None, {"limit": 3}, 3),
        ({"limit": 2}, SessionSettings(limit=3), 3),
        ({"limit": 2}, {"limit": 1}, 1),
        ({"limit": 2}, {}, 2),
        ({"limit": 2}, {"limit": 0}, 0),
    ],
)
async def test_the_settings_of_a_run_win_over_those_of_the_session(
    store: Store, of_session: Any, of_run: Any, seen: int
) -> None:
    history = [asked("1"), answered("2"), asked("3"), answered("4")]
    session = store.open(session_settings=of_session)
    await session.add_items(history)
    model = ScriptedModel([says("6")])
    config = RunConfig(tracing_disabled=True, session_settings=of_run)

    await Runner.run(Agent(name="A", model=model), "5", session=session, run_config=config)

    assert model.calls[0].input == [*history[4 - seen :], asked("5")]
    session.session_settings = None
    assert await session.get_items() == [*history, asked("5"), answered("6")]


async def test_settings_that_are_set_between_two_runs_count(session: Any) -> None:
    model = ScriptedModel([says("2"), says("4")])
    agent = Agent(name="Assistant", model=model)

    await Runner.run(agent, "1", session=session, run_config=QUIET)
    session.session_settings = SessionSettings(limit=1)
    await Runner.run(agent, "3", session=session, run_config=QUIET)

    assert model.calls[1].input == [answered("2"), asked("3")]


async def test_sessions_of_two_users_do_not_see_each_other(file_store: Store) -> None:
    model = ScriptedModel([says("Hi Ada"), says("Hi Bob"), says("Who knows")])
    agent = Agent(name="Assistant", model=model)
    ada, bob = file_store.open("ada"), file_store.open("bob")

    await Runner.run(agent, "I am Ada", session=ada, run_config=QUIET)
    await Runner.run(agent, "I am Bob", session=bob, run_config=QUIET)
    await Runner.run(agent, "Who am I?", session=bob, run_config=QUIET)

    assert model.calls[2].input == [asked("I am Bob"), answered("Hi Bob"), asked("Who am I?")]
    assert await ada.get_items() == [asked("I am Ada"), answered("Hi Ada")]


async def test_a_closed_session_ends_the_run_with_its_error(our_store: Store) -> None:
    session = our_store.open("alice")
    await session.close()
    model = ScriptedModel([says("Hi")])

    with pytest.raises(RuntimeError, match="SQLiteSession is closed: 'alice'"):
        await Runner.run(Agent(name="A", model=model), "Hello", session=session, run_config=QUIET)

    assert model.calls == ()

"""The Runner's finer points, with ours and the SDK's class in turn: both must do as the test says.

`tests/sdk/test_runner.py` has the plain cases. Here are those in which the Runner stops, is
stopped, goes on, or has other ideas of what to store than question and answer.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import agents
import httpx
import openai
import pytest
from agents import (
    Agent,
    GuardrailFunctionOutput,
    RunConfig,
    Runner,
    RunState,
    SessionSettings,
    function_tool,
)
from agents.testing import ScriptedModel, assistant_message, function_call
from agents.testing.model import ModelStep
from openai.types.responses import ResponseFunctionToolCall

from session_lib import SQLiteSession
from session_lib.teaching.models import choose_model

Make = Callable[..., Any]
QUIET = RunConfig(tracing_disabled=True)


@pytest.fixture(params=[SQLiteSession, agents.SQLiteSession], ids=["ours", "theirs"])
async def make(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Make]:
    """Makes sessions of one of the classes, all in one file. They are closed after the test."""
    made: list[Any] = []

    def make(session_id: str = "alice", *, kind: Any = None, **settings: Any) -> Any:
        session = (kind or request.param)(session_id, tmp_path / "x.db", **settings)
        made.append(session)
        return session

    yield make
    for session in made:
        if (closed := session.close()) is not None:
            await closed


@pytest.fixture
def bought() -> list[int]:
    """What the tool `buy` was called with."""
    return []


@pytest.fixture
def buy(bought: list[int]) -> Any:
    """A tool that needs approval."""

    @function_tool(needs_approval=True)
    def buy(number: int) -> str:
        bought.append(number)
        return f"bought {number}"

    return buy


@function_tool
def add(a: int, b: int) -> int:
    return a + b


def says(text: str) -> list[Any]:
    """A step of a scripted model: an answer."""
    return [assistant_message(text, item_id=f"msg_{text}")]


def calls(name: str, call_id: str, **arguments: Any) -> list[Any]:
    """A step of a scripted model: the call of a tool."""
    return [function_call(name, arguments, call_id=call_id)]


def asked(text: str) -> dict[str, Any]:
    """What the Runner stores of a question."""
    return {"role": "user", "content": text}


def told(items: list[Any]) -> list[str]:
    """Items in short: a question as it is, and what else there is with a word before it."""
    texts = []
    for item in items:
        match item.get("type"):
            case "message" if item["role"] == "assistant":
                texts.append(f"says {item['content'][0]['text']}")
            case "function_call":
                texts.append(f"calls {item['name']}")
            case "function_call_output":
                texts.append(f"gets {item['output']}")
            case _:
                texts.append(item["content"])
    return texts


async def stored(session: Any) -> list[str]:
    """What is stored of a session, in short, whatever limit its settings have."""
    return told(await session.get_items(1_000))


def seen(model: ScriptedModel) -> list[list[str]]:
    """What the model was handed at each call, in short."""
    return [told(call.input) for call in model.calls]


async def run(agent: Any, asked: Any, session: Any, **options: Any) -> Any:
    """Run `agent` without tracing."""
    return await Runner.run(agent, asked, session=session, **{"run_config": QUIET} | options)


async def run_streamed(agent: Any, asked: Any, session: Any, **options: Any) -> Any:
    """Run `agent` with streaming, to the end."""
    options = {"run_config": QUIET} | options
    result = Runner.run_streamed(agent, asked, session=session, **options)
    async for _ in result.stream_events():
        pass
    return result


both_ways = pytest.mark.parametrize("run", [run, run_streamed], ids=["whole", "streamed"])

# Settings and limits


@pytest.mark.parametrize(
    ("of_session", "of_run", "handed"),
    [
        (None, {"limit": 1}, ["4"]),
        # A limit that cuts a call from its output leaves both away: half of it is an error to
        # OpenAI.
        (None, {"limit": 2}, ["4"]),
        ({"limit": 2}, None, ["4"]),
        (None, {"limit": 3}, ["calls add", "gets 3", "4"]),
        ({"limit": 1}, {"limit": 4}, ["1", "calls add", "gets 3", "4"]),
        (None, {"limit": 10**6}, ["1", "calls add", "gets 3", "4"]),
        ({"limit": 3}, SessionSettings(), ["calls add", "gets 3", "4"]),
        (None, {"limit": 0}, []),
    ],
)
async def test_a_limit_never_hands_the_model_half_of_a_call(
    make: Make, of_session: Any, of_run: Any, handed: list[str]
) -> None:
    call = {"type": "function_call", "call_id": "c", "name": "add", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": "3"}
    session = make(session_settings=of_session)
    await session.add_items([asked("1"), call, output, asked("4")])
    model = ScriptedModel([says("6")])
    config = RunConfig(tracing_disabled=True, session_settings=of_run)

    await run(Agent(name="A", model=model), "5", session, run_config=config)

    assert seen(model) == [[*handed, "5"]]
    assert await stored(session) == ["1", "calls add", "gets 3", "4", "5", "says 6"]


async def test_a_limit_counts_once_and_not_at_each_turn_of_a_run(make: Make) -> None:
    session = make(session_settings={"limit": 1})
    await session.add_items([asked("1"), asked("2")])
    model = ScriptedModel([calls("add", "c1", a=1, b=2), calls("add", "c2", a=3, b=4), says("7")])

    await run(Agent(name="A", model=model, tools=[add]), "3", session)

    assert seen(model)[-1] == ["2", "3", "calls add", "gets 3", "calls add", "gets 7"]


async def test_a_negative_limit_of_a_run_is_an_error_with_ours_only(make: Make) -> None:
    # On purpose: SQLite takes a negative limit for none, and so the SDK's class hands over all.
    session = make()
    await session.add_items([asked("1"), asked("2")])
    model = ScriptedModel([says("4")])
    config = RunConfig(tracing_disabled=True, session_settings={"limit": -1})

    if isinstance(session, SQLiteSession):
        with pytest.raises(ValueError, match="limit is -1"):
            await run(Agent(name="A", model=model), "3", session, run_config=config)
        assert await stored(session) == ["1", "2"]
    else:
        await run(Agent(name="A", model=model), "3", session, run_config=config)
        assert seen(model) == [["1", "2", "3"]]


# session_input_callback


def _spoil(history: list[Any], new: list[Any]) -> list[Any]:
    for item in history:
        item["content"] = "spoilt"
    history.clear()
    return new


async def _slowly(history: list[Any], new: list[Any]) -> list[Any]:
    await asyncio.sleep(0)
    return history[-1:] + new


NOTE = {"role": "system", "content": "note"}


@pytest.mark.parametrize(
    ("callback", "handed", "kept"),
    [
        (lambda history, new: history + new, ["1", "2", "3"], ["3"]),
        (lambda history, new: history[-1:] + new, ["2", "3"], ["3"]),
        (_slowly, ["2", "3"], ["3"]),
        (lambda history, new: new + history, ["3", "1", "2"], ["3"]),
        (lambda history, new: new, ["3"], ["3"]),
        (lambda history, new: history, ["1", "2"], []),
        (lambda history, new: [*history, NOTE, *new], ["1", "2", "note", "3"], ["note", "3"]),
        (lambda history, new: [*history, *new, *new], ["1", "2", "3", "3"], ["3", "3"]),
        (lambda history, new: [dict(item) for item in history + new], ["1", "2", "3"], ["3"]),
        (lambda history, new: [history[0], asked("short"), *new], ["1", "short", "3"], None),
        (_spoil, ["3"], ["3"]),
    ],
    ids=["all", "latest", "awaited", "turned", "new", "old", "note", "twice", "copy", "sum", "bad"],
)
async def test_a_callback_chooses_what_the_model_sees_and_only_new_items_are_stored(
    make: Make, callback: Any, handed: list[str], kept: list[str] | None
) -> None:
    session = make()
    await session.add_items([asked("1"), asked("2")])
    model = ScriptedModel([says("4")])
    config = RunConfig(tracing_disabled=True, session_input_callback=callback)

    await run(Agent(name="A", model=model), "3", session, run_config=config)

    assert seen(model) == [handed]
    # What a callback sums up is new to the Runner: it is stored too.
    assert await stored(session) == [
        "1",
        "2",
        *(["short", "3"] if kept is None else kept),
        "says 4",
    ]


@both_ways
async def test_a_callback_is_handed_the_items_within_the_limit(make: Make, run: Any) -> None:
    session = make(session_settings={"limit": 2})
    await session.add_items([asked(number) for number in "1234"])
    handed = []

    def keep(history: list[Any], new: list[Any]) -> list[Any]:
        handed.append(told(history))
        return history + new

    config = RunConfig(tracing_disabled=True, session_input_callback=keep)
    await run(Agent(name="A", model=ScriptedModel([says("6")])), "5", session, run_config=config)

    assert handed == [["3", "4"]]


@both_ways
@pytest.mark.parametrize("callback", [lambda history, new: None, lambda history, new: 1 / 0])
async def test_a_callback_that_fails_stores_nothing(make: Make, run: Any, callback: Any) -> None:
    session = make()
    await session.add_items([asked("1")])
    config = RunConfig(tracing_disabled=True, session_input_callback=callback)

    with pytest.raises((agents.UserError, ZeroDivisionError)):
        await run(Agent(name="A", model=ScriptedModel()), "2", session, run_config=config)

    assert await stored(session) == ["1"]


# Approval


@both_ways
@pytest.mark.parametrize("approved", [True, False])
async def test_another_program_may_resume_a_run_from_a_file(
    make: Make, run: Any, approved: bool, buy: Any, bought: list[int], tmp_path: Path
) -> None:
    kept = tmp_path / "state.json"
    session = make()
    model = ScriptedModel([calls("add", "c1", a=1, b=2) + calls("buy", "c2", number=5)])
    agent = Agent(name="A", model=model, tools=[add, buy])
    waiting = await run(agent, "Go", session)
    assert [interruption.name for interruption in waiting.interruptions] == ["buy"]
    kept.write_text(waiting.to_state().to_string(), "utf-8")
    # What needs no approval is done, and all of it is stored.
    assert await stored(session) == ["Go", "calls add", "calls buy", "gets 3"]
    if (closed := session.close()) is not None:
        await closed
    del waiting, agent, model

    session = make()
    model = ScriptedModel([says("Done"), says("You are welcome")])
    agent = Agent(name="A", model=model, tools=[add, buy])
    state = await RunState.from_string(agent, kept.read_text("utf-8"))
    (interruption,) = state.get_interruptions()
    (state.approve if approved else state.reject)(interruption)
    result = await run(agent, state, session)

    assert result.final_output == "Done"
    assert bought == ([5] if approved else [])
    output = "bought 5" if approved else "Tool execution was not approved."
    items = ["Go", "calls add", "calls buy", "gets 3", f"gets {output}", "says Done"]
    assert await stored(session) == items
    await run(agent, "Thanks", make())
    assert seen(model)[-1] == [*items, "Thanks"]


async def test_two_approvals_after_one_another_store_each_item_once(
    make: Make, buy: Any, bought: list[int]
) -> None:
    session = make()
    steps = [calls("buy", "c1", number=1) + calls("buy", "c2", number=2)]
    steps += [calls("buy", "c3", number=3), says("Done")]
    agent = Agent(name="A", model=ScriptedModel(steps), tools=[buy])

    result = await run(agent, "Go", session)
    while result.interruptions:
        state = await RunState.from_string(agent, result.to_state().to_string())
        state.approve(state.get_interruptions()[0])
        result = await run(agent, state, make())

    assert sorted(bought) == [1, 2, 3]
    assert await stored(session) == [
        "Go",
        "calls buy",
        "calls buy",
        "gets bought 1",
        "gets bought 2",
        "calls buy",
        "gets bought 3",
        "says Done",
    ]


async def test_what_others_store_while_a_run_waits_stays_in_its_place(
    make: Make, buy: Any, bought: list[int]
) -> None:
    session = make()
    model = ScriptedModel([calls("buy", "c1", number=1), says("Done")])
    agent = Agent(name="A", model=model, tools=[buy])

    waiting = await run(agent, "Go", session)
    await make().add_items([asked("meanwhile")])
    state = waiting.to_state()
    state.approve(waiting.interruptions[0])
    await run(agent, state, session)

    assert await stored(session) == ["Go", "calls buy", "meanwhile", "gets bought 1", "says Done"]
    assert seen(model)[-1] == ["Go", "calls buy", "gets bought 1"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_write_that_fails_on_resumption_is_made_up_for_without_a_second_purchase(
    make: Make, after: bool, buy: Any, bought: list[int]
) -> None:
    # The Runner looks at the session's end to find out whether its items are there already.
    class Failing(type(make("other"))):  # type: ignore[misc]
        async def add_items(self, items: list[Any]) -> None:
            if after:
                await super().add_items(items)
            raise OSError("the disk is gone")

    session = make()
    model = ScriptedModel([calls("buy", "c1", number=1), says("Done")])
    agent = Agent(name="A", model=model, tools=[buy])
    waiting = await run(agent, "Go", session)
    state = waiting.to_state()
    state.approve(waiting.interruptions[0])
    with pytest.raises(OSError, match="the disk is gone"):
        await run(agent, state, make(kind=Failing))
    assert await stored(session) == ["Go", "calls buy", *(["gets bought 1"] if after else [])]

    state = await RunState.from_string(agent, state.to_string())
    await run(agent, state, make())

    assert bought == [1]
    assert await stored(session) == ["Go", "calls buy", "gets bought 1", "says Done"]


async def test_the_offline_model_goes_on_after_an_approval(make: Make) -> None:
    @function_tool(needs_approval=True)
    def look_up_order(number: int) -> str:
        return "on its way"

    agent = Agent(name="A", model=choose_model("offline"), tools=[look_up_order])
    await run(agent, "My name is Ada.", make())
    waiting = await run(agent, "Look up order 4711.", make())
    assert waiting.interruptions, waiting.final_output
    state = await RunState.from_string(agent, waiting.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    result = await run(agent, state, make())

    assert "on its way" in result.final_output
    assert "Ada" in (await run(agent, "What is my name?", make())).final_output
    assert len(await stored(make())) == 8


# Runs that end early


def _half(call: Any) -> Any:
    """A stream that begins an answer, and never goes on."""

    async def events() -> Any:
        whole = ScriptedModel([says("never heard to the end")])
        part = whole.stream_response(
            None,
            call.input,
            call.model_settings,
            [],
            None,
            [],
            call.tracing,
            previous_response_id=None,
            conversation_id=None,
            prompt=None,
        )
        async for event in part:
            yield event
            if event.type == "response.output_text.delta":
                await asyncio.Event().wait()

    return events()


async def test_an_answer_that_is_cancelled_half_way_is_not_stored(make: Make) -> None:
    session = make()
    model = ScriptedModel([ModelStep.stream(_half), says("whole")])
    agent = Agent(name="A", model=model)

    result = Runner.run_streamed(agent, "1", session=session, run_config=QUIET)
    async for event in result.stream_events():
        if event.type == "raw_response_event" and "text.delta" in event.data.type:
            result.cancel()
    assert await stored(session) == ["1"]

    await run_streamed(agent, "2", session)
    assert seen(model)[-1] == ["1", "2"]
    assert await stored(session) == ["1", "2", "says whole"]


@pytest.mark.parametrize("event", ["raw_response_event", "run_item_stream_event"])
async def test_a_run_cancelled_after_its_turn_stores_the_turn_and_can_go_on(
    make: Make, event: str
) -> None:
    session = make()
    model = ScriptedModel([calls("add", "c1", a=1, b=2), says("3")])
    agent = Agent(name="A", model=model, tools=[add])

    result = Runner.run_streamed(agent, "1 + 2?", session=session, run_config=QUIET)
    async for each in result.stream_events():
        if each.type == event:
            result.cancel(mode="after_turn")
    assert await stored(session) == ["1 + 2?", "calls add", "gets 3"]

    await run_streamed(agent, result.to_state(), session)
    assert await stored(session) == ["1 + 2?", "calls add", "gets 3", "says 3"]


async def test_who_stops_listening_to_a_stream_still_has_it_stored(make: Make) -> None:
    session = make()
    model = ScriptedModel([calls("add", "c1", a=1, b=2), says("3")])
    agent = Agent(name="A", model=model, tools=[add])

    result = Runner.run_streamed(agent, "1 + 2?", session=session, run_config=QUIET)
    async for _ in result.stream_events():
        break
    assert result.run_loop_task is not None
    await result.run_loop_task

    assert await stored(session) == ["1 + 2?", "calls add", "gets 3", "says 3"]


async def test_a_run_whose_task_is_cancelled_keeps_its_question(make: Make) -> None:
    session = make()
    reached = asyncio.Event()

    async def never(call: Any) -> Any:
        reached.set()
        await asyncio.Event().wait()

    agent = Agent(name="A", model=ScriptedModel([ModelStep.respond(never), says("2")]))
    task = asyncio.ensure_future(run(agent, "1", session))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await stored(session) == ["1"]
    await run(agent, "again", session)
    assert await stored(session) == ["1", "again", "says 2"]


@both_ways
async def test_what_was_done_before_the_model_fails_is_kept(make: Make, run: Any) -> None:
    session = make()
    model = ScriptedModel([calls("add", "c1", a=1, b=2), ZeroDivisionError(), says("3")])
    agent = Agent(name="A", model=model, tools=[add])

    with pytest.raises(ZeroDivisionError):
        await run(agent, "1 + 2?", session)
    assert await stored(session) == ["1 + 2?", "calls add", "gets 3"]

    await run(agent, "Well?", session)
    assert seen(model)[-1] == ["1 + 2?", "calls add", "gets 3", "Well?"]


@both_ways
async def test_a_tool_that_fails_leaves_no_call_without_an_output(make: Make, run: Any) -> None:
    @function_tool(failure_error_function=None)
    def fail() -> str:
        raise ZeroDivisionError

    session = make()
    model = ScriptedModel([calls("fail", "c1"), says("Sorry")])
    agent = Agent(name="A", model=model, tools=[fail])

    with pytest.raises(agents.UserError, match="Error running tool fail"):
        await run(agent, "Go", session)
    await run(agent, "Again", session)

    assert seen(model)[-1] == ["Go", "Again"]


@both_ways
async def test_the_turns_of_a_run_that_took_too_many_are_kept(make: Make, run: Any) -> None:
    session = make()
    steps = [calls("add", f"c{number}", a=0, b=number) for number in range(3)]
    agent = Agent(name="A", model=ScriptedModel([*steps, says("Done")]), tools=[add])

    with pytest.raises(agents.MaxTurnsExceeded):
        await run(agent, "Go", session, max_turns=2)
    turns = ["Go", "calls add", "gets 0", "calls add", "gets 1"]
    assert await stored(session) == turns

    await run(agent, "Go on", session)
    assert await stored(session) == [*turns, "Go on", "calls add", "gets 2", "says Done"]


# Guardrails


@both_ways
@pytest.mark.parametrize("parallel", [True, False])
async def test_a_question_that_a_guardrail_stops_is_stored_alone(
    make: Make, run: Any, parallel: bool
) -> None:
    @agents.input_guardrail(run_in_parallel=parallel)
    async def stop(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, tripwire_triggered=True)

    session = make()
    await session.add_items([asked("1")])
    model = ScriptedModel([says("3")])
    with pytest.raises(agents.InputGuardrailTripwireTriggered):
        await run(Agent(name="A", model=model, input_guardrails=[stop]), "2", session)

    assert await stored(session) == ["1", "2"]


@both_ways
async def test_an_answer_that_a_guardrail_stops_is_not_stored(make: Make, run: Any) -> None:
    @agents.output_guardrail
    async def stop(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, tripwire_triggered=output == "secret")

    session = make()
    model = ScriptedModel([calls("add", "c1", a=1, b=2), says("secret"), says("fine")])
    agent = Agent(name="A", model=model, tools=[add], output_guardrails=[stop])
    with pytest.raises(agents.OutputGuardrailTripwireTriggered):
        await run(agent, "1", session)
    await run(agent, "2", session)

    assert await stored(session) == ["1", "calls add", "gets 3", "2", "says fine"]
    assert "secret" not in str(await session.get_items())


# Several agents


@both_ways
async def test_a_handoff_is_stored_with_both_agents_words(make: Make, run: Any) -> None:
    session = make()
    second = Agent(name="B", model=ScriptedModel([says("I am B"), says("Still B")]))
    model = ScriptedModel([calls("transfer_to_b", "h1")])
    first = Agent(name="A", model=model, handoffs=[second])

    result = await run(first, "To B", session)
    await run(result.last_agent, "Who?", session)

    handoff = ["calls transfer_to_b", 'gets {"assistant": "B"}']
    assert await stored(session) == ["To B", *handoff, "says I am B", "Who?", "says Still B"]


@both_ways
@pytest.mark.parametrize("nested", [True, False])
async def test_what_a_handoff_hands_over_does_not_change_what_is_stored(
    make: Make, run: Any, nested: bool
) -> None:
    def forget(data: agents.HandoffInputData) -> agents.HandoffInputData:
        return data.clone(input_history=(), pre_handoff_items=())

    session = make()
    await session.add_items([asked("1")])
    model = ScriptedModel([says("I am B")])
    handoff = agents.handoff(Agent(name="B", model=model), input_filter=None if nested else forget)
    first = Agent(name="A", model=ScriptedModel([calls("transfer_to_b", "h1")]), handoffs=[handoff])
    config = RunConfig(tracing_disabled=True, nest_handoff_history=nested)
    await run(first, "To B", session, run_config=config)

    assert "1" not in seen(model)[0]
    calls_b = ["calls transfer_to_b", 'gets {"assistant": "B"}']
    assert await stored(session) == ["1", "To B", *calls_b, "says I am B"]


@both_ways
@pytest.mark.parametrize("shared", [False, True])
async def test_an_agent_as_a_tool_has_a_session_of_its_own_or_the_same(
    make: Make, run: Any, shared: bool
) -> None:
    session, inside = make(), make("alice" if shared else "inside")
    expert = Agent(name="B", model=ScriptedModel([says("in 1"), says("in 2")]))
    steps = [calls("ask", "n1", input="q 1"), says("out 1")]
    steps += [calls("ask", "n2", input="q 2"), says("out 2")]
    tool = expert.as_tool("ask", "Ask the expert.", session=inside)
    agent = Agent(name="A", model=ScriptedModel(steps), tools=[tool])

    await run(agent, "1", session)
    await run(agent, "2", session)

    first = ["calls ask", "gets in 1", "says out 1"]
    second = ["calls ask", "gets in 2", "says out 2"]
    heard = [["q 1", "says in 1"], ["q 2", "says in 2"]]
    if shared:  # the inner run ends first, and the outer turn is stored behind it
        assert await stored(session) == ["1", *heard[0], *first, "2", *heard[1], *second]
    else:
        assert await stored(inside) == [*heard[0], *heard[1]]
        assert await stored(session) == ["1", *first, "2", *second]


async def test_tools_may_write_to_the_session_of_their_own_run(make: Make) -> None:
    session = make()

    @function_tool
    async def note(text: str) -> str:
        await session.add_items([{"role": "developer", "content": text}])
        return f"{len(await session.get_items())}"

    steps = [calls("note", "c1", text="x") + calls("note", "c2", text="y"), says("Done")]
    await run(Agent(name="A", model=ScriptedModel(steps), tools=[note]), "Go", session)

    items = await stored(session)
    assert sorted(items[:3]) == ["Go", "x", "y"]
    assert items[3:5] == ["calls note", "calls note"] and items[-1] == "says Done"


async def test_runs_at_the_same_time_on_one_session_lose_nothing(make: Make) -> None:
    async def one(number: int) -> None:
        agent = Agent(name="A", model=ScriptedModel([says(str(number))]))
        await run(agent, f"q {number}", make())

    await asyncio.gather(*map(one, range(20)))

    items = await stored(make())
    assert len(items) == 40
    for number in range(20):
        assert items.index(f"q {number}") < items.index(f"says {number}")


# What goes in, and is taken back


@both_ways
async def test_a_list_is_stored_item_by_item(make: Make, run: Any) -> None:
    session = make()
    image = {"type": "input_image", "image_url": "data:,", "detail": "auto"}
    question: list[Any] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "input_text", "text": "🙂"}, image]},
        asked("same"),
        asked("same"),
    ]
    model = ScriptedModel([says("a"), says("b"), says("c")])
    agent = Agent(name="A", model=model)

    await run(agent, question, session)
    assert (await session.get_items())[:4] == question
    await run(agent, [], session)
    await run(agent, "", session)

    assert (await stored(session))[4:] == ["says a", "says b", "", "says c"]
    assert model.calls[0].input == question


async def test_a_history_that_is_given_again_is_stored_again(make: Make) -> None:
    # `to_input_list` is for who keeps no session. Together they repeat all, with either class.
    session = make()
    model = ScriptedModel([says("2"), says("4")])
    agent = Agent(name="A", model=model)
    result = await run(agent, "1", session)
    await run(agent, [*result.to_input_list(), asked("3")], session)

    assert await stored(session) == ["1", "says 2", "1", "says 2", "3", "says 4"]


def _locked() -> openai.BadRequestError:
    request = httpx.Request("POST", "http://localhost/")
    body = {"code": "conversation_locked", "message": "try again"}
    return openai.BadRequestError(
        "locked", response=httpx.Response(400, request=request), body=body
    )


async def test_a_question_is_stored_once_though_the_model_was_asked_three_times(
    make: Make,
) -> None:
    # The Runner asks again of its own accord after this error, and after others if it is told to.
    settings = agents.ModelSettings(
        retry=agents.ModelRetrySettings(
            max_retries=3,
            policy=lambda context: True,
            backoff={"initial_delay": 0.0, "jitter": False},
        )
    )
    session = make()
    model = ScriptedModel([_locked(), ConnectionError(), says("2")])
    await run(Agent(name="A", model=model, model_settings=settings), "1", session)

    assert seen(model) == [["1"]] * 3
    assert await stored(session) == ["1", "says 2"]


async def test_what_another_adds_during_a_rewind_is_put_back(make: Make) -> None:
    # The Runner takes its own items back with pop_item, and checks each: this one is a stranger's.
    from agents.run_internal.session_persistence import rewind_session_items

    class Crossed(type(make("other"))):  # type: ignore[misc]
        crossed = False

        async def pop_item(self) -> Any:
            if not self.crossed:
                self.crossed = True
                await make().add_items([asked("a stranger's")])
            return await super().pop_item()

    session = make(kind=Crossed)
    await session.add_items([asked("1"), asked("2"), asked("3")])
    await rewind_session_items(session, [asked("2"), asked("3")])

    assert await stored(session) == ["1", "2", "3", "a stranger's"]
    await rewind_session_items(session, [asked("3"), asked("a stranger's")])
    assert await stored(session) == ["1", "2"]


async def test_a_run_whose_question_cannot_be_stored_does_not_ask_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With the SDK's class it is the same, after five seconds: too long for a test.
    monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", 0.2)
    model = ScriptedModel([says("3")])
    async with SQLiteSession("alice", tmp_path / "x.db") as session:
        await session.add_items([asked("1")])
        with contextlib.closing(sqlite3.connect(tmp_path / "x.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                await run(Agent(name="A", model=model), "2", session)
        assert model.calls == ()
        assert await stored(session) == ["1"]


# Pydantic models


ASYNC_CALL = {
    "type": "function_call",
    "call_id": "c1",
    "name": "add",
    "arguments": '{"a": 1, "b": 2}',
    "async": True,
}


async def test_the_runner_stores_python_s_name_of_a_field_with_an_alias(make: Make) -> None:
    # With either class: it has made a dict of the model before the session sees it, with
    # `exclude_unset` and without `by_alias` (agents/items.py, `_output_item_to_input_item`).
    call = ResponseFunctionToolCall.model_validate(ASYNC_CALL)
    assert call.async_ is True
    session = make()
    model = ScriptedModel([[call], says("3")])
    await run(Agent(name="A", model=model, tools=[add]), "1 + 2?", session)

    item = (await session.get_items())[1]
    assert item == {key: ASYNC_CALL[key] for key in ASYNC_CALL if key != "async"} | {"async_": True}


async def test_a_model_that_is_added_by_hand_keeps_the_name_that_openai_gave_the_field(
    tmp_path: Path,
) -> None:
    # "async_" is no field of the API: what is read back as a model has lost the value.
    call = ResponseFunctionToolCall.model_validate(ASYNC_CALL)
    async with SQLiteSession("alice", tmp_path / "x.db") as session:
        await session.add_items([call])
        (item,) = await session.get_items()

    assert ResponseFunctionToolCall.model_validate(item) == call
    assert item["async"] is True and "async_" not in item

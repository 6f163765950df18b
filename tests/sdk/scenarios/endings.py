"""Runs that end early: guardrails, cancellation, errors, too many turns."""

import asyncio

import agents
from agents import GuardrailFunctionOutput, Runner, function_tool
from agents.testing import ScriptedModel
from agents.testing.model import ModelStep
from openai.types.responses import ResponseOutputMessage, ResponseOutputRefusal

from tests.helpers.scripts import add, calls, says
from tests.helpers.trial import STREAMED, WHOLE, scenario

SUM = calls("add", "c1", a=1, b=2)
SUMMED = ["calls add", "gets 3"]


# Guardrails


def _input_guardrail(parallel, outcome):
    @agents.input_guardrail(run_in_parallel=parallel)
    async def check(context, agent, given):
        if isinstance(outcome, Exception):
            raise outcome
        return GuardrailFunctionOutput("checked", tripwire_triggered=outcome)

    return check


def _output_guardrail(forbidden):
    @agents.output_guardrail
    async def check(context, agent, output):
        return GuardrailFunctionOutput("checked", tripwire_triggered=output == forbidden)

    return check


PLACES = {
    f"{place} {name}": (place, parallel)
    for place in ("agent", "run")
    for name, parallel in (("parallel", True), ("blocking", False))
}


def _place(place, kind, guardrail):
    """The options of an agent and of a run's configuration."""
    guardrails = {f"{kind}_guardrails": [guardrail]}
    return (guardrails, {}) if place == "agent" else ({}, guardrails)


@scenario(cases=PLACES)
async def question_that_passes(trial, place, parallel):
    options, config = _place(place, "input", _input_guardrail(parallel, False))
    result = await trial.run(trial.agent(says("2"), **options), "1", config=config)
    assert len(result.input_guardrail_results) == 1
    assert await trial.stored() == ["1", "says 2"]


@scenario(cases=PLACES)
async def question_that_is_stopped_is_stored_alone(trial, place, parallel):
    await trial.run(trial.agent(says("1")), "0")
    options, config = _place(place, "input", _input_guardrail(parallel, True))
    agent = trial.agent(says("not stored"), **options)
    with trial.raises(agents.InputGuardrailTripwireTriggered):
        await trial.run(agent, "2", config=config)
    assert await trial.stored() == ["0", "says 1", "2"]
    await trial.run(trial.agent(says("4")), "3")
    assert trial.seen(2) == [["0", "says 1", "2", "3"]]


@scenario(cases=PLACES)
async def guardrail_that_fails(trial, place, parallel):
    guardrail = _input_guardrail(parallel, ZeroDivisionError("in a guardrail"))
    options, config = _place(place, "input", guardrail)
    with trial.raises(ZeroDivisionError):
        await trial.run(trial.agent(says("2"), **options), "1", config=config)
    return await trial.stored()


@scenario(cases={"agent": ("agent",), "run": ("run",)})
async def answer_that_is_stopped_is_not_stored(trial, place):
    options, config = _place(place, "output", _output_guardrail("secret"))
    agent = trial.agent(SUM, says("secret"), says("fine"), tools=[add], **options)
    with trial.raises(agents.OutputGuardrailTripwireTriggered):
        await trial.run(agent, "1", config=config)
    await trial.run(agent, "2", config=config)
    assert await trial.stored() == ["1", *SUMMED, "2", "says fine"]
    assert "secret" not in str(await trial.session().get_items())


@scenario()
async def output_of_a_tool_that_is_stopped_is_replaced(trial):
    @function_tool
    def look() -> str:
        return "secret"

    agent = trial.agent(
        calls("look", "c1"),
        says("fine"),
        tools=[look],
        tool_use_behavior="stop_on_first_tool",
        output_guardrails=[_output_guardrail("secret")],
    )
    config = {"output_guardrail_blocked_message": "withheld"}
    with trial.raises(agents.OutputGuardrailTripwireTriggered):
        await trial.run(agent, "1", config=config)
    assert await trial.stored() == ["1", "calls look", "gets withheld"]


# Cancellation


def _half(call):
    """A stream that begins an answer, and never goes on."""

    async def events():
        whole = ScriptedModel([says("never heard to the end")])
        settings, tracing = call.model_settings, call.tracing
        ids = dict.fromkeys(["previous_response_id", "conversation_id", "prompt"])
        part = whole.stream_response(None, call.input, settings, [], None, [], tracing, **ids)
        async for event in part:
            yield event
            if event.type == "response.output_text.delta":
                await asyncio.Event().wait()

    return events()


def _streamed(trial, agent, question):
    config = agents.RunConfig(tracing_disabled=True)
    return Runner.run_streamed(agent, question, session=trial.session(), run_config=config)


@scenario(ways=(STREAMED,))
async def answer_cancelled_half_way(trial):
    agent = trial.agent(ModelStep.stream(_half), says("whole"))
    result = _streamed(trial, agent, "1")
    async for event in result.stream_events():
        if event.type == "raw_response_event" and "text.delta" in event.data.type:
            result.cancel()
    assert await trial.stored() == ["1"]
    await trial.run(agent, "2")
    assert trial.seen()[-1] == ["1", "2"]
    assert await trial.stored() == ["1", "2", "says whole"]


@scenario(ways=(STREAMED,), cases={"at once": ("immediate",), "after the turn": ("after_turn",)})
async def stream_cancelled_before_it_began(trial, mode):
    result = _streamed(trial, trial.agent(says("2")), "1")
    result.cancel(mode=mode)
    events = [event.type async for event in result.stream_events()]
    return [events, await trial.stored()]


@scenario(
    ways=(STREAMED,),
    cases={
        "raw": ("raw_response_event",),
        "item": ("run_item_stream_event",),
    },
)
async def stream_cancelled_after_its_turn_can_go_on(trial, event):
    result = _streamed(trial, trial.agent(SUM, says("3"), tools=[add]), "1 + 2?")
    async for each in result.stream_events():
        if each.type == event:
            result.cancel(mode="after_turn")
    assert await trial.stored() == ["1 + 2?", *SUMMED]
    await trial.run(result.last_agent, result.to_state())
    assert await trial.stored() == ["1 + 2?", *SUMMED, "says 3"]


@scenario(ways=(STREAMED,))
async def stream_that_nobody_reads_is_stored(trial):
    result = _streamed(trial, trial.agent(SUM, says("3"), tools=[add]), "1 + 2?")
    async for _ in result.stream_events():
        break
    await result.run_loop_task
    assert await trial.stored() == ["1 + 2?", *SUMMED, "says 3"]


@scenario(ways=(WHOLE,))
async def task_cancelled_in_the_model(trial):
    reached = asyncio.Event()

    async def wait(call):
        reached.set()
        await asyncio.Event().wait()

    agent = trial.agent(ModelStep.respond(wait), says("2"))
    task = asyncio.ensure_future(trial.run(agent, "1"))
    await reached.wait()
    task.cancel()
    with trial.raises(asyncio.CancelledError):
        await task
    assert await trial.stored() == ["1"]
    await trial.run(agent, "again")
    assert await trial.stored() == ["1", "again", "says 2"]


@scenario(ways=(WHOLE,))
async def task_cancelled_in_a_tool(trial):
    reached = asyncio.Event()

    @function_tool
    async def wait() -> str:
        reached.set()
        await asyncio.Event().wait()
        return ""

    agent = trial.agent([*SUM, *calls("wait", "c2")], says("2"), tools=[add, wait])
    task = asyncio.ensure_future(trial.run(agent, "1"))
    await reached.wait()
    task.cancel()
    with trial.raises(asyncio.CancelledError):
        await task
    await trial.run(agent, "again")
    assert trial.seen()[-1] == ["1", "again"]


# Errors


@scenario()
async def model_that_fails_at_once(trial):
    agent = trial.agent(ZeroDivisionError(), says("Hi"))
    with trial.raises(ZeroDivisionError):
        await trial.run(agent, "Hello")
    assert await trial.stored() == ["Hello"]
    await trial.run(agent, "Hello again")
    assert await trial.stored() == ["Hello", "Hello again", "says Hi"]


@scenario()
async def model_that_fails_in_the_middle(trial):
    agent = trial.agent(SUM, ZeroDivisionError(), says("3"), tools=[add])
    with trial.raises(ZeroDivisionError):
        await trial.run(agent, "1 + 2?")
    assert await trial.stored() == ["1 + 2?", *SUMMED]
    await trial.run(agent, "Well?")
    assert trial.seen()[-1] == ["1 + 2?", *SUMMED, "Well?"]


@scenario()
async def too_many_turns(trial):
    steps = [calls("add", f"c{number}", a=0, b=number) for number in range(3)]
    agent = trial.agent(*steps, says("Done"), tools=[add])
    with trial.raises(agents.MaxTurnsExceeded):
        await trial.run(agent, "Go", max_turns=2)
    turns = ["Go", "calls add", "gets 0", "calls add", "gets 1"]
    assert await trial.stored() == turns
    await trial.run(agent, "Go on")
    assert await trial.stored() == [*turns, "Go on", "calls add", "gets 2", "says Done"]


@scenario(cases={"kept": (True,), "not kept": (False,)})
async def too_many_turns_handled(trial, kept):
    def give_up(data):
        return {"final_output": "I give up", "include_in_history": kept}

    agent = trial.agent(SUM, says("Done"), tools=[add])
    result = await trial.run(agent, "Go", max_turns=1, error_handlers={"max_turns": give_up})
    assert result.final_output == "I give up"
    assert await trial.stored() == ["Go", *SUMMED, *(["says I give up"] if kept else [])]


@scenario(cases={"raised": (None,), "handled": (lambda data: "sorry",)})
async def refusal(trial, handler):
    refusal = ResponseOutputRefusal(type="refusal", refusal="I will not")
    message = ResponseOutputMessage(
        id="msg_1", type="message", role="assistant", status="completed", content=[refusal]
    )
    agent = trial.agent([message], says("3"))
    if handler:
        result = await trial.run(agent, "1", error_handlers={"model_refusal": handler})
        assert result.final_output == "sorry"
    else:
        with trial.raises(agents.ModelRefusalError):
            await trial.run(agent, "1")
    await trial.run(agent, "2")
    assert (await trial.session().get_items())[0]["content"] == "1"


@scenario()
async def empty_answers(trial):
    agent = trial.agent([], says(""), says("3"))
    for question in ("1", "2", "3"):
        await trial.run(agent, question)
    return await trial.stored()

"""Tools and structured output."""

import asyncio
import threading
from typing import Any

import agents
from agents import StopAtTools, ToolGuardrailFunctionOutput, function_tool
from agents.agent import ToolsToFinalOutputResult
from pydantic import BaseModel

from tests.helpers.scripts import add, answered, asked, calls, says, told
from tests.helpers.trial import WHOLE, scenario

SUM = calls("add", "c1", a=1, b=2)


class Weather(BaseModel):
    city: str
    degrees: float
    sunny: bool = True


@scenario()
async def call_and_output(trial):
    agent = trial.agent(calls("add", "call_1", a=40, b=2), says("42"), tools=[add])
    await trial.run(agent, "40 plus 2?")
    call = {
        "arguments": '{"a":40,"b":2}',
        "call_id": "call_1",
        "name": "add",
        "type": "function_call",
        "id": "call_1",
    }
    output = {"call_id": "call_1", "output": "42", "type": "function_call_output"}
    items = await trial.session().get_items()
    assert items == [asked("40 plus 2?"), call, output, answered("42")]
    assert agent.model.calls[1].input == items[:3]


@scenario(cases={"together": (None,), "one by one": (1,)})
async def parallel_calls(trial, most):
    @function_tool
    async def wait(turns: int) -> str:
        for _ in range(turns):
            await asyncio.sleep(0)
        return f"{turns}"

    step = [call for turns in (9, 1, 4) for call in calls("wait", f"c{turns}", turns=turns)]
    config = {"tool_execution": {"max_function_tool_concurrency": most}}
    await trial.run(trial.agent(step, says("Done"), tools=[wait]), "Go", config=config)
    items = await trial.stored()
    assert items == ["Go", *["calls wait"] * 3, "gets 9", "gets 1", "gets 4", "says Done"]


@function_tool
def fail() -> str:
    raise ZeroDivisionError("by zero")


@function_tool(failure_error_function=lambda context, error: f"my {error}")
def fail_in_other_words() -> str:
    raise ZeroDivisionError("by zero")


@function_tool(failure_error_function=None)
async def fail_loudly() -> str:
    raise ZeroDivisionError


@function_tool(timeout=0.01)
async def dawdle() -> str:
    await asyncio.Event().wait()
    return ""


@function_tool(timeout=0.01, timeout_behavior="raise_exception")
async def dawdle_loudly() -> str:
    await asyncio.Event().wait()
    return ""


@scenario(
    cases={
        "default": (fail, "An error occurred while running the tool"),
        "own words": (fail_in_other_words, "my by zero"),
        "timeout": (dawdle, "Tool 'dawdle' timed out"),
    }
)
async def failure_is_an_output(trial, tool, text):
    await trial.run(trial.agent(calls(tool.name, "c1"), says("Sorry"), tools=[tool]), "Go")
    items = await trial.stored()
    assert items[2].startswith(f"gets {text}") and items[3:] == ["says Sorry"]


@scenario(
    cases={
        "error": (fail_loudly, agents.UserError, "Error running tool fail"),
        "timeout": (dawdle_loudly, agents.ToolTimeoutError, "timed out"),
    }
)
async def failure_leaves_no_call_without_an_output(trial, tool, error, text):
    agent = trial.agent(calls(tool.name, "c1"), says("Sorry"), tools=[tool])
    with trial.raises(error, match=text):
        await trial.run(agent, "Go")
    await trial.run(agent, "Again")
    assert trial.seen()[-1] == ["Go", "Again"]


@scenario()
async def one_of_three_calls_fails(trial):
    @function_tool
    async def work() -> str:
        return "worked"

    step = [*calls("work", "c1"), *calls("fail_loudly", "c2"), *calls("work", "c3")]
    agent = trial.agent(step, says("Sorry"), tools=[work, fail_loudly])
    with trial.raises(agents.UserError):
        await trial.run(agent, "Go")
    await trial.run(agent, "Again")
    assert trial.seen()[-1][-1] == "Again"


@scenario(cases={"raises": ("raise_error",), "tells": ("return_error_to_model",)})
async def unknown_tool(trial, behavior):
    agent, config = trial.agent(SUM, says("?")), {"tool_not_found_behavior": behavior}
    if behavior == "raise_error":
        with trial.raises(agents.ModelBehaviorError, match="Tool add not found"):
            await trial.run(agent, "Go", config=config)
    else:
        await trial.run(agent, "Go", config=config)
        assert (await trial.stored())[:2] == ["Go", "calls add"]


@scenario()
async def arguments_that_are_not_json(trial):
    call = agents.testing.function_call("add", '{"a": 1, "b"', call_id="c1")
    await trial.run(trial.agent([call], says("Sorry"), tools=[add]), "Go")
    assert (await trial.stored())[2].startswith("gets An error occurred")


OUTPUTS = {
    "none": (None, "None"),
    "dict": ({"a": [1, 2.0, True, None], "ü": "🙂"}, "{'a': [1, 2.0, True, None], 'ü': '🙂'}"),
    "nan": ([float("nan")], "[nan]"),
    "tuple": ((1, 2), "(1, 2)"),
    "model": (Weather(city="Oslo", degrees=-1.5), "city='Oslo' degrees=-1.5 sunny=True"),
    "half a pair": ("\ud83d", "\ud83d"),
    "text": (agents.ToolOutputText(text="t"), [{"type": "input_text", "text": "t"}]),
    "image": (
        agents.ToolOutputImage(image_url="data:,", detail="low"),
        [{"type": "input_image", "image_url": "data:,", "detail": "low"}],
    ),
    "list": (
        [agents.ToolOutputText(text="t"), agents.ToolOutputFileContent(file_id="f")],
        [{"type": "input_text", "text": "t"}, {"type": "input_file", "file_id": "f"}],
    ),
}


@scenario(cases=OUTPUTS)
async def kinds_of_output(trial, value, output):
    @function_tool
    def get():
        return value

    agent = trial.agent(calls("get", "c1"), says("Done"), says("Again"), tools=[get])
    await trial.run(agent, "Go")
    await trial.run(agent, "Go on")
    assert (await trial.session().get_items())[2]["output"] == output


@scenario(
    cases={
        "first": ("stop_on_first_tool", "3", 3),
        "named": (StopAtTools(stop_at_tool_names=["add"]), "3", 3),
        "other": (StopAtTools(stop_at_tool_names=["other"]), "three", 4),
        "function": (lambda context, outputs: ToolsToFinalOutputResult(True, "done"), "done", 3),
        "not yet": (lambda context, outputs: ToolsToFinalOutputResult(False), "three", 4),
    }
)
async def tool_use_behavior(trial, behavior, output, count):
    agent = trial.agent(SUM, says("three"), tools=[add], tool_use_behavior=behavior)
    result = await trial.run(agent, "1 + 2?")
    assert str(result.final_output) == output
    assert len(await trial.stored()) == count


def _guarded(side, outcome):
    kind: Any = agents.tool_input_guardrail if side == "input" else agents.tool_output_guardrail

    @kind
    def check(data):
        return outcome

    guardrails: Any = {f"tool_{side}_guardrails": [check]}

    @function_tool(**guardrails)
    def get() -> str:
        return "got"

    return get


@scenario(
    cases={
        f"{side} {name}": (side, outcome, output)
        for side in ("input", "output")
        for name, outcome, output in (
            ("allowed", ToolGuardrailFunctionOutput.allow(), "gets got"),
            ("refused", ToolGuardrailFunctionOutput.reject_content("no"), "gets no"),
            ("raises", ToolGuardrailFunctionOutput.raise_exception(), None),
        )
    }
)
async def tool_guardrail(trial, side, outcome, output):
    agent = trial.agent(calls("get", "c1"), says("Done"), tools=[_guarded(side, outcome)])
    if output:
        await trial.run(agent, "Go")
        assert await trial.stored() == ["Go", "calls get", output, "says Done"]
    else:
        with trial.raises(agents.AgentsException):
            await trial.run(agent, "Go")
        await trial.run(agent, "Again")
        assert trial.seen()[-1][-1] == "Again"


@scenario(unordered=True)
async def tool_writes_to_the_session_of_its_run(trial):
    session = trial.session()

    @function_tool
    async def note(text: str) -> str:
        await session.add_items([{"role": "developer", "content": text}])
        assert await session.get_items()
        return "noted"

    step = calls("note", "c1", text="x") + calls("note", "c2", text="y")
    await trial.run(trial.agent(step, says("Done"), tools=[note]), "Go")
    items = await trial.stored()
    assert sorted(items[:3]) == ["Go", "x", "y"]
    assert items[3:] == [*["calls note"] * 2, *["gets noted"] * 2, "says Done"]


@scenario()
async def tool_in_a_thread(trial):
    threads = []

    @function_tool
    def look() -> str:
        threads.append(threading.current_thread() is threading.main_thread())
        return "seen"

    await trial.run(trial.agent(calls("look", "c1"), says("Done"), tools=[look]), "Go")
    assert threads == [False]


# Structured output


@scenario()
async def structured_output(trial):
    text = '{"city": "Tromsø", "degrees": -0.0, "sunny": false}'
    agent = trial.agent(SUM, says(text), says(text), tools=[add], output_type=Weather)
    result = await trial.run(agent, "Weather?")
    assert result.final_output == Weather(city="Tromsø", degrees=0, sunny=False)
    await trial.run(agent, "And now?")
    assert told(agent.model.calls[2].input)[3:] == [f"says {text}", "And now?"]


@scenario(cases={"raised": (None,), "handled": (lambda data: Weather(city="?", degrees=0),)})
async def structured_output_that_is_not(trial, handler):
    agent = trial.agent(says("nice"), says("nice"), output_type=Weather)
    if handler:
        handlers = {"invalid_final_output": handler}
        assert (await trial.run(agent, "Weather?", error_handlers=handlers)).final_output.city
    else:
        with trial.raises(agents.ModelBehaviorError, match="Invalid JSON"):
            await trial.run(agent, "Weather?")
    assert (await trial.stored())[0] == "Weather?"


@scenario(ways=(WHOLE,))
async def hooks_see_the_session_as_it_is(trial):
    session, lengths = trial.session(), []

    class Hooks(agents.RunHooks):
        async def on_llm_start(self, *arguments):
            lengths.append(len(await session.get_items()))

        async def on_agent_end(self, *arguments):
            lengths.append(len(await session.get_items()))

    await trial.run(trial.agent(SUM, says("3"), tools=[add]), "1 + 2?", hooks=Hooks())
    return lengths

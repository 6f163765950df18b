"""The models: how one is chosen, and the offline one as the SDK sees it."""

import subprocess
import sys
from typing import Any

import agents
import pytest
from agents import Agent, Runner, function_tool
from openai.types.responses import ResponseTextDeltaEvent
from pydantic import BaseModel

from session_lib import SQLiteSession
from session_lib.teaching.models import OfflineModel, choose_model


@function_tool
def add(a: int, b: int) -> int:
    return a + b


@pytest.fixture
def agent():
    return Agent(name="Assistant", instructions="Answer briefly.", model=OfflineModel())


@pytest.fixture
def adder():
    return Agent(name="Adder", model=OfflineModel(), tools=[add])


@pytest.fixture
def environment(monkeypatch):
    for name in ["OPENAI_API_KEY", "SESSION_LIB_MODEL"]:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_offline_is_the_default(environment):
    assert isinstance(choose_model(), OfflineModel)
    environment.setenv("OPENAI_API_KEY", "not-a-real-key")
    environment.setenv("SESSION_LIB_MODEL", "")
    assert isinstance(choose_model(), OfflineModel)


def test_openai_by_argument_or_variable(environment):
    environment.setenv("OPENAI_API_KEY", "not-a-real-key")
    assert isinstance(choose_model("openai"), agents.OpenAIResponsesModel)
    by_name: Any = choose_model("openai:gpt-4.1")
    assert by_name.model == "gpt-4.1"
    environment.setenv("SESSION_LIB_MODEL", "openai:gpt-4.1-mini")
    by_variable: Any = choose_model()
    assert by_variable.model == "gpt-4.1-mini"
    assert isinstance(choose_model("offline"), OfflineModel)


def test_openai_without_a_key(environment):
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"OPENAI_API_KEY.*not set.*'offline'"):
            choose_model("openai")
        environment.setenv("OPENAI_API_KEY", "")


@pytest.mark.parametrize("name", ["gpt-4.1", "openai:", "offline:x", "Offline", ""])
def test_unknown_model(environment, name):
    with pytest.raises(ValueError, match=r"'offline', .*'openai'.*SESSION_LIB_MODEL"):
        choose_model(name)


async def test_output_type(agent):
    class Weather(BaseModel):
        sunny: bool

    with pytest.raises(agents.UserError, match=r"cannot make a Weather.*choose another model"):
        await Runner.run(agent.clone(output_type=Weather), "Hello")


async def test_tokens_of_one_message(agent):
    usage = (await Runner.run(agent, "It's me, Zoë!")).context_wrapper.usage
    instructions = ["Answer", "briefly", "."]
    message = ["It", "'", "s", "me", ",", "Zoë", "!"]
    assert usage.requests == 1
    assert usage.input_tokens == len(instructions) + len(message)
    assert usage.output_tokens > 0
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens


async def test_tokens_grow_with_the_history(agent, adder):
    async with SQLiteSession("ada") as session:
        runs = [await Runner.run(agent, "Hello", session=session) for _ in range(4)]
        read = [run.context_wrapper.usage.input_tokens for run in runs]
        assert read == sorted(set(read))
        usage = (await Runner.run(adder, "What is 2 + 3?")).context_wrapper.usage
    assert usage.requests == 2
    asked, answered = usage.request_usage_entries
    # Of the second request, the call (its name and arguments) and its output are the new part.
    assert answered.input_tokens == asked.input_tokens + asked.output_tokens + len(["5"])


CONVERSATION = ["Hi, I'm Ada.", "What is 2 + 3?", "What is 2 + 3?", "Who am I?", "Write a poem."]


async def test_streaming_stores_equal_items(adder):
    async with SQLiteSession("told") as told, SQLiteSession("streamed") as streamed:
        for message in CONVERSATION:
            result = await Runner.run(adder, message, session=told)
            stream = Runner.run_streamed(adder, message, session=streamed)
            events = [event async for event in stream.stream_events()]
            raw = [event.data for event in events if event.type == "raw_response_event"]
            words = [event.delta for event in raw if isinstance(event, ResponseTextDeltaEvent)]
            assert "".join(words) == stream.final_output == result.final_output
            assert len(words) == len(result.final_output.split())
            assert stream.context_wrapper.usage == result.context_wrapper.usage
        items = await told.get_items()
        assert items == await streamed.get_items()
    ids = [item["id"] for item in items if "id" in item]
    call_ids = [item["call_id"] for item in items if item.get("type") == "function_call"]
    assert len(call_ids) == 2
    assert len({*ids, *call_ids}) == len(ids) + len(call_ids)


async def test_events_of_a_stream(adder):
    stream = Runner.run_streamed(adder, "What is 2 + 3?")
    told: list[Any] = [event async for event in stream.stream_events()]
    events = [event.data for event in told if event.type == "raw_response_event"]
    begin, end = ["created", "output_item.added"], ["output_item.done", "completed"]
    call = ["function_call_arguments.delta", "function_call_arguments.done"]
    words = ["output_text.delta"] * 5  # "2 + 3 = 5."
    text = ["content_part.added", *words, "output_text.done", "content_part.done"]
    kinds = [event.type.removeprefix("response.") for event in events]
    assert kinds == [*begin, *call, *end, *begin, *text, *end]
    numbers = [event.sequence_number for event in events]
    assert numbers == [*range(6), *range(len(kinds) - 6)]
    assert [events[0].response.status, events[1].item.status] == ["in_progress", "in_progress"]


PROGRAM = """
import asyncio, sys

def watch(event, arguments):
    if event == "socket.getaddrinfo":
        raise SystemError(f"asked the network for {arguments[0]}")

sys.addaudithook(watch)

from agents import Agent, Runner
from session_lib.teaching.models import choose_model

agent = Agent(name="Assistant", model=choose_model())
print(asyncio.run(Runner.run(agent, "I'm Ada. Who am I?")).final_output)
print("pandas" in sys.modules)
"""


def test_a_conversation_is_quiet_and_local(environment):
    environment.delenv("OPENAI_AGENTS_DISABLE_TRACING", raising=False)
    environment.setenv("OPENAI_API_KEY", "not-a-real-key")  # with one, the SDK would send traces
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["Noted: you are Ada. You are Ada.", "False"]

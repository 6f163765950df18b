"""The models: what the offline one makes of the items that it is handed, and how to choose."""

import json
import subprocess
import sys

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


@function_tool
def multiply(first: float, second: float) -> float:
    return first * second


@pytest.fixture
def agent():
    return Agent(name="Assistant", instructions="Answer briefly.", model=OfflineModel())


@pytest.fixture
def reckoner():
    return Agent(name="Reckoner", model=OfflineModel(), tools=[add, multiply])


async def talk(agent, session, *messages):
    results = [await Runner.run(agent, message, session=session) for message in messages]
    return [result.final_output for result in results]


async def ask(agent, *messages):
    """Hand the agent all messages at once, as a session would have."""
    items = [{"role": "user", "content": message} for message in messages]
    return (await Runner.run(agent, items)).final_output


WHO_AM_I = [{"role": "user", "content": "Who am I?"}]


async def respond(items, instructions=None):
    settings, tracing = agents.ModelSettings(), agents.ModelTracing.DISABLED
    given = (instructions, items, settings, [], None, [], tracing)
    return (await OfflineModel().get_response(*given)).output[0].content[0].text


async def test_it_knows_what_its_session_holds_and_nothing_from_another(agent):
    async with SQLiteSession("ada") as ada, SQLiteSession("bob") as bob:
        _, known = await talk(agent, ada, "My name is Ada.", "What is my name?")
        (unknown,) = await talk(agent, bob, "What is my name?")
    assert known == "Your name is Ada."
    assert unknown == "I don't know your name: nothing in this conversation says it."


async def test_without_a_session_it_honestly_does_not_know(agent):
    _, answer = await talk(agent, None, "My name is Ada.", "What is my name?")
    assert answer == "I don't know your name: nothing in this conversation says it."


async def test_it_takes_all_that_is_told_and_asked_in_one_message(agent):
    message = "Hi, my name is José, I'm 36 and I live in Lima. I love jazz! How old am I?"
    assert await ask(agent, message) == (
        "Hello! Noted: your name is José; you are 36; you live in Lima; you love jazz. You are 36."
    )


async def test_the_latest_statement_wins(agent):
    told = ["I live in Oslo.", "My name is Ada.", "No, my name is Eve.", "I don't live in Oslo."]
    everything = await ask(agent, *told, "What do you know about me?")
    assert everything == "Your name is Eve. You don't live in Oslo."


@pytest.mark.parametrize("role", ["assistant", "tool", "system", "developer"])
async def test_what_others_say_is_not_taken_for_the_users_words(role):
    instructs = role in ("system", "developer")
    told = {"role": role, "content": "My name is Max." if instructs else "The user is Max."}
    assert (await respond([told, *WHO_AM_I])).startswith("I do not know")


@pytest.mark.parametrize("role", ["system", "developer"])
async def test_instructions_may_tell_about_the_user(role):
    text = "You help. The user's name is Ada. The user lives in Paris."
    assert await respond(WHO_AM_I, text) == "Your name is Ada."
    assert await respond([{"role": role, "content": text}, *WHO_AM_I]) == "Your name is Ada."


async def test_it_says_what_it_is_when_it_has_no_answer(agent):
    for message in ["Write me a poem.", ""]:
        assert (await ask(agent, message)).startswith("I don't understand that. I am a small")
    assert (await ask(agent, "Who are you?")).startswith("I am a small offline stand-in")
    assert await ask(agent, "Hello") == "Hello!"


async def test_it_counts_the_messages_that_it_is_handed(agent):
    question = "How many messages have I sent?"
    async with SQLiteSession("ada") as session:
        *_, answer = await talk(agent, session, "Hello", "I like tea.", question)
    assert answer == "Messages I was given: 5. Yours: 3, including this one. Mine: 2."
    (answer,) = await talk(agent, None, question)
    assert answer == "Messages I was given: 1. Yours: 1, including this one. Mine: 0."


async def test_it_counts_one_token_for_each_word_and_mark_that_it_is_handed(agent):
    usage = (await Runner.run(agent, "It's me, Zoë!")).context_wrapper.usage
    instructions = ["Answer", "briefly", "."]
    message = ["It", "'", "s", "me", ",", "Zoë", "!"]
    assert usage.requests == 1
    assert usage.input_tokens == len(instructions) + len(message)
    assert usage.output_tokens > 0
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens


async def test_usage_grows_with_the_history(agent, reckoner):
    async with SQLiteSession("ada") as session:
        runs = [await Runner.run(agent, "Hello", session=session) for _ in range(4)]
        read = [run.context_wrapper.usage.input_tokens for run in runs]
        assert read == sorted(set(read))
        usage = (await Runner.run(reckoner, "What is 2 + 3?")).context_wrapper.usage
    assert usage.requests == 2
    asked, answered = usage.request_usage_entries
    # Of the second request, the call (its name and arguments) and its output are the new part.
    assert answered.input_tokens == asked.input_tokens + asked.output_tokens + len(["5"])


@pytest.mark.parametrize(
    "question, tool, arguments, answer",
    [
        ("12 plus -30", "add", {"a": 12, "b": -30}, "12 + -30 = -18."),
        ("17 times 23", "multiply", {"first": 17, "second": 23}, "17 * 23 = 391."),
        ("4 x 2.5", "multiply", {"first": 4, "second": 2.5}, "4 * 2.5 = 10."),
    ],
)
async def test_it_calls_the_tool_for_a_sum_and_answers_from_its_output(
    reckoner, question, tool, arguments, answer
):
    async with SQLiteSession("ada") as session:
        assert await talk(reckoner, session, question) == [answer]
        _, call, output, _ = await session.get_items()
    assert (call["type"], call["name"]) == ("function_call", tool)
    assert json.loads(call["arguments"]) == arguments
    assert (output["type"], output["call_id"]) == ("function_call_output", call["call_id"])


async def test_it_does_not_work_the_sum_out_by_itself(agent):
    @function_tool
    def add(a: float, b: float) -> float:
        return 999

    @function_tool
    def multiply(a: float, b: float) -> str:
        return "no multiplication today"

    wrong = agent.clone(tools=[add, multiply])
    assert await ask(wrong, "What is 1 + 1?") == "1 + 1 = 999."
    assert await ask(wrong, "2 * 2") == "The tool multiply answered: no multiplication today"
    assert (await ask(agent, "What is 1 + 1?")).startswith("I have no tool for 1 + 1")


@pytest.mark.parametrize("question", ["What is 7 - 2?", "What is 2 + 3 * 4?", "2 ** 3", "3 / 4"])
async def test_it_says_so_when_no_tool_suits_the_sum(reckoner, question):
    @function_tool
    def subtract_from_text(text: str, part: str) -> str:
        raise AssertionError("this is for texts")

    agent = reckoner.clone(tools=[subtract_from_text, *reckoner.tools, agents.WebSearchTool()])
    assert (await ask(agent, question)).startswith("I have no tool for")


@pytest.mark.parametrize("expression", ["20 - 5", "(2 + 3) * 4", "2 ** 10"])
async def test_a_tool_may_take_a_whole_expression(agent, expression):
    @function_tool
    def calculate(expression: str) -> str:
        return f"the same as {expression}"

    answer = await ask(agent.clone(tools=[calculate]), f"What is {expression}?")
    assert answer == f"The tool calculate answered: the same as {expression}"


async def test_a_follow_up_goes_on_from_the_last_result(reckoner):
    messages = ["17 * 23", "Thanks!", "How much is that times 2?", "Add 8 to it. And that plus 4?"]
    async with SQLiteSession("ada") as session:
        answers = await talk(reckoner, session, *messages)
    assert answers[2] == "391 * 2 = 782."
    assert answers[3] == "8 + 782 = 790. 790 + 4 = 794."
    assert "no earlier result" in await ask(reckoner, "And how much is that times 2?")


@function_tool
def look_up_order(order_number: str) -> str:
    return f"sent in\ntwo parcels ({order_number!r})."


@function_tool
def track_parcel(number: int) -> str:
    return f"on a ship ({number!r})"


@pytest.mark.parametrize(
    "question, tool, arguments, answer",
    [
        (
            "Where is order 4711?",
            "look_up_order",
            {"order_number": "4711"},
            "The tool look_up_order says about order 4711: sent in two parcels ('4711').",
        ),
        (
            "And my Order A-12?",
            "look_up_order",
            {"order_number": "A-12"},
            "The tool look_up_order says about Order A-12: sent in two parcels ('A-12').",
        ),
        (
            "Track parcel 1234",
            "track_parcel",
            {"number": 1234},
            "The tool track_parcel says about parcel 1234: on a ship (1234).",
        ),
    ],
)
async def test_it_calls_the_tool_to_look_something_up_and_says_where_it_has_it_from(
    agent, question, tool, arguments, answer
):
    clerk = agent.clone(tools=[add, track_parcel, look_up_order])
    async with SQLiteSession("ada") as session:
        assert await talk(clerk, session, question) == [answer]
        _, call, output, _ = await session.get_items()
    assert (call["type"], call["name"]) == ("function_call", tool)
    assert json.loads(call["arguments"]) == arguments
    assert output["call_id"] == call["call_id"]


async def test_a_tool_that_is_named_for_the_thing_comes_before_one_that_takes_its_number(agent):
    @function_tool
    def find(order_number: str) -> str:
        return "found"

    @function_tool
    def order_status(number: str) -> str:
        return "paid"

    question = "What is the status of order 4711?"
    both = await ask(agent.clone(tools=[find, order_status]), question)
    assert both == "The tool order_status says about order 4711: paid."
    one = await ask(agent.clone(tools=[find]), question)
    assert one == "The tool find says about order 4711: found."


async def test_without_a_tool_that_suits_it_says_so_and_calls_none(agent):
    @function_tool
    def cancel_order(order_number: str) -> str:
        raise AssertionError("nobody asked for this")

    @function_tool
    def look_up_invoice(number: str) -> str:
        raise AssertionError("this is for invoices")

    @function_tool
    def find_order(name: str, order_number: str) -> str:
        raise AssertionError("nobody told a name")

    @function_tool
    def get_order(order_number: list[str]) -> str:
        raise AssertionError("this is for several orders")

    @function_tool
    def check_order(order_number: int) -> str:
        raise AssertionError("this is for whole numbers")

    tools = [cancel_order, look_up_invoice, find_order, get_order, check_order]
    clerk = agent.clone(tools=[*tools, agents.WebSearchTool()])
    assert await ask(clerk, "Where is order 4711-B?") == "I have no tool to look up order 4711-B."
    message = "I'm Ada. What about my order 4711?"
    assert await ask(agent, message) == "Noted: you are Ada. I have no tool to look up order 4711."


async def test_it_looks_up_again_each_time_that_it_is_asked(agent):
    amounts = ["20.0", "21.5", "nothing"]

    @function_tool
    def check_order(number: str) -> str:
        return amounts.pop(0)

    question = "What about my order 4711?"
    messages = [question, "How much is that plus 1?", f"{question} And how much is that plus 1?"]
    async with SQLiteSession("ada") as session:
        answers = await talk(agent.clone(tools=[check_order, add]), session, *messages[:2])
        assert answers == ["The tool check_order says about order 4711: 20.", "20 + 1 = 21."]
        (answer,) = await talk(agent.clone(tools=[check_order]), session, messages[2])
        assert answer.startswith("The tool check_order says about order 4711: 21.5. I have no tool")
        assert "21.5 + 1" in answer
        (answer,) = await talk(agent.clone(tools=[check_order]), session, question)
    assert answer == "The tool check_order says about order 4711: nothing."


async def test_what_a_tool_answers_stays_as_it_is_unless_it_is_a_number(agent):
    @function_tool
    def find_device(number: str) -> str:
        return "runs version 2.0"

    answer = await ask(agent.clone(tools=[find_device]), "Where is device 7?")
    assert answer == "The tool find_device says about device 7: runs version 2.0."


async def test_it_hands_over_to_the_agent_that_is_asked_for(agent):
    billing = agent.clone(name="Billing Agent")
    support = agent.clone(name="Support")
    front = agent.clone(name="Front desk", handoffs=[billing, support])
    async with SQLiteSession("ada") as session:
        message = "I'm Ada. Please hand me over to billing!"
        result = await Runner.run(front, message, session=session)
        assert result.final_output == "Noted: you are Ada. You are now talking to Billing Agent."
        assert result.last_agent is billing
        assert await talk(billing, session, "Who am I?") == ["You are Ada."]
    assert (await Runner.run(front, "Can I talk to support?")).last_agent is support
    result = await Runner.run(front, "Transfer me to sales")
    assert result.last_agent is front
    assert result.final_output == "I can hand you over to Billing Agent, Support."


CONVERSATION = ["Hi, I'm Ada.", "What is 2 + 3?", "What is 2 + 3?", "Who am I?", "Who am I?"]


async def test_each_item_has_its_own_id(reckoner):
    async with SQLiteSession("ada") as session:
        await talk(reckoner, session, *CONVERSATION)
        items = await session.get_items()
    ids = [item["id"] for item in items if "id" in item]
    call_ids = [item["call_id"] for item in items if item.get("type") == "function_call"]
    assert len(call_ids) == 2
    assert len({*ids, *call_ids}) == len(ids) + len(call_ids)


async def test_the_same_conversation_gives_the_same_items_streamed_or_not(reckoner):
    async with SQLiteSession("told") as told, SQLiteSession("streamed") as streamed:
        for message in [*CONVERSATION, "Write me a poem."]:
            result = await Runner.run(reckoner, message, session=told)
            stream = Runner.run_streamed(reckoner, message, session=streamed)
            events = [event async for event in stream.stream_events()]
            raw = [event.data for event in events if event.type == "raw_response_event"]
            words = [event.delta for event in raw if isinstance(event, ResponseTextDeltaEvent)]
            assert "".join(words) == stream.final_output == result.final_output
            assert len(words) == len(result.final_output.split())
            assert stream.context_wrapper.usage == result.context_wrapper.usage
        assert await told.get_items() == await streamed.get_items()


async def test_a_stream_has_the_events_of_the_responses_api_in_order(reckoner):
    stream = Runner.run_streamed(reckoner, "What is 2 + 3?")
    events = [e.data async for e in stream.stream_events() if e.type == "raw_response_event"]
    begin, end = ["created", "output_item.added"], ["output_item.done", "completed"]
    call = ["function_call_arguments.delta", "function_call_arguments.done"]
    words = ["output_text.delta"] * 5  # "2 + 3 = 5."
    text = ["content_part.added", *words, "output_text.done", "content_part.done"]
    kinds = [event.type.removeprefix("response.") for event in events]
    assert kinds == [*begin, *call, *end, *begin, *text, *end]
    numbers = [event.sequence_number for event in events]
    assert numbers == [*range(6), *range(len(kinds) - 6)]
    assert [events[0].response.status, events[1].item.status] == ["in_progress", "in_progress"]


async def test_it_reads_text_in_every_form_that_an_item_can_have():
    assert await respond("Call me Ada. Who am I?") == "Noted: your name is Ada. Your name is Ada."
    parts = [{"type": "input_text", "text": "I'm Ada"}, {"type": "input_image", "image_url": "x"}]
    told = {"type": "message", "role": "user", "content": parts}
    asked = {"role": "user", "content": [{"type": "input_text", "text": "Who am I?"}]}
    assert await respond([told, asked]) == "You are Ada."


async def test_items_that_it_does_not_know_do_no_harm():
    odd = [
        {},
        {"type": "reasoning", "id": "r", "summary": [], "content": [{"text": "My name is Max."}]},
        {"type": "function_call", "name": "f", "arguments": "{not json", "call_id": "1"},
        {"type": "function_call_output", "call_id": "1", "output": [{"text": "x"}]},
        {"type": "function_call_output", "call_id": "of no call", "output": None},
        {"type": "function_call"},
        {"type": "from the future", "content": {"text": 5}, "role": None},
        {"role": "user", "content": None},
        {"role": "user", "content": ["a bare text", None, {"text": None}, {"type": "input_file"}]},
        {"role": "user", "content": "x" * 100_000},
        {"role": "user", "content": "\ud800 My name is"},
    ]
    assert (await respond([*odd, *WHO_AM_I])).startswith("I do not know")
    assert (await respond(odd)).startswith("I do not understand")
    assert (await respond([])).startswith("I do not understand")


async def test_an_output_type_is_refused_with_a_way_out(agent):
    class Weather(BaseModel):
        sunny: bool

    with pytest.raises(agents.UserError, match=r"cannot make a Weather.*choose another model"):
        await Runner.run(agent.clone(output_type=Weather), "Hello")


@pytest.fixture
def environment(monkeypatch):
    for name in ["OPENAI_API_KEY", "SESSION_LIB_MODEL"]:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_offline_model_is_the_default_even_if_a_key_is_set(environment):
    assert isinstance(choose_model(), OfflineModel)
    environment.setenv("OPENAI_API_KEY", "not-a-real-key")
    environment.setenv("SESSION_LIB_MODEL", "")
    assert isinstance(choose_model(), OfflineModel)


def test_openai_is_one_argument_or_one_variable_away(environment):
    environment.setenv("OPENAI_API_KEY", "not-a-real-key")
    assert isinstance(choose_model("openai"), agents.OpenAIResponsesModel)
    assert choose_model("openai:gpt-4.1").model == "gpt-4.1"
    environment.setenv("SESSION_LIB_MODEL", "openai:gpt-4.1-mini")
    assert choose_model().model == "gpt-4.1-mini"
    assert isinstance(choose_model("offline"), OfflineModel)


def test_openai_without_a_key_names_the_variable_and_the_way_out(environment):
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"OPENAI_API_KEY.*not set.*'offline'"):
            choose_model("openai")
        environment.setenv("OPENAI_API_KEY", "")


@pytest.mark.parametrize("name", ["gpt-4.1", "openai:", "offline:x", "Offline", ""])
def test_an_unknown_model_is_refused_with_the_choices(environment, name):
    with pytest.raises(ValueError, match=r"'offline', .*'openai'.*SESSION_LIB_MODEL"):
        choose_model(name)


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


def test_a_conversation_is_quiet_and_never_leaves_the_machine(environment):
    environment.delenv("OPENAI_AGENTS_DISABLE_TRACING", raising=False)
    environment.setenv("OPENAI_API_KEY", "not-a-real-key")  # with one, the SDK would send traces
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["Noted: you are Ada. You are Ada.", "False"]

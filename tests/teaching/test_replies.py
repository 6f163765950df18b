"""What the offline model makes of the items, tools and handoffs that it is given."""

import json
from typing import Any

import agents
import pytest
from agents import Agent, Runner, function_tool

from session_lib import SQLiteSession
from session_lib.teaching.models import OfflineModel


@function_tool
def add(a: int, b: int) -> int:
    return a + b


@function_tool
def multiply(first: float, second: float) -> float:
    return first * second


@pytest.fixture
def agent():
    return Agent(name="Assistant", model=OfflineModel())


@pytest.fixture
def reckoner(agent):
    return agent.clone(tools=[add, multiply])


async def talk(agent, session, *messages):
    results = [await Runner.run(agent, message, session=session) for message in messages]
    return [result.final_output for result in results]


async def ask(agent, *messages):
    """Give the agent all messages at once, as a session would."""
    items: list[Any] = [{"role": "user", "content": message} for message in messages]
    return (await Runner.run(agent, items)).final_output


async def test_it_knows_what_its_session_holds(agent):
    unknown = "I don't know your name: nothing in this conversation says it."
    told = ["My name is Ada.", "What is my name?"]
    async with SQLiteSession("ada") as ada, SQLiteSession("bob") as bob:
        assert (await talk(agent, ada, *told))[1] == "Your name is Ada."
        assert await talk(agent, bob, "What is my name?") == [unknown]
    assert (await talk(agent, None, *told))[1] == unknown


async def test_several_things_in_one_message(agent):
    message = "Hi, my name is José, I'm 36 and I live in Lima. I love jazz! How old am I?"
    assert await ask(agent, message) == (
        "Hello! Noted: your name is José; you are 36; you live in Lima; you love jazz. You are 36."
    )


async def test_the_latest_statement_wins(agent):
    told = ["I live in Oslo.", "My name is Ada.", "No, my name is Eve.", "I don't live in Oslo."]
    everything = await ask(agent, *told, "What do you know about me?")
    assert everything == "Your name is Eve. You don't live in Oslo."


async def test_no_answer(agent):
    for message in ["Write me a poem.", ""]:
        assert (await ask(agent, message)).startswith("I don't understand that. I am a small")
    assert (await ask(agent, "Who are you?")).startswith("I am a small offline stand-in")
    assert await ask(agent, "Hello") == "Hello!"


async def test_counting_messages(agent):
    question = "How many messages have I sent?"
    async with SQLiteSession("ada") as session:
        *_, answer = await talk(agent, session, "Hello", "I like tea.", question)
    assert answer == "Messages I was given: 5. Yours: 3, including this one. Mine: 2."
    (answer,) = await talk(agent, None, question)
    assert answer == "Messages I was given: 1. Yours: 1, including this one. Mine: 0."


@function_tool
def look_up_order(order_number: str) -> str:
    return f"sent in\ntwo parcels ({order_number!r})."


@function_tool
def track_parcel(number: int) -> str:
    return f"on a ship ({number!r})"


CALLS = [
    ("12 plus -30", "add", {"a": 12, "b": -30}, "12 + -30 = -18."),
    ("17 times 23", "multiply", {"first": 17, "second": 23}, "17 * 23 = 391."),
    ("4 x 2.5", "multiply", {"first": 4, "second": 2.5}, "4 * 2.5 = 10."),
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
]


@pytest.mark.parametrize("question, tool, arguments, answer", CALLS)
async def test_a_call_and_its_answer(agent, question, tool, arguments, answer):
    clerk = agent.clone(tools=[add, multiply, track_parcel, look_up_order])
    async with SQLiteSession("ada") as session:
        assert await talk(clerk, session, question) == [answer]
        _, call, output, _ = await session.get_items()
    assert (call["type"], call["name"]) == ("function_call", tool)
    assert json.loads(call["arguments"]) == arguments
    assert (output["type"], output["call_id"]) == ("function_call_output", call["call_id"])


async def test_it_does_no_sums_by_itself(agent):
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


SUMS = ["What is 7 - 2?", "What is 2 + 3 * 4?", "2 ** 3", "3 / 4", "2.5 + 1"]


@pytest.mark.parametrize("question", SUMS)
async def test_no_tool_for_a_sum(reckoner, question):
    @function_tool
    def subtract_from_text(text: str, part: str) -> str:
        raise AssertionError("this is for texts")

    agent = reckoner.clone(tools=[subtract_from_text, *reckoner.tools, agents.WebSearchTool()])
    assert (await ask(agent, question)).startswith("I have no tool for")


@pytest.mark.parametrize("expression", ["20 - 5", "(2 + 3) * 4", "2 ** 10"])
async def test_a_tool_for_whole_expressions(agent, expression):
    @function_tool
    def calculate(expression: str) -> str:
        return f"the same as {expression}"

    answer = await ask(agent.clone(tools=[calculate]), f"What is {expression}?")
    assert answer == f"The tool calculate answered: the same as {expression}"


async def test_sums_that_go_on_from_the_last(reckoner):
    messages = ["17 * 23", "Thanks!", "How much is that times 2?", "Add 8 to it. And that plus 4?"]
    async with SQLiteSession("ada") as session:
        answers = await talk(reckoner, session, *messages)
    assert answers[2] == "391 * 2 = 782."
    assert answers[3] == "8 + 782 = 790. 790 + 4 = 794."
    no_result = "I don't have an earlier result to continue from."
    assert await ask(reckoner, "And how much is that times 2?") == no_result


async def test_a_tool_named_for_it_comes_first(agent):
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


async def test_no_tool_to_look_something_up(agent):
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


async def test_each_question_is_looked_up_again(agent):
    amounts = ["20.0", "21.5", "nothing", "version 2.0"]

    @function_tool
    def check_order(number: str) -> str:
        return amounts.pop(0)

    question = "What about my order 4711?"
    messages = [question, "How much is that plus 1?", f"{question} And how much is that plus 1?"]
    said = "The tool check_order says about order 4711: "
    async with SQLiteSession("ada") as session:
        answers = await talk(agent.clone(tools=[check_order, add]), session, *messages[:2])
        assert answers == [f"{said}20.", "20 + 1 = 21."]
        (answer,) = await talk(agent.clone(tools=[check_order]), session, messages[2])
        assert answer.startswith(f"{said}21.5. I have no tool for 21.5 + 1")
        answers = await talk(agent.clone(tools=[check_order]), session, question, question)
    assert answers == [f"{said}nothing.", f"{said}version 2.0."]


async def test_handing_over(agent):
    billing = agent.clone(name='Billing "Zoë" Agent')
    support = agent.clone(name="Support")
    front = agent.clone(name="Front desk", handoffs=[billing, support])
    async with SQLiteSession("ada") as session:
        message = "I'm Ada. Please hand me over to billing!"
        result = await Runner.run(front, message, session=session)
        name = 'Billing "Zoë" Agent'
        assert result.final_output == f"Noted: you are Ada. You are now talking to {name}."
        assert result.last_agent is billing
        assert await talk(billing, session, "Who am I?") == ["You are Ada."]
    assert (await Runner.run(front, "Can I talk to support?")).last_agent is support
    result = await Runner.run(front, "Transfer me to sales")
    assert result.last_agent is front
    assert result.final_output == f"I can hand you over to {name}, Support."
    assert await ask(agent, "Transfer me to sales") == "I have nobody to hand you over to."

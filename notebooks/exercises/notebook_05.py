"""The exercises of notebook 05, agents with memory."""

import re
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import patch

from agents import Agent, Model, ModelResponse, MultiProvider, Runner, function_tool
from agents.items import TResponseStreamEvent
from openai import OpenAIError

from exercises import Answer, Exercise, conversation, prediction, returned, texts
from session_lib import OfflineModel, SQLiteSession, describe


class _Witness(OfflineModel):
    """Answers as usual, and records what it was given and which pieces it sent."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[list[Any]] = []
        self.pieces: list[str] = []

    async def get_response(
        self, system_instructions: str | None, input: str | list[Any], *args: Any, **rest: Any
    ) -> ModelResponse:
        items = [{"role": "user", "content": input}] if isinstance(input, str) else [*input]
        self.given.append(items)
        return await super().get_response(system_instructions, input, *args, **rest)

    async def stream_response(self, *args: Any, **rest: Any) -> AsyncIterator[TResponseStreamEvent]:
        async for event in super().stream_response(*args, **rest):
            if event.type == "response.output_text.delta":
                self.pieces.append(event.delta)
            yield event


@function_tool
def _add(a: int, b: int) -> int:
    return a + b


@function_tool
def _multiply(a: int, b: int) -> int:
    return a * b


async def _missing_in_pieces_as_a_list(stream_to_list: Answer) -> str | None:
    said = conversation("My name is Mary Shelley. I live in New York, New York.", "Noted.")
    # The second answer says a word twice. For the third, the model calls a tool first.
    for question in ["What is my name?", "Where do I live? What is my name?", "What is 2 + 3?"]:
        witness = _Witness()
        session = SQLiteSession("check")
        await session.add_items(said)
        agent = Agent(name="Check", model=witness, tools=[_add])
        pieces = await stream_to_list(agent, session, question)
        if not isinstance(pieces, list):
            return f"Return a list of texts. {returned(pieces)}"
        if not pieces:
            return (
                "The list is empty: start a stream, append the piece of each event that has one, "
                "and return the list after the loop."
            )
        if not all(isinstance(piece, str) for piece in pieces):
            return (
                "The list should hold texts: an event that has a piece keeps it in "
                "event.data.delta."
            )
        if not witness.given:
            return "The model was not asked: run the agent that the function is given."
        if not witness.pieces:
            return "The model was asked for the whole answer at once: use Runner.run_streamed."
        given = texts(witness.given[0])
        if given != [*texts(said), question]:
            return (
                "The model should get the session's items and the message: use the session. It "
                f"got {given!r}."
            )
        stored = texts(await session.get_items())
        if stored[2:3] != [question] or stored[-1] != "".join(witness.pieces):
            return "The session does not hold the whole answer yet: read all events of the stream."
        if pieces != witness.pieces:
            return f"To {question!r} the model sent the pieces {witness.pieces}. {returned(pieces)}"
    return None


pieces_as_a_list = Exercise(
    title="The pieces as a list",
    task="""
Write a function `stream_to_list(agent, session, message)`. It sends the message with
`Runner.run_streamed`, using the session, and reads all the events. It returns the pieces of the
text as a list, unchanged and in order.
""",
    start="""
async def stream_to_list(agent, session, message):
    pieces = []
    ...  # your code here
    return pieces
""",
    answer="stream_to_list",
    missing=_missing_in_pieces_as_a_list,
    solution="""
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces
""",
    practises=(1,),
    hint="The cell with `async for` above does this for one message. Here the names are given.",
)


async def _missing_in_calculator_that_remembers(remembering_calculator: Answer) -> str | None:
    def no_key(provider: MultiProvider, name: str | None) -> Model:
        raise OpenAIError("Missing credentials: pass an `api_key`")

    # An agent without model= would ask OpenAI. What comes of it depends on keys and proxies.
    with patch.object(MultiProvider, "get_model", no_key):
        return await _missing_in_sums(remembering_calculator)


async def _missing_in_sums(remembering_calculator: Answer) -> str | None:
    for a, b, c in [(90, 17, 3), (5, 8, 4)]:
        first, second = f"What is {a} - {b}?", f"How much is that minus {c}?"
        session = SQLiteSession("check")
        before = conversation("Hello.", "Hello!")
        await session.add_items(before)
        answer = await remembering_calculator(session, first, second)
        items = await session.get_items()
        if items[:2] != before:
            return "What the session held before the first question is gone: leave it there."
        items = items[2:]
        asked = [item["content"] for item in items if item.get("role") == "user"]
        if not asked:
            return "The session is still empty: give it to both runs."
        if asked != [first, second]:
            return f"The session should hold both questions, in two runs. It holds {asked!r}."
        called = [item["name"] for item in items if item.get("type") == "function_call"]
        results = [
            describe(item)[2] for item in items if item.get("type") == "function_call_output"
        ]
        if not results:
            return (
                "No tool was called: run an agent with `subtract` in its `tools`, and put "
                "`@function_tool` above the `def` of that."
            )
        if others := [name for name in called if name != "subtract"]:
            return f"Name the tool `subtract`. The session holds a call of `{others[0]}`."
        if results[0].removesuffix(".0") != str(a - b):
            hint = " A tool that only prints returns None." if results[0] == "None" else ""
            return f"Your tool was asked for {a} - {b}, and its result is {results[0]!r}.{hint}"
        if not isinstance(answer, str):
            return f"Return the text of the answer. {returned(answer)}"
        if answer == f"{a} - {b} = {a - b}.":
            return "That is the answer to the first question: return the answer to the second."
        if answer != f"{a - b} - {c} = {a - b - c}.":
            return f"{a} - {b} is {a - b}, and that minus {c} is {a - b - c}. {returned(answer)}"
    return None


calculator_that_remembers = Exercise(
    title="A calculator that remembers",
    task="""
Write a tool `subtract` that returns `a - b`. Then write a function
`remembering_calculator(session, first, second)`. It makes an agent with this tool and the model
`choose_model()`, asks it the question `first` and then the question `second`, both in the session,
and returns the text of the second answer. For `"What is 50 - 8?"` and `"How much is that minus 2?"`
it returns `"42 - 2 = 40."`.
""",
    start='''
@function_tool
def subtract(a: int, b: int) -> int:
    """Subtract the second number from the first."""
    ...  # your code here


async def remembering_calculator(session, first, second):
    ...  # your code here
''',
    answer="remembering_calculator",
    missing=_missing_in_calculator_that_remembers,
    solution='''
@function_tool
def subtract(a: int, b: int) -> int:
    """Subtract the second number from the first."""
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output
''',
    practises=(2,),
    hint="The cells above made the agent `calculator` with its tools, and asked it twice.",
)


async def _that_for_another_agent() -> int:
    session, model = SQLiteSession("check"), OfflineModel()
    calculator = Agent(name="Calculator", model=model, tools=[_add, _multiply])
    for question in ["What is 17 + 25?", "How much is that times 2?"]:
        await Runner.run(calculator, question, session=session)
    library = Agent(name="Library", model=model)
    result = await Runner.run(library, "How much is that plus 1?", session=session)
    found = re.search(r"(\d+) \+ 1", result.final_output)
    return int(found[1]) if found else 0


that_for_another_agent = prediction(
    "Predict a number",
    """
A cell below asks the library, in the session of the calculator: `"How much is that plus 1?"` For
which number does "that" stand then? Predict it before you run that cell. Predict `0` if you think
that the library cannot know.
""",
    _that_for_another_agent,
    answer="number",
    solution=84,
    explanation="The latest result in the session is 84, and the session belongs to no agent.",
    hint="Which results does the session of the calculator hold by now?",
    practises=(2, 3),
    wrong={
        0: "The library gets all that the session holds, whoever has put it there.",
        42: "That was the first result. Then the calculator was asked for that times 2.",
        85: "The library has no tools, so it cannot add 1. For which number does 'that' stand?",
        43: "The library has no tools, so it cannot add 1. For which number does 'that' stand?",
    },
)


async def _who_answers() -> list[str]:
    session, model = SQLiteSession("check"), OfflineModel()
    billing = Agent(name="Billing", model=model)
    triage = Agent(name="Triage", model=model, handoffs=[billing])
    result = await Runner.run(triage, "My name is Ada. Talk to billing.", session=session)
    names = []
    for agent in [triage, result.last_agent]:
        result = await Runner.run(agent, "What is my name?", session=session)
        names.append(result.last_agent.name)
    return names


who_answers = prediction(
    "Predict who answers",
    """
A cell below asks `"What is my name?"` twice in the same session: the first time it runs `triage`,
the second time `billing`. Who answers each time? Predict it before you run that cell, as a list of
two names, such as `["Reception", "Library"]`.
""",
    _who_answers,
    answer="who",
    expected="a list of two names",
    solution=["Triage", "Billing"],
    explanation="A run begins with the agent that it is given. The session names no agent.",
    hint="Which agent does each run get? Does the session say which one to use?",
    practises=(3,),
)


async def _missing_in_stay_with_the_agent(names_in: Answer) -> str | None:
    model = OfflineModel()
    refunds = Agent(name="Refunds", model=model)
    billing = Agent(name="Billing", model=model, handoffs=[refunds])
    front = Agent(name="Front desk", model=model, handoffs=[billing])
    refunds.handoffs = [billing, front]
    messages = [
        "Hello.",
        "Talk to sales.",  # where nobody is
        "Talk to billing.",
        "Thank you.",
        "Talk to refunds.",
        "Thank you.",
        "Talk to billing.",
        "Talk to refunds.",
        "Talk to the front desk.",
    ]
    session = SQLiteSession("check")
    names = await names_in(front, session, messages)
    items = await session.get_items()
    asked = [item["content"] for item in items if item.get("role") == "user"]
    if asked != messages:
        return f"The session should hold each message once, in order. It holds {asked!r}."
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return f"Return a list of texts, the names of agents. {returned(names)}"
    if len(names) != len(messages):
        return (
            f"There were {len(messages)} messages, and your list has {len(names)} names: append "
            "one after each run."
        )
    if names[:3] != ["Front desk", "Front desk", "Billing"]:
        return (
            "The front desk answered 'Hello.' and 'Talk to sales.', and billing answered 'Talk to "
            f"billing.'. Your list begins with {names[:3]!r}. Which attribute of the result says "
            "who answered?"
        )
    if names[3:] != ["Billing", "Refunds", "Refunds", "Billing", "Refunds", "Front desk"]:
        return f"After a handoff, continue with the agent that answered. Your list is {names!r}."
    if await names_in(billing, SQLiteSession("another"), ["Hello."]) != ["Billing"]:
        return "A new conversation should begin with the agent that the function is given."
    return None


stay_with_the_agent = Exercise(
    title="Stay with the agent",
    task="""
The function `names_in(agent, session, messages)` sends the messages one after the other, in the
session. The first should go to `agent`, and each of the others to the agent that answered the one
before. It should return a list with the name of the agent that answered each message. But it sends
all of them to the first agent, and does not notice who answers. Repair it.
""",
    start="""
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        names.append(agent.name)
    return names
""",
    answer="names_in",
    missing=_missing_in_stay_with_the_agent,
    solution="""
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent.name)
    return names
""",
    practises=(3,),
    kind="repair",
    hint="The result of a run has an attribute that holds the agent that answered.",
)


async def _whether_it_knows() -> str:
    session = SQLiteSession("check", session_settings={"limit": 4})
    agent = Agent(name="Check", model=OfflineModel())
    before = ["My name is Ada.", "I live in London.", "Where do I live?", "Thank you."]
    for message in [*before, "Hello again."]:
        await Runner.run(agent, message, session=session)
    result = await Runner.run(agent, "What is my name?", session=session)
    return "no" if "I don't know" in result.final_output else "yes"


knows_with_a_limit = prediction(
    "Predict what a limit loses",
    """
A cell below sends the six messages in a session that gives each run only the latest four items.
The name is said in the first message and asked in the last. Does the agent know it then? Predict it
before you run that cell: `"yes"` or `"no"`.
""",
    _whether_it_knows,
    answer="knows",
    expected='"yes" or "no"',
    solution="no",
    explanation="Before the sixth message the session holds ten items, and the name is in the "
    "first one.",
    hint="How many items are there before the last message? Is the first of them among the latest "
    "four?",
    practises=(4,),
)


def _turn_with_a_tool(number: int) -> list[Any]:
    call_id = f"call_{number}"
    arguments = f'{{"a": {number}, "b": 1}}'
    question, answer = conversation(f"What is {number} + 1?", f"{number} + 1 = {number + 1}.")
    call = {"type": "function_call", "name": "add", "arguments": arguments, "call_id": call_id}
    result = {"type": "function_call_output", "output": str(number + 1), "call_id": call_id}
    return [question, call, result, answer]


async def _missing_in_ask_at_a_low_price(ask_cheaply: Answer) -> str | None:
    question = "What is my name?"
    first = conversation("My name is Mary.", "Noted: your name is Mary.")
    middle = [item for number in range(20) for item in _turn_with_a_tool(number)]
    thanks = conversation("Thank you.", "You are welcome.")
    latest = [*thanks, *_turn_with_a_tool(50)]
    same = conversation(question, "Mary.") * 2
    # A turn may have three answers, or none, and may begin with a message that was said before.
    three, none = conversation("Hello?", "Yes?"), conversation("My name is Mary.")
    three += [*thanks[1:], *thanks[1:]]
    for before, kept in [
        ([], []),
        (first, first),
        ([*first, *_turn_with_a_tool(30)], [*first, *_turn_with_a_tool(30)]),
        ([*first, *latest], [first[0], *latest]),
        ([*first, *middle, *latest], [first[0], *latest]),
        ([*first, *same, *same], [first[0], *same]),
        ([*first, *thanks, *three, *none], [first[0], *three, *none]),
    ]:
        witness = _Witness()
        session = SQLiteSession("check")
        await session.add_items(before)
        answer = await ask_cheaply(Agent(name="Check", model=witness), session, question)
        if not witness.given:
            return "The model was not asked: run the agent that the function is given."
        wrong = _wrongly_given(
            texts(before), texts(witness.given[-1]), texts([*kept, *conversation(question)])
        )
        if wrong:
            return wrong
        if not isinstance(answer, str):
            return (
                f"The model got the right items. Return the text of the answer. {returned(answer)}"
            )
        stored = texts(await session.get_items())
        if stored[:-1] != texts([*before, *conversation(question)]):
            return (
                "The session should keep all that it held, then the new message and its answer. It "
                f"held {len(before)} items, and now {len(stored)}."
            )
        if answer != stored[-1]:
            return f"Return what the agent answered: {stored[-1]!r}. {returned(answer)}"
    return None


def _wrongly_given(before: list[str], given: list[str], expected: list[str]) -> str | None:
    turns = "the latest two turns"
    case = f"For a session of {len(before)} items, the model got {len(given)}"
    if given == expected:
        return None
    if given[-1:] != expected[-1:]:
        last = f"It was {given[-1]!r}." if given else "It got no items at all."
        return f"The last item that the model gets should be the new message. {last}"
    if before and given[0] != expected[0]:
        return "The model did not get the first item of the session, and the name is in it."
    if given.count(expected[0]) > 1 or len(given) > len(before) + 1:
        return f"{case}: the first item came twice. Are there turns to leave out at all?"
    if len(given) > len(expected):
        return f"{case}, and {len(expected)} are enough: the first item, {turns}, the new message."
    return f"{case} instead of {len(expected)}. Send {turns}, each as a whole."


ask_at_a_low_price = Exercise(
    title="Ask at a low price",
    task="""
The function `ask_cheaply(agent, session, message)` runs the agent in the session and returns the
text of its answer. The model should get the first item of the session, its latest two turns, each
as a whole, and the new message, and no item twice. So it knows a name that was said first, however
long the conversation is. If the session has two turns or fewer, the model should get all of it. But
the function counts items, not turns. Repair it.
""",
    start="""
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        return history[:1] + history[-4:] + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
    answer="ask_cheaply",
    missing=_missing_in_ask_at_a_low_price,
    solution="""
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
    practises=(4,),
    kind="repair",
    hint="`latest_turn` finds where each turn begins. The latest two turns begin at starts[-2].",
)

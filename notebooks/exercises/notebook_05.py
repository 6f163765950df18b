"""The exercises of notebook 05, agents with memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from agents import Agent, ModelResponse
from agents.items import TResponseStreamEvent

from exercises import Exercise, returned, texts
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


def _said(*messages: str) -> list[Any]:
    """Return messages as items, from the user and the assistant in turn."""
    roles = ["user", "assistant"]
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(messages)]


async def _missing_in_pieces_as_a_list(
    stream_to_list: Callable[..., Awaitable[list[str]]],
) -> str | None:
    witness = _Witness()
    session = SQLiteSession("check")
    await session.add_items(_said("My name is Mary Shelley.", "Noted."))
    question = "What is my name? Where do I live?"
    pieces = await stream_to_list(Agent(name="Check", model=witness), session, question)
    if not isinstance(pieces, list):
        return f"Return a list of texts. {returned(pieces)}"
    if not pieces:
        return "The list is empty: start a stream, and append the piece of each event that has one."
    if not all(isinstance(piece, str) for piece in pieces):
        return "The list should hold texts: an event that has a piece keeps it in event.data.delta."
    if not witness.pieces:
        return "The model was asked for the whole answer at once: use Runner.run_streamed."
    if texts(witness.given[0]) != ["My name is Mary Shelley.", "Noted.", question]:
        return "The model should get the session's items and the message: use the session."
    if texts(await session.get_items())[2:] != [question, "".join(witness.pieces)]:
        return "The session does not hold the whole answer yet: read all events of the stream."
    if pieces != witness.pieces:
        return f"The model sent {len(witness.pieces)} pieces. {returned(pieces)}"
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
    practises=(),
)


async def _missing_in_calculator_that_remembers(
    remembering_calculator: Callable[..., Awaitable[str]],
) -> str | None:
    first, second = "What is 90 - 17?", "How much is that minus 3?"
    session = SQLiteSession("check")
    answer = await remembering_calculator(session, first, second)
    items = await session.get_items()
    asked = [item["content"] for item in items if item.get("role") == "user"]
    if not asked:
        return "The session is still empty: give it to both runs."
    if asked != [first, second]:
        return f"The session should hold both questions, in two runs. It holds {asked!r}."
    called = [item["name"] for item in items if item.get("type") == "function_call"]
    results = [describe(item)[2] for item in items if item.get("type") == "function_call_output"]
    if not results:
        return "No tool was called: the agent needs subtract among its tools, with its decorator."
    if set(called) != {"subtract"}:
        return f"Name the tool subtract. The session holds a call of {called[0]}."
    if results[0].removesuffix(".0") != "73":
        return f"Your tool was asked for 90 - 17, and its result is {results[0]!r}."
    if not isinstance(answer, str):
        return f"Return the text of the answer. {returned(answer)}"
    if answer == "90 - 17 = 73.":
        return "That is the answer to the first question: return the answer to the second."
    if answer != "73 - 3 = 70.":
        return f"90 - 17 is 73, and that minus 3 is 70. {returned(answer)}"
    return None


calculator_that_remembers = Exercise(
    title="A calculator that remembers",
    task="""
Write a tool `subtract` that returns `a - b`. Then write a function
`remembering_calculator(session, first, second)`. It makes an agent with this tool, asks it the
question `first` and then the question `second`, both in the session, and returns the text of the
second answer. For `"What is 50 - 8?"` and `"How much is that minus 2?"` it returns
`"42 - 2 = 40."`.
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
    practises=(),
)


async def _missing_in_stay_with_the_agent(
    names_in: Callable[..., Awaitable[list[str]]],
) -> str | None:
    model = OfflineModel()
    refunds = Agent(name="Refunds", model=model)
    billing = Agent(name="Billing", model=model, handoffs=[refunds])
    front = Agent(name="Front desk", model=model, handoffs=[billing])
    messages = ["Hello.", "Talk to billing.", "Thank you.", "Talk to refunds.", "Thank you."]
    session = SQLiteSession("check")
    names = await names_in(front, session, messages)
    items = await session.get_items()
    if [item["content"] for item in items if item.get("role") == "user"] != messages:
        return "The session should hold all the messages: give it to each run."
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return f"Return a list of texts, the names of agents. {returned(names)}"
    if len(names) != len(messages):
        return (
            f"There were {len(messages)} messages, and your list has {len(names)} names: append "
            "one after each run. The result knows who answered."
        )
    if names[:2] != ["Front desk", "Billing"]:
        return (
            "The front desk answered 'Hello.', and billing answered 'Talk to billing.'. Your list "
            f"begins with {names[:2]!r}. Which attribute of the result says who answered?"
        )
    if names != ["Front desk", "Billing", "Billing", "Refunds", "Refunds"]:
        return f"After a handoff, continue with the agent that answered. Your list is {names!r}."
    if await names_in(billing, SQLiteSession("another"), ["Hello."]) != ["Billing"]:
        return "A new conversation should begin with the agent that the function is given."
    return None


stay_with_the_agent = Exercise(
    title="Stay with the agent",
    task="""
Write a function `names_in(agent, session, messages)` that sends the messages one after the other,
in the session. The first goes to `agent`, and each of the others to the agent that answered the one
before. Return a list with the name of the agent that answered each message.
""",
    start="""
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        ...  # your code here
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
    practises=(),
)


def _turn_with_a_tool(number: int) -> list[Any]:
    call_id = f"call_{number}"
    arguments = f'{{"a": {number}, "b": 1}}'
    question, answer = _said(f"What is {number} + 1?", f"{number} + 1 = {number + 1}.")
    call = {"type": "function_call", "name": "add", "arguments": arguments, "call_id": call_id}
    result = {"type": "function_call_output", "output": str(number + 1), "call_id": call_id}
    return [question, call, result, answer]


async def _missing_in_ask_at_a_low_price(ask: Callable[..., Awaitable[str]]) -> str | None:
    question = "What is my name?"
    first = _said("My name is Mary.", "Noted: your name is Mary.")
    middle = [item for number in range(20) for item in _turn_with_a_tool(number)]
    latest = [*_said("Thank you.", "You are welcome."), *_turn_with_a_tool(50)]
    new = _said(question)
    for before, kept in [
        ([], []),
        (first, first),
        ([*first, *_turn_with_a_tool(30)], [*first, *_turn_with_a_tool(30)]),
        ([*first, *latest], [first[0], *latest]),
        ([*first, *middle, *latest], [first[0], *latest]),
    ]:
        witness = _Witness()
        session = SQLiteSession("check")
        await session.add_items(before)
        answer = await ask(Agent(name="Check", model=witness), session, question)
        if not witness.given:
            return "The model was not asked: run the agent that the function is given."
        wrong = _wrongly_given(texts(before), texts(witness.given[-1]), texts([*kept, *new]))
        if wrong:
            return wrong
        if not isinstance(answer, str):
            return (
                f"The model got the right items. Return the text of the answer. {returned(answer)}"
            )
        if texts(await session.get_items()) != texts([*before, *_said(question, answer)]):
            return "The session should keep all that it held, then the new message and its answer."
    return None


def _wrongly_given(before: list[str], given: list[str], expected: list[str]) -> str | None:
    turns = "the latest two turns"
    case = f"For a session of {len(before)} items, the model got {len(given)}"
    if given == expected:
        return None
    if given[-1:] != expected[-1:]:
        return "The last item that the model gets should be the new message."
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
Write a function `ask_cheaply(agent, session, message)` that runs the agent in the session and
returns the text of its answer. The model gets the first item of the session, its latest two turns,
each as a whole, and the new message. So it knows a name that was said first, and a long
conversation costs no more than a short one. If the session has two turns or fewer, the model gets
all of it.
""",
    start="""
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        return history + new  # change this line, add others

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
    practises=(),
)

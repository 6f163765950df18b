"""The exercises of notebook 04, session operations."""

from collections.abc import Awaitable, Callable
from typing import Any

from exercises import Exercise, returned, texts
from session_lib import SQLiteSession


def _question(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def _answer(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "role": "assistant", "content": content, "status": "completed"}


def _tool(number: int) -> list[dict[str, Any]]:
    call_id = f"call_{number}"
    call = {"type": "function_call", "call_id": call_id, "name": "double"}
    return [
        {**call, "arguments": f'{{"number": {number}}}'},
        {"type": "function_call_output", "call_id": call_id, "output": str(2 * number)},
    ]


async def _missing_in_find_the_last_answer(
    last_answer: Callable[..., Awaitable[str | None]],
) -> str | None:
    session = SQLiteSession("check")
    await session.add_items([_question("Is it raining?"), _answer("It is dry.")])
    await session.add_items([_question("Is it cold?"), _answer("It is warm.")])
    found = await last_answer(session)
    if not isinstance(found, str):
        return f"The session has two answers. Return the text of the latest. {returned(found)}"
    if found == "It is dry.":
        return "That is the first answer. The latest is at the other end of the list."
    if found != "It is warm.":
        return f"The latest answer is 'It is warm.'. {returned(found)}"
    await session.add_items([_question("Double 4."), *_tool(4)])
    found = await last_answer(session)
    if found != "It is warm.":
        return (
            "After the latest answer, 'It is warm.', came a question, a tool call and its result. "
            f"None of these is an answer. {returned(found)}"
        )
    for items in [[], [_question("Are you there?")]]:
        session = SQLiteSession("check")
        await session.add_items(items)
        found = await last_answer(session)
        if found is not None:
            return f"If there is no answer in the session, return None. {returned(found)}"
    return None


find_the_last_answer = Exercise(
    title="Find the last answer",
    task="""
Write a function `last_answer(session)` that returns the text of the agent's latest answer. Other
items may come after it. If there is no answer at all, return `None`. An answer is an item whose
role is `"assistant"` and whose kind is `"message"`: a tool call has the same role, and is not an
answer.
""",
    start="""
async def last_answer(session):
    for item in await session.get_items():
        role, kind, text = describe(item)
        ...  # your code here
""",
    answer="last_answer",
    missing=_missing_in_find_the_last_answer,
    solution="""
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text
    return None
""",
    practises=(),
)


async def _missing_in_correct_a_turn(correct: Callable[..., Awaitable[str]]) -> str | None:
    first = [_question("My name is Mary."), _answer("Noted.")]
    last_turns = {
        "a question with its answer": [_question("Where do I live?"), _answer("I do not know.")],
        "one with a tool call": [
            _question("Double 4."),
            *_tool(4),
            _answer("That makes 8."),
        ],
        "one with two tool calls": [
            _question("Double 4, and 5."),
            *_tool(4),
            *_tool(5),
            _answer("8."),
        ],
        "a question without an answer": [_question("Are you there?")],
    }
    for what, last_turn in last_turns.items():
        session = SQLiteSession("check")
        await session.add_items([*first, *last_turn])
        answer = await correct(session, "What is my name?")
        items = await session.get_items()
        said = texts(items)
        if said[-2:-1] != ["What is my name?"]:
            return "The new message and its answer should be at the end of the session: ask again."
        if items[:2] != first:
            return "The turn before the last one is gone too: take back only one turn."
        if len(items) > 4:
            return f"The last turn was {what}. Its {said[2]!r} is still there."
        if answer != said[-1]:
            return f"The session is right. Now return the text of the answer. {returned(answer)}"
    session = SQLiteSession("check")
    await correct(session, "What is my name?")
    if len(await session.get_items()) != 2:
        return "In an empty session there is nothing to take back: only ask."
    return None


correct_a_turn = Exercise(
    title="Correct a turn",
    task="""
Write a function `correct(session, message)` that takes back the last turn, however many items it
has, then asks `message` and returns the answer. The turns before the last one stay. In an empty
session it only asks.
""",
    start="""
async def correct(session, message):
    ...  # take back the last turn here
    return await ask(session, message)
""",
    answer="correct",
    missing=_missing_in_correct_a_turn,
    solution="""
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    return await ask(session, message)
""",
    practises=(),
)


async def _missing_in_import_a_chat(import_chat: Callable[..., Awaitable[Any]]) -> str | None:
    pairs: list[tuple[str, Any]] = [("Is it raining?", "No."), ("And tomorrow?", "Yes.")]
    session = SQLiteSession("check")
    await import_chat(session, pairs)
    items = await session.get_items()
    if not items:
        return "The session is empty: make two items from each pair, and add them."
    if texts(items) != ["Is it raining?", "No.", "And tomorrow?", "Yes."]:
        return f"For the pairs {pairs}, the session says {texts(items)}."
    if [item.get("role") for item in items] != ["user", "assistant"] * 2:
        return "The texts are right. A question has the role 'user', an answer 'assistant'."
    for bad in [{"because"}, float("nan")]:
        session = SQLiteSession("check")
        await session.add_items([_question("Hello.")])
        try:
            await import_chat(session, [*pairs, ("Why?", bad), *pairs])
        except (TypeError, ValueError):
            refused = True
        else:
            refused = False
        more = len(await session.get_items()) - 1
        if more < 0:
            return "After an error, the item that was in the session before is gone."
        if more:
            return f"The third of five pairs was bad, and {more} items were stored, not none."
        if not refused:
            return "The third of five pairs was bad, and no error reached the caller: let it fail."
    return None


import_a_chat = Exercise(
    title="Import a chat",
    task="""
Write a function `import_chat(session, pairs)` that adds an older chat to a session. `pairs` is a
list such as `[("Is it raining?", "No."), ("And tomorrow?", "Yes.")]`: questions of the user, each
with its answer. If one of them cannot be stored, nothing is stored, and the error of `add_items`
reaches the caller.
""",
    start="""
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        ...  # your code here
""",
    answer="import_chat",
    missing=_missing_in_import_a_chat,
    solution="""
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await session.add_items(items)
""",
    practises=(),
)

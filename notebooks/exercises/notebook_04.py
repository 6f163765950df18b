"""The exercises of notebook 04, session operations."""

from typing import Any

from exercises import Answer, Exercise, choice, new_file, prediction, returned, texts
from session_lib import SQLiteSession, describe


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


async def _session_of(*items: dict[str, Any]) -> SQLiteSession:
    session = SQLiteSession("check")
    await session.add_items([*items])
    return session


async def _roles_of_three() -> list[str]:
    session = SQLiteSession("check")
    for number in range(3):
        await session.add_items([_question(f"{number}?"), _answer(f"{number}.")])
    return [describe(item)[0] for item in await session.get_items(3)]


roles_with_a_limit = prediction(
    "Predict what a limit gives",
    """
A cell below asks for the latest three items. Which roles do they have, from the first to the last?
Predict it before you run that cell, as a list such as `["user", "user", "user"]`.
""",
    _roles_of_three,
    answer="roles",
    expected="a list of three roles",
    solution=["assistant", "user", "assistant"],
    explanation="The latest three items are an answer, and the question and the answer after it.",
    hint="Look at the chat above: which are its last three lines, and who says each?",
    practises=(1,),
)


async def _missing_in_find_the_last_answer(last_answer: Answer) -> str | None:
    dry, warm = _answer("It is dry."), {"role": "assistant", "content": "It is warm."}
    items = [_question("Is it raining?"), dry, _question("Is it cold?"), warm]
    session = await _session_of(*items)
    found = await last_answer(session)
    if not isinstance(found, str):
        return f"The session has two answers. Return the text of the latest. {returned(found)}"
    if found == "It is dry.":
        return "That is the first answer. The latest is at the other end of the list."
    if found != "It is warm.":
        return f"The latest answer is 'It is warm.'. {returned(found)}"
    if await session.get_items() != items:
        return "The session has changed: read its items, and take none away."
    after = {
        "a question": _question("Double 4."),
        "a tool call": _tool(4)[0],
        "a tool result": _tool(4)[1],
        "a message with the role 'system'": {"role": "system", "content": "Be brief."},
    }
    for what, item in after.items():
        session = await _session_of(*items, item)
        found = await last_answer(session)
        if await session.get_items() != [*items, item]:
            return "The session has changed: read its items, and take none away."
        if found != "It is warm.":
            return (
                f"After the latest answer, 'It is warm.', came {what}, which is no answer. "
                f"{returned(found)}"
            )
    later = [item for number in range(60) for item in _tool(number)]
    found = await last_answer(await _session_of(*items, *later))
    if found != "It is warm.":
        return f"After the latest answer came {len(later)} other items. {returned(found)}"
    found = await last_answer(await _session_of(_question("Is it raining?"), dry))
    if found != "It is dry.":
        return f"The only answer in another session is 'It is dry.'. {returned(found)}"
    for items in [[], [_question("Are you there?")], _tool(4)]:
        found = await last_answer(await _session_of(*items))
        if found is not None:
            return f"If there is no answer in the session, return None. {returned(found)}"
    return None


find_the_last_answer = Exercise(
    title="Find the last answer",
    task="""
Write a function `last_answer(session)` that returns the text of the agent's latest answer. An
answer is an item whose role is `"assistant"` and whose kind is `"message"`: a tool call has the
same role, and is no answer. Any number of other items may come after it. If there is no answer at
all, return `None`. The session stays as it is.
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
    practises=(1,),
    hint="reversed(...) goes through a list from its end. Return at the first answer you find.",
)


async def _kind_after_two_pops() -> str:
    question, answer = _question("Double 4."), _answer("That makes 8.")
    session = await _session_of(question, *_tool(4), answer)
    for _ in range(2):
        await session.pop_item()
    role, kind, _text = describe((await session.get_items())[-1])
    return {"user": "question", "assistant": "answer"}[role] if kind == "message" else kind


kind_after_two_pops = prediction(
    "Predict what two pops leave",
    """
Grace meant 17 times 32. In the last section, two pops took back a whole turn of hers. A cell below
pops two items again, and shows what is left. What is the last item then? Predict it before you run
that cell: `"question"`, `"tool call"`, `"tool result"` or `"answer"`.
""",
    _kind_after_two_pops,
    answer="last_item",
    expected='"question", "tool call", "tool result" or "answer"',
    solution="tool call",
    explanation="Two pops remove the answer and the tool result. The call comes before these.",
    hint="Cover the last two of the four items above. Which one is the last now?",
    practises=(3,),
    wrong={"answer": "The first of the two pops removes the answer."},
)


async def _missing_in_correct_a_turn(correct: Answer) -> str | None:
    first = [_question("My name is Mary."), _answer("Noted.")]
    many = [item for number in range(30) for item in _tool(number)]
    last_turns = {
        "a question with its answer": [_question("Where do I live?"), _answer("I do not know.")],
        "one with a tool call": [_question("Double 4."), *_tool(4), _answer("That makes 8.")],
        "one with two tool calls": [
            _question("Double 4, and 5."),
            *_tool(4),
            *_tool(5),
            _answer("8."),
        ],
        "one with 30 tool calls": [_question("Double it all."), *many, _answer("Done.")],
        "a question without an answer": [_question("Are you there?")],
        "one with an answer that was added by hand": [
            _question("Is it raining?"),
            {"role": "assistant", "content": "No."},
        ],
        "the same as the turn before it": first,
    }
    for what, last_turn in last_turns.items():
        session = await _session_of(*first, *last_turn)
        answer = await correct(session, "What is my name?")
        items = await session.get_items()
        said = texts(items)
        if said[-2:-1] != ["What is my name?"]:
            return (
                "The new message and its answer should be at the end of the session: take back, "
                f"and then ask. The session ends with {said[-2:]!r}."
            )
        if items[:2] != first:
            return (
                f"The last turn was {what}. The turn before it is gone too: take back only one "
                "turn."
            )
        if said.count("What is my name?") > 1:
            return f"Ask once. The session holds {said!r}."
        if len(items) > 4:
            return f"The last turn was {what}. Its {said[2]!r} is still there."
        if answer != said[-1]:
            return f"The session is right. Now return the text of the answer. {returned(answer)}"
    session = SQLiteSession("check")
    answer = await correct(session, "Where do I live?")
    said = texts(await session.get_items())
    if said != ["Where do I live?", answer]:
        return (
            "The session was empty: there is nothing to take back, only ask 'Where do I live?'. "
            f"Now it holds {said!r}."
        )
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
    practises=(3,),
    hint="The loop above did this for Grace. It needs no print, and pops from `session`.",
)


async def _missing_in_forget_on_command(chat: Answer) -> str | None:
    with new_file() as path:
        others = [_question("Is it raining?"), _answer("No.")]
        async with SQLiteSession("user_mary", path) as session, SQLiteSession("other", path) as one:
            await one.add_items(others)
            return await _missing_in_chat(chat, session) or (
                None
                if await one.get_items() == others
                else "Another session in the same file should stay as it is, and has lost items."
            )


async def _missing_in_chat(chat: Answer, session: SQLiteSession) -> str | None:
    for message in ["My name is Mary.", "What does /new do?"]:
        answer = await chat(session, message)
        said = texts(await session.get_items())
        if said[-2:] != [message, answer]:
            return (
                f"Send {message!r} to the agent, and return the answer. {returned(answer)} The "
                f"session holds {said!r}."
            )
    if len(said) != 4:
        return f"Only '/new' makes it forget. After two messages the session holds {said!r}."
    for _ in range(2):  # the second time in a session that is empty
        answer = await chat(session, "/new")
        try:
            said = texts(await session.get_items())
        except RuntimeError as error:
            return f"After '/new', an operation on the session raises: {error}."
        if said:
            return f"After '/new' the session should hold nothing. It holds {said!r}."
        if answer != "A new conversation.":
            return f"For '/new', return 'A new conversation.'. {returned(answer)}"
    answer = await chat(session, "What is my name?")
    said = texts(await session.get_items())
    if said != ["What is my name?", answer]:
        return (
            "After '/new', the conversation goes on in the same session, and 'What is my name?' "
            f"is its first message. It holds {said!r}. {returned(answer)}"
        )
    return None


forget_on_command = Exercise(
    title="Find the mistake",
    task="""
In a chat, the message `/new` should begin a new conversation: `chat(session, message)` then forgets
all that the session holds, and returns `"A new conversation."`. It sends any other message to the
agent, and returns the answer. But the first message after `/new` fails. Find the mistake, and
repair the function.
""",
    start="""
async def chat(session, message):
    if message == "/new":
        await session.close()
        return "A new conversation."
    return await ask(session, message)
""",
    answer="chat",
    missing=_missing_in_forget_on_command,
    solution="""
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        return "A new conversation."
    return await ask(session, message)
""",
    practises=(4,),
    kind="repair",
    hint="Closing ends the object, and forgets nothing of what is in the file.",
)


async def _items_after_an_error() -> int:
    session = SQLiteSession("check")
    try:
        for item in [_question("Is it raining?"), "No."]:
            await session.add_items([item])
    except TypeError:
        pass
    return len(await session.get_items())


items_after_an_error = prediction(
    "Predict what is stored",
    """
A cell below adds a message and its answer, each with a call of its own. The answer is a text, and
not a dict. How many items does the session `half` hold after the error? Predict it before you run
that cell.
""",
    _items_after_an_error,
    answer="how_many",
    solution=1,
    explanation="The first call had stored its item before the second one failed.",
    hint="Which calls of `add_items` are there, and which of them fails?",
    practises=(5,),
    wrong={
        0: "That would be so if both items were in one call.",
        2: "A text is refused, as it was in the batch.",
    },
)


async def _missing_in_import_a_chat(import_chat: Answer) -> str | None:
    pairs: list[tuple[str, Any]] = [("Is it raining?", "No."), ("And tomorrow?", "Yes.")]
    pairs.append(("Is it raining?", "Still no."))
    session = await _session_of(_question("Hello."))
    await import_chat(session, pairs)
    items = await session.get_items()
    if items[:1] != [_question("Hello.")]:
        return f"The session held 'Hello.' before, which should stay first: {texts(items)}."
    if not items[1:]:
        return "Nothing was added: make two items from each pair, and add them."
    if texts(items[1:]) != [text for pair in pairs for text in pair]:
        return f"For the pairs {pairs}, your function added {texts(items[1:])}."
    if [item.get("role") for item in items[1:]] != ["user", "assistant"] * 3:
        return "The texts are right. A question has the role 'user', an answer 'assistant'."
    for place, bad in [(2, {"because"}), (2, float("nan")), (0, ("a", "tuple"))]:
        session = await _session_of(_question("Hello."))
        given = [*pairs[:place], ("Why?", bad), *pairs]
        which = f"The answer in pair {place + 1} of {len(given)} is {bad!r}"
        raised = None
        try:
            await import_chat(session, given)
        except Exception as error:
            raised = error
        items = await session.get_items()
        if items[:1] != [_question("Hello.")]:
            return "After an error, the item that was in the session before is gone."
        if items[1:]:
            return f"{which}. All the same, {len(items) - 1} items were stored: store none."
        if raised is None:
            return f"{which}. No error reached the caller: let `add_items` fail."
        if not str(raised).startswith("items["):
            return (
                f"{which}. What reached the caller is {type(raised).__name__}: {raised}. Let the "
                "error of `add_items` through instead."
            )
    return None


import_a_chat = Exercise(
    title="Import a chat",
    task="""
Write a function `import_chat(session, pairs)` that adds a chat from elsewhere at the end of a
session. `pairs` is a list such as `[("Is it raining?", "No."), ("And tomorrow?", "Yes.")]`:
questions of the user, each with its answer. If any of these texts cannot be stored, nothing is
stored, and the error of `add_items` reaches the caller.
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
    practises=(2, 5),
    hint="Collect all items in the list first. Then one call adds them.",
)


read_an_error = choice(
    "Read an error",
    """
Somebody added three items to an empty session, in one call. The content of `source` is a tuple.
What helps?

```
await session.add_items([question, answer, source])

TypeError: items[2]['content'] is a tuple; JSON holds dict, list, str, int, float, bool and None
```
""",
    {
        "a": (
            "make a new session, and add all three items to that",
            "The session is fine, and would refuse the tuple again.",
        ),
        "b": (
            "make `source`'s content a list, and add only `source`: the others are stored already",
            "A call stores all of its items or, on an error, none.",
        ),
        "c": (
            "make `source`'s content a list, and add all three items in one call again",
            "JSON has no tuples. Nothing of the first call was stored, so nothing comes twice.",
        ),
        "d": (
            "clear the session, make `source`'s content a list, and add it alone",
            "There is nothing to clear, and the other two items would be missing.",
        ),
    },
    "c",
    answer="what_helps",
    practises=(5,),
    kind="read",
)

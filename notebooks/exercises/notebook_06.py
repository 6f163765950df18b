"""The exercises of notebook 06, long conversations."""

import json
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from agents import Agent, Runner
from openai import BadRequestError

from exercises import (
    Answer,
    Exercise,
    choice,
    conversation,
    line_order,
    prediction,
    returned,
    texts,
)
from session_lib import OfflineModel, SQLiteSession, choose_model, describe


def _looked_up(number: str) -> list[Any]:
    """Return a turn in which a tool was used."""
    call = {"type": "function_call", "name": "look_up", "call_id": f"call_{number}"}
    return [
        *conversation(f"Where is order {number}?"),
        call | {"arguments": json.dumps({"order": number})},
        {"type": "function_call_output", "call_id": f"call_{number}", "output": "on its way"},
        {"role": "assistant", "content": f"Order {number} is on its way."},
    ]


async def _times_that_it_is_read() -> str:
    agent = Agent(name="Assistant", model=choose_model())
    items, read = conversation("Hello.", "Hello!") * 68, []
    for end in range(1, len(items), 2):
        result = await Runner.run(agent, items[:end])
        read.append(result.context_wrapper.usage.input_tokens)
    times = sum(read) / read[-1]
    return min("2", "35", "68", key=lambda option: abs(int(option) - times))


how_often_it_is_read = prediction(
    "Predict a price",
    """
A cell below has the agent answer all 68 messages. For each, the model reads what was said so far.
Roughly how many times does it read the whole conversation, all told: `"2"`, `"35"` or `"68"` times?
Predict it before you run that cell.
""",
    _times_that_it_is_read,
    answer="how_often",
    expected='"2", "35" or "68"',
    solution="35",
    explanation="""
The first message was sent with nothing before it, the last one with everything. On average it was
half of the conversation, and half of 68 is about 35.
""".strip(),
    hint="How much was sent with the first message, how much with the last, and on average?",
    practises=(1,),
    wrong={
        "68": "Only the last message was sent with everything, and the first one with nothing.",
        "2": "It was read 68 times: a small part at first, half of it later, all of it at last.",
    },
)


result_without_its_call = choice(
    "Read an error",
    """
A program cuts a history with a function of its own, and OpenAI's API refuses it with these words.
What happened?

```
openai.BadRequestError: Error code: 400 - {'error': {'message': 'No tool call found for function
call output with call_id call_51.', 'type': 'invalid_request_error', 'param': 'input', ...}}
```
""",
    {
        "a": (
            "The agent has no tool of the name `call_51`.",
            "`call_51` names no tool: it is the id of one call, which its result has too.",
        ),
        "b": (
            "The tool has failed, so there is no result.",
            "There is a result: the error calls it a function call output.",
        ),
        "c": (
            "The list has the result of a tool, and the call before it was cut off.",
            "The result refers to a call that is not in the list. Cut where a turn begins, and "
            "both are in it or neither is.",
        ),
        "d": (
            "The list is too long for the model.",
            "The error says nothing about the length. A shorter list can have the same fault.",
        ),
    },
    "c",
    answer="happened",
    practises=(2,),
    kind="read",
)


async def _missing_in_keep_whole_turns(latest_turns: Answer) -> str | None:
    first, tool = conversation("My name is Mary.", "Noted."), _looked_up("4711")
    # Two messages without an answer are two turns.
    rest = [
        *conversation("Thank you."),
        *conversation("Hello?"),
        *conversation("Thank you.", "You are welcome."),
    ]
    items = [*first, *tool, *rest]
    for count, expected in [
        (1, items[-2:]),
        (3, rest),
        (4, [*tool, *rest]),
        (5, items),
        (9, items),
    ]:
        case = f"For a conversation of 5 turns and a count of {count}"
        given = [*items]
        found = await latest_turns(given, count)
        if not isinstance(found, list):
            return f"{case}, return a list of items. {returned(found)}"
        if any(isinstance(one, list) for one in found):
            return f"{case}, your list holds lists, the turns: return their items, in one list."
        if found != expected and sorted(map(str, found)) == sorted(map(str, expected)):
            return f"{case}, return the same items in the order in which they were said."
        if found != expected:
            return f"{case}, return {_counted(expected)}. It returned {_counted(found)}."
        if given != items:
            return "Your function has changed the list that it was given. Make a new one."
    if (found := await latest_turns([], 2)) != []:
        return f"For no items at all, return an empty list. {returned(found)}"
    return None


def _counted(items: list[Any]) -> str:
    if not items:
        return "an empty list"
    if not all(isinstance(item, dict) for item in items):
        return "something else than items"
    begin, *_, end = texts([items[0], items[-1]])
    return f"{len(items)} items, from {begin!r} to {end!r}" if items[1:] else f"only {begin!r}"


keep_whole_turns = Exercise(
    title="Keep whole turns",
    task="""
Write a function `latest_turns(items, count)`. It returns the items of the latest `count` turns as
one list, in the order in which they were said, or all items if there are fewer turns. `turns_of`
cuts items into turns.
""",
    start="""
def latest_turns(items, count):
    return items[-count:]  # change this line, add others
""",
    answer="latest_turns",
    missing=_missing_in_keep_whole_turns,
    solution="""
def latest_turns(items, count):
    latest = turns_of(items)[-count:]
    return [item for turn in latest for item in turn]
""",
    practises=(2,),
    hint="turns_of(items)[-count:] has the latest turns, each a list. Make one list of them.",
    used_later=True,
)


async def _missing_in_repair_the_facts(facts_and_latest: Answer) -> str | None:
    thanks = conversation("Thank you.", "You are welcome.")
    old = conversation("My name is Mary.", "Noted.")
    middle = [
        *thanks,
        *_looked_up("4711"),
        *conversation("My cats are Tom and Kim.", "Noted."),
        *thanks,
    ]
    latest = [*_looked_up("4712"), *conversation("I live in Rome.", "Noted."), *thanks, *thanks[:1]]
    new = [*conversation("Hello again."), *conversation("What is my name?")]
    for history, kept in [
        ([*old, *middle, *latest], [old[0], middle[6], *latest]),
        ([*old, *latest], [old[0], *latest]),
        (latest, latest),
        (old, old),
        ([], []),
    ]:
        # In a session, messages that read the same are still different objects.
        found = await facts_and_latest([{**item} for item in history], [*new])
        if found != [*kept, *new]:
            return _wrong_in_facts(found, [*kept, *new])
    return None


def _wrong_in_facts(found: Any, expected: list[Any]) -> str:
    if not isinstance(found, list):
        return f"Return a list of items. {returned(found)}"
    if not all(isinstance(item, dict) for item in found):
        return f"Return items as they are in the history. {returned(found)}"
    said = f"Your function returned {_quoted(texts(found))}."
    for item in expected:
        text = describe(item)[2]
        if item not in found:
            return f"{text!r} is missing. {said}"
        if found.count(item) < expected.count(item):
            return f"{text!r} was said more than once, and each of them counts. {said}"
    for item in found:
        text = describe(item)[2]
        if item not in expected:
            return f"{text!r} is no fact, and in none of the latest four turns. {said}"
        often, right = found.count(item), expected.count(item)
        if often > right:
            return f"{text!r} should come {_often(right)}, not {_often(often)}. {said}"
    return f"The order is not that in which it was said. {said}"


def _often(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _quoted(said: list[str]) -> str:
    """Quote what was said, and of much only the beginning."""
    if not said:
        return "nothing"
    quoted = [repr(textwrap.shorten(text, 60, placeholder=" ...")) for text in said[:20]]
    more = [f"and {len(said) - 20} more"] if said[20:] else []
    return ", ".join([*quoted, *more])


repair_the_facts = Exercise(
    title="Find the mistakes",
    task="""
The function `facts_and_latest(history, new)` is made for a `session_input_callback`. It should
return all facts in `history`, whatever their age, all items of the latest four turns, and the new
items: in the order in which they were said, and no item twice. It has two mistakes. Repair it.
""",
    start="""
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    facts = [item for item in history if is_fact(item)]
    return latest + facts + new
""",
    answer="facts_and_latest",
    missing=_missing_in_repair_the_facts,
    solution="""
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    facts = [item for item in older if is_fact(item)]
    return facts + latest + new
""",
    practises=(3,),
    kind="repair",
    hint="""
A fact can be in the latest turns too. Look for facts in the items before those: these are the first
len(history) - len(latest) items of the history.
""".strip(),
    used_later=True,
    may_be_async=True,  # as a session_input_callback
)


@contextmanager
def _inputs() -> Iterator[list[list[str]]]:
    """Collect what the offline model is asked, as texts."""
    given: list[list[str]] = []
    plain = OfflineModel.get_response

    async def get_response(
        model: Any, system_instructions: Any, input: str | list[Any], *args: Any, **rest: Any
    ) -> Any:
        given.append([input] if isinstance(input, str) else texts(input))
        return await plain(model, system_instructions, input, *args, **rest)

    with patch.object(OfflineModel, "get_response", get_response):
        yield given


async def _what_is_known(items: list[Any]) -> str:
    agent = Agent(name="Check", model=OfflineModel())
    result = await Runner.run(agent, [*items, *conversation("What do you know about me?")])
    return str(result.final_output)


async def _missing_in_renew_the_summary(renew: Answer) -> str | None:
    news = [
        *conversation("My cat is old.", "Noted."),
        *conversation("I live in Oslo.", "Noted."),
        *conversation("Bye."),
    ]
    for before, items in [
        ("The user's name is Mary. The user lives in Rome.", news),
        ("The user's name is Grace. The user lives in Lima.", []),
        ("The user's name is Ada.", news[:2]),
    ]:
        old = {"role": "system", "content": before}
        given = [*items]
        with _inputs() as asked:
            new = await renew({**old}, given)
        if given != items:
            return "Your function has changed the list that it was given. Make a new one."
        if not asked:
            return f"The agent was not asked. {returned(new)}"
        if len(asked) > 1:
            return f"One question is enough, and your function asked the agent {len(asked)} times."
        expected = texts([old, *items, *conversation("What do you know about me?")])
        if asked[0] != expected:
            return _wrong_input(asked[0], expected)
        if not isinstance(new, dict) or new.get("role") != "system":
            return f"The agent was asked. Now give its answer to `summary_of`. {returned(new)}"
        known = await _what_is_known([old, *items])
        if await _what_is_known([new]) != known:
            return f"The agent answered {known!r}. Give that to `summary_of`. {returned(new)}"
    return None


def _wrong_input(given: list[str], expected: list[str]) -> str:
    said = f"The agent got {_quoted(given)}."
    for text in expected:
        if text not in given:
            return f"Send it {text!r} too. {said}"
    for text in given:
        if text not in expected:
            return f"Nothing but the summary, the items and the question is needed. {said}"
    return f"It should get the summary, the items and the question in this order. {said}"


renew_the_summary = Exercise(
    title="Renew the summary",
    task="""
Write a function `renew(summary, items)`. It sends the agent the old summary, then `items`, then the
`question` from above, and nothing else. It returns a new summary, an item as `summary_of` makes it.
""",
    start="""
async def renew(summary, items):
    return summary  # change this line, add others
""",
    answer="renew",
    missing=_missing_in_renew_the_summary,
    solution="""
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return summary_of(result.final_output)
""",
    practises=(4,),
    hint="The first summary was made in the same way, from [*items, question].",
    used_later=True,
)


async def _missing_in_compact_a_copy(compacted_copy: Answer) -> str | None:
    session = SQLiteSession("check")
    items = [*conversation("My name is Mary.", "Noted."), *_looked_up("4711")]
    await session.add_items(items)
    try:
        copy = await compacted_copy(session)
    except BadRequestError as error:
        return f"A session was compacted that held nothing yet. The server said: {error}."
    if await session.get_items() != items:
        return "The conversation that was given has changed. Compact the copy, and not this one."
    if not hasattr(copy, "get_items"):
        return f"Return the copy, which is a session. {returned(copy)}"
    found = await copy.get_items()
    if [item.get("type") for item in found] != ["message", "message", "compaction"]:
        return f"The copy is not compacted: it holds {_quoted(texts(found))}."
    return None


compact_a_copy = line_order(
    "Put lines in order",
    """
Here are the lines of a function `compacted_copy(session)`, in the wrong order. It makes a copy of a
conversation, compacts the copy and returns it. The conversation itself stays as it was. One line
does not belong: leave it out, and put the others in order.
""",
    {
        "A": '    await compacting(copy).run_compaction({"force": True})',
        "B": "    return copy",
        "C": "    await copy.add_items(await session.get_items())",
        "D": "async def compacted_copy(session):",
        "E": '    await compacting(session).run_compaction({"force": True})',
        "F": '    copy = SQLiteSession("copy")',
    },
    "compacted_copy",
    _missing_in_compact_a_copy,
    answer="lines",
    solution="DFCAB",
    explanation="The copy has to be there and full before it is compacted.",
    hint="Two lines compact something. Only one of them leaves the conversation as it was.",
    practises=(5,),
)


choose_a_way = choice(
    "Choose a way",
    """
A language school runs an agent on a model of its own, which is not OpenAI's. Learners talk with it
for months, and talk about themselves in words that nobody can foresee. The agent should know that,
but a whole conversation does not fit into the model. Which way do you choose?
""",
    {
        "a": (
            "the latest twenty turns",
            "Whatever was told more than twenty turns ago is forgotten, as the table shows.",
        ),
        "b": (
            "facts by a pattern, and the latest turns",
            "A pattern finds the words that you have foreseen. It has missed the ferry.",
        ),
        "c": (
            "a summary that is renewed every few turns, and the latest turns",
            "A model reads whatever words there are, and what was told since the last summary is "
            "in the latest turns or in the next summary. Measure now and then whether it is.",
        ),
        "d": (
            "compaction with `OpenAIResponsesCompactionSession`",
            "What a compaction leaves can be read by OpenAI's models only.",
        ),
    },
    "c",
    answer="way",
    practises=(6,),
)

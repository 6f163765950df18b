"""The exercises of notebook 01, temporary sessions."""

from typing import Any

from agents import Agent, Runner

from exercises import Answer, Exercise, choice, prediction, returned, texts
from session_lib import SQLiteSession, choose_model

why_it_forgets = choice(
    "Say why",
    """
The agent above did not know your name, although you had said it in the run before. Why?
""",
    {
        "a": (
            "The stand-in is too small a model. A large one would have known.",
            "No model, however large, knows what it was not sent.",
        ),
        "b": (
            "The second run sent the model your question, and nothing of the first run.",
            "A model knows what it is sent, and the list above shows all that was sent.",
        ),
        "c": (
            "The agent is made anew for each run.",
            "Both runs used the same agent. An agent keeps no messages.",
        ),
        "d": (
            "Too much time had passed between the runs.",
            "Nothing in a run depends on when the one before it was.",
        ),
    },
    "b",
    answer="because",
    practises=(1,),
)


async def _missing_in_remember_a_drink(order: Answer) -> str | None:
    session = SQLiteSession("check")
    answer = await order(session)
    said = texts(await session.get_items())
    if not said:
        return "The session is still empty: give it to both runs."
    if said[0] != "My favourite drink is cocoa.":
        return f"The first message is {said[0]!r}. Name the drink first, in the words of the task."
    if len(said) < 3:
        return "The session knows the drink, but holds no question: give it to both runs."
    if said[2] != "What is my favourite drink?":
        return f"Ask 'What is my favourite drink?'. Your second message is {said[2]!r}."
    if said[4:]:
        return f"Two runs are enough. The session holds {said!r}."
    if answer != said[3]:
        return f"Both runs are in the session. Now return the answer's text. {returned(answer)}"
    return None


remember_a_drink = Exercise(
    title="Remember a drink",
    task="""
Write a function `order(session)`. It tells the agent `"My favourite drink is cocoa."`, then asks
`"What is my favourite drink?"`, and returns the text of the answer. The agent can only know the
drink if both runs use the session.
""",
    start="""
async def order(session):
    ...  # your code here
""",
    answer="order",
    missing=_missing_in_remember_a_drink,
    solution="""
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output
""",
    practises=(2,),
    hint="Give session=session to each of the two runs. The text of an answer is in final_output.",
)


async def _missing_in_repair_a_chat(chat: Answer) -> str | None:
    session = SQLiteSession("check")
    await session.add_items([{"role": "user", "content": "My name is Mary."}])
    messages = ["I live in Rome.", "Where do I live?", "What is my name?"]
    answers = await chat(session, messages)
    if not isinstance(answers, list) or len(answers) != len(messages):
        return f"Return a list with an answer for each message. {returned(answers)}"
    if "Rome" not in str(answers[1]):
        return (
            "The first message was 'I live in Rome.' To 'Where do I live?' the answer was "
            f"{answers[1]!r}."
        )
    if "Mary" not in str(answers[2]):
        return f"The session that was given knows the name Mary. The answer was {answers[2]!r}."
    said = texts(await session.get_items())
    if said[1::2] != messages or said[2::2] != answers:
        return f"The session that was given should hold each message once. It holds {said!r}."
    return None


repair_a_chat = Exercise(
    title="Find the mistake",
    task="""
The function `chat(session, messages)` sends messages to the agent, one after the other, and returns
the answers as a list. The agent should remember what was said before, and what the given session
already holds. It does neither. Find the mistake, and repair the function.
""",
    start="""
async def chat(session, messages):
    answers = []
    for message in messages:
        session = SQLiteSession("chat")
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers
""",
    answer="chat",
    missing=_missing_in_repair_a_chat,
    solution="""
async def chat(session, messages):
    answers = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers
""",
    practises=(2,),
    kind="repair",
    hint="How many sessions does the function use for three messages?",
)


async def _items_after_two_runs() -> int:
    session = SQLiteSession("check")
    agent = Agent(name="Assistant", model=choose_model())
    await Runner.run(agent, "Hello, my name is Ada.", session=session)
    await Runner.run(agent, "What is my name?", session=session)
    return len(await session.get_items())


count_the_items = prediction(
    "Predict a number",
    """
You gave the session to two runs. How many items does it hold now? Predict it before you run the
next cell.
""",
    _items_after_two_runs,
    answer="how_many",
    solution=4,
    explanation="Each run added your message and the agent's answer.",
    hint="Look at the drawing above: what does the runner add at the end of a run?",
    practises=(3,),
    wrong={2: "A run adds more than your message.", 1: "A run adds to what is there."},
)


async def _missing_in_list_your_messages(messages_of: Answer) -> str | None:
    session = SQLiteSession("check")
    found = await messages_of(session)
    if not isinstance(found, list) or found:
        return f"For an empty session, return an empty list. {returned(found)}"
    await session.add_items(
        [
            {"role": "user", "content": "Hello."},
            {"role": "user", "content": "Is it raining?"},
            {"role": "assistant", "content": "No."},
            {"role": "user", "content": "Is it cold?"},
        ]
    )
    found = await messages_of(session)
    if not isinstance(found, list):
        return f"Return a list. {returned(found)}"
    if found == ["Hello.", "Is it raining?", "No.", "Is it cold?"]:
        return "The list holds the agent's answers too: look at each item's role."
    if any(isinstance(one, dict) for one in found):
        return "The list holds whole items: keep only the text of each."
    if found != ["Hello.", "Is it raining?", "Is it cold?"]:
        return (
            "In the check's session the user said 'Hello.', 'Is it raining?' and 'Is it cold?'. "
            f"{returned(found)}"
        )
    return None


list_your_messages = Exercise(
    title="List your messages",
    task="""
Write a function `messages_of(session)` that returns what the user said, as a list of texts: oldest
first, without the answers. A message of the user is an item whose `"role"` is `"user"`. Its text is
its `"content"`.
""",
    start="""
async def messages_of(session):
    items = await session.get_items()
    return []  # your code here
""",
    answer="messages_of",
    missing=_missing_in_list_your_messages,
    solution="""
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items if item["role"] == "user"]
""",
    practises=(3,),
    hint="A list comprehension can filter: [item[...] for item in items if ...].",
)


async def _missing_in_ask_with_a_limit(ask_latest: Answer) -> str | None:
    async def answer(limit: int) -> Any:
        session = SQLiteSession("check")
        await session.add_items(
            [
                {"role": "user", "content": "My name is Mary."},
                {"role": "assistant", "content": "Hello, Mary."},
                {"role": "user", "content": "I live in Rome."},
                {"role": "assistant", "content": "Noted."},
            ]
        )
        return await ask_latest(session, "What is my name?", limit)

    with_all = await answer(4)
    if not isinstance(with_all, str):
        return f"Return the text of the answer. {returned(with_all)}"
    told = "The check's session has four items, and the first one says a name."
    if "Mary" not in with_all:
        return f"{told} With a limit of 4, the agent should know it. It said: {with_all}"
    with_three = await answer(3)
    if "Mary" in with_three:
        return f"{told} With a limit of 3, the agent should not know it. It said: {with_three}"
    return None


ask_with_a_limit = Exercise(
    title="Ask with a limit",
    task="""
Write a function `ask_latest(session, message, limit)` that sends `message` to the agent together
with only the latest `limit` items of the session, and returns the text of the answer. Use what the
cells above used.
""",
    start="""
async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message)  # change this line, add others
    return result.final_output
""",
    answer="ask_latest",
    missing=_missing_in_ask_with_a_limit,
    solution="""
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
    practises=(4,),
    hint="Make a RunConfig with SessionSettings(limit=limit), as above, and give it to the run.",
)

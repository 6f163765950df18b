"""The exercises of notebook 01, temporary sessions."""

from exercises import Answer, Exercise, texts
from session_lib import SQLiteSession


async def _missing_in_remember_a_drink(order: Answer) -> str | None:
    session = SQLiteSession("check")
    answer = await order(session)
    said = texts(await session.get_items())
    if not said:
        return "The session is still empty: hand it to each run."
    if said[0] != "My favourite drink is cocoa.":
        return f"The first message is {said[0]!r}. Tell the drink first, in the words of the task."
    if said[2:3] != ["What is my favourite drink?"]:
        return "The session knows the drink, but not your question: both runs need the session."
    if answer != said[-1]:
        return "Both runs are in the session. Now return the answer to the question, as a text."
    return None


remember_a_drink = Exercise(
    title="Remember a drink",
    task="""
Write a function `order(session)`. It tells the agent `"My favourite drink is cocoa."`, then asks
`"What is my favourite drink?"`, and returns the answer. The agent can only know it if both runs
use the session.
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
    wrong=(
        """
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.")
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output
""",
        """
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?")
    return result.final_output
""",
        """
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    await Runner.run(agent, "What is my favourite drink?", session=session)
    return "cocoa"
""",
    ),
)


async def _missing_in_list_your_messages(messages_of: Answer) -> str | None:
    session = SQLiteSession("check")
    if await messages_of(session) != []:
        return "For an empty session it has to return an empty list."
    await session.add_items(
        [
            {"role": "user", "content": "Hello."},
            {"role": "user", "content": "Is it raining?"},
            {"role": "assistant", "content": "No."},
            {"role": "user", "content": "Is it cold?"},
        ]
    )
    found = await messages_of(session)
    if found == ["Hello.", "Is it raining?", "No.", "Is it cold?"]:
        return "The list holds the agent's answers too: look at each item's role."
    if isinstance(found, list) and any(isinstance(one, dict) for one in found):
        return "The list holds whole items: of each, keep the text."
    if found != ["Hello.", "Is it raining?", "Is it cold?"]:
        return (
            "In the check's session the user said 'Hello.', 'Is it raining?' and 'Is it cold?'. "
            f"Your function returned {found!r}."
        )
    return None


list_your_messages = Exercise(
    title="List your messages",
    task="""
Write a function `messages_of(session)` that returns what the user said, as a list of texts: without
the answers, oldest first. A message of the user is an item whose `"role"` is `"user"`. Its text is
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
    wrong=(
        """
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items]
""",
        """
async def messages_of(session):
    items = await session.get_items()
    return [item for item in items if item["role"] == "user"]
""",
        """
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items[::2]]
""",
    ),
)


async def _missing_in_ask_with_a_limit(ask: Answer) -> str | None:
    async def answer(limit: int) -> str:
        session = SQLiteSession("check")
        await session.add_items(
            [
                {"role": "user", "content": "My name is Mary."},
                {"role": "assistant", "content": "Hello, Mary."},
                {"role": "user", "content": "I live in Rome."},
                {"role": "assistant", "content": "Noted."},
            ]
        )
        return await ask(session, "What is my name?", limit)

    with_all = await answer(4)
    if not isinstance(with_all, str):
        return "It has to return what the agent answered, as a text."
    told = "The check's session has four items, and the first one tells a name."
    if "Mary" not in with_all:
        return f"{told} With a limit of 4 the agent should know it, and does not."
    if "Mary" in await answer(3):
        return f"{told} With a limit of 3 the agent should not know it, and does."
    return None


ask_with_a_limit = Exercise(
    title="Ask with a limit",
    task="""
Write a function `ask(session, message, limit)` that hands `message` to the agent together with the
latest `limit` items of the session, and returns the answer. Use what the cells above used.
""",
    start="""
async def ask(session, message, limit):
    result = await Runner.run(agent, message)  # change this line, add others
    return result.final_output
""",
    answer="ask",
    missing=_missing_in_ask_with_a_limit,
    solution="""
async def ask(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
    wrong=(
        """
async def ask(session, message, limit):
    result = await Runner.run(agent, message, session=session)
    return result.final_output
""",
        """
async def ask(session, message, limit):
    result = await Runner.run(agent, message, session=session, run_config=latest_two)
    return result.final_output
""",
        """
async def ask(session, message, limit):
    items = await session.get_items(limit)
    result = await Runner.run(agent, message, session=session)
    return result.final_output
""",
    ),
)

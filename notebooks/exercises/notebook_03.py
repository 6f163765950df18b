"""The exercises of notebook 03, multi-user sessions."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import chdir, closing
from pathlib import Path
from typing import Any

from agents import Agent, Runner

from exercises import (
    Answer,
    Exercise,
    choice,
    made_sessions,
    new_file,
    no_file_at,
    prediction,
    returned,
    texts,
)
from session_lib import SQLiteSession, choose_model


def _rows(table: str, path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def _missing_in_serve_two_users(serve: Answer) -> str | None:
    question = "What is my name?"
    messages = [
        ("user_1", "My name is Mary."),
        ("user_12", "My name is John."),
        ("user_12", question),
        ("user_1", question),
        ("user_1", question),
    ]
    with new_file() as path, chdir(path.parent), made_sessions() as made:
        answers = await serve(messages, path)
        if not isinstance(answers, list) or [type(answer) for answer in answers] != [str] * 5:
            return f"Five messages came in. Return a list of five texts. {returned(answers)}"
        if not path.exists():
            return no_file_at("path", path.parent)
        if left_open := len(made.open):
            return f"{left_open} of the sessions {'is' if left_open == 1 else 'are'} still open."
        given: dict[str, Iterator[str]] = {}
        for user in dict(messages):
            sent = [text for one, text in messages if one == user]
            items = await _items(user, path)
            said = texts(items)
            if not said and ("Mary" in answers[2] or "John" in answers[3]):
                return f"Mary and John asked for their names, and were mixed up: {answers!r}."
            if texts([item for item in items if item["role"] == "user"]) != sent:
                return f"{user!r} sent {sent!r}. In the file, that session holds {said!r}."
            if said[::2] != sent or any("don't know" in text for text in said):
                return (
                    f"In the file, the session {user!r} holds {said!r}. Each message should wait "
                    "until the one before is answered."
                )
            given[user] = iter(said[1::2])
        expected = [next(given[user]) for user, _ in messages]
        if answers != expected:
            in_order = f"In the order of the messages, the answers were {expected!r}."
            return f"{in_order} {returned(answers)}"
    return None


async def _items(session_id: str, path: Path) -> list[Any]:
    async with SQLiteSession(session_id, path) as session:
        return await session.get_items()


serve_two_users = Exercise(
    title="Serve whoever comes",
    task="""
Write a function `serve(messages, path)` that answers the messages of several users, one after the
other. Each of the `messages` is a pair, a session id and a text. Send each text to the agent with
the session of that id in the file at `path`, and close the sessions that you make. Return the texts
of all answers as a list, in the order of the messages.
""",
    start="""
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        ...  # your code here
    return answers
""",
    answer="serve",
    missing=_missing_in_serve_two_users,
    solution="""
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        session = SQLiteSession(session_id, path)
        answers.append(await ask(session, text))
        await session.close()
    return answers
""",
    practises=(1,),
    hint="Make a session for each message, with its id and the path. Then ask, append and close.",
)


async def _items_after_clearing_one() -> int:
    agent = Agent(name="Assistant", model=choose_model())
    told = {
        "user_ada": "My name is Ada and my favourite drink is tea.",
        "user_grace": "My name is Grace.",
    }
    with new_file() as path:
        for session_id, message in told.items():
            async with SQLiteSession(session_id, path) as session:
                for text in [message, "What is my name?", "What is my favourite drink?"]:
                    await Runner.run(agent, text, session=session)
        async with SQLiteSession("user_ada", path) as ada:
            await ada.clear_session()
        return _rows("agent_messages", path)


count_what_is_left = prediction(
    "Predict what is left",
    """
A cell below calls `clear_session()` on Ada's session. How many items does the file hold then, in
all sessions together?
""",
    _items_after_clearing_one,
    answer="items_left",
    solution=6,
    explanation="Ada's 6 items are gone. Grace's 6 items are still there.",
    hint="The table above says how many items each session has. Whose are removed?",
    practises=(1,),
    wrong={
        0: "One session was cleared, and not the file.",
        12: "The items of the session that is cleared are gone from the file too.",
        1: "That is the number of sessions. How many items does Grace's session have?",
        3: "That is the number of turns. How many items does Grace's session have?",
    },
)


async def _items_of_a_class() -> int:
    agent = Agent(name="Assistant", model=choose_model())
    with new_file() as path:

        async def introduce(session_id: str) -> None:
            async with SQLiteSession(session_id, path) as session:
                for text in [f"My name is {session_id}.", "I live in Paris.", "What is my name?"]:
                    await Runner.run(agent, text, session=session)

        await asyncio.gather(*[introduce(f"learner_{number:02}") for number in range(1, 31)])
        return _rows("agent_messages", path)


count_the_class = prediction(
    "Predict what thirty learners store",
    """
If nothing was lost, how many items do the sessions of the thirty learners hold now, all together?
""",
    _items_of_a_class,
    answer="items_of_class",
    solution=180,
    explanation="Three messages and three answers make six items, thirty times.",
    hint="How many messages did each learner send, and what else does a run store?",
    practises=(2,),
    wrong={
        90: "Each learner sent three messages. A run also stores the answer.",
        60: "Each learner sent more than one message.",
        30: "That is the number of sessions.",
        6: "That is what each of the thirty sessions holds.",
    },
)


class _Watched(SQLiteSession):
    """A session that notes in `log` when it is read, and when something has been stored."""

    log: list[str]
    delay: float

    async def get_items(self, limit: int | None = None) -> list[Any]:
        self.log.append("read")
        await asyncio.sleep(self.delay)
        return await super().get_items(limit)

    async def add_items(self, items: list[Any]) -> None:
        await super().add_items(items)
        self.log.append("stored")


async def _missing_in_ask_everybody_at_once(ask_all: Answer) -> str | None:
    cities = ["Rome", "Lima", "Oslo", "Cairo", "Kyoto", "Quito"]
    question = "Where do I live?"
    log: list[str] = []
    with new_file() as path, made_sessions():
        users = [_Watched(f"user_{city}", path) for city in cities]
        # The answers come back in another order than they were asked for.
        for city, session, place in zip(cities, users, [2, 0, 5, 1, 4, 3], strict=True):
            session.log, session.delay = [], 0.0
            await session.add_items([{"role": "user", "content": f"I live in {city}."}])
            session.log, session.delay = log, 0.05 * place
        answers = await ask_all(list(users), question)
        stored = [texts(await _items(session.session_id, path)) for session in users]
        for session, said in zip(users, stored, strict=True):
            if said[1:2] != [question] or len(said) != 3:
                return f"Ask each session {question!r} once. {session.session_id!r} holds {said!r}."
        expected = [said[2] for said in stored]
        if not isinstance(answers, list) or any(type(answer) is not str for answer in answers):
            return f"Everybody was asked. Now return a list of texts. {returned(answers)}"
        if answers != expected and sorted(answers) == sorted(expected):
            return f"The answers should be in the order of the sessions. {returned(answers)}"
        if answers != expected:
            return f"The answers were {expected!r}. {returned(answers)}"
        if log.index("stored") < len(users):
            return "The answers are right, but a run waited for another one to end."
        try:
            _ = [session.database for session in users]
        except RuntimeError as error:
            return f"Leave the sessions open: others use them. Now {error}."
    # In memory, the same id is not the same session.
    same_id = [SQLiteSession("user"), SQLiteSession("user")]
    for one, city in zip(same_id, cities, strict=False):
        await one.add_items([{"role": "user", "content": f"I live in {city}."}])
    answers = await ask_all(list(same_id), question)
    if answers != [texts(await one.get_items())[-1] for one in same_id]:
        return f"In a second call, two sessions in memory had the same id. {returned(answers)}"
    return None


ask_everybody_at_once = Exercise(
    title="Ask everybody at once",
    task="""
Write a function `ask_all(users, message)`, where `users` is a list of sessions. It sends `message`
to the agent with each of these sessions, all at once. It returns the texts of the answers as a
list, in the order of the sessions, and leaves the sessions open. No run waits for another one to
end.
""",
    start="""
async def ask_all(users, message):
    return []  # your code here
""",
    answer="ask_all",
    missing=_missing_in_ask_everybody_at_once,
    solution="""
async def ask_all(users, message):
    return await asyncio.gather(*[ask(session, message) for session in users])
""",
    practises=(2,),
    hint="Make a list of calls of `ask`, without await, and give it to asyncio.gather with a star.",
)


async def _missing_in_repair_an_id(session_of: Answer) -> str | None:
    with new_file() as path, chdir(path.parent), made_sessions():

        async def said(number: int, name: str, file: Path = path) -> list[str] | str:
            """Return what the customer's session holds, or what is wrong with it."""
            session = await session_of({"number": number, "name": name}, file)
            if not isinstance(session, SQLiteSession):
                return f"Return a `SQLiteSession`. {returned(session)}"
            return texts(await session.get_items())

        found = await said(12, "Alex Kim")
        if isinstance(found, str):
            return found
        session = await session_of({"number": 12, "name": "Alex Kim"}, path)
        await session.add_items([{"role": "user", "content": "I live in Rome."}])
        if not path.exists():
            return no_file_at("path", path.parent)
        told = "Customer 12, Alex Kim, said 'I live in Rome.'"
        for name in ["Alex Kim", "Alex Lee", "ALEX KIM", "Sandra Lee"]:
            if await said(12, name) != ["I live in Rome."]:
                again = "again" if name == "Alex Kim" else f"under the name {name}"
                return f"{told} When the same customer comes {again}, that is not in the session."
        others = {7: "Alex Kim", 1: "Alex Kim", 2: "Alex Kim", 112: "Maria Lind", 1012: "Jo Lind"}
        for number, name in others.items():
            if await said(number, name):
                return f"{told} Customer {number}, {name}, gets that conversation too."
        if await said(12, "Alex Kim", path.with_name("other.db")):
            return f"{told} That was in one file, and now it is found in another one too."
    return None


repair_an_id = Exercise(
    title="Repair an id",
    task="""
The function `session_of(customer, path)` returns the session of a customer, in the file at `path`.
A customer is a dict such as `{"number": 12, "name": "Alex Kim"}`, and no two have the same number.
As it is, a second Alex Kim is told what the first one said. And when the first one becomes Alex
Lee, the agent has forgotten everything. Repair the function: for a customer it always returns a
session of the same conversation, whatever the name is, and never of somebody else's.
""",
    start="""
def session_of(customer, path):
    name = customer["name"].lower().replace(" ", "_")
    return SQLiteSession(f"customer_{name}", path)
""",
    answer="session_of",
    missing=_missing_in_repair_an_id,
    solution="""
def session_of(customer, path):
    number = customer["number"]
    return SQLiteSession(f"customer_{number}", path)
""",
    practises=(3,),
    kind="repair",
    hint="What do two customers never share, and what does a customer keep for ever?",
)


async def _missing_in_list_the_topics_of_a_user(topics_of: Answer) -> str | None:
    stored = ["user_1:delivery", "user_12:returns", "user_1:billing", "user_2:billing"]
    stored += ["user_1:gift-wrap", "user_1:late parcel", "user_1:order:4711"]
    others = ["user_1", "user-1:chairs", "test_user_1:tables", "User_1:lamps"]
    with new_file() as path:
        for session_id in [*stored, *others]:
            async with SQLiteSession(session_id, path) as session:
                await session.add_items([{"role": "user", "content": "Hello."}])
        topics_of_1 = ["billing", "delivery", "gift-wrap", "late parcel", "order:4711"]
        for number, topics in [(1, topics_of_1), (12, ["returns"]), (3, [])]:
            found = await topics_of(number, path)
            if not isinstance(found, list) or any(type(topic) is not str for topic in found):
                return f"Return a list of texts. {returned(found)}"
            if any(topic.startswith("user_") for topic in found):
                return f"Return the topics alone. For user {number} it returned the ids {found}."
            if sorted(found) != topics:
                return (
                    f"The file has the ids {stored + others}. For user {number} it returned "
                    f"{found}."
                )
    return None


list_the_topics_of_a_user = Exercise(
    title="List the topics of a user",
    task="""
Write a function `topics_of(number, path)`. The ids of users with topics are
`"user_<number>:<topic>"`, as above; a topic may hold any characters. The function returns a list of
this user's topics, in any order: for user 12345 in the file above `["billing", "delivery"]`. There
may be all kinds of other ids in the file. `sessions` shows you which ids there are.
""",
    start="""
async def topics_of(number, path):
    table = await sessions(path)
    return []  # your code here
""",
    answer="topics_of",
    missing=_missing_in_list_the_topics_of_a_user,
    solution="""
async def topics_of(number, path):
    table = await sessions(path)
    prefix = f"user_{number}:"
    ids = [session_id for session_id in table["session"] if session_id.startswith(prefix)]
    return [session_id.removeprefix(prefix) for session_id in ids]
""",
    practises=(1, 3),
    hint="What do the ids of user 1 begin with, and those of user 12 not? removeprefix removes it.",
)


async def _sessions_of_four_ids() -> int:
    with new_file() as path:
        for session_id in ["Bob", "bob", "bob ", "b%"]:
            async with SQLiteSession(session_id, path) as session:
                await session.add_items([{"role": "user", "content": "Hello."}])
        return _rows("agent_sessions", path)


count_the_ids = prediction(
    "Predict how many sessions",
    """
A cell below adds an item with each of these four ids. How many sessions do these four ids make?
""",
    _sessions_of_four_ids,
    answer="how_many_sessions",
    solution=4,
    explanation="Two ids are the same if each character is the same.",
    hint="Which of these ids are the same, character by character?",
    practises=(3,),
    wrong={
        1: "A session gets its items by its whole id, and nothing in an id stands for other text.",
        2: "Look again at the capital letter and at the space.",
        3: "Look again at the capital letter, at the space, and at the percent sign.",
    },
)


choose_names = choice(
    "Choose names",
    """
A shop's support desk keeps its conversations. Each customer has a number and a name, and two
customers may have the same name. Each ticket of a customer has a number, and is a conversation of
its own. Every evening somebody looks through all the day's conversations. Which line is the best
choice?
""",
    {
        "a": (
            '`SQLiteSession(f"customer_{name}", "support_conversations.db")`',
            "Two customers with the same name would share a conversation.",
        ),
        "b": (
            '`SQLiteSession(f"customer_{number}", "support_conversations.db")`',
            "All tickets of a customer would be one conversation.",
        ),
        "c": (
            '`SQLiteSession(f"customer_{number}:ticket_{ticket}", "support_conversations.db")`',
            "The id is unique, it does not change, and both names say what they stand for.",
        ),
        "d": (
            '`SQLiteSession(f"customer_{number}:ticket_{ticket}", "db.db")`',
            "The id is a good one. The name of the file says nothing about what is in it.",
        ),
        "e": (
            '`SQLiteSession("conversation", f"customer_{number}_ticket_{ticket}.db")`',
            "Each ticket would be a file. To see them all, you would have to open thousands.",
        ),
    },
    "c",
    answer="best_line",
    practises=(3,),
)

"""The exercises of notebook 03, multi-user sessions."""

from typing import Any

from exercises import Answer, Exercise, made_sessions, new_file, returned, texts
from session_lib import SQLiteSession


async def _missing_in_serve_two_users(serve: Answer) -> str | None:
    told = {"user_mary": "My name is Mary.", "user_john": "My name is John."}
    question = "What is my name?"
    with new_file() as path, made_sessions() as made:
        answers = await serve([*told.items(), *[(user, question) for user in told]], path)
        if not isinstance(answers, list) or [type(answer) for answer in answers] != [str] * 4:
            return f"Four messages came in. Return a list of four texts. {returned(answers)}"
        if "John" in answers[2] or "Mary" in answers[3]:
            return f"Mary and John asked for their names and were mixed up: {answers[2:]!r}."
        if "Mary" not in answers[2] or "John" not in answers[3]:
            return f"Mary and John said their names, then asked for them: {answers[2:]!r}."
        for user, message in told.items():
            async with SQLiteSession(user, path) as session:
                if texts(await session.get_items())[::2] != [message, question]:
                    return f"The answers are right, but the session {user!r} is not in the file."
        if made.open:
            return f"The answers are right, but {len(made.open)} sessions were left open."
    return None


serve_two_users = Exercise(
    title="Serve whoever comes",
    task="""
Messages from several users come in, one after the other. Write a function `serve(messages, path)`.
Each of the `messages` is a pair, a session id and a text. Send each text to the agent with the
session of that id in the file at `path`, and close the session. Return the texts of all answers as
a list, in the order of the messages.
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
        result = await Runner.run(agent, text, session=session)
        await session.close()
        answers.append(result.final_output)
    return answers
""",
    practises=(),
)


class _Watched(SQLiteSession):
    """A session that notes in `log` when it is read, and when something has been stored."""

    log: list[str]

    async def get_items(self, limit: int | None = None) -> list[Any]:
        self.log.append("read")
        return await super().get_items(limit)

    async def add_items(self, items: list[Any]) -> None:
        await super().add_items(items)
        self.log.append("stored")


async def _missing_in_ask_everybody_at_once(ask_all: Answer) -> str | None:
    names = ["Mary", "John", "Olga", "Femi", "Yuki", "Omar"]
    log: list[str] = []
    with new_file() as path:
        sessions = [_Watched(f"user_{name}", path) for name in names]
        for name, session in zip(names, sessions, strict=True):
            session.log = []
            await session.add_items([{"role": "user", "content": f"My name is {name}."}])
            session.log = log
        answers = await ask_all(sessions, "What is my name?")
        for name, session in zip(names, sessions, strict=True):
            await session.close()
            async with SQLiteSession(session.session_id, path) as reader:
                if texts(await reader.get_items()).count("What is my name?") != 1:
                    return f"The session 'user_{name}' should be asked once, and was not."
    if not isinstance(answers, list) or any(type(answer) is not str for answer in answers):
        return f"Everybody was asked. Now return a list of texts. {returned(answers)}"
    if len(answers) != len(names):
        return f"There were {len(names)} sessions, and it returned {len(answers)} answers."
    if any(name not in answer for name, answer in zip(names, answers, strict=True)):
        return f"The answers should be in the order of the sessions. {returned(answers)}"
    if log.index("stored") < len(names):
        return "The answers are right, but each run waited for the one before."
    return None


ask_everybody_at_once = Exercise(
    title="Ask everybody at once",
    task="""
Write a function `ask_all(users, message)`, where `users` is a list of sessions. It sends `message`
to the agent with each of these sessions, all at once. It returns the texts of the answers as a
list, in the order of the sessions. The check notices if a run waits for another one to end.
""",
    start="""
async def ask_all(users, message):
    return []  # your code here
""",
    answer="ask_all",
    missing=_missing_in_ask_everybody_at_once,
    solution="""
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    results = await asyncio.gather(*runs)
    return [result.final_output for result in results]
""",
    practises=(),
)


async def _missing_in_list_the_topics_of_a_user(topics_of: Answer) -> str | None:
    stored = ["user_1:delivery", "user_12:returns", "user_1:billing", "user_2:billing"]
    with new_file() as path:
        for session_id in stored:
            async with SQLiteSession(session_id, path) as session:
                await session.add_items([{"role": "user", "content": "Hello."}])
        for number, topics in [(1, ["billing", "delivery"]), (12, ["returns"]), (3, [])]:
            found = await topics_of(number, path)
            if not isinstance(found, list) or any(type(topic) is not str for topic in found):
                return f"Return a list of texts. {returned(found)}"
            if any(topic.startswith("user_") for topic in found):
                return f"Return the topics alone. For user {number} it returned the ids {found}."
            if sorted(found) != topics:
                return f"The file has {', '.join(stored)}. For user {number} it returned {found}."
    return None


list_the_topics_of_a_user = Exercise(
    title="List the topics of a user",
    task="""
Write a function `topics_of(number, path)`. The ids in the file are `"user_<number>:<topic>"`, as
above. It returns a list of this user's topics, in any order: for user 12345 in the file above
`["billing", "delivery"]`. `sessions` shows you which ids there are.
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
    practises=(),
)

"""The exercises of notebook 02, persistent sessions."""

import sqlite3
from contextlib import chdir
from typing import Any

from exercises import Answer, Exercise, made_sessions, new_file, returned, texts
from session_lib import SQLiteSession


async def _missing_in_ask_from_a_file(ask_from_file: Answer) -> str | None:
    name, question = "My name is Mary.", "What is my name?"
    # A file that is made by mistake goes with the folder.
    with new_file() as path, chdir(path.parent), made_sessions() as made:
        await ask_from_file("user_mary", path, name)
        if not path.exists():
            return "There is no file at `path` after a call. Give `path` itself to the session."
        if made.open:
            return "The session is still open after a call: close it."
        async with SQLiteSession("user_mary", path) as session:
            said = texts(await session.get_items())
        if said[:1] != [name]:
            return f"In the file, the session 'user_mary' should hold {name!r}. It holds {said!r}."
        answer = await ask_from_file("user_mary", path, question)
        if not isinstance(answer, str):
            return f"The messages are in the file. Now return the answer's text. {returned(answer)}"
        if "Mary" not in answer:
            return f"In a second call with the same id and file, the answer was {answer!r}"
        if "Mary" in await ask_from_file("user_grace", path, question):
            return "The session 'user_grace' knows the name that only 'user_mary' was told."
        if made.open:
            return "The first call closed its session, and a later one did not."
    return None


ask_from_a_file = Exercise(
    title="Keep nothing but the file",
    task="""
Write a function `ask_from_file(session_id, path, message)`. Each call makes its own session object
with this id and this file. It sends `message` to the agent with that session, closes the session,
and returns the text of the answer. A second call with the same id and file should know what the
first one was told.
""",
    start="""
async def ask_from_file(session_id, path, message):
    result = await Runner.run(agent, message)  # change this line, add others
    return result.final_output
""",
    answer="ask_from_file",
    missing=_missing_in_ask_from_a_file,
    solution="""
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output
""",
    practises=(),
)


async def _missing_in_find_a_conversation(has_conversation: Answer) -> str | None:
    there, not_there = ["user_mary", "user_o'neil"], ["user_grace", "user_mar", "USER_MARY"]
    with new_file() as path:
        found = await has_conversation("user_mary", path)
        if path.exists():
            return "There was no file, and your function has made one."
        if not _is_bool(found):
            return f"Return True or False. {returned(found)}"
        if found:
            return "It returned True where there is no file, and so no conversation."
        for session_id in there:
            async with SQLiteSession(session_id, path) as session:
                await session.add_items([{"role": "user", "content": "Hello."}])
        for session_id in [*there, *not_there]:
            found = await has_conversation(session_id, path)
            if not _is_bool(found):
                return f"Return True or False. {returned(found)}"
            if found != (session_id in there):
                return f"The file has only {there}, and for {session_id!r} it returned {found}."
    return None


def _is_bool(value: Any) -> bool:
    # Those of pandas are numpy.bool, and in older versions of numpy.bool_.
    return type(value).__name__ in ("bool", "bool_")


find_a_conversation = Exercise(
    title="Is there a conversation?",
    task="""
Write a function `has_conversation(session_id, path)`. It returns `True` if the file holds a
conversation with this id, and otherwise `False`. If there is no file, it returns `False` and
creates none. Note that `sqlite3.connect` creates a file that does not exist.
""",
    start="""
def has_conversation(session_id, path):
    ...  # your code here
""",
    answer="has_conversation",
    missing=_missing_in_find_a_conversation,
    solution="""
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id in list(table["session_id"])
""",
    practises=(),
)


async def _missing_in_back_up_while_in_use(back_up: Answer) -> str | None:
    items = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Hello!"}]
    with new_file() as path:
        target = path.with_name("backup.db")
        async with SQLiteSession("check", path) as session:
            await session.add_items(items)
            await back_up(path, target)
            if not target.exists():
                return "There is no file at `target` yet."
            try:
                left = await session.get_items()
            except sqlite3.Error:
                left = []
            if left != items:
                return "The conversation at `path` has lost its items: it was overwritten."
            async with SQLiteSession("check", target) as restored:
                found = await restored.get_items()
            if found != items:
                return f"The conversation has {len(items)} items, and its backup {len(found)}."
    return None


back_up_while_in_use = Exercise(
    title="Back up while it is in use",
    task="""
Write a function `back_up(path, target)` that copies the database at `path` into a new file at
`target`. The check calls it while a session is open and its latest items are still in the `-wal`
file. They must be in the backup too.
""",
    start="""
def back_up(path, target):
    ...  # your code here
""",
    answer="back_up",
    missing=_missing_in_back_up_while_in_use,
    solution="""
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)
""",
    practises=(),
)

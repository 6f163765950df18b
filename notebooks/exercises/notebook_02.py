"""The exercises of notebook 02, persistent sessions."""

import shutil
import sqlite3
from contextlib import chdir, closing
from pathlib import Path
from typing import Any

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
from session_lib import SQLiteSession


async def _missing_in_ask_from_a_file(ask_from_file: Answer) -> str | None:
    name, question = "My name is Mary.", "What is my name?"
    # A file that is made by mistake goes with the folder.
    with new_file() as path, chdir(path.parent), made_sessions() as made:
        noted = await ask_from_file("user_mary", path, name)
        if not path.exists():
            return no_file_at("path", path.parent)
        if not made.all:
            return "There is a file, but no `SQLiteSession` of session_lib was made for it."
        if made.open:
            return "The session is still open after a call: close it."
        said = await _said("user_mary", path)
        if said[:1] != [name] or len(said) != 2:
            return (
                f"After a call with {name!r}, the session 'user_mary' in the file should hold this "
                f"message and its answer. It holds {said!r}."
            )
        if noted != said[1]:
            return f"The messages are in the file. Now return the answer's text. {returned(noted)}"
        answer = await ask_from_file("user_mary", path, question)
        said = await _said("user_mary", path)
        if said[2:3] != [question] or len(said) != 4:
            return f"After a second call, with {question!r}, the session holds {said!r}."
        if "Mary" not in said[3]:
            return f"In a second call with the same id and file, the answer was {said[3]!r}"
        if answer != said[3]:
            return f"The answer to {question!r} was {said[3]!r}. {returned(answer)}"
        if "Mary" in await ask_from_file("user_grace", path, question):
            return "The session 'user_grace' knows the name that only 'user_mary' was told."
        if made.open:
            return "The first call closed its session, and a later one did not."
    return None


async def _said(session_id: str, path: Path) -> list[str]:
    async with SQLiteSession(session_id, path) as session:
        return texts(await session.get_items())


ask_from_a_file = Exercise(
    title="Keep nothing but the file",
    task="""
Write a function `ask_from_file(session_id, path, message)`. Each call makes its own `SQLiteSession`
with this id and this file. It sends `message` to the agent with that session, closes the session,
and returns the text of the answer. In a second call with the same id and file, the agent should
know what it was told in the first.
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
    answer = await ask(session, message)
    await session.close()
    return answer
""",
    practises=(1,),
    hint="SQLiteSession(session_id, path) makes the session. Keep the answer until it is closed.",
)


async def _files_after_closing() -> int:
    with new_file() as path:
        async with SQLiteSession("user_ada", path) as session:
            await session.add_items([{"role": "user", "content": "Hello."}])
        return len([*path.parent.iterdir()])


count_the_files = prediction(
    "Predict a number of files",
    """
A cell below closes the session, the only one that uses this file. How many files are
in the folder then?
""",
    _files_after_closing,
    answer="files_left",
    solution=1,
    explanation=(
        "What was in the log is in the database now. The log is empty, and so is its table of "
        "contents: both are removed."
    ),
    hint="What are the -wal file and the -shm file needed for, and when?",
    practises=(2,),
    wrong={
        0: "The conversation would be lost: the database stays.",
        2: "The -shm file is a table of contents of the log. Is one of use without the other?",
    },
)


async def _missing_in_find_a_conversation(has_conversation: Answer) -> str | None:
    there = ["user_mary", "user_o'neil", "user_12:billing"]
    not_there = ["user_grace", "user_mar", "USER_MARY", "user-mary", "user%", "user_12", "mary"]
    with new_file() as path, chdir(path.parent):
        found = await has_conversation("user_mary", path)
        if others := sorted(one.name for one in path.parent.iterdir()):
            return f"There was no file, and your function has made one: {others[0]!r}."
        if not _is_bool(found):
            return f"There is no file, so return False. {returned(found)}"
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
                hint = "" if found else " `in` finds a value in a list, and not in a column."
                return (
                    f"The file has only {there}, and for {session_id!r} it returned {found}.{hint}"
                )
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
    practises=(2,),
    hint=(
        "Ask path.exists() first. Then read the ids as above. `in` looks for a value in a list, "
        "and in a column of pandas for a row number: make the column a list."
    ),
)


async def _items_in_a_plain_copy() -> int:
    with new_file() as path:
        for messages in (4, 2):
            async with SQLiteSession("user_ada", path) as session:
                await session.add_items([{"role": "user", "content": "Hello."}] * messages)
                copied = shutil.copy2(path, path.with_name("plain_copy.db"))
        async with SQLiteSession("user_ada", copied) as plain:
            return len(await plain.get_items())


predict_a_copy = prediction(
    "Predict what is copied",
    """
The session `original` is open now. A cell below copies its file once more, in the same way as
above, with `shutil.copy2`. How many items does this copy hold?
""",
    _items_in_a_plain_copy,
    answer="items_in_copy",
    solution=4,
    explanation="The latest two items are in the -wal file, and only the database was copied.",
    hint="The original has 6 items. In which of the three files are they?",
    practises=(3,),
    wrong={
        6: "The original has 6 items. In which of the three files are the latest ones?",
        0: "The first four items were moved to the database when the session was closed above.",
        2: "The copy is of the database, and not of the log.",
    },
)


async def _missing_in_back_up_while_in_use(back_up: Answer) -> str | None:
    with new_file() as path, chdir(path.parent):
        target, users = path.with_name("backup.db"), ["user_mary", "user_john"]
        expected = [{"role": "user", "content": text} for text in ("Hello.", "Are you there?")]
        for user in users:
            async with SQLiteSession(user, path) as session:
                await session.add_items(expected[:1])
        async with SQLiteSession(users[0], path) as one, SQLiteSession(users[1], path) as other:
            # While somebody reads, nobody can empty the log.
            with closing(sqlite3.connect(path)) as reader:
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM agent_messages").fetchone()
                for session in (one, other):
                    await session.add_items(expected[1:])
                await back_up(path, target)
            if not target.exists():
                return no_file_at("target", path.parent, path.name)
            for session in (one, other):
                if await _items_at(path, session.session_id) != expected:
                    return "The conversations at `path` have lost items: it was overwritten."
        # The log beside a backup is no part of it.
        alone = shutil.copy2(target, path.with_name("alone.db"))
        for user in users:
            found = await _items_at(Path(alone), user)
            if found != expected:
                return (
                    f"The conversation {user!r} has {len(expected)} items, and the file at "
                    f"`target` holds {len(found)} of them."
                )
            if user not in _sessions_at(Path(alone)):
                return f"The items are at `target`, but the table `agent_sessions` lacks {user!r}."
    return None


def _sessions_at(path: Path) -> list[str]:
    try:
        with closing(sqlite3.connect(path)) as database:
            return [one for (one,) in database.execute("SELECT session_id FROM agent_sessions")]
    except sqlite3.Error:
        return []


async def _items_at(path: Path, session_id: str) -> list[Any]:
    try:
        async with SQLiteSession(session_id, path) as session:
            return await session.get_items()
    except sqlite3.Error:
        return []


back_up_while_in_use = Exercise(
    title="Repair a backup",
    task="""
A program calls the function `back_up(path, target)` every night. It copies the database at `path`
into a new file at `target`. Yet the backup lacks the latest items of those who are talking to the
agent at that moment. Repair the function: all items have to be in the one file at `target`, even
while sessions are open and in use. The conversations at `path` stay as they are.
""",
    start="""
def back_up(path, target):
    shutil.copy2(path, target)
""",
    answer="back_up",
    missing=_missing_in_back_up_while_in_use,
    solution="""
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)
""",
    practises=(3,),
    kind="repair",
    hint="Open both files with sqlite3.connect, and call backup on the one that is to be copied.",
)


read_an_error = choice(
    "Read an error",
    """
A program makes `SQLiteSession("user_ada", "/srv/desk/chats")`. With the first message it stops:

```
IsADirectoryError: [Errno 21] this is a folder; name a file in it: '/srv/desk/chats'
```

What helps?
""",
    {
        "a": (
            "create the folder `/srv/desk/chats` before the session is made",
            "The folder is there already: the error calls it one.",
        ),
        "b": (
            'write `SQLiteSession("user_ada", "/srv/desk/chats/conversations.db")`',
            "A conversation is kept in a file, and this path names one in the folder.",
        ),
        "c": (
            'write `SQLiteSession("/srv/desk/chats")`',
            "That is a session id, and names no file: the conversation would be kept in memory.",
        ),
        "d": (
            "make the session once more, and try again",
            "The path would be the same folder. Making a session does not touch the disk.",
        ),
    },
    "b",
    answer="way_out",
    practises=(4,),
    kind="read",
)

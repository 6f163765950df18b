"""The exercises of notebook 11, other sessions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agents.extensions.memory import AdvancedSQLiteSession, EncryptedSession
from cryptography.fernet import Fernet
from sqlalchemy import event
from sqlalchemy.pool import Pool

from exercises import Answer, Exercise, new_file, returned, texts
from session_lib import SQLiteSession

_ITEMS: list[Any] = [
    {"role": "user", "content": "Is it raining?"},
    {"role": "assistant", "content": "No."},
    {"role": "user", "content": "And tomorrow?"},
    {"role": "assistant", "content": "Yes."},
]


@contextmanager
def _connections_of_sqlalchemy() -> Iterator[tuple[list[Any], list[Any]]]:
    """Note the connections that SQLAlchemy opens and closes meanwhile, whatever engine it is."""
    opened: list[Any] = []
    closed: list[Any] = []

    def on_connect(connection: Any, record: Any) -> None:
        opened.append(connection)

    def on_close(connection: Any, record: Any) -> None:
        closed.append(connection)

    event.listen(Pool, "connect", on_connect)
    event.listen(Pool, "close", on_close)
    try:
        yield opened, closed
    finally:
        event.remove(Pool, "connect", on_connect)
        event.remove(Pool, "close", on_close)


async def _missing_in_read_with_sqlalchemy(same_conversation: Answer) -> str | None:
    conversations = {"user_mary": _ITEMS, "user_o'neil": _ITEMS[:2]}
    with new_file() as path:
        for session_id, items in conversations.items():
            async with SQLiteSession(session_id, path) as session:
                await session.add_items(items)
        for session_id, items in conversations.items():
            with _connections_of_sqlalchemy() as (opened, closed):
                found = await same_conversation(path, session_id)
            left_open = [one for one in opened if one not in closed]
            for connection in left_open:  # or it would keep the file open
                await connection.driver_connection.close()
            if not isinstance(found, list):
                return f"Return a list of items. {returned(found)}"
            if found != items:
                return f"{session_id} has {len(items)} items. You returned something else."
            if not opened:
                return "These are the items, but SQLAlchemy did not read them."
            if left_open:
                return "These are the items. Now dispose of the engine: a connection is still open."
    return None


read_with_sqlalchemy = Exercise(
    title="The same conversation",
    task="""
Write a function `same_conversation(path, session_id)`. With a `SQLAlchemySession`, it reads a
conversation that our `SQLiteSession` wrote to the file at `path`. It returns a list of all items,
and leaves no connection to the file open.
""",
    start="""
async def same_conversation(path, session_id):
    ...  # your code here
""",
    answer="same_conversation",
    missing=_missing_in_read_with_sqlalchemy,
    solution="""
async def same_conversation(path, session_id):
    async with sqlalchemy_session(session_id, path) as session:
        return await session.get_items()
""",
    practises=(),
)


async def _missing_in_ask_in_a_branch(branch_and_ask: Answer) -> str | None:
    told = ["My name is Mary.", "My favourite drink is tea.", "I live in Paris."]
    items: list[Any] = []
    for text in told:
        items += [{"role": "user", "content": text}, {"role": "assistant", "content": "Noted."}]
    with new_file() as path:
        session = AdvancedSQLiteSession(session_id="check", db_path=path, create_tables=True)
        try:
            await session.add_items(items)
            answers = []
            for turn, question in [(2, "What is my name?"), (3, "Where do I live?")]:
                answers.append(await branch_and_ask(session, turn, question))
                branches = await session.list_branches()
                if await session.get_items(branch_id="main") != items:
                    return "The conversation on 'main' has changed. Make a branch before you ask."
                if [one["branch_id"] for one in branches] == ["main"]:
                    return "There is no branch yet, only 'main'."
                if "main" not in [one["branch_id"] for one in branches if one["is_current"]]:
                    return "After your function, the session is still on the branch. Go back."
            others = [one["branch_id"] for one in branches if one["branch_id"] != "main"]
            asked = [texts(await session.get_items(branch_id=name))[:-1] for name in others]
        except (RuntimeError, sqlite3.ProgrammingError) as error:
            if "closed" in str(error):
                return "Your function closed the session. Leave it open."
            raise
        finally:
            session.close()
    wanted = [
        [told[0], "Noted.", "What is my name?"],
        [told[0], "Noted.", told[1], "Noted.", "Where do I live?"],
    ]
    if sorted(asked, key=len) != wanted:
        return "On a branch from turn 2, the question should follow turn 1. It does not."
    if not all(isinstance(answer, str) for answer in answers):
        return f"The branches are right. Now return the answer, as a text. {returned(answers[0])}"
    if "Mary" not in answers[0] or "Paris" in answers[1]:
        return f"Return the answer from the branch. It returned {answers!r}."
    return None


ask_in_a_branch = Exercise(
    title="Branch and ask",
    task="""
Write a function `branch_and_ask(session, turn, message)`. `session` is an open
`AdvancedSQLiteSession` on `main`. The function makes a branch from this turn, asks `message` there,
goes back to `main` and returns the answer. It leaves the session open. It can be called several
times, so let the class name the branches.
""",
    start="""
async def branch_and_ask(session, turn, message):
    ...  # make a branch here
    answer = await ask(session, message)
    ...  # and go back here
    return answer
""",
    answer="branch_and_ask",
    missing=_missing_in_ask_in_a_branch,
    solution="""
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer
""",
    practises=(),
)


async def _missing_in_keep_a_secret_note(secret_note: Answer) -> str | None:
    notes = ["The key is under the third flowerpot.", "The cake is for Mary."]
    with new_file() as path:
        key = Fernet.generate_key().decode()
        for note in notes:
            await secret_note(path, key, note)
        if not path.exists():
            return "Your function was called twice, and there is still no file at `path`."
        stored = _bytes_beside(path)
        async with SQLiteSession("notes", path) as inner:
            behind: Any = inner
            session = EncryptedSession("notes", behind, key, ttl=3600)
            found: list[Any] = await session.get_items()
            envelopes = await inner.get_items()
        for note in notes:
            if note.encode() in stored:
                return f"The file is not secret: {note!r} is in its bytes."
        if not envelopes:
            return "There is a file, but its session 'notes' has no items."
        if not found:
            return "There are items in 'notes', but the key that you were given opens none of them."
        if [(item.get("role"), item.get("content")) for item in found] != [
            ("user", note) for note in notes
        ]:
            return f"Two notes should be two messages of the user. They are {found!r}."
    return None


def _bytes_beside(path: Path) -> bytes:
    """Return all that a thief would get: the database, and its log if it is still open."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()) if file.is_file())


keep_a_secret_note = Exercise(
    title="A secret note",
    task="""
Write a function `secret_note(path, key, text)`. It stores `text` as a message of the user in the
session `"notes"` of the file at `path`, encrypted with `key`, which is a text too. The check
searches all bytes of the file for the text, and then reads it with the key.
""",
    start="""
async def secret_note(path, key, text):
    ...  # your code here
""",
    answer="secret_note",
    missing=_missing_in_keep_a_secret_note,
    solution="""
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items([{"role": "user", "content": text}])
""",
    practises=(),
)

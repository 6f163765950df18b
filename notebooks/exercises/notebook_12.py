"""The exercises of notebook 12, keeping secrets."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from agents.extensions.memory import EncryptedSession
from cryptography import fernet
from cryptography.fernet import Fernet

from exercises import (
    ROOT,
    Answer,
    Exercise,
    choice,
    line_order,
    made_sessions,
    new_file,
    prediction,
    returned,
    texts,
)
from session_lib import SQLiteSession, load_sessions

_YEAR = 365 * 24 * 60 * 60

_ITEMS: list[Any] = [
    {"role": "user", "content": "Is it raining?"},
    {"role": "assistant", "content": "No."},
    {"role": "user", "content": "And tomorrow?"},
]


def _encrypted(inner: Any, key: str, ttl: int = _YEAR) -> Any:
    return EncryptedSession(inner.session_id, inner, key, ttl)


def _new_key() -> str:
    return Fernet.generate_key().decode()


def _bytes_beside(path: Path) -> bytes:
    """Return all that a thief would get: the database, and its log if it is still open."""
    files = [file for file in sorted(path.parent.iterdir()) if not file.name.endswith("-shm")]
    return b"".join(file.read_bytes() for file in files if file.is_file())


@contextmanager
def _later(seconds: float) -> Iterator[None]:
    """Let encryption believe that it is so much later."""
    with patch.object(fernet, "time", SimpleNamespace(time=lambda: time.time() + seconds)):
        yield


async def _id_is_found() -> str:
    with new_file() as path:
        async with SQLiteSession("user_grace", path) as inner:
            await _encrypted(inner, _new_key()).add_items(_ITEMS)
        return "yes" if b"user_grace" in _bytes_beside(path) else "no"


look_for_the_id = prediction(
    "Predict what is hidden",
    """
A cell below searches the files for `user_grace`, the id of the encrypted session. Is it found in
`secret.db` or in the log beside it, `secret.db-wal`? Predict it before you run that cell.
""",
    _id_is_found,
    answer="id_is_found",
    solution="yes",
    expected='"yes" or "no"',
    explanation="The items are encrypted, one by one. The session that stores them needs the id to "
    "find them, and stores it as it is.",
    hint="What does EncryptedSession hand to the session behind it, and what was that made with?",
    practises=(1,),
)


async def _missing_in_keep_a_secret_note(secret_note: Answer) -> str | None:
    notes = ["The key is under the third flowerpot.", "The cake:\n  for Mary.\n"]
    with new_file() as path, made_sessions() as made:
        key = _new_key()
        for note in notes:
            await secret_note(path, key, note)
        if not path.exists():
            return "Your function was called twice, and there is still no file at `path`."
        left_open = made.open
        stored = _bytes_beside(path)
        async with SQLiteSession("notes", path) as inner:
            found: list[Any] = await _encrypted(inner, key, 3600).get_items()
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
    if left_open:
        return "The notes are stored. Now close the session that stores them."
    return None


keep_a_secret_note = Exercise(
    title="A secret note",
    task="""
Write a function `secret_note(path, key, text)`. It stores `text` as a message of the user in the
session `"notes"` of the file at `path`, encrypted with `key`, and closes the session. The check
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
    practises=(1,),
    hint="An EncryptedSession gets three things: an id, the session behind it, and the key.",
)


async def _missing_in_keep_a_diary(diary: Answer) -> str | None:
    entry: Any = {"role": "user", "content": "Dear diary, it is raining."}
    with new_file() as path, made_sessions():
        key = _new_key()
        session = await diary("diary_mary", path, key)
        if not hasattr(session, "add_items"):
            return f"Return the session. {returned(session)}"
        await session.add_items([entry])
        if b"raining" in _bytes_beside(path):
            return "Now the diary is not secret: the entry is in the bytes of the file."
        async with SQLiteSession("diary_mary", path) as inner:
            found = await _encrypted(inner, key).get_items()
        if found != [entry]:
            return "Nothing can be read from `path` with this id and this key. Use all three."
        for days, name in [(1 / 24, "an hour"), (1, "a day"), (364, "364 days")]:
            with _later(days * 24 * 60 * 60):
                again = await diary("diary_mary", path, key)
                found = await again.get_items()
            if not found:
                return f"After {name}, the entry cannot be read any more."
        other = await diary("diary_john", path, key)
        if await other.get_items():
            return "The diary with the id 'diary_john' shows what is in 'diary_mary'."
    return None


keep_a_diary = Exercise(
    title="Find the mistake",
    task="""
The function `diary(session_id, path, key)` returns a session in which somebody keeps an encrypted
diary. After ten minutes it seems to be empty. Find the mistake, and repair the function: an entry
can be read for a year.
""",
    start="""
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, key)
""",
    answer="diary",
    missing=_missing_in_keep_a_diary,
    solution="""
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, key, ttl=YEAR)
""",
    practises=(2,),
    kind="repair",
    hint="How long can an item be read if you say nothing about it?",
)


async def _missing_in_pop_without_a_loss(careful_pop: Answer) -> str | None:
    key = _new_key()
    inner = SQLiteSession("check")
    session = _encrypted(inner, key)
    await session.add_items(_ITEMS)
    popped = await careful_pop(session)
    if popped != _ITEMS[-1]:
        return f"All items can be read. Pop the latest one and return it. {returned(popped)}"
    if (found := await session.get_items()) != _ITEMS[:-1]:
        return f"The latest one of three items was to be popped. These are left: {texts(found)}."
    for what, one, seconds in [
        ("With a wrong key", _encrypted(inner, _new_key()), 0),
        ("Two items have expired, and", _encrypted(inner, key, 600), 3600),
    ]:
        with _later(seconds):
            popped = await careful_pop(one)
        left = len(await inner.get_items())
        if left < 2:
            return f"{what} your function popped. Of two items in the file, {left} remained."
        if popped is not None:
            return f"{what} nothing can be popped. Return None. {returned(popped)}"
    for what, keys in [("latest", (key, _new_key())), ("oldest", (_new_key(), key))]:
        mixed = SQLiteSession("mixed")
        for one_key in keys:
            await _encrypted(mixed, one_key).add_items(_ITEMS[:2])
        popped = await careful_pop(_encrypted(mixed, key))
        left = len(await mixed.get_items())
        if left < 4:
            return (
                f"The {what} two of four items have another key, and your function popped: {left} "
                "are left."
            )
        if popped is not None:
            return f"The {what} two of four items have another key. Return None. {returned(popped)}"
    many = SQLiteSession("many")
    await _encrypted(many, _new_key()).add_items(_ITEMS[:1])
    await _encrypted(many, key).add_items(_ITEMS * 40)
    popped = await careful_pop(_encrypted(many, key))
    if popped is not None:
        return f"The oldest of 121 items has another key. Return None. {returned(popped)}"
    popped = await careful_pop(_encrypted(SQLiteSession("empty"), key))
    if popped is not None:
        return f"An empty session has nothing to pop. Return None. {returned(popped)}"
    return None


pop_without_a_loss = Exercise(
    title="Pop without a loss",
    task="""
Write a function `careful_pop(session)`, where `session` is an `EncryptedSession`. If all items of
the session can be read, it pops the latest one and returns it. If one of them cannot be read,
whatever the reason, it pops nothing and returns `None`. It returns `None` for an empty session too.
`session.underlying_session` is the session behind it.
""",
    start="""
async def careful_pop(session):
    return await session.pop_item()  # change this line, add others
""",
    answer="careful_pop",
    missing=_missing_in_pop_without_a_loss,
    solution="""
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) < len(stored):
        return None
    return await session.pop_item()
""",
    practises=(2,),
    hint="`session.underlying_session` is the session behind it. It knows how many items it has.",
)


async def _missing_in_change_the_key(change_key: Answer) -> str | None:
    items = [*_ITEMS, _ITEMS[0]]  # who says the same twice has said it twice
    old_key, new_key = _new_key(), _new_key()
    source, target = SQLiteSession("user_mary"), SQLiteSession("user_mary")
    await _encrypted(source, old_key).add_items(items)
    before = await source.get_items()
    with _later(3600):
        count = await change_key(source, target, old_key, new_key)
        found = await _encrypted(target, new_key).get_items()
    stored = await target.get_items()
    if await source.get_items() != before:
        return "Leave the source as it is: until you have looked at the target, it is all you have."
    if not stored:
        return "The target is empty. Copy the items to it."
    if any("payload" not in item for item in stored):
        return "The items in the target are not encrypted."
    with _later(3600):
        if await _encrypted(target, old_key).get_items():
            return "The target can still be read with the old key."
    if found != items:
        return f"With the new key, four items should be readable in the target. {_found(found)}"
    if type(count) is not int or count != 4:
        return f"Four items were copied. Return how many. {returned(count)}"
    half = SQLiteSession("user_mary")
    await _encrypted(half, _new_key()).add_items(_ITEMS[:1])
    await _encrypted(half, old_key).add_items(_ITEMS[1:])
    for what, one, key in [
        ("The old key is wrong", source, _new_key()),
        ("One of three items has another key", half, old_key),
    ]:
        target = SQLiteSession("user_mary")
        try:
            result = await change_key(one, target, key, new_key)
        except ValueError:
            if await target.get_items():
                return f"{what}. Before you raise the ValueError, copy nothing."
        else:
            return f"{what}. Raise a ValueError. {returned(result)}"
    return None


def _found(items: list[Any]) -> str:
    return f"There are {len(items)}: {texts(items)}."


change_the_key = Exercise(
    title="Change the key",
    task="""
Write a function `change_key(source, target, old_key, new_key)`. `source` is a `SQLiteSession` whose
items are encrypted with `old_key`. `target` is an empty one with the same id. The function copies
the items to it, encrypted with `new_key`, and returns how many there are. The source stays as it
is. If `old_key` does not open all items of the source, it copies nothing and raises a `ValueError`.
""",
    start="""
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    ...  # your code here
""",
    answer="change_key",
    missing=_missing_in_change_the_key,
    solution="""
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    return await copy_session(old, new)
""",
    practises=(3,),
    hint="Compare what `old` can read with what `source` holds. Then copy from `old` to `new`.",
)


async def _found_after_clearing() -> str:
    with new_file() as path:
        async with SQLiteSession("customer_39", path) as session:
            await session.add_items([{"role": "user", "content": "My name is Konstantin."}])
        async with SQLiteSession("customer_39", path) as session:
            await session.add_items([{"role": "user", "content": "This is Konstantin."}])
            await session.clear_session()
            return "yes" if b"Konstantin" in _bytes_beside(path) else "no"


search_after_clearing = prediction(
    "Predict what is left",
    """
A cell below calls `clear_session`. The session stays open. Is `Konstantin` still found in
`shop.db` or `shop.db-wal` after that? Predict it before you run that cell.
""",
    _found_after_clearing,
    answer="still_found",
    solution="yes",
    expected='"yes" or "no"',
    explanation="The change is in the log. The database is as it was until SQLite moves the log "
    "there, and the log still holds what was written to it before.",
    hint="Where does SQLite write a change first, and what happens to the database then?",
    practises=(4,),
)


async def _missing_in_erase_a_customer(erase: Answer) -> str | None:
    with new_file() as path:
        await load_sessions(ROOT / "data" / "support_desk.jsonl", path)
        for number in range(1, 27):
            async with SQLiteSession(f"customer_{number:02}", path) as session:
                await session.clear_session()
        await erase(path, "customer_39")
        left = _bytes_beside(path)
        if rows := _value(path, "count(*) FROM agent_messages WHERE session_id = 'customer_39'"):
            return f"After these lines, the session still has {rows} items."
        if b"customer_39" in left or b"Konstantin" in left:
            return "The items are deleted. But not all bytes of this customer are gone."
        if (count := _value(path, "count(*) FROM agent_sessions")) != 35:
            return f"The file had 36 sessions, and one was to go. There are {count}."
        # What VACUUM would have left out after a long conversation is deleted.
        await erase(path, "customer_51")
        if empty := _value(path, "freelist_count FROM pragma_freelist_count"):
            return (
                f"After a longer conversation is erased, {empty} pages of the file are empty. "
                "VACUUM was done before the items were deleted: what SQLite moves while it deletes "
                "them, VACUUM has not seen."
            )
    return None


def _value(path: Path, query: str) -> Any:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT {query}").fetchone()[0]


erase_a_customer = line_order(
    "Put lines in order",
    """
Here are the lines of a function `erase(path, session_id)`, in the wrong order. It does what you
have just done: in the end, no byte of this customer is in the file. One line does not belong: leave
it out, and put the others in order.
""",
    {
        "A": "    with closing(sqlite3.connect(path)) as database:",
        "B": "        await session.clear_session()",
        "C": "async def erase(path, session_id):",
        "D": '        database.execute("VACUUM")',
        "E": "    async with SQLiteSession(session_id, path) as session:",
        "F": "        await session.pop_item()",
    },
    "erase",
    _missing_in_erase_a_customer,
    answer="lines",
    solution="CEBAD",
    explanation="VACUUM writes the file anew without what was deleted before. So it comes last, "
    "when the session is closed.",
    hint="VACUUM leaves out what has been deleted by then. Lines with more blanks belong to the "
    "`with` above them.",
    practises=(4,),
)


say_what_remains = choice(
    "Say what remains",
    """
Your search has found nothing. Where may Konstantin's words still be?
""",
    {
        "a": (
            "in the log of `shop.db`",
            "The log went when the last session was closed, and the search looked at it too.",
        ),
        "b": (
            "in the index of `shop.db`, where the search cannot see them",
            "The search reads every byte of the file, the index among them. VACUUM wrote it anew.",
        ),
        "c": (
            "in the new file of the server, with the command that deleted them",
            "Such a command names the key, and with it the customer. But the new file was written "
            "from what the server holds now, and the search has read it.",
        ),
        "d": (
            "in a copy that somebody else has made, or in old blocks of the disk",
            "A program erases what it can reach. It cannot know who has copied a file, and a disk "
            "may keep what was on it until it needs the room.",
        ),
    },
    "d",
    answer="may_be_left",
    practises=(5,),
)

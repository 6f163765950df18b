"""The exercises of notebook 13, from SQLite to PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from agents.extensions.memory import SQLAlchemySession
from sqlalchemy import event

from exercises import Answer, Exercise, made_sessions, new_file, returned
from session_lib import SQLiteSession


def _said(*texts: str) -> list[Any]:
    return [{"role": "user", "content": text} for text in texts]


@asynccontextmanager
async def _on_server(engine: Any, *session_ids: str) -> AsyncIterator[list[Any]]:
    """Give empty sessions with these ids, and leave nothing in them."""
    sessions = [
        SQLAlchemySession(session_id, engine=engine, create_tables=True)
        for session_id in session_ids
    ]
    try:
        for session in sessions:
            await session.clear_session()
        yield sessions
    finally:
        for session in sessions:
            await session.clear_session()


async def _missing_in_choose_where(make_session: Answer, engine: Any) -> str | None:
    in_file, on_server = _said("This is in the file."), _said("This is on the server.")
    with new_file() as path:
        async with (
            _on_server(engine, "check_mary", "check_john") as theirs,
            SQLiteSession("check_mary", path) as mary,
            SQLiteSession("check_john", path) as john,
        ):
            for ours, other in zip((mary, john), theirs, strict=True):
                await ours.add_items([*in_file, *_said(ours.session_id)])
                await other.add_items([*on_server, *_said(other.session_id)])
            for session_id in ["check_mary", "check_john"]:
                for place, given, items in [
                    ("in the file", None, in_file),
                    ("on the server", engine, on_server),
                ]:
                    session = await make_session(session_id, path, given)
                    call = f"make_session({session_id!r}, path, {given and 'engine'})"
                    if not hasattr(session, "get_items"):
                        return f"`{call}` returned a {type(session).__name__}, not a session."
                    found = await session.get_items()
                    if isinstance(session, SQLiteSession):
                        await session.close()
                    if not found or found[:1] not in (in_file, on_server):
                        return f"`{call}` gave a session that lacks the items {place}."
                    if found[:1] != items:
                        return f"`{call}` should give the session that is kept {place}."
                    if found[1:] != _said(session_id):
                        return f"`{call}` gave somebody else's conversation."
    return None


choose_where = Exercise(
    title="Choose where",
    task="""
A program should run with a file on a laptop, and with a server at work. Write a function
`make_session(session_id, path, engine)`. If `engine` is `None`, it returns the session with this id
in the file at `path`. Otherwise it returns the session with this id on the server of that engine.
""",
    start="""
def make_session(session_id, path, engine):
    ...  # your code here
""",
    answer="make_session, engine",
    missing=_missing_in_choose_where,
    solution="""
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path)
    return SQLAlchemySession(session_id, engine=engine)
""",
    practises=(),
)


async def _missing_in_compare_both(same_items: Answer, engine: Any) -> str | None:
    hello, bye, thanks = _said("Hello."), _said("Goodbye."), _said("Thank you.")
    cases = [
        (hello + bye, hello + bye, "has the same items in both"),
        (hello + bye + thanks, hello + bye, "lacks its latest item on the server"),
        (hello, hello + bye, "has one item more on the server"),
        (hello + bye, hello + thanks, "has another item at its end on the server"),
        (hello + bye + thanks, bye + hello + thanks, "has its items in another order there"),
        (hello + hello, hello, "has an item twice in the file and once on the server"),
        ([], hello, "is empty in the file and not on the server"),
        ([], [], "is empty in both"),
    ]
    disposed = False

    def note(engine: Any) -> None:
        nonlocal disposed
        disposed = True

    event.listen(engine.sync_engine, "engine_disposed", note)
    try:
        missing = await _missing_in_comparisons(same_items, engine, cases)
    finally:
        event.remove(engine.sync_engine, "engine_disposed", note)
    if disposed and not missing:
        return "The answers are right. But it disposed of the engine, which is not its own."
    return missing


async def _missing_in_comparisons(
    same_items: Answer, engine: Any, cases: list[tuple[list[Any], list[Any], str]]
) -> str | None:
    for number, (here, there, text) in enumerate(cases):
        session_id = f"check_{number}"
        with new_file() as path:
            async with (
                _on_server(engine, session_id) as (theirs,),
                SQLiteSession(session_id, path) as ours,
            ):
                await ours.add_items(here)
                await theirs.add_items(there)
                with made_sessions() as made:
                    answer = await same_items(path, engine, session_id)
                    left_open = made.open
                if not isinstance(answer, bool):
                    return f"Return True or False. {returned(answer)}"
                if answer is not (here == there):
                    return f"A conversation {text}, and it returned {answer}."
                if await ours.get_items() != here or await theirs.get_items() != there:
                    return "It changed one of the conversations. It should only compare them."
                if left_open:
                    return "The answer is right. Now close the session in the file."
    return None


compare_both = Exercise(
    title="Compare both",
    task="""
Write a function `same_items(path, engine, session_id)`. It returns `True` if the conversation with
this id has the same items in the same order in the file at `path` and on the server of `engine`,
and `False` if not. It closes the session in the file. The engine is lent to it: it stays open.
""",
    start="""
async def same_items(path, engine, session_id):
    ...  # your code here
""",
    answer="same_items, engine",
    missing=_missing_in_compare_both,
    solution="""
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await ours.get_items() == await theirs.get_items()
""",
    practises=(),
)


async def _missing_in_move_one_user(copy_user: Answer, engine: Any) -> str | None:
    stored = {
        "check_1:billing": _said("My bill is wrong.", "It is too high."),
        "check_1:delivery": _said("Where is my parcel?"),
        "check_12:returns": _said("I send it back."),
        "check_2:billing": _said("I have paid twice."),
        "check-1:billing": _said("Where is my bill?"),
        "old_check_1:billing": _said("I have paid."),
    }
    ids = ", ".join(stored)
    with new_file() as path:
        async with _on_server(engine, *stored) as theirs:
            for session_id, items in stored.items():
                async with SQLiteSession(session_id, path) as session:
                    await session.add_items(items)
            results = [await copy_user(path, engine, "check_1")]
            for session in theirs:
                found = await session.get_items()
                wanted = session.session_id.startswith("check_1:")
                if wanted and found != stored[session.session_id]:
                    missing = "is incomplete" if found else "is missing"
                    return f"The file has {ids}. On the server {session.session_id} {missing}."
                if not wanted and found:
                    return f"The user is check_1, and it copied {session.session_id} as well."
            if results != [3]:
                return f"It copied three items, and returned {results[0]!r} in place of 3."
            async with SQLiteSession("check_1:delivery", path) as session:
                await session.add_items(_said("It has come."))
                items = await session.get_items()
            results.append(await copy_user(path, engine, "check_1"))
            if await theirs[1].get_items() != items:
                return "When it runs again, it should add only what is new in the file."
            if await theirs[0].get_items() != stored["check_1:billing"]:
                return "When it ran again, it changed a conversation that was complete."
            if results != [3, 1]:
                return f"When it ran again, it copied one item, and returned {results[1]!r}."
    return None


move_one_user = Exercise(
    title="Copy one user",
    task="""
One user moves to the server before all others. Write a function `copy_user(path, engine, user)`. It
copies the conversations of this user from the file at `path` to the server, and no others. Their
ids begin with the user and a colon: for `"user_1"` they are `"user_1:billing"`, `"user_1:delivery"`
and so on. It returns how many items it copied, and can be run again. `sessions` from notebook 03
says which ids there are.
""",
    start="""
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        ...  # your code here
    return copied
""",
    answer="copy_user, engine",
    missing=_missing_in_move_one_user,
    solution="""
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                theirs = SQLAlchemySession(session_id, engine=engine)
                copied += await copy_session(ours, theirs)
    return copied
""",
    practises=(),
)

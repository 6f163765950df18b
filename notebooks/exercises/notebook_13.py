"""The exercises of notebook 13, from SQLite to PostgreSQL."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from agents.extensions.memory import SQLAlchemySession
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import Pool

from exercises import (
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
from exercises.looking import shown
from session_lib import SQLiteSession, copy_sessions

Check = Callable[..., Awaitable[str | None]]


class _NoServerError(Exception):
    """There is no server to check with. The message says what to do."""


@asynccontextmanager
async def _lent() -> AsyncIterator[AsyncEngine]:
    """Give an engine that is not the notebook's own, on the notebook's server."""
    own = _notebooks_engine()
    if own is None:
        raise _NoServerError("`engine` is not defined yet: run the cells above first.")
    engine = create_async_engine(own.url)
    try:
        try:
            async with engine.connect():
                pass
        except (OSError, SQLAlchemyError) as error:
            raise _NoServerError(
                "The server does not answer: the last cells of the notebook stop it. Choose Kernel "
                "→ Restart Kernel and Run up to Selected Cell."
            ) from error
        yield engine
    finally:
        await engine.dispose()


def _notebooks_engine() -> AsyncEngine | None:
    engine = vars(sys.modules["__main__"]).get("engine")
    return engine if isinstance(engine, AsyncEngine) else None


class _Treatment:
    """How an answer treats the engine that it was lent."""

    def __init__(self) -> None:
        self.disposed = self.borrowed = False
        self.lent: set[Any] = set()
        self.open: set[Any] = set()
        self.kept: dict[Any, Any] = {}

    @property
    def complaint(self) -> str | None:
        """What is wrong with it, if anything is."""
        if self.borrowed:
            return "It used the notebook's own `engine`. Use only what your function is given."
        if self.disposed:
            return "The answer is right. But it disposed of the engine, which is lent to it."
        if self.kept:
            return "It keeps a connection of the engine. Give it back: use `async with`."
        if self.open - self.lent:
            return "It left a connection open. Dispose of the engine that your function made."
        return None


@contextmanager
def _watched(engine: AsyncEngine) -> Any:
    """Watch what is done with `engine`, with the notebook's own, and with other ones."""
    seen, own = _Treatment(), _notebooks_engine()
    watches: list[tuple[Any, str, Callable[..., None]]] = [
        (engine.sync_engine, "engine_disposed", lambda _: setattr(seen, "disposed", True)),
        (engine.sync_engine, "connect", lambda one, _: seen.lent.add(one)),
        (engine.sync_engine, "checkout", lambda _, one, proxy: seen.kept.update({one: proxy})),
        (engine.sync_engine, "checkin", lambda _, one: seen.kept.pop(one, None)),
        (Pool, "connect", lambda one, _: seen.open.add(one)),
        (Pool, "close", lambda one, _: seen.open.discard(one)),
    ]
    if own is not None:
        borrow = lambda *_: setattr(seen, "borrowed", True)  # noqa: E731
        watches += [(own.sync_engine, name, borrow) for name in ("checkout", "engine_disposed")]
    for watch in watches:
        event.listen(*watch)
    try:
        yield seen
    finally:
        for watch in watches:
            event.remove(*watch)
        for connection in seen.kept.values():
            connection.invalidate()  # or SQLAlchemy would warn of it later, in some other cell


def _with_a_server(check: Check) -> Check:
    """Say what to do if there is no server to check with."""

    async def missing(*answer: Any) -> str | None:
        try:
            return await check(*answer)
        except _NoServerError as error:
            return str(error)

    return missing


def _lends_an_engine(check: Check) -> Check:
    """Call `check` with the answer and an engine, and see how the answer treats the engine."""

    async def missing(*answer: Any) -> str | None:
        async with _lent() as engine:
            with _watched(engine) as seen:
                found = await check(*answer, engine)
                return found or seen.complaint

    return _with_a_server(missing)


def _said(*messages: str) -> list[Any]:
    return [{"role": "user", "content": message} for message in messages]


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


read_the_error = choice(
    "Read an error",
    """
A colleague starts such a program with a new server. The first message fails with this error. What
helps?

```
ProgrammingError: (sqlalchemy.dialects.postgresql.asyncpg.ProgrammingError)
<class 'asyncpg.exceptions.UndefinedTableError'>: relation "agent_messages" does not exist
[SQL: SELECT agent_messages.message_data FROM agent_messages WHERE ...
```
""",
    {
        "a": (
            "start the server",
            "The server runs: these words are its answer to the query in the last line.",
        ),
        "b": (
            "let one program make a session with `create_tables=True`",
            "A new server has no tables. Let one program create them before the others start: if "
            "two do it at the same moment, one of them may fail.",
        ),
        "c": (
            "use the id of a session that exists",
            "An id that is not there yet is a new conversation, and no error. What does not exist "
            "here has the name `agent_messages`.",
        ),
        "d": (
            "add an item before the session is read",
            "An empty conversation is an empty list. What does not exist here is a *relation*, "
            "which is the server's word for a table.",
        ),
    },
    "b",
    answer="what_helps",
    practises=(1,),
    kind="read",
)


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
                    if not hasattr(session, "get_items") or isinstance(session, type):
                        return f"`{call}` should return a session. {returned(session)}"
                    if getattr(session, "session_id", session_id) != session_id:
                        return f"`{call}` gave somebody else's conversation."
                    if given and getattr(session, "engine", given) is not given:
                        return f"`{call}` gave a session with another engine. Use this one."
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
    answer="make_session",
    missing=_lends_an_engine(_missing_in_choose_where),
    solution="""
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path)
    return SQLAlchemySession(session_id, engine=engine)
""",
    practises=(1,),
    hint="The two functions above each have one of the lines that you need.",
)


async def _added_by_second_copy() -> int:
    with new_file() as path, new_file() as target, made_sessions():
        earlier, new = SQLiteSession("customer_02", path), SQLiteSession("customer_63", path)
        await earlier.add_items(_said("Where is my parcel?", "Hello?"))
        await copy_sessions(path, lambda session_id: SQLiteSession(session_id, target))
        await new.add_items(_said("My name is Mary.", "Noted."))
        await earlier.add_items(_said("One more thing."))
        report = await copy_sessions(path, lambda session_id: SQLiteSession(session_id, target))
    return report.items


second_copy = prediction(
    "Predict a number",
    """
A cell below copies all conversations once more. How many items does that add to the server?
Predict it before you run that cell.
""",
    _added_by_second_copy,
    answer="added",
    solution=3,
    explanation="The new customer has two items, a message and its answer. The other one has one "
    "item that the server does not have yet.",
    hint="Count what the cell above added to the file. An answer is an item too.",
    wrong={
        2: "Two customers wrote. How many items did that add to the file?",
        0: "It skips what the server has already. What has it not?",
        779: "What the server has already is not added twice.",
        783: "What the server has already is not added twice.",
    },
    practises=(2,),
)


async def _missing_in_compare_both(same_items: Answer, engine: Any) -> str | None:
    hello, bye, thanks = _said("Hello."), _said("Goodbye."), _said("Thank you.")
    cases = [
        (hello + bye, hello + bye, "has the same items in both"),
        (hello + bye + thanks, hello + bye, "lacks its latest item on the server"),
        (hello, hello + bye, "has one item more on the server"),
        (hello + bye, hello + thanks, "has another item at its end on the server"),
        (hello + bye, thanks + bye, "has another item at its beginning on the server"),
        (hello + bye + thanks, bye + hello + thanks, "has its items in another order there"),
        (hello + hello, hello, "has an item twice in the file and once on the server"),
        ([], hello, "is empty in the file and not on the server"),
        ([], [], "is empty in both"),
        (hello, [{"role": "assistant", "content": "Hello."}], "has the text of another role there"),
        (hello + bye * 150, thanks + bye * 150, "has another first item, of 151, on the server"),
    ]
    left_open: list[Any] = []
    for number, (here, there, which) in enumerate(cases):
        session_id = f"check_{number}"
        with new_file() as path:
            async with (
                _on_server(engine, session_id) as (theirs,),
                SQLiteSession(session_id, path) as ours,
            ):
                await ours.add_items(hello)  # so that there is a file, even for no items
                await ours.clear_session()
                await ours.add_items(here)
                await theirs.add_items(there)
                with made_sessions() as made:
                    answer = await same_items(path, engine, session_id)
                    left_open += made.open
                if not isinstance(answer, bool):
                    return f"Return True or False. {returned(answer)}"
                if answer is not (here == there):
                    return f"A conversation {which}, and it returned {answer}."
                if await ours.get_items() != here or await theirs.get_items() != there:
                    return "It changed one of the conversations. It should only compare them."
    if left_open:
        return "The answer is right. Now close the session in the file."
    return None


compare_both = Exercise(
    title="Find the mistakes",
    task="""
The function `same_items(path, engine, session_id)` should return `True` if this conversation has
the same items in the same order in the file at `path` and on the server of `engine`, and `False` if
not. It should close the session in the file, and leave open the engine, which is only lent. Find
the mistakes, and repair the function.
""",
    start="""
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    equal = len(await ours.get_items()) == len(await theirs.get_items())
    await engine.dispose()
    return equal
""",
    answer="same_items",
    missing=_lends_an_engine(_missing_in_compare_both),
    solution="""
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    equal = await ours.get_items() == await theirs.get_items()
    await ours.close()
    return equal
""",
    practises=(2,),
    kind="repair",
    hint="Two lines are wrong. What does the first compare? And what does the second close?",
)


async def _missing_in_move_one_user(copy_user: Answer, engine: Any) -> str | None:
    stored = {
        "check_1:billing": _said("My bill is wrong.", "It is too high."),
        "check_1:delivery": _said("Where is my parcel?"),
        "check_1:wishes": _said("A red one, please."),
        "check_12:returns": _said("I send it back."),
        "check_2:billing": _said("I have paid twice."),
        "check-1:billing": _said("Where is my bill?"),
        "CHECK_1:billing": _said("I see no bill."),
        "old_check_1:billing": _said("I have paid."),
        "check_2:check_1:billing": _said("I pay for somebody else."),
        "check_1": _said("Hello."),
        "check.1:billing": _said("I pay in points."),
        "c++:billing": _said("I pay in pluses."),
    }
    with new_file() as path:
        async with _on_server(engine, *stored) as theirs:
            for session_id, items in stored.items():
                async with SQLiteSession(session_id, path) as session:
                    await session.add_items(items)
            with made_sessions() as made:
                results = [await copy_user(path, engine, "check_1")]
                left_open = made.open
            for session, (session_id, items) in zip(theirs, stored.items(), strict=True):
                found, wanted = await session.get_items(), session_id.startswith("check_1:")
                if wanted and found != items:
                    some, missing = ", ".join([*stored][:3]), "incomplete" if found else "missing"
                    return (
                        f"The file has {some} and others. {session_id} is {missing} on the server."
                    )
                if not wanted and found:
                    return f"The user is check_1, and it copied {session_id} as well."
                async with SQLiteSession(session_id, path) as ours:
                    if await ours.get_items() != items:
                        return f"It changed {session_id} in the file."
            if results != [4]:
                return f"It copied four items, and should return 4. {returned(results[0])}"
            if left_open:
                return "The copy is right. Now close the sessions in the file."
            async with SQLiteSession("check_1:delivery", path) as session:
                await session.add_items(_said("It has come."))
                items = await session.get_items()
            for user in ("check.1", "c++"):
                if (count := await copy_user(path, engine, user)) != 1:
                    return f"The user {user!r} has one item, and it copied {count}."
            results.append(await copy_user(path, engine, "check_1"))
            if await theirs[1].get_items() != items:
                return "When it runs again, it should add only what is new in the file."
            if await theirs[0].get_items() != stored["check_1:billing"]:
                return "When it ran again, it changed a conversation that was complete."
            if results != [4, 1]:
                return f"When it ran again, it copied one item. {returned(results[1])}"
    return None


move_one_user = Exercise(
    title="Copy one user",
    task="""
One user moves to the server before all others. Write a function `copy_user(path, engine, user)`. It
copies this user's conversations from the file at `path` to the server, and no others. Their ids
begin with the user and a colon, such as `"user_1:billing"` for `"user_1"`. It closes each session
in the file and returns how many items it copied in all. It can be run again.
""",
    start="""
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        ...  # your code here
    return copied
""",
    answer="copy_user",
    missing=_lends_an_engine(_missing_in_move_one_user),
    solution="""
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied
""",
    practises=(2,),
    hint="session_id.startswith(...) tells whose it is. `async with SQLiteSession(...) as ours:` "
    "closes the session at the end. copy_session returns how many items it added.",
)


async def _missing_in_leave_nothing_open(write: Answer, engine: Any) -> str | None:
    url = engine.url.render_as_string(hide_password=False)
    async with _on_server(engine, "check_elsewhere") as (session,):
        for messages in [["Hello."], ["Hello.", "Goodbye."]]:
            await write(url, "check_elsewhere", messages[-1])
            found = texts(await session.get_items())
            if found != messages:
                return f"It was called with {messages!r}, and the conversation holds {found!r}."
    return None


leave_nothing_open = line_order(
    "Put lines in order",
    """
Here are the lines of a function `write(url, session_id, message)` for a program on another machine,
which has nothing of this notebook. It adds a message to a conversation on the server, and leaves no
connection open. One line does not belong: leave it out, and put the others in order.
""",
    {
        "A": "    await session.engine.dispose()",
        "B": "    session = SQLAlchemySession(session_id, engine=engine)",
        "C": "async def write(url, session_id, message):",
        "D": '    await session.add_items([{"role": "user", "content": message}])',
        "E": "    session = SQLAlchemySession.from_url(session_id, url=url)",
    },
    "write",
    _lends_an_engine(_missing_in_leave_nothing_open),
    answer="lines",
    solution="CEDA",
    explanation="from_url makes an engine, which is this function's own: it disposes of it last.",
    hint="Two lines make a session. Only one of them needs nothing but what the function is given.",
    practises=(3,),
)


async def _who_waits() -> str:
    lock = text("SELECT * FROM agent_sessions WHERE session_id = 'check_shared' FOR UPDATE")
    names = {"check_shared": "shared", "check_grace": "user_grace"}
    async with _lent() as engine, _on_server(engine, *names) as sessions:
        for session in sessions:
            await session.add_items(_said("Hello."))
        async with engine.begin() as slow:
            await slow.execute(lock)
            writing = [asyncio.create_task(one.add_items(_said("Bye."))) for one in sessions]
            await asyncio.wait(writing, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(writing, timeout=0.5)
            waits = [
                name for name, one in zip(names.values(), writing, strict=True) if not one.done()
            ]
        await asyncio.gather(*writing)
    return waits[0] if len(waits) == 1 else "both" if waits else "neither"


who_waits = prediction(
    "Predict who waits",
    """
The cells below lock the row of the session `"shared"`. While they hold the lock, two others write:
one to the session `"shared"`, and one to `"user_grace"`. Which write has to wait? Predict it before
you run them.
""",
    _who_waits,
    answer="waits",
    expected='"shared", "user_grace", "both" or "neither"',
    solution="shared",
    explanation="Only one row is locked, that of the session shared. Grace's has a row of its own.",
    hint="Which rows are locked, and which row does each write want to lock?",
    wrong={
        "both": "In SQLite both would wait, for a file has one lock. Here each session has a row.",
    },
    practises=(3,),
)
who_waits.missing = _with_a_server(who_waits.missing)


_NEEDS = {
    "shop": (
        "SQLAlchemySession",
        "The shop's programs run on several machines, and a PostgreSQL is there.",
    ),
    "kiosk": (
        "RedisSession",
        "Whatever is kept in memory is quick, and `ttl` lets it expire.",
    ),
    "clinic": (
        "EncryptedSession",
        "A file that is stolen should tell nothing: its items have to be encrypted.",
    ),
    "tutor": (
        "AdvancedSQLiteSession",
        "To go back to a question and keep both ways takes branches.",
    ),
}


async def _missing_in_which_session(classes: Any) -> str | None:
    import agents.extensions.memory as memory

    known = [name for name in memory.__all__ if name.endswith("Session")]
    if not isinstance(classes, dict):
        return f"`classes` is {shown(classes)}. It should be a dict with four names of classes."
    for place, (right, why) in _NEEDS.items():
        if place not in classes:
            return f"`classes` has no entry for {place!r}."
        chosen = classes[place]
        if chosen is ...:
            return f'Put a name in place of the three dots of {place!r}, such as "{known[0]}".'
        name = chosen.__name__ if isinstance(chosen, type) else chosen
        if not isinstance(name, str) or name.strip() not in known:
            return (
                f"{place!r} has {shown(chosen)}. It should be one of the names in the list above."
            )
        if name.strip() != right:
            return f"For {place!r} you chose {name.strip()}. {why}"
    return None


which_session = Exercise(
    title="Choose a session",
    task="""
Which class of the list suits each of these programs?

- `"shop"`: runs on four machines. A PostgreSQL is there, and conversations are kept for years.
- `"kiosk"`: tells people the way, on three machines. Each conversation should vanish by itself
  after an hour. There is a server that works in memory.
- `"clinic"`: runs on one laptop. Whoever steals its file should not be able to read it.
- `"tutor"`: a pupil can go back to a question and answer it again. Both ways are kept.
""",
    start="""
classes = {
    "shop": ...,  # a name in quotation marks
    "kiosk": ...,
    "clinic": ...,
    "tutor": ...,
}
""",
    answer="classes",
    missing=_missing_in_which_session,
    solution={place: right for place, (right, _) in _NEEDS.items()},
    practises=(4,),
    kind="choose",
    explanation="\n".join(f"{place}: {why}" for place, (_, why) in _NEEDS.items()),
)

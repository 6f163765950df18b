"""The exercises of notebook 11, other sessions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from agents.extensions.memory import AdvancedSQLiteSession
from sqlalchemy import event
from sqlalchemy.pool import Pool

from exercises import Answer, Exercise, choice, new_file, prediction, returned, texts
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
    # Each id would be another one, or several, if it were put into SQL as it is.
    conversations = {
        "user_mary": _ITEMS,
        "user_o'neil": _ITEMS[:2],
        "user_%": _ITEMS[2:],
        "User_Mary": _ITEMS[:1],
        "user_long": _ITEMS * 40,
    }
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
                return f"{session_id!r} has {len(items)} items: {texts(items)[:8]}. {_got(found)}"
            if not opened:
                return "These are the items, but SQLAlchemy did not read them."
            if left_open:
                return "These are the items. Now dispose of the engine: a connection is still open."
            async with SQLiteSession(session_id, path) as session:
                if await session.get_items() != items:
                    return f"Only read: your function changed {session_id!r} in the file."
    return None


def _got(items: list[Any]) -> str:
    if all(isinstance(item, dict) for item in items):
        return f"You returned {len(items)}: {texts(items)}."
    return returned(items)


read_with_sqlalchemy = Exercise(
    title="The same conversation",
    task="""
Write a function `same_conversation(path, session_id)`. With a `SQLAlchemySession`, it reads the
conversation with this id from the file at `path`, which our `SQLiteSession` wrote. It returns a
list of all items, and leaves no connection to the file open.
""",
    start="""
async def same_conversation(path, session_id):
    ...  # your code here
""",
    answer="same_conversation",
    missing=_missing_in_read_with_sqlalchemy,
    solution="""
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items()
    await session.engine.dispose()
    return items
""",
    practises=(1,),
    hint="Make the URL from `path`, as above. Read the items before you dispose of the engine.",
)


async def _shown_by_advanced() -> int:
    with new_file() as path:
        async with SQLiteSession("user_ada", path) as ours:
            await ours.add_items(_ITEMS * 2)
        session = AdvancedSQLiteSession(session_id="user_ada", db_path=path, create_tables=True)
        try:
            return len(await session.get_items())
        finally:
            session.close()


open_with_advanced = prediction(
    "Predict what it shows",
    """
A cell below opens a copy of our file with `AdvancedSQLiteSession`. The file holds Ada's eight
items. The class adds a table of its own to the file, in which it notes the turn of each item that
it stores. How many items does its `get_items` return? Predict it before you run that cell.
""",
    _shown_by_advanced,
    answer="items_shown",
    solution=0,
    explanation="It returns the items that have a row in its own table. It stored none of these.",
    hint="Who fills the table in which the class looks up the turns, and when?",
    practises=(1,),
    wrong={
        8: "The eight items are in the file. But the class asks its own table which items there "
        "are, and that table is new.",
    },
)


class _Full(SQLiteSession):
    """A session that takes `room` items, and refuses all more."""

    room = 0

    async def add_items(self, items: list[Any]) -> None:
        if len(await self.get_items()) + len(items) > self.room:
            raise OSError("the target is full")
        await super().add_items(items)


async def _missing_in_move_without_a_loss(move: Answer) -> str | None:
    full = _Full("full")
    source = SQLiteSession("source")
    await source.add_items(_ITEMS)
    try:
        await move(source, full)
        return "The target refused the items with an OSError. That error should reach the caller."
    except OSError:
        pass
    left = await source.get_items()
    if left != _ITEMS:
        return f"The target refused the items, and the source has {len(left)} of 4 left."
    full.room = len(_ITEMS)
    await move(source, full)
    if (found := await full.get_items()) != _ITEMS:
        return f"Move all items, in their order. The target holds {texts(found)}."
    if await source.get_items():
        return "All items are in the target. Now remove them from the source."
    # As after a program that was stopped between the copy and what followed it.
    again, half = SQLiteSession("again"), SQLiteSession("half")
    await again.add_items(_ITEMS)
    await half.add_items(_ITEMS[:3])
    await move(again, half)
    if (found := await half.get_items()) != _ITEMS:
        return (
            "A first try had moved three items. After the second one the target should hold all "
            f"four, each once. It holds {texts(found)}."
        )
    if await again.get_items():
        return "After a second try the source should be empty too."
    # The same, where only the clearing was missing, and where items are equal.
    for there in (_ITEMS * 2, _ITEMS):
        again, half = SQLiteSession("again"), SQLiteSession("half")
        await again.add_items(_ITEMS * 2)
        await half.add_items(there)
        await move(again, half)
        if (found := await half.get_items()) != _ITEMS * 2:
            return (
                f"The source had four items, each twice, and a first try had moved {len(there)}. "
                f"After the second one the target holds {texts(found)}."
            )
        if await again.get_items():
            return "A first try had moved all items. After a second one the source is not empty."
    other = SQLiteSession("other")
    await other.add_items([{"role": "user", "content": "Something else."}])
    await source.add_items(_ITEMS)
    with suppress(ValueError):
        await move(source, other)
    if _ITEMS not in (await source.get_items(), (await other.get_items())[1:]):
        return "The target held another conversation, and the items of the source are lost."
    return None


move_without_a_loss = Exercise(
    title="Move without a loss",
    task="""
The function `move(source, target)` should move a conversation from one session to another, of
whatever kinds they are. In the end all items are in the target, and the source is empty. But if the
target refuses them, the conversation is lost. Repair it: if there is an error, the source keeps all
its items, and the error reaches the caller. After that, `move` can be called again: what a first
try has brought to the target is not there twice.
""",
    start="""
async def move(source, target):
    items = await source.get_items()
    await source.clear_session()
    await target.add_items(items)
""",
    answer="move",
    missing=_missing_in_move_without_a_loss,
    solution="""
async def move(source, target):
    await copy_session(source, target)
    await source.clear_session()
""",
    practises=(2,),
    kind="repair",
    hint="Delete last. And one function of this notebook can be called again without harm.",
)


async def _missing_in_ask_in_a_branch(branch_and_ask: Answer) -> str | None:
    told = ["My name is Mary.", "My favourite drink is tea.", "My name is Mary."]
    items: list[Any] = []
    for text in told:
        items += [{"role": "user", "content": text}, {"role": "assistant", "content": "Noted."}]
    asked_for = [(2, "What is my name?"), (3, "Where do I live?"), (3, "What is my name?")]
    wanted = [
        [told[0], "Noted.", "What is my name?"],
        [told[0], "Noted.", told[1], "Noted.", "Where do I live?"],
        [told[0], "Noted.", told[1], "Noted.", "What is my name?"],
    ]
    answers = []
    known = {"main"}
    with new_file() as path:
        session = AdvancedSQLiteSession(session_id="check", db_path=path, create_tables=True)
        try:
            await session.add_items(items)
            for (turn, question), said in zip(asked_for, wanted, strict=True):
                answers.append(await branch_and_ask(session, turn, question))
                branches = await session.list_branches()
                if await session.get_items(branch_id="main") != items:
                    return "The conversation on 'main' has changed. Make a branch before you ask."
                new = {str(one["branch_id"]) for one in branches} - known
                if not new:
                    return "There is no new branch. Make one at each call."
                if "main" not in [one["branch_id"] for one in branches if one["is_current"]]:
                    return "After your function, the session is still on the branch. Go back."
                known |= new
                found = [texts(await session.get_items(branch_id=name))[:-1] for name in new]
                if found != [said]:
                    return (
                        f"On a branch from turn {turn}, the question should follow what was said "
                        f"before that turn: {said}. The branch holds {found[0]}."
                    )
        except (RuntimeError, sqlite3.ProgrammingError) as error:
            if "closed" in str(error):
                return "Your function closed the session. Leave it open."
            raise
        finally:
            session.close()
    if not all(isinstance(answer, str) for answer in answers):
        return f"The branches are right. Now return the answer, as a text. {returned(answers[0])}"
    if "Mary" not in answers[0] or "don't know" not in answers[1] or "Mary" not in answers[2]:
        return f"Return the answer from the branch. It returned {answers!r}."
    return None


ask_in_a_branch = Exercise(
    title="Branch and ask",
    task="""
Write a function `branch_and_ask(session, turn, message)`. `session` is an open
`AdvancedSQLiteSession` on `main`. The function makes a branch from this turn, asks `message` there,
goes back to `main` and returns the answer. It leaves the session open. It can be called several
times, even for the same turn, so leave out the branch's name: then the class makes one up.
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
    practises=(3,),
    hint="`create_branch_from_turn(turn)` without a name chooses one. `main` is a branch too.",
)


read_the_error = choice(
    "Read an error",
    """
A program works with a `RedisSession`. One morning it stops with these words. What has happened?

```
redis.exceptions.ConnectionError: Error 2 connecting to /run/valkey/valkey.sock.
No such file or directory.
```
""",
    {
        "a": (
            "The conversation has expired, and the server has deleted it.",
            "Then the server would answer, and the session would be empty. Here nothing answered.",
        ),
        "b": (
            "The server does not know the session id.",
            "To a server, a new id is an empty conversation, and not an error. Here nothing "
            "answered.",
        ),
        "c": (
            "No server listens at that address: it was stopped, or the URL is wrong.",
            "The program tried to connect and found no socket there. Look whether the server runs, "
            "and whether the URL is right.",
        ),
        "d": (
            "Another program uses the conversation, and the file is locked.",
            "A server has many clients at once. And the file that is named here is the socket, "
            "through which the program would reach the server.",
        ),
    },
    "c",
    answer="what_happened",
    practises=(4,),
    kind="read",
)


choose_a_session = choice(
    "Choose a session",
    """
A museum answers questions on its web site. Three programs do so, on three machines, and each
message may reach another of them. A conversation should be forgotten an hour after its last
message. Which session fits, by what you have seen?
""",
    {
        "a": (
            "our `SQLiteSession`, with the file in a shared network folder",
            "SQLite's locks and its log work among the programs of one machine, and not over a "
            "network folder.",
        ),
        "b": (
            "`AdvancedSQLiteSession`, so that each machine gets a branch",
            "It keeps a file too, and a file serves one machine. A branch is for asking again.",
        ),
        "c": (
            "`RedisSession` with `ttl=3600`, on a server that all three reach",
            "Many programs can use one server, wherever they are, and it deletes what is older "
            "than its `ttl` by itself.",
        ),
        "d": (
            "`OpenAIConversationsSession`, with the id in a file on each machine",
            "The id is the only way to a conversation. If each machine keeps its own ids, a "
            "visitor begins anew on each of them.",
        ),
    },
    "c",
    answer="session_for_the_museum",
    practises=(5,),
)

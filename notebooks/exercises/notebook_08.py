"""The exercises of notebook 08, inside the file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from pandas.errors import DatabaseError  # type: ignore[import-untyped]

from exercises import Answer, Exercise, new_file, returned
from session_lib import SQLiteSession


def _question(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def _answer(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "role": "assistant", "content": content, "status": "completed"}


def _is_closed(database: sqlite3.Connection) -> bool:
    try:
        _ = database.total_changes
    except sqlite3.ProgrammingError:
        return True
    return False


async def _missing_in_ask_for_the_last_question(last_question: Answer) -> str | None:
    conversations = {
        "user_mary": [_question("Is it raining?"), _answer("No."), _question("Is it cold?")],
        "user_o'neil": [_question("Where am I?"), _answer("In Cork."), _question("Since when?")],
        "user-mary": [_question("Who are you?")],
    }
    rows: list[Any] = []

    def note(cursor: sqlite3.Cursor, row: Any) -> Any:
        rows.append(row)
        return row

    with new_file() as path:
        for session_id, items in conversations.items():
            async with SQLiteSession(session_id, path) as session:
                await session.add_items([*items, _answer("I do not know.")])
        with closing(sqlite3.connect(path)) as database:
            database.row_factory = note
            for session_id, items in conversations.items():
                question = items[-1]["content"]
                rows.clear()
                try:
                    found = await last_question(database, session_id)
                except (sqlite3.Error, DatabaseError):
                    if session_id == "user_o'neil" and not _is_closed(database):
                        return f"SQL does not take the id {session_id!r} as text: pass it with ?"
                    raise
                if not isinstance(found, str):
                    return f"Return the text of the question, and nothing else. {returned(found)}"
                if "I do not know." in found:
                    return "That is what the agent said: look at the role."
                if found == items[0]["content"] != question:
                    return "That is the first question of this user. The latest has the highest id."
                if found != question:
                    return f"The last question of {session_id} is {question!r}, and not {found!r}."
                if _is_closed(database):
                    return "It closed the connection. Leave it open: your caller still needs it."
                if len(rows) > 1:
                    return f"The text is right, but {len(rows)} rows left the file. Let SQL choose."
    return None


ask_for_the_last_question = Exercise(
    title="Ask for the last question",
    task="""
Write a function `last_question(database, session_id)` that returns the text of the last question of
this user. `database` is an open `sqlite3` connection, which your function leaves open. A question
is an item with the role `user`, and its text is in `$.content`. Let SQL find it, so that only one
row leaves the file.
""",
    start="""
def last_question(database, session_id):
    ...  # your code here
""",
    answer="last_question",
    missing=_missing_in_ask_for_the_last_question,
    solution="""
def last_question(database, session_id):
    query = \"\"\"
        SELECT json_extract(message_data, '$.content') AS question FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1
    \"\"\"
    return pd.read_sql(query, database, params=[session_id])["question"][0]
""",
    practises=(),
)


async def _missing_in_look_for_losses(lost_items: Answer) -> str | None:
    cases = [
        ("the program was killed before it could print", [0, 1, 2, 3], [0, 1, 2], []),
        ("nothing went wrong", [0, 1, 2], [0, 1, 2], []),
        ("two items are missing", [0, 2, 3], [0, 1, 2, 3, 4], [1, 4]),
        ("one item is missing, and another was stored but not printed", [0, 2, 3], [0, 1, 2], [1]),
        ("nothing is stored", [], [9, 10], [9, 10]),
        ("three items are missing", [5], [9, 5, 7, 2], [9, 7, 2]),
        ("nothing is stored, and nothing printed", [], [], []),
    ]
    for what, stored, acknowledged, lost in cases:
        session = SQLiteSession("check")
        await session.add_items([_question(str(number)) for number in stored])
        printed = "".join(f"{number}\n" for number in acknowledged)
        found = await lost_items(printed, session)
        if not isinstance(found, list):
            return f"Return a list, which is empty if nothing was lost. {returned(found)}"
        if lost and [*found] == [str(number) for number in lost]:
            return "The right ones, but as texts. Return whole numbers."
        if sorted(map(str, found)) == sorted(map(str, lost)) and [*found] != lost:
            return f"Printed {printed!r}: return {lost}, in this order, and not {found!r}."
        if [*found] != lost:
            return (
                f"Stored {stored}, printed {printed!r}: {what}, so the lost ones are {lost}. "
                f"It returned {found!r}."
            )
    return None


look_for_losses = Exercise(
    title="Look for losses",
    task="""
Write a function `lost_items(printed, session)`. `printed` is the text that such a program printed:
one number a line, each of which was acknowledged. The items of `session` are like those of the
program. Return a list of the numbers that were acknowledged but are not stored, in the order in
which they were printed.
""",
    start="""
async def lost_items(printed, session):
    ...  # your code here
""",
    answer="lost_items",
    missing=_missing_in_look_for_losses,
    solution="""
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return [int(line) for line in printed.split() if int(line) not in stored]
""",
    practises=(),
)


def _counts(path: Path) -> dict[str, int]:
    """Return the number of items of each session in a file."""
    query = "SELECT session_id, count(*) FROM agent_messages GROUP BY session_id"
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute(query).fetchall())


async def _missing_in_back_up_and_clean_up(tidy: Answer) -> str | None:
    items = {"silent_for_100_days": 3, "silent_for_40_days": 2, "of_today": 2}
    for days, left in [(60, ["silent_for_40_days", "of_today"]), (30, ["of_today"])]:
        with new_file() as path:
            target = path.with_name("copy.db")
            for age in [100, 40]:
                session_id = f"silent_for_{age}_days"
                async with SQLiteSession(session_id, path) as session:
                    await session.add_items([_question("Hello.")] * items[session_id])
            with closing(sqlite3.connect(path)) as database, database:
                for age in [100, 40]:
                    database.execute(
                        "UPDATE agent_messages SET created_at = datetime('now', ?) "
                        "WHERE session_id = ?",
                        [f"-{age} days", f"silent_for_{age}_days"],
                    )
            async with SQLiteSession("of_today", path) as in_use:
                await in_use.add_items([_question("Hello.")] * items["of_today"])
                found = await tidy(path, target, days)
            if not target.exists():
                return "There is no copy at the target: make one first."
            copied, kept = _counts(target), _counts(path)
            if "of_today" not in copied:
                return "The copy lacks what was stored just now: the file was in use."
            if copied != items:
                return (
                    f"The copy should have all that the file had, {sum(items.values())} items. "
                    f"It has {sum(copied.values())}."
                )
            if kept == items:
                return "The copy is right. The file still has all its old sessions."
            if list(kept) != sorted(left):
                return f"With {days} days, the file should keep {sorted(left)}, not {list(kept)}."
            counts = (7, 7 - sum(items[session_id] for session_id in left))
            if not isinstance(found, tuple | list) or tuple(found) != counts:
                return (
                    f"Copy and file are right. {counts[0]} items were copied and {counts[1]} "
                    f"deleted, so return {counts}."
                )
    return None


back_up_and_clean_up = Exercise(
    title="Back up and clean up",
    task="""
Write a function `tidy(path, target, days)`. First it copies the file at `path` to `target`, so that
nothing is gone for good. The file may be in use. Then it deletes from it the sessions that have
been silent for more than `days` days. It returns two numbers: how many items were copied, and how
many were deleted.
""",
    start="""
async def tidy(path, target, days):
    ...  # your code here
""",
    answer="tidy",
    missing=_missing_in_back_up_and_clean_up,
    solution="""
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied.items, deleted.items
""",
    practises=(),
)

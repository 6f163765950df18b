"""The exercises of notebook 08, inside the file."""

import asyncio
import numbers
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from statistics import mean, median
from typing import Any

from pandas.errors import DatabaseError  # type: ignore[import-untyped]

from exercises import Answer, Exercise, choice, new_file, prediction, returned, texts
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
        "user_mary_2": [_question("Is anybody there?")],
    }
    note_to_the_agent = {"role": "developer", "content": "Answer in English."}
    rows: list[Any] = []

    def note(cursor: sqlite3.Cursor, row: Any) -> Any:
        rows.append(row)
        return row

    with new_file() as path:
        for session_id, items in conversations.items():
            async with SQLiteSession(session_id, path) as session:
                answer = _answer("I do not know. Ask another user.")
                await session.add_items([*items, answer, note_to_the_agent])
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
                if "I do not know" in found:
                    return "That is what the agent said: look at the role."
                if found == items[0]["content"] != question:
                    return "That is the first question of this user. The latest has the highest id."
                if found != question:
                    return f"The last question of {session_id} is {question!r}. {returned(found)}"
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
    query = \"\"\"SELECT json_extract(message_data, '$.content') FROM agent_messages
        WHERE session_id = ? AND json_extract(message_data, '$.role') = 'user'
        ORDER BY id DESC LIMIT 1\"\"\"
    return database.execute(query, [session_id]).fetchone()[0]
""",
    practises=(1,),
    hint=(
        "Begin with the query above. It needs another column and one more condition, joined with "
        "AND. `database.execute(query, [session_id]).fetchone()` returns the row as a tuple."
    ),
)


async def _items_seen_while_writing() -> int:
    insert = "INSERT INTO agent_messages (session_id, message_data) VALUES ('batches', '{}')"
    with new_file() as path:
        async with SQLiteSession("batches", path) as session:
            await session.add_items([_question(str(number)) for number in range(200)])
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                other.execute(insert)
                return len(await session.get_items())


read_while_writing = prediction(
    "Predict what a reader sees",
    """
Your transaction is still open. Below, the session reads its items with `get_items()`. How many does
it see? Predict it before you run that cell. If you think that it cannot read now, say 0.
""",
    _items_seen_while_writing,
    answer="seen_by_the_session",
    solution=200,
    explanation=(
        "Others see nothing of a transaction before it is committed. Until then they read what was "
        "there before, and need not wait."
    ),
    hint="Others see all of a transaction or nothing. When do they see it?",
    wrong={
        201: "That would be half of a transaction: nobody knows yet whether your row will stay.",
        0: "The lock is for writers. A reader looks at what was committed before.",
        1: "The 200 items from before are still there.",
    },
    practises=(2,),
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
        ("one item is missing", [10, 21], [1, 10, 21], [1]),
    ]
    for what, stored, acknowledged, lost in cases:
        session = SQLiteSession("check")
        await session.add_items([_question(str(number)) for number in stored])
        printed = "".join(f"{number}\n" for number in acknowledged)
        found = await lost_items(printed, session)
        if texts(await session.get_items()) != [str(number) for number in stored]:
            return "The session no longer holds what it held: only read it."
        if not isinstance(found, list):
            return f"Return a list, which is empty if nothing was lost. {returned(found)}"
        if lost and found == [str(number) for number in lost]:
            return f"The right ones, but as texts: return whole numbers. {returned(found)}"
        if sorted(map(str, found)) == sorted(map(str, lost)) and found != lost:
            return f"Printed {printed!r}: return {lost}, in this order. {returned(found)}"
        if found != lost:
            return (
                f"Stored {stored}, printed {printed!r}: {what}, so the lost ones are {lost}. "
                f"{returned(found)}"
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
    practises=(2,),
    hint=(
        "The cells above make numbers of the printed text and of the stored items. Keep those of "
        "the printed numbers that are not among the stored ones."
    ),
)


def _counts(path: Path) -> dict[str, int]:
    """Return the number of items of each session in a file."""
    query = "SELECT session_id, count(*) FROM agent_messages GROUP BY session_id"
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute(query).fetchall())


async def _missing_in_back_up_and_clean_up(tidy: Answer) -> str | None:
    # For each session, how many days ago each of its items was stored.
    ages = {
        "silent for 100 days": [100, 100, 100],
        "silent for 40 days": [100, 40],
        "silent for 5 days": [100, 50, 5],
        "of today": [0, 0],
    }
    items = {session_id: len(days) for session_id, days in ages.items()}
    for days, old in [(60, ["silent for 100 days"]), (30, [*ages][:2])]:
        with new_file() as path:
            target = path.with_name("copy.db")
            for session_id in [*ages][:-1]:
                async with SQLiteSession(session_id, path) as session:
                    await session.add_items([_question("Hello.")] * items[session_id])
            every_age = [age for days_ago in ages.values() for age in days_ago]
            with closing(sqlite3.connect(path)) as database, database:
                for number, age in enumerate(every_age[:-2], 1):
                    database.execute(
                        "UPDATE agent_messages SET created_at = datetime('now', ?) WHERE id = ?",
                        [f"-{age} days", number],
                    )
            async with SQLiteSession("of today", path) as in_use:
                await in_use.add_items([_question("Hello.")] * items["of today"])
                found = await tidy(path, target, days)
            if not target.exists():
                return "There is no copy at the target: make one first."
            copied, kept = _counts(target), _counts(path)
            if {*items} - {*copied} == {"of today"}:
                return "The copy lacks what was stored just now: the file was in use."
            if copied != items:
                lacks = [one for one in items if copied.get(one, 0) != items[one]]
                return (
                    f"The copy should have all that the file had. It has {copied.get(lacks[0], 0)} "
                    f"of the {items[lacks[0]]} items of the session {lacks[0]!r}."
                )
            if kept == items:
                return "The copy is right. The file still has all its old sessions."
            left = [session_id for session_id in ages if session_id not in old]
            if sorted(kept) != sorted(left):
                return f"With {days} days, the file should keep {left}. It has kept {[*kept]}."
            counts = (len(every_age), sum(items[session_id] for session_id in old))
            if not isinstance(found, tuple | list) or tuple(found) != counts:
                return (
                    f"Copy and file are right. {counts[0]} items were copied and {counts[1]} "
                    f"deleted, so return {counts[0]} and {counts[1]}. {returned(found)}"
                )
            async with SQLiteSession("not copied", path) as late:
                await late.add_items([_question("Hello.")])
            with closing(sqlite3.connect(path)) as database, database:
                nine_days_ago = "UPDATE agent_messages SET created_at = datetime('now', '-9 days')"
                database.execute(nine_days_ago)
            with suppress(Exception):  # there is something at the target now
                await tidy(path, target, 3)
            if "not copied" not in {**_counts(path), **_counts(target)}:
                return "There was something at the target already. It deleted what is in no copy."
    return None


back_up_and_clean_up = Exercise(
    title="Back up and clean up",
    task="""
Write a function `tidy(path, target, days)`. First it copies the file at `path` to `target`, so that
nothing is gone for good. The file may be in use. Then, in the file at `path`, it deletes the
sessions that have been silent for more than `days` days. It returns two numbers: how many items
were copied, and how many were deleted.
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
    practises=(3,),
    hint="Both functions from the cells above return a report that has `items`. Keep both reports.",
)


class _Work:
    """Two functions that return given times, and what happens when they are called."""

    def __init__(self, **times: list[float]) -> None:
        self.calls: list[str] = []
        self.at_once = False
        self._times = {name: iter(of_one) for name, of_one in times.items()}
        self._running = 0

    def function(self, name: str) -> Callable[[], Awaitable[float]]:
        async def one_round() -> float:
            self.calls.append(name)
            self._running += 1
            self.at_once = self.at_once or self._running > 1
            await asyncio.sleep(0)
            self._running -= 1
            return next(self._times[name], 0.0)

        one_round.__qualname__ = name  # what Python calls it if nobody awaits it
        return one_round


async def _missing_in_measure_in_turn(compare: Answer) -> str | None:
    cases = [
        ([5.0, 1.0, 2.0, 9.0, 3.0], [10.0, 70.0, 20.0, 40.0, 100.0]),
        ([4.0] * 3, [2.0] * 3),
        ([1.0, 9.0, 2.0, 4.0], [8.0, 3.0, 5.0, 1.0]),
    ]
    for first_times, second_times in cases:
        rounds = len(first_times)
        work = _Work(first=first_times, second=second_times)
        found = await compare(work.function("first"), work.function("second"), rounds)
        for name in ["first", "second"]:
            if (count := work.calls.count(name)) != rounds:
                return f"With {rounds} rounds, `{name}` should run {rounds} times. It ran {count}."
        if work.at_once:
            return "Several were at work at the same time. Wait for each before you call the next."
        if any(len({*pair}) < 2 for pair in zip(work.calls[::2], work.calls[1::2], strict=True)):
            return f"They were not called in turn, but in this order: {', '.join(work.calls)}."
        found = [*found] if isinstance(found, tuple) else found
        if not isinstance(found, list) or not all(isinstance(one, numbers.Real) for one in found):
            return f"Return a list of two numbers, the medians. {returned(found)}"
        expected = [median(first_times), median(second_times)]
        if found == [mean(first_times), mean(second_times)] != expected:
            return f"These are the means, which one slow round changes. {returned(found)}"
        if found != expected:
            return (
                f"`first` took {first_times} seconds, and `second` {second_times}. The medians are "
                f"{expected}. {returned(found)}"
            )
    return None


measure_in_turn = Exercise(
    title="Repair a measurement",
    task="""
`first` and `second` are functions without arguments. Awaited, each does some work and returns the
seconds that it took. `compare(first, second, rounds)` should call each of them `rounds` times, in
turn: `first`, `second`, `first`, `second` and so on. So a busy minute affects both. It should
return a list of two numbers, the median of the first and that of the second: one slow round hardly
moves a median. The function below falls into both traps. Repair it.
""",
    start="""
async def compare(first, second, rounds):
    first_times = [await first() for _ in range(rounds)]
    second_times = [await second() for _ in range(rounds)]
    return [sum(first_times) / rounds, sum(second_times) / rounds]
""",
    answer="compare",
    missing=_missing_in_measure_in_turn,
    solution="""
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]
""",
    practises=(4,),
    kind="repair",
    hint=(
        "Call both within one loop. A Series has a method `median`, and so has the module "
        "`statistics`."
    ),
    used_later=True,
)


read_a_comparison = choice(
    "Read a comparison",
    """
A colleague has written a session class of her own, and compares it with another one. A number below
1 means that hers took less time.

| work | ratio | by round |
| --- | --- | --- |
| add 1 item | 0.43 | 0.97 |
| get the latest 20 | 0.51 | 0.49 |
| get all | 1.04 | 0.98 |
| pop 1 | 1.32 | 1.29 |

Which of these may she say?
""",
    {
        "a": (
            "Hers is faster: on average, it took 0.83 of the time.",
            "An average of different kinds of work says nothing about any of them: for pop, hers "
            "took longer.",
        ),
        "b": (
            "Hers adds an item in less than half the time.",
            "Within the rounds both took about the same, 0.97: the ratio of 0.43 is the busy "
            "machine's.",
        ),
        "c": (
            "Hers is faster at getting the latest 20, and slower at pop. About the rest, she "
            "cannot tell.",
            "In these two rows both columns agree, and are far from 1. The others are near 1 or "
            "disagree.",
        ),
        "d": (
            "Hers is faster at everything but pop.",
            "Look at the rows that are near 1, and at the one whose columns disagree.",
        ),
    },
    "c",
    answer="may_say",
    practises=(4,),
    kind="read",
)

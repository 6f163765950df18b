"""The exercises of notebook 07, history with pandas."""

import csv
import io
import json
import math
import numbers
import sqlite3
from contextlib import closing
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from exercises import (
    ROOT,
    Answer,
    Exercise,
    choice,
    made_sessions,
    new_file,
    prediction,
    returned,
)
from exercises.looking import shown
from session_lib import KINDS, ROLES, SQLiteSession, export_csv, history

_Row = tuple[str, str, str, str]


def _table(rows: list[_Row]) -> pd.DataFrame:
    """Make a table as the notebook has it, of sessions, roles, texts and times."""
    table = pd.DataFrame(rows, columns=["session", "role", "text", "time"])
    kinds = {"call": "tool call", "result": "tool result"}
    kind = table["text"].str.split("(").str[0].map(kinds).fillna("message")
    user = table["role"] == "user"
    table = table.assign(
        turn=user.groupby(table["session"]).cumsum().astype("int64"),
        role=pd.Categorical(table["role"], categories=ROLES),
        kind=pd.Categorical(kind, categories=KINDS),
        time=pd.to_datetime(table["time"], utc=True, format="ISO8601").astype(
            "datetime64[us, UTC]"
        ),
    )
    return table[["session", "turn", "role", "kind", "time", "text"]]


async def _missing_in_build_one_table(table_of: Answer) -> str | None:
    said = {
        "bob": ["Hello.", "Hi, Bob.", "Is it raining?", "No."],
        "bob%": ["Where is my parcel?", "On its way."],
        "ada": ["My name is Ada.", "Hello, Ada."],
        "mary": ["Hello.", "Hi, Mary."],
    }
    with new_file() as path:
        columns = []
        for session_id, texts in said.items():
            async with SQLiteSession(session_id, path) as session:
                roles = ["user", "assistant"] * 2
                items = [
                    {"role": role, "content": text}
                    for role, text in zip(roles, texts, strict=False)
                ]
                await session.add_items(items)
                columns = [*(await history(session)).columns]
        # Bob came first, Mary last: which is not the order that is asked for.
        with closing(sqlite3.connect(path)) as database, database:
            times = "datetime(1774000000 + id, 'unixepoch')"
            database.execute(f"UPDATE agent_messages SET created_at = {times}")
        for ids in [["mary", "bob"], ["bob%", "ada", "mary"], ["bob"]]:
            expected = [(one, text) for one in ids for text in said[one]]
            with made_sessions() as made:
                table = await table_of(path, ids)
                left_open = [session.session_id for session in made.open]
            if not isinstance(table, pd.DataFrame):
                return f"Return the table. {returned(table)}"
            if "session" not in table:
                return (
                    f"The columns are {[*table.columns]}, so nobody can tell whose rows these are. "
                    "Add the column `session`."
                )
            if lost := [name for name in columns if name not in table]:
                return f"The table lacks the column {lost[0]!r}, which `history` makes."
            if more := [name for name in table if name not in [*columns, "session"]]:
                return f"The table has a column {more[0]!r}, which nobody asked for."
            found = [*zip(table["session"].map(str), table["text"].map(str), strict=True)]
            for session_id in ids:
                count = [one for one, _ in found].count(session_id)
                if count != len(said[session_id]):
                    return (
                        f"The session {session_id!r} has {len(said[session_id])} items. The table "
                        f"for {ids} has {count} rows of it."
                    )
            if found != expected:
                whose = [*dict.fromkeys(one for one, _ in found)]
                return (
                    f"The table for {ids} should have the rows of these sessions in this order, "
                    f"each as `history` gives them. It has {len(found)} rows, of {whose}."
                )
            if [*table.index] != [*range(len(table))]:
                return f"The rows are numbered {[*table.index]}. Number them from 0 to the end."
            if left_open:
                return f"The table is right. The session {left_open[0]!r} was left open."
    return None


build_one_table = Exercise(
    title="Repair what builds the table",
    task="""
A colleague has written `table_of(path, session_ids)`. It should return one table of the sessions in
the list, in the order of the list: the columns of `history`, and the column `session` with the id.
Its rows should be numbered from 0 to the end. Each session should be closed again. The function
runs, but does not do all of this. Find what is missing, and repair it.
""",
    start="""
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        session = SQLiteSession(session_id, path)
        tables.append(await history(session))
    return pd.concat(tables)
""",
    answer="table_of",
    missing=_missing_in_build_one_table,
    solution="""
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)
""",
    practises=(1,),
    kind="repair",
    hint="Three things are missing. Each of them is in the two cells that built the table above.",
)


async def _missing_in_open_questions(unanswered: Answer) -> str | None:
    answered = [
        ("mary", "user", "Is it raining?", "2026-03-02 09:00:00"),
        ("mary", "assistant", "No.", "2026-03-02 09:01:00"),
    ]
    others = [
        ("grace", "user", "Where is my parcel?", "2026-03-02 09:00:30"),
        ("grace", "assistant", "On its way.", "2026-03-02 09:00:40"),
        ("bob", "user", "I want to change my address.", "2026-03-02 09:02:00"),
        ("ada", "user", "Hello.", "2026-03-02 09:03:00"),
        ("grace", "user", "Thank you.", "2026-03-02 09:04:00"),
        ("bob", "assistant", "What is the new one?", "2026-03-02 09:05:00"),
        ("ada", "assistant", "Hello.", "2026-03-02 09:06:00"),
        ("alan", "user", "Where is order 1 and order 2?", "2026-03-02 09:07:00"),
        ("ada", "user", "Do you have it in yellow? I like yellow.", "2026-03-02 09:08:00"),
        ("alan", "assistant", "call(order=1)", "2026-03-02 09:09:00"),
        ("eve", "user", "Is the shop open?", "2026-03-02 09:10:00"),
        ("eve", "assistant", "It is.", "2026-03-02 09:10:00"),
    ]
    why = {
        "mary": "The question of mary was answered.",
        "grace": "The latest message of grace is not a question.",
        "bob": "In the session bob, the agent asked last, not the user.",
        "alan": "The latest item of alan is a tool call: the agent is at work on it.",
        "eve": "The question of eve was answered in the same second.",
        "ada": "The latest item of ada is a question, and no answer follows.",
    }
    for rows, expected in [(answered, []), (answered + others, ["ada"])]:
        found = await unanswered(_table(rows))
        if isinstance(found, pd.DataFrame):
            return "It returned a whole table. Return only the ids: choose the column 'session'."
        if not isinstance(found, list):
            return f"Return a list of session ids, which may be empty. {returned(found)}"
        ids = sorted(map(str, found))
        there = {session for session, *_ in rows}
        if wrong := [one for one in why if one in there and (one in ids) != (one in expected)]:
            return f"For the check's table it returned {shown(found)}. {why[wrong[0]]}"
        if ids != expected:
            return f"For the check's table it should return {expected}. {returned(found)}"
    return None


open_questions = Exercise(
    title="Open questions",
    task="""
Write a function `unanswered(table)`. It returns a list of the ids of the sessions whose latest item
is a message of the user with a question mark, `?`, in it. `table` has the columns of the table
above, and the items of each session are in order. At the desk there is one such session. A question
mark has a meaning of its own in patterns: with `regex=False`, `str.contains` looks for the
character.
""",
    start="""
def unanswered(table):
    latest = table.groupby("session").tail(1)
    return []  # your code here
""",
    answer="unanswered",
    missing=_missing_in_open_questions,
    solution="""
def unanswered(table):
    latest = table.groupby("session").tail(1)
    asked = latest["text"].str.contains("?", regex=False)
    return list(latest[(latest["role"] == "user") & asked]["session"])
""",
    practises=(2,),
    hint=(
        "`latest` has one row for each session. Keep the rows for which both is true: the role is "
        "'user', and the text has a question mark. `list(...)` makes a list of a column."
    ),
)


async def _missing_in_words_of_each_customer(words_per_customer: Answer) -> str | None:
    expected = {"grace": 7, "mary": 6, "bob": 3}
    table = _table(
        [
            ("mary", "user", "Hello  there.", "2026-03-02 09:00:00"),
            ("mary", "assistant", "Hello. How can I help you?", "2026-03-02 09:00:10"),
            ("bob", "user", "Hi.", "2026-03-02 09:01:00"),
            ("welcome", "assistant", "Welcome to the shop.", "2026-03-02 09:02:00"),
            ("bob", "user", "Anybody?", "2026-03-02 09:03:00"),
            ("grace", "user", "Where is my parcel with the teapot?", "2026-03-02 09:04:00"),
            ("grace", "assistant", "call(order=4655)", "2026-03-02 09:04:05"),
            ("grace", "tool", "result(on its way)", "2026-03-02 09:04:06"),
            ("grace", "assistant", "On its way.", "2026-03-02 09:04:10"),
            ("mary", "user", "Is it\nraining\nnow?", "2026-03-02 09:05:00"),
            ("bob", "user", "Hello?", "2026-03-02 09:06:00"),
        ]
    )
    found = await words_per_customer(table)
    if not isinstance(found, pd.Series):
        return f"Return a Series: one column, with an index. {returned(found)}"
    words = {str(session): count for session, count in found.items() if count != 0}
    if len(words) != len(found[found != 0]) or words.keys() - {"welcome"} != expected.keys():
        return f"The index should be the ids of the sessions. It is {shown([*found.index])}."
    if words == {"mary": 2, "bob": 3, "grace": 1}:
        return "You counted messages. Count the words in each, and add them up."
    if words != expected:
        wrong = next(session for session in words if words[session] != expected.get(session))
        said = table[(table["session"] == wrong) & (table["role"] == "user")]["text"]
        return (
            f"The session {wrong} has {words[wrong]} words, and should have "
            f"{expected.get(wrong, 0)}. This is what its user said: {[*said]}."
        )
    if [*words] != [*expected]:
        return f"The numbers are right, but not in order: {[*expected]}, and not {[*words]}."
    return None


words_of_each_customer = Exercise(
    title="Repair what counts words",
    task="""
The function `words_per_customer(table)` should return a Series: for each session, how many words
its user wrote in all. Its index is the session, and it is sorted, most words first. The function
below counts something else, and sorts it the wrong way round. Find its mistakes, and repair it.
`sort_values` has an argument `ascending`.
""",
    start="""
def words_per_customer(table):
    words = table["text"].str.len()
    return words.groupby(table["session"]).sum().sort_values()
""",
    answer="words_per_customer",
    missing=_missing_in_words_of_each_customer,
    solution="""
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False)
""",
    practises=(2,),
    kind="repair",
    hint=(
        "There are three mistakes: whose texts are counted, what is counted in them, and in which "
        "order the sums come. Filter the table first, and then use what you have filtered."
    ),
)


async def _items_of_the_busiest_hour_in_berlin() -> str:
    lines = (ROOT / "data" / "support_desk.jsonl").read_text("utf-8").splitlines()
    times = pd.DatetimeIndex([json.loads(line)["created_at"] for line in lines])
    counts = [
        pd.Series(times.tz_convert(zone).hour).value_counts().max()
        for zone in ["UTC", "Europe/Berlin"]
    ]
    return "as many" if counts[0] == counts[1] else "more" if counts[1] > counts[0] else "fewer"


busiest_in_berlin = prediction(
    "Predict a count",
    """
Below, the same items are counted by the clocks of Berlin. How many items will the busiest hour
there have: `"more"` than 112, `"fewer"`, or `"as many"`? Predict it before you run that cell.
""",
    _items_of_the_busiest_hour_in_berlin,
    answer="in_berlin",
    expected='"more", "fewer" or "as many"',
    solution="fewer",
    explanation=(
        "The clocks in Berlin went forward on 29 March. So the items of one hour in UTC fall into "
        "two hours in Berlin, those before that day and those after it."
    ),
    hint="Think of what clocks in Europe do at the end of March.",
    wrong={
        "as many": (
            "So it would be if Berlin were one hour ahead all the time. What do clocks in Europe "
            "do at the end of March?"
        )
    },
    practises=(3,),
)


async def _missing_in_busiest_hour_of_customers(busiest_hour: Answer) -> str | None:
    # Two of the four after eight o'clock are after the clocks of Berlin went forward.
    eight = ["2026-03-27 08:05", "2026-03-27 08:40", "2026-03-30 08:10", "2026-03-30 08:50"]
    nine = ["2026-03-26 09:05", "2026-03-27 09:10", "2026-03-27 09:15"]
    asked = [("mary", "user", "Hello.", time) for time in sorted(eight + nine)]
    said = [("mary", "assistant", "Hello.", "2026-03-30 15:00")] * 6
    hints = {
        "UTC": "From 8 to 9 users wrote four messages, and from 9 to 10 three.",
        "Europe/Berlin": (
            "In UTC it is 8. In Berlin, two of these four messages were written after 9 and two "
            "after 10, because the clocks went forward on 29 March: convert the times, then take "
            "the hours."
        ),
        "Asia/Kolkata": (
            "The clocks there are five and a half hours ahead: convert the times, then take the "
            "hours."
        ),
        "Pacific/Honolulu": "The clocks there are ten hours behind: 08:05 in UTC is 22:05 there.",
    }
    hours = {"UTC": 8, "Europe/Berlin": 10, "Asia/Kolkata": 14, "Pacific/Honolulu": 22}
    for zone, hour in hours.items():
        found = await busiest_hour(_table(asked + said), zone)
        if isinstance(found, pd.Series | pd.DataFrame | pd.Index):
            return f"Return one number, the hour. It returned a {type(found).__name__}."
        if not isinstance(found, numbers.Real):
            return f"Return the hour, a number from 0 to 23. {returned(found)}"
        if found == len(eight) and hour != found:
            return "That is how many messages there were in the busiest hour. Which hour was it?"
        if found == 15:
            return "From 15 to 16 only the agent wrote: count the messages of users."
        if found != hour:
            return f"For {zone} the hour is {hour}, and it returned {found}. {hints[zone]}"
    return None


busiest_hour_of_customers = Exercise(
    title="The busiest hour of customers",
    task="""
Write a function `busiest_hour(table, zone)`. It returns the hour of the day, a number from 0 to 23,
in which users wrote the most messages, by the clocks of `zone`, such as `"Asia/Kolkata"`. The
agent's messages do not count.
""",
    start="""
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    ...  # your code here
""",
    answer="busiest_hour",
    missing=_missing_in_busiest_hour_of_customers,
    solution="""
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().idxmax()
""",
    practises=(3,),
    hint=(
        "Convert the times to the zone first, and take their hours after that. `value_counts` "
        "counts them, and `idxmax` tells which value has the highest count."
    ),
)


bins_that_end_early = choice(
    "Say what a plot leaves out",
    """
The longest message has 63 words. Suppose the histogram had `bins=range(0, 41, 5)`, so that the last
bin ends at 40. What would happen to the longer messages? Choose before you read on.
""",
    {
        "a": (
            "matplotlib would raise an error",
            "It raises none, and prints nothing. That is what makes this mistake dangerous.",
        ),
        "b": (
            "they would be counted in the last bin",
            "The last bin ends at 40. What is longer falls into no bin.",
        ),
        "c": (
            "the plot would leave them out, and say nothing",
            "What falls into no bin is not drawn. Only a look at the bars' heights shows it.",
        ),
        "d": (
            "matplotlib would add bins until all of them have one",
            "It takes the bins that you give it.",
        ),
    },
    "c",
    answer="longer_messages",
    practises=(4,),
)


async def _missing_in_draw_the_hours(draw_hours: Answer) -> str | None:
    # Not at the top: the notebook keeps matplotlib quiet first.
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    times = {0: 2, 9: 4, 10: 1, 23: 3}
    rows = [
        ("mary", "user", "Hello.", f"2026-03-{2 + number % 2:02} {hour:02}:00")
        for hour, count in times.items()
        for number in range(count)
    ]
    rows += [("mary", "assistant", "Hello.", "2026-03-02 09:30")] * 2
    figure = Figure()
    axes = figure.subplots()
    await draw_hours(_table(rows), axes)
    bars: list[Any] = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    if not bars:
        return "The axes have no bars: call a method of the `axes` that the function is given."
    if len(bars) > 1 and all(bar.get_x() == 0 for bar in bars):
        return "The bars lie on their sides: draw them upright, with the hours from left to right."
    heights: dict[int, Any] = {}
    if sum(bar.get_height() for bar in bars) == len(rows):
        return "The bars count all messages. Count only those of users."
    for bar in bars:
        # A histogram begins its bar at the hour, others have the hour in the middle.
        hour = math.floor(bar.get_x() + bar.get_width() / 2 + 1e-6)
        heights[hour] = max(heights.get(hour, 0), bar.get_y() + bar.get_height())
    places = sorted(hour for hour, height in heights.items() if height)
    if places != sorted(times):
        return f"There are bars at {places} of the axis. Users wrote in the hours {sorted(times)}."
    for hour, count in times.items():
        if heights[hour] != count:
            return (
                f"At the hour {hour} the bar is {heights[hour]:g} high. Users wrote {count} "
                "messages in that hour."
            )
    titles = [axes.get_title(loc=where) for where in ("left", "center", "right")]
    if not any([*titles, figure.get_suptitle()]):
        return "The bars are right. The plot has no title yet."
    if not axes.get_xlabel():
        return "The bars are right. The x axis has no label yet: what do its numbers count?"
    if not axes.get_ylabel():
        return "The bars are right. The y axis has no label yet: what do its numbers count?"
    return None


draw_the_hours = Exercise(
    title="Repair a plot",
    task="""
The function `draw_hours(table, axes)` should draw a bar on `axes` for each hour of the day in UTC,
0 to 23, as high as the number of messages that users wrote in that hour. The plot should have a
title, and both axes a label. What the function below draws looks right at first. Find its mistakes,
and repair it. To look at the plot, call the function with `table` and axes of your own, as above.
""",
    start="""
def draw_hours(table, axes):
    counts = table["time"].dt.hour.value_counts().sort_index()
    axes.bar(range(len(counts)), counts, color="#0072B2")
    axes.set(title="When users write", ylabel="messages")
""",
    answer="draw_hours",
    missing=_missing_in_draw_the_hours,
    solution="""
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(counts.index, counts, color="#0072B2")
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")
""",
    practises=(4,),
    kind="repair",
    hint=(
        "There are three mistakes. Ask the plot: do its heights add up to the number of messages "
        "that users wrote, and at which places do its bars stand? The index of `counts` has the "
        "hours. An hour in which nobody wrote is not in it."
    ),
)


async def _missing_in_hand_over_a_table(hand_over: Answer) -> str | None:
    formula = '=HYPERLINK("https://example.com", "Refund")'
    table = _table(
        [
            ("mary", "user", "My name is Mary.", "2026-03-02 09:00:00"),
            ("mary", "assistant", "Is it about a refund, Mary?", "2026-03-02 09:00:10"),
            ("mary", "user", "The REFUND for order 4.5, yes.", "2026-03-02 09:01:00"),
            ("mary", "assistant", "call(refund='465')", "2026-03-02 09:01:05"),
            ("mary", "tool", "result(refund='465')", "2026-03-02 09:01:06"),
            ("bob", "user", "Is order 465 refunded?", "2026-03-02 09:02:00"),
            ("bob", "user", formula, "2026-03-02 09:03:00"),
            ("ada", "user", "+1 for the refund of order 4.5", "2026-03-02 09:03:30"),
            ("ada", "user", 'Where is my parcel, "quick"?', "2026-03-02 09:04:00"),
            ("ada", "user", "That is Ada's, for $5 (or more).", "2026-03-02 09:05:00"),
            ("mary", "user", "The REFUND for order 4.5, yes.", "2026-03-02 09:06:00"),
        ]
    )
    of_users = table[table["role"] == "user"]
    for word in ["refund", "4.5", "Parcel", "ada's", "$5 (or"]:
        rows = [word.lower() in text.lower() for text in of_users["text"]]
        expected = of_users[rows][["session", "text"]]
        with new_file() as path:
            file, right = path.with_name("check.csv"), path.with_name("right.csv")
            export_csv(expected, right)
            await hand_over(table, word, file)
            if not file.exists():
                return "There is no file at `file` yet."
            header, *found = _cells(file.read_text("utf-8-sig"))
            safe = _cells(right.read_text("utf-8-sig"))[1:]
        if header != ["session", "text"]:
            index = " Without `index=False`, the first is the index." if "" in header else ""
            return f"The columns should be 'session' and 'text'. They are {header}.{index}"
        texts = [cell.removeprefix("'") for _, cell in found]
        for text in table["text"]:
            there, right_there = text in texts, text in [*expected["text"]]
            if there != right_there:
                verb = "does not belong in" if there else "is missing in"
                return f"For the word {word!r}, the text {text!r} {verb} the file."
        if [cells[0] for cells in found] != [*expected["session"]] or len(found) != len(safe):
            return (
                f"For the word {word!r}, the file should have the rows of {[*expected['session']]}"
                f", in this order. It has those of {[cells[0] for cells in found]}."
            )
        for cells, others in zip(found, safe, strict=True):
            if cells != others:
                return (
                    f"The file has the cell {cells[1]!r}. In a spreadsheet this is a formula, "
                    "which would run."
                )
    return None


def _cells(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text)) if row] or [[]]


hand_over_a_table = Exercise(
    title="Hand over a table",
    task="""
The shop wants to read what its customers say about a subject. Write a function
`hand_over(table, word, file)`. It writes the users' messages that contain `word`, in upper or lower
case, into `file`, for a spreadsheet. The file has two columns, `session` and `text`, and the
messages in the order of the table. `word` is no pattern: a dot in it is a dot. Nothing that a
customer typed may run as a formula.
""",
    start="""
def hand_over(table, word, file):
    ...  # your code here
""",
    answer="hand_over",
    missing=_missing_in_hand_over_a_table,
    solution="""
def hand_over(table, word, file):
    found = table["text"].str.contains(word, case=False, regex=False)
    rows = table[(table["role"] == "user") & found]
    export_csv(rows[["session", "text"]], file)
""",
    practises=(2, 5),
    hint=(
        "Filter as you did for 'refund', with `case=False` and `regex=False`, choose the two "
        "columns, and export them as in the cells above."
    ),
)

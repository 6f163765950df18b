"""The exercises of notebook 07, history with pandas."""

import math
import numbers
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from exercises import Answer, Exercise, returned
from session_lib import KINDS, ROLES

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
    return table[["session", "turn", "role", "kind", "text", "time"]]


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
    ]
    why = {
        "mary": "The question of mary was answered.",
        "grace": "The latest message of grace is not a question.",
        "bob": "In the session bob, the agent asked last, not the user.",
        "alan": "The latest item of alan is a tool call: the agent is at work on it.",
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
            return f"For the check's table it returned {ids}. {why[wrong[0]]}"
        if ids != expected:
            return f"For the check's table it should return {expected}. It returned {ids}."
    return None


open_questions = Exercise(
    title="Open questions",
    task="""
Write a function `unanswered(table)`. It returns a list of the ids of the sessions whose latest item
is a message of the user with a question mark in it. `table` has the columns of the table above, and
the items of each session are in order. At the desk there is one such session. A question mark has a
meaning of its own in patterns: with `regex=False`, `str.contains` looks for the character.
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
    practises=(),
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
    if found is None:
        return f"Group the messages by session, and add up their words. {returned(found)}"
    if not isinstance(found, pd.Series):
        return f"It returned a {type(found).__name__}. Return a Series: one column, with an index."
    words = {str(session): count for session, count in found.items() if count != 0}
    if len(words) != len(found[found != 0]) or words.keys() - {"welcome"} != expected.keys():
        return f"The index should be the ids of the sessions. It is {[*found.index]}."
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
    title="Words of each customer",
    task="""
Write a function `words_per_customer(table)` that returns a Series: for each session, how many words
its user wrote in all. Its index is the session. Whoever wrote most comes first: `sort_values` has
an argument for that, `ascending=False`.
""",
    start="""
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    ...  # your code here
""",
    answer="words_per_customer",
    missing=_missing_in_words_of_each_customer,
    solution="""
def words_per_customer(table):
    of_users = table[table["role"] == "user"]
    words = of_users["text"].str.split().str.len()
    return words.groupby(of_users["session"]).sum().sort_values(ascending=False)
""",
    practises=(),
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
            return f"It returned a {type(found).__name__}. Return one number, the hour."
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
    practises=(),
)


async def _missing_in_draw_the_hours(draw_hours: Answer) -> str | None:
    # Not at the top: the notebook keeps matplotlib quiet first.
    from matplotlib.figure import Figure

    times = {0: 2, 9: 4, 10: 1, 23: 3}
    rows = [
        ("mary", "user", "Hello.", f"2026-03-02 {hour:02}:{minute:02}")
        for hour, count in times.items()
        for minute in range(count)
    ]
    rows += [("mary", "assistant", "Hello.", "2026-03-02 09:30")] * 2
    figure = Figure()
    axes = figure.subplots()
    await draw_hours(_table(rows), axes)
    bars: list[Any] = [*axes.patches]
    if not bars:
        return "The axes have no bars: call a method of the `axes` that the function is given."
    if len(bars) > 1 and all(bar.get_x() == 0 for bar in bars):
        return "The bars lie on their sides: draw them upright, with the hours from left to right."
    heights: dict[int, Any] = {}
    for bar in bars:
        # A histogram begins its bar at the hour, others have the hour in the middle.
        hour = math.floor(bar.get_x() + bar.get_width() / 2 + 1e-6)
        heights[hour] = heights.get(hour, 0) + bar.get_height()
    if sum(heights.values()) == len(rows):
        return "The bars count all messages. Count only those of users."
    for hour in sorted({*heights, *times}):
        height, count = heights.get(hour, 0), times.get(hour, 0)
        if height != count:
            return f"At the hour {hour} the bar is {height:g} high. Users wrote {count} messages."
    titles = [axes.get_title(loc=where) for where in ("left", "center", "right")]
    if not any([*titles, figure.get_suptitle()]):
        return "The bars are right. The plot has no title yet."
    if not (axes.get_xlabel() and axes.get_ylabel()):
        return "The bars are right. Label both axes, so that readers see what they count."
    return None


draw_the_hours = Exercise(
    title="Draw the hours",
    task="""
Write a function `draw_hours(table, axes)`. For each hour of the day in UTC, 0 to 23, it draws a bar
on `axes`, as high as the number of messages that users wrote in that hour. The plot gets a title,
and both axes get a label. The check looks at the bars. To look at them yourself, call the function
with `table` and axes of your own, as in the cells above.
""",
    start="""
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    ...  # your code here
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
    practises=(),
)

"""The exercises of notebook 10, a day at the desk."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from openai import OpenAIError

from exercises import (
    Answer,
    Exercise,
    choice,
    conversation,
    made_sessions,
    new_file,
    prediction,
    returned,
    texts,
)
from exercises.day import missing_in_a_day
from exercises.desks import Desk, WatchedModel, asked_in, is_mixed, store, stored
from session_lib import SQLiteSession, copy_database, load_sessions, sessions


async def _items_after_an_outage() -> int:
    from agents import Agent, Runner

    model = WatchedModel()
    model.error = ConnectionError("the model cannot be reached")
    session = SQLiteSession("check")
    await session.add_items(conversation(*["Hello."] * 17))
    try:
        agent = Agent(name="Check", model=model)
        await Runner.run(agent, "Where is my order 4690?", session=session)
    except ConnectionError:
        pass
    return len(await session.get_items())


count_after_an_outage = prediction(
    "Predict what is stored",
    """
Jonah, `customer_17`, has 17 items in his session. Now he asks `"Where is my order 4690?"`, and the
model raises an error. How many items does his session hold afterwards? Predict it before you run
the next cell.
""",
    _items_after_an_outage,
    answer="items_then",
    solution=18,
    explanation="The runner stores a message before it asks the model. Only the answer is missing.",
    hint="When does the runner store the message: before it asks the model, or with the answer?",
    practises=(1,),
    wrong={
        17: "The runner does not wait for the answer before it stores the message.",
        19: "There is no answer that could be stored.",
    },
)


async def _missing_in_apologise(reply: Answer) -> str | None:
    name = "What is my name?"
    with new_file() as path, made_sessions() as made:
        model = WatchedModel({"order": 0.1})
        desk = Desk(path, {"7001": {"customer": "mary", "status": "packing"}}, model)
        await store(path, {"mary": conversation("My name is Mary.", "Hello, Mary.")})
        answer = await reply(desk, "mary", name)
        if not isinstance(answer, str):
            return f"Return the answer, as a text. {returned(answer)}"
        if "Mary" not in answer:
            return f"Mary asked {name!r}, and the answer should have her name. {returned(answer)}"
        outages = [ConnectionError, OpenAIError, ConnectionResetError]
        for error in [kind("no connection") for kind in outages]:
            model.error = error
            try:
                answer = await reply(desk, "mary", "Are you there?")
            except (ConnectionError, OpenAIError):
                kind = type(error).__name__
                return f"The model raised {kind}, and that reached the customer."
            if not isinstance(answer, str) or not answer.startswith("I cannot answer right now."):
                return f"The model could not be reached. Return `SORRY`. {returned(answer)}"
            held = texts(await stored(path, "mary"))
            if "Are you there?" not in held:
                return "The model could not be reached, and the customer's message is not stored."
            if held[-1] != "Are you there?":
                return f"After the message, which has no answer, the session holds {held[-1]!r}."
        model.error = None
        await store(path, {"mary": conversation("", "Here I am.")[1:]})
        if asked_in(await stored(path, "mary")).count("Are you there?") != 3:
            return "Mary asked three times, and each of her messages should be stored once."
        answers = await asyncio.gather(
            reply(desk, "mary", "Where is my order 7001?"), reply(desk, "mary", name)
        )
        latest = (await stored(path, "mary"))[-6:]
        if is_mixed(latest) or asked_in(latest)[-1] != name:
            return "Mary sent two messages quickly, and they were served at once. Use `serve_all`."
        if "packing" not in answers[0] or "Mary" not in answers[1]:
            return f"Mary sent two messages quickly, and the answers were {answers!r}."
        if made.open:
            return (
                "All are served, and a session is still open. Look at `serve` in your "
                "`support_desk.py`: after an error of the model, `async with` closes the session."
            )
        broken = Desk(path / "no folder" / "check.db", {}, model)
        try:
            answer = await reply(broken, "mary", name)
        except Exception:
            return None
        return (
            "The desk's file could not be opened, so nothing was stored. That error should reach "
            f"the caller. {returned(answer)}"
        )


apologise_in_an_outage = Exercise(
    title="Say sorry",
    task="""
Write a function `reply(desk, customer, message)`. It serves the message with `serve_all`, so that
messages of one customer stay in order, and returns the text of the answer. If the model raises one
of the errors in `OUTAGE`, it returns `SORRY`. Any other error reaches the caller: the message may
not have been stored, so do not promise an answer.
""",
    start="""
async def reply(desk, customer, message):
    ...  # your code here
""",
    answer="reply",
    missing=_missing_in_apologise,
    solution="""
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except OUTAGE:
        return SORRY
    return answers[0]
""",
    practises=(1,),
    hint="serve_all takes a list of pairs. Yours has one pair, and so the list of answers has one.",
    used_later=True,
)


async def _missing_in_report_in_the_morning(morning_report: Answer) -> str | None:
    call = {"type": "function_call", "name": "look_up", "arguments": "{}", "call_id": "1"}
    result = {"type": "function_call_output", "output": "sent", "call_id": "1"}
    conversations = {
        "mary": conversation("Hello.", "Hello.", "Is it raining?", "No."),
        "mary_2": conversation("Is it cold?", "Yes.", "And tomorrow"),
        "olga": [*conversation("Where is it?"), call, result],
        "femi": [
            *conversation("Where is it?"),
            call,
            result,
            *conversation("", "It was sent.")[1:],
        ],
        "yuki": conversation("", "", "Thank you.")[2:],
        "zoe": [
            *conversation("Is it cold?", "Yes.", "And windy?"),
            *conversation("Are you there?"),
        ],
        "nils": conversation("", "Can I help you?")[1:],
        "ines": [call, result],
        "hugo": conversation("Hello."),
        "lena": [*conversation("Is it open?"), *[call, result] * 20],
        "pia": [{"role": "user", "content": [{"type": "input_text", "text": "In parts?"}]}],
    }
    with new_file() as path:
        await store(path, conversations)
        async with SQLiteSession("hugo", path) as hugo:
            await hugo.pop_item()
        report = await morning_report(path)
    if not hasattr(report, "columns"):
        return f"Return a table: `sessions` gives you one to start from. {returned(report)}"
    if not {"turns", "unanswered"} <= {*report.columns}:
        return f"It should have the columns turns and unanswered. It has {[*report.columns]}."
    turns, unanswered = dict(report["turns"]), dict(report["unanswered"])
    if {*turns} != {*conversations} or len(report) != len(conversations):
        return "It should have a row for each session in the file, with the session as its index."
    expected = {"mary": 2, "mary_2": 2, "olga": 1, "femi": 1, "yuki": 1, "zoe": 3, "nils": 0}
    expected |= {"ines": 0, "hugo": 0, "lena": 1, "pia": 1}
    if turns != expected:
        return "The column turns is not right: `sessions` has it."
    waiting = {"mary_2": "And tomorrow", "yuki": "Thank you.", "olga": "Where is it?"}
    waiting |= {"lena": "Is it open?", "pia": "In parts?"}
    for name, text in {**waiting, "zoe": "Are you there?"}.items():
        if unanswered[name] != text:
            more = {
                "olga": " After it came a tool call and its result.",
                "lena": " After it came twenty tool calls and their results.",
                "pia": " Its content is a list with one part: `describe` gives its text.",
                "zoe": " Before it came another one without an answer.",
            }.get(name, "")
            return (
                f"A customer's latest message is {text!r}, and no answer follows.{more} "
                f"The table has {unanswered[name]!r}."
            )
    for name, what in {
        **dict.fromkeys(("mary", "femi", "nils"), "The assistant had the last word"),
        **dict.fromkeys(("ines", "hugo"), "A session has no message"),
    }.items():
        if unanswered[name] != "":
            return f"{what}, and the table has {unanswered[name]!r}."
    return None


report_in_the_morning = Exercise(
    title="Report in the morning",
    task="""
Write a function `morning_report(path)` that returns a table with a row for each session in the file
and the session's id as its index. The column `turns` says how many turns it has. The column
`unanswered` has the text of the customer's latest message if no message of the assistant follows
it, and `""` otherwise. A tool call and its result are not an answer. Some sessions hold no items.
`describe(item)` from `session_lib` gives the role, the kind and the text of any item.
""",
    start="""
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        ...  # your code here
    return report
""",
    answer="morning_report",
    missing=_missing_in_report_in_the_morning,
    solution="""
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report
""",
    practises=(1,),
    hint=(
        "describe(item) gives the role, the kind and the text. Leave out what is not a message, "
        "and look at the last one that is left. An empty list has no last one."
    ),
    used_later=True,
)


async def _missing_in_forget_a_customer(forget: Answer) -> str | None:
    hello = conversation("Hello.", "Hello.")
    people = dict.fromkeys(["kai", "kai_2", "ka_", "k%", "mary", "earlier"], hello)
    with new_file() as path, made_sessions() as made:
        await store(path, people)
        backups = path.with_name("backups")
        backups.mkdir()
        copies = [backups / f"2026-0{month}-14.db" for month in (3, 4)]
        for copy in copies:
            await copy_database(path, copy)
        notes = [backups / "notes.db", backups / "2025 accounts.db"]
        for note in notes:
            note.write_text("no copy")
        async with SQLiteSession("mary", path) as mary:  # so the file is in use
            await store(path, {"later": hello})
            async with SQLiteSession("earlier", path) as earlier:
                await earlier.clear_session()
            for name in ("kai", "earlier", "later", "nobody", "ka_", "k%"):
                await forget(path, backups, name)
                for file in [path, *copies]:
                    where = "the desk's file" if file == path else f"the copy {file.name}"
                    if not file.exists():
                        return f"There is no {file.name} any more. Delete the customer in it only."
                    held = (await sessions(file)).set_index("session")["items"]
                    if name in held.index:
                        return f"{name!r} was to be forgotten, and is still in {where}."
                    gone = {*people} - {*held.index} - {"kai", "earlier", name}
                    if name == "kai" and gone:
                        return f"'kai' was forgotten, and in {where} {min(gone)!r} is gone too."
            if len(await mary.get_items()) != 2:
                return "Mary's session was open, and lost items while somebody else was forgotten."
            if sum(one is not mary for one in made.open):
                return "They are forgotten. Now close the sessions: one is still open."
        for file in [path, *copies]:
            if [*(await sessions(file))["session"]] not in (["kai_2", "mary"], ["mary", "kai_2"]):
                return f"In {file.name}, somebody else was deleted too."
        for note in notes:
            if not note.exists() or note.read_text() != "no copy":
                return f"The folder had a file {note.name!r}, which is not a copy: leave it alone."
        if {*backups.iterdir()} != {*copies, *notes}:
            return "There are other files in the folder of the backups than before."
    return None


forget_a_customer = Exercise(
    title="Forget a customer",
    task="""
Write a function `forget(path, backups, customer)`. It deletes the customer's session from the file
at `path`, which may be in use, and from each copy in the folder `backups`. `copies_in` says which
files are copies. Other files and other customers stay as they are. A customer who is in some of the
files only, or in none, is no error. At the end, close the sessions.
""",
    start="""
async def forget(path, backups, customer):
    ...  # your code here
""",
    answer="forget",
    missing=_missing_in_forget_a_customer,
    solution="""
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()
""",
    practises=(2,),
    hint="A copy is a file of sessions like any other: open the customer's session in it.",
    used_later=True,
)


async def _missing_in_close_for_the_night(night: Answer) -> str | None:
    days_ago = {"mary": [41, 41], "john": [90, 38], "olga": [3, 3], "femi": [60, 59], "yuki": [50]}
    now, today = datetime.now(UTC), date.today()  # copies are named for the day of this machine
    lines = [
        {"session_id": name, "created_at": (now - timedelta(days=day)).isoformat(), "item": item}
        for name, days in days_ago.items()
        for day, item in zip(days, conversation("Hello.", "Hello."), strict=False)
    ]
    with new_file() as path:
        source, backups = path.with_name("source.jsonl"), path.with_name("backups")
        source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        await load_sessions(source, path)
        backups.mkdir()
        older, newer, just = (backups / f"{today - timedelta(n)}.db" for n in (44, 36, 40))
        names = ["notes.db", "2001 accounts.db", "2001-12-31 accounts.db"]
        others = [backups / name for name in names]
        for file in (older, newer, just, *others):
            file.touch()
        async with SQLiteSession("zoe", path) as zoe:  # so the file is in use
            await zoe.add_items(conversation("Hello."))
            deleted = await night(path, backups, 40)
            missing = await _missing_after_the_night(path, backups, deleted, {*days_ago, "zoe"})
            if missing:
                return missing
            if older.exists():
                return "The days were 40. A copy of 44 days ago is still in the folder."
            if not newer.exists():
                return "The days were 40. A copy of 36 days ago is gone."
            if date.today() == today and not just.exists():
                return "The days were 40. A copy of 40 days ago, which is not older, is gone."
            for file in others:
                if not file.exists():
                    return f"The folder had a file {file.name!r}, which is no copy, and it is gone."
            await zoe.add_items(conversation("Hello?"))
            return await _missing_in_later_nights(night, path, backups)


def _copies_of_today(backups: Path) -> list[Path]:
    # Midnight may have passed, and a learner may name a copy for the day in UTC.
    days = [date.today() + timedelta(days=n) for n in (-1, 0, 1)]
    return [copy for day in days if (copy := backups / f"{day}.db").exists()]


async def _missing_after_the_night(
    path: Path, backups: Path, deleted: Any, ids: set[str]
) -> str | None:
    made = _copies_of_today(backups)
    if not made:
        return "In the folder of the backups there is no copy that is named for today."
    left = {*(await sessions(path))["session"]}
    if "mary" in left:
        return "The days were 40. Mary has been silent for 41 days, and her session is there."
    if not {"john", "olga", "zoe"} <= left:
        return "The days were 40. A customer wrote later than that, and was deleted."
    if "yuki" not in left:
        return "Yuki wrote 50 days ago and got no answer. Whoever waits is not deleted."
    copied = {*(await sessions(made[0]))["session"]}
    if "zoe" not in copied:
        return "Zoe wrote just now, and the copy lacks her. Use `copy_database` on a file in use."
    if copied != ids:
        return "Sessions are missing in the copy. What comes first, the copy or the deleting?"
    if not isinstance(deleted, list):
        return f"All is done. Now return a list of the deleted sessions' ids. {returned(deleted)}"
    if sorted(map(str, deleted)) != ["femi", "mary"]:
        return f"Two sessions were deleted, femi and mary. {returned(deleted)}"
    return None


async def _missing_in_later_nights(night: Answer, path: Path, backups: Path) -> str | None:
    before = {*(await sessions(path))["session"]}
    try:
        deleted = await night(path, backups, 40)
    except FileExistsError:
        return "A second run on the same day failed: the new copy takes the place of the old one."
    copied = (await sessions(_copies_of_today(backups)[0])).set_index("session")["items"]
    if copied["zoe"] != 2:
        return "On a second run, the copy of today is still the one of the first run."
    if deleted != [] or {*(await sessions(path))["session"]} != before:
        return f"On a second run there was nothing to delete. {returned(deleted)}"
    # Today's copy cannot be made where a folder has its name.
    for copy in _copies_of_today(backups):
        copy.unlink()
        copy.mkdir()
    old = backups / "2001-01-01.db"
    old.touch()
    with suppress(Exception):
        await night(path, backups, 40)
    if not old.exists():
        return "The copy failed, and an older one was deleted all the same."
    try:
        await night(path, backups / "notes.db", 1)
    except OSError:
        pass
    else:
        return "The folder was not a folder, so the copy failed, and no error reached the caller."
    if {*(await sessions(path))["session"]} != before:
        return "The copy failed, and something was deleted all the same."
    return None


close_for_the_night = Exercise(
    title="Repair the night",
    task="""
This is what `night(path, backups, days)` should do. First it copies the file at `path`, which may
be in use, into the folder `backups`, as `copy_for_today` does. If that fails, the error reaches the
caller, and nothing is deleted. Then it deletes from the file the sessions that have been silent for
more than `days` days, but nobody who waits for an answer: `morning_report` says who does. It
deletes the copies that are older than `days` days. Other files stay. It returns a list of the ids
of the deleted sessions. The function below has three mistakes. Repair it.
""",
    start="""
async def night(path, backups, days):
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    await copy_for_today(path, backups)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in backups.glob("*.db"):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions
""",
    answer="night",
    missing=_missing_in_close_for_the_night,
    solution="""
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions
""",
    practises=(3,),
    kind="repair",
    hint=(
        "In what order are the file copied and its sessions deleted? Who is deleted? And which "
        "files are copies?"
    ),
    used_later=True,
)


on_the_web = choice(
    "Say what is missing",
    """
The shop wants to put this desk on its web page, as it is. A visitor types in the number of a
customer, such as `customer_01`, and writes. What does the desk need before that?
""",
    {
        "a": (
            "a database server, because one file cannot be used by many customers at once",
            "At rush hour, many customers were served at once, and from one file.",
        ),
        "b": (
            "a log-in, because whoever types Ruth's number reads and writes in her name",
            "The session and the tool belong to the number. Who may use it, nobody has checked.",
        ),
        "c": (
            "a larger model, because the stand-in could be talked into showing somebody's orders",
            "What a tool can see does not depend on the model, however it is talked to.",
        ),
        "d": (
            "a longer history for the model, because `shorten` leaves out most of a conversation",
            "It leaves out what a long conversation costs, and the session loses nothing.",
        ),
    },
    "b",
    answer="needed",
    practises=(5,),
)


keep_the_desk = Exercise(
    title="Keep it, and run a day",
    task="""
Keep `main` and `forget` in `support_desk.py`, with what they use. `keep` returns where the file is:
call that `program`. The check takes this file and nothing else, and runs a day at the desk with it:
a rush hour in which customers send two messages at once, a handoff, an outage, the morning report,
an erasure and two nights. Nobody may see the order of somebody else, and nobody who waits may be
deleted.
""",
    start="""
program = ...  # your code here
""",
    answer="program",
    missing=missing_in_a_day,
    solution="""
program = keep(main, forget)
""",
    practises=(4,),
    hint="You did this at the end of notebook 09, with other functions.",
    used_later=True,
)

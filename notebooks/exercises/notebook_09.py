"""The exercises of notebook 09, the capstone: a support desk."""

import asyncio
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agents import Agent, FunctionTool, Runner

from exercises import Answer, Exercise, made_sessions, new_file, returned, texts
from session_lib import OfflineModel, SQLiteSession, load_sessions, sessions


def _said(*messages: str) -> list[Any]:
    """Return messages as items, from the user and the assistant in turn."""
    roles = ["user", "assistant"]
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(messages)]


async def _store(path: Path, conversations: dict[str, list[Any]]) -> None:
    for session_id, items in conversations.items():
        async with SQLiteSession(session_id, path) as session:
            await session.add_items(items)


async def _missing_in_look_up_an_order(order_tool: Answer) -> str | None:
    orders = {
        "7001": {"customer": "mary", "status": "packing"},
        "7002": {"customer": "john", "status": "sent"},
        "7003": {"customer": "mary", "status": "returned"},
    }
    tools = {customer: await order_tool(orders, customer) for customer in ["mary", "john"]}
    if not all(isinstance(tool, FunctionTool) for tool in tools.values()):
        return "It should return a tool, which is a function with @function_tool above it."
    if names := {tool.name for tool in tools.values()} - {"look_up_order"}:
        return f"The tool is named {names.pop()!r}. Name it 'look_up_order'."

    async def said(customer: str, number: str) -> str:
        agent = Agent(name="Check", model=OfflineModel(), tools=[tools[customer]])
        result = await Runner.run(agent, f"Where is order {number}?")
        return str(result.final_output).partition(f"about order {number}: ")[2].removesuffix(".")

    if not (first := await said("mary", "7001")):
        return (
            "An agent with your tool was asked for an order, and got nothing from it. Keep the "
            "name of the parameter, and return a text."
        )
    for customer, number, status in [("mary", "7003", "returned"), ("john", "7002", "sent")]:
        for got, expected in [(first, "packing"), (await said(customer, number), status)]:
            if got != expected:
                return f"The status of an order is {expected!r}, and the tool said {got!r}."
    unknown, foreign = await said("mary", "7009"), await said("mary", "7002")
    if "sent" in foreign:
        return "Mary asked for order 7002, which is John's, and the tool told her about it."
    if unknown != "no such order of yours":
        return f"For an order that does not exist, the tool said {unknown!r}."
    if foreign != unknown:
        return f"For John's order, the tool told Mary {foreign!r}: so she learns that it exists."
    return None


look_up_an_order = Exercise(
    title="Look up an order",
    task="""
Write a function `order_tool(orders, customer)` that returns a tool `look_up_order`. The tool gets
the number of an order. If this order is the customer's, it returns its status, such as `"sent"`. If
it is somebody else's, or if there is no order with this number, it returns
`"no such order of yours"`: the same in both cases, so that nobody finds out which orders exist.
""",
    start='''
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        """Look up one of the customer's orders by its number."""
        ...  # your code here

    return look_up_order
''',
    answer="order_tool",
    missing=_missing_in_look_up_an_order,
    solution='''
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        """Look up one of the customer's orders by its number."""
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order
''',
    practises=(),
)


async def _missing_in_serve_a_customer(serve: Answer) -> str | None:
    talk = [f"{text} {n}" for n in range(20) for text in ("I wonder about tea", "So do I")]
    mary = _said("Hello.", "Hello.", "My name is Mary.", "Hello, Mary.", *talk)
    name, count = "What is my name?", "How many messages are there?"
    with new_file() as path, made_sessions() as made:
        await _store(path, {"customer_mary": mary, "customer_john": _said("Hello.", "Hello.")})
        answer = await serve(path, "customer_mary", name)
        if not isinstance(answer, str):
            return f"Return the agent's answer, as a text. {returned(answer)}"
        if "Mary" not in answer:
            return "Mary gave her name in the session of this file, and the agent did not know it."
        if "Mary" in await serve(path, "customer_john", name):
            return "The agent called John by Mary's name: each customer has a session."
        async with SQLiteSession("customer_mary", path) as session:
            if texts(await session.get_items(2)) != [name, answer]:
                return "The question and its answer are not in the customer's session."
        given = re.search(r"\d+", await serve(path, "customer_mary", count))
        if given is None or int(given[0]) > 10:
            return "The model was given the whole conversation. Let `config` choose."
        await serve(path, "customer_mary", "Talk to billing.")
        if "Front desk" not in await serve(path, "customer_mary", "Talk to the front desk."):
            return "Mary was with billing, and her next message went to the front desk."
        if "Billing" not in await serve(path, "customer_mary", "Talk to billing."):
            return "Mary was back at the front desk, and her next message went to billing."
        if made.open:
            return "Mary is served well. Now close the session: it is still open."
    return None


serve_a_customer = Exercise(
    title="Serve a customer",
    task="""
Write a function `serve(path, customer, message)`. It gives the message to the agent who is in
charge of the customer's session in the file at `path`, and returns the answer. The model gets what
`keep` chooses. You have `agents_for`, `in_charge` and `config` for this. At the end, close the
session.
""",
    start="""
async def serve(path, customer, message):
    agent = agents_for(customer)["Front desk"]
    result = await Runner.run(agent, message)  # change this, add others
    return result.final_output
""",
    answer="serve",
    missing=_missing_in_serve_a_customer,
    solution="""
async def serve(path, customer, message):
    async with SQLiteSession(customer, path) as session:
        agent = agents_for(customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
    practises=(),
)


async def _missing_in_serve_all_at_once(serve_all: Answer) -> str | None:
    messages = [
        ("Mary", "Hello?"),
        ("Mary", "Hello?"),
        ("John", "Thank you."),
        ("Olga", "Thank you."),
        ("Mary", "Is it raining?"),
        ("John", "Goodbye."),
    ]
    served: list[tuple[str, str]] = []
    running: Counter[str] = Counter()
    most = most_of_one = 0

    async def serve(customer: str, text: str) -> str:
        nonlocal most, most_of_one
        served.append((customer, text))
        number = [name for name, _ in served].count(customer)
        running[customer] += 1
        most, most_of_one = max(most, running.total()), max(most_of_one, running[customer])
        # Who comes later is quicker, and would overtake those who came earlier.
        await asyncio.sleep({"Mary": 0.2, "John": 0.1, "Olga": 0.02}[customer] / number)
        running[customer] -= 1
        return f"answer {number} to {customer}"

    numbers = [[name for name, _ in messages[: n + 1]].count(messages[n][0]) for n in range(6)]
    expected = [f"answer {n} to {name}" for n, (name, _) in zip(numbers, messages, strict=True)]
    answers = await serve_all(serve, messages)
    if len(served) != len(messages):
        return f"There were {len(messages)} messages, and {len(served)} of them were served."
    if running.total():
        return "It returned while messages were still being served: wait for all of them."
    if most_of_one > 1:
        return "Two messages of one customer were served at once. The second one has to wait."
    if most < 3:
        return "The check had three customers, and they were not served at once."
    for name in ["Mary", "John", "Olga"]:
        if [one for one in served if one[0] == name] != [one for one in messages if one[0] == name]:
            return "The messages of one customer were not served in their order."
    if not isinstance(answers, list):
        return f"All are served. Now return a list of answers. {returned(answers)}"
    if answers != expected:
        return "All are served. Now return the answers in the order of the messages."
    return None


serve_all_at_once = Exercise(
    title="Serve all at once",
    task="""
Write a function `serve_all(serve, messages)`. Each of the `messages` is a pair, a customer and a
text, and `serve` is a function that takes these two and returns the answer. All customers are
served at once. Messages of the same customer are served one after another, in their order. Return a
list of all answers, in the order of the messages. Hint: give each customer a lock.
""",
    start="""
async def serve_all(serve, messages):
    locks = {customer: asyncio.Lock() for customer, text in messages}
    return []  # your code here
""",
    answer="serve_all",
    missing=_missing_in_serve_all_at_once,
    solution="""
async def serve_all(serve, messages):
    locks = {customer: asyncio.Lock() for customer, text in messages}

    async def in_turn(customer, text):
        async with locks[customer]:
            return await serve(customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])
""",
    practises=(),
)


async def _missing_in_report_in_the_morning(morning_report: Answer) -> str | None:
    call = {"type": "function_call", "name": "look_up", "arguments": "{}", "call_id": "1"}
    result = {"type": "function_call_output", "output": "sent", "call_id": "1"}
    conversations = {
        "mary": _said("Hello.", "Hello.", "Is it raining?", "No."),
        "john": _said("Is it cold?", "Yes.", "And tomorrow"),
        "olga": [*_said("Where is it?"), call, result],
        "femi": [*_said("Where is it?"), call, result, *_said("", "It was sent.")[1:]],
        "yuki": _said("", "", "Thank you.")[2:],
        "zoe": [*_said("Is it cold?", "Yes.", "And windy?"), *_said("Are you there?")],
    }
    with new_file() as path:
        await _store(path, conversations)
        report = await morning_report(path)
    if not hasattr(report, "columns"):
        return f"Return a table: `sessions` gives you one to start from. {returned(report)}"
    if not {"turns", "unanswered"} <= {*report.columns}:
        return f"It should have the columns turns and unanswered. It has {[*report.columns]}."
    turns, unanswered = dict(report["turns"]), dict(report["unanswered"])
    if {*turns} != {*conversations}:
        return "It should have a row for each session in the file, with the session as its index."
    if turns != {"mary": 2, "john": 2, "olga": 1, "femi": 1, "yuki": 1, "zoe": 3}:
        return "The column turns is not right: `sessions` has it."
    waiting = {"john": "And tomorrow", "yuki": "Thank you.", "olga": "Where is it?"}
    for name, text in {**waiting, "zoe": "Are you there?"}.items():
        if unanswered[name] != text:
            tool = " After it came a tool call and its result." if name == "olga" else ""
            return (
                f"A customer's latest message is {text!r}, and no answer follows.{tool} "
                f"The table has {unanswered[name]!r}."
            )
    for name in ("mary", "femi"):
        if unanswered[name] != "":
            return f"A customer got an answer, and the table has {unanswered[name]!r}, not ''."
    return None


report_in_the_morning = Exercise(
    title="Report in the morning",
    task="""
Write a function `morning_report(path)` that returns a table with a row for each session in the file
and the session's id as its index. The column `turns` says how many turns it has. The column
`unanswered` has the text of the customer's latest message if no message of the assistant follows
it, and `""` otherwise. A tool call and its result are not an answer.
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
    practises=(),
)


async def _missing_in_close_for_the_night(night: Answer) -> str | None:
    days_ago = {"mary": [41, 41], "john": [90, 38], "olga": [3, 3], "femi": [60, 59], "yuki": [50]}
    now = datetime.now(UTC)
    lines = [
        {"session_id": name, "created_at": (now - timedelta(days=day)).isoformat(), "item": item}
        for name, days in days_ago.items()
        for day, item in zip(days, _said("Hello.", "Hello."), strict=False)
    ]
    with new_file() as path:
        source, backups = path.with_name("source.jsonl"), path.with_name("backups")
        source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        await load_sessions(source, path)
        backups.mkdir()
        older, newer = (backups / f"{now.date() - timedelta(days=n)}.db" for n in (44, 36))
        for file in (older, newer, backups / "notes.db"):
            file.touch()
        async with SQLiteSession("zoe", path) as zoe:  # so the file is in use
            await zoe.add_items(_said("Hello."))
            deleted = await night(path, backups, 40)
            missing = await _missing_after_the_night(path, backups, deleted, {*days_ago, "zoe"})
            if missing:
                return missing
            if older.exists():
                return "The days were 40. A copy of 44 days ago is still in the folder."
            if not newer.exists():
                return "The days were 40. A copy of 36 days ago is gone."
            if not (backups / "notes.db").exists():
                return "The folder had a file 'notes.db', which is not a copy, and it is gone."
            await zoe.add_items(_said("Hello?"))
            return await _missing_in_later_nights(night, path, backups)


def _copies_of_today(backups: Path) -> list[Path]:
    # The learner's today may be another day than UTC's.
    days = [datetime.now(UTC).date() + timedelta(days=n) for n in (-1, 0, 1)]
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
        return f"Two sessions were deleted, femi and mary. It returned {deleted!r}."
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
        return f"On a second run there was nothing to delete. It returned {deleted!r}."
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
    title="Close for the night",
    task="""
Write a function `night(path, backups, days)`. First it copies the file at `path`, which may be in
use, into the folder `backups`, as `copy_for_today` does. Then it deletes from the file the sessions
that have been silent for more than `days` days, but nobody who waits for an answer:
`morning_report` says who does. From the folder it deletes the copies that are older than `days`
days. Other files stay. It returns a list of the ids of the deleted sessions. If the copy fails, its
error reaches the caller, and nothing is deleted.
""",
    start="""
async def night(path, backups, days):
    await copy_for_today(path, backups)
    return []  # your code here
""",
    answer="night",
    missing=_missing_in_close_for_the_night,
    solution="""
async def night(path, backups, days):
    await copy_for_today(path, backups)
    latest = (await sessions(path)).set_index("session")["latest"]
    old = latest < pd.Timestamp.now("UTC") - timedelta(days=days)
    answered = (await morning_report(path))["unanswered"] == ""
    deleted = list(latest.index[old & answered])
    for customer in deleted:
        async with SQLiteSession(customer, path) as session:
            await session.clear_session()
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for copy in backups.glob("????-??-??.db"):
        if copy.name < oldest:
            copy.unlink()
    return deleted
""",
    practises=(),
)

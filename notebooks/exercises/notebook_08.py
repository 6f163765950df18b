"""The exercises of notebook 08, the capstone: a support desk."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agents import Agent, FunctionTool, Runner

from exercises import Answer, Exercise, new_file, texts
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

    async def said(customer: str, number: str) -> str:
        agent = Agent(name="Check", model=OfflineModel(), tools=[tools[customer]])
        result = await Runner.run(agent, f"Where is order {number}?")
        return str(result.final_output).partition(f"of order {number}: ")[2].removesuffix(".")

    if not (first := await said("mary", "7001")):
        return (
            "An agent with your tool was asked for an order, and did not call it. Keep the name of "
            "the function and of its parameter."
        )
    for customer, number, status in [("mary", "7003", "returned"), ("john", "7002", "sent")]:
        for got, expected in [(first, "packing"), (await said(customer, number), status)]:
            if got != expected:
                return f"The status of an order is {expected!r}, and the tool said {got!r}."
    unknown, foreign = await said("mary", "7009"), await said("mary", "7002")
    if "sent" in foreign:
        return "Mary asked for order 7002, which is John's, and the tool told her about it."
    if unknown != "no such order of yours":
        return f"For an order that there is not, the tool said {unknown!r}."
    if foreign != unknown:
        return f"For John's order, the tool said {foreign!r} to Mary: so she learns that it exists."
    return None


look_up_an_order = Exercise(
    title="Look up an order",
    task="""
Write a function `order_tool(orders, customer)` that returns a tool `look_up_order`. The tool is
given the number of an order. If this order is the customer's, it returns its status, such as
`"sent"`. If it is somebody else's, or if there is none with this number, it returns
`"no such order of yours"`: the same in both cases, so that nobody finds out which orders there are.
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
    wrong=(
        """
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if order_number not in orders:
            return "no such order of yours"
        return orders[order_number]["status"]

    return look_up_order
""",
        """
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if order_number not in orders:
            return "no such order of yours"
        if orders[order_number]["customer"] != customer:
            return "this order is not yours"
        return orders[order_number]["status"]

    return look_up_order
""",
        """
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if orders[order_number]["customer"] != customer:
            return "no such order of yours"
        return orders[order_number]["status"]

    return look_up_order
""",
        """
def order_tool(orders, customer):
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order
""",
        """
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return f"Order {order_number}: {order['status']}"

    return look_up_order
""",
    ),
)


async def _missing_in_serve_a_customer(serve: Answer) -> str | None:
    talk = [f"{text} {n}" for n in range(20) for text in ("I wonder about tea", "So do I")]
    mary = _said("Hello.", "Hello.", "My name is Mary.", "Hello, Mary.", *talk)
    name, count = "What is my name?", "How many messages are there?"
    with new_file() as path:
        await _store(path, {"customer_mary": mary, "customer_john": _said("Hello.", "Hello.")})
        answer = await serve(path, "customer_mary", name)
        if not isinstance(answer, str):
            return "It should return the agent's answer, as a text."
        if "Mary" not in answer:
            return "Mary has told her name in the session of the file, and the agent did not know."
        if "Mary" in await serve(path, "customer_john", name):
            return "The agent called John by Mary's name: each customer has a session."
        async with SQLiteSession("customer_mary", path) as session:
            if texts(await session.get_items(2)) != [name, answer]:
                return "The question and its answer are not in the customer's session."
        handed = re.search(r"\d+", await serve(path, "customer_mary", count))
        if handed is None or int(handed[0]) > 10:
            return "The model was handed the whole conversation. Let `config` choose."
        await serve(path, "customer_mary", "Talk to billing.")
        if "Front desk" not in await serve(path, "customer_mary", "Talk to the front desk."):
            return "Mary was with billing, and her next message went to the front desk."
        if "Billing" not in await serve(path, "customer_mary", "Talk to billing."):
            return "Mary was back at the front desk, and her next message went to billing."
    return None


serve_a_customer = Exercise(
    title="Serve a customer",
    task="""
Write a function `serve(path, customer, message)`. It hands the message to the agent who is in
charge of the customer's session in the file at `path`, and returns the answer. The model is handed
what `keep` chooses. You have `agents_for`, `in_charge` and `config` for this. In the end,
close the session.
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
    wrong=(
        """
async def serve(path, customer, message):
    async with SQLiteSession(customer, path) as session:
        agent = agents_for(customer)["Front desk"]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
        """
async def serve(path, customer, message):
    async with SQLiteSession(customer, path) as session:
        agent = agents_for(customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session)
    return result.final_output
""",
        """
async def serve(path, customer, message):
    async with SQLiteSession("customer", path) as session:
        agent = agents_for(customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
        """
async def serve(path, customer, message):
    async with SQLiteSession(customer, path, session_settings={"limit": 6}) as session:
        agent = agents_for(customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session)
    return result.final_output
""",
        """
async def serve(path, customer, message):
    async with SQLiteSession(customer, path) as session:
        items = await session.get_items()
        new = [{"role": "user", "content": message}]
        result = await Runner.run(agents_for(customer)[in_charge(items)], keep(items, new))
    return result.final_output
""",
    ),
)


async def _missing_in_serve_all_at_once(serve_all: Answer) -> str | None:
    messages = [(name, f"{name} {n}") for n in (1, 2, 3) for name in ("Mary", "John", "Olga")]
    served: list[str] = []
    running: list[str] = []
    most = most_of_one = 0

    async def serve(customer: str, message: str) -> str:
        nonlocal most, most_of_one
        running.append(customer)
        most, most_of_one = max(most, len(running)), max(most_of_one, running.count(customer))
        served.append(message)
        # The later message is the quicker one: who does not wait for the earlier overtakes it.
        await asyncio.sleep(0.2 if message.endswith("1") else 0.05)
        running.remove(customer)
        return f"answer to {message}"

    answers = await serve_all(serve, messages)
    if len(served) < len(messages):
        return f"There were {len(messages)} messages, and {len(served)} of them were served."
    if running:
        return "It returned while messages were still being served: wait for all of them."
    if answers != [f"answer to {message}" for _, message in messages]:
        return "All are served. Now return the list of the answers, in the order of the messages."
    if most_of_one > 1:
        return "Two messages of one customer were served at once. The second one has to wait."
    if most < 3:
        return "The check had three customers, and they were not served at once."
    if any(
        [m for m in served if name in m] != sorted(m for m in served if name in m)
        for name in ("Mary", "John", "Olga")
    ):
        return "The messages of one customer were not served in their order."
    return None


serve_all_at_once = Exercise(
    title="Serve all at once",
    task="""
Write a function `serve_all(serve, messages)`. Each of the `messages` is a pair, a customer and a
text, and `serve` is a function that takes these two and returns the answer. All customers are
served at once. Messages of the same customer are served one after the other, in their order. Return
all answers as a list, in the order of the messages. Hint: give each customer a lock.
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
    wrong=(
        """
async def serve_all(serve, messages):
    return await asyncio.gather(*[serve(customer, text) for customer, text in messages])
""",
        """
async def serve_all(serve, messages):
    return [await serve(customer, text) for customer, text in messages]
""",
        """
async def serve_all(serve, messages):
    lock = asyncio.Lock()

    async def in_turn(customer, text):
        async with lock:
            return await serve(customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])
""",
        """
async def serve_all(serve, messages):
    async def in_turn(customer):
        return [await serve(customer, text) for other, text in messages if other == customer]

    customers = {customer: None for customer, text in messages}
    answers = await asyncio.gather(*[in_turn(customer) for customer in customers])
    return [answer for of_one in answers for answer in of_one]
""",
    ),
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
    }
    with new_file() as path:
        await _store(path, conversations)
        report = await morning_report(path)
    if not hasattr(report, "columns"):
        return "It should return a table. `sessions` gives you one to begin with."
    if not {"turns", "unanswered"} <= {*report.columns}:
        return f"It should have the columns turns and unanswered. It has {[*report.columns]}."
    turns, unanswered = dict(report["turns"]), dict(report["unanswered"])
    if {*turns} != {*conversations}:
        return "It should have a row for each session in the file, with the session as its index."
    if turns != {"mary": 2, "john": 2, "olga": 1, "femi": 1, "yuki": 1}:
        return "The column turns is not right: `sessions` has it."
    for name, text in [("john", "And tomorrow"), ("yuki", "Thank you."), ("olga", "Where is it?")]:
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
it, and otherwise `""`. A tool call and its result are no answer.
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
    wrong=(
        """
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            for item in await session.get_items(1):
                if item.get("role") == "user":
                    report.loc[customer, "unanswered"] = item["content"]
    return report
""",
        """
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            for item in await session.get_items():
                if item.get("role") == "user":
                    report.loc[customer, "unanswered"] = item["content"]
    return report
""",
        """
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][1].endswith("?"):
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report
""",
        """
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report[report["unanswered"] != ""]
""",
    ),
)


async def _missing_in_close_for_the_night(night: Answer) -> str | None:
    days_ago = {"mary": [41], "john": [90, 38], "olga": [3], "femi": [60, 59]}
    now = datetime.now(UTC)
    lines = [
        {"session_id": name, "created_at": (now - timedelta(days=day)).isoformat(), "item": item}
        for name, days in days_ago.items()
        for day, item in zip(days, _said("Hello.", "Hello."), strict=False)
    ]
    with new_file() as path:
        source, backups = path.with_name("source.jsonl"), path.with_name("backups")
        source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        backups.mkdir()
        older, newer = (backups / f"{now.date() - timedelta(days=n)}.db" for n in (44, 36))
        older.touch()
        newer.touch()
        await load_sessions(source, path)
        deleted = await night(path, backups, 40)
        # The learner's today may be another day than UTC's.
        copies = [backups / f"{now.date() + timedelta(days=n)}.db" for n in (-1, 0, 1)]
        made = [copy for copy in copies if copy.exists()]
        if not made:
            return "In the folder of the backups there is no copy that is named for today."
        left = {*(await sessions(path))["session"]}
        if "mary" in left:
            return "The days were 40. Mary has been silent for 41 days, and her session is there."
        if not {"john", "olga"} <= left:
            return "The days were 40. A customer wrote later than that, and was deleted."
        if {*(await sessions(made[0]))["session"]} != {*days_ago}:
            return "Sessions are missing in the copy. What comes first, the copy or the deleting?"
        if older.exists():
            return "The days were 40. A copy of 44 days ago is still in the folder."
        if not newer.exists():
            return "The days were 40. A copy of 36 days ago is gone."
        if not isinstance(deleted, list):
            return "All is done. Now return the ids of the deleted sessions, as a list."
        if sorted(map(str, deleted)) != ["femi", "mary"]:
            return f"Two sessions were deleted, femi and mary. It returned {deleted!r}."
        try:
            await night(path, backups, 1)
        except FileExistsError:
            pass
        else:
            return "A copy of today was there already. The error of `copy_database` is missing."
        if {*(await sessions(path))["session"]} != left or not newer.exists():
            return "The copy failed, and something was deleted all the same."
    return None


close_for_the_night = Exercise(
    title="Close for the night",
    task="""
Write a function `night(path, backups, days)`. It copies the file at `path` into the folder
`backups`, under today's date, such as `2026-03-30.db`. Then it deletes from the file the sessions
that were silent for more than `days` days, and from the folder the copies that are older than so
many days. It returns the ids of the deleted sessions, which `delete_sessions` tells as `.sessions`.
If the copy fails, its error reaches the caller, and nothing is deleted.
""",
    start="""
async def night(path, backups, days):
    today = date.today()
    return []  # your code here
""",
    answer="night",
    missing=_missing_in_close_for_the_night,
    solution="""
async def night(path, backups, days):
    today = date.today()
    await copy_database(path, backups / f"{today}.db")
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    for copy in backups.glob("*.db"):
        if today - date.fromisoformat(copy.stem) > timedelta(days=days):
            copy.unlink()
    return deleted.sessions
""",
    wrong=(
        """
async def night(path, backups, days):
    today = date.today()
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    await copy_database(path, backups / f"{today}.db")
    for copy in backups.glob("*.db"):
        if today - date.fromisoformat(copy.stem) > timedelta(days=days):
            copy.unlink()
    return deleted.sessions
""",
        """
async def night(path, backups, days):
    await copy_database(path, backups / f"{date.today()}.db")
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return deleted.sessions
""",
        """
async def night(path, backups, days):
    today = date.today()
    for copy in backups.glob("*.db"):
        copy.unlink()
    await copy_database(path, backups / f"{today}.db")
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return deleted.sessions
""",
        """
async def night(path, backups, days):
    today = date.today()
    await copy_database(path, backups / f"{today}.db")
    deleted = await delete_sessions(path, older_than=timedelta(hours=days))
    for copy in backups.glob("*.db"):
        if today - date.fromisoformat(copy.stem) > timedelta(days=days):
            copy.unlink()
    return deleted.sessions
""",
        """
async def night(path, backups, days):
    today = date.today()
    if not (backups / f"{today}.db").exists():
        await copy_database(path, backups / f"{today}.db")
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    for copy in backups.glob("*.db"):
        if today - date.fromisoformat(copy.stem) > timedelta(days=days):
            copy.unlink()
    return deleted.sessions
""",
    ),
)

# %% right: from the latest message backwards
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    texts = []
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            items = await session.get_items()
        texts.append("")
        for role, kind, text in map(describe, reversed(items)):
            if kind == "message":
                texts[-1] = text if role == "user" else ""
                break
    report["unanswered"] = texts
    return report


# %% right: with history
async def morning_report(path):
    from session_lib import history

    report = (await sessions(path)).set_index("session")
    unanswered = {}
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            table = await history(session)
        latest = table[table["kind"] == "message"].tail(1)
        latest = latest[latest["role"] == "user"]
        unanswered[customer] = latest["text"].iloc[0] if len(latest) else ""
    return report.assign(unanswered=unanswered)


# %% right: a table of its own
async def last_words(customer, path):
    async with SQLiteSession(customer, path) as session:
        messages = [one for one in map(describe, await session.get_items()) if one[1] == "message"]
    role, _, text = messages[-1] if messages else ("", "", "")
    return text if role == "user" else ""


async def morning_report(path):
    import pandas as pd

    table = await sessions(path)
    print(len(table), "sessions")
    return pd.DataFrame(
        {
            "unanswered": [await last_words(customer, path) for customer in table["session"]],
            "turns": [*table["turns"]],
        },
        index=[*table["session"]],
    )


# %% wrong: only the latest item
# says: Your code raised TypeError: len() of unsized object (line
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            for item in await session.get_items(1):
                if item.get("role") == "user":
                    report.loc[customer, "unanswered"] = item["content"]
    return report


# %% wrong: all latest messages
# says: Your code raised TypeError: len() of unsized object (line
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            for item in await session.get_items():
                if item.get("role") == "user":
                    report.loc[customer, "unanswered"] = item["content"]
    return report


# %% wrong: only questions
# says: A customer's latest message is 'And tomorrow', and no answer follows
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


# %% wrong: only those who wait
# says: It should have a row for each session in the file
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


# %% wrong: the first of several messages without an answer
# says: A customer's latest message is 'Are you there?', and no answer follows. Before it came another one without an answer. The table has 'And windy?'
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        for role, kind, text in said:
            if role == "user" and not report.loc[customer, "unanswered"]:
                report.loc[customer, "unanswered"] = text
            elif role == "assistant" and kind == "message":
                report.loc[customer, "unanswered"] = ""
    return report


# %% wrong: nobody looked at
# says: A customer's latest message is 'And tomorrow', and no answer follows. The table has ''
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "customer":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: prints
# says: Return a table: `sessions` gives you one to start from. It returned None
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    print(report)


# %% wrong: a list
# says: Return a table: `sessions` gives you one to start from. It returned [
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return [*report["unanswered"]]


# %% wrong: a Series
# says: Return a table
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report["unanswered"]


# %% wrong: a dict
# says: Return a table
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return dict(report["unanswered"])


# %% wrong: no turns
# says: It should have the columns turns and unanswered. It has ['unanswered']
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report[["unanswered"]]


# %% wrong: another name of the column
# says: It should have the columns turns and unanswered. It has ['turns', 'waits']
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["waits"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "waits"] = messages[-1][1]
    return report


# %% wrong: the session as a column
# says: It should have a row for each session in the file, with the session as its index
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report.reset_index()


# %% wrong: items for turns
# says: The column turns is not right
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["items"]].rename(columns={"items": "turns"})
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: a missing value
# says: The assistant had the last word, and the table has None
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = None
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: True for a text
# says: A customer's latest message is 'And tomorrow', and no answer follows. The table has
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = False
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = True
    return report


# %% wrong: the first message
# says: A customer's latest message is 'And tomorrow'
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[0][1]
    return report


# %% wrong: a tool call for an answer
# says: After it came a tool call and its result
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if role != "tool"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: a result for an answer
# says: The table has ''
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: all the messages without an answer
# says: The table has 'And windy? Are you there?'
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = " ".join(text for role, text in messages[2 * (len(messages) > 2):] if role == "user")
    return report


# %% wrong: the last two items
# says: A customer's latest message is 'Where is it?', and no answer follows. After it came a tool call
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items(2)]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: no await
# says: was called without `await`
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: the notebook's desk
# says: It should have a row for each session in the file
async def morning_report(path):
    report = (await sessions(desk.path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, desk.path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: without whoever has only one item
# says: It should have a row for each session in the file
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages and messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report[report["turns"] > 1]


# %% wrong: every session has a message
# says: Your code raised IndexError
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            said = [describe(item) for item in await session.get_items()]
        messages = [(role, text) for role, kind, text in said if kind == "message"]
        if messages[-1][0] == "user":
            report.loc[customer, "unanswered"] = messages[-1][1]
    return report


# %% wrong: a content in parts comes out as Python's text of a list
# says: describe
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            items = await session.get_items()
        text = ""
        for item in items:
            if item.get("role") == "user":
                text = str(item["content"])
            elif item.get("role") == "assistant":
                text = ""
        report.loc[customer, "unanswered"] = text
    return report


# %% wrong: looks at the latest ten items only
# says: twenty tool calls
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            latest = await session.get_items(10)
        for item in reversed(latest):
            role, kind, text = describe(item)
            if kind == "message" and role == "assistant":
                break
            if kind == "message" and role == "user":
                report.loc[customer, "unanswered"] = text
                break
    return report

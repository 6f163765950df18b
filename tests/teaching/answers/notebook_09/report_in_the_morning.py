# %% wrong:
# says:
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            for item in await session.get_items(1):
                if item.get("role") == "user":
                    report.loc[customer, "unanswered"] = item["content"]
    return report


# %% wrong:
# says:
async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = ""
    for customer in report.index:
        async with SQLiteSession(customer, path) as session:
            for item in await session.get_items():
                if item.get("role") == "user":
                    report.loc[customer, "unanswered"] = item["content"]
    return report


# %% wrong:
# says:
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


# %% wrong:
# says:
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


# %% wrong:
# says:
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

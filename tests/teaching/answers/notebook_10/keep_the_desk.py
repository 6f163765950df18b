# %% right: in another order, and more of it
program = keep(forget, serve_all, main)

# %% right: its path as a text
program = str(keep(main, forget))

# %% right: in two steps
keep(forget)
program = keep(main)
print(program.name)

# %% right: another name of the file, with all that a day needs
from support_desk import (
    SupportDesk,
    agents_for,
    config,
    in_charge,
    open_desk,
    order_tool,
    serve,
    serve_all,
    shorten,
)

program = keep(
    main, forget, serve, serve_all, SupportDesk, order_tool, agents_for, program="mine.py"
)

# %% wrong: the three dots
# says: Put a call of `keep` in place of the three dots
program = ...

# %% wrong: nothing is kept
# says: `program` is None (NoneType). It should be the path that `keep` returns
program = None

# %% wrong: the function itself
# says: `program` is a function. Call `keep` with what it should write
program = keep

# %% wrong: another file
# says: There is no file desk.py: let `keep` write it
program = COPIES / "desk.py"

# %% wrong: the folder
# says: There is no file
program = COPIES

# %% wrong: the text of the program
# says: It should be the path that `keep` returns
program = keep(main, forget).read_text()

# %% wrong: too little in a file of its own
# says: little.py has no SupportDesk
program = keep(forget, program="little.py")

# %% wrong: an erasure that leaves the backups alone
# says: After an erasure and another night, who was forgotten is still in
good = forget


async def forget(path, backups, customer):
    async with SQLiteSession(customer, path) as session:
        await session.clear_session()


program = keep(main, forget)
globals()["forget"] = good

# %% wrong: a night that spares nobody
# says: At night, 'old_and_waiting', who waits for an answer, was deleted
good = night


async def night(path, backups, days):
    await copy_for_today(path, backups)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return deleted.sessions


program = keep(main, forget)
globals()["night"] = good

# %% wrong: a reply without an apology
# says: In an outage, the program raised ConnectionError
good = reply


async def reply(desk, customer, message):
    return (await serve_all(desk, [(customer, message)]))[0]


program = keep(main, forget)
globals()["reply"] = good

# %% wrong: a report of questions
# says: In the morning after it, those who wait are
good = morning_report


async def last_words(customer, path):
    async with SQLiteSession(customer, path) as session:
        messages = [one for one in map(describe, await session.get_items()) if one[1] == "message"]
    role, _, text = messages[-1] if messages else ("", "", "")
    return text if role == "user" else ""


async def morning_report(path):
    report = (await sessions(path)).set_index("session")[["turns"]]
    report["unanswered"] = [await last_words(customer, path) for customer in report.index]
    report.loc[~report["unanswered"].str.contains("?", regex=False), "unanswered"] = ""
    return report


program = keep(main, forget)
globals()["morning_report"] = good

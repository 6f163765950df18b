# %% right: one by one
async def night(path, backups, days):
    import pandas as pd

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


# %% right: dates that are read
def remove_old(backups, days):
    for file in copies_in(backups):
        if date.today() - date.fromisoformat(file.stem) > timedelta(days=days):
            file.unlink()


async def night(path, backups, days):
    await copy_for_today(path, backups)
    unanswered = (await morning_report(path))["unanswered"]
    waiting = [customer for customer, text in unanswered.items() if text]
    age = timedelta(days=days)
    deleted, items = await delete_sessions(path, older_than=age, keep=waiting)
    print(items, "items")
    remove_old(backups, days)
    return deleted


# %% right: a moment, and a set of those who wait
async def night(path, backups, days):
    from datetime import UTC, datetime

    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = set(report[report.unanswered != ""].index)
    moment = datetime.now(UTC) - timedelta(days=days)
    report = await delete_sessions(path, older_than=moment, keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    [file.unlink() for file in copies_in(backups) if file.name < oldest]
    return list(report.sessions)


# %% wrong: whoever waits
# says: Yuki wrote 50 days ago and got no answer. Whoever waits is not deleted
async def night(path, backups, days):
    await copy_for_today(path, backups)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for copy in backups.glob("????-??-??.db"):
        if copy.name < oldest:
            copy.unlink()
    return deleted.sessions


# %% wrong: deletes, and then copies
# says: Sessions are missing in the copy. What comes first, the copy or the deleting?
async def night(path, backups, days):
    import pandas as pd

    latest = (await sessions(path)).set_index("session")["latest"]
    old = latest < pd.Timestamp.now("UTC") - timedelta(days=days)
    answered = (await morning_report(path))["unanswered"] == ""
    deleted = list(latest.index[old & answered])
    for customer in deleted:
        async with SQLiteSession(customer, path) as session:
            await session.clear_session()
    await copy_for_today(path, backups)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for copy in backups.glob("????-??-??.db"):
        if copy.name < oldest:
            copy.unlink()
    return deleted


# %% wrong: copies for ever
# says: A copy of 44 days ago is still in the folder
async def night(path, backups, days):
    import pandas as pd

    await copy_for_today(path, backups)
    latest = (await sessions(path)).set_index("session")["latest"]
    old = latest < pd.Timestamp.now("UTC") - timedelta(days=days)
    answered = (await morning_report(path))["unanswered"] == ""
    deleted = list(latest.index[old & answered])
    for customer in deleted:
        async with SQLiteSession(customer, path) as session:
            await session.clear_session()
    return deleted


# %% wrong: other files are copies
# says: Your code raised ValueError: Invalid isoformat string
async def night(path, backups, days):
    import pandas as pd

    await copy_for_today(path, backups)
    latest = (await sessions(path)).set_index("session")["latest"]
    old = latest < pd.Timestamp.now("UTC") - timedelta(days=days)
    answered = (await morning_report(path))["unanswered"] == ""
    deleted = list(latest.index[old & answered])
    for customer in deleted:
        async with SQLiteSession(customer, path) as session:
            await session.clear_session()
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for copy in backups.glob("*.db"):
        if date.today() - date.fromisoformat(copy.stem) > timedelta(days=days):
            copy.unlink()
    return deleted


# %% wrong: only the latest copy stays
# says: A copy of 36 days ago is gone
async def night(path, backups, days):
    import pandas as pd

    await copy_for_today(path, backups)
    latest = (await sessions(path)).set_index("session")["latest"]
    old = latest < pd.Timestamp.now("UTC") - timedelta(days=days)
    answered = (await morning_report(path))["unanswered"] == ""
    deleted = list(latest.index[old & answered])
    for customer in deleted:
        async with SQLiteSession(customer, path) as session:
            await session.clear_session()
    for copy in backups.glob("????-??-??.db"):
        if copy.name != f"{date.today()}.db":
            copy.unlink()
    return deleted


# %% wrong: hours for days
# says: A customer wrote later than that, and was deleted
async def night(path, backups, days):
    import pandas as pd

    await copy_for_today(path, backups)
    latest = (await sessions(path)).set_index("session")["latest"]
    old = latest < pd.Timestamp.now("UTC") - timedelta(hours=days)
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


# %% wrong: once a day
# says: A second run on the same day failed: the new copy takes the place of the old one
async def night(path, backups, days):
    import pandas as pd

    await copy_database(path, backups / f"{date.today()}.db")
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


# %% wrong: a plain copy of a file in use
# says: Zoe wrote just now, and the copy lacks her. Use `copy_database` on a file in use
import shutil


async def night(path, backups, days):
    import pandas as pd

    shutil.copy2(path, backups / f"{date.today()}.db")
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


# %% wrong: no second copy
# says: On a second run, the copy of today is still the one of the first run
async def night(path, backups, days):
    import pandas as pd

    if not (backups / f"{date.today()}.db").exists():
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


# %% wrong: deletes without a copy
# says: The copy failed, and an older one was deleted all the
async def night(path, backups, days):
    import pandas as pd

    try:
        await copy_for_today(path, backups)
    except OSError as error:
        print(error)
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


# %% wrong: a set
# says: Now return a list of the deleted sessions' ids. It returned {
async def night(path, backups, days):
    import pandas as pd

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
    return set(deleted)


# %% wrong: no copy
# says: In the folder of the backups there is no copy that is named for today
async def night(path, backups, days):
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: the first mistake only is repaired
# says: Yuki wrote 50 days ago and got no answer
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: any file is a copy
# says: The folder had a file '2001 accounts.db', which is no copy, and it is gone
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in backups.glob("*.db"):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: keeps those who have an answer
# says: Mary has been silent for 41 days, and her session is there
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] == ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: deletes nobody
# says: Mary has been silent for 41 days, and her session is there
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=report.index)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: ten days more
# says: Mary has been silent for 41 days, and her session is there
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days + 10), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: always 30 days
# says: The days were 40. A customer wrote later than that, and was deleted
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=30), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: copies of 30 days
# says: The days were 40. A copy of 36 days ago is gone
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=30)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: newer copies
# says: A copy of 44 days ago is still in the folder
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if oldest < file.name < f'{date.today()}.db':
            file.unlink()
    return deleted.sessions


# %% wrong: the report
# says: Now return a list of the deleted sessions' ids. It returned DeleteReport(
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted


# %% wrong: a number
# says: Now return a list of the deleted sessions' ids. It returned 2 (int)
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return len(deleted.sessions)


# %% wrong: prints
# says: Now return a list of the deleted sessions' ids. It returned None
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    print(deleted.sessions)


# %% wrong: a tuple
# says: It returned ('femi', 'mary') (tuple)
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return tuple(deleted.sessions)


# %% wrong: those who wait in the list
# says: Two sessions were deleted, femi and mary. It returned [
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions + [*waiting]


# %% wrong: no await
# says: was called without `await`
async def night(path, backups, days):
    copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: the notebook's backups
# says: In the folder of the backups there is no copy that is named for today
my_backups = backups


async def night(path, backups, days):
    await copy_for_today(path, my_backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: empties the sessions of those who wait
# says: A customer wrote later than that, and was deleted
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    for customer in waiting:
        async with SQLiteSession(customer, path) as session:
            await session.clear_session()
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: the copy that is just as old
# says: A copy of 40 days ago, which is not older, is gone
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = report.index[report["unanswered"] != ""]
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name <= oldest:
            file.unlink()
    return deleted.sessions


# %% wrong: deletes the old copies before it makes the new one
# says: an older one was deleted all the same
async def night(path, backups, days):
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in copies_in(backups):
        if file.name < oldest:
            file.unlink()
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = list(report.index[report["unanswered"] != ""])
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    return deleted.sessions


# %% wrong: a pattern that fits more than the copies
# says: which is no copy, and it is gone
async def night(path, backups, days):
    await copy_for_today(path, backups)
    report = await morning_report(path)
    waiting = list(report.index[report["unanswered"] != ""])
    deleted = await delete_sessions(path, older_than=timedelta(days=days), keep=waiting)
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for file in backups.glob("????-??-??*.db"):
        if file.name < oldest:
            file.unlink()
    return deleted.sessions

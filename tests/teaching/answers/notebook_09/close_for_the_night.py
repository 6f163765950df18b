# %% wrong:
# says:
async def night(path, backups, days):
    await copy_for_today(path, backups)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    oldest = f"{date.today() - timedelta(days=days)}.db"
    for copy in backups.glob("????-??-??.db"):
        if copy.name < oldest:
            copy.unlink()
    return deleted.sessions


# %% wrong:
# says:
async def night(path, backups, days):
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


# %% wrong:
# says:
async def night(path, backups, days):
    await copy_for_today(path, backups)
    latest = (await sessions(path)).set_index("session")["latest"]
    old = latest < pd.Timestamp.now("UTC") - timedelta(days=days)
    answered = (await morning_report(path))["unanswered"] == ""
    deleted = list(latest.index[old & answered])
    for customer in deleted:
        async with SQLiteSession(customer, path) as session:
            await session.clear_session()
    return deleted


# %% wrong:
# says:
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
    for copy in backups.glob("*.db"):
        if date.today() - date.fromisoformat(copy.stem) > timedelta(days=days):
            copy.unlink()
    return deleted


# %% wrong:
# says:
async def night(path, backups, days):
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


# %% wrong:
# says:
async def night(path, backups, days):
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


# %% wrong:
# says:
async def night(path, backups, days):
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


# %% wrong:
# says:
import shutil


async def night(path, backups, days):
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


# %% wrong:
# says:
async def night(path, backups, days):
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


# %% wrong:
# says:
async def night(path, backups, days):
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


# %% wrong:
# says:
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
    return set(deleted)

# %% wrong:
# says:
async def tidy(path, target, days):
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    copied = await copy_database(path, target)
    return copied.items, deleted.items


# %% wrong:
# says:
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(target, older_than=timedelta(days=days))
    return copied.items, deleted.items


# %% wrong:
# says:
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(hours=days))
    return copied.items, deleted.items


# %% wrong:
# says:
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied.sessions, len(deleted.sessions)


# %% wrong:
# says:
async def tidy(path, target, days):
    shutil.copy2(path, target)
    await delete_sessions(path, older_than=timedelta(days=30))


# %% wrong:
# says:
async def tidy(path, target, days):
    copied = select(path, "SELECT count(*) AS items FROM agent_messages")["items"][0]
    shutil.copy2(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return int(copied), deleted.items

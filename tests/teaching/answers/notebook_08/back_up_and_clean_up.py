# %% right: a list
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return [copied.items, deleted.items]


# %% right: by a moment, and with something printed
async def tidy(path, target, days):
    from datetime import UTC, datetime

    copied = await copy_database(path, target)
    print(copied)
    deleted = await delete_sessions(path, older_than=datetime.now(UTC) - timedelta(days))
    print(deleted)
    return copied.items, deleted.items


# %% right: SQLite's backup function
async def tidy(path, target, days):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    copied = select(target, "SELECT count(*) AS items FROM agent_messages")["items"][0]
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return int(copied), deleted.items


# %% right: VACUUM INTO, and counts
async def tidy(path, target, days):
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM INTO ?", [str(target)])
        before = database.execute("SELECT count(*) FROM agent_messages").fetchone()[0]
        await delete_sessions(path, older_than=timedelta(days=days))
        after = database.execute("SELECT count(*) FROM agent_messages").fetchone()[0]
    return before, before - after


# %% wrong: deletes first
# says: The copy should have all that the file had. It has 0 of the 3 items
async def tidy(path, target, days):
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    copied = await copy_database(path, target)
    return copied.items, deleted.items


# %% wrong: cleans the copy
# says: The copy should have all that the file had. It has 0 of the 3 items
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(target, older_than=timedelta(days=days))
    return copied.items, deleted.items


# %% wrong: cleans both
# says: The copy should have all that the file had
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    await delete_sessions(target, older_than=timedelta(days=days))
    return copied.items, deleted.items


# %% wrong: hours, not days
# says: With 60 days, the file should keep
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(hours=days))
    return copied.items, deleted.items


# %% wrong: weeks, not days
# says: The file still has all its old sessions
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(weeks=days))
    return copied.items, deleted.items


# %% wrong: always thirty days
# says: With 60 days, the file should keep
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=30))
    return copied.items, deleted.items


# %% wrong: sessions, not items
# says: return 10 and 3. It returned (4, 1) (tuple)
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied.sessions, len(deleted.sessions)


# %% wrong: a plain copy, and nothing returned
# says: The copy lacks what was stored just now: the file was in use
async def tidy(path, target, days):
    import shutil

    shutil.copy2(path, target)
    await delete_sessions(path, older_than=timedelta(days=30))


# %% wrong: a plain copy of a file that is in use
# says: The copy lacks what was stored just now
async def tidy(path, target, days):
    import shutil

    copied = select(path, "SELECT count(*) AS items FROM agent_messages")["items"][0]
    shutil.copy2(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return int(copied), deleted.items


# %% wrong: no copy
# says: There is no copy at the target
async def tidy(path, target, days):
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return 10, deleted.items


# %% wrong: no cleaning
# says: The file still has all its old sessions
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    return copied.items, 3


# %% wrong: the other way round
# says: return 10 and 3. It returned (3, 10) (tuple)
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return deleted.items, copied.items


# %% wrong: prints
# says: Printing does not return
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    print(copied.items, deleted.items)


# %% wrong: the reports
# says: return 10 and 3. It returned (DatabaseCopy(
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied, deleted


# %% wrong: a dict
# says: return 10 and 3. It returned {
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return {"copied": copied.items, "deleted": deleted.items}


# %% wrong: forgets await
# says: `copy_database` was called without `await`
async def tidy(path, target, days):
    copied = copy_database(path, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied.items, deleted.items


# %% wrong: deletes old items, not silent sessions
# says: return 10 and 3. It returned (10, 5) (tuple)
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    old = "DELETE FROM agent_messages WHERE created_at < datetime('now', ?)"
    with closing(sqlite3.connect(path)) as database, database:
        deleted = database.execute(old, [f"-{days} days"]).rowcount
    return copied.items, deleted


# %% wrong: sessions that began long ago
# says: With 60 days, the file should keep
async def tidy(path, target, days):
    copied = await copy_database(path, target)
    begun = """DELETE FROM agent_messages WHERE session_id IN (
        SELECT session_id FROM agent_messages WHERE created_at < datetime('now', ?))"""
    with closing(sqlite3.connect(path)) as database, database:
        deleted = database.execute(begun, [f"-{days} days"]).rowcount
    return copied.items, deleted


# %% wrong: copies a file of the notebook
# says: The copy should have all that the file had
async def tidy(path, target, days):
    copied = await copy_database(backup, target)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied.items, deleted.items


# %% wrong: path and target are exchanged
# says: Your code raised
async def tidy(path, target, days):
    copied = await copy_database(target, path)
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied.items, deleted.items


# %% wrong: the bytes of the file
# says: The copy lacks what was stored just now
async def tidy(path, target, days):
    target.write_bytes(path.read_bytes())
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return 10, deleted.items


# %% wrong: deletes even if there is something at target and so nothing was copied
# says: It deleted what is in no copy
async def tidy(path, target, days):
    try:
        copied = (await copy_database(path, target)).items
    except FileExistsError:
        copied = 0
    deleted = await delete_sessions(path, older_than=timedelta(days=days))
    return copied, deleted.items

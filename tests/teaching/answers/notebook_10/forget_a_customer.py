# %% right: the copies first
async def forget(path, backups, customer):
    for copy in copies_in(backups):
        async with SQLiteSession(customer, copy) as session:
            await session.clear_session()
    async with SQLiteSession(customer, path) as session:
        await session.clear_session()


# %% right: at once, and closed by hand
async def clear(customer, file):
    session = SQLiteSession(customer, file)
    await session.clear_session()
    await session.close()


async def forget(path, backups, customer):
    import asyncio

    files = [path] + copies_in(backups)
    await asyncio.gather(*[clear(customer, file) for file in files])
    print(len(files), "files")


# %% right: in SQL
def forget(path, backups, customer):
    import sqlite3
    from contextlib import closing

    for file in [path, *copies_in(backups)]:
        with closing(sqlite3.connect(file)) as database, database:
            for table in ["agent_messages", "agent_sessions"]:
                database.execute(f"DELETE FROM {table} WHERE session_id = ?", [customer])


# %% right: item by item, where there are some
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        if customer in set((await sessions(file))["session"]):
            async with SQLiteSession(customer, file) as session:
                while await session.pop_item():
                    pass
                await session.clear_session()


# %% wrong: only the desk's file
# says: 'kai' was to be forgotten, and is still in the copy 2026-03-14.db
async def forget(path, backups, customer):
    async with SQLiteSession(customer, path) as session:
        await session.clear_session()


# %% wrong: only the copies
# says: 'kai' was to be forgotten, and is still in the desk's file
async def forget(path, backups, customer):
    for file in copies_in(backups):
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()


# %% wrong: only the latest copy
# says: 'kai' was to be forgotten, and is still in the copy 2026-03-14.db
async def forget(path, backups, customer):
    for file in [path, copies_in(backups)[-1]]:
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()


# %% wrong: only the first copy
# says: 'kai' was to be forgotten, and is still in the copy 2026-04-14.db
async def forget(path, backups, customer):
    for file in [path, copies_in(backups)[0]]:
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()


# %% wrong: any file of the folder
# says: Your code raised DatabaseError: file is not a database
async def forget(path, backups, customer):
    for file in [path, *backups.glob("*.db")]:
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()


# %% wrong: the copies as a whole
# says: There is no 2026-03-14.db any more. Delete the customer in it only
async def forget(path, backups, customer):
    async with SQLiteSession(customer, path) as session:
        await session.clear_session()
    for file in copies_in(backups):
        file.unlink()


# %% wrong: never closed
# says: Now close the sessions: one is still open
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        session = SQLiteSession(customer, file)
        await session.clear_session()


# %% wrong: the items, and not the session
# says: 'kai' was to be forgotten, and is still in the desk's file
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        async with SQLiteSession(customer, file) as session:
            while await session.pop_item():
                pass


# %% wrong: the latest item
# says: 'kai' was to be forgotten, and is still in the desk's file
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        async with SQLiteSession(customer, file) as session:
            await session.pop_item()


# %% wrong: whose ids begin alike
# says: 'kai' was forgotten, and in the desk's file 'kai_2' is gone too
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        for other in (await sessions(file))["session"]:
            if other.startswith(customer):
                async with SQLiteSession(other, file) as session:
                    await session.clear_session()


# %% wrong: ids as patterns
# says: somebody else was deleted too
def forget(path, backups, customer):
    import sqlite3
    from contextlib import closing

    for file in [path, *copies_in(backups)]:
        with closing(sqlite3.connect(file)) as database, database:
            for table in ["agent_messages", "agent_sessions"]:
                database.execute(f"DELETE FROM {table} WHERE session_id LIKE ?", [customer])


# %% wrong: everybody
# says: 'kai' was forgotten, and in the desk's file 'k%' is gone too
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        for other in (await sessions(file))["session"]:
            async with SQLiteSession(other, file) as session:
                await session.clear_session()


# %% wrong: must be everywhere
# says: Your code raised KeyError: 'earlier'
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        (await sessions(file)).set_index("session").loc[customer]
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()


# %% wrong: no await
# says: was called without `await`
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        async with SQLiteSession(customer, file) as session:
            session.clear_session()


# %% wrong: always the same customer
# says: 'kai' was to be forgotten, and is still in the desk's file
async def forget(path, backups, customer):
    for file in [path, *copies_in(backups)]:
        async with SQLiteSession("customer_39", file) as session:
            await session.clear_session()


# %% wrong: the notebook's backups
# says: 'kai' was to be forgotten, and is still in the copy
the_backups = backups


async def forget(path, backups, customer):
    for file in [path, *copies_in(the_backups)]:
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()


# %% wrong: a copy is left behind
# says: There are other files in the folder of the backups than before
async def forget(path, backups, customer):
    import shutil

    for file in [path, *copies_in(backups)]:
        shutil.copy(file, backups / "before.bak")
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()


# %% wrong: only whom it finds in the desk's file
# says: 'earlier' was to be forgotten, and is still in the copy 2026-03-14.db
async def forget(path, backups, customer):
    if customer not in set((await sessions(path))["session"]):
        return
    for file in [path, *copies_in(backups)]:
        async with SQLiteSession(customer, file) as session:
            await session.clear_session()

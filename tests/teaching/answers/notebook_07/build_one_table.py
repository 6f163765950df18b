# %% right: with close
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        session = SQLiteSession(session_id, path)
        items = await history(session)
        items["session"] = session_id
        await session.close()
        tables.append(items)
    return pd.concat(tables).reset_index(drop=True)


# %% right: the keys of concat
async def table_of(path, session_ids):
    tables = {}
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            tables[session_id] = await history(session)
    return pd.concat(tables, names=["session"]).reset_index(level=0).reset_index(drop=True)


# %% right: all at once
async def table_of(path, session_ids):
    import asyncio

    async def one(session_id):
        async with SQLiteSession(session_id, path) as session:
            return (await history(session)).assign(session=session_id)

    return pd.concat(await asyncio.gather(*map(one, session_ids)), ignore_index=True)


# %% right: the columns of the notebook, and something printed
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        print(session_id, len(items))
        tables.append(items.assign(session=session_id))
    table = pd.concat(tables, ignore_index=True)
    return table[["session", "turn", "role", "kind", "time", "text"]]


# %% wrong: nobody can tell whose rows they are
# says: Add the column `session`
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            tables.append(await history(session))
    return pd.concat(tables, ignore_index=True)


# %% wrong: rows numbered twice
# says: The rows are numbered [0, 1, 0, 1, 2, 3]. Number them from 0 to the end
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables)


# %% wrong: never closes
# says: The session 'mary' was left open
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        session = SQLiteSession(session_id, path)
        items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: closes only the last one
# says: The session 'mary' was left open
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        session = SQLiteSession(session_id, path)
        items = await history(session)
        tables.append(items.assign(session=session_id))
    await session.close()
    return pd.concat(tables, ignore_index=True)


# %% wrong: close is not called
# says: The session 'mary' was left open
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        session = SQLiteSession(session_id, path)
        items = await history(session)
        session.close
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: the first one for all
# says: The session 'mary' has 2 items. The table for ['mary', 'bob'] has 6 rows of it
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_ids[0]))
    return pd.concat(tables, ignore_index=True)


# %% wrong: returns within the loop
# says: The session 'bob' has 4 items. The table for ['mary', 'bob'] has 0 rows of it
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
        return pd.concat(tables, ignore_index=True)


# %% wrong: a new list each time
# says: The session 'mary' has 2 items
async def table_of(path, session_ids):
    for session_id in session_ids:
        tables = []
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: sessions without a file
# says: The session 'mary' has 2 items. The table for ['mary', 'bob'] has 0 rows of it
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: all sessions of the file
# says: of ['bob', 'bob%', 'ada', 'mary']
async def table_of(path, session_ids):
    tables = []
    for session_id in (await sessions(path))["session"]:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: the order of the file
# says: in this order
async def table_of(path, session_ids):
    tables = []
    for session_id in (await sessions(path))["session"]:
        if session_id in session_ids:
            async with SQLiteSession(session_id, path) as session:
                items = await history(session)
            tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: side by side
# says: Add the column `session`
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.rename(columns={"text": session_id}))
    return pd.concat(tables, axis=1, ignore_index=True)


# %% wrong: only two columns
# says: The table lacks the column 'turn', which `history` makes
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id)[["session", "text"]])
    return pd.concat(tables, ignore_index=True)


# %% wrong: the old numbers become a column
# says: The table has a column 'index', which nobody asked for
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables).reset_index()


# %% wrong: the tables in a list
# says: Return the table. It returned [
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return tables


# %% wrong: prints
# says: Printing does not return
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    print(pd.concat(tables, ignore_index=True))


# %% wrong: no await
# says: `history` was called without `await`
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = history(session)
        tables.append(items)
    return pd.concat(tables, ignore_index=True)


# %% wrong: latest items first
# says: each as `history` gives them
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id)[::-1])
    return pd.concat(tables, ignore_index=True)


# %% wrong: the other file
# says: The session 'mary' has 2 items
file_of_the_notebook = path


async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, file_of_the_notebook) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: the list stays from call to call
# says: The session 'mary' has 2 items. The table for ['bob%', 'ada', 'mary'] has 4 rows of it
async def table_of(path, session_ids, tables=[]):
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables, ignore_index=True)


# %% wrong: sorts all rows by time
# says: in this order
async def table_of(path, session_ids):
    tables = []
    for session_id in session_ids:
        async with SQLiteSession(session_id, path) as session:
            items = await history(session)
        tables.append(items.assign(session=session_id))
    return pd.concat(tables).sort_values("time", ignore_index=True)

# %% wrong:
# says:
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return len(await ours.get_items()) == len(await theirs.get_items())


# %% wrong:
# says:
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await ours.get_items(1) == await theirs.get_items(1)


# %% wrong:
# says:
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        there = await theirs.get_items()
        return all(item in there for item in await ours.get_items())


# %% wrong:
# says:
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await copy_session(ours, theirs) == 0


# %% wrong:
# says:
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    return await ours.get_items() == await theirs.get_items()


# %% wrong:
# says:
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        equal = await ours.get_items() == await theirs.get_items()
    await engine.dispose()
    return equal

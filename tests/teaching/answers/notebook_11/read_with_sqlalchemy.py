# %% right: as above
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items()
    await session.engine.dispose()
    return items


# %% right: an engine of one's own, and try with finally
async def same_conversation(path, session_id):
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    try:
        return list(await SQLAlchemySession(session_id, engine=engine).get_items())
    finally:
        await engine.dispose()


# %% right: a pool that keeps nothing open
async def same_conversation(path, session_id):
    from sqlalchemy.pool import NullPool

    session = SQLAlchemySession.from_url(
        session_id, url=f"sqlite+aiosqlite:///{path}", engine_kwargs={"poolclass": NullPool}
    )
    return await session.get_items()


# %% right: tables are created where they are missing, and it prints what it finds
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(
        session_id, url="sqlite+aiosqlite:///" + str(path), create_tables=True
    )
    items = [item for item in await session.get_items(1000)]
    print(len(items), "items")
    await session.engine.dispose()
    return items


# %% wrong: the engine is not disposed of
# says: Now dispose of the engine: a connection is still open
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    return await session.get_items()


# %% wrong: our session reads
# says: SQLAlchemy did not read them
async def same_conversation(path, session_id):
    async with SQLiteSession(session_id, path) as session:
        return await session.get_items()


# %% wrong: the id of the text above
# says: 'user_mary' has 4 items: ['Is it raining?', 'No.', 'And tomorrow?', 'Yes.']. You returned 0
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url("user_ada", url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items()
    await session.engine.dispose()
    return items


# %% wrong: two items
# says: You returned 2: ['And tomorrow?', 'Yes.']
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items(2)
    await session.engine.dispose()
    return items


# %% wrong: the file of the text above
# says: 'user_mary' has 4 items
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=url)
    items = await session.get_items()
    await session.engine.dispose()
    return items


# %% wrong: no await
# says: `SQLAlchemySession.get_items` was called without `await`
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = session.get_items()
    await session.engine.dispose()
    return items


# %% wrong: the engine is not awaited
# says: was called without `await`
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items()
    session.engine.dispose()
    return items


# %% wrong: prints
# says: Printing does not return
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    print(await session.get_items())
    await session.engine.dispose()


# %% wrong: a tuple
# says: Return a list of items. It returned (
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items()
    await session.engine.dispose()
    return tuple(items)


# %% wrong: the texts
# says: It returned ['Is it raining?'
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items()
    await session.engine.dispose()
    return [item["content"] for item in items]


# %% wrong: SQL with the id in it
# says: You returned 5
async def same_conversation(path, session_id):
    import json

    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    query = f"SELECT message_data FROM agent_messages WHERE session_id LIKE '{session_id}'"
    async with engine.connect() as connection:
        rows = (await connection.execute(text(query))).scalars().all()
    await engine.dispose()
    return [json.loads(row) for row in rows]


# %% wrong: SQL that takes the id for a pattern
# says: 'user_mary' has 4 items
async def same_conversation(path, session_id):
    import json

    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    query = "SELECT message_data FROM agent_messages WHERE session_id LIKE :id ORDER BY id"
    async with engine.connect() as connection:
        rows = (await connection.execute(text(query), {"id": session_id})).scalars().all()
    await engine.dispose()
    return [json.loads(row) for row in rows]


# %% wrong: all sessions of the file
# says: 'user_mary' has 4 items
async def same_conversation(path, session_id):
    import json

    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    query = "SELECT message_data FROM agent_messages ORDER BY id"
    async with engine.connect() as connection:
        rows = (await connection.execute(text(query))).scalars().all()
    await engine.dispose()
    return [json.loads(row) for row in rows]


# %% wrong: takes the items out
# says: Only read: your function changed 'user_mary' in the file
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = []
    while item := await session.pop_item():
        items.insert(0, item)
    await session.engine.dispose()
    return items


# %% wrong: newest first
# says: You returned 4: ['Yes.', 'And tomorrow?'
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    items = await session.get_items()
    await session.engine.dispose()
    return items[::-1]


# %% wrong: the same engine for all calls
# says: "user_o'neil" has 2 items
engines = []


async def same_conversation(path, session_id):
    if not engines:
        engines.append(
            SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
        )
    items = await engines[0].get_items()
    await engines[0].engine.dispose()
    return items


# %% wrong: the session
# says: Return a list of items. It returned <agents.extensions.memory
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    await session.get_items()
    await session.engine.dispose()
    return session


# %% wrong: nothing yet
# says: Printing does not return
async def same_conversation(path, session_id): ...


# %% wrong: the latest hundred items
# says: has 160 items
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    try:
        return await session.get_items(limit=100)
    finally:
        await session.engine.dispose()

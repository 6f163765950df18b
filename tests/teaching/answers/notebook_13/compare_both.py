# %% right: with async with
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await ours.get_items() == await theirs.get_items()


# %% right: both at once, and closed in finally
import asyncio


async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    try:
        one, other = await asyncio.gather(ours.get_items(), theirs.get_items())
    finally:
        ours.close()
    return one == other


# %% right: item by item
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    here = await ours.get_items()
    await ours.close()
    there = await SQLAlchemySession(session_id, engine=engine).get_items()
    if len(here) != len(there):
        return False
    return all(one == other for one, other in zip(here, there))


# %% right: the file through SQLAlchemy, with an engine of its own
async def same_items(path, engine, session_id):
    ours = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    here = await ours.get_items()
    await ours.engine.dispose()
    return here == await SQLAlchemySession(session_id, engine=engine).get_items()


# %% wrong: how many
# says: A conversation has another item at its end on the server, and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return len(await ours.get_items()) == len(await theirs.get_items())


# %% wrong: the latest item
# says: and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await ours.get_items(1) == await theirs.get_items(1)


# %% wrong: the first item
# says: A conversation lacks its latest item on the server, and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return (await ours.get_items())[:1] == (await theirs.get_items())[:1]


# %% wrong: the latest item, and how many
# says: A conversation has another item at its beginning on the server, and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        here = await ours.get_items()
    there = await SQLAlchemySession(session_id, engine=engine).get_items()
    return len(here) == len(there) and here[-1:] == there[-1:]


# %% wrong: whether each item is there somewhere
# says: and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        there = await theirs.get_items()
        return all(item in there for item in await ours.get_items())


# %% wrong: in any order
# says: A conversation has its items in another order there, and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        here = await ours.get_items()
    there = await SQLAlchemySession(session_id, engine=engine).get_items()
    return sorted(map(str, here)) == sorted(map(str, there))


# %% wrong: as sets
# says: and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        here = {str(item) for item in await ours.get_items()}
    return here == {
        str(item) for item in await SQLAlchemySession(session_id, engine=engine).get_items()
    }


# %% wrong: zip, which stops at the shorter one
# says: A conversation lacks its latest item on the server, and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        here = await ours.get_items()
    there = await SQLAlchemySession(session_id, engine=engine).get_items()
    return all(one == other for one, other in zip(here, there))


# %% wrong: copies
# says: It changed one of the conversations
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await copy_session(ours, theirs) == 0


# %% wrong: pops the items that it compares
# says: It changed one of the conversations
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        equal = await ours.get_items() == await theirs.get_items()
        await theirs.pop_item()
        return equal


# %% wrong: closes nothing
# says: The answer is right. Now close the session in the file
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    return await ours.get_items() == await theirs.get_items()


# %% wrong: closes the file only if the items are the same
# says: Now close the session in the file
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    if await ours.get_items() != await theirs.get_items():
        return False
    await ours.close()
    return True


# %% wrong: disposes of the engine
# says: it disposed of the engine, which is lent to it
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        equal = await ours.get_items() == await theirs.get_items()
    await engine.dispose()
    return equal


# %% wrong: only one of the two mistakes repaired: the comparison
# says: Now close the session in the file
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    equal = await ours.get_items() == await theirs.get_items()
    await engine.dispose()
    return equal


# %% wrong: only one of the two mistakes repaired: the closing
# says: has another item at its end on the server, and it returned True
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    equal = len(await ours.get_items()) == len(await theirs.get_items())
    await ours.close()
    return equal


# %% wrong: the file is closed before it is read
# says: Your code raised RuntimeError
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    await ours.close()
    theirs = SQLAlchemySession(session_id, engine=engine)
    return await ours.get_items() == await theirs.get_items()


# %% wrong: the notebook's sessions
# says: It used the notebook's own `engine`
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        return await ours.get_items() == await on_server(session_id).get_items()


# %% wrong: the notebook's file
# says: A conversation has the same items in both, and it returned False
async def same_items(path, engine, session_id):
    theirs = SQLAlchemySession(session_id, engine=engine)
    return await in_file(session_id).get_items() == await theirs.get_items()


# %% wrong: the file with itself
# says: A conversation lacks its latest item on the server, and it returned True
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        async with SQLiteSession(session_id, path) as theirs:
            return await ours.get_items() == await theirs.get_items()


# %% wrong: an engine of its own, left open
# says: It left a connection open
async def same_items(path, engine, session_id):
    theirs = SQLAlchemySession.from_url(session_id, url=server.url)
    async with SQLiteSession(session_id, path) as ours:
        return await ours.get_items() == await theirs.get_items()


# %% wrong: forgets await
# says: `SQLiteSession.get_items` was called without `await`
async def same_items(path, engine, session_id):
    ours = SQLiteSession(session_id, path)
    theirs = SQLAlchemySession(session_id, engine=engine)
    equal = len(ours.get_items()) == len(theirs.get_items())
    await ours.close()
    return equal


# %% wrong: forgets both awaits, and compares
# says: was called without `await`
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        return ours.get_items() == SQLAlchemySession(session_id, engine=engine).get_items()


# %% wrong: prints
# says: Printing does not return
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        print(await ours.get_items() == await theirs.get_items())


# %% wrong: a text
# says: Return True or False. It returned 'True' (str)
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return str(await ours.get_items() == await theirs.get_items())


# %% wrong: the other way round
# says: A conversation has the same items in both, and it returned False
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await ours.get_items() != await theirs.get_items()


# %% wrong: an empty conversation is never the same
# says: A conversation is empty in both, and it returned False
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        here = await ours.get_items()
    there = await SQLAlchemySession(session_id, engine=engine).get_items()
    return bool(here) and here == there


# %% wrong: keeps a connection of the engine
# says: It keeps a connection of the engine
async def same_items(path, engine, session_id):
    global connection
    connection = await engine.connect()
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        return await ours.get_items() == await theirs.get_items()


# %% wrong: the file through SQLAlchemy, left open
# says: It left a connection open
async def same_items(path, engine, session_id):
    ours = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    theirs = SQLAlchemySession(session_id, engine=engine)
    return await ours.get_items() == await theirs.get_items()


# %% wrong: a generator of truths
# says: Return True or False. It returned <generator
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        here = await ours.get_items()
    there = await SQLAlchemySession(session_id, engine=engine).get_items()
    return (one == other for one, other in zip(here, there))


# %% wrong: raises where they differ
# says: Your code raised AssertionError
async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        assert await ours.get_items() == await theirs.get_items()
        return True


# %% wrong: remembers its first answer
# says: A conversation lacks its latest item on the server, and it returned True
answers = []


async def same_items(path, engine, session_id):
    async with SQLiteSession(session_id, path) as ours:
        theirs = SQLAlchemySession(session_id, engine=engine)
        answers.append(await ours.get_items() == await theirs.get_items())
    return answers[0]


# %% wrong: always the same conversation
# says: and it returned
async def same_items(path, engine, session_id):
    async with SQLiteSession("check_0", path) as ours:
        theirs = SQLAlchemySession("check_0", engine=engine)
        return await ours.get_items() == await theirs.get_items()


# %% wrong: compares the texts only: not who said them, and no tool calls
# says: another role
async def same_items(path, engine, session_id):
    theirs = SQLAlchemySession(session_id, engine=engine)
    async with SQLiteSession(session_id, path) as ours:
        mine = [item.get("content") for item in await ours.get_items()]
        yours = [item.get("content") for item in await theirs.get_items()]
    return mine == yours


# %% wrong: the beginning of a long conversation is not compared
# says: of 151
async def same_items(path, engine, session_id):
    theirs = SQLAlchemySession(session_id, engine=engine)
    async with SQLiteSession(session_id, path) as ours:
        return await ours.get_items(100) == await theirs.get_items(100)

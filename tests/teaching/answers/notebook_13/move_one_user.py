# %% right: ids in a list first
async def copy_user(path, engine, user):
    table = await sessions(path)
    ids = [one for one in table["session"] if one.startswith(user + ":")]
    counts = []
    for session_id in ids:
        ours = SQLiteSession(session_id, path)
        counts.append(await copy_session(ours, SQLAlchemySession(session_id, engine=engine)))
        await ours.close()
    return sum(counts)


# %% right: pandas, and a helper
async def copy_user(path, engine, user):
    async def copy_one(session_id):
        async with SQLiteSession(session_id, path) as ours:
            return await copy_session(ours, SQLAlchemySession(session_id, engine=engine))

    table = await sessions(path)
    chosen = table[table["session"].str.startswith(f"{user}:")]
    return sum([await copy_one(session_id) for session_id in chosen["session"]])


# %% right: SQL, all at once
import asyncio


async def copy_user(path, engine, user):
    import sqlite3
    from contextlib import closing

    query = "SELECT session_id FROM agent_sessions WHERE substr(session_id, 1, ?) = ?"
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(query, [len(user) + 1, user + ":"]).fetchall()

    async def copy_one(session_id):
        async with SQLiteSession(session_id, path) as ours:
            return await copy_session(ours, SQLAlchemySession(session_id, engine=engine))

    return sum(await asyncio.gather(*[copy_one(row[0]) for row in rows]))


# %% right: what is before the colon
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        owner, colon, _ = session_id.partition(":")
        if owner == user and colon:
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    print(copied)
    return copied


# %% right: counts for itself what is new
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                items = await ours.get_items()
            theirs = SQLAlchemySession(session_id, engine=engine)
            new = items[len(await theirs.get_items()) :]
            await theirs.add_items(new)
            copied += len(new)
    return copied


# %% wrong: everybody
# says: The user is check_1, and it copied check_12:returns as well
async def copy_user(path, engine, user):
    copied = await copy_sessions(path, on_server)
    return copied.items


# %% wrong: a prefix without the colon
# says: and it copied check_12:returns as well
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(user):
            async with SQLiteSession(session_id, path) as ours:
                theirs = SQLAlchemySession(session_id, engine=engine)
                copied += await copy_session(ours, theirs)
    return copied


# %% wrong: adds everything again
# says: When it runs again, it should add only what is new
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                items = await ours.get_items()
                await SQLAlchemySession(session_id, engine=engine).add_items(items)
                copied += len(items)
    return copied


# %% wrong: counts sessions
# says: It copied four items, and should return 4. It returned 3 (int)
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
                copied += 1
    return copied


# %% wrong: the prefix anywhere
# says: and it copied old_check_1:billing as well
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if f"{user}:" in session_id:
            async with SQLiteSession(session_id, path) as ours:
                theirs = SQLAlchemySession(session_id, engine=engine)
                copied += await copy_session(ours, theirs)
    return copied


# %% wrong: LIKE, where _ stands for any letter
# says: and it copied check-1:billing as well
import sqlite3
from contextlib import closing


async def copy_user(path, engine, user):
    copied = 0
    query = "SELECT session_id FROM agent_sessions WHERE session_id LIKE ?"
    with closing(sqlite3.connect(path)) as database:
        ids = [session_id for (session_id,) in database.execute(query, [f"{user}:%"])]
    for session_id in ids:
        async with SQLiteSession(session_id, path) as ours:
            theirs = SQLAlchemySession(session_id, engine=engine)
            copied += await copy_session(ours, theirs)
    return copied


# %% wrong: LIKE with an escape, which knows no capitals
# says: and it copied CHECK_1:billing as well
async def copy_user(path, engine, user):
    import sqlite3
    from contextlib import closing

    copied = 0
    query = r"SELECT session_id FROM agent_sessions WHERE session_id LIKE ? ESCAPE '\'"
    with closing(sqlite3.connect(path)) as database:
        pattern = user.replace("_", r"\_") + ":%"
        ids = [session_id for (session_id,) in database.execute(query, [pattern])]
    for session_id in ids:
        async with SQLiteSession(session_id, path) as ours:
            copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: a session without a topic as well
# says: and it copied check_1 as well
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.split(":")[0] == user:
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: any part between colons
# says: and it copied check_2:check_1:billing as well
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if user in session_id.split(":") and ":" in session_id:
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: only the first of them
# says: check_1:delivery is missing on the server
async def copy_user(path, engine, user):
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                return await copy_session(ours, SQLAlchemySession(session_id, engine=engine))


# %% wrong: a number that it does not count
# says: The user 'check.1' has one item, and it copied
async def copy_user(path, engine, user):
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return 4


# %% wrong: the user of the example
# says: check_1:billing is missing on the server
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith("user_1:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: the topics of the example
# says: check_1:wishes is missing on the server
async def copy_user(path, engine, user):
    copied = 0
    for topic in ["billing", "delivery"]:
        session_id = f"{user}:{topic}"
        async with SQLiteSession(session_id, path) as ours:
            copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: the latest item of each
# says: check_1:billing is incomplete on the server
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                items = await ours.get_items(1)
            await SQLAlchemySession(session_id, engine=engine).add_items(items)
            copied += len(items)
    return copied


# %% wrong: all into one session
# says: check_1:billing is missing on the server
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                items = await ours.get_items()
            await SQLAlchemySession(f"{user}:", engine=engine).add_items(items)
            copied += len(items)
    return copied


# %% wrong: the wrong direction
# says: Your code raised ValueError: the target holds other items than the source
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(SQLAlchemySession(session_id, engine=engine), ours)
    return copied


# %% wrong: moves in place of copying
# says: It changed check_1:billing in the file
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
                await ours.clear_session()
    return copied


# %% wrong: clears the server before it copies
# says: When it ran again, it copied one item
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            theirs = SQLAlchemySession(session_id, engine=engine)
            await theirs.clear_session()
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, theirs)
    return copied


# %% wrong: closes nothing
# says: The copy is right. Now close the sessions in the file
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            ours = SQLiteSession(session_id, path)
            copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: closes only the last one
# says: Now close the sessions in the file
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            ours = SQLiteSession(session_id, path)
            copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    await ours.close()
    return copied


# %% wrong: disposes of the engine
# says: it disposed of the engine, which is lent to it
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    await engine.dispose()
    return copied


# %% wrong: the notebook's engine
# says: It used the notebook's own `engine`
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, on_server(session_id))
    return copied


# %% wrong: the notebook's file
# says: check_1:billing is missing on the server
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            target = SQLAlchemySession(session_id, engine=engine)
            copied += await copy_session(in_file(session_id), target)
    return copied


# %% wrong: an engine for each session, left open
# says: It left a connection open
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            theirs = SQLAlchemySession.from_url(session_id, url=server.url)
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, theirs)
    return copied


# %% wrong: forgets await
# says: `copy_session` was called without `await`
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: forgets await, and does not count
# says: `copy_session` was called without `await`
async def copy_user(path, engine, user):
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return 4


# %% wrong: prints
# says: Printing does not return
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    print(copied)


# %% wrong: a list of counts
# says: and should return 4. It returned [2, 1, 1] (list)
async def copy_user(path, engine, user):
    copied = []
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                target = SQLAlchemySession(session_id, engine=engine)
                copied.append(await copy_session(ours, target))
    return copied


# %% wrong: counts what is there, and not what was copied
# says: When it ran again, it copied one item. It returned 5 (int)
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
                copied += len(await ours.get_items())
    return copied


# %% wrong: remembers what it has copied, and skips it for ever
# says: When it runs again, it should add only what is new
done = set()


async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:") and session_id not in done:
            done.add(session_id)
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
    return copied


# %% wrong: cannot run again
# says: Your code raised ValueError
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            theirs = SQLAlchemySession(session_id, engine=engine)
            if await theirs.get_items():
                raise ValueError(f"{session_id} is there already")
            async with SQLiteSession(session_id, path) as ours:
                copied += await copy_session(ours, theirs)
    return copied


# %% wrong: a pattern that is not escaped: "a.b" finds "a_b:1" too, and "c++" an error
# says: The user 'check.1'
import re


async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if re.match(f"{user}:", session_id):
            async with SQLiteSession(session_id, path) as source:
                target = SQLAlchemySession(session_id, engine=engine)
                copied += await copy_session(source, target)
    return copied

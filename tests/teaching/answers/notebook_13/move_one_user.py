# %% wrong:
# says:
async def copy_user(path, engine, user):
    copied = await copy_sessions(path, on_server)
    return copied.items


# %% wrong:
# says:
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(user):
            async with SQLiteSession(session_id, path) as ours:
                theirs = SQLAlchemySession(session_id, engine=engine)
                copied += await copy_session(ours, theirs)
    return copied


# %% wrong:
# says:
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                items = await ours.get_items()
                await SQLAlchemySession(session_id, engine=engine).add_items(items)
                copied += len(items)
    return copied


# %% wrong:
# says:
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if session_id.startswith(f"{user}:"):
            async with SQLiteSession(session_id, path) as ours:
                await copy_session(ours, SQLAlchemySession(session_id, engine=engine))
                copied += 1
    return copied


# %% wrong:
# says:
async def copy_user(path, engine, user):
    copied = 0
    for session_id in (await sessions(path))["session"]:
        if f"{user}:" in session_id:
            async with SQLiteSession(session_id, path) as ours:
                theirs = SQLAlchemySession(session_id, engine=engine)
                copied += await copy_session(ours, theirs)
    return copied


# %% wrong:
# says:
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

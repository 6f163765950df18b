# %% right: one line
def make_session(session_id, path, engine):
    return SQLiteSession(session_id, path) if engine is None else SQLAlchemySession(session_id, engine=engine)


# %% right: the engine first, by its truth, with an await that nobody needs
import asyncio


async def make_session(session_id, path, engine):
    if engine:
        await asyncio.sleep(0)
        return SQLAlchemySession(session_id, engine=engine, create_tables=True)
    return SQLiteSession(session_id, db_path=path)


# %% right: a match, and a print
def make_session(session_id, path, engine):
    print("making", session_id)
    match engine:
        case None:
            return SQLiteSession(session_id, path)
        case _:
            return SQLAlchemySession(session_id, engine=engine)


# %% right: the SDK's class for the file
def make_session(session_id, path, engine):
    from agents import SQLiteSession as TheirSession

    if engine is None:
        return TheirSession(session_id, path)
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong: always the server
# says: Your code raised AttributeError
def make_session(session_id, path, engine):
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong: always the file
# says: `make_session('check_mary', path, engine)` should give the session that is kept on the server.
def make_session(session_id, path, engine):
    return SQLiteSession(session_id, path)


# %% wrong: the wrong way round
# says: Your code raised AttributeError
def make_session(session_id, path, engine):
    if engine is not None:
        return SQLiteSession(session_id, path)
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong: in memory
# says: `make_session('check_mary', path, None)` gave a session that lacks the items in the file
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id)
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong: always Mary
# says: `make_session('check_john', path, None)` gave somebody else's conversation
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession("check_mary", path)
    return SQLAlchemySession("check_mary", engine=engine)


# %% wrong: always Mary, on the server only
# says: `make_session('check_john', path, engine)` gave somebody else's conversation
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path)
    return SQLAlchemySession("check_mary", engine=engine)


# %% wrong: the functions of the notebook
# says: gave a session that lacks the items in the file
def make_session(session_id, path, engine):
    return in_file(session_id) if engine is None else on_server(session_id)


# %% wrong: the notebook's engine
# says: `make_session('check_mary', path, engine)` gave a session with another engine
def make_session(session_id, path, engine):
    return SQLiteSession(session_id, path) if engine is None else on_server(session_id)


# %% wrong: an engine of its own
# says: `make_session('check_mary', path, engine)` gave a session with another engine
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path)
    return SQLAlchemySession.from_url(session_id, url=server.url)


# %% wrong: the id and the path the other way round
# says: Your code raised
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(path, session_id)
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong: prints
# says: Printing does not return
def make_session(session_id, path, engine):
    if engine is None:
        print(SQLiteSession(session_id, path))
    else:
        print(SQLAlchemySession(session_id, engine=engine))


# %% wrong: a tuple
# says: should return a session. It returned (
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path), None
    return SQLAlchemySession(session_id, engine=engine), engine


# %% wrong: the class
# says: should return a session. It returned <class
def make_session(session_id, path, engine):
    return SQLiteSession if engine is None else SQLAlchemySession


# %% wrong: the session of the first call, for ever
# says: gave somebody else's conversation
made = {}


def make_session(session_id, path, engine):
    if engine is None:
        return made.setdefault("file", SQLiteSession(session_id, path))
    return made.setdefault("server", SQLAlchemySession(session_id, engine=engine))


# %% wrong: disposes of the engine
# says: it disposed of the engine, which is lent to it
async def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path)
    await engine.dispose()
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong: the engine as the second argument
# says: Your code raised TypeError
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path)
    return SQLAlchemySession(session_id, engine)


# %% wrong: another name of the tables
# says: lacks the items on the server
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id, path)
    return SQLAlchemySession(
        session_id,
        engine=engine,
        create_tables=True,
        sessions_table="check_sessions",
        messages_table="check_messages",
    )

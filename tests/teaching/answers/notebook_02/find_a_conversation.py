# %% wrong:
# says:
def has_conversation(session_id, path):
    return path.exists()


# %% wrong:
# says:
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id in table["session_id"]


# %% wrong:
# says:
async def has_conversation(session_id, path):
    session = SQLiteSession(session_id, path)
    items = await session.get_items()
    await session.close()
    return len(items) > 0


# %% wrong:
# says:
def has_conversation(session_id, path):
    return "False"


# %% wrong:
# says:
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return table["session_id"] == session_id


# %% wrong:
# says:
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return table["session_id"].str.startswith(session_id).any()

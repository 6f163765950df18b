# %% right: asks SQL
def has_conversation(session_id, path):
    if not path.exists():
        return False
    query = "SELECT 1 FROM agent_sessions WHERE session_id = ?"
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query, [session_id]).fetchone() is not None


# %% right: a truth value of pandas, from the items
def has_conversation(session_id, path):
    if not path.is_file():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_messages", database)
    return (table["session_id"] == session_id).any()


# %% right: asks the session
async def has_conversation(session_id, path):
    if not path.exists():
        return False
    async with SQLiteSession(session_id, path) as session:
        return bool(await session.get_items(limit=1))


# %% right: the table of sessions, with an early return
async def has_conversation(session_id, path):
    from session_lib import sessions

    if path.exists():
        print("looking")
        for one in (await sessions(path))["session"]:
            if one == session_id:
                return True
    return False


# %% right: opens no file that is not there
def has_conversation(session_id, path):
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            ids = database.execute("SELECT session_id FROM agent_sessions").fetchall()
    except sqlite3.OperationalError:
        return False
    return (session_id,) in ids


# %% wrong: looks for the file alone
# says: for 'user_grace' it returned True
def has_conversation(session_id, path):
    return path.exists()


# %% wrong: looks among the row numbers
# says: for 'user_mary' it returned False
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id in table["session_id"]


# %% wrong: the session makes a file
# says: There was no file, and your function has made one: 'check.db'.
async def has_conversation(session_id, path):
    session = SQLiteSession(session_id, path)
    items = await session.get_items()
    await session.close()
    return len(items) > 0


# %% wrong: connecting makes a file
# says: There was no file, and your function has made one: 'check.db'.
def has_conversation(session_id, path):
    with closing(sqlite3.connect(path)) as database:
        try:
            table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
        except pd.errors.DatabaseError:
            return False
    return session_id in list(table["session_id"])


# %% wrong: does not look whether there is a file
# says: Your code raised DatabaseError
def has_conversation(session_id, path):
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id in list(table["session_id"])


# %% wrong: a path in quotation marks
# says: for 'user_mary' it returned False
def has_conversation(session_id, path):
    if not Path("path").exists():
        return False
    with closing(sqlite3.connect("path")) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id in list(table["session_id"])


# %% wrong: connects to a name in quotation marks
# says: has made one: 'path'
def has_conversation(session_id, path):
    with closing(sqlite3.connect("path")) as database:
        return database.execute("SELECT 1").fetchone() is None


# %% wrong: a text
# says: It returned 'False' (str)
def has_conversation(session_id, path):
    return "False"


# %% wrong: nothing where there is no file
# says: There is no file, so return False. It returned None
def has_conversation(session_id, path):
    if path.exists():
        with closing(sqlite3.connect(path)) as database:
            table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
        return session_id in list(table["session_id"])


# %% wrong: nothing where there is no such conversation
# says: Return True or False. It returned None
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    if session_id in list(table["session_id"]):
        return True


# %% wrong: prints
# says: Printing does not return
def has_conversation(session_id, path):
    print(path.exists())


# %% wrong: a column
# says: Return True or False. It returned
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return table["session_id"] == session_id


# %% wrong: a number
# says: Return True or False. It returned 1 (int)
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT count(*) FROM agent_sessions WHERE session_id = ?"
        return database.execute(query, [session_id]).fetchone()[0]


# %% wrong: the rows
# says: Return True or False. It returned [('user_mary',)] (list)
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT session_id FROM agent_sessions WHERE session_id = ?"
        return database.execute(query, [session_id]).fetchall()


# %% wrong: a prefix is enough
# says: for 'user_mar' it returned True
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return table["session_id"].str.startswith(session_id).any()


# %% wrong: any part is enough
# says: for 'user_mar' it returned True
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return any(session_id in one for one in table["session_id"])


# %% wrong: an end is enough
# says: for 'mary' it returned True
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return any(one.endswith(session_id) for one in table["session_id"])


# %% wrong: a pattern of SQL
# says: for 'USER_MARY' it returned True
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT session_id FROM agent_sessions WHERE session_id LIKE ?"
        return len(database.execute(query, [session_id]).fetchall()) > 0


# %% wrong: a pattern of SQL that minds capital letters
# says: for 'user%' it returned True
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA case_sensitive_like = ON")
        query = "SELECT session_id FROM agent_sessions WHERE session_id LIKE ?"
        return len(database.execute(query, [session_id]).fetchall()) > 0


# %% wrong: capital letters do not matter
# says: for 'USER_MARY' it returned True
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id.lower() in [one.lower() for one in table["session_id"]]


# %% wrong: the id is pasted into the SQL
# says: Your code raised OperationalError
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        query = f"SELECT 1 FROM agent_sessions WHERE session_id = '{session_id}'"
        return database.execute(query).fetchone() is not None


# %% wrong: the id of the cells above
# says: for 'user_mary' it returned False
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return "user_ada" in list(table["session_id"])


# %% wrong: the first one alone
# says: it returned False
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT session_id FROM agent_sessions").fetchone()[0] == session_id


# %% wrong: the wrong way round
# says: for 'user_mary' it returned False
def has_conversation(session_id, path):
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        table = pd.read_sql("SELECT session_id FROM agent_sessions", database)
    return session_id not in list(table["session_id"])


# %% wrong: the notebook's table
# says: for 'user_mary' it returned False
def has_conversation(session_id, path):
    return path.exists() and session_id in list(conversations["session_id"])


# %% wrong: remembers the answer for the file
# says: for 'user_mary' it returned False
seen = {}


def has_conversation(session_id, path):
    if (session_id, path) not in seen:
        seen[session_id, path] = path.exists()
    return seen[session_id, path]


# %% wrong: True where there is no file
# says: It returned True where there is no file
def has_conversation(session_id, path):
    return True


# %% wrong: no await
# says: `sessions` was called without `await`
async def has_conversation(session_id, path):
    from session_lib import sessions

    if not path.exists():
        return False
    return session_id in list(sessions(path)["session"])

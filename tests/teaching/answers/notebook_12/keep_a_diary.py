# %% right: a ttl of a year
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, key, ttl=YEAR)


# %% right: a coroutine function, and ten years
async def diary(session_id, path, key):
    return EncryptedSession(
        session_id=session_id,
        underlying_session=SQLiteSession(session_id, path),
        encryption_key=key,
        ttl=10 * 366 * 24 * 3600,
    )


# %% right: set afterwards
def diary(session_id, path, key):
    session = EncryptedSession(session_id, SQLiteSession(session_id, path), key)
    session.ttl = YEAR
    return session


# %% wrong: as it was
# says: After an hour, the entry cannot be read any more
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, key)


# %% wrong: in days
# says: After an hour, the entry cannot be read any more
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, key, ttl=365)


# %% wrong: in minutes
# says: After 364 days, the entry cannot be read any more
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, key, ttl=365 * 24 * 60)


# %% wrong: a day
# says: After 364 days, the entry cannot be read any more
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, key, ttl=2 * 24 * 60 * 60)


# %% wrong: not encrypted
# says: Now the diary is not secret
def diary(session_id, path, key):
    return SQLiteSession(session_id, path)


# %% wrong: prints
# says: Printing does not return
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    print(EncryptedSession(session_id, inner, key, ttl=YEAR))


# %% wrong: a key of its own
# says: Nothing can be read from `path` with this id and this key
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return EncryptedSession(session_id, inner, Fernet.generate_key().decode(), ttl=YEAR)


# %% wrong: an id of its own
# says: Nothing can be read from `path` with this id and this key
def diary(session_id, path, key):
    inner = SQLiteSession("diary", path)
    return EncryptedSession("diary", inner, key, ttl=YEAR)


# %% wrong: in memory
# says: Nothing can be read from `path`
def diary(session_id, path, key):
    inner = SQLiteSession(session_id)
    return EncryptedSession(session_id, inner, key, ttl=YEAR)


# %% wrong: another file
# says: Nothing can be read from `path`
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, Path(folder.name, "diary.db"))
    return EncryptedSession(session_id, inner, key, ttl=YEAR)


# %% wrong: the same session for ever
# says: The diary with the id 'diary_john' shows what is in 'diary_mary'
diaries = []


def diary(session_id, path, key):
    if not diaries:
        inner = SQLiteSession(session_id, path)
        diaries.append(EncryptedSession(session_id, inner, key, ttl=YEAR))
    return diaries[0]


# %% wrong: the inner session
# says: Now the diary is not secret
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    EncryptedSession(session_id, inner, key, ttl=YEAR)
    return inner


# %% wrong: the items
# says: Return the session. It returned
async def diary(session_id, path, key):
    inner = SQLiteSession(session_id, path)
    return await EncryptedSession(session_id, inner, key, ttl=YEAR).get_items()


# %% wrong: a new file for each call
# says: Nothing can be read from `path`
def diary(session_id, path, key):
    inner = SQLiteSession(session_id, f"{path}.diary")
    return EncryptedSession(session_id, inner, key, ttl=YEAR)

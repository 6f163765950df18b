# %% right: as above
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items([{"role": "user", "content": text}])


# %% right: with a ttl, and closed by hand
async def secret_note(path, key, text):
    inner = SQLiteSession("notes", path)
    try:
        session = EncryptedSession("notes", inner, encryption_key=key, ttl=YEAR)
        await session.add_items([dict(role="user", content=text)])
        print("stored")
    finally:
        inner.close()


# %% right: with the SDK's session behind it
async def secret_note(path, key, text):
    from agents import SQLiteSession as TheirSession

    inner = TheirSession("notes", path)
    await EncryptedSession("notes", inner, key).add_items([{"role": "user", "content": text}])
    inner.close()


# %% wrong: the plain session
# says: The file is not secret: 'The key is under the third flowerpot.' is in its bytes
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        await inner.add_items([{"role": "user", "content": text}])


# %% wrong: a key of the environment, which nobody set
# says: `os` is not defined
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, os.environ["SESSION_KEY"])
        await session.add_items([{"role": "user", "content": text}])


# %% wrong: encrypted by hand
# says: There are items in 'notes', but the key that you were given opens none of them
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        token = Fernet(key).encrypt(text.encode()).decode()
        await inner.add_items([{"role": "user", "content": token}])


# %% wrong: an id of its own
# says: There are items in 'notes', but the key that you were given opens none of them
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("my notes", inner, key)
        await session.add_items([{"role": "user", "content": text}])


# %% wrong: never closed
# says: The notes are stored. Now close the session that stores them
async def secret_note(path, key, text):
    inner = SQLiteSession("notes", path)
    session = EncryptedSession("notes", inner, key)
    await session.add_items([{"role": "user", "content": text}])


# %% wrong: in memory
# says: there is still no file at `path`
async def secret_note(path, key, text):
    session = EncryptedSession("notes", SQLiteSession("notes"), key)
    await session.add_items([{"role": "user", "content": text}])


# %% wrong: the key of the text above
# says: the key that you were given opens none of them
async def secret_note(path, note_key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items([{"role": "user", "content": text}])


# %% wrong: said by the assistant
# says: Two notes should be two messages of the user
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items([{"role": "assistant", "content": text}])


# %% wrong: only the last note is kept
# says: Two notes should be two messages of the user
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.clear_session()
        await session.add_items([{"role": "user", "content": text}])


# %% wrong: an item of its own
# says: Two notes should be two messages of the user
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items([{"role": "user", "content": "The key is under the flowerpot."}])


# %% wrong: the other session behind it
# says: There is a file, but its session 'notes' has no items
async def secret_note(path, key, text):
    async with SQLiteSession("secret", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items([{"role": "user", "content": text}])


# %% wrong: encrypted and in plain text
# says: The file is not secret
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items([{"role": "user", "content": text}])
        await inner.add_items([{"role": "user", "content": text}])


# %% wrong: each note twice
# says: Two notes should be two messages of the user
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        for _ in range(2):
            await session.add_items([{"role": "user", "content": text}])


# %% wrong: no await
# says: `EncryptedSession.add_items` was called without `await`
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        session.add_items([{"role": "user", "content": text}])


# %% wrong: no list
# says: Your code raised
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, key)
        await session.add_items({"role": "user", "content": text})


# %% wrong: nothing yet
# says: there is still no file at `path`
async def secret_note(path, key, text): ...


# %% wrong: stores the text without the blanks and line ends around it
# says: Two notes should be
async def secret_note(path, key, text):
    inner = SQLiteSession("notes", path)
    try:
        session = EncryptedSession("notes", inner, key, ttl=YEAR)
        await session.add_items([{"role": "user", "content": text.strip()}])
    finally:
        await inner.close()

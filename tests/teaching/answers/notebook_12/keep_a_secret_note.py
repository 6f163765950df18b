# %% wrong:
# says:
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        await inner.add_items([{"role": "user", "content": text}])


# %% wrong:
# says:
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("notes", inner, os.environ["SESSION_KEY"])
        await session.add_items([{"role": "user", "content": text}])


# %% wrong:
# says:
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        token = Fernet(key).encrypt(text.encode()).decode()
        await inner.add_items([{"role": "user", "content": token}])


# %% wrong:
# says:
async def secret_note(path, key, text):
    async with SQLiteSession("notes", path) as inner:
        session = EncryptedSession("my notes", inner, key)
        await session.add_items([{"role": "user", "content": text}])

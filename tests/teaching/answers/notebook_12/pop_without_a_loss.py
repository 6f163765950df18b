# %% right: compare the numbers
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) < len(stored):
        return None
    return await session.pop_item()


# %% right: without a word for None
async def careful_pop(session):
    inner = session.underlying_session
    if len(await session.get_items()) == len(await inner.get_items()):
        return await session.pop_item()


# %% right: pops the envelope itself
async def careful_pop(session):
    items = await session.get_items()
    inner = session.underlying_session
    if not items or len(items) != len(await inner.get_items()):
        print("nothing to pop")
        return None
    await inner.pop_item()
    return items[-1]


# %% wrong: pop_item alone
# says: With a wrong key your function popped. Of two items in the file, 0 remained
async def careful_pop(session):
    return await session.pop_item()


# %% wrong: looks at one item
# says: The latest two of four items have another key, and your function popped: 1 are left
async def careful_pop(session):
    if await session.get_items(1):
        return await session.pop_item()


# %% wrong: looks whether there is any
# says: The latest two of four items have another key, and your function popped
async def careful_pop(session):
    return await session.pop_item() if await session.get_items() else None


# %% wrong: looks at the latest only
# says: The oldest two of four items have another key, and your function popped
async def careful_pop(session):
    envelopes = await session.underlying_session.get_items(1)
    latest = SQLiteSession("latest")
    if not envelopes:
        return None
    await latest.add_items(envelopes)
    alone = EncryptedSession(session.session_id, latest, key, ttl=session.ttl)
    alone.cipher = session.cipher
    return await session.pop_item() if await alone.get_items() else None


# %% wrong: returns and does not pop
# says: The latest one of three items was to be popped
async def careful_pop(session):
    items = await session.get_items()
    stored = await session.underlying_session.get_items()
    return items[-1] if items and len(items) == len(stored) else None


# %% wrong: pops and does not return
# says: Pop the latest one and return it. It returned None
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) == len(stored):
        await session.pop_item()


# %% wrong: pops twice
# says: The latest one of three items was to be popped
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) == len(stored):
        item = await session.pop_item()
        await session.pop_item()
        return item


# %% wrong: the envelope
# says: Pop the latest one and return it. It returned {'__enc__'
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) == len(stored):
        return await session.underlying_session.pop_item()


# %% wrong: never pops
# says: Pop the latest one and return it. It returned None
async def careful_pop(session):
    return None


# %% wrong: compares with itself
# says: With a wrong key your function popped
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.get_items()
    if len(readable) == len(stored):
        return await session.pop_item()


# %% wrong: the wrong way round
# says: Pop the latest one and return it. It returned None
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) < len(stored):
        return await session.pop_item()


# %% wrong: False in place of None
# says: With a wrong key nothing can be popped. Return None. It returned False (bool)
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) < len(stored):
        return False
    return await session.pop_item()


# %% wrong: an error for an empty session
# says: Your code raised IndexError
async def careful_pop(session):
    items = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(items) < len(stored):
        return None
    latest = items[-1]
    await session.pop_item()
    return latest


# %% wrong: puts back what it popped
# says: With a wrong key your function popped
async def careful_pop(session):
    before = await session.get_items()
    item = await session.pop_item()
    if item is None:
        await session.add_items(before)
    return item


# %% wrong: the session behind the one of the text above
# says: Pop the latest one and return it
async def careful_pop(session):
    readable = await session.get_items()
    stored = await inner.get_items()
    if len(readable) == len(stored):
        return await session.pop_item()


# %% wrong: no await
# says: `EncryptedSession.pop_item` was called without `await`
async def careful_pop(session):
    readable = await session.get_items()
    stored = await session.underlying_session.get_items()
    if len(readable) == len(stored):
        return print(session.pop_item())


# %% wrong: catches what is not raised
# says: With a wrong key your function popped
async def careful_pop(session):
    try:
        return await session.pop_item()
    except Exception:
        return None


# %% wrong: compares the latest twenty only
# says: The oldest of 121 items
async def careful_pop(session):
    readable = await session.get_items(20)
    stored = await session.underlying_session.get_items(20)
    if len(readable) != len(stored):
        return None
    return await session.pop_item()

# %% right: with copy_session
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    return await copy_session(old, new)


# %% right: by hand
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    items = await old.get_items()
    stored = await source.get_items()
    if len(items) != len(stored):
        raise ValueError(f"{len(stored) - len(items)} items cannot be read")
    await EncryptedSession(target.session_id, target, new_key).add_items(items)
    print("copied")
    return len(items)


# %% right: with another ValueError
async def change_key(source, target, old_key, new_key):
    class WrongKeyError(ValueError):
        pass

    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(source.session_id, target, new_key, ttl=YEAR)
    pairs = zip(await old.get_items(), await source.get_items(), strict=True)
    await new.add_items([item for item, envelope in pairs])
    return len(await new.get_items())


# %% wrong: compares nothing
# says: The old key is wrong. Raise a ValueError. It returned 0 (int)
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    return await copy_session(old, new)


# %% wrong: compares only whether there is anything
# says: One of three items has another key. Raise a ValueError. It returned 2 (int)
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if not await old.get_items():
        raise ValueError("the old key does not open all items")
    return await copy_session(old, new)


# %% wrong: compares too late
# says: One of three items has another key. Before you raise the ValueError, copy nothing
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    count = await copy_session(old, new)
    if count < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    return count


# %% wrong: returns nothing
# says: Four items were copied. Return how many. It returned
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    await copy_session(old, new)


# %% wrong: the items
# says: Four items were copied. Return how many. It returned
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    await copy_session(old, new)
    return await new.get_items()


# %% wrong: not encrypted
# says: The items in the target are not encrypted
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    return await copy_session(old, target)


# %% wrong: the envelopes
# says: The target can still be read with the old key
async def change_key(source, target, old_key, new_key):
    return await copy_session(source, target)


# %% wrong: the old key twice
# says: The target can still be read with the old key
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, old_key, ttl=YEAR)
    return await copy_session(old, new)


# %% wrong: a key of its own
# says: With the new key, four items should be readable in the
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, Fernet.generate_key().decode(), ttl=YEAR)
    return await copy_session(old, new)


# %% wrong: encrypted twice
# says: With the new key, four items should be readable in the
async def change_key(source, target, old_key, new_key):
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    return await copy_session(source, new)


# %% wrong: in the source itself
# says: Leave the source as it is
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(source.session_id, source, new_key, ttl=YEAR)
    items = await old.get_items()
    await source.clear_session()
    await new.add_items(items)
    return len(items)


# %% wrong: clears the source
# says: Leave the source as it is
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    count = await copy_session(old, new)
    await source.clear_session()
    return count


# %% wrong: the target is not filled
# says: The target is empty. Copy the items to it
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    return len(await old.get_items())


# %% wrong: another error
# says: Your code raised RuntimeError
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        raise RuntimeError("the old key does not open all items")
    return await copy_session(old, new)


# %% wrong: returns in place of raising
# says: The old key is wrong. Raise a ValueError. It returned ValueError
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await old.get_items()) < len(await source.get_items()):
        return ValueError("the old key does not open all items")
    return await copy_session(old, new)


# %% wrong: the order is lost
# says: With the new key, four items should be readable in the
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    items = await old.get_items()
    if len(items) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    await new.add_items(items[::-1])
    return len(items)


# %% wrong: always three
# says: Four items were copied. Return how many. It returned 3
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    await copy_session(old, new)
    return 3


# %% wrong: no await
# says: `copy_session` was called without `await`
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    copy_session(old, new)
    return 3


# %% wrong: an id of its own
# says: With the new key, four items should be readable in the
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession("user_grace", target, new_key, ttl=YEAR)
    return await copy_session(old, new)


# %% wrong: the way back
# says: Your code raised ValueError: the target holds other items
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    return await copy_session(new, old)


# %% wrong: items of an hour ago are too old
# says: Your code raised ValueError: the old key does not open all items
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key)
    new = EncryptedSession(target.session_id, target, new_key)
    if len(await old.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    return await copy_session(old, new)


# %% wrong: items of an hour ago are left out
# says: The target is empty
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key)
    new = EncryptedSession(target.session_id, target, new_key)
    return await copy_session(old, new)


# %% wrong: counts before and after in the same place
# says: The old key is wrong. Raise a ValueError. It returned 0 (int)
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    if len(await source.get_items()) < len(await source.get_items()):
        raise ValueError("the old key does not open all items")
    return await copy_session(old, new)


# %% wrong: an item that was said twice is copied once
# says: four items
async def change_key(source, target, old_key, new_key):
    old = EncryptedSession(source.session_id, source, old_key, ttl=YEAR)
    new = EncryptedSession(target.session_id, target, new_key, ttl=YEAR)
    items = await old.get_items()
    if len(items) != len(await source.get_items()):
        raise ValueError("old_key does not open all items")
    for item in items:
        if item not in await new.get_items():
            await new.add_items([item])
    return len(await new.get_items())

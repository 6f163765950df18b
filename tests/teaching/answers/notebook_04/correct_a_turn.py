# %% wrong:
# says:
async def correct(session, message):
    await session.pop_item()
    await session.pop_item()
    return await ask(session, message)


# %% wrong:
# says:
async def correct(session, message):
    while item := await session.pop_item():
        if item["role"] == "user":
            break
    return await ask(session, message)


# %% wrong:
# says:
async def correct(session, message):
    while (await session.pop_item()).get("role") != "user":
        pass
    return await ask(session, message)


# %% wrong:
# says:
async def correct(session, message):
    await session.clear_session()
    return await ask(session, message)


# %% wrong:
# says:
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    await session.add_items([{"role": "user", "content": message}])


# %% wrong:
# says:
async def correct(session, message):
    while item := session.pop_item():
        if item.get("role") == "user":
            break
    return await ask(session, message)


# %% wrong:
# says:
async def correct(session, message):
    while True:
        items = await session.get_items(1)
        if not items or items[0].get("role") == "user":
            break
        await session.pop_item()
    return await ask(session, message)

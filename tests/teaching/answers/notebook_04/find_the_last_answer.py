# %% wrong:
# says:
async def last_answer(session):
    for item in await session.get_items():
        role, kind, text = describe(item)
        if role == "assistant":
            return text


# %% wrong:
# says:
async def last_answer(session):
    for item in await session.get_items(1):
        role, kind, text = describe(item)
        return text


# %% wrong:
# says:
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant":
            return item


# %% wrong:
# says:
async def last_answer(session):
    items = await session.get_items()
    return [describe(item)[2] for item in items if item["role"] == "assistant"][-1]


# %% wrong:
# says:
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant":
            return text


# %% wrong:
# says:
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if kind == "message":
            return text


# %% wrong:
# says:
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            print(text)
            break


# %% wrong:
# says:
async def last_answer(session):
    for item in reversed(session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text


# %% wrong:
# says:
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text
    return ""

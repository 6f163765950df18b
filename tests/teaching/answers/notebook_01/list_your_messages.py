# %% wrong:
# says:
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items]


# %% wrong:
# says:
async def messages_of(session):
    items = await session.get_items()
    return [item for item in items if item["role"] == "user"]


# %% wrong:
# says:
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items[::2]]


# %% wrong:
# says:
async def messages_of(session):
    for item in await session.get_items():
        if item["role"] == "user":
            print(item["content"])


# %% wrong:
# says:
async def messages_of(session):
    table = await history(session)
    return table["text"][table["role"] == "user"]


# %% wrong:
# says:
async def messages_of(session):
    items = session.get_items()
    return [item["content"] for item in items if item["role"] == "user"]

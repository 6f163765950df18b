# %% right: a loop
async def messages_of(session):
    found = []
    for item in await session.get_items():
        if item["role"] == "user":
            found.append(item["content"])
    return found


# %% right: from the table
async def messages_of(session):
    table = await history(session)
    return table["text"][table["role"] == "user"].tolist()


# %% right: the table asked with a query
async def messages_of(session):
    return list((await history(session)).query("role == 'user'")["text"])


# %% right: filter and map
async def messages_of(session):
    mine = filter(lambda item: item.get("role") == "user", await session.get_items())
    return list(map(lambda item: item["content"], mine))


# %% right: describe, which says what an item is
async def messages_of(session):
    from session_lib import describe

    said = [describe(item) for item in await session.get_items()]
    return [text for role, kind, text in said if role == "user"]


# %% right: prints, too
async def messages_of(session):
    items = await session.get_items()
    print(len(items), "items")
    return [item["content"] for item in items if item["role"] in ("user",)]


# %% wrong: everybody's messages
# says: The list has answers of the agent
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items]


# %% wrong: whole items
# says: The list holds whole items
async def messages_of(session):
    items = await session.get_items()
    return [item for item in items if item["role"] == "user"]


# %% wrong: every second item
# says: 'Be kind.' has the role 'system'
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items[::2]]


# %% wrong: prints
# says: Printing does not return
async def messages_of(session):
    for item in await session.get_items():
        if item["role"] == "user":
            print(item["content"])


# %% wrong: a Series
# says: (Series)
async def messages_of(session):
    table = await history(session)
    return table["text"][table["role"] == "user"]


# %% wrong: no await
# says: `SQLiteSession.get_items` was called without `await`
async def messages_of(session):
    items = session.get_items()
    return [item["content"] for item in items if item["role"] == "user"]


# %% wrong: untouched
# says: In the check's session the user said
async def messages_of(session):
    items = await session.get_items()
    return []  # your code here


# %% wrong: all but the agent
# says: 'Be kind.' has the role 'system'
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items if item["role"] != "assistant"]


# %% wrong: only the answers
# says: The list has answers of the agent
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items if item["role"] == "assistant"]


# %% wrong: latest first
# says: It returned ['Bye.', 'Bye.', 'user'
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in reversed(items) if item["role"] == "user"]


# %% wrong: sorted
# says: In the check's session the user said
async def messages_of(session):
    items = await session.get_items()
    return sorted(item["content"] for item in items if item["role"] == "user")


# %% wrong: each text once
# says: In the check's session the user said
async def messages_of(session):
    items = await session.get_items()
    return list(dict.fromkeys(item["content"] for item in items if item["role"] == "user"))


# %% wrong: a set
# says: Return a list. It returned {
async def messages_of(session):
    items = await session.get_items()
    return {item["content"] for item in items if item["role"] == "user"}


# %% wrong: a tuple
# says: (tuple)
async def messages_of(session):
    items = await session.get_items()
    return tuple(item["content"] for item in items if item["role"] == "user")


# %% wrong: a generator
# says: (generator)
async def messages_of(session):
    items = await session.get_items()
    return (item["content"] for item in items if item["role"] == "user")


# %% wrong: one text
# says: Return a list. It returned 'Is it raining?
async def messages_of(session):
    items = await session.get_items()
    return "\n".join(item["content"] for item in items if item["role"] == "user")


# %% wrong: the first one
# says: (str)
async def messages_of(session):
    for item in await session.get_items():
        if item["role"] == "user":
            return item["content"]


# %% wrong: only the latest ten items
# says: In the check's session the user said
async def messages_of(session):
    items = await session.get_items(10)
    return [item["content"] for item in items if item["role"] == "user"]


# %% wrong: looks for the word anywhere
# says: In the check's session the user said
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items if item["role"] == "user" and item["content"] != "user"]


# %% wrong: the session of the notebook
# says: In the check's session the user said
mine = session


async def messages_of(session):
    items = await mine.get_items()
    return [item["content"] for item in items if item["role"] == "user"]


# %% wrong: keeps what it found before
# says: For an empty session
found = []


async def messages_of(session):
    found.extend(i["content"] for i in await session.get_items() if i["role"] == "user")
    return found


# %% wrong: None where nothing was said
# says: For an empty session, return an empty list
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items if item["role"] == "user"] or None


# %% wrong: the roles
# says: It returned ['user', 'user'
async def messages_of(session):
    items = await session.get_items()
    return [item["role"] for item in items if item["role"] == "user"]


# %% wrong: takes them out of the session
# says: After the call, the session no longer holds the same
async def messages_of(session):
    found = []
    while item := await session.pop_item():
        if item["role"] == "user":
            found.append(item["content"])
    return found


# %% wrong: takes the items out of the session, which is empty afterwards
# says: only read them
async def messages_of(session):
    texts = []
    while (item := await session.pop_item()) is not None:
        if item.get("role") == "user":
            texts.insert(0, item["content"])
    return texts


# %% wrong: reads only the latest twenty items
# says: it found
async def messages_of(session):
    items = await session.get_items(limit=20)
    return [item["content"] for item in items if item.get("role") == "user"]

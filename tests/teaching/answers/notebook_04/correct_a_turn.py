# %% right: pop until the user's message comes out
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    return await ask(session, message)


# %% right: with describe, and without the walrus
async def correct(session, message):
    item = await session.pop_item()
    while item is not None and describe(item)[0] != "user":
        item = await session.pop_item()
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% right: count first
async def correct(session, message):
    items = await session.get_items()
    starts = [index for index, item in enumerate(items) if item.get("role") == "user"]
    for _ in items[starts[-1] :] if starts else []:
        await session.pop_item()
    print("asking again")
    return await ask(session, message)


# %% right: with a helper
async def take_back(session):
    while True:
        item = await session.pop_item()
        if item is None or item.get("role") == "user":
            return item


async def correct(session, message):
    await take_back(session)
    return await ask(session, message)


# %% right: clear, and add the earlier items again
async def correct(session, message):
    items = await session.get_items()
    while items and items.pop().get("role") != "user":
        pass
    await session.clear_session()
    await session.add_items(items)
    return await ask(session, message)


# %% wrong: two pops
# says: The last turn was one with a tool call. Its 'Double 4.' is still there
async def correct(session, message):
    await session.pop_item()
    await session.pop_item()
    return await ask(session, message)


# %% wrong: not every item has a role
# says: Your code raised KeyError: 'role' (line 3
async def correct(session, message):
    while item := await session.pop_item():
        if item["role"] == "user":
            break
    return await ask(session, message)


# %% wrong: fails in an empty session
# says: 'NoneType' object has no attribute 'get'
async def correct(session, message):
    while (await session.pop_item()).get("role") != "user":
        pass
    return await ask(session, message)


# %% wrong: takes back all turns
# says: take back only one turn
async def correct(session, message):
    await session.clear_session()
    return await ask(session, message)


# %% wrong: adds the message, and does not ask
# says: take back, and then ask. The session ends with ['Noted.', 'What is my name?']
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    await session.add_items([{"role": "user", "content": message}])


# %% wrong: no await before the pop
# says: `SQLiteSession.pop_item` was called without `await`
async def correct(session, message):
    while item := session.pop_item():
        if item.get("role") == "user":
            break
    return await ask(session, message)


# %% wrong: leaves the message of the user
# says: Its 'Where do I live?' is still there
async def correct(session, message):
    while True:
        items = await session.get_items(1)
        if not items or items[0].get("role") == "user":
            break
        await session.pop_item()
    return await ask(session, message)


# %% wrong: no break
# says: take back only one turn
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            pass
    return await ask(session, message)


# %% wrong: stops at the answer
# says: Its 'Where do I live?' is still there
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "assistant":
            break
    return await ask(session, message)


# %% wrong: takes nothing back
# says: Its 'Where do I live?' is still there
async def correct(session, message):
    return await ask(session, message)


# %% wrong: four pops
# says: The turn before it is gone too
async def correct(session, message):
    for _ in range(4):
        await session.pop_item()
    return await ask(session, message)


# %% wrong: no more than ten pops
# says: The last turn was one with 30 tool calls
async def correct(session, message):
    for _ in range(10):
        item = await session.pop_item()
        if item is None or item.get("role") == "user":
            break
    return await ask(session, message)


# %% wrong: asks before it takes back
# says: take back, and then ask
async def correct(session, message):
    answer = await ask(session, message)
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    return answer


# %% wrong: asks twice
# says: Ask once
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    await ask(session, message)
    return await ask(session, message)


# %% wrong: prints the answer
# says: The session is right. Now return the text of the answer.
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    print(await ask(session, message))


# %% wrong: the result
# says: take the `final_output` of that
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    return await Runner.run(agent, message, session=session)


# %% wrong: no await before ask
# says: `ask` was called without `await`
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    ask(session, message)


# %% wrong: asks without the session
# says: take back, and then ask. The session ends with
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    result = await Runner.run(agent, message)
    return result.final_output


# %% wrong: asks the question that it took back
# says: take back, and then ask. The session ends with ['Where do I live?'
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    return await ask(session, item["content"])


# %% wrong: asks what the example asks
# says: only ask 'Where do I live?'
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    return await ask(session, "What is my name?")


# %% wrong: looks for the place of a message that is there twice
# says: The last turn was the same as the turn before it. The turn before it is gone too
async def correct(session, message):
    items = await session.get_items()
    asked = [item for item in items if item.get("role") == "user"]
    if asked:
        for _ in items[items.index(asked[-1]) :]:
            await session.pop_item()
    return await ask(session, message)


# %% wrong: stops at an item without a role
# says: The last turn was one with a tool call. Its 'Double 4.' is still there
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") in ("user", None):
            break
    return await ask(session, message)


# %% wrong: in an empty session it asks nothing
# says: only ask 'Where do I live?'
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            return await ask(session, message)


# %% wrong: the session of the notebook
# says: Its 'Where do I live?' is still there
async def correct(session, message):
    while item := await grace.pop_item():
        if item.get("role") == "user":
            break
    return await ask(session, message)


# %% wrong: a made-up answer
# says: Now return the text of the answer. It returned 'Your name is Ada.'
async def correct(session, message):
    while item := await session.pop_item():
        if item.get("role") == "user":
            break
    await ask(session, message)
    return "Your name is Ada."


# %% wrong: takes any item whose content is a text for the user's message; an answer added by hand is one too
# says: added by hand
async def correct(session, message):
    while item := await session.pop_item():
        if isinstance(item.get("content"), str):
            break
    return await ask(session, message)

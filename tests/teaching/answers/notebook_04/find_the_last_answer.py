# %% right: from the end
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text


# %% right: the last of a list
async def last_answer(session):
    described = [describe(item) for item in await session.get_items()]
    texts = [text for role, kind, text in described if (role, kind) == ("assistant", "message")]
    return texts[-1] if texts else None


# %% right: the last one seen
async def last_answer(session):
    found = None
    for item in await session.get_items():
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            found = text
            print(found)
    return found


# %% right: with next
async def last_answer(session):
    described = map(describe, reversed(await session.get_items()))
    return next((text for *what, text in described if what == ["assistant", "message"]), None)


# %% right: with pandas
async def last_answer(session):
    from session_lib import history

    table = await history(session)
    answers = table[(table["role"] == "assistant") & (table["kind"] == "message")]
    return answers["text"].iloc[-1] if len(answers) else None


# %% right: more and more items
async def last_answer(session):
    limit, items = 1, []
    while True:
        before, items = items, await session.get_items(limit)
        for item in reversed(items):
            role, kind, text = describe(item)
            if role == "assistant" and kind == "message":
                return text
        if len(items) == len(before):
            return None
        limit *= 2


# %% right: by the role alone, as only messages have one
async def last_answer(session):
    for item in reversed(await session.get_items()):
        if item.get("role") == "assistant":
            return describe(item)[2]


# %% wrong: the first answer
# says: That is the first answer
async def last_answer(session):
    for item in await session.get_items():
        role, kind, text = describe(item)
        if role == "assistant":
            return text


# %% wrong: the last item
# says: came a question, which is no answer
async def last_answer(session):
    for item in await session.get_items(1):
        role, kind, text = describe(item)
        return text


# %% wrong: the item in place of its text
# says: Return the text of the latest. It returned {
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant":
            return item


# %% wrong: not every item has a role
# says: Your code raised KeyError: 'role' (line 3
async def last_answer(session):
    items = await session.get_items()
    return [describe(item)[2] for item in items if item["role"] == "assistant"][-1]


# %% wrong: a tool call
# says: came a tool call, which is no answer. It returned 'double(number=4)'
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant":
            return text


# %% wrong: a message of anybody
# says: came a question, which is no answer
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if kind == "message":
            return text


# %% wrong: a message of anybody but the user
# says: came a message with the role 'system', which is no answer. It returned 'Be brief.'
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role != "user" and kind == "message":
            return text


# %% wrong: anything of anybody but the user and the assistant's calls
# says: came a tool result, which is no answer
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role != "user" and kind != "tool call":
            return text


# %% wrong: prints
# says: Printing does not return
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            print(text)
            break


# %% wrong: no await
# says: `SQLiteSession.get_items` was called without `await`
async def last_answer(session):
    for item in reversed(session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text


# %% wrong: an empty text in place of None
# says: If there is no answer in the session, return None. It returned ''
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text
    return ""


# %% wrong: fails without an answer
# says: Your code raised IndexError
async def last_answer(session):
    described = [describe(item) for item in await session.get_items()]
    return [text for role, kind, text in described if role == "assistant" and kind == "message"][-1]


# %% wrong: pops what comes after it
# says: The session has changed
async def last_answer(session):
    while item := await session.pop_item():
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text


# %% wrong: only the latest ten items
# says: After the latest answer came 120 other items
async def last_answer(session):
    for item in reversed(await session.get_items(10)):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text


# %% wrong: remembers an answer of another session
# says: If there is no answer in the session, return None
latest = []


async def last_answer(session):
    for item in await session.get_items():
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            latest.append(text)
    return latest[-1] if latest else None


# %% wrong: always the same
# says: The only answer in another session is 'It is dry.'
async def last_answer(session):
    return "It is warm."


# %% wrong: the content, which is a list
# says: It returned [{
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return item["content"]


# %% wrong: the content as the runner stores it
# says: Your code raised TypeError
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return item["content"][0]["text"]


# %% wrong: all that was described
# says: It returned ('assistant', 'message', 'It is warm.') (tuple)
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return role, kind, text


# %% wrong: the kind in place of the text
# says: It returned 'message' (str)
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return kind


# %% wrong: a list of one
# says: It returned ['It is warm.'] (list)
async def last_answer(session):
    for item in reversed(await session.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return [text]


# %% wrong: the session of the notebook
# says: The latest answer is 'It is warm.'
async def last_answer(session):
    for item in reversed(await ada.get_items()):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text


# %% wrong: closes the session
# says: SQLiteSession is closed
async def last_answer(session):
    items = await session.get_items()
    await session.close()
    for item in reversed(items):
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            return text


# %% wrong: pops until it finds the answer, and puts the items back in the order in which they came out
# says: read its items, and take none away
async def last_answer(session):
    popped, answer = [], None
    while item := await session.pop_item():
        popped.append(item)
        role, kind, text = describe(item)
        if role == "assistant" and kind == "message":
            answer = text
            break
    await session.add_items(popped)
    return answer

# %% right: with async with
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% right: closes whatever happens, and prints
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(db_path=str(path), session_id=session_id)
    try:
        print(message)
        return await ask(session, message)
    finally:
        await session.close()


# %% right: an agent of its own, and a helper
async def answer_to(session, message):
    helper = Agent(name="Helper", model=choose_model())
    result = await Runner.run(helper, input=message, session=session)
    session.close()
    return str(result.final_output)


async def ask_from_file(session_id, path, message):
    return await answer_to(SQLiteSession(session_id, path), message)


# %% wrong: no file
# says: There is no file at `path` after a call. Use `path` itself
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output


# %% wrong: no session in the run
# says: There is no file at `path` after a call
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message)
    await session.close()
    return result.final_output


# %% wrong: always the same id
# says: The session 'user_grace' knows the name
async def ask_from_file(session_id, path, message):
    session = SQLiteSession("user_mary", path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output


# %% wrong: always the id of the cells above
# says: It holds []
async def ask_from_file(session_id, path, message):
    async with SQLiteSession("user_ada", path) as session:
        return await ask(session, message)


# %% wrong: the name of the id in place of the id
# says: the session 'user_mary' in the file should hold this message
async def ask_from_file(session_id, path, message):
    async with SQLiteSession("session_id", path) as session:
        return await ask(session, message)


# %% wrong: an id of its own for each call
# says: After a second call
async def ask_from_file(session_id, path, message, calls=[]):
    calls.append(session_id)
    name = session_id if calls.count(session_id) == 1 else f"{session_id}_{len(calls)}"
    async with SQLiteSession(name, path) as session:
        return await ask(session, message)


# %% wrong: the result
# says: take the `final_output` of that
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result


# %% wrong: prints
# says: Printing does not return
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        print(await ask(session, message))


# %% wrong: the items
# says: Now return the answer's text. It returned [{
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        await ask(session, message)
        return await session.get_items()


# %% wrong: a list with the text
# says: Now return the answer's text. It returned ['Noted: your name is Mary.'] (list)
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        return [await ask(session, message)]


# %% wrong: the message in place of the answer
# says: Now return the answer's text. It returned 'My name is Mary.'
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        await ask(session, message)
    return message


# %% wrong: the first answer, each time
# says: It returned 'Noted: your name is Mary.'
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        await ask(session, message)
        return (await session.get_items())[1]["content"][0]["text"]


# %% wrong: never closes
# says: The session is still open after a call: close it.
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: the SDK's own class
# says: no `SQLiteSession` of session_lib was made
async def ask_from_file(session_id, path, message):
    from agents import SQLiteSession

    return await ask(SQLiteSession(session_id, path), message)


# %% wrong: close is not called
# says: The session is still open after a call: close it.
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    answer = await ask(session, message)
    session.close
    return answer


# %% wrong: returns before it closes
# says: The session is still open after a call: close it.
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    return await ask(session, message)
    await session.close()


# %% wrong: closes only what has just been told
# says: The first call closed its session, and a later one did not.
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    answer = await ask(session, message)
    if answer.startswith("Noted"):
        await session.close()
    return answer


# %% wrong: keeps one object for all calls
# says: The session is still open after a call: close it.
kept = {}


async def ask_from_file(session_id, path, message):
    if (session_id, path) not in kept:
        kept[session_id, path] = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=kept[session_id, path])
    return result.final_output


# %% wrong: keeps one object, and closes it
# says: SQLiteSession is closed: 'user_mary'; make a new one
kept = {}


async def ask_from_file(session_id, path, message):
    session = kept.setdefault((session_id, path), SQLiteSession(session_id, path))
    answer = await ask(session, message)
    await session.close()
    return answer


# %% wrong: closes before it asks
# says: Your code raised RuntimeError: SQLiteSession is closed
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    await session.close()
    return await ask(session, message)


# %% wrong: a file name in place of the path
# says: There is no file at `path` after a call, but one with the name 'conversations.db'.
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, "conversations.db") as session:
        return await ask(session, message)


# %% wrong: the path in quotation marks
# says: There is no file at `path` after a call, but one with the name 'path'.
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, "path") as session:
        result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: a file for each user
# says: but one with the name 'user_mary.db'
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path.with_name(f"{session_id}.db")) as session:
        return await ask(session, message)


# %% wrong: the session of the cells above
# says: There is no file at `path` after a call
other = SQLiteSession("user_ada")


async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path):
        return await ask(other, message)


# %% wrong: id and path swapped
# says: Your code raised
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(path, session_id) as session:
        return await ask(session, message)


# %% wrong: always the same message
# says: After a second call, with 'What is my name?'
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        return await ask(session, "My name is Mary.")


# %% wrong: always the same question
# says: After a call with 'My name is Mary.'
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        return await ask(session, "What is my name?")


# %% wrong: sends it twice
# says: After a call with 'My name is Mary.'
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        await ask(session, message)
        return await ask(session, message)


# %% wrong: stores it, and asks nobody
# says: It holds ['My name is Mary.']
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        await session.add_items([{"role": "user", "content": message}])
    return "Your name is Mary."


# %% wrong: made-up answers
# says: Now return the answer's text. It returned 'Your name is Mary.'
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        await ask(session, message)
    return "Your name is Mary."


# %% wrong: forgets what was there
# says: After a second call
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        await session.clear_session()
        return await ask(session, message)


# %% wrong: sends only the message to the model
# says: In a second call with the same id and file, the answer was
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path, session_settings={"limit": 0}) as session:
        return await ask(session, message)


# %% wrong: no await for the run
# says: was called without `await`
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        result = Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: no await for ask
# says: `ask` was called without `await`
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, path) as session:
        return ask(session, message)

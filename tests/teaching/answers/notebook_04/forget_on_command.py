# %% right: clear
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        return "A new conversation."
    return await ask(session, message)


# %% right: pop everything
async def chat(session, message):
    if message != "/new":
        return await ask(session, message)
    while await session.pop_item():
        pass
    return "A new conversation."


# %% right: one way out, and without ask
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        answer = "A new conversation."
    else:
        result = await Runner.run(agent, message, session=session)
        answer = result.final_output
    print(answer)
    return answer


# %% right: as many pops as there are items
async def chat(session, message):
    if message == "/new":
        for _ in await session.get_items():
            await session.pop_item()
        return "A new conversation."
    return await ask(session, message)


# %% wrong: as it was
# says: After '/new', an operation on the session raises: SQLiteSession is closed
async def chat(session, message):
    if message == "/new":
        await session.close()
        return "A new conversation."
    return await ask(session, message)


# %% wrong: clears and closes
# says: After '/new', an operation on the session raises
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        await session.close()
        return "A new conversation."
    return await ask(session, message)


# %% wrong: neither closes nor clears
# says: After '/new' the session should hold nothing
async def chat(session, message):
    if message == "/new":
        return "A new conversation."
    return await ask(session, message)


# %% wrong: no await
# says: `SQLiteSession.clear_session` was called without `await`
async def chat(session, message):
    if message == "/new":
        session.clear_session()
        return "A new conversation."
    return await ask(session, message)


# %% wrong: a new object in its place
# says: After '/new' the session should hold nothing
async def chat(session, message):
    if message == "/new":
        session = SQLiteSession(session.session_id)
        return "A new conversation."
    return await ask(session, message)


# %% wrong: one turn only
# says: After '/new' the session should hold nothing
async def chat(session, message):
    if message == "/new":
        await session.pop_item()
        await session.pop_item()
        return "A new conversation."
    return await ask(session, message)


# %% wrong: forgets with every message
# says: Only '/new' makes it forget
async def chat(session, message):
    await session.clear_session()
    if message == "/new":
        return "A new conversation."
    return await ask(session, message)


# %% wrong: forgets when /new is in the message
# says: Send 'What does /new do?' to the agent
async def chat(session, message):
    if "/new" in message:
        await session.clear_session()
        return "A new conversation."
    return await ask(session, message)


# %% wrong: sends the command to the agent as well
# says: After '/new' the session should hold nothing
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
    return await ask(session, message)


# %% wrong: returns nothing after the command
# says: For '/new', return 'A new conversation.'. It returned None
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        return
    return await ask(session, message)


# %% wrong: prints the answers
# says: Printing does not return
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        return "A new conversation."
    print(await ask(session, message))


# %% wrong: clears the whole file
# says: Another session in the same file should stay
async def chat(session, message):
    if message == "/new":
        import sqlite3

        with sqlite3.connect(session.db_path) as database:
            database.execute("DELETE FROM agent_messages")
            database.execute("DELETE FROM agent_sessions")
        database.close()
        return "A new conversation."
    return await ask(session, message)


# %% wrong: another conversation for the rest
# says: is its first message
generation = 0


async def chat(session, message):
    global generation
    if message == "/new":
        await session.clear_session()
        generation += 1
        return "A new conversation."
    if generation:
        session = SQLiteSession("user_mary_2")
    return await ask(session, message)


# %% wrong: the result in place of the text
# says: take the `final_output` of that
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        return "A new conversation."
    return await Runner.run(agent, message, session=session)


# %% wrong: the agent without the session
# says: Send 'My name is Mary.' to the agent
async def chat(session, message):
    if message == "/new":
        await session.clear_session()
        return "A new conversation."
    result = await Runner.run(agent, message)
    return result.final_output

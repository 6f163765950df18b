# %% wrong:
# says:
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output


# %% wrong:
# says:
async def ask_from_file(session_id, path, message):
    session = SQLiteSession("user_mary", path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result.final_output


# %% wrong:
# says:
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=session)
    await session.close()
    return result


# %% wrong:
# says:
async def ask_from_file(session_id, path, message):
    session = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong:
# says:
kept = {}


async def ask_from_file(session_id, path, message):
    if (session_id, path) not in kept:
        kept[session_id, path] = SQLiteSession(session_id, path)
    result = await Runner.run(agent, message, session=kept[session_id, path])
    return result.final_output


# %% wrong:
# says:
async def ask_from_file(session_id, path, message):
    async with SQLiteSession(session_id, "path") as session:
        result = await Runner.run(agent, message, session=session)
    return result.final_output

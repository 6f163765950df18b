# %% wrong:
# says:
async def serve(messages, path):
    answers = []
    session = SQLiteSession("users", path)
    for session_id, text in messages:
        result = await Runner.run(agent, text, session=session)
        answers.append(result.final_output)
    await session.close()
    return answers


# %% wrong:
# says:
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        session = SQLiteSession(session_id)
        result = await Runner.run(agent, text, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong:
# says:
async def serve(messages, path):
    answers = []
    sessions_of = {session_id: SQLiteSession(session_id) for session_id, text in messages}
    for session_id, text in messages:
        result = await Runner.run(agent, text, session=sessions_of[session_id])
        answers.append(result.final_output)
    return answers


# %% wrong:
# says:
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        session = SQLiteSession(session_id, path)
        result = await Runner.run(agent, text, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong:
# says:
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(print(await ask(session, text)))
    return answers


# %% wrong:
# says:
async def serve(messages, path):
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            result = await Runner.run(agent, text, session=session)
        return [result.final_output]

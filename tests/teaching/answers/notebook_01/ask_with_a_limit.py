# %% right: in one call
async def ask_latest(session, message, limit):
    settings = SessionSettings(limit=limit)
    run = Runner.run(
        agent, message, session=session, run_config=RunConfig(session_settings=settings)
    )
    return (await run).final_output


# %% right: the limit of the session, which is put back
async def ask_latest(session, message, limit):
    before = session.session_settings
    session.session_settings = SessionSettings(limit=limit)
    result = await Runner.run(agent, message, session=session)
    session.session_settings = before
    return result.final_output


# %% right: the history cut by a function
async def ask_latest(session, message, limit):
    def cut(history, new):
        return history[max(len(history) - limit, 0) :] + new

    config = RunConfig(session_input_callback=cut)
    return (await Runner.run(agent, message, session=session, run_config=config)).final_output


# %% right: a helper function, and something printed
def only(limit):
    print("limit", limit)
    return RunConfig(session_settings=SessionSettings(limit=limit))


async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message, session=session, run_config=only(limit))
    return result.final_output


# %% right: items read, sent and added by hand
async def ask_latest(session, message, limit):
    new = [{"role": "user", "content": message}]
    result = await Runner.run(agent, await session.get_items(limit) + new)
    answer = {"role": "assistant", "content": result.final_output}
    await session.add_items([*new, answer])
    return result.final_output


# %% wrong: no limit
# says: with a limit of 3, the agent should not know the answer
async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: always two
# says: with a limit of 4, the agent should know the answer
async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message, session=session, run_config=latest_two)
    return result.final_output


# %% wrong: reads the latest items, and sends all
# says: with a limit of 3, the agent should not know the answer
async def ask_latest(session, message, limit):
    items = await session.get_items(limit)
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: the result
# says: take the `final_output` of that
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    return await Runner.run(agent, message, session=session, run_config=config)


# %% wrong: untouched
# says: with a limit of 4, the agent should know the answer
async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message)
    return result.final_output


# %% wrong: the limit without the session
# says: with a limit of 4, the agent should know the answer
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, run_config=config)
    return result.final_output


# %% wrong: settings that the run does not get
# says: with a limit of 3, the agent should not know the answer
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: one item too many
# says: with a limit of 3, the agent should not know the answer
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit + 1))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: one item too few
# says: with a limit of 4, the agent should know the answer
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit - 1))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the oldest items
# says: with a limit of 3, the agent should not know the answer
async def ask_latest(session, message, limit):
    new = [{"role": "user", "content": message}]
    items = await session.get_items()
    result = await Runner.run(agent, items[:limit] + new)
    await session.add_items([*new, {"role": "assistant", "content": result.final_output}])
    return result.final_output


# %% wrong: always the question of the text above
# says: To 'Where do I live?', with a limit of 2
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    question = "What is my name?"
    result = await Runner.run(agent, question, session=session, run_config=config)
    return result.final_output


# %% wrong: prints
# says: Printing does not return
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, session=session, run_config=config)
    print(result.final_output)


# %% wrong: forgets await
# says: was called without `await`
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: settings in place of a RunConfig
# says: Your code raised
async def ask_latest(session, message, limit):
    settings = SessionSettings(limit=limit)
    result = await Runner.run(agent, message, session=session, run_config=settings)
    return result.final_output


# %% wrong: the number in place of the settings
# says: Your code raised
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=limit)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: answers without the session, which gets nothing
# says: The limit stays in the session: it should hold for this
async def ask_latest(session, message, limit):
    new = [{"role": "user", "content": message}]
    result = await Runner.run(agent, await session.get_items(limit) + new)
    return result.final_output


# %% wrong: throws the older items away
# says: The session should keep its four items and get two more
async def ask_latest(session, message, limit):
    latest = await session.get_items(limit)
    await session.clear_session()
    await session.add_items(latest)
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: a session of its own for the latest items
# says: The limit stays in the session: it should hold for this
async def ask_latest(session, message, limit):
    other = SQLiteSession("latest")
    await other.add_items(await session.get_items(limit))
    return (await Runner.run(agent, message, session=other)).final_output


# %% wrong: asks twice
# says: The session should get 'What is my name?' and the answer
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, session=session, run_config=config)
    await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: a list
# says: Return the text of the answer
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return [result.final_output]


# %% wrong: sets the limit in the session, where it stays
# says: for this one run only
async def ask_latest(session, message, limit):
    session.session_settings = SessionSettings(limit=limit)
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: with a limit of 0 the slice is [-0:], so all items are sent
# says: with a limit of 0
async def ask_latest(session, message, limit):
    config = RunConfig(session_input_callback=lambda history, new: history[-limit:] + new)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output

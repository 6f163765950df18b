# %% wrong:
# says:
async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong:
# says:
async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message, session=session, run_config=latest_two)
    return result.final_output


# %% wrong:
# says:
async def ask_latest(session, message, limit):
    items = await session.get_items(limit)
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong:
# says:
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    return await Runner.run(agent, message, session=session, run_config=config)

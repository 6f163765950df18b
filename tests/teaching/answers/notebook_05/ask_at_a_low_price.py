# %% wrong:
# says:
async def ask_cheaply(agent, session, message):
    config = RunConfig(session_settings=SessionSettings(limit=6))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong:
# says:
async def ask_cheaply(agent, session, message):
    config = RunConfig(session_input_callback=first_and_latest)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong:
# says:
async def ask_cheaply(agent, session, message):
    config = RunConfig(session_input_callback=latest_turn)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong:
# says:
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        return history[:1] + history[starts[-2] if len(starts) > 1 else 0 :] + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong:
# says:
async def ask_cheaply(agent, session, message):
    items = await session.get_items()
    starts = [index for index, item in enumerate(items) if item.get("role") == "user"]
    if len(starts) > 2:
        items = items[:1] + items[starts[-2] :]
    result = await Runner.run(agent, [*items, {"role": "user", "content": message}])
    return result.final_output

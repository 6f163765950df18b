# %% wrong:
# says:
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        names.append(result.last_agent.name)
    return names


# %% wrong:
# says:
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        names.append(agent.name)
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
    return names


# %% wrong:
# says:
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message)
        agent = result.last_agent
        names.append(agent.name)
    return names


# %% wrong:
# says:
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent)
    return names


# %% wrong:
# says:
async def names_in(agent, session, messages):
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        print(agent.name)

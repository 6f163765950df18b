# %% wrong:
# says:
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.")
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong:
# says:
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?")
    return result.final_output


# %% wrong:
# says:
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    await Runner.run(agent, "What is my favourite drink?", session=session)
    return "cocoa"


# %% wrong:
# says:
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink", session=session)
    return result.final_output


# %% wrong:
# says:
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    print(result.final_output)


# %% wrong:
# says:
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output

# %% right: two runs, each with a result
async def order(session):
    told = await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    asked = await Runner.run(agent, "What is my favourite drink?", session=session)
    print(told.final_output)
    return asked.final_output


# %% right: a loop
async def order(session):
    for message in ["My favourite drink is cocoa.", "What is my favourite drink?"]:
        result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% right: a helper function, and an agent of its own
async def say(session, message):
    waiter = Agent(name="Waiter", model=choose_model())
    return (await Runner.run(waiter, message, session=session)).final_output


async def order(session):
    await say(session, "My favourite drink is cocoa.")
    return await say(session, "What is my favourite drink?")


# %% right: the answer read from the session
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    await Runner.run(agent, "What is my favourite drink?", session=session)
    return (await session.get_items())[-1]["content"][0]["text"]


# %% right: a message as a list of items
async def order(session):
    drink = [{"role": "user", "content": "My favourite drink is cocoa."}]
    await Runner.run(agent, drink, session=session)
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: no session in the first run
# says: The session holds only the question: give it to the run before, too
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.")
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: no session in the second run
# says: The session knows the drink, but holds no question
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?")
    return result.final_output


# %% wrong: makes the answer up
# says: return the answer's text. It returned 'cocoa' (str)
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    await Runner.run(agent, "What is my favourite drink?", session=session)
    return "cocoa"


# %% wrong: no question mark
# says: Your second message is 'What is my favourite drink'
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink", session=session)
    return result.final_output


# %% wrong: prints
# says: Printing does not return
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    print(result.final_output)


# %% wrong: no await in the second run
# says: was called without `await`
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: no await in the first run
# says: was called without `await`
async def order(session):
    Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: no session at all
# says: The session is still empty
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.")
    result = await Runner.run(agent, "What is my favourite drink?")
    return result.final_output


# %% wrong: a session of its own
# says: The session is still empty
async def order(session):
    mine = SQLiteSession("mine")
    await Runner.run(agent, "My favourite drink is cocoa.", session=mine)
    result = await Runner.run(agent, "What is my favourite drink?", session=mine)
    return result.final_output


# %% wrong: the answer to the first message
# says: Now return the answer's text. It returned 'Noted: your favourite drink is cocoa.'
async def order(session):
    result = await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: the result
# says: take the `final_output` of that
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    return await Runner.run(agent, "What is my favourite drink?", session=session)


# %% wrong: another drink
# says: The first message is 'My favourite drink is tea.'
async def order(session):
    await Runner.run(agent, "My favourite drink is tea.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: another spelling
# says: It should be 'My favourite drink is cocoa.'
async def order(session):
    await Runner.run(agent, "My favorite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favorite drink?", session=session)
    return result.final_output


# %% wrong: asks first
# says: The first message is 'What is my favourite drink?'. It should be
async def order(session):
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    return result.final_output


# %% wrong: both in one message
# says: It should be 'My favourite drink is cocoa.'
async def order(session):
    message = "My favourite drink is cocoa. What is my favourite drink?"
    return (await Runner.run(agent, message, session=session)).final_output


# %% wrong: stores the drink without a run
# says: One of your messages was not sent to the agent
async def order(session):
    await session.add_items([{"role": "user", "content": "My favourite drink is cocoa."}])
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: asks twice
# says: Two runs are enough
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    for _ in range(2):
        result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output


# %% wrong: a tuple
# says: (tuple)
async def order(session):
    told = await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    asked = await Runner.run(agent, "What is my favourite drink?", session=session)
    return told.final_output, asked.final_output


# %% wrong: only tells
# says: The session knows the drink, but holds no question
async def order(session):
    return (await Runner.run(agent, "My favourite drink is cocoa.", session=session)).final_output

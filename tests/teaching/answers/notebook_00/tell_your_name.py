# %% right: one line
async def tell(session):
    await Runner.run(agent, "My name is Mary.", session=session)


# %% right: another name, and the answer is returned
async def tell(session):
    result = await Runner.run(agent, "My name is Jean-Luc Picard", session=session)
    return result.final_output


# %% right: the function ask from above
async def tell(session):
    return await ask(session, "My name is Sam.")


# %% wrong: no session
# says: The check's session is still empty
async def tell(session):
    await Runner.run(agent, "My name is Mary.")


# %% wrong: no await
# says: was called without `await`
async def tell(session):
    Runner.run(agent, "My name is Mary.", session=session)


# %% wrong: says something else
# says: Begin your message with 'My name is'. It was 'Hello, I like tea.'
async def tell(session):
    await Runner.run(agent, "Hello, I like tea.", session=session)


# %% wrong: says no name
# says: the agent does not know your name
async def tell(session):
    await Runner.run(agent, "My name is ", session=session)


# %% wrong: only stores it
# says: Run the agent with your message
async def tell(session):
    await session.add_items([{"role": "user", "content": "My name is Mary."}])


# %% wrong: a session of its own
# says: The check's session is still empty
async def tell(session):
    session = SQLiteSession("mine")
    await Runner.run(agent, "My name is Mary.", session=session)


# %% wrong: stores an answer that no agent gave
# says: Run the agent
async def tell(session):
    await session.add_items(
        [
            {"role": "user", "content": "My name is Mary."},
            {"role": "assistant", "content": "Noted."},
        ]
    )


# %% wrong: begins otherwise
# says: Begin your message with
async def tell(session):
    await Runner.run(agent, "Hello! My name is Mary.", session=session)


# %% wrong: a session without the name of the parameter
# says: Your code raised
async def tell(session):
    await Runner.run(agent, "My name is Mary.", session)

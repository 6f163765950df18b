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


# %% right: an agent of its own, and more than a name
async def tell(session):
    mine = Agent(name="Mine", model=choose_model())
    await Runner.run(mine, "My name is O'Neill and I live in Cork.", session=session)


# %% right: in a task
async def tell(session):
    async with asyncio.TaskGroup() as group:
        group.create_task(Runner.run(agent, "My name is Li.", session=session))


# %% right: a plain function that returns what is to be awaited
def tell(session):
    return Runner.run(agent, "My name is Ann.", session=session)


# %% right: as a stream
async def tell(session):
    result = Runner.run_streamed(agent, "My name is Ann.", session=session)
    async for _ in result.stream_events():
        pass


# %% wrong: copies the three dots of a name
# says: You said 'My name is ...', and the agent does not know your name
async def tell(session):
    await Runner.run(agent, "My name is ...", session=session)


# %% wrong: asks in place of telling
# says: It was 'What is my name?'
async def tell(session):
    await Runner.run(agent, "What is my name?", session=session)


# %% wrong: run without asyncio
# says: cannot be called when an event loop is already running
def tell(session):
    Runner.run_sync(agent, "My name is Mary.", session=session)


# %% wrong: a loop of its own
# says: was called without `await`
def tell(session):
    asyncio.run(Runner.run(agent, "My name is Mary.", session=session))


# %% wrong: starts it and does not wait
# says: The check's session is still empty
async def tell(session):
    asyncio.create_task(Runner.run(agent, "My name is Mary.", session=session))


# %% wrong: an agent without a model, which needs a key and the network
# says: (line 2: `await Runner.run(Agent(name="Assistant")
async def tell(session):
    await Runner.run(Agent(name="Assistant"), "My name is Mary.", session=session)


# %% wrong: the session of the notebook
# says: The check's session is still empty
mine = session


async def tell(session):
    await Runner.run(agent, "My name is Mary.", session=mine)


# %% wrong: removes it again
# says: The check's session is still empty
async def tell(session):
    await Runner.run(agent, "My name is Mary.", session=session)
    await session.clear_session()


# %% wrong: ends the session
# says: SQLiteSession is closed
async def tell(session):
    await Runner.run(agent, "My name is Mary.", session=session)
    await session.close()


# %% wrong: stores an answer with an id that no agent gave
# says: and no agent said it
async def tell(session):
    question = {"role": "user", "content": "My name is Mary."}
    answer = {"role": "assistant", "content": "Noted.", "id": "1"}
    await session.add_items([question, answer])


# %% wrong: message and agent the wrong way round
# says: Your code raised AttributeError
async def tell(session):
    await Runner.run("My name is Mary.", agent, session=session)


# %% wrong: only prints it
# says: The check's session is still empty
async def tell(session):
    print("My name is Mary.")

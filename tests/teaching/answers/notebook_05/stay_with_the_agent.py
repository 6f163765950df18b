# %% right: continue with the last agent
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent.name)
    return names


# %% right: keep the results
async def names_in(agent, session, messages):
    results = []
    for message in messages:
        current = results[-1].last_agent if results else agent
        results.append(await Runner.run(current, message, session=session))
    return [result.last_agent.name for result in results]


# %% right: recursion
async def names_in(agent, session, messages):
    if not messages:
        return []
    first, *rest = messages
    result = await Runner.run(agent, first, session=session)
    print(result.final_output)
    return [result.last_agent.name, *await names_in(result.last_agent, session, rest)]


# %% right: with streams
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        stream = Runner.run_streamed(agent, message, session=session)
        async for event in stream.stream_events():
            if event.type == "agent_updated_stream_event":
                agent = event.new_agent
        names.append(agent.name)
    return names


# %% wrong: as it was
# says: Your list begins with ['Front desk', 'Front desk', 'Front desk']. Which attribute
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        names.append(agent.name)
    return names


# %% wrong: knows who answers, and does not stay
# says: After a handoff, continue with the agent that answered
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        names.append(result.last_agent.name)
    return names


# %% wrong: stays, and names the one before
# says: Your list begins with ['Front desk', 'Front desk', 'Front desk']. Which attribute
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        names.append(agent.name)
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
    return names


# %% wrong: no session
# says: The session should hold each message once, in order. It holds []
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message)
        agent = result.last_agent
        names.append(agent.name)
    return names


# %% wrong: the agents themselves
# says: Return a list of texts, the names of agents
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent)
    return names


# %% wrong: prints
# says: Printing does not return
async def names_in(agent, session, messages):
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        print(agent.name)


# %% wrong: a text
# says: Return a list of texts, the names of agents. It returned 'Front desk, Front desk
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent.name)
    return ", ".join(names)


# %% wrong: a tuple
# says: Return a list of texts, the names of agents. It returned (
async def names_in(agent, session, messages):
    names = ()
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names += (agent.name,)
    return names


# %% wrong: each name once
# says: There were 9 messages, and your list has 3 names: append
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        if agent.name not in names:
            names.append(agent.name)
    return names


# %% wrong: returns within the loop
# says: The session should hold each message once, in order. It holds ['Hello.']
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent.name)
        return names


# %% wrong: appends nothing
# says: and your list has 0 names
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
    return names


# %% wrong: begins with the agent of the last call
# says: A new conversation should begin with the agent that the function is given
current = None


async def names_in(agent, session, messages):
    global current
    current = current or agent
    names = []
    for message in messages:
        result = await Runner.run(current, message, session=session)
        current = result.last_agent
        names.append(current.name)
    return names


# %% wrong: reads the name in the message
# says: Your list begins with ['Front desk', 'Sales', 'Billing']
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        if message.startswith("Talk to "):
            names.append(message.removeprefix("Talk to ").rstrip(".").capitalize())
        else:
            names.append(agent.name)
    return names


# %% wrong: goes back after each handoff
# says: After a handoff, continue with the agent that answered
async def names_in(agent, session, messages):
    names, current = [], agent
    for message in messages:
        result = await Runner.run(current, message, session=session)
        names.append(result.last_agent.name)
        current = result.last_agent if current is agent else agent
    return names


# %% wrong: all at once
# says: The session should hold each message once, in order
async def names_in(agent, session, messages):
    import asyncio

    runs = [Runner.run(agent, message, session=session) for message in reversed(messages)]
    results = await asyncio.gather(*runs)
    return [result.last_agent.name for result in results]


# %% wrong: sends each message twice
# says: The session should hold each message once, in order. It holds ['Hello.', 'Hello.'
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        names.append((await Runner.run(agent, message, session=session)).last_agent.name)
        agent = (await Runner.run(agent, message, session=session)).last_agent
    return names


# %% wrong: no await
# says: `Runner.run` was called without `await`
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent.name)
    return names


# %% wrong: the answers
# says: Which attribute of the result says who answered?
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(result.final_output)
    return names


# %% wrong: the agent of the notebook
# says: Your list begins with ['Triage', 'Triage', 'Billing']
async def names_in(agent, session, messages):
    names, agent = [], triage
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.append(agent.name)
    return names


# %% wrong: latest first
# says: The front desk answered 'Hello.' and 'Talk to sales.',
async def names_in(agent, session, messages):
    names = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        agent = result.last_agent
        names.insert(0, agent.name)
    return names

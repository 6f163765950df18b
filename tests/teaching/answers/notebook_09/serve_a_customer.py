# %% right: closed by hand
async def serve(desk, customer, message):
    session = SQLiteSession(customer, desk.path)
    try:
        name = in_charge(await session.get_items())
        agent = agents_for(desk, customer)[name]
        result = await Runner.run(agent, message, session=session, run_config=config)
        return result.final_output
    finally:
        await session.close()


# %% right: a config of its own, and keywords
async def serve(desk, customer, message):
    async with SQLiteSession(session_id=customer, db_path=desk.path) as session:
        agents = agents_for(desk, customer)
        result = await Runner.run(
            agents[in_charge(await session.get_items())],
            input=message,
            session=session,
            run_config=RunConfig(session_input_callback=shorten),
        )
        print("served")
    return result.final_output


# %% right: two sessions, one after the other
async def who(desk, customer):
    async with SQLiteSession(customer, desk.path) as session:
        return in_charge(await session.get_items())


async def serve(desk, customer, message):
    agent = agents_for(desk, customer)[await who(desk, customer)]
    async with SQLiteSession(customer, desk.path) as session:
        return (
            await Runner.run(agent, message, session=session, run_config=config)
        ).final_output


# %% right: streamed
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        stream = Runner.run_streamed(agent, message, session=session, run_config=config)
        async for event in stream.stream_events():
            pass
    return stream.final_output


# %% wrong: always the front desk
# says: Mary was with billing, and her next message went to the front desk
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)["Front desk"]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: without config
# says: Let `config` choose
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: one session for all
# says: Mary gave her name in the session of the desk's file
async def serve(desk, customer, message):
    async with SQLiteSession("customer", desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: a limit in place of shorten
# says: Mary gave her name in the session of the desk's file, and the agent did not know it
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path, session_settings={"limit": 6}) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: nothing is stored
# says: The question and its answer are not in the customer's session
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        items = await session.get_items()
    new = [{"role": "user", "content": message}]
    agent = agents_for(desk, customer)[in_charge(items)]
    result = await Runner.run(agent, shorten(items, new))
    return result.final_output


# %% wrong: never closed
# says: Now close the session: it is still open
async def serve(desk, customer, message):
    session = SQLiteSession(customer, desk.path)
    agent = agents_for(desk, customer)[in_charge(await session.get_items())]
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the tool of somebody else
# says: Order 7001 is Mary's. When John asked for it
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, "mary")[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: an agent without a tool
# says: Order 7001 is Mary's. When Mary asked for it
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = Agent(name="Front desk", model=desk.model)
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the notebook's file
# says: Mary gave her name in the session of the desk's file
path = desk.path


async def serve(desk, customer, message):
    async with SQLiteSession(customer, path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: another model
# says: The desk's model was not asked
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = Agent(name="Front desk", model=choose_model())
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: prints
# says: Return the agent's answer, as a text. It returned None
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    print(result.final_output)


# %% wrong: the result
# says: take the `final_output` of that
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result


# %% wrong: no await
# says: `Runner.run` was called without `await`
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: in charge of a few items only
# says: Mary was with billing, and her next message went to the front desk
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items(1))]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: billing for ever
# says: Mary was back at the front desk, and her next message went to billing
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        items = await session.get_items()
        agent = agents_for(desk, customer)["Billing" if "Billing" in str(items) else "Front desk"]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the message in other words
# says: The question and its answer are not in the customer's session
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        text = f"Hello. {message}"
        result = await Runner.run(agent, text, session=session, run_config=config)
    return result.final_output


# %% wrong: the message in an item
# says: An empty list in place of a message should bring the answer
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        new = [{"role": "user", "content": str(message)}]
        result = await Runner.run(agent, new, session=session, run_config=config)
    return result.final_output


# %% wrong: the same customer for ever
# says: The agent called John by Mary's name
first = []


async def serve(desk, customer, message):
    first.append(customer)
    async with SQLiteSession(first[0], desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: a session that is open for ever, in memory
# says: Mary gave her name in the session of the desk's file
async def serve(desk, customer, message):
    async with SQLiteSession(customer) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the agents of the first desk
# says: Keep nothing between two calls
agents_of = {}


async def serve(desk, customer, message):
    agents = agents_of.setdefault(customer, agents_for(desk, customer))
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the sessions of the first desk
# says: Keep nothing between two calls
sessions_of = {}


async def serve(desk, customer, message):
    session = sessions_of.setdefault(customer, SQLiteSession(customer, desk.path))
    agent = agents_for(desk, customer)[in_charge(await session.get_items())]
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: looks for who is in charge only in what the model gets, so a handoff long ago is forgotten
# says: went to the front desk
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        items = shorten(await session.get_items(), [])
        agent = agents_for(desk, customer)[in_charge(items)]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: shortens the session itself, so that the customer's history is lost
# says: the file keeps all
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        items = await session.get_items()
        agent = agents_for(desk, customer)[in_charge(items)]
        await session.clear_session()
        await session.add_items(shorten(items, []))
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: closed only if all goes well
# says: When the model raises an error, the session stays open
async def serve(desk, customer, message):
    session = SQLiteSession(customer, desk.path)
    agent = agents_for(desk, customer)[in_charge(await session.get_items())]
    result = await Runner.run(agent, message, session=session, run_config=config)
    await session.close()
    return result.final_output

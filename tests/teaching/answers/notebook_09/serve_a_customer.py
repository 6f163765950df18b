# %% wrong:
# says:
async def serve(path, customer, message):
    async with SQLiteSession(customer, path) as session:
        agent = agents_for(customer)["Front desk"]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong:
# says:
async def serve(path, customer, message):
    async with SQLiteSession(customer, path) as session:
        agent = agents_for(customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong:
# says:
async def serve(path, customer, message):
    async with SQLiteSession("customer", path) as session:
        agent = agents_for(customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong:
# says:
async def serve(path, customer, message):
    async with SQLiteSession(customer, path, session_settings={"limit": 6}) as session:
        agent = agents_for(customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong:
# says:
async def serve(path, customer, message):
    async with SQLiteSession(customer, path) as session:
        items = await session.get_items()
        new = [{"role": "user", "content": message}]
        result = await Runner.run(agents_for(customer)[in_charge(items)], keep(items, new))
    return result.final_output


# %% wrong:
# says:
async def serve(path, customer, message):
    session = SQLiteSession(customer, path)
    agent = agents_for(customer)[in_charge(await session.get_items())]
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output

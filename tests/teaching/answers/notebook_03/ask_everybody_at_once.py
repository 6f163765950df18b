# %% wrong:
# says:
async def ask_all(users, message):
    answers = []
    for session in users:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong:
# says:
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    return await asyncio.gather(*runs)


# %% wrong:
# says:
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=users[0]) for _ in users]
    results = await asyncio.gather(*runs)
    return [result.final_output for result in results]


# %% wrong:
# says:
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    results = asyncio.gather(*runs)
    return [result.final_output for result in results]


# %% wrong:
# says:
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    return [(await run).final_output for run in asyncio.as_completed(runs)][::-1]

# %% right: two results
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=second)
    return [one.final_output, other.final_output]


# %% right: a list comprehension with ask
async def ask_both(first, second):
    return [await ask(session, "What is my name?") for session in (first, second)]


# %% right: at the same time
async def ask_both(first, second):
    import asyncio

    return await asyncio.gather(*[ask(one, "What is my name?") for one in (first, second)])


# %% wrong: the first one twice
# says: with the session `second`
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=first)
    return [one.final_output, other.final_output]


# %% wrong: the wrong way round
# says: The first answer is
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=second)
    return [other.final_output, one.final_output]


# %% wrong: the results
# says: take the `final_output` of that
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=second)
    return [one, other]


# %% wrong: a tuple
# says: Now return a list of two texts
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=second)
    return one.final_output, other.final_output


# %% wrong: prints
# says: printing something does not return it
async def ask_both(first, second):
    for session in (first, second):
        result = await Runner.run(agent, "What is my name?", session=session)
        print(result.final_output)


# %% wrong: no sessions
# says: with the session `first`
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?")
    other = await Runner.run(agent, "What is my name?")
    return [one.final_output, other.final_output]


# %% wrong: made-up answers
# says: The first answer is
async def ask_both(first, second):
    await Runner.run(agent, "What is my name?", session=first)
    await Runner.run(agent, "What is my name?", session=second)
    return ["Your name is Ada.", "I do not know."]


# %% wrong: asks something else
# says: Ask 'What is my name?'
async def ask_both(first, second):
    return [await ask(session, "Who am I?") for session in (first, second)]

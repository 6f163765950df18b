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
# says: once with the session `first`
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
# says: Printing does not return
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


# %% right: the second one first
async def ask_both(first, second):
    other = await ask(second, "What is my name?")
    return [await ask(first, "What is my name?"), other]


# %% right: a loop that prints, too
async def ask_both(first, second):
    answers = []
    for session in first, second:
        result = await Runner.run(agent, "What is my name?", session=session)
        print(result.final_output)
        answers.append(result.final_output)
    return answers


# %% right: tasks
async def ask_both(first, second):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(one, "What is my name?")) for one in (first, second)]
    return [task.result() for task in tasks]


# %% wrong: asks twice with each
# says: once with the session `first`
async def ask_both(first, second):
    for _ in range(2):
        answers = [await ask(session, "What is my name?") for session in (first, second)]
    return answers


# %% wrong: in other words
# says: Return what the agent answered
async def ask_both(first, second):
    await Runner.run(agent, "What is my name?", session=first)
    await Runner.run(agent, "What is my name?", session=second)
    return ["Mary", "unknown"]


# %% wrong: tells the second session a name
# says: once with the session `second`. It holds ['My name is Ada.'
async def ask_both(first, second):
    await ask(second, "My name is Ada.")
    return [await ask(session, "What is my name?") for session in (first, second)]


# %% wrong: no session in the second run
# says: with the session `second`. It holds []
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?")
    return [one.final_output, other.final_output]


# %% wrong: one text
# says: Now return a list of two texts
async def ask_both(first, second):
    return await ask(first, "What is my name?") + await ask(second, "What is my name?")


# %% wrong: a dict
# says: (dict)
async def ask_both(first, second):
    one, other = [await ask(session, "What is my name?") for session in (first, second)]
    return {"first": one, "second": other}


# %% wrong: a set
# says: (set)
async def ask_both(first, second):
    return {await ask(session, "What is my name?") for session in (first, second)}


# %% wrong: a generator
# says: (generator)
async def ask_both(first, second):
    answers = [await ask(session, "What is my name?") for session in (first, second)]
    return (answer for answer in answers)


# %% wrong: calls that are prepared, and not awaited
# says: `ask` was called without `await`
async def ask_both(first, second):
    return [ask(first, "What is my name?"), ask(second, "What is my name?")]


# %% wrong: forgets to wait for both
# says: An `await` is missing
async def ask_both(first, second):
    both = asyncio.gather(ask(first, "What is my name?"), ask(second, "What is my name?"))
    return [both[0], both[1]]


# %% wrong: a helper that only prints
# says: a function that only prints returns None
async def say(session):
    print(await ask(session, "What is my name?"))


async def ask_both(first, second):
    return [await say(first), await say(second)]


# %% wrong: items in place of their texts
# says: Now return a list of two texts
async def ask_both(first, second):
    for session in (first, second):
        await ask(session, "What is my name?")
    return [(await session.get_items())[-1] for session in (first, second)]


# %% wrong: the list is made once, so a second call returns four answers
# says: The first call was right
answers = []


async def ask_both(first, second):
    for memory in [first, second]:
        result = await Runner.run(agent, "What is my name?", session=memory)
        answers.append(result.final_output)
    return answers


# %% wrong: answers kept by session id, and two temporary sessions may have the same one
# says: two sessions with the same id
async def ask_both(first, second):
    said = {}
    for memory in (first, second):
        said[memory.session_id] = await ask(memory, "What is my name?")
    return list(said.values())

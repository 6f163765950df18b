# %% right: runs, and then results
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    results = await asyncio.gather(*runs)
    return [result.final_output for result in results]


# %% right: a group of tasks
async def ask_all(users, message):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(session, message)) for session in users]
    return [task.result() for task in tasks]


# %% right: tasks that are awaited one by one
async def ask_all(users, message):
    tasks = [asyncio.create_task(ask(session, message)) for session in users]
    print(len(tasks), "at once")
    return [await task for task in tasks]


# %% right: as they come back, and put in order
async def ask_all(users, message):
    async def numbered(number):
        return number, await ask(users[number], message)

    calls = [numbered(number) for number in range(len(users))]
    found = [await call for call in asyncio.as_completed(calls)]
    return [answer for _, answer in sorted(found)]


# %% wrong: one after the other
# says: The answers are right, but a run waited for another one to end.
async def ask_all(users, message):
    answers = []
    for session in users:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: a comprehension that waits
# says: a run waited for another one to end
async def ask_all(users, message):
    return [await ask(session, message) for session in users]


# %% wrong: gathers one by one
# says: a run waited for another one to end
async def ask_all(users, message):
    answers = []
    for session in users:
        answers += await asyncio.gather(ask(session, message))
    return answers


# %% wrong: three at a time
# says: a run waited for another one to end
async def ask_all(users, message):
    answers = []
    for first in range(0, len(users), 3):
        answers += await asyncio.gather(*[ask(one, message) for one in users[first : first + 3]])
    return answers


# %% wrong: at most five at a time
# says: a run waited for another one to end
async def ask_all(users, message):
    free = asyncio.Semaphore(5)

    async def ask_one(session):
        async with free:
            return await ask(session, message)

    return await asyncio.gather(*[ask_one(session) for session in users])


# %% wrong: the results
# says: take the `final_output` of that
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    return await asyncio.gather(*runs)


# %% wrong: the first session for all
# says: Ask each session 'Where do I live?' once. 'user_Rome' holds
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=users[0]) for _ in users]
    results = await asyncio.gather(*runs)
    return [result.final_output for result in results]


# %% wrong: no session
# says: Ask each session 'Where do I live?' once. 'user_Rome' holds ['I live in Rome.'].
async def ask_all(users, message):
    results = await asyncio.gather(*[Runner.run(agent, message) for _ in users])
    return [result.final_output for result in results]


# %% wrong: all but the last one
# says: 'user_Quito' holds ['I live in Quito.'].
async def ask_all(users, message):
    return await asyncio.gather(*[ask(session, message) for session in users[:-1]])


# %% wrong: asks twice
# says: Ask each session 'Where do I live?' once.
async def ask_all(users, message):
    await asyncio.gather(*[ask(session, message) for session in users])
    return await asyncio.gather(*[ask(session, message) for session in users])


# %% wrong: another message
# says: Ask each session 'Where do I live?' once.
async def ask_all(users, message):
    return await asyncio.gather(*[ask(session, "What is my name?") for session in users])


# %% wrong: the name of the message
# says: Ask each session 'Where do I live?' once.
async def ask_all(users, message):
    return await asyncio.gather(*[ask(session, "message") for session in users])


# %% wrong: the sessions of the notebook
# says: Ask each session 'Where do I live?' once.
async def ask_all(users, message):
    extra = [SQLiteSession("mine") for _ in users]
    return await asyncio.gather(*[ask(session, message) for session in extra])


# %% wrong: no await for gather
# says: An `await` is missing
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    results = asyncio.gather(*runs)
    return [result.final_output for result in results]


# %% wrong: no await at all
# says: `ask` was called without `await`
async def ask_all(users, message):
    return [ask(session, message) for session in users]


# %% wrong: no star
# says: Your code raised TypeError
async def ask_all(users, message):
    return await asyncio.gather([ask(session, message) for session in users])


# %% wrong: as they come back
# says: The answers should be in the order of the sessions.
async def ask_all(users, message):
    runs = [ask(session, message) for session in users]
    return [await run for run in asyncio.as_completed(runs)]


# %% wrong: as they come back, the other way round
# says: The answers should be in the order of the sessions.
async def ask_all(users, message):
    runs = [Runner.run(agent, message, session=session) for session in users]
    return [(await run).final_output for run in asyncio.as_completed(runs)][::-1]


# %% wrong: appended as they come back
# says: The answers should be in the order of the sessions.
async def ask_all(users, message):
    answers = []

    async def ask_one(session):
        answers.append(await ask(session, message))

    await asyncio.gather(*[ask_one(session) for session in users])
    return answers


# %% wrong: sorted
# says: The answers should be in the order of the sessions.
async def ask_all(users, message):
    return sorted(await asyncio.gather(*[ask(session, message) for session in users]))


# %% wrong: backwards
# says: The answers should be in the order of the sessions.
async def ask_all(users, message):
    return await asyncio.gather(*[ask(session, message) for session in reversed(users)])


# %% wrong: a tuple
# says: Now return a list of texts. It returned ('You live in Rome.'
async def ask_all(users, message):
    return tuple(await asyncio.gather(*[ask(session, message) for session in users]))


# %% wrong: a dict
# says: Now return a list of texts. It returned {'user_Rome'
async def ask_all(users, message):
    answers = await asyncio.gather(*[ask(session, message) for session in users])
    return {one.session_id: answer for one, answer in zip(users, answers, strict=True)}


# %% wrong: a set
# says: Now return a list of texts.
async def ask_all(users, message):
    return set(await asyncio.gather(*[ask(session, message) for session in users]))


# %% wrong: a generator
# says: Now return a list of texts. It returned <generator
async def ask_all(users, message):
    answers = await asyncio.gather(*[ask(session, message) for session in users])
    return (answer for answer in answers)


# %% wrong: one text
# says: Now return a list of texts. It returned 'You live in Rome.
async def ask_all(users, message):
    return "\n".join(await asyncio.gather(*[ask(session, message) for session in users]))


# %% wrong: prints
# says: Printing does not return
async def ask_all(users, message):
    print(await asyncio.gather(*[ask(session, message) for session in users]))


# %% wrong: a function that only prints
# says: a function that only prints returns None
async def ask_all(users, message):
    async def show(session):
        print(await ask(session, message))

    return await asyncio.gather(*[show(session) for session in users])


# %% wrong: made-up answers
# says: The answers were ['You live in Rome.'
async def ask_all(users, message):
    await asyncio.gather(*[ask(session, message) for session in users])
    return [f"{session.session_id} answers." for session in users]


# %% wrong: all but one answer
# says: The answers were ['You live in Rome.'
async def ask_all(users, message):
    return (await asyncio.gather(*[ask(session, message) for session in users]))[1:]


# %% wrong: closes what was lent
# says: Leave the sessions open: others use them. Now SQLiteSession is closed: 'user_Rome'
async def ask_all(users, message):
    answers = await asyncio.gather(*[ask(session, message) for session in users])
    for session in users:
        await session.close()
    return answers


# %% wrong: closes each session when it is done
# says: Leave the sessions open
async def ask_all(users, message):
    async def ask_one(session):
        async with session:
            return await ask(session, message)

    return await asyncio.gather(*[ask_one(session) for session in users])


# %% wrong: a dict by session id, so of two sessions with the same id in two files one gets lost
# says: had the same id
async def ask_all(users, message):
    runs = {user.session_id: asyncio.create_task(ask(user, message)) for user in users}
    return [await run for run in runs.values()]


# %% wrong: returns the gather before it is done
# says: put `await` in front of `asyncio.gather(...)`
async def ask_all(users, message):
    return asyncio.gather(*[ask(session, message) for session in users])

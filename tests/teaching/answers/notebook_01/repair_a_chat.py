# %% right: the line is gone
async def chat(session, messages):
    answers = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% right: a list comprehension
async def chat(session, messages):
    return [(await Runner.run(agent, m, session=session)).final_output for m in messages]


# %% right: prints, too
async def chat(session, messages):
    answers = []
    for number, message in enumerate(messages, 1):
        result = await Runner.run(agent, message, session=session)
        print(number, result.final_output)
        answers += [result.final_output]
    return answers


# %% right: a helper function
async def answer_to(message, session):
    result = await Runner.run(agent, message, session=session)
    return result.final_output


async def chat(session, messages):
    answers = []
    for message in messages:
        answers.append(await answer_to(message, session))
    return answers


# %% wrong: untouched
# says: The first message was 'I live in Rome.'
async def chat(session, messages):
    answers = []
    for message in messages:
        session = SQLiteSession("chat")
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: one new session for all messages
# says: The session that was given knows the name Mary
async def chat(session, messages):
    session = SQLiteSession("chat")
    answers = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: a new session with the id of the one that was given
# says: The first message was 'I live in Rome.'
async def chat(session, messages):
    answers = []
    for message in messages:
        session = SQLiteSession(session.session_id)
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: no session
# says: The first message was 'I live in Rome.'
async def chat(session, messages):
    answers = []
    for message in messages:
        result = await Runner.run(agent, message)
        answers.append(result.final_output)
    return answers


# %% wrong: copies what is known into a session of its own
# says: The session that was given should hold each message once. It holds ['My name is Mary.']
async def chat(session, messages):
    mine = SQLiteSession("chat")
    await mine.add_items(await session.get_items())
    return [(await Runner.run(agent, m, session=mine)).final_output for m in messages]


# %% wrong: returns after the first answer
# says: Return a list with an answer for each message
async def chat(session, messages):
    answers = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
        return answers


# %% wrong: only the last answer
# says: Return a list with an answer for each message
async def chat(session, messages):
    for message in messages:
        result = await Runner.run(agent, message, session=session)
    return [result.final_output]


# %% wrong: the results
# says: Return what the agent answered
async def chat(session, messages):
    return [await Runner.run(agent, message, session=session) for message in messages]


# %% wrong: latest first
# says: The answer was 'Noted: you live in Rome.'
async def chat(session, messages):
    answers = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.insert(0, result.final_output)
    return answers


# %% wrong: a tuple
# says: (tuple)
async def chat(session, messages):
    answers = ()
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers += (result.final_output,)
    return answers


# %% wrong: prints
# says: Printing does not return
async def chat(session, messages):
    for message in messages:
        print((await Runner.run(agent, message, session=session)).final_output)


# %% wrong: forgets await
# says: was called without `await`
async def chat(session, messages):
    answers = []
    for message in messages:
        result = Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: all at once
# says: To 'Where do I live?' the answer was
import asyncio


async def chat(session, messages):
    runs = [Runner.run(agent, message, session=session) for message in messages]
    return [result.final_output for result in await asyncio.gather(*runs)]


# %% wrong: each message twice
# says: should hold each message once
async def chat(session, messages):
    answers = []
    for message in messages:
        await Runner.run(agent, message, session=session)
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: answers of earlier calls
# says: The second one had another session
async def chat(session, messages, answers=[]):
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: the session of the first call, for ever
# says: The second one had another session
known = []


async def chat(session, messages):
    known.append(session)
    return [(await Runner.run(agent, m, session=known[0])).final_output for m in messages]


# %% wrong: only three messages are ever sent
# says: IndexError
async def chat(session, messages):
    answers = []
    for number in range(3):
        result = await Runner.run(agent, messages[number], session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: in its own words
# says: Return what the agent answered
async def chat(session, messages):
    answers = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.append(f"Agent: {result.final_output}")
    return answers


# %% wrong: clears the session first
# says: The session that was given knows the name Mary
async def chat(session, messages):
    await session.clear_session()
    return [(await Runner.run(agent, m, session=session)).final_output for m in messages]


# %% wrong: all at once, without the import
# says: `asyncio` is not defined
del asyncio


async def chat(session, messages):
    runs = [Runner.run(agent, message, session=session) for message in messages]
    return [result.final_output for result in await asyncio.gather(*runs)]


# %% wrong: answers kept by message, so a message that is sent twice has one answer
# says: the same message twice
async def chat(session, messages):
    answers = {}
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers[message] = result.final_output
    return list(answers.values())

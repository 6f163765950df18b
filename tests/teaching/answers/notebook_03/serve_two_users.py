# %% right: with async with
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            result = await Runner.run(agent, text, session=session)
            answers.append(result.final_output)
    return answers


# %% right: a helper, and a comprehension
async def answer_to(session_id, text, path):
    async with SQLiteSession(session_id, path) as session:
        print(session_id, "says", text)
        return await ask(session, text)


async def serve(messages, path):
    return [await answer_to(*message, path) for message in messages]


# %% right: keeps a session for each user until the end
async def serve(messages, path):
    open_sessions, answers = {}, []
    for session_id, text in messages:
        if session_id not in open_sessions:
            open_sessions[session_id] = SQLiteSession(session_id, str(path))
        answers += [await ask(open_sessions[session_id], text)]
    for session in open_sessions.values():
        await session.close()
    return answers


# %% right: users at the same time, and their messages in order
async def serve(messages, path):
    answers = [""] * len(messages)

    async def serve_one(user):
        async with SQLiteSession(user, path) as session:
            for number, (session_id, text) in enumerate(messages):
                if session_id == user:
                    answers[number] = await ask(session, text)

    async with asyncio.TaskGroup() as group:
        for user in {session_id for session_id, _ in messages}:
            group.create_task(serve_one(user))
    return answers


import asyncio

# %% wrong: one session for all
# says: Mary and John asked for their names, and were mixed up
async def serve(messages, path):
    answers = []
    session = SQLiteSession("users", path)
    for session_id, text in messages:
        result = await Runner.run(agent, text, session=session)
        answers.append(result.final_output)
    await session.close()
    return answers


# %% wrong: the name of the id in place of the id
# says: were mixed up
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession("session_id", path) as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: no file
# says: There is no file at `path` after a call.
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        session = SQLiteSession(session_id)
        result = await Runner.run(agent, text, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: no file, and a session for each user
# says: There is no file at `path` after a call.
async def serve(messages, path):
    answers = []
    sessions_of = {session_id: SQLiteSession(session_id) for session_id, text in messages}
    for session_id, text in messages:
        result = await Runner.run(agent, text, session=sessions_of[session_id])
        answers.append(result.final_output)
    return answers


# %% wrong: the path in quotation marks
# says: There is no file at `path` after a call, but one with the name 'path'.
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, "path") as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: a file for each user
# says: but one with the name 'user_1.db'
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path.with_name(f"{session_id}.db")) as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: never closes
# says: 5 of the sessions are still open.
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        session = SQLiteSession(session_id, path)
        result = await Runner.run(agent, text, session=session)
        answers.append(result.final_output)
    return answers


# %% wrong: closes the last one
# says: 4 of the sessions are still open.
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        session = SQLiteSession(session_id, path)
        answers.append(await ask(session, text))
    await session.close()
    return answers


# %% wrong: closes all but the last one
# says: 1 of the sessions is still open.
async def serve(messages, path):
    answers, session = [], None
    for session_id, text in messages:
        if session is not None:
            await session.close()
        session = SQLiteSession(session_id, path)
        answers.append(await ask(session, text))
    return answers


# %% wrong: keeps a session for each user
# says: 2 of the sessions are still open.
async def serve(messages, path, kept={}):
    answers = []
    for session_id, text in messages:
        if (session_id, path) not in kept:
            kept[session_id, path] = SQLiteSession(session_id, path)
        answers.append(await ask(kept[session_id, path], text))
    return answers


# %% wrong: closes before it asks
# says: Your code raised RuntimeError: SQLiteSession is closed: 'user_1'
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        session = SQLiteSession(session_id, path)
        await session.close()
        answers.append(await ask(session, text))
    return answers


# %% wrong: a function that only prints, for each answer
# says: It returned [None, None, None, None, None] (list): a function that only prints returns None.
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(print(await ask(session, text)))
    return answers


# %% wrong: prints
# says: Five messages came in. Return a list of five texts. It
async def serve(messages, path):
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            print(await ask(session, text))


# %% wrong: returns in the loop
# says: Five messages came in. Return a list of five texts. It returned ['Noted: your name is Mary.']
async def serve(messages, path):
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            result = await Runner.run(agent, text, session=session)
        return [result.final_output]


# %% wrong: the last answer
# says: Return a list of five texts. It returned 'Your name is Mary.' (str).
async def serve(messages, path):
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answer = await ask(session, text)
    return answer


# %% wrong: a new list for each message
# says: Return a list of five texts. It returned ['Your name is Mary.'] (list).
async def serve(messages, path):
    for session_id, text in messages:
        answers = []
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: the results
# says: take the `final_output` of that
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(await Runner.run(agent, text, session=session))
    return answers


# %% wrong: a tuple
# says: Return a list of five texts. It returned ('Noted
async def serve(messages, path):
    answers = ()
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers += (await ask(session, text),)
    return answers


# %% wrong: a dict
# says: Return a list of five texts. It returned {'user_1'
async def serve(messages, path):
    answers = {}
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers[session_id] = await ask(session, text)
    return answers


# %% wrong: pairs
# says: Return a list of five texts. It returned [('user_1'
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append((session_id, await ask(session, text)))
    return answers


# %% wrong: gives the answers one by one
# says: Return a list of five texts. It returned <async_generator
async def serve(messages, path):
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            yield await ask(session, text)


# %% wrong: one message for each user
# says: Five messages came in. Return a list of five texts.
async def serve(messages, path):
    answers = []
    for session_id, text in dict(messages).items():
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: no message twice
# says: Five messages came in.
async def serve(messages, path):
    answers = []
    for session_id, text in dict.fromkeys(messages):
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: user by user
# says: In the order of the messages, the answers were
async def serve(messages, path):
    answers = []
    for user in dict.fromkeys(session_id for session_id, _ in messages):
        async with SQLiteSession(user, path) as session:
            answers += [await ask(session, text) for one, text in messages if one == user]
    return answers


# %% wrong: backwards
# says: that session holds
async def serve(messages, path):
    answers = []
    for session_id, text in reversed(messages):
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: answers backwards
# says: In the order of the messages, the answers were
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.insert(0, await ask(session, text))
    return answers


# %% wrong: sorted answers
# says: In the order of the messages, the answers were
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, text))
    return sorted(answers)


# %% wrong: all at once
# says: Each message should wait until the one before is answered.
async def serve(messages, path):
    async def answer_to(session_id, text):
        async with SQLiteSession(session_id, path) as session:
            return await ask(session, text)

    return list(await asyncio.gather(*[answer_to(*message) for message in messages]))


# %% wrong: sends each message twice
# says: In the file, that session holds
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            await ask(session, text)
            answers.append(await ask(session, text))
    return answers


# %% wrong: forgets what was there
# says: In the file, that session holds
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            await session.clear_session()
            answers.append(await ask(session, text))
    return answers


# %% wrong: sends the id
# says: 'user_1' sent
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, session_id))
    return answers


# %% wrong: id and text swapped
# says: 'What is my name?']. In the file, that session holds [].
async def serve(messages, path):
    answers = []
    for text, session_id in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, text))
    return answers


# %% wrong: the texts in place of the answers
# says: It returned ['My name is Mary.'
async def serve(messages, path):
    texts = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            await ask(session, text)
            texts.append(text)
    return texts


# %% wrong: made-up answers
# says: It returned ['Noted.'
async def serve(messages, path):
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            await ask(session, text)
    return ["Noted.", "Noted.", "Your name is John.", "Your name is Mary.", "Your name is Mary."]


# %% wrong: no await
# says: was called without `await`
async def serve(messages, path):
    answers = []
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(ask(session, text))
    return answers


# %% wrong: Ada's session
# says: There is no file at `path` after a call
async def serve(messages, path):
    tried = SQLiteSession("user_ada")
    return [await ask(tried, text) for session_id, text in messages]


# %% wrong: only the file of the last call
# says: Your code raised RuntimeError: SQLiteSession is closed
class Kept:
    session = SQLiteSession("user_1")


async def serve(messages, path):
    Kept.session.close()
    return [await ask(Kept.session, text) for session_id, text in messages]


# %% wrong: the list is made once, so a second call returns the answers of the first as well
# says: When the check called it again
async def serve(messages, path, answers=[]):
    for session_id, text in messages:
        async with SQLiteSession(session_id, path) as session:
            answers.append(await ask(session, text))
    return answers

# %% right: the answer within the try
async def reply(desk, customer, message):
    try:
        return (await serve_all(desk, [(customer, message)]))[0]
    except OUTAGE:
        return SORRY


# %% right: unpacked, with a print, and each error by its name
async def reply(desk, customer, message):
    try:
        [answer] = await serve_all(desk, [[customer, message]])
    except ConnectionError as error:
        print(error)
        answer = SORRY
    except OpenAIError:
        answer = SORRY
    return answer


# %% right: asks what the error is
async def reply(desk, customer, message):
    try:
        for answer in await serve_all(desk, [(customer, message)]):
            return answer
    except Exception as error:
        if not isinstance(error, OUTAGE):
            raise
        return SORRY


# %% right: the lock itself
async def reply(desk, customer, message):
    async with desk.locks[customer]:
        try:
            return await serve(desk, customer, message)
        except OUTAGE:
            return SORRY


# %% wrong: no apology
# says: The model raised ConnectionError, and that reached the customer
async def reply(desk, customer, message):
    answers = await serve_all(desk, [(customer, message)])
    return answers[0]


# %% wrong: one of the errors only
# says: The model raised OpenAIError, and that reached the customer
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except ConnectionError:
        return SORRY
    return answers[0]


# %% wrong: the other error only
# says: The model raised ConnectionError, and that reached the customer
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except OpenAIError:
        return SORRY
    return answers[0]


# %% wrong: any error
# says: The desk's file could not be opened, so nothing was stored
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except Exception:
        return SORRY
    return answers[0]


# %% wrong: errors of files too
# says: That error should reach the caller. It returned 'I cannot answer right now
async def reply(desk, customer, message):
    import sqlite3

    try:
        answers = await serve_all(desk, [(customer, message)])
    except (OpenAIError, OSError, sqlite3.Error):
        return SORRY
    return answers[0]


# %% wrong: the list
# says: Return the answer, as a text. It returned ['Your name is Mary.'] (list)
async def reply(desk, customer, message):
    try:
        return await serve_all(desk, [(customer, message)])
    except OUTAGE:
        return SORRY


# %% wrong: not one after the other
# says: Mary sent two messages quickly, and they were served at once. Use `serve_all`
async def reply(desk, customer, message):
    try:
        return await serve(desk, customer, message)
    except OUTAGE:
        return SORRY


# %% wrong: prints
# says: Return the answer, as a text. It returned None: it came to an end
async def reply(desk, customer, message):
    try:
        print(await serve_all(desk, [(customer, message)]))
    except OUTAGE:
        print(SORRY)


# %% wrong: prints the apology
# says: The model could not be reached. Return `SORRY`. It returned None
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
        return answers[0]
    except OUTAGE:
        print(SORRY)


# %% wrong: always sorry
# says: Mary asked 'What is my name?', and the answer should have her name. It returned 'I cannot
async def reply(desk, customer, message):
    try:
        await serve_all(desk, [(customer, message)])
    except OUTAGE:
        pass
    return SORRY


# %% wrong: another apology
# says: Return `SORRY`. It returned 'Sorry!' (str)
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except OUTAGE:
        return "Sorry!"
    return answers[0]


# %% wrong: the error for an answer
# says: Return `SORRY`. It returned 'no connection' (str)
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except OUTAGE as error:
        return str(error)
    return answers[0]


# %% wrong: tries again
# says: Mary asked three times, and each of her messages should
async def reply(desk, customer, message):
    for _ in range(2):
        try:
            answers = await serve_all(desk, [(customer, message)])
            return answers[0]
        except OUTAGE:
            pass
    return SORRY


# %% wrong: takes the message back
# says: The model could not be reached, and the customer's message is not stored
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except OUTAGE:
        async with SQLiteSession(customer, desk.path) as session:
            await session.pop_item()
        return SORRY
    return answers[0]


# %% wrong: no await
# says: was called without `await`
async def reply(desk, customer, message):
    try:
        answers = serve_all(desk, [(customer, message)])
    except OUTAGE:
        return SORRY
    return answers[0]


# %% wrong: no list of pairs
# says: Your code raised ValueError
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, (customer, message))
    except OUTAGE:
        return SORRY
    return answers[0]


# %% wrong: a desk of its own
# says: and the answer should have her name
Path(folder.name, "other").mkdir()
my_desk = await open_desk(Path(folder.name, "other"), working_model)


async def reply(desk, customer, message):
    try:
        answers = await serve_all(my_desk, [(customer, message)])
    except OUTAGE:
        return SORRY
    return answers[0]


# %% wrong: leaves a session open
# says: All are served, and a session is still open. Look at `serve` in your
async def reply(desk, customer, message):
    session = SQLiteSession(customer, desk.path)
    await session.get_items()
    try:
        answers = await serve_all(desk, [(customer, message)])
    except OUTAGE:
        return SORRY
    return answers[0]


# %% wrong: compares the type, so subclasses of the errors are not caught
# says: ConnectionResetError
async def reply(desk, customer, message):
    try:
        answers = await serve_all(desk, [(customer, message)])
    except Exception as error:
        if type(error) in OUTAGE:
            return SORRY
        raise
    return answers[0]


# %% wrong: stores the apology as an answer
# says: which has no answer
async def reply(desk, customer, message):
    try:
        [answer] = await serve_all(desk, [(customer, message)])
        return answer
    except OUTAGE:
        async with SQLiteSession(customer, desk.path) as session:
            await session.add_items([{"role": "assistant", "content": SORRY}])
        return SORRY

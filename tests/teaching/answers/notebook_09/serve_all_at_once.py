# %% wrong: a task group, which makes a group of the errors
# says: use `asyncio.gather`
async def serve_all(desk, messages):
    async def in_turn(customer, message):
        async with desk.locks[customer]:
            return await serve(desk, customer, message)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(*message)) for message in messages]
    return [task.result() for task in tasks]


# %% right: answers by their place
async def one_message(desk, answers, place, customer, text):
    lock = desk.locks[customer]
    await lock.acquire()
    try:
        answers[place] = await serve(desk, customer, text)
    finally:
        lock.release()


async def serve_all(desk, messages):
    answers = [None] * len(messages)
    runs = [one_message(desk, answers, n, *message) for n, message in enumerate(messages)]
    await asyncio.gather(*runs)
    print(len(answers), "answers")
    return answers


# %% right: one task for each customer
async def serve_all(desk, messages):
    answers = {}

    async def all_of(customer):
        async with desk.locks[customer]:
            for place, (whose, text) in enumerate(messages):
                if whose == customer:
                    answers[place] = await serve(desk, customer, text)

    await asyncio.gather(*map(all_of, dict.fromkeys(customer for customer, _ in messages)))
    return [answers[place] for place in range(len(messages))]


# %% wrong: no locks
# says: Two messages of one customer were served at once
async def serve_all(desk, messages):
    return await asyncio.gather(*[serve(desk, customer, text) for customer, text in messages])


# %% wrong: one after the other
# says: at most 1 of them were served at once
async def serve_all(desk, messages):
    return [await serve(desk, customer, text) for customer, text in messages]


# %% wrong: one lock for all
# says: at most 1 of them were served at once
async def serve_all(desk, messages):
    lock = asyncio.Lock()

    async def in_turn(customer, text):
        async with lock:
            return await serve(desk, customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong: the answers of one customer together
# says: Now return the answers in the order of the messages
async def serve_all(desk, messages):
    async def in_turn(customer):
        return [await serve(desk, customer, text) for other, text in messages if other == customer]

    customers = {customer: None for customer, text in messages}
    answers = await asyncio.gather(*[in_turn(customer) for customer in customers])
    return [answer for of_one in answers for answer in of_one]


# %% wrong: answers as they come back
# says: Now return the answers in the order of the messages
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    runs = [asyncio.create_task(in_turn(*message)) for message in messages]
    return [await run for run in asyncio.as_completed(runs)]


# %% wrong: answers by their text
# says: Now return the answers in the order of the messages
async def serve_all(desk, messages):
    answers = {}

    async def in_turn(customer, text):
        async with desk.locks[customer]:
            answers[text] = await serve(desk, customer, text)

    await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])
    return [answers[text] for text in answers]


# %% wrong: locks that last for one call
# says: Use the locks of the desk
async def serve_all(desk, messages):
    locks = {customer: asyncio.Lock() for customer, text in messages}

    async def in_turn(customer, text):
        async with locks[customer]:
            return await serve(desk, customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong: latest first
# says: The messages of one customer were not served in their order
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    answers = await asyncio.gather(*[in_turn(*message) for message in reversed(messages)])
    return answers[::-1]


# %% wrong: equal messages once
# says: the sessions held 5 answers: serve all messages, each of them once
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    once = [*dict.fromkeys(messages)]
    answers = await asyncio.gather(*[in_turn(customer, text) for customer, text in once])
    return [answers[once.index(message)] for message in messages]


# %% wrong: does not wait
# says: and wait for that
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    tasks = [asyncio.create_task(in_turn(customer, text)) for customer, text in messages]
    await asyncio.sleep(0.03)
    return [task.result() if task.done() else "" for task in tasks]


# %% wrong: no await
# says: was called without `await`
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return serve(desk, customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong: prints
# says: Now return a list of answers. It returned None
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    print(await asyncio.gather(*[in_turn(customer, text) for customer, text in messages]))


# %% wrong: a tuple
# says: Now return a list of answers. It returned ('The tool
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    return tuple(await asyncio.gather(*[in_turn(customer, text) for customer, text in messages]))


# %% wrong: a dict
# says: Now return a list of answers. It returned {
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return customer, await serve(desk, customer, text)

    return dict(await asyncio.gather(*[in_turn(customer, text) for customer, text in messages]))


# %% wrong: only the first message of each customer
# says: the sessions held 3 answers
async def serve_all(desk, messages):
    first = {}
    for customer, text in messages:
        first.setdefault(customer, text)
    return await asyncio.gather(*[serve(desk, customer, text) for customer, text in first.items()])


# %% wrong: all in one session
# says: the sessions held 0 answers
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, "everybody", text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong: the notebook's desk
# says: There were 6 messages. When `serve_all` returned, the sessions held 0 answers
the_desk = desk


async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(the_desk, customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong: pairs in place of answers
# says: Now return the answers in the order of the messages
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    answers = await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])
    return sorted(answers)


# %% wrong: each message twice
# says: the sessions held 12 answers
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            await serve(desk, customer, text)
            return await serve(desk, customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong: no list for no messages
# says: For no messages it should return an empty list. It returned None
async def serve_all(desk, messages):
    async def in_turn(customer, text):
        async with desk.locks[customer]:
            return await serve(desk, customer, text)

    if messages:
        return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong: two equal messages of one customer get the same answer, the later one
# says: Olga asked the same twice
async def serve_all(desk, messages):
    answers = {}

    async def answer(customer, text):
        async with desk.locks[customer]:
            answers[customer, text] = await serve(desk, customer, text)

    await asyncio.gather(*[answer(*message) for message in messages])
    return [answers[customer, text] for customer, text in messages]


# %% wrong: serves at most ten at once
# says: nobody waits for another customer
async def serve_all(desk, messages):
    ten = asyncio.Semaphore(10)

    async def answer(customer, text):
        async with desk.locks[customer], ten:
            return await serve(desk, customer, text)

    return await asyncio.gather(*[answer(customer, text) for customer, text in messages])

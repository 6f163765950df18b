# %% wrong:
# says:
async def serve_all(serve, messages):
    return await asyncio.gather(*[serve(customer, text) for customer, text in messages])


# %% wrong:
# says:
async def serve_all(serve, messages):
    return [await serve(customer, text) for customer, text in messages]


# %% wrong:
# says:
async def serve_all(serve, messages):
    lock = asyncio.Lock()

    async def in_turn(customer, text):
        async with lock:
            return await serve(customer, text)

    return await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])


# %% wrong:
# says:
async def serve_all(serve, messages):
    async def in_turn(customer):
        return [await serve(customer, text) for other, text in messages if other == customer]

    customers = {customer: None for customer, text in messages}
    answers = await asyncio.gather(*[in_turn(customer) for customer in customers])
    return [answer for of_one in answers for answer in of_one]


# %% wrong:
# says:
async def serve_all(serve, messages):
    locks = {customer: asyncio.Lock() for customer, text in messages}

    async def in_turn(customer, text):
        async with locks[customer]:
            return await serve(customer, text)

    runs = [asyncio.create_task(in_turn(*message)) for message in messages]
    return [await run for run in asyncio.as_completed(runs)]


# %% wrong:
# says:
async def serve_all(serve, messages):
    locks = {customer: asyncio.Lock() for customer, text in messages}
    answers = {}

    async def in_turn(customer, text):
        async with locks[customer]:
            answers[text] = await serve(customer, text)

    await asyncio.gather(*[in_turn(customer, text) for customer, text in messages])
    return [answers[text] for customer, text in messages]

# %% right: a loop
async def lost_items(printed, session):
    stored = [int(item["content"]) for item in await session.get_items()]
    lost = []
    for line in printed.splitlines():
        if int(line) not in stored:
            lost.append(int(line))
    return lost


# %% right: texts are compared, numbers returned
async def lost_items(printed, session):
    stored = [item["content"] for item in await session.get_items()]
    print(len(stored), "stored")
    return [int(line) for line in printed.split() if line not in stored]


# %% right: with pandas
async def lost_items(printed, session):
    stored = (await history(session))["text"].astype(int)
    acknowledged = pd.Series([int(line) for line in printed.split()], dtype=int)
    return acknowledged[~acknowledged.isin(stored)].tolist()


from session_lib import history


# %% wrong: only their number is compared
# says: two items are missing, so the lost ones are [1, 4]
async def lost_items(printed, session):
    acknowledged = [int(line) for line in printed.split()]
    return acknowledged[len(await session.get_items()) :]


# %% wrong: stored and not acknowledged
# says: the lost ones are []. It returned [3] (list)
async def lost_items(printed, session):
    stored = [int(item["content"]) for item in await session.get_items()]
    acknowledged = [int(line) for line in printed.split()]
    return [number for number in stored if number not in acknowledged]


# %% wrong: texts
# says: The right ones, but as texts: return whole numbers. It returned ['1', '4'] (list)
async def lost_items(printed, session):
    stored = [item["content"] for item in await session.get_items()]
    return [line for line in printed.split() if line not in stored]


# %% wrong: digits in place of numbers
# says: the lost ones are [9, 10]. It returned [9, 1, 0] (list)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return [
        int(character)
        for character in printed
        if character.isdigit() and int(character) not in stored
    ]


# %% wrong: a set
# says: Return a list, which is empty if nothing was lost. It returned set() (set)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return {int(line) for line in printed.split()} - stored


# %% wrong: a tuple
# says: Return a list, which is empty if nothing was lost. It returned () (tuple)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return tuple(int(line) for line in printed.split() if int(line) not in stored)


# %% wrong: a generator
# says: Return a list, which is empty if nothing was lost. It returned <generator
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return (int(line) for line in printed.split() if int(line) not in stored)


# %% wrong: sorted
# says: return [9, 7, 2], in this order. It returned [2, 7, 9] (list)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return sorted({int(line) for line in printed.split()} - stored)


# %% wrong: the last one first
# says: in this order. It returned [4, 1] (list)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return [int(line) for line in reversed(printed.split()) if int(line) not in stored]


# %% wrong: prints
# says: Printing does not return
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    print([int(line) for line in printed.split() if int(line) not in stored])


# %% wrong: no await
# says: `SQLiteSession.get_items` was called without `await`
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in session.get_items()}
    return [int(line) for line in printed.split() if int(line) not in stored]


# %% wrong: as many items as were printed
# says: the lost ones are []. It returned [0] (list)
async def lost_items(printed, session):
    acknowledged = [int(line) for line in printed.split()]
    items = await session.get_items(len(acknowledged))
    stored = {int(item["content"]) for item in items}
    return [number for number in acknowledged if number not in stored]


# %% wrong: all that was acknowledged
# says: the lost ones are []. It returned [0, 1, 2] (list)
async def lost_items(printed, session):
    return [int(line) for line in printed.split()]


# %% wrong: text is compared with numbers
# says: the lost ones are []. It returned [0, 1, 2] (list)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return [int(line) for line in printed.split() if line not in stored]


# %% wrong: those of the notebook
# says: the lost ones are [1, 4]. It returned [] (list)
async def lost_items(printed, session):
    return [number for number in acknowledged if number not in stored]


# %% wrong: how many
# says: Return a list, which is empty if nothing was lost. It returned 0 (int)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return len([line for line in printed.split() if int(line) not in stored])


# %% wrong: only the first
# says: the lost ones are [1, 4]. It returned [1] (list)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return [int(line) for line in printed.split() if int(line) not in stored][:1]


# %% wrong: what is after the last one stored
# says: two items are missing, so the lost ones are [1, 4]. It returned [4] (list)
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return [int(line) for line in printed.split() if int(line) > max(stored, default=-1)]


# %% wrong: what was stored stays from call to call
# says: two items are missing, so the lost ones are [1, 4]. It returned [4] (list)
stored_so_far = set()


async def lost_items(printed, session):
    stored_so_far.update(int(item["content"]) for item in await session.get_items())
    return [int(line) for line in printed.split() if int(line) not in stored_so_far]


# %% wrong: takes the items out of the session to look at them
# says: only read it
async def lost_items(printed, session):
    stored = set()
    while (item := await session.pop_item()) is not None:
        stored.add(int(item["content"]))
    return [int(line) for line in printed.split() if int(line) not in stored]


# %% wrong: searches in one long text, where the 1 of 10 counts as 1
# says: one item is missing
async def lost_items(printed, session):
    stored = " ".join([item["content"] for item in await session.get_items()])
    return [int(line) for line in printed.split() if line not in stored]

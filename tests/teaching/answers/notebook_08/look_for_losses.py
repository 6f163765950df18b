# %% wrong:
# says:
async def lost_items(printed, session):
    acknowledged = [int(line) for line in printed.split()]
    return acknowledged[len(await session.get_items()) :]


# %% wrong:
# says:
async def lost_items(printed, session):
    stored = [int(item["content"]) for item in await session.get_items()]
    acknowledged = [int(line) for line in printed.split()]
    return [number for number in stored if number not in acknowledged]


# %% wrong:
# says:
async def lost_items(printed, session):
    stored = [item["content"] for item in await session.get_items()]
    return [line for line in printed.split() if line not in stored]


# %% wrong:
# says:
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return [
        int(character)
        for character in printed
        if character.isdigit() and int(character) not in stored
    ]


# %% wrong:
# says:
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return {int(line) for line in printed.split()} - stored


# %% wrong:
# says:
async def lost_items(printed, session):
    stored = {int(item["content"]) for item in await session.get_items()}
    return sorted({int(line) for line in printed.split()} - stored)

# %% wrong:
# says:
async def topics_of(number, path):
    table = await sessions(path)
    ids = [session_id for session_id in table["session"] if session_id.startswith(f"user_{number}")]
    return [session_id.split(":")[1] for session_id in ids]


# %% wrong:
# says:
async def topics_of(number, path):
    table = await sessions(path)
    return [session_id.split(":")[1] for session_id in table["session"]]


# %% wrong:
# says:
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    return [session_id for session_id in table["session"] if session_id.startswith(begin)]


# %% wrong:
# says:
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    ids = [session_id for session_id in table["session"] if session_id.startswith(begin)]
    return {session_id.removeprefix(begin) for session_id in ids}


# %% wrong:
# says:
async def topics_of(number, path):
    table = sessions(path)
    return [one.split(":")[1] for one in table["session"] if one.startswith(f"user_{number}:")]


# %% wrong:
# says:
async def topics_of(number, path):
    table = await sessions(path)
    begin = f"user_{number}:"
    for session_id in table["session"]:
        if session_id.startswith(begin):
            print(session_id.removeprefix(begin))

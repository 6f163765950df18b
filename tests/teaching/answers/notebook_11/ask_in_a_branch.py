# %% wrong:
# says:
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    return await ask(session, message)


# %% wrong:
# says:
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    await session.switch_to_branch("main")
    return await ask(session, message)


# %% wrong:
# says:
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(1)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong:
# says:
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    await ask(session, message)
    await session.switch_to_branch("main")


# %% wrong:
# says:
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    session.close()
    return answer


# %% wrong:
# says:
async def branch_and_ask(session, turn, message):
    return await ask(session, message)

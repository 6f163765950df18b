# %% right: as above
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% right: with the runner, and try with finally
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    try:
        result = await Runner.run(agent, message, session=session)
    finally:
        await session.switch_to_branch("main")
    return result.final_output


# %% right: the name that the class chose
async def branch_and_ask(session, turn, message):
    name = await session.create_branch_from_turn(turn)
    await session.switch_to_branch("main")
    await session.switch_to_branch(name)
    answer = await ask(session, message)
    print(name)
    await session.switch_to_branch("main")
    return answer


# %% right: a random name
async def branch_and_ask(session, turn, message):
    import secrets

    await session.create_branch_from_turn(turn_number=turn, branch_name=secrets.token_hex(8))
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong: stays on the branch
# says: the session is still on the branch. Go back
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    return await ask(session, message)


# %% wrong: goes back too early
# says: The conversation on 'main' has changed. Make a branch before you ask
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    await session.switch_to_branch("main")
    return await ask(session, message)


# %% wrong: always the first turn
# says: On a branch from turn 2, the question should follow what was said before that turn
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(1)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong: returns nothing
# says: Now return the answer, as a text. It returned None
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    await ask(session, message)
    await session.switch_to_branch("main")


# %% wrong: closes the session
# says: Your function closed the session. Leave it open
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    session.close()
    return answer


# %% wrong: asks on main
# says: The conversation on 'main' has changed
async def branch_and_ask(session, turn, message):
    return await ask(session, message)


# %% wrong: the name of the text above, for each branch
# says: has already been used
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn, "other_sum")
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong: a name for each turn
# says: has already been used
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn, f"turn_{turn}")
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong: the turn after it
# says: On a branch from turn 2
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn + 1)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong: without the session
# says: On a branch from turn 2, the question should follow
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    result = await Runner.run(agent, message)
    await session.switch_to_branch("main")
    return result.final_output


# %% wrong: the result
# says: Now return the answer, as a text. It returned what the runner returns
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    result = await Runner.run(agent, message, session=session)
    await session.switch_to_branch("main")
    return result


# %% wrong: a message of its own
# says: the question should follow what was said before that turn
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    answer = await ask(session, "What is 17 times 32?")
    await session.switch_to_branch("main")
    return answer


# %% wrong: an answer of its own
# says: Return the answer from the branch. It returned
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    await ask(session, message)
    await session.switch_to_branch("main")
    return "I don't know."


# %% wrong: asks twice
# says: the question should follow what was said before that turn
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    await ask(session, message)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong: deletes the branch in the end
# says: There is no new branch
async def branch_and_ask(session, turn, message):
    name = await session.create_branch_from_turn(turn)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    await session.delete_branch(name)
    return answer


# %% wrong: the branch is not awaited
# says: `AdvancedSQLiteSession.create_branch_from_turn` was called without `await`
async def branch_and_ask(session, turn, message):
    session.create_branch_from_turn(turn)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer


# %% wrong: the way back is not awaited
# says: `AdvancedSQLiteSession.switch_to_branch` was called without `await`
async def branch_and_ask(session, turn, message):
    await session.create_branch_from_turn(turn)
    answer = await ask(session, message)
    session.switch_to_branch("main")
    return answer


# %% wrong: the session of the text above
# says: There is no new branch
async def branch_and_ask(session, turn, message):
    await advanced.create_branch_from_turn(turn)
    answer = await ask(advanced, message)
    await advanced.switch_to_branch("main")
    return answer


# %% wrong: finds the turn by its text, which may stand in an earlier turn too
# says: On a branch from turn 3
async def branch_and_ask(session, turn, message):
    turns = await session.get_conversation_turns()
    [content] = [one["full_content"] for one in turns if one["turn"] == turn]
    await session.create_branch_from_content(content)
    answer = await ask(session, message)
    await session.switch_to_branch("main")
    return answer

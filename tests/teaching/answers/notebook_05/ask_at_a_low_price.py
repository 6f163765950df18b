# %% right: cut where the latest two turns begin
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% right: turns as lists
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        turns = []
        for item in history:
            if item.get("role") == "user":
                turns.append([])
            turns[-1].append(item)
        kept = [item for turn in turns[-2:] for item in turn]
        first = [] if len(turns) < 3 else turns[0][:1]
        print(len(first), len(kept))
        return [*first, *kept, *new]

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% right: backwards, with indexes
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        index, users = len(history), 0
        while index > 0 and users < 2:
            index -= 1
            users += history[index].get("role") == "user"
        kept = [item for number, item in enumerate(history) if number == 0 or number >= index]
        return kept + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% right: a function outside, which may be awaited
async def first_and_two_turns(history, new):
    starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
    begin = ([0, 0, *starts])[-2]
    return history[: min(begin, 1)] + history[begin:] + new


async def ask_cheaply(agent, session, message):
    config = RunConfig(session_input_callback=first_and_two_turns)
    return (await Runner.run(agent, message, session=session, run_config=config)).final_output


# %% wrong: as it was
# says: For a session of 2 items, the model got 4: the first item came twice
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        return history[:1] + history[-4:] + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: a limit in place of the function
# says: The model did not get the first item of the session
async def ask_cheaply(agent, session, message):
    config = RunConfig(session_settings=SessionSettings(limit=6))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the first item and the latest four
# says: Send the latest two turns, each as a whole
async def ask_cheaply(agent, session, message):
    def first_and_latest(history, new):
        return history[:1] + history[1:][-4:] + new

    config = RunConfig(session_input_callback=first_and_latest)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the latest turn alone
# says: The model did not get the first item of the session
async def ask_cheaply(agent, session, message):
    config = RunConfig(session_input_callback=latest_turn)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: in a short session, the first item twice
# says: the first item came twice. Are there turns to leave out at all?
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        return history[:1] + history[starts[-2] if len(starts) > 1 else 0 :] + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the session gets nothing of it
# says: The session should keep all that it held, then the new message and its answer
async def ask_cheaply(agent, session, message):
    items = await session.get_items()
    starts = [index for index, item in enumerate(items) if item.get("role") == "user"]
    if len(starts) > 2:
        items = items[:1] + items[starts[-2] :]
    result = await Runner.run(agent, [*items, {"role": "user", "content": message}])
    return result.final_output


# %% wrong: everything
# says: For a session of 8 items, the model got 9, and 8 are enough
async def ask_cheaply(agent, session, message):
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: three turns
# says: For a session of 8 items, the model got 9, and 8 are enough
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 3:
            history = history[:1] + history[starts[-3] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: one turn
# says: Send the latest two turns, each as a whole
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 1:
            history = history[:1] + history[starts[-1] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: without the first item
# says: The model did not get the first item of the session
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        return history[starts[-2] if len(starts) > 1 else 0 :] + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the first turn in place of the first item
# says: For a session of 8 items, the model got 9, and 8 are enough
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[: starts[1]] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: fails in a short session
# says: Your code raised IndexError
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        return history[:1] + history[starts[-2] :] + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the new message is missing
# says: The last item that the model gets should be the new message
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history or new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: the new message comes first
# says: The last item that the model gets should be the new message
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return new + history

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: not every item has a role
# says: Your code raised KeyError: 'role'
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item["role"] == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: turns end with an answer, and the tool call goes without its question
# says: Send the latest two turns, each as a whole
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        without_tools = [item for item in history if "role" in item]
        if len(without_tools) > 4:
            history = without_tools[:1] + without_tools[-4:]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: looks for the place of a message that is there twice
# says: For a session of 10 items
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        asked = [item for item in history if item.get("role") == "user"]
        if len(asked) > 2:
            history = history[:1] + history[history.index(asked[-2]) :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: no item twice, not even one that was said twice
# says: For a session of 10 items
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        kept = []
        for item in history:
            if item not in kept:
                kept.append(item)
        return kept + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: cuts the session itself
# says: The session should keep all that it held
async def ask_cheaply(agent, session, message):
    items = await session.get_items()
    starts = [index for index, item in enumerate(items) if item.get("role") == "user"]
    if len(starts) > 2:
        await session.clear_session()
        await session.add_items(items[:1] + items[starts[-2] :])
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: another agent
# says: The model was not asked: run the agent that the function is given
other_agent = agent


async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(other_agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: prints
# says: Printing does not return
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    print(result.final_output)


# %% wrong: the result
# says: take the `final_output` of that
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    return await Runner.run(agent, message, session=session, run_config=config)


# %% wrong: a made-up answer
# says: Return what the agent answered
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    await Runner.run(agent, message, session=session, run_config=config)
    return "Your name is Mary."


# %% wrong: no config
# says: For a session of 8 items, the model got 9, and 8 are enough
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session)
    return result.final_output


# %% wrong: no await
# says: was called without `await`
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: asks something else
# says: The last item that the model gets should be the new message. It was 'Who am I?'
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        if len(starts) > 2:
            history = history[:1] + history[starts[-2] :]
        return history + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, "Who am I?", session=session, run_config=config)
    return result.final_output


# %% wrong: leaves the first item out if an equal message is among the latest turns
# says: did not get the first item of the session
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        latest = history[starts[-2] :] if len(starts) > 2 else history
        first = [item for item in history[:1] if item not in latest]
        return first + latest + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: takes each answer for the end of a turn, though a turn may have two, or none
# says: For a session of
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        ends = [index for index, item in enumerate(history) if item.get("role") == "assistant"]
        if len(ends) <= 2:
            return history + new
        return history[:1] + history[ends[-3] + 1 :] + new

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output


# %% wrong: leaves out the new message
# says: It got no items at all
async def ask_cheaply(agent, session, message):
    def choose(history, new):
        return history

    config = RunConfig(session_input_callback=choose)
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output

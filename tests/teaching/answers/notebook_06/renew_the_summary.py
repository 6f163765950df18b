# %% right: the summary, the items, the question
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return summary_of(result.final_output)


# %% right: a list that is put together
async def renew(summary, items):
    everything = [summary]
    everything.extend(items)
    everything.append({"role": "user", "content": "What do you know about me?"})
    result = await Runner.run(agent, everything)
    print(result.final_output)
    return summary_of(result.final_output)


# %% right: with a session of its own
async def renew(summary, items):
    session = SQLiteSession("renewed")
    await session.add_items([summary] + items)
    result = await Runner.run(agent, "What do you know about me?", session=session)
    return summary_of(result.final_output)


# %% right: an agent of its own, and the item by hand
async def renew(summary, items):
    writer = Agent(name="Writer", model=choose_model())
    result = await Runner.run(writer, [summary] + items + [question])
    return {"role": "system", "content": summary_of(result.final_output)["content"]}


# %% wrong: the old summary
# says: The agent was not asked
async def renew(summary, items):
    return summary


# %% wrong: the old summary is not sent
# says: Send it "The user's name is Mary. The user lives in Rome." too
async def renew(summary, items):
    result = await Runner.run(agent, [*items, question])
    return summary_of(result.final_output)


# %% wrong: the new items are not sent
# says: Send it 'My cat is old.' too
async def renew(summary, items):
    result = await Runner.run(agent, [summary, question])
    return summary_of(result.final_output)


# %% wrong: only the latest item
# says: Send it 'My cat is old.' too
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items[-1:], question])
    return summary_of(result.final_output)


# %% wrong: only the user's items
# says: Send it 'Noted.' too
async def renew(summary, items):
    of_user = [item for item in items if item.get("role") == "user"]
    result = await Runner.run(agent, [summary, *of_user, question])
    return summary_of(result.final_output)


# %% wrong: no question
# says: Send it 'What do you know about me?' too
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items])
    return summary_of(result.final_output)


# %% wrong: another question
# says: Send it 'What do you know about me?' too
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, {"role": "user", "content": "Who am I?"}])
    return summary_of(result.final_output)


# %% wrong: the items before the summary
# says: in this order
async def renew(summary, items):
    result = await Runner.run(agent, [*items, summary, question])
    return summary_of(result.final_output)


# %% wrong: the question first
# says: in this order
async def renew(summary, items):
    result = await Runner.run(agent, [question, summary, *items])
    return summary_of(result.final_output)


# %% wrong: the whole conversation
# says: Nothing but the summary, the items and the question is needed
async def renew(summary, new_items):
    result = await Runner.run(agent, [summary, *items, *new_items, question])
    return summary_of(result.final_output)


# %% wrong: the summary of the notebook
# says: Send it "The user's name is Mary. The user lives in Rome." too
async def renew(old_summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return summary_of(result.final_output)


# %% wrong: in the session of the notebook
# says: Nothing but the summary, the items and the question is needed
async def renew(summary, items):
    await Runner.run(agent, [summary, *items, question], session=session)


# %% wrong: asks twice
# says: your function asked the agent 2 times
async def renew(summary, items):
    await Runner.run(agent, [summary, *items, question])
    result = await Runner.run(agent, [summary, *items, question])
    return summary_of(result.final_output)


# %% wrong: the text
# says: Now give its answer to `summary_of`. It returned 'Your name is Mary.
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return result.final_output


# %% wrong: the result
# says: It returned what the runner returns
async def renew(summary, items):
    return await Runner.run(agent, [summary, *items, question])


# %% wrong: a list with the item in it
# says: Now give its answer to `summary_of`
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return [summary_of(result.final_output)]


# %% wrong: a message of the user
# says: Now give its answer to `summary_of`
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return {"role": "user", "content": result.final_output}


# %% wrong: the answer as it is
# says: Give that to `summary_of`
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return {"role": "system", "content": result.final_output}


# %% wrong: asks, and returns the old summary
# says: Give that to `summary_of`
async def renew(summary, items):
    await Runner.run(agent, [summary, *items, question])
    return summary


# %% wrong: the old summary and the new text
# says: Give that to `summary_of`
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return {"role": "system", "content": result.final_output + " " + summary["content"]}


# %% wrong: prints
# says: Printing does not return
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    print(summary_of(result.final_output))


# %% wrong: no await
# says: was called without `await`
async def renew(summary, items):
    result = Runner.run(agent, [summary, *items, question])
    return summary_of(result.final_output)


# %% wrong: changes the list
# says: Your function changed `items`, which others use: make a
async def renew(summary, items):
    items.insert(0, summary)
    items.append(question)
    result = await Runner.run(agent, items)
    return summary_of(result.final_output)


# %% wrong: keeps items between calls
# says: Nothing but the summary, the items and the question is needed
kept = []


async def renew(summary, items):
    kept.extend(items)
    result = await Runner.run(agent, [summary, *kept, question])
    return summary_of(result.final_output)


# %% wrong: a list in the list
# says: Your code raised
async def renew(summary, items):
    result = await Runner.run(agent, [summary, items, question])
    return summary_of(result.final_output)


# %% wrong: does nothing where there are no items
# says: The agent was not asked
async def renew(summary, items):
    if not items:
        return summary
    result = await Runner.run(agent, [summary, *items, question])
    return summary_of(result.final_output)


# %% wrong: puts texts together
# says: The agent was not asked
async def renew(summary, items):
    said = " ".join(item["content"] for item in items)
    return {"role": "system", "content": summary["content"] + " " + said}


# %% wrong: in place of the answer the question
# says: Give that to `summary_of`
async def renew(summary, items):
    result = await Runner.run(agent, [summary, *items, question])
    return summary_of(result.to_input_list()[-2]["content"])

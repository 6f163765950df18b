# %% right: facts among the older items
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    facts = [item for item in older if is_fact(item)]
    return facts + latest + new


# %% right: facts that are not among the latest
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    facts = [item for item in history if is_fact(item) and item not in latest]
    return facts + latest + new


# %% right: by position
def facts_and_latest(history, new):
    begin = len(history) - len(latest_turns(history, 4))
    kept = [item for index, item in enumerate(history) if index >= begin or is_fact(item)]
    return [*kept, *new]


# %% right: with turns
async def facts_and_latest(history, new):
    older = turns_of(history)[:-4]
    kept = [item for turn in older for item in turn if is_fact(item)]
    kept.extend(latest_turns(history, 4))
    print(len(kept), "items are kept")
    return kept + new


# %% right: the same objects
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    ids = {id(item) for item in latest}
    return [item for item in history if id(item) in ids or is_fact(item)] + new


# %% wrong: as it was
# says: 'I live in Rome.' should come once, not twice
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    facts = [item for item in history if is_fact(item)]
    return latest + facts + new


# %% wrong: only the order is mended
# says: 'I live in Rome.' should come once, not twice
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    facts = [item for item in history if is_fact(item)]
    return facts + latest + new


# %% wrong: only what came twice is mended
# says: The order is not that in which it was said
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    facts = [item for item in history if is_fact(item) and item not in latest]
    return latest + facts + new


# %% wrong: only facts
# says: is missing
def facts_and_latest(history, new):
    return [item for item in history if is_fact(item)] + new


# %% wrong: no facts
# says: 'My name is Mary.' is missing
def facts_and_latest(history, new):
    return latest_turns(history, 4) + new


# %% wrong: the new items are forgotten
# says: 'Hello again.' is missing
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    return [item for item in older if is_fact(item)] + latest


# %% wrong: only the latest of the new items
# says: 'Hello again.' is missing
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    return [item for item in older if is_fact(item)] + latest + new[-1:]


# %% wrong: the new items first
# says: The order is not that in which it was said
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    return new + [item for item in older if is_fact(item)] + latest


# %% wrong: everything
# says: 'Noted.' should come once, not 3 times
def facts_and_latest(history, new):
    return history + new


# %% wrong: three turns
# says: 'Where is order 4712?' is missing
def facts_and_latest(history, new):
    latest = latest_turns(history, 3)
    older = history[: len(history) - len(latest)]
    return [item for item in older if is_fact(item)] + latest + new


# %% wrong: five turns
# says: 'Thank you.' should come twice, not 3 times
def facts_and_latest(history, new):
    latest = latest_turns(history, 5)
    older = history[: len(history) - len(latest)]
    return [item for item in older if is_fact(item)] + latest + new


# %% wrong: four items in place of four turns
# says: is missing
def facts_and_latest(history, new):
    facts = [item for item in history[:-4] if is_fact(item)]
    return facts + history[-4:] + new


# %% wrong: facts of the last twenty items only
# says: 'My name is Mary.' is missing
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[-20 : len(history) - len(latest)]
    return [item for item in older if is_fact(item)] + latest + new


# %% wrong: no facts of the latest turns
# says: The order is not that in which it was said
def facts_and_latest(history, new):
    latest = [item for item in latest_turns(history, 4) if not is_fact(item)]
    return [item for item in history if is_fact(item)] + latest + new


# %% wrong: the facts with the latest one first
# says: The order is not that in which it was said
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    return [item for item in older if is_fact(item)][::-1] + latest + new


# %% wrong: whatever equals one of the latest
# says: 'Noted.' should come once, not 3 times
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    return [item for item in history if item in latest or is_fact(item)] + new


# %% wrong: each text once
# says: was said more than once, and each of them counts
def facts_and_latest(history, new):
    kept = []
    facts = [item for item in history if is_fact(item)]
    for item in facts + latest_turns(history, 4) + new:
        if item not in kept:
            kept.append(item)
    return kept


# %% wrong: whole turns with a fact in them
# says: 'Noted.' should come once
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = turns_of(history[: len(history) - len(latest)])
    return [item for turn in older if is_fact(turn[0]) for item in turn] + latest + new


# %% wrong: the user's messages in place of facts
# says: should come
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    return [item for item in older if item.get("role") == "user"] + latest + new


# %% wrong: a tuple
# says: Return a list of items
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    return (*[item for item in older if is_fact(item)], *latest, *new)


# %% wrong: texts
# says: Return items as they are in the history
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    kept = [item for item in older if is_fact(item)] + latest + new
    return [describe(item)[2] for item in kept]


# %% wrong: lists in a list
# says: Return items as they are in the history
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    return [[item for item in older if is_fact(item)], latest, new]


# %% wrong: prints
# says: Printing does not return
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    older = history[: len(history) - len(latest)]
    print([item for item in older if is_fact(item)] + latest + new)


# %% wrong: works on the conversation of the notebook
# says: 'My name is Mary.' is missing
def facts_and_latest(history, new):
    facts = [item for item in items if is_fact(item)]
    return facts + latest_turns(history, 4) + new


# %% wrong: fails where there is no history
# says: Your code raised IndexError
def facts_and_latest(history, new):
    turns = turns_of(history)
    begin = history.index(turns[-4:][0][0])
    return [item for item in history[:begin] if is_fact(item)] + history[begin:] + new


# %% wrong: removes the latest items from the history that it was given
# says: Your function changed `history`
def facts_and_latest(history, new):
    latest = latest_turns(history, 4)
    for item in latest:
        history.remove(item)
    facts = [item for item in history if is_fact(item)]
    return facts + latest + new

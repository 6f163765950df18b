# %% right: the turns as one list
def latest_turns(items, count):
    latest = turns_of(items)[-count:]
    return [item for turn in latest for item in turn]


# %% right: two loops
def latest_turns(items, count):
    found = []
    for turn in turns_of(items)[-count:]:
        for item in turn:
            found.append(item)
    return found


# %% right: from where a turn begins
def latest_turns(items, count):
    starts = [index for index, item in enumerate(items) if item.get("role") == "user"]
    if len(starts) <= count:
        return items
    return items[starts[-count] :]


# %% wrong: a coroutine function, which later cells do not await
# says: write `def`
async def latest_turns(items, count):
    print("turns:", len(turns_of(items)))
    return sum(turns_of(items)[-count:], [])


# %% right: backwards
def latest_turns(items, count):
    found = []
    for item in reversed(items):
        if count == 0:
            break
        found.insert(0, item)
        count -= item.get("role") == "user"
    return found


# %% right: with itertools
def latest_turns(items, count):
    from itertools import chain

    return list(chain.from_iterable(turns_of(items)[-count:]))


# %% wrong: items in place of turns
# says: return 2 items, from 'Thank you.'
def latest_turns(items, count):
    return items[-count:]


# %% wrong: two items a turn
# says: For a conversation of 5 turns and a count of 3
def latest_turns(items, count):
    return items[-2 * count :]


# %% wrong: a list of lists
# says: your list holds lists, the turns
def latest_turns(items, count):
    return turns_of(items)[-count:]


# %% wrong: only the last turn
# says: For a conversation of 5 turns and a count of 3
def latest_turns(items, count):
    return turns_of(items)[-1]


# %% wrong: the turn at that place
# says: For a conversation of 5 turns and a count of 3
def latest_turns(items, count):
    return turns_of(items)[-count]


# %% wrong: the first turns
# says: return 2 items, from 'Thank you.'
def latest_turns(items, count):
    return [item for turn in turns_of(items)[:count] for item in turn]


# %% wrong: all turns
# says: return 2 items, from 'Thank you.'
def latest_turns(items, count):
    return [item for turn in turns_of(items) for item in turn]


# %% wrong: one turn too many
# says: For a conversation of 5 turns and a count of 1
def latest_turns(items, count):
    return [item for turn in turns_of(items)[-count - 1 :] for item in turn]


# %% wrong: always two turns
# says: For a conversation of 5 turns and a count of 1
def latest_turns(items, count):
    return [item for turn in turns_of(items)[-2:] for item in turn]


# %% wrong: the latest turn first
# says: in the order in which they were said
def latest_turns(items, count):
    return [item for turn in turns_of(items)[::-1][:count] for item in turn]


# %% wrong: the items backwards
# says: in the order in which they were said
def latest_turns(items, count):
    return [item for turn in turns_of(items)[-count:] for item in turn][::-1]


# %% wrong: without what tools did
# says: For a conversation of 5 turns and a count of 4
def latest_turns(items, count):
    latest = turns_of(items)[-count:]
    return [item for turn in latest for item in turn if "role" in item]


# %% wrong: only what the user said
# says: For a conversation of 5 turns and a count of 1
def latest_turns(items, count):
    return [turn[0] for turn in turns_of(items)[-count:]]


# %% wrong: each item once
# says: For a conversation of 5 turns and a count of 3
def latest_turns(items, count):
    found = []
    for turn in turns_of(items)[-count:]:
        found += [item for item in turn if item not in found]
    return found


# %% wrong: texts
# says: It returned something else than items
def latest_turns(items, count):
    return [describe(item)[2] for turn in turns_of(items)[-count:] for item in turn]


# %% wrong: a tuple
# says: return a list of items
def latest_turns(items, count):
    return tuple(item for turn in turns_of(items)[-count:] for item in turn)


# %% wrong: a generator
# says: return a list of items
def latest_turns(items, count):
    for turn in turns_of(items)[-count:]:
        yield from turn


# %% wrong: prints
# says: Printing does not return
def latest_turns(items, count):
    print([item for turn in turns_of(items)[-count:] for item in turn])


# %% wrong: every item has a role
# says: Your code raised KeyError
def latest_turns(items, count):
    starts = [index for index, item in enumerate(items) if item["role"] == "user"]
    return items[starts[-count] :]


# %% wrong: fails where there are fewer turns
# says: Your code raised IndexError
def latest_turns(items, count):
    starts = [index for index, item in enumerate(items) if item.get("role") == "user"]
    return items[starts[-count] :]


# %% wrong: nothing where there are fewer turns
# says: For a conversation of 5 turns and a count of 9
def latest_turns(items, count):
    turns = turns_of(items)
    return sum(turns[-count:], []) if len(turns) >= count else []


# %% wrong: None where there are no items
# says: For no items at all, return an empty list
def latest_turns(items, count):
    if items:
        return sum(turns_of(items)[-count:], [])


# %% wrong: keeps items between calls
# says: For a conversation of 5 turns and a count of 3
found = []


def latest_turns(items, count):
    for turn in turns_of(items)[-count:]:
        found.extend(turn)
    return found


# %% wrong: takes the older items out of the list
# says: Your function changed `items`, which others use: make a
def latest_turns(items, count):
    while len(turns_of(items)) > count:
        items.pop(0)
    return items


# %% wrong: not a function
# says: and is not a function
latest_turns = turns_of(items)[-4:]

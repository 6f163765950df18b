# %% right: with copy_session
async def move(source, target):
    await copy_session(source, target)
    await source.clear_session()


# %% right: the rest by hand
async def move(source, target):
    items = await source.get_items()
    there = await target.get_items()
    if items[: len(there)] != there:
        raise ValueError("the target holds something else")
    await target.add_items(items[len(there) :])
    assert await target.get_items() == items
    await source.clear_session()


# %% right: popped one by one in the end
async def move(source, target):
    print("moved", await copy_session(source, target))
    while await source.pop_item():
        pass


# %% wrong: as it was
# says: The target refused the items, and the source has 0 of 4 left
async def move(source, target):
    items = await source.get_items()
    await source.clear_session()
    await target.add_items(items)


# %% wrong: the clearing moved to the end, and nothing else
# says: the target should hold all four, each once
async def move(source, target):
    items = await source.get_items()
    await target.add_items(items)
    await source.clear_session()


# %% wrong: a copy only
# says: Now remove them from the source
async def move(source, target):
    await copy_session(source, target)


# %% wrong: clears whatever happens
# says: and the source has 0 of 4 left
async def move(source, target):
    try:
        await copy_session(source, target)
    finally:
        await source.clear_session()


# %% wrong: puts them back, and says nothing
# says: That error should reach the caller
async def move(source, target):
    items = await source.get_items()
    await source.clear_session()
    try:
        await target.add_items(items)
    except OSError:
        await source.add_items(items)


# %% wrong: swallows the error
# says: That error should reach the caller
async def move(source, target):
    try:
        await copy_session(source, target)
        await source.clear_session()
    except OSError as error:
        print(error)


# %% wrong: one after the other
# says: the target should hold all four, each once
async def move(source, target):
    for item in await source.get_items():
        await target.add_items([item])
    await source.clear_session()


# %% wrong: pops and adds
# says: and the source has 3 of 4 left
async def move(source, target):
    while item := await source.pop_item():
        await target.add_items([item])


# %% wrong: the wrong way round
# says: Your code raised ValueError: the target holds other items
async def move(source, target):
    await copy_session(target, source)
    await target.clear_session()


# %% wrong: clears the target
# says: Move all items, in their order. The target holds []
async def move(source, target):
    await copy_session(source, target)
    await target.clear_session()


# %% wrong: clears the target first
# says: The source had four items, each twice, and a first try
async def move(source, target):
    await target.clear_session()
    await copy_session(source, target)
    await target.clear_session() if len(await target.get_items()) > 4 else None
    await source.clear_session()


# %% wrong: skips a target that holds something
# says: the target should hold all four, each once
async def move(source, target):
    if not await target.get_items():
        await target.add_items(await source.get_items())
    await source.clear_session()


# %% wrong: counts and does not compare
# says: The target held another conversation, and the items of the source are lost
async def move(source, target):
    items = await source.get_items()
    there = len(await target.get_items())
    await target.add_items(items[there:])
    await source.clear_session()


# %% wrong: closes the source instead
# says: is closed
async def move(source, target):
    await copy_session(source, target)
    await source.close()


# %% wrong: newest first
# says: in their order
async def move(source, target):
    items = await source.get_items()
    there = await target.get_items()
    await target.add_items(items[len(there) :][::-1])
    await source.clear_session()


# %% wrong: the latest two
# says: Move all items, in their order. The target holds ['And tomorrow?', 'Yes.']
async def move(source, target):
    there = await target.get_items()
    await target.add_items((await source.get_items(2))[len(there) :])
    await source.clear_session()


# %% wrong: no await for the copy
# says: `copy_session` was called without `await`
async def move(source, target):
    copy_session(source, target)
    await source.clear_session()


# %% wrong: no await for the clearing
# says: `SQLiteSession.clear_session` was called without `await`
async def move(source, target):
    await copy_session(source, target)
    source.clear_session()


# %% wrong: nothing
# says: That error should reach the caller
async def move(source, target):
    pass


# %% wrong: clears only if something was added
# says: After a second one the source is not empty
async def move(source, target):
    if await copy_session(source, target):
        await source.clear_session()


# %% wrong: leaves out items that are equal to one in the target
# says: each twice
async def move(source, target):
    there = await target.get_items()
    for item in await source.get_items():
        if item not in there:
            await target.add_items([item])
    await source.clear_session()

# %% right: a loop, and one call
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await session.add_items(items)


# %% right: a comprehension
async def import_chat(session, pairs):
    roles = ["user", "assistant"]
    await session.add_items(
        [
            {"role": role, "content": text}
            for pair in pairs
            for role, text in zip(roles, pair, strict=True)
        ]
    )


# %% right: with a helper, and types
def as_items(question, answer):
    return [
        {"type": "message", "role": "user", "content": question},
        {"type": "message", "role": "assistant", "content": answer},
    ]


async def import_chat(session, pairs):
    items = []
    for pair in pairs:
        items += as_items(*pair)
    print(len(items), "items")
    return await session.add_items(items)


# %% right: a generator
async def import_chat(session, pairs):
    def items():
        for question, answer in pairs:
            yield {"role": "user", "content": question}
            yield {"role": "assistant", "content": answer}

    await session.add_items(list(items()))


# %% right: lets the error through after a print
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    try:
        await session.add_items(items)
    except (TypeError, ValueError) as error:
        print(error)
        raise


# %% wrong: a call for each pair
# says: All the same, 4 items were stored: store none
async def import_chat(session, pairs):
    for question, answer in pairs:
        await session.add_items(
            [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
        )


# %% wrong: a call for each item
# says: All the same, 5 items were stored: store none
async def import_chat(session, pairs):
    for question, answer in pairs:
        await session.add_items([{"role": "user", "content": question}])
        await session.add_items([{"role": "assistant", "content": answer}])


# %% wrong: the user says it all
# says: an answer 'assistant'
async def import_chat(session, pairs):
    items = [{"role": "user", "content": text} for pair in pairs for text in pair]
    await session.add_items(items)


# %% wrong: the roles the wrong way round
# says: A question has the role 'user'
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "assistant", "content": question})
        items.append({"role": "user", "content": answer})
    await session.add_items(items)


# %% wrong: all questions first
# says: For the pairs [('Is it raining?', 'No.'), ('And
async def import_chat(session, pairs):
    questions = [{"role": "user", "content": question} for question, _ in pairs]
    answers = [{"role": "assistant", "content": answer} for _, answer in pairs]
    await session.add_items(questions + answers)


# %% wrong: swallows the error
# says: No error reached the caller: let `add_items` fail
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    try:
        await session.add_items(items)
    except (TypeError, ValueError):
        return "not stored"


# %% wrong: no await
# says: `SQLiteSession.add_items` was called without `await`
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    session.add_items(items)


# %% wrong: makes a text of everything
# says: The answer in pair 3 of 6 is {'because'}. All the same,
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": str(question)})
        items.append({"role": "assistant", "content": str(answer)})
    await session.add_items(items)


# %% wrong: leaves out the bad pair
# says: The answer in pair 3 of 6 is {'because'}. All the same,
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        if isinstance(answer, str):
            items.append({"role": "user", "content": question})
            items.append({"role": "assistant", "content": answer})
    await session.add_items(items)


# %% wrong: an error of its own
# says: Let the error of `add_items` through
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        if not isinstance(answer, str):
            raise TypeError("an answer is a text")
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await session.add_items(items)


# %% wrong: another error in its place
# says: What reached the caller is RuntimeError: the chat is bad
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    try:
        await session.add_items(items)
    except (TypeError, ValueError) as error:
        raise RuntimeError("the chat is bad") from error


# %% wrong: clears the session first
# says: The session held 'Hello.' before, which should stay first
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await session.clear_session()
    await session.add_items(items)


# %% wrong: puts the older chat in front
# says: which should stay first
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    items += await session.get_items()
    await session.clear_session()
    await session.add_items(items)


# %% wrong: clears the session after an error
# says: After an error, the item that was in the session before is gone
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    try:
        await session.add_items(items)
    except (TypeError, ValueError):
        await session.clear_session()
        raise


# %% wrong: only the questions
# says: For the pairs [('Is it raining?', 'No.'), ('And
async def import_chat(session, pairs):
    await session.add_items([{"role": "user", "content": question} for question, _ in pairs])


# %% wrong: only the last pair
# says: For the pairs [('Is it raining?', 'No.'), ('And
async def import_chat(session, pairs):
    for question, answer in pairs:
        items = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    await session.add_items(items)


# %% wrong: the pairs themselves
# says: Your code raised TypeError: items[0] is a tuple; an item is a dict
async def import_chat(session, pairs):
    await session.add_items(pairs)


# %% wrong: returns the items, and adds none
# says: Nothing was added
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    return items


# %% wrong: the chat of the example
# says: For the pairs [('Is it raining?', 'No.'), ('And
async def import_chat(session, pairs):
    items = []
    for question, answer in [("Is it raining?", "No."), ("And tomorrow?", "Yes.")]:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await session.add_items(items)


# %% wrong: the session of the notebook
# says: Nothing was added
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await mary.add_items(items)
    for _ in items:
        await mary.pop_item()


# %% wrong: another name for the text
# says: your function added
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "text": question})
        items.append({"role": "assistant", "text": answer})
    await session.add_items(items)


# %% wrong: a dict of the pairs keeps only the last answer to a question that was asked twice
# says: For the pairs
async def import_chat(session, pairs):
    items = []
    for question, answer in dict(pairs).items():
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await session.add_items(items)


# %% wrong: the list is kept between calls, so a second import adds the first chat again
# says: When the check called it again
async def import_chat(session, pairs, items=[]):
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    await session.add_items(items)

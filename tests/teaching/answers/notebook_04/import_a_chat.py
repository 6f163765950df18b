# %% wrong:
# says:
async def import_chat(session, pairs):
    for question, answer in pairs:
        await session.add_items(
            [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
        )


# %% wrong:
# says:
async def import_chat(session, pairs):
    items = [{"role": "user", "content": text} for pair in pairs for text in pair]
    await session.add_items(items)


# %% wrong:
# says:
async def import_chat(session, pairs):
    questions = [{"role": "user", "content": question} for question, _ in pairs]
    answers = [{"role": "assistant", "content": answer} for _, answer in pairs]
    await session.add_items(questions + answers)


# %% wrong:
# says:
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    try:
        await session.add_items(items)
    except (TypeError, ValueError):
        return "not stored"


# %% wrong:
# says:
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": question})
        items.append({"role": "assistant", "content": answer})
    session.add_items(items)


# %% wrong:
# says:
async def import_chat(session, pairs):
    items = []
    for question, answer in pairs:
        items.append({"role": "user", "content": str(question)})
        items.append({"role": "assistant", "content": str(answer)})
    await session.add_items(items)

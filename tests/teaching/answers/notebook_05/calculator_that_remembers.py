# %% wrong:
# says:
@function_tool
def subtract(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second)
    return result.final_output


# %% wrong:
# says:
@function_tool
def subtract(a: int, b: int) -> int:
    return b - a


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong:
# says:
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model())
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong:
# says:
@function_tool
def subtract(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    result = await Runner.run(subtracter, first, session=session)
    await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong:
# says:
@function_tool
def minus(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[minus])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong:
# says:
@function_tool
def subtract(a: int, b: int) -> int:
    print(a - b)


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output

# %% right: two runs
@function_tool
def subtract(a: int, b: int) -> int:
    """Subtract the second number from the first."""
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% right: a loop, and another name for the parameters
@function_tool
def subtract(minuend: float, subtrahend: float) -> float:
    """Subtract."""
    print(minuend, subtrahend)
    return minuend - subtrahend


async def remembering_calculator(session, first, second):
    agent = calculator.clone(tools=[add, multiply, subtract])
    for question in [first, second]:
        result = await Runner.run(agent, question, session=session)
    return result.final_output


# %% right: another function with the name of the tool
@function_tool(name_override="subtract")
async def minus(a: int, b: int) -> str:
    return str(a - b)


async def remembering_calculator(session, first, second):
    subtracter = Agent("Subtracter", model=choose_model("offline"), tools=[minus])
    answers = [(await Runner.run(subtracter, q, session=session)) for q in (first, second)]
    return answers[-1].final_output


# %% right: the tool within the function, and a stream
async def remembering_calculator(session, first, second):
    @function_tool
    def subtract(a: int, b: int) -> int:
        return a - b

    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    stream = Runner.run_streamed(subtracter, second, session=session)
    async for _ in stream.stream_events():
        pass
    return stream.final_output


# %% wrong: the second question without the session
# says: The session should hold both questions, in two runs. It holds ['What is 90 - 17?']
@function_tool
def subtract(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second)
    return result.final_output


# %% wrong: the first question without the session
# says: It holds ['How much is that minus 3?']
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: the wrong way round
# says: Your tool was asked for 90 - 17, and its result is '-73'
@function_tool
def subtract(a: int, b: int) -> int:
    return b - a


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: no tool
# says: No tool was called: run an agent with `subtract`
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model())
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: the first answer
# says: return the answer to the second
@function_tool
def subtract(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    result = await Runner.run(subtracter, first, session=session)
    await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: another name for the tool
# says: Name the tool `subtract`. The session holds a call of `minus`
@function_tool
def minus(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[minus])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: a longer name
# says: The session holds a call of `subtract_numbers`
@function_tool
def subtract_numbers(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract_numbers])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: another tool for the second question
# says: Name the tool `subtract`. The session holds a call of `minus`
@function_tool
def minus(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    one = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    other = Agent(name="Subtracter", model=choose_model(), tools=[minus])
    await Runner.run(one, first, session=session)
    result = await Runner.run(other, second, session=session)
    return result.final_output


# %% wrong: the tool prints
# says: Your tool was asked for 90 - 17, and its result is 'None'
@function_tool
def subtract(a: int, b: int) -> int:
    print(a - b)


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: the tool has no decorator
# says: No tool was called: run an agent with `subtract` in its
def subtract(a: int, b: int) -> int:
    """Subtract the second number from the first."""
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: no model
# says: An agent without `model=` asks OpenAI, which needs a key (line 9
@function_tool
def subtract(a: int, b: int) -> int:
    """Subtract the second number from the first."""
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: no model, with a key in the environment
# says: Make the agent with `model=choose_model()`
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


import os

os.environ["OPENAI_API_KEY"] = "a key"

# %% wrong: the agent of the notebook, which cannot subtract
# says: No tool was called
os.environ.pop("OPENAI_API_KEY")


async def remembering_calculator(session, first, second):
    await Runner.run(calculator, first, session=session)
    result = await Runner.run(calculator, second, session=session)
    return result.final_output


# %% wrong: adds
# says: Your tool was asked for 90 - 17, and its result is '107'
@function_tool
def subtract(a: int, b: int) -> int:
    return a + b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: the distance
# says: Your tool was asked for 5 - 8, and its result is '3'
@function_tool
def subtract(a: int, b: int) -> int:
    return abs(a - b)


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: the questions of the example
# says: The session should hold both questions, in two runs. It holds ['What is 50 - 8?'
@function_tool
def subtract(a: int, b: int) -> int:
    return a - b


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, "What is 50 - 8?", session=session)
    result = await Runner.run(subtracter, "How much is that minus 2?", session=session)
    return result.final_output


# %% wrong: the answer of the example
# says: 90 - 17 is 73, and that minus 3 is 70. It returned '42 - 2 = 40.'
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    await Runner.run(subtracter, second, session=session)
    return "42 - 2 = 40."


# %% wrong: both in one message
# says: The session should hold both questions, in two runs. It holds ['What is 90 - 17? How much
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    result = await Runner.run(subtracter, f"{first} {second}", session=session)
    return result.final_output


# %% wrong: the second question first
# says: It holds ['How much is that minus 3?', 'What is 90 - 17?']
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, second, session=session)
    result = await Runner.run(subtracter, first, session=session)
    return result.final_output


# %% wrong: a session of its own
# says: The session is still empty
async def remembering_calculator(session, first, second):
    session = SQLiteSession("mine")
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: no await
# says: was called without `await`
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return result.final_output


# %% wrong: at the same time
# says: The session should hold both questions
async def remembering_calculator(session, first, second):
    import asyncio

    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    runs = [Runner.run(subtracter, one, session=session) for one in (second, first)]
    results = await asyncio.gather(*runs)
    return results[0].final_output


# %% wrong: the result
# says: take the `final_output` of that
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    return await Runner.run(subtracter, second, session=session)


# %% wrong: prints the answer
# says: Printing does not return
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    print(result.final_output)


# %% wrong: both answers
# says: Return the text of the answer. It returned ['90 - 17 = 73.', '73 - 3 = 70.'] (list)
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    results = [await Runner.run(subtracter, one, session=session) for one in (first, second)]
    return [result.final_output for result in results]


# %% wrong: the number
# says: Return the text of the answer. It returned 70 (int)
async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    return int(result.final_output.rstrip(".").split()[-1])


# %% wrong: the answer of the first call, for ever
# says: 5 - 8 is -3, and that minus 4 is -7
kept = []


async def remembering_calculator(session, first, second):
    subtracter = Agent(name="Subtracter", model=choose_model(), tools=[subtract])
    await Runner.run(subtracter, first, session=session)
    result = await Runner.run(subtracter, second, session=session)
    kept.append(result.final_output)
    return kept[0]


# %% wrong: clears the session first, and so forgets a result that was there
# says: leave it there
@function_tool
def subtract(a: int, b: int) -> int:
    """Subtract the second number from the first."""
    return a - b


async def remembering_calculator(session, first, second):
    agent = Agent(name="Calculator", model=choose_model(), tools=[subtract])
    await session.clear_session()
    await Runner.run(agent, first, session=session)
    result = await Runner.run(agent, second, session=session)
    return result.final_output

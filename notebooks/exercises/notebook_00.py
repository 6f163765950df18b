"""The exercises of notebook 00, start here."""

from agents import Agent, Runner

from exercises import Answer, Exercise, returned, texts
from session_lib import SQLiteSession, choose_model


async def _missing_in_write_a_message(introduction: Answer) -> str | None:
    message = await introduction("Mary")
    if message is None:
        return returned(message)
    if message != "My name is Mary.":
        return f"For 'Mary' it should return 'My name is Mary.'. {returned(message)}"
    message = await introduction("Grace")
    if message != "My name is Grace.":
        return f"'Mary' is right, but 'Grace' is not. {returned(message)}"
    return None


write_a_message = Exercise(
    title="Write a message",
    task="""
The function `introduction(name)` should return a message that introduces somebody: for `"Ada"` the
text `"My name is Ada."`, and the same for any other name. Replace the three dots, run the cell, and
run the check below it.
""",
    start="""
def introduction(name):
    ...  # your code here
""",
    answer="introduction",
    missing=_missing_in_write_a_message,
    solution="""
def introduction(name):
    return f"My name is {name}."
""",
    wrong=(
        """
def introduction(name):
    print(f"My name is {name}.")
""",
        """
def introduction(name):
    return "My name is name."
""",
        """
def introduction(name):
    return "My name is Mary."
""",
    ),
)


async def _missing_in_tell_your_name(tell: Answer) -> str | None:
    session = SQLiteSession("check")
    await tell(session)
    items = await session.get_items()
    said = texts(items)
    if not items:
        return "The check's session is still empty: the agent was not run with it."
    if items[-1].get("role") != "assistant":
        return f"Run the agent with your message. The session holds no answer, only {said!r}."
    agent = Agent(name="Assistant", model=choose_model())
    result = await Runner.run(agent, "What is my name?", session=session)
    if "I don't know" in result.final_output:
        return (
            f"You said {said[0]!r}, and the agent does not know your name. Say it as in "
            "'My name is Mary.'"
        )
    return None


tell_your_name = Exercise(
    title="Tell it your own name",
    task="""
Write a function `tell(session)` that tells the agent your own name. It runs the agent with the
session that it is given. Begin your message with `My name is`. One line is enough. The check calls
your function with a new session, and then asks the agent for your name.
""",
    start="""
async def tell(session):
    ...  # your code here
""",
    answer="tell",
    missing=_missing_in_tell_your_name,
    solution="""
async def tell(session):
    await Runner.run(agent, "My name is Mary.", session=session)
""",
    wrong=(
        """
async def tell(session):
    await Runner.run(agent, "My name is Mary.")
""",
        """
async def tell(session):
    await Runner.run(agent, "What is my name?", session=session)
""",
        """
async def tell(session):
    Runner.run(agent, "My name is Mary.", session=session)
""",
        """
async def tell(session):
    await session.add_items([{"role": "user", "content": "My name is Mary."}])
""",
        """
async def tell(session):
    await Runner.run(agent, "My name is ...", session=session)
""",
    ),
)


async def _missing_in_ask_with_two_sessions(ask_both: Answer) -> str | None:
    first, second = SQLiteSession("first"), SQLiteSession("second")
    await first.add_items([{"role": "user", "content": "My name is Mary."}])
    answers = await ask_both(first, second)
    for name, session in [("first", first), ("second", second)]:
        said = texts(await session.get_items())
        if said[-2:-1] != ["What is my name?"]:
            return f"Ask 'What is my name?' with the session `{name}`. It holds {said!r}."
    if not isinstance(answers, list) or [type(answer) for answer in answers] != [str, str]:
        return f"Both sessions were asked. Now return a list of two texts. {returned(answers)}"
    if "Mary" not in answers[0]:
        return f"The first session knows the name Mary. The first answer is {answers[0]!r}."
    if "Mary" in answers[1]:
        return f"The second session knows no name. The second answer is {answers[1]!r}."
    return None


ask_with_two_sessions = Exercise(
    title="Ask with two sessions",
    task="""
Two sessions are two memories. Write a function `ask_both(first, second)`. It asks the agent
`"What is my name?"` with the session `first`, and once more with the session `second`. It returns
the texts of the two answers as a list. The check's first session knows a name, and its second one
does not.
""",
    start="""
async def ask_both(first, second):
    return []  # your code here
""",
    answer="ask_both",
    missing=_missing_in_ask_with_two_sessions,
    solution="""
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=second)
    return [one.final_output, other.final_output]
""",
    wrong=(
        """
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=first)
    return [one.final_output, other.final_output]
""",
        """
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=second)
    return [one, other]
""",
        """
async def ask_both(first, second):
    one = await Runner.run(agent, "What is my name?", session=first)
    other = await Runner.run(agent, "What is my name?", session=second)
    return [other.final_output, one.final_output]
""",
        """
async def ask_both(first, second):
    one = Runner.run(agent, "What is my name?", session=first)
    other = Runner.run(agent, "What is my name?", session=second)
    return [one.final_output, other.final_output]
""",
    ),
)

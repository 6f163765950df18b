"""The exercises of notebook 00, start here."""

from agents import Agent, Runner

from exercises import Answer, Exercise, choice, line_order, prediction, returned, texts
from session_lib import SQLiteSession, choose_model


async def _missing_in_write_a_message(introduction: Answer) -> str | None:
    message = await introduction("Mary")
    if message is None:
        return returned(message)
    if message != "My name is Mary.":
        return f"For 'Mary' it should return 'My name is Mary.'. {returned(message)}"
    message = await introduction("Ana de Souza")
    if message != "My name is Ana de Souza.":
        return f"'Mary' is right, but 'Ana de Souza' is not. {returned(message)}"
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
    practises=(1, 3),
    hint='An f-string puts a value into a text: f"Hello, {name}."',
)


check_the_machine = choice(
    "Read what a check says",
    """
On somebody else's machine, `ready.check()` ended in this line. What helps?

```
Not ready: the package pandas is not installed. Close JupyterLab, and start it with
`uv run jupyter lab`, which installs what is missing. (Windows-11 AMD64, Python 3.12.4,
SQLite 3.45.3)
```
""",
    {
        "a": (
            "write `import pandas` into the next cell",
            "An import loads a package that is installed, and this one is not found.",
        ),
        "b": (
            "close JupyterLab, and start it with `uv run jupyter lab`",
            "Started like this, JupyterLab runs on the Python into which uv installed everything.",
        ),
        "c": (
            "restart the kernel, and run all cells",
            "The new kernel would be the same Python, in which pandas is not installed.",
        ),
    },
    "b",
    answer="what_helps",
    practises=(2,),
    kind="read",
)


async def _whether_it_knows() -> str:
    agent = Agent(name="Assistant", model=choose_model())
    result = await Runner.run(agent, "What is my name?")
    return "no" if "I don't know" in result.final_output else "yes"


does_it_know = prediction(
    "Predict an answer",
    """
A cell below asks the agent for your name once more, but it leaves out `session=session`. Does the
agent know that you are Ada? Predict it before you run that cell: `"yes"` or `"no"`.
""",
    _whether_it_knows,
    answer="knows",
    expected='"yes" or "no"',
    solution="no",
    explanation="The name is in the session, and this run was not given the session.",
    hint="Where is the name stored, and does this run get it?",
    practises=(4,),
)


async def _missing_in_put_await_in_order(greet: Answer) -> str | None:
    session = SQLiteSession("check")
    answer = await greet(session)
    said = texts(await session.get_items())
    if said[:1] != ["My name is Grace."]:
        return f"Tell the name first. The session holds {said!r}."
    if said[2:3] != ["What is my name?"]:
        return f"Then ask for the name. The session holds {said!r}."
    if answer != said[3]:
        return f"Return the text of the answer. {returned(answer)}"
    return None


put_await_in_order = line_order(
    "Put lines in order",
    """
Here are the lines of a function `greet(session)`, in the wrong order. The function tells the agent
a name, asks for the name, and returns the text of the answer. One line does not belong: it lacks an
`await`. Leave it out, and put the others in order.
""",
    {
        "A": "    return result.final_output",
        "B": '    result = Runner.run(agent, "What is my name?", session=session)',
        "C": "async def greet(session):",
        "D": '    result = await Runner.run(agent, "What is my name?", session=session)',
        "E": '    await Runner.run(agent, "My name is Grace.", session=session)',
    },
    "greet",
    _missing_in_put_await_in_order,
    answer="lines",
    solution="CEDA",
    explanation="A function begins with its name. What it returns has to be there by then.",
    hint="Two lines make a result. Only one of them waits until the result is there.",
    practises=(5,),
)


async def _missing_in_tell_your_name(tell: Answer) -> str | None:
    session = SQLiteSession("check")
    await tell(session)
    items = await session.get_items()
    said = texts(items)
    if not items:
        return "The check's session is still empty: the agent was not run with it."
    if not str(items[-1].get("id")).startswith("msg_"):  # which is what a model's answer has
        return f"Run the agent with your message. The session holds {said!r}, and no agent said it."
    if not said[0].startswith("My name is "):
        return f"Begin your message with 'My name is'. It was {said[0]!r}."
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
session that it is given. Begin your message with `My name is`. One line of code is enough. The
check calls your function with a new session, and then asks the agent for your name.
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
    practises=(3, 5),
    hint="Look at the line with Ada above. The session is the one that your function gets.",
)


async def _missing_in_ask_with_two_sessions(ask_both: Answer) -> str | None:
    missing = await _missing_in_a_call(ask_both, SQLiteSession("first"), SQLiteSession("second"))
    if missing is None:
        # What the first call made must not show up in a second one. The same id is not the same
        # session: both are in memory.
        same_id = SQLiteSession("check"), SQLiteSession("check")
        missing = await _missing_in_a_call(ask_both, *same_id)
        if missing:
            return (
                f"The first call was right. The second had two sessions with the same id. {missing}"
            )
    return missing


async def _missing_in_a_call(
    ask_both: Answer, first: SQLiteSession, second: SQLiteSession
) -> str | None:
    question = "What is my name?"
    await first.add_items([{"role": "user", "content": "My name is Mary."}])
    answers = await ask_both(first, second)
    said = [texts(await session.get_items()) for session in (first, second)]
    for name, before, now in [("first", ["My name is Mary."], said[0]), ("second", [], said[1])]:
        if now[len(before) : -1] != [question]:
            return f"Ask {question!r} once with the session `{name}`. It holds {now!r}."
    if not isinstance(answers, list) or [type(answer) for answer in answers] != [str, str]:
        return f"Both sessions were asked. Now return a list of two texts. {returned(answers)}"
    if "Mary" not in answers[0]:
        return f"The first session knows the name Mary. The first answer is {answers[0]!r}."
    if answers != [now[-1] for now in said]:
        return f"Return what the agent answered, word by word. {returned(answers)}"
    return None


ask_with_two_sessions = Exercise(
    title="Ask with two sessions",
    task="""
Two sessions are two memories. Write a function `ask_both(first, second)`. It asks the agent
`"What is my name?"` once with the session `first` and once with the session `second`. It returns a
list of two texts: the answer of the first session, then that of the second. The check's first
session knows a name, and its second one does not.
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
    practises=(5,),
    hint="Each run returns a result, whose text is result.final_output. Keep both results.",
)

"""The exercises of notebook 01, temporary sessions."""

from agents import Agent, Runner

from exercises import Answer, Exercise, choice, conversation, prediction, returned, texts
from session_lib import LiveView, SQLiteSession, choose_model

why_it_forgets = choice(
    "Say why",
    """
The agent above did not know your name, although you had said it in the run before. Why?
""",
    {
        "a": (
            "The stand-in is too small a model. A large one would have known.",
            "No model, however large, knows what it was not sent.",
        ),
        "b": (
            "The second run sent the model your question, and nothing of the first run.",
            "A model knows what it is sent, and the list above shows all that was sent.",
        ),
        "c": (
            "A new agent is made for each run.",
            "Both runs used the same agent. An agent keeps no messages.",
        ),
        "d": (
            "Too much time had passed between the runs.",
            "Nothing in a run depends on when the one before it was.",
        ),
    },
    "b",
    answer="because",
    practises=(1,),
)


async def _missing_in_remember_a_drink(order: Answer) -> str | None:
    told, question = "My favourite drink is cocoa.", "What is my favourite drink?"
    session = SQLiteSession("check")
    answer = await order(session)
    said = texts(await session.get_items())
    if not said:
        return "The session is still empty: give it to both runs."
    if said[0] == question and len(said) == 2:
        return "The session holds only the question: give it to the run before, too."
    if said[0] != told:
        return f"The first message is {said[0]!r}. It should be {told!r}."
    if len(said) == 2 and said[1] != question:
        return "The session knows the drink, but holds no question: give it to both runs."
    if len(said) < 4:
        return f"One of your messages was not sent to the agent. The session holds {said!r}."
    if said[2] != question:
        return f"Ask {question!r}. Your second message is {said[2]!r}."
    if said[4:]:
        return f"Two runs are enough. The session holds {said!r}."
    if answer != said[3]:
        return f"Both runs are in the session. Now return the answer's text. {returned(answer)}"
    return None


remember_a_drink = Exercise(
    title="Remember a drink",
    task="""
Write a function `order(session)`. It tells the agent `"My favourite drink is cocoa."`, then asks
`"What is my favourite drink?"`, and returns the text of the answer. Use two runs, and give the
session to both: only then can the agent know the drink.
""",
    start="""
async def order(session):
    ...  # your code here
""",
    answer="order",
    missing=_missing_in_remember_a_drink,
    solution="""
async def order(session):
    await Runner.run(agent, "My favourite drink is cocoa.", session=session)
    result = await Runner.run(agent, "What is my favourite drink?", session=session)
    return result.final_output
""",
    practises=(2,),
    hint="Give session=session to each of the two runs. The text of an answer is in final_output.",
)


async def _missing_in_repair_a_chat(chat: Answer) -> str | None:
    session = SQLiteSession("check")
    await session.add_items([{"role": "user", "content": "My name is Mary."}])
    messages = ["I live in Rome.", "Where do I live?", "What is my name?"]
    answers = await chat(session, messages)
    if not isinstance(answers, list) or len(answers) != len(messages):
        return f"Return a list with an answer for each message. {returned(answers)}"
    if "Rome" not in str(answers[1]):
        return (
            "The first message was 'I live in Rome.' To 'Where do I live?' the answer was "
            f"{answers[1]!r}."
        )
    if "Mary" not in str(answers[2]):
        return f"The session that was given knows the name Mary. The answer was {answers[2]!r}."
    said = texts(await session.get_items())
    if said[1::2] != messages:
        return f"The session that was given should hold each message once. It holds {said!r}."
    if answers != said[2::2]:
        return f"Return what the agent answered, oldest first. {returned(answers)}"
    # What was made in the first call must not show up in a second one.
    another = SQLiteSession("another")
    answers = await chat(another, ["What is my name?", "What is my name?"])
    if answers != texts(await another.get_items())[1::2]:
        return (
            "The first call is right. The second one had another session, and the same message "
            f"twice. {returned(answers)}"
        )
    return None


repair_a_chat = Exercise(
    title="Find the mistake",
    task="""
The function `chat(session, messages)` sends messages to the agent, one after the other, and returns
the answers as a list. The agent should know what the given session already holds and what was said
in earlier messages, and the session should hold the whole chat afterwards. None of this works. Find
the mistake, and repair the function.
""",
    start="""
async def chat(session, messages):
    answers = []
    for message in messages:
        session = SQLiteSession("chat")
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers
""",
    answer="chat",
    missing=_missing_in_repair_a_chat,
    solution="""
async def chat(session, messages):
    answers = []
    for message in messages:
        result = await Runner.run(agent, message, session=session)
        answers.append(result.final_output)
    return answers
""",
    practises=(2,),
    kind="repair",
    hint="How many sessions does the function use for three messages?",
)


async def _items_after_two_runs() -> int:
    session = SQLiteSession("check")
    agent = Agent(name="Assistant", model=choose_model())
    await Runner.run(agent, "Hello, my name is Ada.", session=session)
    await Runner.run(agent, "What is my name?", session=session)
    return len(await session.get_items())


count_the_items = prediction(
    "Predict a number",
    """
You gave the session to two runs. How many items does it hold now? Predict it before you run the
cell below that counts them.
""",
    _items_after_two_runs,
    answer="how_many",
    solution=4,
    explanation="Each run added your message and the agent's answer.",
    hint="Look at the drawing above: what does the runner add in a run?",
    practises=(3,),
    wrong={2: "A run adds more than your message.", 1: "A run adds to what is there."},
)


async def _missing_in_list_your_messages(messages_of: Answer) -> str | None:
    session = SQLiteSession("check")
    expected = ["Is it raining?", "Hello.", "Is it cold?", "Hello.", "user", "Bye."]
    for message in expected:
        spoken = [{"role": "user", "content": message}, {"role": "assistant", "content": "No."}]
        await session.add_items(spoken)
    await session.add_items([{"role": "system", "content": "Be kind."}])
    await session.add_items([{"role": "user", "content": "Bye."}])
    expected.append("Bye.")
    before = await session.get_items()
    found = await messages_of(session)
    if await session.get_items() != before:
        return "After the call, the session no longer holds the same items: only read them."
    if not isinstance(found, list):
        return f"Return a list. {returned(found)}"
    if "No." in found:
        return f"The list has answers of the agent: look at each item's role. {returned(found)}"
    if "Be kind." in found:
        return "'Be kind.' has the role 'system': the user did not say it."
    if any(isinstance(one, dict) for one in found):
        return "The list holds whole items: keep only the text of each."
    if found != expected:
        return f"In the check's session the user said {expected!r}. {returned(found)}"
    found = await messages_of(SQLiteSession("empty"))
    if found != []:
        return f"For an empty session, return an empty list. {returned(found)}"
    long = SQLiteSession("long")
    await long.add_items(conversation(*[f"Message {number}" for number in range(200)]))
    if len(found := await messages_of(long)) != 100:
        return f"In a session with 100 messages of the user, it found {len(found)}."
    return None


list_your_messages = Exercise(
    title="List your messages",
    task="""
Write a function `messages_of(session)` that returns what the user said, as a list of texts, oldest
first. Only items whose `"role"` is `"user"` count. The text of such an item is its `"content"`. The
items of these sessions are all messages, so each has a role.
""",
    start="""
async def messages_of(session):
    items = await session.get_items()
    return []  # your code here
""",
    answer="messages_of",
    missing=_missing_in_list_your_messages,
    solution="""
async def messages_of(session):
    items = await session.get_items()
    return [item["content"] for item in items if item["role"] == "user"]
""",
    practises=(3,),
    hint="A list comprehension can filter: [item[...] for item in items if ...].",
)


async def _missing_in_ask_with_a_limit(ask_latest: Answer) -> str | None:
    name, home = "What is my name?", "Where do I live?"
    told = "The check's session has four items. The first says a name, the third where one lives."
    for question, fact, limit, should_know in [
        (name, "Mary", 4, True),
        (name, "Mary", 3, False),
        (home, "Rome", 2, True),
        (home, "Rome", 0, False),
    ]:
        session = SQLiteSession("check")
        await session.add_items(
            [
                {"role": "user", "content": "My name is Mary."},
                {"role": "assistant", "content": "Hello, Mary."},
                {"role": "user", "content": "I live in Rome."},
                {"role": "assistant", "content": "Noted."},
            ]
        )
        answer = await ask_latest(session, question, limit)
        if not isinstance(answer, str):
            return f"Return the text of the answer. {returned(answer)}"
        if (fact in answer) != should_know:
            should = "should know" if should_know else "should not know"
            return (
                f"{told} To {question!r}, with a limit of {limit}, the agent {should} the answer. "
                f"It said: {answer}"
            )
        said = texts(await session.get_items())
        if len(said) == limit < 6:
            return "The limit stays in the session: it should hold for this one run only."
        if len(said) < 5 or said[3] != "Noted.":
            return f"The session should keep its four items and get two more. It holds {said!r}."
        if said[4:] != [question, answer]:
            return f"The session should get {question!r} and the answer. It got {said[4:]!r}."
    return None


ask_with_a_limit = Exercise(
    title="Ask with a limit",
    task="""
Write a function `ask_latest(session, message, limit)` that sends `message` to the agent together
with only the latest `limit` items of the session, and returns the text of the answer. The session
keeps all that it holds, and gets the message and the answer, as in any other run.
""",
    start="""
async def ask_latest(session, message, limit):
    result = await Runner.run(agent, message)  # change this line, add others
    return result.final_output
""",
    answer="ask_latest",
    missing=_missing_in_ask_with_a_limit,
    solution="""
async def ask_latest(session, message, limit):
    config = RunConfig(session_settings=SessionSettings(limit=limit))
    result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
    practises=(4,),
    hint="Make a RunConfig with SessionSettings(limit=limit), as above, and give it to the run.",
)


async def _items_without_the_session() -> int:
    view = LiveView(Agent(name="Assistant", model=choose_model()))
    await view.send("My name is Ada.")
    await view.send("What is my name?")
    view.use_session = False
    await view.send("What is my name?")
    return len(await view.session.get_items())


take_it_away = prediction(
    "Predict what is kept",
    """
After these two messages, the session holds four items. (If you have typed into the view, run its
cell again first.) A cell below takes the session away from the agent, and asks for your name once
more. How many items does the session hold after that?
""",
    _items_without_the_session,
    answer="items_kept",
    solution=4,
    explanation="The runner did not have the session: it read nothing there, and added nothing.",
    hint="The session is taken away from the agent. Is anything done to the session itself?",
    practises=(1, 2),
    wrong={
        6: "Who would have added the question and the answer? The runner did not have the session.",
        5: "Who would have added the question? The runner did not have the session.",
        0: "The session is taken away from the agent, and not emptied.",
    },
)

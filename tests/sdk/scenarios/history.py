"""What the model is given of a session, and what is stored of a run."""

import asyncio

import agents
from agents import SessionSettings
from agents.run import ModelInputData

from tests.helpers.scripts import add, answered, asked, calls, says, told
from tests.helpers.trial import STREAMED, SYNC, WHOLE, scenario

ALL_WAYS = (WHOLE, STREAMED, SYNC)


@scenario(ways=ALL_WAYS)
async def question_and_answer(trial):
    result = await trial.run(trial.agent(says("Hi")), "Hello")
    assert result.final_output == "Hi"
    assert await trial.session().get_items() == [asked("Hello"), answered("Hi")]


@scenario(ways=ALL_WAYS)
async def next_run_sees_the_history(trial):
    agent = trial.agent(says("Hi"), says("You are Ada"), instructions="Be kind.")
    await trial.run(agent, "I am Ada")
    history = await trial.session().get_items()
    await trial.run(agent, "Who am I?")
    first, second = (call.input for call in agent.model.calls)
    assert first == [asked("I am Ada")]
    assert second == [*history, asked("Who am I?")]
    assert await trial.session().get_items() == [*second, answered("You are Ada")]


@scenario(ways=ALL_WAYS, in_memory=False)
async def next_program_goes_on(trial):
    agent = trial.agent(says("Hi"), says("You are Ada"))
    await trial.run(agent, "I am Ada")
    await trial.run(agent, "Who am I?", await trial.reopened())
    assert agent.model.calls[1].input == [asked("I am Ada"), answered("Hi"), asked("Who am I?")]


@scenario()
async def ten_runs(trial):
    agent = trial.agent(*(says(f"a {number}") for number in range(10)))
    for number in range(10):
        await trial.run(agent, f"q {number}")
    assert trial.seen()[9][-3:] == ["q 8", "says a 8", "q 9"]
    assert len(await trial.stored()) == 20


@scenario()
async def users_do_not_see_each_other(trial):
    agent = trial.agent(says("Hi Ada"), says("Hi Bob"), says("Who knows"))
    ada, bob = trial.session("ada"), trial.session("bob")
    await trial.run(agent, "I am Ada", ada)
    await trial.run(agent, "I am Bob", bob)
    await trial.run(agent, "Who am I?", bob)
    assert agent.model.calls[2].input == [asked("I am Bob"), answered("Hi Bob"), asked("Who am I?")]
    assert await ada.get_items() == [asked("I am Ada"), answered("Hi Ada")]


@scenario()
async def two_agents_share_a_session(trial):
    one = trial.agent(says("1"), says("3"), instructions="You are one.")
    two = trial.agent(says("2"), name="B", instructions="You are two.", tools=[add])
    for agent, question in ((one, "a"), (two, "b"), (one, "c")):
        await trial.run(agent, question)
    assert trial.seen(1) == [["a", "says 1", "b"]]
    assert trial.seen(0)[1] == ["a", "says 1", "b", "says 2", "c"]


@scenario(ways=(WHOLE,), in_memory=False, unordered=True)
async def runs_at_the_same_time(trial):
    async def one(number):
        session = trial.store.open()
        await trial.run(trial.agent(says(str(number))), f"q {number}", session)

    session = trial.session()
    await asyncio.gather(*map(one, range(20)))
    items = told(await session.get_items())
    assert len(items) == 40
    for number in range(20):
        assert items.index(f"q {number}") < items.index(f"says {number}")


@scenario()
async def characters_of_all_kinds(trial):
    texts = [
        "Grüße 東京 👩🏽‍🚀",
        "\x00 \x1f \u2028 \ufeff \\ \"'",
        "half a pair: \ud83d",
        "'; DROP TABLE --",
    ]
    agent = trial.agent(*(says(f"a {text}") for text in texts))
    for text in texts:
        await trial.run(agent, text)
    assert await trial.stored() == [item for text in texts for item in (text, f"says a {text}")]


# Settings and limits


@scenario(
    cases={
        "none": (None, None, 4),
        "session": ({"limit": 2}, None, 2),
        "object": (SessionSettings(limit=2), None, 2),
        "run": (None, {"limit": 3}, 3),
        "both": ({"limit": 2}, SessionSettings(limit=3), 3),
        "smaller": ({"limit": 2}, {"limit": 1}, 1),
        "empty": ({"limit": 2}, {}, 2),
        "zero": ({"limit": 2}, {"limit": 0}, 0),
    }
)
async def a_run_s_settings_override_the_session_s(trial, of_session, of_run, seen):
    history = [asked("1"), answered("2"), asked("3"), answered("4")]
    session = trial.session(session_settings=of_session)
    await session.add_items(history)
    agent = trial.agent(says("6"))
    await trial.run(agent, "5", config={"session_settings": of_run})
    assert agent.model.calls[0].input == [*history[4 - seen :], asked("5")]
    session.session_settings = None
    assert await session.get_items() == [*history, asked("5"), answered("6")]


@scenario(
    cases={
        "1": (None, {"limit": 1}, ["4"]),
        # A limit that cuts a call from its output leaves out both: OpenAI refuses half of it.
        "2": (None, {"limit": 2}, ["4"]),
        "session": ({"limit": 2}, None, ["4"]),
        "3": (None, {"limit": 3}, ["calls add", "gets 3", "4"]),
        "both": ({"limit": 1}, {"limit": 4}, ["1", "calls add", "gets 3", "4"]),
        "many": (None, {"limit": 10**6}, ["1", "calls add", "gets 3", "4"]),
        "empty": ({"limit": 3}, SessionSettings(), ["calls add", "gets 3", "4"]),
        "zero": (None, {"limit": 0}, []),
    }
)
async def no_limit_gives_the_model_half_of_a_call(trial, of_session, of_run, given):
    call = {"type": "function_call", "call_id": "c", "name": "add", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": "3"}
    session = trial.session(session_settings=of_session)
    await session.add_items([asked("1"), call, output, asked("4")])
    await trial.run(trial.agent(says("6")), "5", config={"session_settings": of_run})
    assert trial.seen() == [[*given, "5"]]
    assert await trial.stored() == ["1", "calls add", "gets 3", "4", "5", "says 6"]


@scenario()
async def a_limit_counts_once_a_run(trial):
    session = trial.session(session_settings={"limit": 1})
    await session.add_items([asked("1"), asked("2")])
    steps = [calls("add", "c1", a=1, b=2), calls("add", "c2", a=3, b=4), says("7")]
    await trial.run(trial.agent(*steps, tools=[add]), "3")
    assert trial.seen()[-1] == ["2", "3", "calls add", "gets 3", "calls add", "gets 7"]


@scenario()
async def settings_set_between_two_runs(trial):
    agent = trial.agent(says("2"), says("4"))
    await trial.run(agent, "1")
    trial.session().session_settings = SessionSettings(limit=1)
    await trial.run(agent, "3")
    assert agent.model.calls[1].input == [answered("2"), asked("3")]


@scenario(differs="to SQLite a negative limit is none; ours refuses it")
async def negative_limit(trial):
    await trial.session().add_items([asked("1"), asked("2")])
    agent, config = trial.agent(says("4")), {"session_settings": {"limit": -1}}
    if trial.ours:
        with trial.raises(ValueError, match="limit is -1"):
            await trial.run(agent, "3", config=config)
        assert await trial.stored() == ["1", "2"]
    else:
        await trial.run(agent, "3", config=config)
        assert trial.seen() == [["1", "2", "3"]]


# Callbacks


def _spoil(history, new):
    for item in history:
        item["content"] = "spoilt"
    history.clear()
    return new


def _spoil_new(history, new):
    new[0]["content"] += "!"
    return history + new


async def _slowly(history, new):
    await asyncio.sleep(0)
    return history[-1:] + new


NOTE = {"role": "system", "content": "note"}


@scenario(
    cases={
        "all": (lambda history, new: history + new, ["1", "2", "3"], ["3"]),
        "latest": (lambda history, new: history[-1:] + new, ["2", "3"], ["3"]),
        "awaited": (_slowly, ["2", "3"], ["3"]),
        "turned": (lambda history, new: new + history, ["3", "1", "2"], ["3"]),
        "new": (lambda history, new: new, ["3"], ["3"]),
        "old": (lambda history, new: history, ["1", "2"], []),
        "note": (lambda old, new: [*old, NOTE, *new], ["1", "2", "note", "3"], ["note", "3"]),
        "twice": (lambda old, new: [*old, *new, *new], ["1", "2", "3", "3"], ["3", "3"]),
        "copy": (lambda old, new: [dict(item) for item in old + new], ["1", "2", "3"], ["3"]),
        # What a callback sums up is new to the Runner: it is stored too.
        "sum": (
            lambda old, new: [old[0], asked("short"), *new],
            ["1", "short", "3"],
            ["short", "3"],
        ),
        "spoilt": (_spoil, ["3"], ["3"]),
        "spoilt new": (_spoil_new, ["1", "2", "3!"], ["3!"]),
    }
)
async def callback_chooses_what_the_model_sees(trial, callback, given, kept):
    await trial.session().add_items([asked("1"), asked("2")])
    agent, config = trial.agent(says("4")), {"session_input_callback": callback}
    await trial.run(agent, "3", config=config)
    assert trial.seen() == [given]
    assert await trial.stored() == ["1", "2", *kept, "says 4"]


@scenario()
async def callback_is_given_what_is_within_the_limit(trial):
    await trial.session(session_settings={"limit": 2}).add_items([*map(asked, "1234")])
    given = []

    def keep(history, new):
        given.append(told(history))
        return history + new

    await trial.run(trial.agent(says("6")), "5", config={"session_input_callback": keep})
    assert given == [["3", "4"]]


@scenario(
    cases={
        "none": (lambda history, new: None, agents.UserError),
        "error": (lambda history, new: 1 / 0, ZeroDivisionError),
    }
)
async def callback_that_fails_stores_nothing(trial, callback, error):
    await trial.session().add_items([asked("1")])
    with trial.raises(error):
        await trial.run(trial.agent(), "2", config={"session_input_callback": callback})
    assert await trial.stored() == ["1"]


@scenario()
async def model_input_filter_changes_nothing_stored(trial):
    def shorten(data):
        return ModelInputData([asked("all else")], "Be brief.")

    agent = trial.agent(calls("add", "c", a=1, b=2), says("3"), tools=[add])
    await trial.run(agent, "1 + 2?", config={"call_model_input_filter": shorten})
    assert trial.seen() == [["all else"]] * 2
    assert await trial.stored() == ["1 + 2?", "calls add", "gets 3", "says 3"]

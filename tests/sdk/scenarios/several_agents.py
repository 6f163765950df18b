"""Agents as tools, and handoffs."""

import agents
from agents import RunConfig
from agents.extensions.handoff_filters import remove_all_tools
from pydantic import BaseModel

from tests.helpers.scripts import add, asked, calls, says
from tests.helpers.trial import scenario

SUM = calls("add", "c1", a=1, b=2)
QUIET = RunConfig(tracing_disabled=True)


class Place(BaseModel):
    city: str


@scenario(cases={"own": ("inside",), "same": ("alice",), "none": (None,)})
async def agent_as_a_tool(trial, inside):
    session = trial.session()
    inner = None if inside is None else trial.session(inside)
    expert = trial.agent(says("in 1"), says("in 2"), name="B")
    tool = expert.as_tool("ask", "Ask the expert.", session=inner, run_config=QUIET)
    steps = [calls("ask", "n1", input="q 1"), says("out 1")]
    steps += [calls("ask", "n2", input="q 2"), says("out 2")]
    agent = trial.agent(*steps, tools=[tool])
    await trial.run(agent, "1", session)
    await trial.run(agent, "2", session)

    first, second = (["calls ask", f"gets in {n}", f"says out {n}"] for n in "12")
    heard = [["q 1", "says in 1"], ["q 2", "says in 2"]]
    if inside == "alice":  # the inner run ends first, and the outer turn is stored behind it
        assert await trial.stored() == ["1", *heard[0], *first, "2", *heard[1], *second]
    else:
        assert await trial.stored() == ["1", *first, "2", *second]
    if inside == "inside":
        assert await trial.stored(inside) == [*heard[0], *heard[1]]
    assert trial.seen(0)[1] == ([*heard[0], "q 2"] if inside == "inside" else trial.seen(0)[1])


@scenario()
async def agent_as_a_tool_that_streams(trial):
    expert, events = trial.agent(SUM, says("in"), name="B", tools=[add]), []
    tool = expert.as_tool(
        "ask",
        "Ask.",
        session=trial.session("inside"),
        run_config=QUIET,
        on_stream=lambda event: events.append(event["event"].type),
    )
    await trial.run(trial.agent(calls("ask", "n1", input="q"), says("out"), tools=[tool]), "1")
    assert await trial.stored("inside") == ["q", "calls add", "gets 3", "says in"]
    return events


@scenario()
async def agent_as_a_tool_that_fails(trial):
    expert = trial.agent(ZeroDivisionError("inside"), name="B")
    tool = expert.as_tool("ask", "Ask.", session=trial.session("inside"), run_config=QUIET)
    await trial.run(trial.agent(calls("ask", "n1", input="q"), says("out"), tools=[tool]), "1")
    assert await trial.stored("inside") == ["q"]
    assert (await trial.stored())[2].startswith("gets An error occurred")


# Handoffs

HANDOFF = calls("transfer_to_b", "h1")
HANDED_OFF = ["calls transfer_to_b", 'gets {"assistant": "B"}']


@scenario()
async def handoff_stores_the_words_of_both(trial):
    second = trial.agent(says("I am B"), says("Still B"), name="B")
    result = await trial.run(trial.agent(HANDOFF, handoffs=[second]), "To B")
    await trial.run(result.last_agent, "Who?")
    items = ["To B", *HANDED_OFF, "says I am B", "Who?", "says Still B"]
    assert await trial.stored() == items
    assert trial.seen(0)[1] == items[:5]


def _forget(data):
    return data.clone(input_history=(), pre_handoff_items=())


@scenario(
    cases={
        "nested": ({}, {"nest_handoff_history": True}),
        "mapped": (
            {},
            {
                "nest_handoff_history": True,
                "handoff_history_mapper": lambda items: [asked(f"{len(items)} before")],
            },
        ),
        "nested by itself": ({"nest_handoff_history": True}, {}),
        "forgetful": ({"input_filter": _forget}, {}),
        "forgetful run": ({}, {"handoff_input_filter": _forget}),
    }
)
async def what_a_handoff_passes_on_changes_nothing_stored(trial, of_handoff, of_run):
    await trial.session().add_items([asked("1")])
    second = trial.agent(says("I am B"), says("Still B"), name="B")
    first = trial.agent(HANDOFF, handoffs=[agents.handoff(second, **of_handoff)])
    result = await trial.run(first, "To B", config=of_run)
    assert "1" not in trial.seen(0)[0]
    assert await trial.stored() == ["1", "To B", *HANDED_OFF, "says I am B"]
    await trial.run(result.last_agent, "Who?", config=of_run)
    assert trial.seen(0)[1] == ["1", "To B", *HANDED_OFF, "says I am B", "Who?"]


@scenario()
async def handoff_without_tools_is_stored_without_them(trial):
    second = trial.agent(says("I am B"), name="B")
    handoff = agents.handoff(second, input_filter=remove_all_tools)
    await trial.run(trial.agent([*SUM, *HANDOFF], tools=[add], handoffs=[handoff]), "To B")
    assert await trial.stored() == ["To B", "says I am B"]


@scenario()
async def handoff_there_and_back(trial):
    second = trial.agent(calls("transfer_to_a", "h2"), name="B")
    first = trial.agent(HANDOFF, says("Back"), handoffs=[second])
    second.handoffs.append(first)
    result = await trial.run(first, "To B")
    assert result.last_agent is first
    back = ["calls transfer_to_a", 'gets {"assistant": "A"}']
    assert await trial.stored() == ["To B", *HANDED_OFF, *back, "says Back"]


@scenario()
async def second_of_two_handoffs_is_refused(trial):
    second = trial.agent(says("I am B"), name="B")
    third = trial.agent(name="C")
    step = [*HANDOFF, *calls("transfer_to_c", "h2")]
    result = await trial.run(trial.agent(step, handoffs=[second, third]), "Go")
    assert result.last_agent is second
    assert len(await trial.stored()) == 6


@scenario()
async def handoff_with_an_input_beside_a_call(trial):
    given = []
    second = trial.agent(says("I am B"), name="B")
    handoff = agents.handoff(
        second, input_type=Place, on_handoff=lambda context, data: given.append(data.city)
    )
    step = [*SUM, *calls("transfer_to_b", "h1", city="Oslo")]
    await trial.run(trial.agent(step, tools=[add], handoffs=[handoff]), "Go")
    assert given == ["Oslo"]
    assert await trial.stored() == [
        "Go",
        "calls add",
        HANDED_OFF[0],
        "gets 3",
        HANDED_OFF[1],
        "says I am B",
    ]

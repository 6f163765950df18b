"""Runs that wait for an approval, and go on: here, later, or in another process."""

import agents
from agents import RunConfig, RunState, function_tool

from session_lib.teaching.models import choose_model
from tests.helpers.scripts import add, asked, calls, says
from tests.helpers.trial import scenario

REFUSED = "Tool execution was not approved."


def _buy(bought):
    @function_tool(needs_approval=True)
    def buy(number: int) -> str:
        bought.append(number)
        return f"bought {number}"

    return buy


def _decide(state, interruption, decision):
    if decision == "approve":
        state.approve(interruption)
    else:
        state.reject(interruption, **({"rejection_message": "Not now."} if decision else {}))


DECISIONS = {
    "approved": ("approve", "bought 5"),
    "refused": (None, REFUSED),
    "refused with words": ("words", "Not now."),
}


async def _wait(trial, bought):
    """Run an agent until it waits: what needs no approval is done, and all of it is stored."""
    step = calls("add", "c1", a=1, b=2) + calls("buy", "c2", number=5)
    agent = trial.agent(step, tools=[add, _buy(bought)])
    waiting = await trial.run(agent, "Go")
    assert [interruption.name for interruption in waiting.interruptions] == ["buy"]
    assert await trial.stored() == ["Go", "calls add", "calls buy", "gets 3"]
    return waiting.to_state()


async def resume(trial, state, decision):
    """Decide, go on, and ask once more. This runs in another process, too."""
    bought: list[int] = []
    agent = trial.agent(says("Done"), says("You are welcome"), tools=[add, _buy(bought)])
    state = await RunState.from_string(agent, state)
    (interruption,) = state.get_interruptions()
    _decide(state, interruption, decision)
    result = await trial.run(agent, state)
    assert result.final_output == "Done"
    assert bought == ([5] if decision == "approve" else [])
    await trial.run(agent, "Thanks")


def _resumed(output):
    items = ["Go", "calls add", "calls buy", "gets 3", f"gets {output}", "says Done"]
    return [*items, "Thanks", "says You are welcome"]


@scenario(cases=DECISIONS)
async def resumed_from_a_text(trial, decision, output):
    state = await _wait(trial, [])
    await resume(trial, state.to_string(), decision)
    assert await trial.stored() == _resumed(output)
    assert trial.seen(1)[1] == _resumed(output)[:-1]


@scenario(in_memory=False, cases=DECISIONS)
async def resumed_by_the_next_program(trial, decision, output):
    state = await _wait(trial, [])
    await trial.reopened()
    await resume(trial, state.to_string(), decision)
    assert await trial.stored() == _resumed(output)


@scenario(in_memory=False, cases=DECISIONS)
async def resumed_in_another_process(trial, decision, output):
    state = await _wait(trial, [])
    trial.elsewhere(resume, state.to_string(), decision)
    assert await trial.stored() == _resumed(output)


@scenario(cases=DECISIONS)
async def resumed_with_the_same_objects(trial, decision, output):
    bought: list[int] = []
    agent = trial.agent(calls("buy", "c1", number=5), says("Done"), tools=[_buy(bought)])
    waiting = await trial.run(agent, "Go")
    state = waiting.to_state()
    _decide(state, waiting.interruptions[0], decision)
    await trial.run(agent, state)
    assert bought == ([5] if decision == "approve" else [])
    assert await trial.stored() == ["Go", "calls buy", f"gets {output}", "says Done"]


@scenario()
async def two_approvals_after_one_another(trial):
    bought: list[int] = []
    step = calls("buy", "c1", number=1) + calls("buy", "c2", number=2)
    agent = trial.agent(step, calls("buy", "c3", number=3), says("Done"), tools=[_buy(bought)])
    result = await trial.run(agent, "Go")
    while result.interruptions:
        state = await RunState.from_string(agent, result.to_state().to_string())
        state.approve(state.get_interruptions()[0])
        result = await trial.run(agent, state)
    assert sorted(bought) == [1, 2, 3]
    gets = [f"gets bought {number}" for number in (1, 2, 3)]
    second = ["calls buy", gets[2], "says Done"]
    assert await trial.stored() == ["Go", "calls buy", "calls buy", *gets[:2], *second]


@scenario()
async def approved_for_good(trial):
    bought: list[int] = []
    steps = [calls("buy", f"c{number}", number=number) for number in (1, 2)]
    agent = trial.agent(*steps, says("Done"), tools=[_buy(bought)])
    waiting = await trial.run(agent, "Go")
    state = waiting.to_state()
    state.approve(waiting.interruptions[0], always_approve=True)
    await trial.run(agent, state)
    assert bought == [1, 2]
    assert (await trial.stored())[-1] == "says Done"


@scenario()
async def approval_asked_for_in_an_agent_as_a_tool(trial):
    bought: list[int] = []
    expert = trial.agent(calls("buy", "c1", number=5), says("in"), name="B", tools=[_buy(bought)])
    config = RunConfig(tracing_disabled=True)
    tool = expert.as_tool("ask", "Ask.", session=trial.session("inside"), run_config=config)
    agent = trial.agent(calls("ask", "n1", input="q"), says("out"), tools=[tool])
    waiting = await trial.run(agent, "Go")
    state = await RunState.from_string(agent, waiting.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    await trial.run(agent, state)
    assert bought == [5]
    assert await trial.stored() == ["Go", "calls ask", "gets in", "says out"]
    assert await trial.stored("inside") == ["q", "calls buy", "gets bought 5", "says in"]


@scenario()
async def handoff_that_waits(trial):
    bought: list[int] = []
    second = trial.agent(
        calls("buy", "c1", number=5), says("B: done"), name="B", tools=[_buy(bought)]
    )
    first = trial.agent(calls("transfer_to_b", "h1"), handoffs=[second])
    waiting = await trial.run(first, "Go")
    state = await RunState.from_string(first, waiting.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    result = await trial.run(first, state)
    assert result.last_agent.name == "B" and bought == [5]
    assert (await trial.stored())[-2:] == ["gets bought 5", "says B: done"]


@scenario()
async def what_others_store_meanwhile_stays_in_its_place(trial):
    agent = trial.agent(calls("buy", "c1", number=1), says("Done"), tools=[_buy([])])
    waiting = await trial.run(agent, "Go")
    await trial.session().add_items([asked("meanwhile")])
    state = waiting.to_state()
    state.approve(waiting.interruptions[0])
    await trial.run(agent, state)
    purchase = ["Go", "calls buy", "meanwhile", "gets bought 1", "says Done"]
    assert await trial.stored() == purchase
    assert trial.seen()[-1] == ["Go", "calls buy", "gets bought 1"]


@scenario()
async def what_is_said_meanwhile_is_stored_behind(trial):
    agent = trial.agent(calls("buy", "c1", number=1), says("Done"), tools=[_buy([])])
    waiting = await trial.run(agent, "Go")
    state = waiting.to_state()
    state.approve(waiting.interruptions[0])
    state.add_input("Quickly")
    await trial.run(agent, state)
    assert await trial.stored() == ["Go", "calls buy", "gets bought 1", "Quickly", "says Done"]


@scenario(cases={"before": (False,), "after": (True,)})
async def write_that_fails_is_made_up_for(trial, after):
    """Without a second purchase: the Runner looks at the session's end for its items."""
    bought: list[int] = []
    session = trial.session()
    agent = trial.agent(calls("buy", "c1", number=1), says("Done"), tools=[_buy(bought)])
    waiting = await trial.run(agent, "Go")
    state = waiting.to_state()
    state.approve(waiting.interruptions[0])
    add_items = session.add_items

    async def fail(items):
        if after:
            await add_items(items)
        raise OSError("the disk is gone")

    session.add_items = fail
    with trial.raises(OSError, match="the disk is gone"):
        await trial.run(agent, state)
    session.add_items = add_items
    assert await trial.stored() == ["Go", "calls buy", *(["gets bought 1"] if after else [])]
    state = await RunState.from_string(agent, state.to_string())
    await trial.run(agent, state)
    assert bought == [1]
    assert await trial.stored() == ["Go", "calls buy", "gets bought 1", "says Done"]


@scenario()
async def offline_model_goes_on(trial):
    @function_tool(needs_approval=True)
    def look_up_order(number: int) -> str:
        return "on its way"

    agent = agents.Agent(name="A", model=choose_model("offline"), tools=[look_up_order])
    await trial.run(agent, "My name is Ada.")
    waiting = await trial.run(agent, "Look up order 4711.")
    assert waiting.interruptions, waiting.final_output
    state = await RunState.from_string(agent, waiting.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    result = await trial.run(agent, state)
    assert "on its way" in result.final_output
    assert "Ada" in (await trial.run(agent, "What is my name?")).final_output
    assert len(await trial.stored()) == 8

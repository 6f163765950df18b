"""What a run is given besides a question, and what the Runner takes back from a session."""

from typing import Any

import agents
import httpx2
import openai
from agents.run_internal.session_persistence import rewind_session_items
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseReasoningItem,
)

from tests.helpers.scripts import add, answered, asked, says, told
from tests.helpers.trial import WHOLE, scenario


@scenario()
async def list_is_stored_item_by_item(trial):
    image = {"type": "input_image", "image_url": "data:,", "detail": "auto"}
    question = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "input_text", "text": "🙂"}, image]},
        asked("same"),
        asked("same"),
    ]
    agent = trial.agent(says("a"), says("b"), says("c"))
    await trial.run(agent, question)
    assert (await trial.session().get_items())[:4] == question
    await trial.run(agent, [])
    await trial.run(agent, "")
    items = await trial.session().get_items()
    assert told([items[4], items[5], items[7]]) == ["says a", "says b", "says c"]
    assert items[6] == asked("") and len(items) == 8
    assert agent.model.calls[0].input == question


@scenario()
async def history_given_again_is_stored_again(trial):
    # `to_input_list` is meant for programs without a session. Together they repeat everything.
    agent = trial.agent(says("2"), says("4"))
    result = await trial.run(agent, "1")
    await trial.run(agent, [*result.to_input_list(), asked("3")])
    assert await trial.stored() == ["1", "says 2", "1", "says 2", "3", "says 4"]


@scenario(differs="the Runner makes a list of a model that it is given; ours stores only dicts")
async def pydantic_models_as_input(trial):
    message = ResponseOutputMessage.model_validate(answered("Hi"))
    agent = trial.agent(says("Bye"))
    if trial.ours:
        with trial.raises(TypeError, match=r"items\[1\] is a list; an item is a dict"):
            await trial.run(agent, [asked("Hello"), message, asked("I go")])
        assert await trial.stored() == [] and trial.seen() == []
    else:
        await trial.run(agent, [asked("Hello"), message, asked("I go")])
        assert (await trial.session().get_items())[1][0] == ["id", "msg_Hi"]


@scenario()
async def dumped_models_as_input(trial):
    message = ResponseOutputMessage.model_validate(answered("Hi")).model_dump(exclude_unset=True)
    await trial.run(trial.agent(says("Bye")), [asked("Hello"), message, asked("I go")])
    assert (await trial.session().get_items())[:2] == [asked("Hello"), answered("Hi")]


@scenario()
async def field_with_an_alias(trial):
    """The Runner itself stores Python's name of it, whatever the session."""
    # It makes a dict of the model before the session sees it, with `exclude_unset` and without
    # `by_alias` (agents/items.py, `_output_item_to_input_item`).
    fields = {"type": "function_call", "call_id": "c1", "name": "add", "arguments": '{"a":1,"b":2}'}
    call = ResponseFunctionToolCall.model_validate(fields | {"async": True})
    await trial.run(trial.agent([call], says("3"), tools=[add]), "1 + 2?")
    assert (await trial.session().get_items())[1] == fields | {"async_": True}


@scenario(
    cases={
        "response": ({"previous_response_id": "resp_1"},),
        "auto": ({"auto_previous_response_id": True},),
        "conversation": ({"conversation_id": "conv_1"},),
    }
)
async def server_side_conversations_exclude_a_session(trial, options):
    with trial.raises(agents.UserError, match="Session persistence cannot be combined"):
        await trial.run(trial.agent(says("2")), "1", **options)
    assert await trial.stored() == [] and trial.seen() == []


def _locked():
    request = httpx2.Request("POST", "http://localhost/")
    body = {"code": "conversation_locked", "message": "try again"}
    response = httpx2.Response(400, request=request)
    return openai.BadRequestError("locked", response=response, body=body)


@scenario(ways=(WHOLE,))
async def question_is_stored_once_though_asked_thrice(trial):
    # The Runner retries after this error by itself, and after others if it is told to.
    retry = agents.ModelRetrySettings(
        max_retries=3,
        policy=lambda context: True,
        backoff={"initial_delay": 0.0, "jitter": False},
    )
    steps = [_locked(), ConnectionError(), says("2")]
    agent = trial.agent(*steps, model_settings=agents.ModelSettings(retry=retry))
    await trial.run(agent, "1")
    assert trial.seen() == [["1"]] * 3
    assert await trial.stored() == ["1", "says 2"]


@scenario(ways=(WHOLE,))
async def runner_recognises_its_items_when_it_takes_them_back(trial):
    # It does so before it asks a server-side conversation again, and compares fingerprints. No
    # model that runs here leads there, hence the call of the Runner's own function.
    session = trial.session()
    call: Any = {
        "type": "function_call",
        "call_id": "call_1",
        "name": "pay",
        "arguments": '{"a": "ü"}',
    }
    await session.add_items([asked("Hello"), answered("Hi"), asked("Pay"), call])
    await rewind_session_items(session, [asked("Pay"), call])
    assert await session.get_items() == [asked("Hello"), answered("Hi")]
    await rewind_session_items(session, [asked("Another question")])
    assert await session.get_items() == [asked("Hello"), answered("Hi")]


@scenario(ways=(WHOLE,))
async def what_another_adds_during_a_rewind_is_put_back(trial):
    session = trial.session()
    crossed: list[bool] = []
    pop = session.pop_item

    async def pop_after_another():
        if not crossed:
            crossed.append(True)
            await session.add_items([asked("a stranger's")])
        return await pop()

    session.pop_item = pop_after_another
    await session.add_items([asked("1"), asked("2"), asked("3")])
    await rewind_session_items(session, [asked("2"), asked("3")])
    assert await trial.stored() == ["1", "2", "3", "a stranger's"]
    await rewind_session_items(session, [asked("3"), asked("a stranger's")])
    assert await trial.stored() == ["1", "2"]


@scenario()
async def reasoning_ids_left_out_on_request(trial):
    thought = ResponseReasoningItem(id="rs_1", type="reasoning", summary=[])
    agent = trial.agent([thought, *says("2")], says("4"))
    for question in "13":
        await trial.run(agent, question, config={"reasoning_item_id_policy": "omit"})
    assert "id" not in (await trial.session().get_items())[1]

"""The SDK's OpenAIResponsesCompactionSession around another session.

It asks OpenAI to sum a conversation up, and puts the answer in its place. Here OpenAI's client has
a transport that answers by itself.
"""

import json
from contextlib import asynccontextmanager

import httpx2
import openai
from agents import SessionSettings, function_tool
from agents.memory import OpenAIResponsesCompactionSession

from tests.helpers.scripts import asked, calls, says
from tests.helpers.trial import WHOLE, scenario

SUMMARY = [
    {
        "id": "msg_kept",
        "type": "message",
        "role": "user",
        "status": "completed",
        "content": [{"type": "input_text", "text": "what was asked 🙂"}],
    },
    {"id": "cmp_1", "type": "compaction", "encrypted_content": "gAAAA=="},
]
USAGE = {
    "input_tokens": 7,
    "output_tokens": 2,
    "total_tokens": 9,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens_details": {"reasoning_tokens": 0},
}
OLD = [asked("old"), {"role": "assistant", "content": "old"}]


class Endpoint:
    """Answers `POST /v1/responses/compact` with a summary."""

    def __init__(self):
        self.status = 200
        self.requests = []
        self.meanwhile = lambda: None

    def __call__(self, request):
        assert (request.method, request.url.path) == ("POST", "/v1/responses/compact")
        self.requests.append(json.loads(request.content))
        self.meanwhile()
        answer = {"id": "resp_c", "object": "response.compaction", "created_at": 0}
        return httpx2.Response(self.status, json=answer | {"output": SUMMARY, "usage": USAGE})


@asynccontextmanager
async def compacting(inside, most=2, **settings):
    """A session that compacts once there are `most` items that are not the user's."""
    endpoint = Endpoint()
    transport = httpx2.AsyncClient(transport=httpx2.MockTransport(endpoint))
    async with openai.AsyncOpenAI(api_key="none", max_retries=0, http_client=transport) as client:
        session = OpenAIResponsesCompactionSession(
            inside.session_id,
            inside,
            client=client,
            should_trigger_compaction=lambda facts: (
                len(facts["compaction_candidate_items"]) >= most
            ),
            **settings,
        )
        yield session, endpoint


@scenario()
async def conversation_is_replaced_when_it_has_grown(trial):
    inside, agent = trial.session(), trial.agent(says("2"), says("4"), says("6"))
    async with compacting(inside) as (session, endpoint):
        await trial.run(agent, "1", session)
        assert endpoint.requests == [] and len(await inside.get_items()) == 2
        result = await trial.run(agent, "3", session)
        assert endpoint.requests == [{"model": "gpt-4.1", "previous_response_id": "resp-789"}]
        assert await inside.get_items() == SUMMARY
        assert result.context_wrapper.usage.total_tokens == 9
        await trial.run(agent, "5", session)
        assert agent.model.calls[2].input == [*SUMMARY, asked("5")]
        assert (await inside.get_items())[:3] == [*SUMMARY, asked("5")]
        assert len(endpoint.requests) == 1


@scenario()
async def compacted_from_the_stored_items(trial):
    agent = trial.agent(says("2"), says("4"))
    async with compacting(trial.session(), compaction_mode="input") as (session, endpoint):
        await trial.run(agent, "1", session)
        await trial.run(agent, "3", session)
    return endpoint.requests


@scenario(ways=(WHOLE,))
async def items_are_sent_as_they_were_stored(trial):
    history = [
        asked("Grüße 🙂"),
        {"type": "function_call", "call_id": "1", "name": "add", "arguments": '{"a":"ü"}'},
        {"type": "function_call_output", "call_id": "1", "output": "\x00\u2028"},
    ]
    inside = trial.session()
    await inside.add_items(history)
    async with compacting(inside) as (session, endpoint):
        await session.run_compaction({"force": True})
        assert endpoint.requests == [{"model": "gpt-4.1", "input": history}]
        assert await inside.get_items() == SUMMARY


@scenario()
async def conversation_is_kept_when_the_server_fails(trial):
    inside, agent = trial.session(), trial.agent(says("2"), says("4"))
    async with compacting(inside) as (session, endpoint):
        endpoint.status = 500
        await trial.run(agent, "1", session)
        with trial.raises(openai.InternalServerError):
            await trial.run(agent, "3", session)
        assert len(await inside.get_items()) == 4
        endpoint.status = 200
        await session.run_compaction({"force": True})
        assert await inside.get_items() == SUMMARY


@scenario(ways=(WHOLE,))
async def summary_that_cannot_be_stored_loses_nothing(trial):
    inside = trial.session()
    await inside.add_items(OLD)
    add_items = inside.add_items

    async def full(items):
        if items != OLD:
            raise OSError("the disk is full")
        await add_items(items)

    inside.add_items = full
    async with compacting(inside) as (session, _):
        with trial.raises(OSError, match="the disk is full"):
            await session.run_compaction({"force": True})
    assert await inside.get_items() == OLD


@scenario(ways=(WHOLE,))
async def pop_and_clear_pass_through_the_compaction(trial):
    inside = trial.session()
    async with compacting(inside) as (session, _):
        await session.add_items([asked("1"), asked("2")])
        assert await session.pop_item() == asked("2")
        assert await session.get_items() == await inside.get_items() == [asked("1")]
        assert await session.get_items(0) == []
        await session.clear_session()
        assert await session.pop_item() is None


@scenario()
async def call_that_waits_for_approval_is_not_compacted_away(trial):
    @function_tool(needs_approval=True)
    def buy(number: int) -> str:
        return f"bought {number}"

    inside = trial.session()
    agent = trial.agent(calls("buy", "c1", number=5), says("Done"), tools=[buy])
    async with compacting(inside, most=1) as (session, endpoint):
        waiting = await trial.run(agent, "Go", session)
        assert endpoint.requests == [] and len(await inside.get_items()) == 2
        state = waiting.to_state()
        state.approve(waiting.interruptions[0])
        await trial.run(agent, state, session)
        assert len(endpoint.requests) == 1
        assert await inside.get_items() == SUMMARY


@scenario(differs="the SDK can replace the end of a conversation in its own classes only")
async def compaction_with_a_limit(trial):
    # The model has seen only the end of the conversation, so only that may be summed up. With any
    # other class the SDK leaves the conversation as it is, and says so in its log and docstring.
    inside = trial.session(session_settings=SessionSettings(limit=2))
    await inside.add_items([*OLD, *OLD])
    async with compacting(inside, most=1) as (session, endpoint):
        await trial.run(trial.agent(says("a")), "1", session)
        items = await inside.get_items(100)
        if trial.ours:
            assert endpoint.requests == []
            assert items[:5] == [*OLD, *OLD, asked("1")] and len(items) == 6
        else:
            assert len(endpoint.requests) == 1
            assert items == [*OLD, *SUMMARY]


@scenario(in_memory=False, differs="the SDK compares the rows again in its own classes only")
async def what_another_program_adds_during_a_compaction(trial):
    # For its own class the SDK replaces the rows in one transaction, if they have not changed. For
    # any other it clears the session and adds the summary: what came in between is gone. A
    # conversation that several programs add to is better not compacted.
    inside, agent = trial.session(), trial.agent(says("2"), says("4"))
    row = "INSERT INTO agent_messages (session_id, message_data) VALUES ('alice', ?)"
    async with compacting(inside) as (session, endpoint):
        endpoint.meanwhile = lambda: trial.store.execute(row, (json.dumps(asked("another's")),))
        await trial.run(agent, "1", session)
        await trial.run(agent, "3", session)
        assert len(endpoint.requests) == 1
        items = await inside.get_items()
    if trial.ours:
        assert items == SUMMARY
    else:
        assert len(items) == 5 and items[-1] == asked("another's")

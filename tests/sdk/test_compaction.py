"""The SDK's OpenAIResponsesCompactionSession (0.24.0) around ours and around its own class.

It asks OpenAI to sum a conversation up, and puts the answer in its place. Here a real client asks a
server on this machine.
"""

import asyncio
import contextlib
import json
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import agents
import httpx
import openai
import pytest
from agents import Agent, RunConfig, Runner
from agents.memory import OpenAIResponsesCompactionSession
from agents.testing import ScriptedModel, assistant_message, function_call

from session_lib import SQLiteSession
from tests.helpers.stores import OURS, opened

KINDS = [OURS, "SQLiteSession"]
QUIET = RunConfig(tracing_disabled=True)
SUMMARY: list[Any] = [
    {
        "id": "msg_kept",
        "type": "message",
        "role": "user",
        "status": "completed",
        "content": [{"type": "input_text", "text": "what was asked 🙂"}],
    },
    {"id": "cmp_1", "type": "compaction", "encrypted_content": "gAAAA=="},
]


class Endpoint(ThreadingHTTPServer):
    """Answers `POST /v1/responses/compact` with `status` and `output`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.status = 200
        self.output = SUMMARY
        self.requests: list[dict[str, Any]] = []
        self.meanwhile: Any = lambda: None


class _Request(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        assert self.path == "/v1/responses/compact"
        length = int(self.headers["content-length"])
        self.server.requests.append(json.loads(self.rfile.read(length)))
        self.server.meanwhile()
        usage = {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
        usage["input_tokens_details"] = {"cached_tokens": 0, "cache_write_tokens": 0}  # type: ignore[assignment]
        usage["output_tokens_details"] = {"reasoning_tokens": 0}  # type: ignore[assignment]
        answer = {"id": "resp_c", "object": "response.compaction", "created_at": 0}
        answer |= {"output": self.server.output, "usage": usage}  # type: ignore[dict-item]
        body = json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
async def client(endpoint: Endpoint) -> AsyncIterator[openai.AsyncOpenAI]:
    # A proxy that this machine may be told to use must not hear of the conversation.
    async with openai.AsyncOpenAI(
        api_key="none",
        base_url=f"http://127.0.0.1:{endpoint.server_port}/v1",
        max_retries=0,
        http_client=httpx.AsyncClient(trust_env=False),
    ) as client:
        yield client


def compacting(inside: Any, client: openai.AsyncOpenAI, most: int = 2) -> Any:
    """A session that compacts once there are `most` items that are not the user's."""
    return OpenAIResponsesCompactionSession(
        inside.session_id,
        inside,
        client=client,
        should_trigger_compaction=lambda found: len(found["compaction_candidate_items"]) >= most,
    )


def agent(*texts: str) -> tuple[Any, ScriptedModel]:
    """An agent that answers with `texts`, and its model."""
    model = ScriptedModel([[assistant_message(text, item_id=f"msg_{text}")] for text in texts])
    return Agent(name="A", model=model), model


async def run(agent: Any, asked: str, session: Any, **options: Any) -> Any:
    return await Runner.run(agent, asked, session=session, **{"run_config": QUIET} | options)


def asked(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_conversation_is_replaced_when_it_has_grown(
    kind: str, streamed: bool, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    bot, model = agent("2", "4", "6")
    async with opened(kind, path) as inside, opened(OURS, path) as watcher:
        session = compacting(inside, client)

        async def ask(text: str) -> Any:
            if not streamed:
                return await run(bot, text, session)
            result = Runner.run_streamed(bot, text, session=session, run_config=QUIET)
            async for _ in result.stream_events():
                pass
            return result

        await ask("1")
        assert endpoint.requests == [] and len(await watcher.get_items()) == 2
        result = await ask("3")
        assert endpoint.requests == [{"model": "gpt-4.1", "previous_response_id": "resp-789"}]
        assert await watcher.get_items() == await inside.get_items() == SUMMARY
        assert result.context_wrapper.usage.total_tokens == 9
        await ask("5")
        assert model.calls[2].input == [*SUMMARY, asked("5")]
        assert (await watcher.get_items())[:3] == [*SUMMARY, asked("5")]
        assert len(endpoint.requests) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_the_items_are_sent_as_they_were_stored(
    kind: str, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    history = [
        asked("Grüße 🙂"),
        {"type": "function_call", "call_id": "1", "name": "add", "arguments": '{"a":"ü"}'},
        {"type": "function_call_output", "call_id": "1", "output": "\x00\u2028"},
    ]
    async with opened(kind, tmp_path / "x.db") as inside:
        await inside.add_items(history)
        await compacting(inside, client).run_compaction({"force": True})
        assert endpoint.requests == [{"model": "gpt-4.1", "input": history}]
        assert await inside.get_items() == SUMMARY


@pytest.mark.parametrize("kind", KINDS)
async def test_a_conversation_is_kept_when_the_server_fails(
    kind: str, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    endpoint.status = 500
    bot, _ = agent("2", "4")
    async with opened(kind, tmp_path / "x.db") as inside:
        session = compacting(inside, client)
        await run(bot, "1", session)
        with pytest.raises(openai.InternalServerError):
            await run(bot, "3", session)
        assert len(await inside.get_items()) == 4
        endpoint.status = 200
        await session.run_compaction({"force": True})
        assert await inside.get_items() == SUMMARY


@pytest.mark.parametrize("kind", KINDS)
async def test_a_summary_that_cannot_be_stored_loses_nothing(
    kind: str, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    history = [asked("1"), {"role": "assistant", "content": "2"}]

    base: Any = SQLiteSession if kind == OURS else agents.SQLiteSession

    class Full(base):  # type: ignore[misc]
        async def add_items(self, items: list[Any]) -> None:
            if items != history:
                raise OSError("the disk is full")
            await super().add_items(items)

    inside: Any = Full("user_1", tmp_path / "x.db")
    await inside.add_items(history)
    with pytest.raises(OSError, match="the disk is full"):
        await compacting(inside, client).run_compaction({"force": True})
    assert await inside.get_items() == history
    if (closed := inside.close()) is not None:
        await closed


@pytest.mark.parametrize("kind", KINDS)
async def test_pop_and_clear_go_through(
    kind: str, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path / "x.db") as inside:
        session = compacting(inside, client)
        await session.add_items([asked("1"), asked("2")])
        assert await session.pop_item() == asked("2")
        assert await session.get_items() == await inside.get_items() == [asked("1")]
        assert await session.get_items(0) == []
        await session.clear_session()
        assert await session.pop_item() is None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_that_waits_for_approval_is_not_compacted_away(
    kind: str, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    @agents.function_tool(needs_approval=True)
    def buy(number: int) -> str:
        return f"bought {number}"

    call = function_call("buy", {"number": 5}, call_id="c1")
    model = ScriptedModel([[call], [assistant_message("Done")]])
    bot = Agent(name="A", model=model, tools=[buy])
    async with opened(kind, tmp_path / "x.db") as inside:
        session = compacting(inside, client, most=1)
        waiting = await run(bot, "Go", session)
        assert endpoint.requests == [] and len(await inside.get_items()) == 2
        state = waiting.to_state()
        state.approve(waiting.interruptions[0])
        await run(bot, state, session)
        assert len(endpoint.requests) == 1
        assert await inside.get_items() == SUMMARY


@pytest.mark.parametrize("kind", KINDS)
async def test_encryption_may_stand_around_the_compaction(
    kind: str, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    pytest.importorskip("cryptography", reason="EncryptedSession needs cryptography")
    from agents.extensions.memory import EncryptedSession

    bot, model = agent("2", "4", "6")
    async with opened(kind, tmp_path / "x.db") as inside:
        session = EncryptedSession("user_1", compacting(inside, client), "k" * 40)
        for text in "135":
            await run(bot, text, session)
        assert len(endpoint.requests) == 1
        assert model.calls[2].input == [*SUMMARY, asked("5")]
        assert all("__enc__" in item for item in await inside.get_items())


@pytest.mark.parametrize("kind", KINDS)
async def test_with_a_limit_only_the_sdk_s_own_class_is_compacted(
    kind: str, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    # The model has seen only the end of the conversation, so only that may be summed up. For its
    # own classes the SDK has a private way to replace an end. Of all others it leaves such a
    # conversation as it is, with a warning in its log, and says so in the class's docstring.
    bot, _ = agent("a", "b")
    old = [asked("old"), {"role": "assistant", "content": "old"}]
    limited = agents.SessionSettings(limit=2)
    async with opened(kind, tmp_path / "x.db", session_settings=limited) as inside:
        await inside.add_items([*old, *old])
        session = compacting(inside, client, most=1)
        await run(bot, "1", session)
        items = await inside.get_items(100)
        if kind == OURS:
            assert endpoint.requests == []
            assert items[:5] == [*old, *old, asked("1")] and len(items) == 6
        else:
            assert len(endpoint.requests) == 1
            assert items == [*old, *SUMMARY]


async def test_nobody_s_item_is_lost_to_a_compaction_around_ours(
    endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    async with opened(OURS, path) as inside, opened(OURS, path, "user_2") as other:
        await inside.add_items([asked("1"), {"role": "assistant", "content": "2"}])
        session = compacting(inside, client)
        await asyncio.gather(
            session.run_compaction({"force": True}),
            *(session.add_items([asked(str(number))]) for number in range(20)),
            *(other.add_items([asked(str(number))]) for number in range(20)),
        )
        numbered = [asked(str(number)) for number in range(20)]
        assert await inside.get_items() == [*SUMMARY, *numbered]
        assert sorted(await other.get_items(), key=str) == sorted(numbered, key=str)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_another_adds_during_the_request_is_kept_with_the_sdk_s_own_class_only(
    kind: str, endpoint: Endpoint, client: openai.AsyncOpenAI, tmp_path: Path
) -> None:
    # For its own class the SDK compares the rows again before it replaces them, in one transaction,
    # and leaves all as it is if they have changed. For any other it clears the session and adds the
    # summary: two transactions, and what came in between is gone. So who lets several programs add
    # to one conversation had better not compact it.
    path = tmp_path / "x.db"

    def interrupt() -> None:
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            text = json.dumps(asked("another's"))
            row = "INSERT INTO agent_messages (session_id, message_data) VALUES ('user_1', ?)"
            connection.execute(row, (text,))

    endpoint.meanwhile = interrupt
    bot, _ = agent("2", "4")
    async with opened(kind, path) as inside:
        session = compacting(inside, client)
        await run(bot, "1", session)
        await run(bot, "3", session)
        assert len(endpoint.requests) == 1
        items = await inside.get_items()
    if kind == OURS:
        assert items == SUMMARY
    else:
        assert len(items) == 5 and items[-1] == asked("another's")

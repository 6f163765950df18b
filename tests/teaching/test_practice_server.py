"""The practice server speaks as OpenAI's own client expects, and the SDK's session runs on it."""

import json
import math
import socket
import threading
from typing import Any

import agents
import openai
import pytest
from agents import (
    Agent,
    OpenAIConversationsSession,
    OpenAIResponsesCompactionSession,
    Runner,
    SessionSettings,
    function_tool,
)
from openai.types.conversations import (
    Conversation,
    ConversationDeletedResource,
    ConversationItemList,
    Message,
)
from openai.types.responses import (
    CompactedResponse,
    ResponseCompactionItem,
    ResponseFunctionToolCallItem,
    ResponseFunctionToolCallOutputItem,
)
from pydantic import BaseModel

from session_lib import SQLiteSession
from session_lib.teaching.loopback import loopback_client
from session_lib.teaching.models import choose_model
from session_lib.teaching.practice_server import start_practice_server
from tests.helpers import processes

CALL = {"type": "function_call", "call_id": "call_1", "name": "add", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "5"}


@pytest.fixture(scope="module")
def base_url():
    with start_practice_server() as url:
        yield url


@pytest.fixture
async def client(base_url):
    async with loopback_client(base_url) as client:
        yield client.with_options(max_retries=0)


@pytest.fixture
async def conversation(client):
    return (await client.conversations.create()).id


def said(*texts: str) -> list[Any]:
    return [{"role": "user", "content": text} for text in texts]


def validated(raw: Any, model: type[BaseModel]) -> Any:
    """What was answered as `model`: nothing is missing, and nothing is there that it lacks."""
    found = model.model_validate(json.loads(raw.text), strict=True)
    assert_no_extra(found)
    return found


def assert_no_extra(value: Any) -> None:
    if isinstance(value, BaseModel):
        assert not value.model_extra, value
        for inner in vars(value).values():
            assert_no_extra(inner)
    elif isinstance(value, list):
        for inner in value:
            assert_no_extra(inner)


async def texts_of(client: openai.AsyncOpenAI, conversation: str, **options: Any) -> list[str]:
    """The texts of one page."""
    page: Any = await client.conversations.items.list(conversation, **options)
    return [item.content[0].text for item in page.data]


async def test_a_new_conversation(client):
    raw = client.conversations.with_raw_response
    made = validated(await raw.create(items=[], metadata={"topic": "tea"}), Conversation)
    assert made.id.startswith("conv_")
    assert made.metadata == {"topic": "tea"}
    raw_page = await client.conversations.items.with_raw_response.list(made.id)
    page = {"object": "list", "data": [], "has_more": False, "first_id": None, "last_id": None}
    assert json.loads(raw_page.text) == page
    begun = await client.conversations.create(items=said("one", "two"))
    assert await texts_of(client, begun.id, order="asc") == ["one", "two"]


async def test_added_items_have_the_clients_types(client, conversation):
    raw = client.conversations.items.with_raw_response
    items = [*said("2 + 3?"), CALL, RESULT, {"role": "assistant", "content": "5"}]
    added = validated(await raw.create(conversation, items=items), ConversationItemList)
    listed = validated(await raw.list(conversation, order="asc"), ConversationItemList)
    kinds = [Message, ResponseFunctionToolCallItem, ResponseFunctionToolCallOutputItem, Message]
    assert [type(item) for item in listed.data] == kinds
    assert added == listed
    assert (listed.first_id, listed.last_id) == (listed.data[0].id, listed.data[-1].id)
    assert not listed.has_more
    assert [part.type for part in listed.data[0].content] == ["input_text"]
    assert [part.type for part in listed.data[3].content] == ["output_text"]
    assert {item.status for item in listed.data} == {"completed"}


async def test_each_item_gets_its_own_id(client, conversation):
    items: Any = [{"id": "msg_1"} | item for item in said("one", "one")]
    added = await client.conversations.items.create(conversation, items=items)
    assert len({item.id for item in added.data} - {"msg_1"}) == 2


async def test_order_and_size_of_a_page(client, conversation):
    for start in range(0, 60, 20):
        texts = map(str, range(start, start + 20))
        await client.conversations.items.create(conversation, items=said(*texts))
    oldest, latest = [str(n) for n in range(20)], [str(n) for n in range(59, 39, -1)]
    assert await texts_of(client, conversation) == latest
    assert await texts_of(client, conversation, order="desc") == latest
    assert await texts_of(client, conversation, order="asc") == oldest
    assert await texts_of(client, conversation, limit=1) == ["59"]
    assert len(await texts_of(client, conversation, limit=100)) == 60


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_the_pages_together(client, conversation, order, limit):
    texts = [str(number) for number in range(6)]
    await client.conversations.items.create(conversation, items=said(*texts))
    page = await client.conversations.items.list(conversation, order=order, limit=limit)
    pages = [page.data]
    while page.has_more:
        page = await page.get_next_page()
        pages.append(page.data)
        assert len(pages) <= len(texts)
    found = [item.content[0].text for data in pages for item in data]
    assert found == (texts if order == "asc" else texts[::-1])
    assert len(pages) == math.ceil(len(texts) / limit)


async def test_a_page_after_an_item(client, conversation):
    added = await client.conversations.items.create(conversation, items=said("1", "2", "3"))
    middle = added.data[1].id
    assert await texts_of(client, conversation, after=middle, order="asc") == ["3"]
    assert await texts_of(client, conversation, after=middle, order="desc") == ["1"]


async def test_a_deleted_item(client, conversation):
    items = client.conversations.items
    added = await items.create(conversation, items=said("1", "2", "3"))
    middle = added.data[1].id
    raw = await items.with_raw_response.delete(middle, conversation_id=conversation)
    assert validated(raw, Conversation).id == conversation
    assert await texts_of(client, conversation) == ["3", "1"]
    with pytest.raises(openai.NotFoundError, match="not found"):
        await items.delete(middle, conversation_id=conversation)
    with pytest.raises(openai.NotFoundError):
        await items.list(conversation, after=middle)


async def test_a_deleted_conversation(client, conversation):
    conversations, items = client.conversations, client.conversations.items
    added = await items.create(conversation, items=said("1"))
    raw = await conversations.with_raw_response.delete(conversation)
    deleted = validated(raw, ConversationDeletedResource)
    assert (deleted.id, deleted.deleted) == (conversation, True)
    for request in (
        lambda: conversations.delete(conversation),
        lambda: items.list(conversation),
        lambda: items.create(conversation, items=said("2")),
        lambda: items.delete(added.data[0].id, conversation_id=conversation),
    ):
        with pytest.raises(openai.NotFoundError):
            await request()


async def test_two_conversations_are_apart(client, conversation):
    other = (await client.conversations.create()).id
    added = await client.conversations.items.create(conversation, items=said("1"))
    assert await texts_of(client, other) == []
    with pytest.raises(openai.NotFoundError):
        await client.conversations.items.delete(added.data[0].id, conversation_id=other)


BAD_ITEMS: list[Any] = [
    "not an object",
    {"role": "nobody", "content": "Hello."},
    {"role": "user"},
    {"role": "user", "content": "Hello.", "mood": "good"},
    {"type": "teleport"},
    {"type": ["message"]},
    {"type": "function_call", "name": "add", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "1", "output": 5},
    {"role": "user", "content": [{"type": "input_text", "text": 5}]},
]


@pytest.mark.parametrize("bad", BAD_ITEMS, ids=map(str, BAD_ITEMS))
async def test_a_bad_item_stores_none(client, conversation, bad):
    with pytest.raises(openai.BadRequestError, match=r"items\[1\]") as refused:
        await client.conversations.items.create(conversation, items=[*said("1"), bad])
    assert refused.value.type == "invalid_request_error"
    assert await texts_of(client, conversation) == []


async def test_at_most_twenty_items_at_a_time(client, conversation):
    with pytest.raises(openai.BadRequestError, match="at most 20"):
        await client.conversations.items.create(conversation, items=said(*"1" * 21))
    with pytest.raises(openai.BadRequestError, match="at most 20"):
        await client.conversations.create(items=said(*"1" * 21))
    assert await texts_of(client, conversation) == []


BAD_OPTIONS: list[Any] = [
    *({"limit": limit} for limit in ("0", "101", "-1", "two")),
    {"order": "up"},
    {"include": ["everything"]},
]


@pytest.mark.parametrize("options", BAD_OPTIONS, ids=str)
async def test_bad_options(client, conversation, options):
    with pytest.raises(openai.BadRequestError, match=next(iter(options))):
        await client.conversations.items.list(conversation, **options)


async def test_what_may_be_included(client, conversation):
    include = ["message.output_text.logprobs", "reasoning.encrypted_content"]
    items = client.conversations.items
    await items.create(conversation, items=said("1"), include=include)
    assert await texts_of(client, conversation, include=include) == ["1"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"items": {}}', b'{"items": []}'])
async def test_a_body_without_items(client, conversation, body):
    with pytest.raises(openai.BadRequestError):
        await client.post(f"/conversations/{conversation}/items", cast_to=object, content=body)


async def test_the_sdks_session(client):
    session = OpenAIConversationsSession(openai_client=client)
    await session.add_items(said(*(str(number) for number in range(45))))

    def texts(items: list[Any]) -> list[str]:
        return [item["content"][0]["text"] for item in items]

    assert texts(await session.get_items()) == [str(number) for number in range(45)]
    assert texts(await session.get_items(3)) == ["42", "43", "44"]
    assert texts(await session.get_items(30)) == [str(number) for number in range(15, 45)]
    session.session_settings = SessionSettings(limit=1)
    assert texts(await session.get_items()) == ["44"]
    assert texts([await session.pop_item()]) == ["44"]
    again = OpenAIConversationsSession(conversation_id=session.session_id, openai_client=client)
    assert texts(await again.get_items(1)) == ["43"]
    await session.clear_session()
    with pytest.raises(openai.NotFoundError):
        await again.get_items()
    assert await session.get_items() == []
    assert await session.pop_item() is None


async def test_an_agent_remembers_with_it(client):
    @function_tool
    def multiply(a: int, b: int) -> int:
        return a * b

    agent = Agent(name="Assistant", model=choose_model(), tools=[multiply])
    session = OpenAIConversationsSession(openai_client=client)
    for message in ["My name is Ada.", "What is 17 times 23?", "How much is that times 2?"]:
        result = await Runner.run(agent, message, session=session)
    assert result.final_output == "391 * 2 = 782."
    result = await Runner.run(agent, "What is my name?", session=session)
    assert result.final_output == "Your name is Ada."
    assert isinstance(session, agents.Session)
    assert len(await session.get_items()) == 2 + 4 + 4 + 2


# A user's message among the output of a compaction is what the client has no type for.
class Compacted(CompactedResponse):
    output: list[Message | ResponseCompactionItem]  # type: ignore[assignment]


TURN = [*said("2 + 3?"), CALL, RESULT, {"role": "assistant", "content": "5"}]


async def test_a_compacted_conversation(client):
    raw = client.responses.with_raw_response
    answer = await raw.compact(model="gpt-4.1", input=[*TURN, *said("And 4 more?")])
    compacted = validated(answer, Compacted)
    *kept, compaction = compacted.output
    assert [(item.role, item.content[0].text) for item in kept] == [
        ("user", "2 + 3?"),
        ("user", "And 4 more?"),
    ]
    assert isinstance(compaction, ResponseCompactionItem)
    assert len({item.id for item in compacted.output}) == 3
    # 4 and 4 in the questions, 1 and 2 in the call, 1 in its result, 1 in the answer.
    assert compacted.usage.input_tokens == compacted.usage.total_tokens == 13


async def test_compacted_twice(client):
    raw = client.responses.with_raw_response
    first = await raw.compact(model="gpt-4.1", input=TURN)
    items = json.loads(first.text)["output"]
    second = await raw.compact(model="gpt-4.1", input=[*items, *said("And 4 more?")])
    types = [item.type for item in validated(second, Compacted).output]
    assert types == ["message", "message", "compaction"]


async def test_a_text_is_compacted_too(client):
    answer = await client.responses.with_raw_response.compact(model="gpt-4.1", input="Hello.")
    kept, _ = validated(answer, Compacted).output
    assert kept.content[0].text == "Hello."


BAD_COMPACTIONS: list[Any] = [
    ({"input": []}, "input is empty"),
    ({}, "input is not a list"),
    ({"input": [*said("1"), {"type": "teleport"}]}, r"input\[1\] has the type 'teleport'"),
    ({"input": said("1"), "model": None}, "model is not a string"),
    ({"input": said("1"), "extra_body": {"mood": "good"}}, "Unknown parameter: 'mood'"),
    ({"previous_response_id": "resp_1"}, "Previous response with id 'resp_1' not found"),
]


@pytest.mark.parametrize(("given", "message"), BAD_COMPACTIONS, ids=[m for _, m in BAD_COMPACTIONS])
async def test_what_cannot_be_compacted(client, given, message):
    with pytest.raises(openai.BadRequestError, match=message):
        await client.responses.compact(**{"model": "gpt-4.1"} | given)


async def test_the_sdks_compaction_session(client):
    inside = SQLiteSession("compacted")
    session = OpenAIResponsesCompactionSession(
        "compacted", inside, client=client, compaction_mode="input"
    )
    agent = Agent(name="Assistant", model=choose_model())
    await session.add_items([*said("My name is Ada."), *9 * [TURN[-1]]])
    result = await Runner.run(agent, "What is my name?", session=session)
    assert result.final_output == "Your name is Ada."
    # The SDK adds what the compaction has read, which is all that is stored by then.
    first, second = result.context_wrapper.usage.request_usage_entries
    assert second.input_tokens == first.input_tokens + first.output_tokens
    items = await inside.get_items()
    assert [item.get("type") for item in items] == ["message", "message", "compaction"]
    result = await Runner.run(agent, "What is my name?", session=session)
    assert result.final_output == "Your name is Ada."
    assert result.context_wrapper.usage.requests == 1


async def test_it_is_local_and_gone_at_the_end(conversation):
    before = set(threading.enumerate())
    with start_practice_server() as url:
        host, port = url.removeprefix("http://").removesuffix("/v1").split(":")
        assert host == "127.0.0.1"
        (thread,) = processes.threads_since(before)
        assert thread.daemon and thread.name == "practice server"
        async with loopback_client(url) as client:
            with pytest.raises(openai.NotFoundError):  # that is another server's
                await client.conversations.items.list(conversation)
    assert not thread.is_alive()
    with pytest.raises(OSError), socket.create_connection((host, int(port)), timeout=5):
        pass


def test_a_program_that_does_not_stop_it(tmp_path):
    source = """
        import asyncio
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient
        from session_lib.teaching.practice_server import start_practice_server

        server = start_practice_server()
        url = server.__enter__()

        async def main():
            http_client = DefaultAsyncHttpxClient(trust_env=False)
            async with AsyncOpenAI(base_url=url, api_key="-", http_client=http_client) as client:
                await client.conversations.create()

        asyncio.run(main())
        print("done")
    """
    assert processes.run(tmp_path, source, timeout=60) == (0, "done\n", "")

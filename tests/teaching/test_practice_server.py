"""The practice server speaks as OpenAI's own client expects, and the SDK's session runs on it."""

import json
import math
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import agents
import openai
import pytest
from agents import Agent, OpenAIConversationsSession, Runner, SessionSettings, function_tool
from openai.types.conversations import (
    Conversation,
    ConversationDeletedResource,
    ConversationItemList,
    Message,
)
from openai.types.responses import ResponseFunctionToolCallItem, ResponseFunctionToolCallOutputItem
from pydantic import BaseModel

from session_lib.teaching.models import choose_model
from session_lib.teaching.practice_server import start_practice_server
from tests.helpers import processes

CALL = {"type": "function_call", "call_id": "call_1", "name": "add", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "5"}
OPTIONAL_IN_A_LIST = {"first_id", "last_id"}  # null where the list is empty


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with start_practice_server() as url:
        yield url


@pytest.fixture
async def client(base_url: str) -> AsyncIterator[openai.AsyncOpenAI]:
    async with client_of(base_url) as client:
        yield client


@pytest.fixture
async def conversation(client: openai.AsyncOpenAI) -> str:
    return (await client.conversations.create()).id


def client_of(base_url: str) -> openai.AsyncOpenAI:
    """OpenAI's client, which asks no proxy and tries nothing twice."""
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key="none needed",
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
    )


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
    page = await client.conversations.items.list(conversation, **options)
    return [item.content[0].text for item in page.data]  # type: ignore[union-attr]


async def test_a_new_conversation_has_what_the_client_expects(client: openai.AsyncOpenAI) -> None:
    raw = client.conversations.with_raw_response
    made = validated(await raw.create(items=[], metadata={"topic": "tea"}), Conversation)

    assert made.id.startswith("conv_")
    assert made.metadata == {"topic": "tea"}
    assert await texts_of(client, made.id) == []


async def test_a_conversation_can_begin_with_items(client: openai.AsyncOpenAI) -> None:
    made = await client.conversations.create(items=said("one", "two"))

    assert await texts_of(client, made.id, order="asc") == ["one", "two"]


async def test_what_is_added_is_of_the_types_of_the_client(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    raw = client.conversations.items.with_raw_response
    answer = {"role": "assistant", "content": "5"}
    items: list[Any] = [*said("2 + 3?"), CALL, RESULT, answer]

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


async def test_each_item_gets_an_id_of_its_own(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    items = [{"id": "msg_1"} | item for item in said("one", "one")]
    added = await client.conversations.items.create(conversation, items=items)  # type: ignore[arg-type]

    assert len({item.id for item in added.data} - {"msg_1"}) == 2


async def test_an_empty_list_has_no_first_and_no_last(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    answer = await client.conversations.items.with_raw_response.list(conversation)

    page = json.loads(answer.text)
    assert {page.pop(name) for name in OPTIONAL_IN_A_LIST} == {None}
    assert page == {"object": "list", "data": [], "has_more": False}


async def test_the_latest_items_come_first_unless_the_order_says_otherwise(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    await client.conversations.items.create(conversation, items=said("one", "two"))

    assert await texts_of(client, conversation) == ["two", "one"]
    assert await texts_of(client, conversation, order="desc") == ["two", "one"]
    assert await texts_of(client, conversation, order="asc") == ["one", "two"]


async def test_a_page_has_twenty_items_or_as_many_as_the_limit_says(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    for start in range(0, 60, 20):
        texts = map(str, range(start, start + 20))
        await client.conversations.items.create(conversation, items=said(*texts))

    assert await texts_of(client, conversation, order="asc") == [str(n) for n in range(20)]
    assert await texts_of(client, conversation, limit=1) == ["59"]
    assert len(await texts_of(client, conversation, limit=100)) == 60


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_the_pages_together_are_all_items_once(
    client: openai.AsyncOpenAI, conversation: str, order: Any, limit: int
) -> None:
    texts = [str(number) for number in range(6)]
    await client.conversations.items.create(conversation, items=said(*texts))

    page = await client.conversations.items.list(conversation, order=order, limit=limit)
    pages = [page.data]
    while page.has_more:
        page = await page.get_next_page()
        pages.append(page.data)
        assert len(pages) <= len(texts)
    found = [item.content[0].text for data in pages for item in data]  # type: ignore[union-attr]

    assert found == (texts if order == "asc" else texts[::-1])
    assert len(pages) == math.ceil(len(texts) / limit)


async def test_a_page_begins_after_the_item_that_it_was_told(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    added = await client.conversations.items.create(conversation, items=said("1", "2", "3"))

    middle = added.data[1].id
    assert await texts_of(client, conversation, after=middle, order="asc") == ["3"]
    assert await texts_of(client, conversation, after=middle, order="desc") == ["1"]


async def test_a_deleted_item_is_gone_and_the_others_stay(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
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


async def test_a_deleted_conversation_is_unknown_to_every_request(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    conversations = client.conversations
    added = await conversations.items.create(conversation, items=said("1"))

    raw = await conversations.with_raw_response.delete(conversation)

    deleted = validated(raw, ConversationDeletedResource)
    assert (deleted.id, deleted.deleted) == (conversation, True)
    with pytest.raises(openai.NotFoundError):
        await conversations.delete(conversation)
    with pytest.raises(openai.NotFoundError):
        await conversations.items.list(conversation)
    with pytest.raises(openai.NotFoundError):
        await conversations.items.create(conversation, items=said("2"))
    with pytest.raises(openai.NotFoundError):
        await conversations.items.delete(added.data[0].id, conversation_id=conversation)


async def test_two_conversations_are_apart(client: openai.AsyncOpenAI, conversation: str) -> None:
    other = (await client.conversations.create()).id
    added = await client.conversations.items.create(conversation, items=said("1"))

    assert await texts_of(client, other) == []
    with pytest.raises(openai.NotFoundError):
        await client.conversations.items.delete(added.data[0].id, conversation_id=other)


BAD_ITEMS: list[Any] = [
    "no object",
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
async def test_a_bad_item_stores_none_of_the_batch(
    client: openai.AsyncOpenAI, conversation: str, bad: Any
) -> None:
    with pytest.raises(openai.BadRequestError, match=r"items\[1\]") as refused:
        await client.conversations.items.create(conversation, items=[*said("1"), bad])

    assert refused.value.type == "invalid_request_error"
    assert await texts_of(client, conversation) == []


async def test_more_than_twenty_items_at_a_time_are_refused(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    with pytest.raises(openai.BadRequestError, match="at most 20"):
        await client.conversations.items.create(conversation, items=said(*"1" * 21))
    with pytest.raises(openai.BadRequestError, match="at most 20"):
        await client.conversations.create(items=said(*"1" * 21))

    assert await texts_of(client, conversation) == []


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": -1},
        {"limit": "two"},
        {"order": "up"},
        {"include": ["everything"]},
    ],
    ids=str,
)
async def test_options_out_of_range_are_refused(
    client: openai.AsyncOpenAI, conversation: str, options: Any
) -> None:
    with pytest.raises(openai.BadRequestError, match=next(iter(options))):
        await client.conversations.items.list(conversation, **options)


async def test_what_the_client_may_ask_to_include_is_taken(
    client: openai.AsyncOpenAI, conversation: str
) -> None:
    include: Any = ["message.output_text.logprobs", "reasoning.encrypted_content"]
    items = client.conversations.items
    await items.create(conversation, items=said("1"), include=include)

    assert await texts_of(client, conversation, include=include) == ["1"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"items": {}}', b'{"items": []}'])
async def test_a_body_that_holds_no_items_is_refused(
    client: openai.AsyncOpenAI, conversation: str, body: bytes
) -> None:
    with pytest.raises(openai.BadRequestError):
        await client.post(f"/conversations/{conversation}/items", cast_to=object, content=body)


async def test_the_sdks_session_works_on_it(client: openai.AsyncOpenAI) -> None:
    session = OpenAIConversationsSession(openai_client=client)
    await session.add_items(said(*(str(number) for number in range(45))))

    def texts(items: list[Any]) -> list[str]:
        return [item["content"][0]["text"] for item in items]

    assert texts(await session.get_items()) == [str(number) for number in range(45)]
    assert texts(await session.get_items(3)) == ["42", "43", "44"]
    assert texts(await session.get_items(30)) == [str(number) for number in range(15, 45)]
    session.session_settings = SessionSettings(limit=1)
    assert texts(await session.get_items()) == ["44"]
    popped: Any = await session.pop_item()
    assert texts([popped]) == ["44"]
    again = OpenAIConversationsSession(conversation_id=session.session_id, openai_client=client)
    assert texts(await again.get_items(1)) == ["43"]
    await session.clear_session()
    with pytest.raises(openai.NotFoundError):
        await again.get_items()
    assert await session.get_items() == []
    assert await session.pop_item() is None


async def test_an_agent_remembers_with_it(client: openai.AsyncOpenAI) -> None:
    @function_tool
    def multiply(a: int, b: int) -> int:
        """Multiply two numbers."""
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


async def test_a_second_server_knows_nothing_of_the_first(conversation: str) -> None:
    with start_practice_server() as other:
        async with client_of(other) as client:
            with pytest.raises(openai.NotFoundError):
                await client.conversations.items.list(conversation)


async def test_it_listens_on_loopback_and_is_gone_afterwards() -> None:
    before = set(threading.enumerate())
    with start_practice_server() as url:
        host, port = url.removeprefix("http://").removesuffix("/v1").split(":")
        assert host == "127.0.0.1"
        (thread,) = processes.threads_since(before)
        assert thread.daemon and thread.name == "practice server"
        async with client_of(url) as client:
            await client.conversations.create()

    assert not thread.is_alive()
    with pytest.raises(OSError), socket.create_connection((host, int(port)), timeout=5):
        pass


def test_a_program_that_does_not_stop_it_ends_without_a_word(tmp_path: Path) -> None:
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

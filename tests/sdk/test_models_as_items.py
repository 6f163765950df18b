"""Pydantic models, which the OpenAI client returns, are items too. To the SDK's session no."""

import datetime
from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage
from pydantic import BaseModel

from tests.helpers.sessions import Store


class Note(BaseModel):
    z: str = "last"
    a: int = 1
    day: datetime.date = datetime.date(2026, 11, 20)
    nested: list["Note"] = []


MESSAGE = {
    "id": "msg_1",
    "content": [{"annotations": [], "text": "Grüße", "type": "output_text", "logprobs": []}],
    "role": "assistant",
    "status": "completed",
    "type": "message",
}
CALL = {"arguments": "{}", "call_id": "call_1", "name": "add", "type": "function_call"}


async def test_a_model_is_stored_as_its_json_form(our_store: Store) -> None:
    session = our_store.open()
    note = Note(nested=[Note(a=2)])

    await session.add_items([note])

    inner = {"z": "last", "a": 2, "day": "2026-11-20", "nested": []}
    expected = {"z": "last", "a": 1, "day": "2026-11-20", "nested": [inner]}
    assert repr(await session.get_items()) == repr([expected])
    assert await session.get_items() == [note.model_dump(mode="json", by_alias=True)]


@pytest.mark.parametrize(
    "model",
    [ResponseOutputMessage.model_validate(MESSAGE), ResponseFunctionToolCall.model_validate(CALL)],
)
async def test_what_the_openai_client_returns_is_stored(our_store: Store, model: Any) -> None:
    session = our_store.open()

    await session.add_items([model])

    assert await session.get_items() == [model.model_dump(mode="json", by_alias=True)]


async def test_models_and_dicts_may_stand_in_one_batch(our_store: Store) -> None:
    session = our_store.open()

    await session.add_items([{"n": 1}, Note(), {"n": 2}])

    assert [*map(list, await session.get_items())] == [["n"], ["z", "a", "day", "nested"], ["n"]]


async def test_a_dict_with_the_key_model_dump_is_a_dict(session: Any) -> None:
    await session.add_items([{"model_dump": 1}])

    assert await session.get_items() == [{"model_dump": 1}]


async def test_the_sdk_refuses_models(store: Store) -> None:
    # Its Runner turns models into dicts before it calls the session; who calls it by hand has
    # them at hand, and nothing is lost in taking them.
    session = store.open()
    if store.ours:
        await session.add_items([Note()])
        assert len(await session.get_items()) == 1
    else:
        with pytest.raises(TypeError, match="Note"):
            await session.add_items([Note()])

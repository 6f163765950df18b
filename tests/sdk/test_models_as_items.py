"""Pydantic models, which the OpenAI client returns, are items too. The SDK's session refuses them.

Its Runner turns models into dicts before it calls the session. A program that calls the session
itself has models at hand, and nothing is lost in taking them.
"""

import datetime

import pytest
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage
from pydantic import BaseModel

from tests.helpers.scripts import answered


class Note(BaseModel):
    z: str = "last"
    a: int = 1
    day: datetime.date = datetime.date(2026, 11, 20)
    nested: list["Note"] = []


CALL = {"arguments": "{}", "call_id": "call_1", "name": "add", "type": "function_call"}


async def test_model_is_stored_as_its_json_form(our_store):
    session, note = our_store.open(), Note(nested=[Note(a=2)])
    await session.add_items([note])
    inner = {"z": "last", "a": 2, "day": "2026-11-20", "nested": []}
    expected = {"z": "last", "a": 1, "day": "2026-11-20", "nested": [inner]}
    assert repr(await session.get_items()) == repr([expected])
    assert await session.get_items() == [note.model_dump(mode="json", by_alias=True)]


@pytest.mark.parametrize(
    "model",
    [
        ResponseOutputMessage.model_validate(answered("Grüße")),
        ResponseFunctionToolCall.model_validate(CALL),
    ],
)
async def test_what_the_openai_client_returns(our_store, model):
    session = our_store.open()
    await session.add_items([model])
    assert await session.get_items() == [model.model_dump(mode="json", by_alias=True)]


async def test_field_keeps_the_name_of_openai(our_store):
    # "async_" is not a field of the API: what is read back as a model would lose the value.
    call = ResponseFunctionToolCall.model_validate(CALL | {"async": True})
    session = our_store.open()
    await session.add_items([call])
    (item,) = await session.get_items()
    assert call.async_ is True and ResponseFunctionToolCall.model_validate(item) == call
    assert item["async"] is True and "async_" not in item


async def test_models_and_dicts_in_one_batch(our_store):
    session = our_store.open()
    await session.add_items([{"n": 1}, Note(), {"n": 2}])
    assert [*map(list, await session.get_items())] == [["n"], ["z", "a", "day", "nested"], ["n"]]


async def test_dict_with_the_key_model_dump(session):
    await session.add_items([{"model_dump": 1}])
    assert await session.get_items() == [{"model_dump": 1}]


async def test_only_the_sdk_refuses_models(store):
    session = store.open()
    if store.ours:
        await session.add_items([Note()])
        assert len(await session.get_items()) == 1
    else:
        with pytest.raises(TypeError, match="Note"):
            await session.add_items([Note()])

"""What cannot be stored exactly is refused as a whole batch, before anything is written."""

import datetime
import enum
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, RootModel

from tests.helpers.strange_values import (
    ANY_ITEMS,
    HALVES,
    TEXTS,
    assert_clear,
    endless,
    json_holds,
    strange,
)

pytestmark = pytest.mark.usefixtures("no_collection")

NAN, INFINITY = float("nan"), float("inf")
GOOD = {"role": "user", "content": "Hello"}


class Mood(enum.Enum):
    GOOD = "good"


class Names(RootModel[list[str]]):
    """A Pydantic model that is not an object in JSON."""


class Anything(BaseModel):
    value: Any


class Number(BaseModel):
    value: float


# Each with the error, and what its message says after "items" and the item's index.
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "None": (None, TypeError, " is a NoneType; an item is a dict"),
    "text": ("Hello", TypeError, " is a str; "),
    "object": (object(), TypeError, " is a object; "),
    "object in it": ({"it's": object()}, TypeError, """["it's"] is a object; """),
    "set in it": ({"a": {1}}, TypeError, "['a'] is a set; "),
    "tuple in it": ({"a": [0, {"b": (1,)}]}, TypeError, "['a'][1]['b'] is a tuple; "),
    "date in it": ({"a": datetime.date(2026, 11, 20)}, TypeError, "['a'] is a date; "),
    "enum in it": ({"a": Mood.GOOD}, TypeError, "['a'] is a Mood; "),
    "model in it": ({"a": Anything(value=1)}, TypeError, "['a'] is a Anything; "),
    "class in it": ({"a": dict}, TypeError, "['a'] is a type; "),
    "the first of two": ({"z": object(), "a": {2}}, TypeError, "['z'] is a object; "),
    "NaN": ({"a": NAN}, ValueError, "['a'] is nan, "),
    "minus infinity": ({"a": [1.5, -INFINITY]}, ValueError, "['a'][1] is -inf, "),
    "key 1": ({1: "a"}, TypeError, " has the key 1; "),
    "key None": ({"a": [{None: 2}]}, TypeError, "['a'][0] has the key None; "),
    "key that is a tuple": ({("a", 1): "a"}, TypeError, " has the key ('a', 1); "),
    "itself in it": (endless({}), ValueError, " is nested too deeply"),
    "list in itself": ({"a": endless([])}, ValueError, " is nested too deeply"),
    "integer too long for Python": (
        {"a": 10**5_000},
        ValueError,
        " Exceeds the limit (4300 digits",
    ),
    "split character": ({"a": "\ud83d\ude00"}, ValueError, " holds a character split into two sur"),
    "split character in a key": ({"\ud83d\ude00": 1}, ValueError, " holds a character split into"),
    "model that is a list": (Names(["a"]), TypeError, " is a list; "),
    "model with an object": (Anything(value=object()), ValueError, " Unable to serialize"),
    "model with NaN": (Number(value=NAN), ValueError, "['value'] is nan, "),
    "class of a model": (Anything, TypeError, " BaseModel.model_dump() missing 1 required"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bad_item_refuses_its_batch(our_session, name):
    item, error, why = REFUSED[name]
    await our_session.add_items([{"n": 1}])
    for index in (0, 2):
        with pytest.raises(error) as caught:
            await our_session.add_items([*[GOOD] * index, item, GOOD, object()])
        assert str(caught.value).startswith(f"items[{index}]{why}")
        # A chain of the encoder's own errors would only hide the message.
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert await our_session.get_items() == [{"n": 1}]
    await our_session.add_items([{"n": 2}])
    assert await our_session.get_items() == [{"n": 1}, {"n": 2}]


async def test_a_bad_item_takes_no_write_lock(our_file):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    with closing(sqlite3.connect(our_file.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        # Whoever asked for the lock would wait for it, and get an sqlite3.OperationalError.
        await session.add_items([])
        for item, error, _ in REFUSED.values():
            with pytest.raises(error, match=r"^items\[1\]"):
                await session.add_items([GOOD, item])
        other.execute("ROLLBACK")
    assert await session.get_items() == [{"n": 1}]


async def test_a_bad_item_makes_no_file(our_file):
    with pytest.raises(TypeError):
        await our_file.open().add_items([GOOD, object()])
    assert not our_file.path.exists()


async def test_a_bad_item_adds_no_session_row(our_file):
    await our_file.open("bob").add_items([GOOD])
    with pytest.raises(TypeError):
        await our_file.open("alice").add_items([GOOD, object()])
    assert our_file.execute("SELECT session_id FROM agent_sessions") == [("bob",)]


@pytest.mark.parametrize("batch", [None, 5, "Hello", b"Hello", GOOD, object()])
async def test_a_batch_that_is_not_a_list(our_session, batch):
    # One item instead of a list of one is an easy slip. The SDK would store a dict's keys, and
    # a text's letters, as items.
    with pytest.raises(TypeError, match=r"^items is a .*list"):
        await our_session.add_items(batch)
    assert await our_session.get_items() == []


async def test_a_batch_whose_iteration_fails(our_session):
    def broken():
        yield GOOD
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await our_session.add_items(broken())
    assert await our_session.get_items() == []


# Values of every kind, and random ones.


async def test_any_batch_is_stored_or_refused(our_session):
    for value in strange():
        await our_session.clear_session()
        try:
            await our_session.add_items(value)
        except Exception as error:
            assert_clear(error, "items")
            assert len(str(error)) < 1_000
            assert await our_session.get_items() == []


PLACES = {
    "item": lambda value: value,
    "value": lambda value: {"a": value},
    "content": lambda value: {"role": "user", "content": [{"type": "input_text", "text": value}]},
    "lists": lambda value: {"a": [[[value]]]},
    "dicts": lambda value: {"a": {"b": {"c": value}}},
    "among others": lambda value: {"a": [1, "b", value, None]},
    "key": lambda value: {value: 1},
    "inner key": lambda value: {"a": [{value: {}}]},
}


@pytest.mark.parametrize("place", PLACES)
async def test_any_value_in_any_place(our_session, place):
    expected = []
    for value in [*strange(), *TEXTS, *HALVES]:
        try:
            item = PLACES[place](value)
        except TypeError:  # it cannot be the key of a dict
            continue
        try:
            await our_session.add_items([{"n": 1}, item])
            expected += [{"n": 1}, item]
        except Exception as error:
            assert_clear(error, "items[1]")
            assert len(str(error)) < 1_000
            assert place == "item" or not isinstance(value, str) or value in HALVES
        assert await our_session.get_items(2) == expected[-2:]
    assert await our_session.get_items() == expected


@given(st.lists(ANY_ITEMS, max_size=10))
async def test_a_random_batch(our_session, items):
    await our_session.clear_session()
    good = [json_holds(item) for item in items]
    if all(good):
        await our_session.add_items(items)
    else:
        with pytest.raises((TypeError, ValueError)) as caught:
            await our_session.add_items(items)
        assert_clear(caught.value, f"items[{good.index(False)}]")
    assert repr(await our_session.get_items()) == repr(items if all(good) else [])


# What the SDK does with such items.


@pytest.mark.parametrize(
    ("item", "stored"),
    [
        ({"a": object()}, None),
        ({"a": {1}}, None),
        ({("a", 1): 2}, None),
        (object(), None),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ({1: "a"}, {"1": "a"}),
        ({None: "a"}, {"null": "a"}),
        ({1: "int", "1": "str"}, {"1": "str"}),
        ({"a": "\ud83d\ude00"}, {"a": "\U0001f600"}),
        ([GOOD], [GOOD]),
        ("Hello", "Hello"),
    ],
)
async def test_the_sdk_stores_something_else(store, item, stored):
    # Ours returns what was added, or refuses it: the Runner compares fingerprints. What has no
    # JSON the SDK refuses too, only that its error names no index.
    session = store.open()
    await session.add_items([{"n": 1}])
    if store.ours or stored is None:
        with pytest.raises((TypeError, ValueError), match=r"^items\[1\]" if store.ours else None):
            await session.add_items([GOOD, item, GOOD])
        assert await session.get_items() == [{"n": 1}]
    else:
        await session.add_items([item])
        assert await session.get_items() == [{"n": 1}, stored]


async def test_the_sdk_stores_nan(file_store):
    # Only Python reads it as JSON. No other reader of the file can, such as SQLite's json_valid.
    session = file_store.open()
    if file_store.ours:
        with pytest.raises(ValueError, match=r"^items\[0\].*nan"):
            await session.add_items([{"a": NAN}])
    else:
        await session.add_items([{"a": NAN}])
        assert file_store.execute("SELECT json_valid(message_data) FROM agent_messages") == [(0,)]

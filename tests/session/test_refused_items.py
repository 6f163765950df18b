"""What cannot be stored exactly is refused as a whole batch, before anything is written."""

import datetime
import enum
import sqlite3
import types
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from pydantic import BaseModel, RootModel

from tests.helpers.sessions import Store

NAN, INFINITY = float("nan"), float("inf")
GOOD = {"role": "user", "content": "Hello"}


class Mood(enum.Enum):
    GOOD = "good"


class Names(RootModel[list[str]]):
    """A Pydantic model that is no object in JSON."""


class Anything(BaseModel):
    value: Any


class Number(BaseModel):
    value: float


def _endless() -> dict[str, Any]:
    item: dict[str, Any] = {}
    item["self"] = [item]
    return item


# Each with the error, and what its message says besides the item's index.
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "None": (None, TypeError, "NoneType"),
    "text": ("Hello", TypeError, "str"),
    "bytes": (b"Hello", TypeError, "bytes"),
    "number": (5, TypeError, "int"),
    "list": ([GOOD], TypeError, "list"),
    "pairs": ((("role", "user"),), TypeError, "tuple"),
    "set": ({"Hello"}, TypeError, "set"),
    "object": (object(), TypeError, "object"),
    "mapping that is no dict": (types.MappingProxyType(GOOD), TypeError, "mappingproxy"),
    "object in it": ({"a": object()}, TypeError, "object"),
    "set in it": ({"a": {1}}, TypeError, "set"),
    "tuple in it": ({"a": (1, 2)}, TypeError, "tuple"),
    "bytes in it": ({"a": b"x"}, TypeError, "bytes"),
    "date in it": ({"a": datetime.date(2026, 11, 20)}, TypeError, "date"),
    "complex number in it": ({"a": 1j}, TypeError, "complex"),
    "enum in it": ({"a": Mood.GOOD}, TypeError, "Mood"),
    "model in it": ({"a": Anything(value=1)}, TypeError, "Anything"),
    "class in it": ({"a": dict}, TypeError, "type"),
    "NaN": ({"a": NAN}, ValueError, "nan"),
    "infinity": ({"a": INFINITY}, ValueError, "inf"),
    "minus infinity": ({"a": -INFINITY}, ValueError, "-inf"),
    "key 1": ({1: "a"}, TypeError, "key 1"),
    "key 1.5": ({1.5: "a"}, TypeError, "key 1.5"),
    "key None": ({None: "a"}, TypeError, "key None"),
    "key True": ({True: "a"}, TypeError, "key True"),
    "key of bytes": ({b"a": "a"}, TypeError, "key b'a'"),
    "key that is a tuple": ({("a", 1): "a"}, TypeError, r"key \('a', 1\)"),
    "itself in it": (_endless(), ValueError, "deep"),
    "integer too long for Python": ({"a": 10**5_000}, ValueError, "digits"),
    "split character": ({"a": "\ud83d\ude00"}, ValueError, "surrogates"),
    "split character in a key": ({"\ud83d\ude00": 1}, ValueError, "surrogates"),
    "model that is a list": (Names(["a"]), TypeError, "list"),
    "model with an object": (Anything(value=object()), ValueError, "object"),
    "model with NaN": (Number(value=NAN), ValueError, "nan"),
    "class of a model": (Anything, TypeError, "model_dump|type"),
}


@pytest.mark.parametrize(("item", "error", "why"), REFUSED.values(), ids=REFUSED)
async def test_a_bad_item_stores_none_of_the_batch_and_the_error_names_it(
    our_store: Store, item: Any, error: type[Exception], why: str
) -> None:
    session = our_store.open()
    await session.add_items([{"n": 1}])

    for index in (0, 2):
        with pytest.raises(error, match=rf"^items\[{index}\].*({why})"):
            await session.add_items([*[GOOD] * index, item, GOOD])

    assert await session.get_items() == [{"n": 1}]
    await session.add_items([{"n": 2}])
    assert await session.get_items() == [{"n": 1}, {"n": 2}]


async def test_a_bad_item_never_takes_the_write_lock(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])

    with closing(sqlite3.connect(our_file.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for item, error, _ in REFUSED.values():
            # Who asked for the lock would wait for it, and get an sqlite3.OperationalError.
            with pytest.raises(error, match=r"^items\[1\]"):
                await session.add_items([GOOD, item])
        other.execute("ROLLBACK")

    assert await session.get_items() == [{"n": 1}]


async def test_an_empty_batch_never_takes_the_write_lock(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])

    with closing(sqlite3.connect(our_file.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await session.add_items([])
        other.execute("ROLLBACK")


async def test_a_bad_item_makes_no_file(our_file: Store) -> None:
    with pytest.raises(TypeError):
        await our_file.open().add_items([GOOD, object()])

    assert not our_file.path.exists()


async def test_a_bad_item_leaves_no_session_row(our_file: Store) -> None:
    await our_file.open("bob").add_items([GOOD])

    with pytest.raises(TypeError):
        await our_file.open("alice").add_items([GOOD, object()])

    assert our_file.execute("SELECT session_id FROM agent_sessions") == [("bob",)]


@pytest.mark.parametrize("batch", [None, 5, "Hello", b"Hello", GOOD, object()])
async def test_a_batch_that_is_no_list_is_refused(our_store: Store, batch: Any) -> None:
    # One item instead of a list of one is an easy slip. The SDK would store a dict's keys, and
    # a text's letters, as items.
    session = our_store.open()

    with pytest.raises(TypeError, match=r"^items is a .*list"):
        await session.add_items(batch)

    assert await session.get_items() == []


async def test_a_batch_whose_iteration_fails_is_not_stored(our_store: Store) -> None:
    def broken() -> Iterator[dict[str, str]]:
        yield GOOD
        raise ZeroDivisionError

    session = our_store.open()
    with pytest.raises(ZeroDivisionError):
        await session.add_items(broken())

    assert await session.get_items() == []


@pytest.mark.parametrize("item", [{"a": object()}, {"a": {1}}, {("a", 1): 2}, object()])
async def test_the_sdk_too_stores_none_of_a_batch_with_what_has_no_json(
    store: Store, item: Any
) -> None:
    # Only that its error names no index.
    session = store.open()
    await session.add_items([{"n": 1}])

    with pytest.raises(TypeError):
        await session.add_items([GOOD, item, GOOD])

    assert await session.get_items() == [{"n": 1}]


@pytest.mark.parametrize(
    ("item", "stored"),
    [
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ({1: "a"}, {"1": "a"}),
        ({None: "a"}, {"null": "a"}),
        ({1: "int", "1": "str"}, {"1": "str"}),
        ({"a": "\ud83d\ude00"}, {"a": "\U0001f600"}),
        ([GOOD], [GOOD]),
        ("Hello", "Hello"),
    ],
)
async def test_the_sdk_stores_something_else_in_silence_where_ours_refuses(
    file_store: Store, item: Any, stored: Any
) -> None:
    # Ours gives back what was added, or does not take it: the Runner compares fingerprints.
    session = file_store.open()
    if file_store.ours:
        with pytest.raises((TypeError, ValueError), match=r"^items\[0\]"):
            await session.add_items([item])
    else:
        await session.add_items([item])
        assert await session.get_items() == [stored]


async def test_the_sdk_stores_nan_which_only_python_reads_as_json(file_store: Store) -> None:
    # No other reader of the file, SQLite's own json_valid among them, can read such a row.
    session = file_store.open()
    if file_store.ours:
        with pytest.raises(ValueError, match=r"^items\[0\].*nan"):
            await session.add_items([{"a": NAN}])
    else:
        await session.add_items([{"a": NAN}])
        assert file_store.execute("SELECT json_valid(message_data) FROM agent_messages") == [(0,)]

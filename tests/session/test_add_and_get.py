"""What is added comes back: all of it, equal, oldest first."""

import asyncio
import json
import sqlite3
from typing import Any

import pytest

from tests.helpers.sessions import Store

ITEMS = {
    "message": {"role": "user", "content": "Hello"},
    "output message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": "Hi!", "annotations": [], "logprobs": None}],
    },
    "tool call": {
        "type": "function_call",
        "call_id": "call_1",
        "name": "add",
        "arguments": '{"a": 1, "b": "\\n"}',
    },
    "reasoning": {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": None},
    "unknown to the SDK": {"mood": "good"},
    "envelope": {"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAABnQ=="},
    "no field": {},
    "keys not in alphabetic order": {"z": 1, "a": 2, "m": {"y": 3, "b": 4}, "": 5},
    "empty values": {"text": "", "list": [], "dict": {}, "none": None, "": ""},
    "truth": {"yes": True, "no": False, "none": None, "one": 1, "zero": 0, "float": 1.0},
    "big integers": {"id": 2**53 + 1, "more": 2**63, "most": -(10**400)},
    "floats": {"x": 0.1, "y": 1e300, "tiny": 5e-324, "minus": -0.0, "third": 1 / 3},
    "nesting": {"a": [[[{"b": [{"c": [None, [1, 2, [3]]]}]}]], {"d": {"e": {"f": {}}}}]},
    "eight hundred levels": {"a": json.loads("[" * 800 + "]" * 800)},
    "long text": {"content": "long " * 50_000},
    "Unicode": {"content": "Grüße, 日本語, עברית, \U0001f468‍\U0001f469‍\U0001f467, e\u0301, \u00e9"},
    "Unicode keys": {"größe": 1, "\U0001f511": 2, "e\u0301": 3, "\u00e9": 4},
    "JSON's own characters": {"content": '"\\"/\b\f\n\r\t{}[]:,\\u0041</script>'},
    "control characters": {"content": "\0\x01\x1f\x7f\x85\u2028\u2029\ufeff\ufffe"},
    "SQL": {"content": "'; DROP TABLE agent_messages; -- ?1 :a @b $c %s"},
    "lone surrogates": {"\udc00": ["\ud800", "\udfff\ud800", "\\\ud800", "é\ud800\\udc00"]},
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
async def test_an_item_comes_back_as_it_was_added(session: Any, item: dict[str, Any]) -> None:
    await session.add_items([item])

    items = await session.get_items()

    assert items == [item]
    # Equal dicts may differ in the order of their keys, and 1 equals True and 1.0.
    assert repr(items) == repr([item])
    assert repr(await session.pop_item()) == repr(item)


async def test_a_new_session_is_empty(session: Any) -> None:
    assert await session.get_items() == []


async def test_items_come_back_oldest_first(session: Any) -> None:
    items = list(ITEMS.values())
    await session.add_items(items[:3])
    await session.add_items(items[3:4])
    await session.add_items(items[4:])

    assert await session.get_items() == items


async def test_equal_items_are_kept_as_often_as_they_were_added(session: Any) -> None:
    item = {"role": "user", "content": "Again"}
    await session.add_items([item, item])
    await session.add_items([item])

    assert await session.get_items() == [item] * 3


async def test_thousands_of_items_keep_their_order(session: Any) -> None:
    items = [{"n": n} for n in range(2_501)]
    await session.add_items(items)

    assert await session.get_items() == items
    assert await session.get_items(1_700) == items[-1_700:]


async def test_an_empty_batch_adds_nothing(session: Any) -> None:
    assert await session.add_items([]) is None

    assert await session.get_items() == []


async def test_an_empty_batch_leaves_no_session_row(file_store: Store) -> None:
    await file_store.open("bob").add_items([{"n": 1}])

    await file_store.open("alice").add_items([])

    assert file_store.execute("SELECT session_id FROM agent_sessions") == [("bob",)]


async def test_an_empty_batch_makes_no_file(our_file: Store) -> None:
    await our_file.open().add_items([])

    assert not our_file.path.exists()


@pytest.mark.parametrize("batch", [tuple, iter, lambda items: (item for item in items)])
async def test_a_batch_may_be_any_iterable(session: Any, batch: Any) -> None:
    await session.add_items(batch([{"n": 1}, {"n": 2}]))

    assert await session.get_items() == [{"n": 1}, {"n": 2}]


async def test_adding_leaves_the_callers_items_as_they_are(session: Any) -> None:
    batch = [{"role": "user", "content": [{"text": "Hello"}]}]
    await session.add_items(batch)

    assert batch == [{"role": "user", "content": [{"text": "Hello"}]}]


async def test_changing_an_item_afterwards_changes_nothing_that_is_stored(session: Any) -> None:
    batch = [{"content": ["as added"]}]
    await session.add_items(batch)

    batch[0]["content"].append("later")
    (await session.get_items())[0]["content"].append("later")

    assert await session.get_items() == [{"content": ["as added"]}]


async def test_items_are_there_for_the_next_session_with_the_same_id(file_store: Store) -> None:
    first = file_store.open("alice")
    await first.add_items([{"n": 1}])
    second = file_store.open("alice")
    await second.add_items([{"n": 2}])

    assert await first.get_items() == await second.get_items() == [{"n": 1}, {"n": 2}]


async def _refuse(store: Store, text: str) -> None:
    """Make the database refuse a message with `text` in it."""
    await store.open().get_items()  # makes the file
    store.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON agent_messages "
        f"WHEN new.message_data LIKE '%{text}%' BEGIN SELECT RAISE(ABORT, 'refused'); END"
    )


async def test_a_batch_that_the_database_refuses_midway_leaves_nothing(file_store: Store) -> None:
    await _refuse(file_store, "bad")
    session = file_store.open("alice")

    with pytest.raises(sqlite3.IntegrityError, match="refused"):
        await session.add_items([{"n": 1}, {"n": "bad"}, {"n": 2}])

    assert file_store.execute("SELECT * FROM agent_messages") == []
    assert file_store.execute("SELECT * FROM agent_sessions") == []
    await session.add_items([{"n": 3}])
    assert await session.get_items() == [{"n": 3}]


async def test_a_batch_that_is_refused_does_no_harm_to_those_added_at_once(
    file_store: Store,
) -> None:
    await _refuse(file_store, "bad")
    sessions = {name: file_store.open(name) for name in ("alice", "bob", "carol")}

    results = await asyncio.gather(
        sessions["alice"].add_items([{"n": 1}]),
        sessions["bob"].add_items([{"n": 2}, {"n": "bad"}]),
        sessions["carol"].add_items([{"n": 3}]),
        sessions["alice"].add_items([{"n": "bad"}, {"n": 4}]),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [
        type(None),
        sqlite3.IntegrityError,
        type(None),
        sqlite3.IntegrityError,
    ]
    assert await sessions["alice"].get_items() == [{"n": 1}]
    assert await sessions["bob"].get_items() == []
    assert await sessions["carol"].get_items() == [{"n": 3}]


async def test_batches_added_at_once_stay_together(file_store: Store) -> None:
    sessions = [file_store.open("alice") for _ in range(10)]
    await asyncio.gather(
        *(
            session.add_items([{"batch": batch, "n": n} for n in range(5)])
            for batch, session in enumerate(sessions)
        )
    )

    items = await sessions[0].get_items()

    batches = [items[start : start + 5] for start in range(0, 50, 5)]
    assert sorted(batch[0]["batch"] for batch in batches) == list(range(10))
    for batch in batches:
        assert batch == [{"batch": batch[0]["batch"], "n": n} for n in range(5)]

"""What is added comes back: all of it, equal, oldest first."""

import asyncio
import json
import sqlite3
from typing import Any

import pytest

ITEMS: dict[str, Any] = {
    "message": {"role": "user", "content": "Hello"},
    "tool call": {"type": "function_call", "name": "add", "arguments": '{"a": 1, "b": "\\n"}'},
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
async def test_an_item_comes_back_equal(session, item):
    await session.add_items([item])
    items = await session.get_items()
    assert items == [item]
    # Equal dicts may differ in the order of their keys, and 1 equals True and 1.0.
    assert repr(items) == repr([item])
    assert repr(await session.pop_item()) == repr(item)


async def test_a_new_session_is_empty(session):
    assert await session.get_items() == []
    assert await session.add_items([]) is None
    assert await session.get_items() == []


async def test_items_come_back_oldest_first(session):
    items = list(ITEMS.values())
    await session.add_items(items[:3])
    await session.add_items(items[3:4])
    await session.add_items(items[4:])
    assert await session.get_items() == items


async def test_equal_items_are_all_kept(session):
    item = {"role": "user", "content": "Again"}
    await session.add_items([item, item])
    await session.add_items([item])
    assert await session.get_items() == [item] * 3


async def test_thousands_of_items_keep_order(session):
    items = [{"n": n} for n in range(2_501)]
    await session.add_items(items)
    assert await session.get_items() == items
    assert await session.get_items(1_700) == items[-1_700:]


async def test_an_empty_batch_adds_no_session_row(file_store):
    await file_store.open("bob").add_items([{"n": 1}])
    await file_store.open("alice").add_items([])
    assert file_store.execute("SELECT session_id FROM agent_sessions") == [("bob",)]


async def test_an_empty_batch_makes_no_file(our_file):
    await our_file.open().add_items([])
    assert not our_file.path.exists()


@pytest.mark.parametrize("batch", [tuple, iter, lambda items: (item for item in items)])
async def test_a_batch_may_be_any_iterable(session, batch):
    await session.add_items(batch([{"n": 1}, {"n": 2}]))
    assert await session.get_items() == [{"n": 1}, {"n": 2}]


async def test_what_is_stored_is_a_copy(session):
    batch = [{"content": ["as added"]}]
    await session.add_items(batch)
    assert batch == [{"content": ["as added"]}]
    batch[0]["content"].append("later")
    (await session.get_items())[0]["content"].append("later")
    assert await session.get_items() == [{"content": ["as added"]}]


async def test_two_sessions_with_one_id_are_one(file_store):
    first = file_store.open("alice")
    await first.add_items([{"n": 1}])
    second = file_store.open("alice")
    await second.add_items([{"n": 2}])
    assert await first.get_items() == await second.get_items() == [{"n": 1}, {"n": 2}]


@pytest.fixture
async def picky_store(file_store):
    """A file that refuses messages with the word "bad"."""
    await file_store.open().get_items()  # makes the file
    file_store.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON agent_messages "
        "WHEN new.message_data LIKE '%bad%' BEGIN SELECT RAISE(ABORT, 'refused'); END"
    )
    return file_store


async def test_a_batch_refused_midway(picky_store):
    session = picky_store.open()
    with pytest.raises(sqlite3.IntegrityError, match="refused"):
        await session.add_items([{"n": 1}, {"n": "bad"}, {"n": 2}])
    assert picky_store.execute("SELECT * FROM agent_messages") == []
    assert picky_store.execute("SELECT * FROM agent_sessions") == []
    await session.add_items([{"n": 3}])
    assert await session.get_items() == [{"n": 3}]


async def test_a_refused_batch_harms_no_other(picky_store):
    alice, bob, carol = (picky_store.open(name) for name in ("alice", "bob", "carol"))
    results = await asyncio.gather(
        alice.add_items([{"n": 1}]),
        bob.add_items([{"n": 2}, {"n": "bad"}]),
        carol.add_items([{"n": 3}]),
        alice.add_items([{"n": "bad"}, {"n": 4}]),
        return_exceptions=True,
    )
    refused = sqlite3.IntegrityError
    assert [type(result) for result in results] == [type(None), refused, type(None), refused]
    assert await alice.get_items() == [{"n": 1}]
    assert await bob.get_items() == []
    assert await carol.get_items() == [{"n": 3}]


async def test_batches_added_at_once(file_store):
    sessions = [file_store.open("alice") for _ in range(10)]
    await asyncio.gather(
        *(
            session.add_items([{"batch": batch, "n": n} for n in range(5)])
            for batch, session in enumerate(sessions)
        )
    )
    items = await sessions[0].get_items()
    batches = [items[start]["batch"] for start in range(0, 50, 5)]
    assert sorted(batches) == list(range(10))
    assert items == [{"batch": batch, "n": n} for batch in batches for n in range(5)]

"""Rows that somebody broke by hand: they are skipped with a warning, and left alone.

The SDK's class deletes such a row silently, returns it if it is JSON of another kind than an
object, or fails. Ours destroys nothing that somebody may still want, and says where it is.
"""

import asyncio
import json
import warnings
from typing import Any

import pytest

from tests.helpers.sessions import Store

CUT = '{"role": "user", "content": "Hel'
DAMAGED: dict[str, Any] = {
    "garbage": "hello",
    "empty text": "",
    "blanks": " \n ",
    "a NUL": "\0",
    "cut off in a string": CUT,
    "cut off after a value": '{"role": "user"',
    "cut off at the start": '"content": "Hello"}',
    "two objects": '{"a": 1}{"b": 2}',
    "two objects and a space": "{} {}",
    "two objects and a comma": '{"a": 1},{"b": 2}',
    "two objects on two lines": '{"a": 1}\n{"b": 2}',
    "a comma too many": '{"a": 1},',
    "a list": '[{"role": "user"}]',
    "an empty list": "[]",
    "a number": "5",
    "a float": 1.5,
    "a string": '"Hello"',
    "null": "null",
    "true": "true",
    "Python's form": "{'role': 'user'}",
    "a comment": '{"a": 1} // Hello',
    "brackets that close those around": '{"a": 1}], [{"b": 2}',
    "bytes": b"\xff\xfe\x00\x01",
    "no bytes": b"",
    "bytes of a list": b"[1]",
    "bytes of a string": b'"a"',
    "Latin-1 bytes": '{"a": "Grüße"}'.encode("latin-1"),
    "Latin-1 text": '{"a": "Gr\udcfc\udcdfe"}',
    "a byte after it that is not UTF-8": '{"a": 1}\udcff',
    "text of two bytes that are not UTF-8": "\udcff\udcfe",
    "a hundred thousand lists": "[" * 100_000,
    "a hundred thousand objects": '{"a":' * 100_000,
    "an integer too long for Python": '{"a": ' + "1" * 5_000 + "}",
}


def insert(store: Store, value: Any, session_id: str = "alice") -> int:
    """Put a row into the file, and return its id. Surrogates stand for bytes, as in `os`."""
    is_text = isinstance(value, str)
    stored = value.encode("utf-8", "surrogateescape") if is_text else value
    statement = (
        "INSERT INTO agent_messages (session_id, message_data) "
        f"VALUES (?, {'CAST(? AS TEXT)' if is_text else '?'}) RETURNING id"
    )
    return int(store.execute(statement, (session_id, stored))[0][0])


def rows(store: Store) -> list[tuple[Any, ...]]:
    """All messages, as they are in the file, byte by byte."""
    query = "SELECT id, session_id, created_at, CAST(message_data AS BLOB) FROM agent_messages"
    return store.execute(query)


def warns_of(row: int) -> Any:
    """Expect a warning of a row of alice's."""
    return pytest.warns(RuntimeWarning, match=rf"session 'alice'.* row {row}\b")


@pytest.mark.parametrize("value", DAMAGED.values(), ids=DAMAGED)
async def test_a_damaged_row_is_skipped_and_kept(our_file, value):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    row = insert(our_file, value)
    await session.add_items([{"n": 2}])
    before = rows(our_file)
    with warns_of(row) as caught:
        assert await session.get_items() == [{"n": 1}, {"n": 2}]
    assert len(caught) == 1
    assert str(our_file.path.resolve()) in str(caught[0].message)
    with warns_of(row):
        assert await session.get_items(2) == [{"n": 1}, {"n": 2}]
    assert rows(our_file) == before
    assert await session.pop_item() == {"n": 2}
    for item in ({"n": 1}, None):
        with warns_of(row):
            assert await session.pop_item() == item
    assert rows(our_file) == before[1:2]


async def test_null_is_a_damaged_row(our_file):
    # Our tables and the SDK's do not take NULL. Somebody's own might.
    our_file.execute(
        "CREATE TABLE agent_messages (id INTEGER PRIMARY KEY AUTOINCREMENT, "
        "session_id TEXT, message_data TEXT, created_at TIMESTAMP)"
    )
    row = insert(our_file, None)
    session = our_file.open()
    await session.add_items([{"n": 1}])
    with warns_of(row):
        assert await session.get_items() == [{"n": 1}]
    assert await session.pop_item() == {"n": 1}
    with warns_of(row):
        assert await session.pop_item() is None


@pytest.mark.parametrize(
    "texts",
    [
        ["hello", "5", "hello"],
        ['{"a": "cut', 'in two"}'],
        ['{"x": 1},{"y": 2}', "2]}", '{"a": [1'],
        ["[", "]"],
        ["/*", "*/"],
    ],
)
async def test_each_damaged_row_has_its_warning(our_file, texts):
    # Two of them do not make an item together either.
    session = our_file.open()
    await session.add_items([{"n": 1}])
    damaged = [insert(our_file, text) for text in texts]
    with pytest.warns(RuntimeWarning) as caught:
        assert await session.get_items() == [{"n": 1}]
    messages = sorted(str(warning.message) for warning in caught)
    assert len(messages) == len(texts)
    for row, message in zip(damaged, messages, strict=True):
        assert f"row {row} " in message


async def test_a_limit_counts_readable_items(file_store):
    session = file_store.open()
    for number in range(4):
        await session.add_items([{"n": number}])
        insert(file_store, CUT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for limit in range(1, 7):
            expected = [{"n": number} for number in range(4)][-limit:]
            assert await session.get_items(limit) == expected


@pytest.mark.parametrize("limit", [2**31 - 1, 2**63 - 1, 2**63, 2**64])
async def test_a_huge_limit_works_here_too(our_file, limit):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    with pytest.warns(RuntimeWarning):
        assert await session.get_items(limit) == [{"n": 1}]


async def test_no_warning_of_rows_not_asked_for(our_file):
    # Warnings are errors in these tests: a warning here would fail.
    session = our_file.open()
    await session.add_items([{"n": 0}])
    insert(our_file, "hello")
    await session.add_items([{"n": 1}, {"n": 2}])
    await our_file.open("bob").add_items([{"n": 3}])
    insert(our_file, "hello", "carol")
    assert await session.get_items(0) == []
    assert await session.get_items(2) == [{"n": 1}, {"n": 2}]
    assert await our_file.open("bob").get_items() == [{"n": 3}]
    assert await session.pop_item() == {"n": 2}


async def test_items_on_both_sides_are_found(our_file):
    session = our_file.open()
    items = [{"n": number} for number in range(1_200)]
    await session.add_items(items[:600])
    for _ in range(3):
        insert(our_file, "hello")
    await session.add_items(items[600:])
    with pytest.warns(RuntimeWarning) as caught:
        assert await session.get_items() == items
    assert len(caught) == 3
    with pytest.warns(RuntimeWarning):
        assert await session.get_items(700) == items[-700:]


async def test_new_items_go_behind_a_damaged_row(our_file):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    await session.add_items([{"n": 2}])
    assert await session.pop_item() == {"n": 2}
    await session.add_items([{"n": 3}])
    with pytest.warns(RuntimeWarning):
        assert await session.get_items() == [{"n": 1}, {"n": 3}]


async def test_clear_removes_damaged_rows_too(our_file):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    kept = insert(our_file, "hello", "bob")
    await session.clear_session()
    assert our_file.execute("SELECT id FROM agent_messages") == [(kept,)]
    assert await session.get_items() == []


INFINITY = float("inf")
EDITED: list[tuple[Any, dict[str, Any]]] = [
    ('{\n  "role": "user",\n  "content": "Hello"\n}\n', {"role": "user", "content": "Hello"}),
    (' \t{"a": 1}\r\n', {"a": 1}),
    ('{"a": "\\u00fc\\ud83d\\ude00"}', {"a": "\u00fc\U0001f600"}),
    ('{"a": "\\ud800"}', {"a": "\ud800"}),
    ('{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2}),
    ('{"a": [NaN, Infinity]}', {"a": [float("nan"), INFINITY]}),
    ('{"a": [-Infinity, 1e400]}', {"a": [-INFINITY, INFINITY]}),
    ('{"a": [-0, -0.0, 1E2, 18446744073709551616]}', {"a": [0, -0.0, 100.0, 2**64]}),
    ('{"a": ' + "1" * 4_300 + "}", {"a": int("1" * 4_300)}),
    ('{"a": ' + "[" * 400 + "]" * 400 + "}", {"a": json.loads("[" * 400 + "]" * 400)}),
    ("{}", {}),
    ('\ufeff{"a": 1}', {"a": 1}),
    (b'{"a": "Gr\xc3\xbc\xc3\x9fe"}', {"a": "Grüße"}),
]


@pytest.mark.parametrize(("value", "item"), EDITED, ids=range(len(EDITED)))
async def test_an_edited_row_that_is_an_object(our_file, value, item):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, value)
    assert repr(await session.get_items()) == repr([{"n": 1}, item])
    assert repr(await session.get_items(1)) == repr([item])
    assert repr(await session.pop_item()) == repr(item)


async def test_a_warning_as_an_error_in_a_pop(our_file):
    session = our_file.open()
    await session.add_items([{"n": 1}, {"n": 2}])
    insert(our_file, "hello")
    before = rows(our_file)
    for _ in range(2):
        with pytest.raises(RuntimeWarning, match=r"session 'alice'.* row 3\b"):
            await session.pop_item()
        assert rows(our_file) == before
    with pytest.warns(RuntimeWarning):
        assert await session.pop_item() == {"n": 2}


async def test_a_warning_as_an_error_in_a_read(our_file):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    with pytest.raises(RuntimeWarning, match=r"session 'alice'.* row 2\b"):
        await session.get_items()
    await session.add_items([{"n": 2}])
    assert await session.get_items(1) == [{"n": 2}]
    with pytest.warns(RuntimeWarning):
        assert await session.get_items() == [{"n": 1}, {"n": 2}]


async def test_such_an_error_harms_no_other(our_file):
    alice, *others = (our_file.open(name) for name in ("alice", "bob", "carol", "dave"))
    await alice.add_items([{"n": 1}])
    insert(our_file, "hello")
    results = await asyncio.gather(
        others[0].add_items([{"n": 2}]),
        alice.pop_item(),
        others[1].add_items([{"n": 3}]),
        alice.get_items(),
        others[2].add_items([{"n": 4}]),
        return_exceptions=True,
    )
    ok, error = type(None), RuntimeWarning
    assert [type(result) for result in results] == [ok, error, ok, error, ok]
    assert [await other.get_items() for other in others] == [[{"n": 2}], [{"n": 3}], [{"n": 4}]]
    assert [json.loads(text) for text in our_file.texts() if text != "hello"] == [
        {"n": number} for number in (1, 2, 3, 4)
    ]


async def test_the_sdk_deletes_a_damaged_row(file_store):
    session = file_store.open()
    await session.add_items([{"n": 1}])
    insert(file_store, CUT)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert await session.get_items() == [{"n": 1}]
        assert await session.pop_item() == {"n": 1}
    assert len(caught) == (2 if file_store.ours else 0)
    assert len(file_store.texts()) == (1 if file_store.ours else 0)


@pytest.mark.parametrize("text", ["5", "null", '"Hello"', "[1]"])
async def test_the_sdk_returns_any_json(file_store, text):
    # The Runner then hands it to the model, in a list where only items belong.
    session = file_store.open()
    await session.add_items([{"n": 1}])
    insert(file_store, text)
    if file_store.ours:
        with pytest.warns(RuntimeWarning):
            assert await session.get_items() == [{"n": 1}]
    else:
        assert await session.get_items() == [{"n": 1}, json.loads(text)]


async def test_the_warning_can_be_ignored(our_file):
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert await session.get_items() == [{"n": 1}]
        assert await session.pop_item() == {"n": 1}

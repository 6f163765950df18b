"""Rows that somebody broke by hand: they are passed over with a warning, and left alone.

The SDK's class drops such a row in silence, returns it if it is JSON of another kind than an
object, or fails. Ours destroys nothing that somebody may still want, and says where it is.
"""

import asyncio
import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.sessions import Store

DAMAGED: dict[str, Any] = {
    "garbage": "hello",
    "empty text": "",
    "blanks": " \n ",
    "a NUL": "\0",
    "cut off in a string": '{"role": "user", "content": "Hel',
    "cut off after a value": '{"role": "user"',
    "cut off at the start": '"content": "Hello"}',
    "two objects": '{"a": 1}{"b": 2}',
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
    "Latin-1 bytes": '{"a": "Grüße"}'.encode("latin-1"),
    "a hundred thousand lists": "[" * 100_000,
    "a hundred thousand objects": '{"a":' * 100_000,
    "an integer too long for Python": '{"a": ' + "1" * 5_000 + "}",
}


def insert(store: Store, text: Any, session_id: str = "alice") -> int:
    """Put a row into the file as it is, and return its id."""
    statement = "INSERT INTO agent_messages (session_id, message_data) VALUES (?, ?) RETURNING id"
    return store.execute(statement, (session_id, text))[0][0]


def names(session_id: str, row: int) -> str:
    """What the warning says of a row."""
    return rf"session '{session_id}'.* row {row}\b"


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
async def test_a_damaged_row_is_skipped_with_a_warning_and_left_as_it_is(
    our_file: Store, text: Any
) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    row = insert(our_file, text)
    await session.add_items([{"n": 2}])
    before = our_file.execute("SELECT *, CAST(message_data AS BLOB) FROM agent_messages")

    with pytest.warns(RuntimeWarning, match=names("alice", row)) as caught:
        assert await session.get_items() == [{"n": 1}, {"n": 2}]
    assert len(caught) == 1
    assert str(our_file.path.resolve()) in str(caught[0].message)
    with pytest.warns(RuntimeWarning, match=names("alice", row)):
        assert await session.get_items(2) == [{"n": 1}, {"n": 2}]

    after = our_file.execute("SELECT *, CAST(message_data AS BLOB) FROM agent_messages")
    assert before == after

    assert await session.pop_item() == {"n": 2}
    for item in ({"n": 1}, None):
        with pytest.warns(RuntimeWarning, match=names("alice", row)):
            assert await session.pop_item() == item
    left = our_file.execute("SELECT *, CAST(message_data AS BLOB) FROM agent_messages")
    assert left == before[1:2]


@pytest.mark.parametrize(
    "data",
    ['{"a": "Gr\udcfc\udcdfe"}', '{"a": 1}\udcff', "\udcff\udcfe"],
    ids=["Latin-1", "a byte after it", "two bytes"],
)
async def test_text_that_is_no_utf_8_is_a_damaged_row(our_file: Store, data: str) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    statement = "INSERT INTO agent_messages (session_id, message_data) VALUES (?, CAST(? AS TEXT))"
    our_file.execute(statement, ("alice", data.encode("utf-8", "surrogateescape")))

    with pytest.warns(RuntimeWarning, match=names("alice", 2)):
        assert await session.get_items() == [{"n": 1}]
    with pytest.warns(RuntimeWarning, match=names("alice", 2)):
        assert await session.pop_item() == {"n": 1}
    assert our_file.execute("SELECT id FROM agent_messages") == [(2,)]


async def test_null_is_a_damaged_row(our_file: Store) -> None:
    # Our tables and the SDK's do not take NULL. Somebody's own might.
    our_file.execute(
        "CREATE TABLE agent_messages (id INTEGER PRIMARY KEY AUTOINCREMENT, "
        "session_id TEXT, message_data TEXT, created_at TIMESTAMP)"
    )
    row = insert(our_file, None)
    session = our_file.open()
    await session.add_items([{"n": 1}])

    with pytest.warns(RuntimeWarning, match=names("alice", row)):
        assert await session.get_items() == [{"n": 1}]
    assert await session.pop_item() == {"n": 1}
    with pytest.warns(RuntimeWarning, match=names("alice", row)):
        assert await session.pop_item() is None


async def test_each_damaged_row_has_its_own_warning(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    rows = [insert(our_file, text) for text in ("hello", "5", "hello")]

    with pytest.warns(RuntimeWarning) as caught:
        await session.get_items()

    messages = sorted(str(warning.message) for warning in caught)
    assert len(messages) == 3
    for row, message in zip(rows, messages, strict=True):
        assert f"row {row} " in message


@pytest.mark.parametrize(
    "texts",
    [
        ['{"a": "cut', 'in two"}'],
        ['in two"}', '{"a": "cut'],
        ['{"a": [1', "2]}"],
        ["2]}", '{"a": [1'],
        ['{"a": {}', '"b": {}}'],
        ['"b": {}}', '{"a": {}'],
        ["2]}", '{"a": [1', '{"x": 1},{"y": 2}'],
        ['{"x": 1},{"y": 2}', "2]}", '{"a": [1'],
        ["", '{"x": 1},{"y": 2}'],
        ["[", "]"],
        ["]", "["],
        ["/*", "*/"],
    ],
)
async def test_damaged_rows_do_not_make_an_item_together(our_file: Store, texts: list[str]) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    for text in texts:
        insert(our_file, text)

    with pytest.warns(RuntimeWarning) as caught:
        assert await session.get_items() == [{"n": 1}]

    assert len(caught) == len(texts)


async def test_a_limit_counts_readable_items(file_store: Store) -> None:
    session = file_store.open()
    cut = '{"role": "user", "content": "Hel'
    for number in range(4):
        await session.add_items([{"n": number}])
        insert(file_store, cut)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for limit in range(1, 7):
            expected = [{"n": number} for number in range(4)][-limit:]
            assert await session.get_items(limit) == expected


@pytest.mark.parametrize("limit", [2**31 - 1, 2**63 - 1, 2**63, 2**64])
async def test_a_huge_limit_works_in_a_damaged_session_too(our_file: Store, limit: int) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")

    with pytest.warns(RuntimeWarning):
        assert await session.get_items(limit) == [{"n": 1}]


async def test_nothing_is_said_of_a_row_that_was_not_asked_for(our_file: Store) -> None:
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


async def test_items_beyond_many_damaged_rows_are_found(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items([{"n": number} for number in range(600)])
    for _ in range(3):
        insert(our_file, "hello")
    await session.add_items([{"n": number} for number in range(600, 1_200)])

    with pytest.warns(RuntimeWarning) as caught:
        assert await session.get_items() == [{"n": number} for number in range(1_200)]
    assert len(caught) == 3
    with pytest.warns(RuntimeWarning):
        assert await session.get_items(700) == [{"n": number} for number in range(500, 1_200)]


async def test_new_items_are_added_after_a_damaged_row(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    await session.add_items([{"n": 2}])

    assert await session.pop_item() == {"n": 2}
    await session.add_items([{"n": 3}])
    with pytest.warns(RuntimeWarning):
        assert await session.get_items() == [{"n": 1}, {"n": 3}]


async def test_clear_takes_damaged_rows_away_too(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    kept = insert(our_file, "hello", "bob")

    await session.clear_session()

    assert our_file.execute("SELECT id FROM agent_messages") == [(kept,)]
    assert await session.get_items() == []


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ('{\n  "role": "user",\n  "content": "Hello"\n}\n', {"role": "user", "content": "Hello"}),
        (' \t{"a": 1}\r\n', {"a": 1}),
        ('{"a": "\\u00fc\\ud83d\\ude00"}', {"a": "\u00fc\U0001f600"}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("{}", {}),
        (b'{"a": "Gr\xc3\xbc\xc3\x9fe"}', {"a": "Grüße"}),
    ],
)
async def test_a_row_that_was_edited_and_is_an_object_is_an_item(
    our_file: Store, text: Any, item: dict[str, Any]
) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, text)

    assert await session.get_items() == [{"n": 1}, item]
    assert await session.get_items(1) == [item]
    assert await session.pop_item() == item


async def test_a_pop_whose_warning_is_an_error_loses_nothing(our_file: Store) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}, {"n": 2}])
    insert(our_file, "hello")
    before = our_file.execute("SELECT * FROM agent_messages")

    for _ in range(2):
        with pytest.raises(RuntimeWarning, match=names("alice", 3)):
            await session.pop_item()
        assert our_file.execute("SELECT * FROM agent_messages") == before

    with pytest.warns(RuntimeWarning):
        assert await session.pop_item() == {"n": 2}


async def test_a_read_whose_warning_is_an_error_leaves_the_session_working(
    our_file: Store,
) -> None:
    session = our_file.open()
    await session.add_items([{"n": 1}])
    insert(our_file, "hello")
    with pytest.raises(RuntimeWarning, match=names("alice", 2)):
        await session.get_items()

    await session.add_items([{"n": 2}])

    assert await session.get_items(1) == [{"n": 2}]
    with pytest.warns(RuntimeWarning):
        assert await session.get_items() == [{"n": 1}, {"n": 2}]


async def test_a_warning_that_is_an_error_does_no_harm_to_other_sessions(our_file: Store) -> None:
    alice = our_file.open("alice")
    others = [our_file.open(name) for name in ("bob", "carol", "dave")]
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

    assert [type(result) for result in results] == [
        type(None),
        RuntimeWarning,
        type(None),
        RuntimeWarning,
        type(None),
    ]
    assert [await other.get_items() for other in others] == [[{"n": 2}], [{"n": 3}], [{"n": 4}]]
    assert [json.loads(text) for text in our_file.texts() if text != "hello"] == [
        {"n": number} for number in (1, 2, 3, 4)
    ]


async def test_the_sdk_deletes_a_damaged_row_where_ours_leaves_it(file_store: Store) -> None:
    session = file_store.open()
    await session.add_items([{"n": 1}])
    insert(file_store, '{"role": "user", "content": "Hel')

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert await session.get_items() == [{"n": 1}]
        assert await session.pop_item() == {"n": 1}

    assert len(caught) == (2 if file_store.ours else 0)
    assert len(file_store.texts()) == (1 if file_store.ours else 0)


@pytest.mark.parametrize("text", ["5", "null", '"Hello"', "[1]"])
async def test_the_sdk_returns_json_that_is_no_object(file_store: Store, text: str) -> None:
    # The Runner then hands it to the model, in a list where only items may stand.
    session = file_store.open()
    await session.add_items([{"n": 1}])
    insert(file_store, text)

    if file_store.ours:
        with pytest.warns(RuntimeWarning):
            assert await session.get_items() == [{"n": 1}]
    else:
        assert await session.get_items() == [{"n": 1}, json.loads(text)]


async def test_the_warning_can_be_ignored(tmp_path: Path) -> None:
    store = Store("ours-file", tmp_path)
    async with SQLiteSession("alice", store.path) as session:
        await session.add_items([{"n": 1}])
        insert(store, "hello")

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            assert await session.get_items() == [{"n": 1}]
            assert await session.pop_item() == {"n": 1}

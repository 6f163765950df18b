"""A line or a path that cannot be used is named, and nothing is stored."""

import os
import sqlite3

import pytest

from session_lib import load_sessions
from tests.helpers.json_lines import GOOD, USER, line, write

DEEP = b'{"session_id": "ana", "item": ' + b'{"a": ' * 100_000 + b"1" + b"}" * 100_001
BAD = [
    (b'{"session_id": "ana",', ValueError, "not JSON: .* at column 22"),
    (GOOD + GOOD, ValueError, "not JSON: Extra data"),
    (b"", ValueError, "is empty; delete it"),
    (b" \t ", ValueError, "is empty; delete it"),
    (GOOD.replace(b"\\u00e9", b"\xe9"), ValueError, "not UTF-8: .* at byte 62"),
    (DEEP, ValueError, "nested too deeply"),
    ([1], ValueError, "is a list; a line is an object with 'session_id'"),
    (None, ValueError, "is a NoneType"),
    ({"item": USER}, ValueError, "has no 'session_id'"),
    ({"session_id": "ana"}, ValueError, "has no 'item'"),
    (line("ana", USER, time="now"), ValueError, "unknown key 'time'"),
    (line("ana", USER, **{"k" * 999: 1}), ValueError, "unknown key a str"),
    (line(7, USER), TypeError, "session_id is 7; it must be a str"),
    (line("", USER), ValueError, "session_id is empty"),
    (line("\ud83d", USER), ValueError, "session_id is .* Unicode"),
    (line("ana", USER, created_at="soon"), ValueError, "'created_at' is 'soon'; it"),
    (line("ana", USER, created_at="2026-02-30T00:00:00Z"), ValueError, "'2026-02-30T00:00:00Z'"),
    (line("ana", USER, created_at="0001-01-01T00:00:00+01:00"), ValueError, "is '0001"),
    (line("ana", USER, created_at=5), TypeError, "'created_at' is 5; it must"),
    (line("ana", USER, created_at=None), TypeError, "'created_at' is None"),
    (line("ana", "Hello"), TypeError, "item is a str; an item is a dict"),
    (line("ana", [USER]), TypeError, "item is a list; an item is a dict"),
    (line("ana", {"content": [float("nan")]}), ValueError, r"item\['content'\]\[0\] is nan"),
    (b'{"session_id": "ana", "item": {"n": 1e999}}', ValueError, r"item\['n'\] is inf"),
    (b'{"session_id": "ana", "item": {"n": ' + b"1" * 5_000 + b"}}", ValueError, "4300 digits"),
]


@pytest.mark.parametrize(("bad", "kind", "message"), BAD, ids=[message for *_, message in BAD])
async def test_a_bad_line_is_named(tmp_path, bad, kind, message):
    source = write(tmp_path, GOOD, line("bo", USER), bad, GOOD)
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        await load_sessions(source, tmp_path / "a.db")
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"{source}, line 3: ")
    assert len(str(caught.value)) < len(str(source)) + 250
    assert os.listdir(tmp_path) == [source.name]


@pytest.mark.parametrize(
    ("source", "db_path", "kind", "message"),
    [
        ("missing.jsonl", "a.db", FileNotFoundError, "missing.jsonl"),
        (5, "a.db", TypeError, "PathLike"),
        ("a.jsonl", 5, TypeError, "db_path is 5; it must be a str"),
        ("a.jsonl", "", ValueError, "db_path is ''"),
        ("a.jsonl", None, ValueError, "db_path is None; name a file"),
        ("a.jsonl", ":memory:", ValueError, "db_path is ':memory:'; name a file"),
        ("a.jsonl", "missing/a.db", FileNotFoundError, "folder for this file does not exist"),
        ("a.jsonl", "a.jsonl", sqlite3.DatabaseError, "not a database: .*a.jsonl"),
    ],
)
async def test_unusable_paths_are_refused(tmp_path, monkeypatch, source, db_path, kind, message):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, GOOD).rename("a.jsonl")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(kind, match=message):
        await load_sessions(source, db_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

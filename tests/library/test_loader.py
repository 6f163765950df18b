"""Conversations from files of JSON lines."""

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import agents
import pytest

from session_lib import SQLiteSession
from session_lib.loader import LoadReport, load_sessions
from session_lib.tables import history, sessions
from tests.helpers.processes import finish, hear, run, start, tell

USER = {"content": "Où est mon thé ?  \U0001fad6", "role": "user"}
CALL = {
    "arguments": '{"order_number": "4711"}',
    "call_id": "call_1",
    "name": "look_up_order",
    "type": "function_call",
    "id": "fc_1",
    "status": "completed",
}
RESULT = {"call_id": "call_1", "output": '{"status": "sent"}', "type": "function_call_output"}
ANSWER = {
    "id": "msg_1",
    "content": [{"annotations": [], "text": "<b>En route</b>\n", "type": "output_text"}],
    "role": "assistant",
    "status": "completed",
    "type": "message",
}


def _line(session_id: Any, item: Any, **more: Any) -> dict[str, Any]:
    return {"session_id": session_id, "item": item, **more}


def _write(folder: Path, *lines: Any) -> Path:
    """Write a file of lines: dicts as JSON, bytes as they are."""
    path = folder / "conversations.jsonl"
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"".join(text + b"\n" for text in texts))
    return path


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _execute(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


async def _stored(path: Path, session_id: str) -> list[Any]:
    async with SQLiteSession(session_id, path) as session:
        return await session.get_items()


async def test_items_come_back_as_they_stand_in_the_file(tmp_path: Path) -> None:
    strange = {"z": [1, 2.5, None, True, {"": {}}], "a": "half \ud83d", "\0": "\u2028\x85"}
    source = _write(
        tmp_path,
        _line("ana", USER),
        _line("bo", strange),
        *(_line("ana", item) for item in (CALL, RESULT, ANSWER)),
    )
    loaded = await load_sessions(source, tmp_path / "a.db")
    assert loaded == LoadReport(sessions=2, items=5, skipped=[])
    assert repr(await _stored(tmp_path / "a.db", "ana")) == repr([USER, CALL, RESULT, ANSWER])
    assert repr(await _stored(tmp_path / "a.db", "bo")) == repr([strange])


async def test_the_order_is_that_of_the_lines_whatever_their_times(tmp_path: Path) -> None:
    days = [5, 3, 9, 3, 1]
    source = _write(
        tmp_path,
        *(
            _line(name, {"n": n}, created_at=f"2026-03-0{day}T12:00:00Z")
            for n, day in enumerate(days)
            for name in ("bo", "ana")
        ),
    )
    await load_sessions(str(source), str(tmp_path / "a.db"))
    for name in ("ana", "bo"):
        assert await _stored(tmp_path / "a.db", name) == [{"n": n} for n in range(5)]


TIMES = {
    "2026-03-02T09:14:05Z": "2026-03-02 09:14:05",
    "2026-03-02T09:14:05+02:00": "2026-03-02 07:14:05",
    "2026-03-01T00:30:00+01:00": "2026-02-28 23:30:00",
    "2026-12-31T20:00:00-05:30": "2027-01-01 01:30:00",
    "2026-03-02T09:14:05.999999Z": "2026-03-02 09:14:05",
    "2026-03-02 09:14:05": "2026-03-02 09:14:05",
    "2026-03-02T09:14Z": "2026-03-02 09:14:00",
    "0900-03-02T09:14:05Z": "0900-03-02 09:14:05",
}


@pytest.mark.parametrize(("time", "stored"), TIMES.items())
async def test_a_time_is_stored_as_sqlite_writes_its_own(
    tmp_path: Path, time: str, stored: str
) -> None:
    path = tmp_path / "a.db"
    await load_sessions(_write(tmp_path, _line("ana", USER, created_at=time)), path)
    assert _execute(path, "SELECT created_at FROM agent_messages") == [(stored,)]
    assert _execute(path, "SELECT datetime(created_at) FROM agent_messages") == [(stored,)]


async def test_a_session_has_the_times_of_its_first_and_its_latest_item(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    times = ["2026-03-04T10:00:00+01:00", "2026-03-04T09:30:00+00:00", "2026-03-03T08:00:00Z"]
    source = _write(
        tmp_path,
        *(_line("ana", USER, created_at=time) for time in times),
        _line("bo", USER, created_at="2026-03-01T00:00:00Z"),
    )
    await load_sessions(source, path)
    assert _execute(path, "SELECT * FROM agent_sessions ORDER BY session_id") == [
        ("ana", "2026-03-03 08:00:00", "2026-03-04 09:30:00"),
        ("bo", "2026-03-01 00:00:00", "2026-03-01 00:00:00"),
    ]


async def test_the_tables_show_the_times(tmp_path: Path) -> None:
    times = ["2026-03-02T09:14:05Z", "2026-03-05T17:32:40Z"]
    source = _write(tmp_path, *(_line("ana", USER, created_at=time) for time in times))
    await load_sessions(source, tmp_path / "a.db")
    async with SQLiteSession("ana", tmp_path / "a.db") as session:
        shown = [time.isoformat() for time in (await history(session))["time"]]
    assert shown == ["2026-03-02T09:14:05+00:00", "2026-03-05T17:32:40+00:00"]
    (row,) = (await sessions(tmp_path / "a.db")).itertuples(index=False)
    assert [row.first.isoformat(), row.latest.isoformat()] == shown


async def test_without_a_time_an_item_was_said_when_it_was_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    source = _write(
        tmp_path, _line("ana", USER, created_at="2026-03-02T09:14:05Z"), _line("ana", ANSWER)
    )
    before = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    await load_sessions(source, path)
    after = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    (known,), (now,) = _execute(path, "SELECT created_at FROM agent_messages ORDER BY id")
    assert known == "2026-03-02 09:14:05"
    assert before <= now <= after
    assert _execute(path, "SELECT created_at, updated_at FROM agent_sessions") == [(known, now)]


async def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    source = _write(tmp_path, _line("bo", USER), _line("ana", USER), _line("bo", ANSWER))
    await load_sessions(source, path)
    before = _execute(path, "SELECT * FROM agent_messages, agent_sessions")
    again = await load_sessions(source, path)
    assert again == LoadReport(sessions=0, items=0, skipped=["bo", "ana"])
    assert _execute(path, "SELECT * FROM agent_messages, agent_sessions") == before


async def test_a_session_with_items_is_left_alone_and_the_others_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
    source = _write(tmp_path, *(_line(name, USER) for name in ("ana", "bo", "ana", "cy")))
    loaded = await load_sessions(source, path)
    assert loaded == LoadReport(sessions=2, items=2, skipped=["ana"])
    assert await _stored(path, "ana") == [{"n": 1}]
    assert await _stored(path, "bo") == await _stored(path, "cy") == [USER]


async def test_an_emptied_session_is_loaded_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
        await session.pop_item()
        source = _write(tmp_path, _line("ana", USER, created_at="2026-03-02T09:14:05Z"))
        assert await load_sessions(source, path) == LoadReport(1, 1, [])
        assert await session.get_items() == [USER]
    assert _execute(path, "SELECT * FROM agent_sessions") == [("ana", *["2026-03-02 09:14:05"] * 2)]


def test_what_was_loaded_can_be_read() -> None:
    names = [f"user_{n}" for n in range(1_234)]
    assert str(LoadReport(1, 1, [])) == "loaded 1 session with 1 item"
    assert str(LoadReport(45, 7_512, [])) == "loaded 45 sessions with 7,512 items"
    assert str(LoadReport(2, 3, ["ana"])) == (
        "loaded 2 sessions with 3 items; left 1 session alone that had items: 'ana'"
    )
    assert str(LoadReport(0, 0, names)) == (
        "loaded 0 sessions with 0 items; left 1,234 sessions alone that had items: "
        "'user_0', 'user_1', 'user_2', 'user_3', 'user_4' and 1,229 more"
    )


GOOD = json.dumps(_line("ana", USER)).encode()
DEEP = b'{"session_id": "ana", "item": ' + b'{"a": ' * 100_000 + b"1" + b"}" * 100_001
BAD: dict[str, tuple[Any, type[Exception], str]] = {
    "no JSON": (b'{"session_id": "ana",', ValueError, "no JSON: .* at column 22"),
    "two objects": (GOOD + GOOD, ValueError, "no JSON: Extra data"),
    "empty": (b"", ValueError, "is empty; delete it"),
    "blank": (b" \t ", ValueError, "is empty; delete it"),
    "no UTF-8": (GOOD.replace(b"\\u00e9", b"\xe9"), ValueError, "no UTF-8: .* at byte 62"),
    "too deep": (DEEP, ValueError, "nested too deeply"),
    "a list": ([1], ValueError, "is a list; a line is an object with 'session_id'"),
    "null": (None, ValueError, "is a NoneType"),
    "no session": ({"item": USER}, ValueError, "has no 'session_id'"),
    "no item": ({"session_id": "ana"}, ValueError, "has no 'item'"),
    "unknown key": (_line("ana", USER, time="now"), ValueError, "unknown key 'time'"),
    "long unknown key": (_line("ana", USER, **{"k" * 999: 1}), ValueError, "unknown key a str"),
    "session is a number": (_line(7, USER), TypeError, "session_id is 7; it must be a str"),
    "session is empty": (_line("", USER), ValueError, "session_id is empty"),
    "session is no Unicode": (_line("\ud83d", USER), ValueError, "session_id is no valid Unicode"),
    "no time": (_line("ana", USER, created_at="soon"), ValueError, "'created_at' is 'soon'; it"),
    "no such day": (
        _line("ana", USER, created_at="2026-02-30T00:00:00Z"),
        ValueError,
        "'2026-02-30T00:00:00Z'",
    ),
    "time before time": (
        _line("ana", USER, created_at="0001-01-01T00:00:00+01:00"),
        ValueError,
        "'created_at' is '0001",
    ),
    "time is a number": (_line("ana", USER, created_at=5), TypeError, "'created_at' is 5; it must"),
    "time is null": (_line("ana", USER, created_at=None), TypeError, "'created_at' is None"),
    "item is text": (_line("ana", "Hello"), TypeError, "item is a str; an item is a dict"),
    "item is a list": (_line("ana", [USER]), TypeError, "item is a list; an item is a dict"),
    "NaN": (
        _line("ana", {"content": [float("nan")]}),
        ValueError,
        r"item\['content'\]\[0\] is nan, which is no number",
    ),
    "infinite": (b'{"session_id": "ana", "item": {"n": 1e999}}', ValueError, r"item\['n'\] is inf"),
    "a number too long": (
        b'{"session_id": "ana", "item": {"n": ' + b"1" * 5_000 + b"}}",
        ValueError,
        "4300 digits",
    ),
}


@pytest.mark.parametrize(("line", "kind", "message"), BAD.values(), ids=BAD)
async def test_a_bad_line_is_named_and_nothing_is_stored(
    tmp_path: Path, line: Any, kind: type[Exception], message: str
) -> None:
    source = _write(tmp_path, GOOD, _line("bo", USER), line, GOOD)
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        await load_sessions(source, tmp_path / "a.db")
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"{source}, line 3: ")
    assert len(str(caught.value)) < len(str(source)) + 250
    assert os.listdir(tmp_path) == [source.name]


async def test_a_bad_line_leaves_a_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
        source = _write(tmp_path, *[_line("bo", USER)] * 300, b"{", GOOD)
        with pytest.raises(ValueError, match="line 301: it is no JSON"):
            await load_sessions(source, path)
        assert await session.get_items() == [{"n": 1}]
    assert [*(await sessions(path))["session"]] == ["ana"]


async def test_what_the_database_refuses_midway_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
    _execute(
        path,
        "CREATE TRIGGER refuse BEFORE INSERT ON agent_messages "
        "WHEN new.message_data LIKE '%bad%' BEGIN SELECT RAISE(ABORT, 'refused'); END",
    )
    lines = [_line("bo", {"n": n}) for n in range(250)]
    source = _write(tmp_path, *lines, _line("cy", {"n": "bad"}))
    with pytest.raises(sqlite3.IntegrityError, match="refused"):
        await load_sessions(source, path)
    assert _execute(path, "SELECT session_id FROM agent_sessions") == [("ana",)]
    assert _execute(path, "SELECT count(*) FROM agent_messages") == [(1,)]


async def test_windows_and_its_editors_may_have_written_the_file(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + GOOD + b"\r\n" + GOOD.replace(b"ana", b"bo"))
    assert await load_sessions(source, tmp_path / "a.db") == LoadReport(2, 2, [])
    assert await _stored(tmp_path / "a.db", "ana") == [USER]


async def test_an_empty_file_makes_no_database(tmp_path: Path) -> None:
    assert await load_sessions(_write(tmp_path), tmp_path / "a.db") == LoadReport(0, 0, [])
    assert os.listdir(tmp_path) == ["conversations.jsonl"]


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
async def test_paths_that_cannot_be_used_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: Any,
    db_path: Any,
    kind: type[Exception],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, GOOD).rename("a.jsonl")
    before = _files(tmp_path)
    with pytest.raises(kind, match=message):
        await load_sessions(source, db_path)
    assert _files(tmp_path) == before


async def test_the_sdks_session_reads_what_was_loaded_and_goes_on(tmp_path: Path) -> None:
    source = _write(tmp_path, _line("ana", USER), _line("ana", ANSWER))
    await load_sessions(source, tmp_path / "a.db")
    theirs = agents.SQLiteSession("ana", tmp_path / "a.db")
    assert await theirs.get_items() == [USER, ANSWER]
    await theirs.add_items([USER])  # type: ignore[list-item]
    theirs.close()
    assert await _stored(tmp_path / "a.db", "ana") == [USER, ANSWER, USER]


def _many(folder: Path, count: int) -> Path:
    return _write(folder, *(_line(f"user_{n % 70}", {"n": n}) for n in range(count)))


async def test_six_thousand_lines_are_loaded_with_a_progress_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tqdm", reason="needs tqdm, which is not installed here")
    source = _many(tmp_path, 6_000)
    assert await load_sessions(source, tmp_path / "a.db") == LoadReport(70, 6_000, [])
    assert await _stored(tmp_path / "a.db", "user_7") == [{"n": n} for n in range(7, 6_000, 70)]
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading" in err and "100%" in err
    assert err.endswith("\n")


async def test_a_bad_line_ends_the_progress_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tqdm", reason="needs tqdm, which is not installed here")
    source = _many(tmp_path, 5_500)
    with source.open("ab") as file:
        file.write(b"{")
    with pytest.raises(ValueError, match="line 5501: it is no JSON"):
        await load_sessions(source, tmp_path / "a.db")
    assert capsys.readouterr().err.endswith("\n")


async def test_without_tqdm_there_is_no_progress_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)  # as if it were not installed
    assert (await load_sessions(_many(tmp_path, 6_000), tmp_path / "a.db")).items == 6_000
    assert capsys.readouterr() == ("", "")


async def test_five_thousand_lines_need_no_tqdm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "tqdm", raising=False)
    assert (await load_sessions(_many(tmp_path, 5_000), tmp_path / "a.db")).items == 5_000
    assert "tqdm" not in sys.modules
    assert capsys.readouterr() == ("", "")


LOADING = """
import asyncio, json, sys
from session_lib.loader import load_sessions
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(asyncio.run(load_sessions(sys.argv[1], line.rstrip("\\n")))), flush=True)
"""


def test_of_programs_that_load_at_once_one_stores_each_session(tmp_path: Path) -> None:
    source = _many(tmp_path, 1_000)
    programs = [start(tmp_path, LOADING, source) for _ in range(3)]
    for program in programs:
        assert hear(program) == "ready"
    for number in range(5):
        path = tmp_path / f"{number}.db"
        for program in programs:
            tell(program, str(path))
        loaded = [LoadReport(*json.loads(hear(program))) for program in programs]
        assert sum(one.sessions for one in loaded) == 70
        assert sum(one.items for one in loaded) == 1_000
        assert sum(len(one.skipped) for one in loaded) == 140
        assert asyncio.run(_stored(path, "user_3")) == [{"n": n} for n in range(3, 1_000, 70)]
        assert _execute(path, "SELECT count(*) FROM agent_messages") == [(1_000,)]
    for program in programs:
        assert finish(program) == (0, "", "")


FROM_A_PIPE = """
import asyncio, os, sys
from session_lib.loader import load_sessions
async def main():
    os.mkfifo(sys.argv[1])
    loading = asyncio.ensure_future(load_sessions(sys.argv[1], sys.argv[2]))
    while not loading.done():
        try:
            pipe = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads it yet
            await asyncio.sleep(0.01)
        else:
            os.write(pipe, sys.argv[3].encode())
            os.close(pipe)
            print(await loading)
asyncio.run(main())
"""


@pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="needs a named pipe, which this system does not have"
)
def test_the_event_loop_goes_on_while_a_slow_source_is_read(tmp_path: Path) -> None:
    # If the reading blocked the loop, nobody would ever write into the pipe.
    paths = tmp_path / "pipe", tmp_path / "a.db"
    done = run(tmp_path, FROM_A_PIPE, *paths, GOOD.decode(), timeout=60)
    assert done == (0, "loaded 1 session with 1 item\n", "")


IMPORTING = """
import sys
import session_lib
assert "session_lib.loader" not in sys.modules
import session_lib.loader
print([name for name in ("tqdm", "pandas", "agents", "openai") if name in sys.modules])
"""


def test_the_loader_brings_no_other_package(tmp_path: Path) -> None:
    assert run(tmp_path, IMPORTING) == (0, "[]\n", "")

"""Conversations from files of JSON lines."""

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import agents
import pytest

from session_lib import LoadReport, SQLiteSession, history, load_sessions, sessions
from tests.helpers.json_lines import GOOD, USER, line, stored, write
from tests.helpers.processes import finish, hear, run, start, tell

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


def execute(path, statement):
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


async def test_items_come_back_equal(tmp_path):
    strange: Any = {"z": [1, 2.5, None, True, {"": {}}], "a": "half \ud83d", "\0": "\u2028\x85"}
    path = tmp_path / "a.db"
    lines = [line("ana", item) for item in (USER, CALL, RESULT, ANSWER)]
    source = write(tmp_path, lines[0], line("bo", strange), *lines[1:])
    assert await load_sessions(source, path) == LoadReport(sessions=2, items=5, skipped=[])
    assert repr(await stored(path, "ana")) == repr([USER, CALL, RESULT, ANSWER])
    assert repr(await stored(path, "bo")) == repr([strange])
    theirs = agents.SQLiteSession("ana", path)
    assert await theirs.get_items() == [USER, CALL, RESULT, ANSWER]
    await theirs.add_items([USER])  # type: ignore[list-item]
    theirs.close()
    assert await stored(path, "ana") == [USER, CALL, RESULT, ANSWER, USER]


async def test_the_order_is_that_of_the_lines(tmp_path):
    days = [5, 3, 9, 3, 1]
    source = write(
        tmp_path,
        *(
            line(name, {"n": n}, created_at=f"2026-03-0{day}T12:00:00Z")
            for n, day in enumerate(days)
            for name in ("bo", "ana")
        ),
    )
    await load_sessions(str(source), str(tmp_path / "a.db"))
    for name in ("ana", "bo"):
        assert await stored(tmp_path / "a.db", name) == [{"n": n} for n in range(5)]


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


@pytest.mark.parametrize(("time", "written"), TIMES.items())
async def test_a_time_is_stored_as_sqlite_does(tmp_path, time, written):
    path = tmp_path / "a.db"
    await load_sessions(write(tmp_path, line("ana", USER, created_at=time)), path)
    assert execute(path, "SELECT created_at FROM agent_messages") == [(written,)]
    assert execute(path, "SELECT datetime(created_at) FROM agent_messages") == [(written,)]


async def test_a_session_spans_its_items_times(tmp_path):
    path = tmp_path / "a.db"
    times = ["2026-03-04T10:00:00+01:00", "2026-03-04T09:30:00+00:00", "2026-03-03T08:00:00Z"]
    lines = [line("ana", USER, created_at=time) for time in times]
    await load_sessions(
        write(tmp_path, *lines, line("bo", USER, created_at="2026-03-01T00:00:00Z")), path
    )
    assert execute(path, "SELECT * FROM agent_sessions ORDER BY session_id") == [
        ("ana", "2026-03-03 08:00:00", "2026-03-04 09:30:00"),
        ("bo", "2026-03-01 00:00:00", "2026-03-01 00:00:00"),
    ]
    async with SQLiteSession("ana", path) as session:
        shown = [str(time) for time in (await history(session))["time"]]
    hours = ["04 09:00", "04 09:30", "03 08:00"]
    assert shown == [f"2026-03-{hour}:00+00:00" for hour in hours]
    _, row = (await sessions(path)).itertuples(index=False)
    assert [str(row.first), str(row.latest)] == [shown[2], shown[1]]


async def test_the_default_time_is_now(tmp_path):
    path = tmp_path / "a.db"
    source = write(
        tmp_path, line("ana", USER, created_at="2026-03-02T09:14:05Z"), line("ana", ANSWER)
    )
    before = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    await load_sessions(source, path)
    after = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    (known,), (now,) = execute(path, "SELECT created_at FROM agent_messages ORDER BY id")
    assert known == "2026-03-02 09:14:05"
    assert before <= now <= after
    assert execute(path, "SELECT created_at, updated_at FROM agent_sessions") == [(known, now)]


async def test_loading_twice_changes_nothing(tmp_path):
    path = tmp_path / "a.db"
    source = write(tmp_path, line("bo", USER), line("ana", USER), line("bo", ANSWER))
    await load_sessions(source, path)
    before = execute(path, "SELECT * FROM agent_messages, agent_sessions")
    again = await load_sessions(source, path)
    assert again == LoadReport(sessions=0, items=0, skipped=["bo", "ana"])
    assert execute(path, "SELECT * FROM agent_messages, agent_sessions") == before


async def test_a_session_with_items_is_left_alone(tmp_path):
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
    source = write(tmp_path, *(line(name, USER) for name in ("ana", "bo", "ana", "cy")))
    loaded = await load_sessions(source, path)
    assert loaded == LoadReport(sessions=2, items=2, skipped=["ana"])
    assert await stored(path, "ana") == [{"n": 1}]
    assert await stored(path, "bo") == await stored(path, "cy") == [USER]


async def test_an_emptied_open_session_is_loaded(tmp_path):
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
        await session.pop_item()
        source = write(tmp_path, line("ana", USER, created_at="2026-03-02T09:14:05Z"))
        assert await load_sessions(source, path) == LoadReport(1, 1, [])
        assert await session.get_items() == [USER]
    assert execute(path, "SELECT * FROM agent_sessions") == [("ana", *["2026-03-02 09:14:05"] * 2)]


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (LoadReport(1, 1, []), "loaded 1 session with 1 item"),
        (LoadReport(45, 7_512, []), "loaded 45 sessions with 7,512 items"),
        (
            LoadReport(2, 3, ["ana"]),
            "loaded 2 sessions with 3 items; skipped 1 session with items already: 'ana'",
        ),
        (
            LoadReport(0, 0, [f"user_{number}" for number in range(1_234)]),
            "loaded 0 sessions with 0 items; skipped 1,234 sessions with items already: "
            "'user_0', 'user_1', 'user_2', 'user_3', 'user_4' and 1,229 more",
        ),
    ],
)
def test_a_report_can_be_read(report, text):
    assert str(report) == text


async def test_a_bad_line_leaves_a_database_alone(tmp_path):
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
        source = write(tmp_path, *[line("bo", USER)] * 300, b"{", GOOD)
        with pytest.raises(ValueError, match="line 301: it is not JSON"):
            await load_sessions(source, path)
        assert await session.get_items() == [{"n": 1}]
    assert [*(await sessions(path))["session"]] == ["ana"]


async def test_a_refused_row_leaves_nothing(tmp_path):
    path = tmp_path / "a.db"
    async with SQLiteSession("ana", path) as session:
        await session.add_items([{"n": 1}])
    execute(
        path,
        "CREATE TRIGGER refuse BEFORE INSERT ON agent_messages "
        "WHEN new.message_data LIKE '%bad%' BEGIN SELECT RAISE(ABORT, 'refused'); END",
    )
    lines = [line("bo", {"n": n}) for n in range(250)]
    source = write(tmp_path, *lines, line("cy", {"n": "bad"}))
    with pytest.raises(sqlite3.IntegrityError, match="refused"):
        await load_sessions(source, path)
    assert execute(path, "SELECT session_id FROM agent_sessions") == [("ana",)]
    assert execute(path, "SELECT count(*) FROM agent_messages") == [(1,)]


async def test_files_of_windows_editors_are_read(tmp_path):
    source = tmp_path / "a.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + GOOD + b"\r\n" + GOOD.replace(b"ana", b"bo"))
    assert await load_sessions(source, tmp_path / "a.db") == LoadReport(2, 2, [])
    assert await stored(tmp_path / "a.db", "ana") == [USER]


async def test_an_empty_file_makes_no_database(tmp_path):
    assert await load_sessions(write(tmp_path), tmp_path / "a.db") == LoadReport(0, 0, [])
    assert os.listdir(tmp_path) == ["conversations.jsonl"]


def write_many(folder, count):
    return write(folder, *(line(f"user_{n % 70}", {"n": n}) for n in range(count)))


async def test_a_progress_bar_appears(tmp_path, capsys):
    pytest.importorskip("tqdm", reason="needs tqdm, which is not installed here")
    source = write_many(tmp_path, 6_000)
    assert await load_sessions(source, tmp_path / "a.db") == LoadReport(70, 6_000, [])
    assert await stored(tmp_path / "a.db", "user_7") == [{"n": n} for n in range(7, 6_000, 70)]
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading" in err and "100%" in err
    assert err.endswith("\n")
    with source.open("ab") as file:  # a bad line ends the bar too
        file.write(b"{")
    with pytest.raises(ValueError, match="line 6001: it is not JSON"):
        await load_sessions(source, tmp_path / "b.db")
    assert capsys.readouterr().err.endswith("\n")


@pytest.mark.parametrize("count", [5_000, 6_000], ids=["few lines", "without tqdm"])
async def test_no_progress_bar_appears(tmp_path, capsys, monkeypatch, count):
    if count == 6_000:
        monkeypatch.setitem(sys.modules, "tqdm", None)  # as if it were not installed
    else:
        monkeypatch.delitem(sys.modules, "tqdm", raising=False)
    assert (await load_sessions(write_many(tmp_path, count), tmp_path / "a.db")).items == count
    assert sys.modules.get("tqdm") is None
    assert capsys.readouterr() == ("", "")


LOADING = """
import asyncio, json, sys
from session_lib.loader import load_sessions
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(asyncio.run(load_sessions(sys.argv[1], line.rstrip("\\n")))), flush=True)
"""


def test_programs_may_load_at_once(tmp_path):
    source = write_many(tmp_path, 1_000)
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
        assert asyncio.run(stored(path, "user_3")) == [{"n": n} for n in range(3, 1_000, 70)]
        assert execute(path, "SELECT count(*) FROM agent_messages") == [(1_000,)]
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
def test_reading_does_not_block_the_loop(tmp_path):
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


def test_the_loader_brings_no_other_package(tmp_path):
    assert run(tmp_path, IMPORTING) == (0, "[]\n", "")

"""Several processes use one file at once, from the first moment of its life on."""

import asyncio
import json
from pathlib import Path

from session_lib import SQLiteSession
from tests.helpers.processes import finish, hear, start, tell

FIRST = """
import asyncio, sys
from session_lib import SQLiteSession
print("ready", flush=True)
for line in sys.stdin:
    session = SQLiteSession("user_1", line.rstrip("\\n"))
    asyncio.run(session.add_items([{"process": sys.argv[1]}]))
    asyncio.run(session.get_items())
    print("done", flush=True)
"""

ADDING = """
import asyncio, sys
from session_lib import SQLiteSession
session = SQLiteSession("user_1", sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
async def main():
    for number in range(30):
        await session.add_items([{sys.argv[2]: number}])
asyncio.run(main())
"""

POPPING = """
import asyncio, json, sys
from session_lib import SQLiteSession
session = SQLiteSession("user_1", sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
async def main():
    items = []
    while (item := await session.pop_item()) is not None:
        items.append(item["n"])
    print(json.dumps(items))
asyncio.run(main())
"""


def test_six_processes_may_create_one_file_at_the_same_moment(tmp_path: Path) -> None:
    programs = [start(tmp_path, FIRST, number) for number in range(6)]
    for program in programs:
        assert hear(program) == "ready"
    for number in range(5):
        path = tmp_path / f"{number}.db"
        for program in programs:
            tell(program, str(path))
        for program in programs:
            assert hear(program) == "done"
        session = SQLiteSession("user_1", path)
        items = asyncio.run(session.get_items())
        session.close()
        assert sorted(item["process"] for item in items) == list("012345")
    for program in programs:
        assert finish(program) == (0, "", "")


def test_processes_that_add_at_once_lose_nothing_and_keep_their_order(tmp_path: Path) -> None:
    programs = [start(tmp_path, ADDING, tmp_path / "x.db", name) for name in "abc"]
    for program in programs:
        assert hear(program) == "ready"
    for program in programs:
        tell(program)
    for program in programs:
        assert finish(program) == (0, "", "")
    session = SQLiteSession("user_1", tmp_path / "x.db")
    items = asyncio.run(session.get_items())
    session.close()
    assert len(items) == 90
    for name in "abc":
        assert [item[name] for item in items if name in item] == list(range(30))


def test_processes_that_pop_at_once_get_different_items(tmp_path: Path) -> None:
    session = SQLiteSession("user_1", tmp_path / "x.db")
    asyncio.run(session.add_items([{"n": number} for number in range(200)]))
    programs = [start(tmp_path, POPPING, tmp_path / "x.db") for _ in range(3)]
    for program in programs:
        assert hear(program) == "ready"
    for program in programs:
        tell(program)
    popped: list[int] = []
    for program in programs:
        code, out, err = finish(program)
        assert (code, err) == (0, "")
        popped += json.loads(out)
    assert sorted(popped) == list(range(200))
    assert asyncio.run(session.get_items()) == []
    session.close()


def test_one_process_sees_at_once_what_another_has_added(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    session = SQLiteSession("user_1", path)
    assert asyncio.run(session.get_items()) == []
    program = start(tmp_path, FIRST, "other")
    assert hear(program) == "ready"
    for number in range(1, 4):
        tell(program, str(path))
        assert hear(program) == "done"
        assert asyncio.run(session.get_items()) == [{"process": "other"}] * number
    assert finish(program) == (0, "", "")
    session.close()

"""The SDK's class in one process and ours in another, at work on one file at the same time.

Ours waits its turn. The SDK's own classes give up after five seconds, as Python's `sqlite3` does by
default, and raise "database is locked": the program here then tries again, and counts.
"""

import asyncio
import itertools
import json
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import finish, hear, start, tell
from tests.helpers.stores import ADVANCED, OURS, PLAIN, opened

PROGRAM = """
import asyncio, json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.helpers.stores import opened

async def retry(operation, *arguments):
    while True:
        try:
            return await operation(*arguments)
        except Exception as error:
            if "database is locked" not in str(error):
                raise
            locked.append(str(error))

async def add(shared, own):
    for number in range(60):
        items = [{"theirs": [number, part]} for part in range(number % 3 + 1)]
        await retry(shared.add_items, items)
        await retry(own.add_items, items)

async def pop(shared, own):
    popped = []
    while (item := await retry(shared.pop_item)) is not None:
        popped.append(item["n"])
    return popped

async def clear(shared, own):
    for number in range(30):
        await retry(own.clear_session)
        await retry(own.add_items, [{"theirs": number}, {"theirs": number}])
        if number % 10 == 9:
            await retry(shared.clear_session)

async def main(work, path):
    async with opened(sys.argv[2], path, "shared") as shared:
        async with opened(sys.argv[2], path, "theirs") as own:
            await retry(shared.get_items)
            await retry(own.get_items)
            print("ready", flush=True)
            sys.stdin.readline()
            return await {"add": add, "pop": pop, "clear": clear}[work](shared, own)

for line in sys.stdin:
    locked = []
    work, path = json.loads(line)
    done = asyncio.run(main(work, Path(path)))
    print(json.dumps([done, len(locked)]), flush=True)
"""
ADDED = [[number, part] for number in range(60) for part in range(number % 3 + 1)]
TIMEOUT = 100  # seconds

Program = subprocess.Popen[str]


def _classes(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("program", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def program(request, tmp_path_factory):
    """Another process, which works with the class that the parameter names."""
    root = Path(__file__).parents[2]
    program = start(tmp_path_factory.mktemp("program"), PROGRAM, root, request.param)
    yield program
    assert finish(program) == (0, "", "")


async def _beside(
    program: Program, work: str, path: Path, step: Callable[[int], Awaitable[None]]
) -> tuple[int, Any]:
    """Repeat `step` while `program` does its `work`. Return how often, and what it tells."""
    tell(program, json.dumps([work, str(path)]))
    assert hear(program) == "ready"
    await step(0)  # we have begun before it does
    tell(program)
    heard = asyncio.ensure_future(asyncio.to_thread(hear, program))
    deadline = time.monotonic() + TIMEOUT
    count = 1
    while not heard.done():
        if time.monotonic() > deadline:
            program.kill()
            pytest.fail(f"{work}: still at it after {TIMEOUT} seconds")
        await step(count)
        count += 1
    done, locked = json.loads(await heard)
    print(f"the program met a locked database {locked} times in {count} steps of ours")
    return count, done


@_classes(*PLAIN, ADVANCED, OURS)
async def test_both_add(program, tmp_path):
    """Nothing is lost, and each keeps its order."""
    path = tmp_path / "x.db"
    async with (
        SQLiteSession("shared", path) as shared,
        SQLiteSession("ours", path) as own,
        SQLiteSession("theirs", path) as other,
    ):

        async def add(number):
            items = [{"ours": [number, part]} for part in range(number % 3 + 1)]
            await asyncio.gather(shared.add_items(items), own.add_items(items))

        count, _ = await _beside(program, "add", path, add)
        ours = [[number, part] for number in range(count) for part in range(number % 3 + 1)]
        assert [item["ours"] for item in await own.get_items()] == ours
        assert [item["theirs"] for item in await other.get_items()] == ADDED
        both = await shared.get_items()
    assert [item["ours"] for item in both if "ours" in item] == ours
    assert [item["theirs"] for item in both if "theirs" in item] == ADDED
    assert len(both) == len(ours) + len(ADDED)
    # A batch stays together: nobody's item stands between two of one call.
    for before, after in itertools.pairwise(both):
        for name, (number, part) in before.items():
            if part < number % 3:
                assert after == {name: [number, part + 1]}


# AdvancedSQLiteSession pops only what it has added itself: see test_advanced.py.
@_classes(*PLAIN, OURS)
async def test_both_pop(program, tmp_path):
    path = tmp_path / "x.db"
    async with SQLiteSession("shared", path) as session:
        await session.add_items([{"n": number} for number in range(300)])
        popped: list[int] = []

        async def pop(number):
            if (item := await session.pop_item()) is not None:
                popped.append(item["n"])

        _, theirs = await _beside(program, "pop", path, pop)
        assert sorted(popped + theirs) == list(range(300))
        # Each takes from the end, so what each got goes down.
        assert popped == sorted(popped, reverse=True)
        assert theirs == sorted(theirs, reverse=True)
        assert await session.get_items() == []


@_classes(*PLAIN, ADVANCED, OURS)
async def test_one_clears_while_the_other_adds(program, tmp_path):
    path = tmp_path / "x.db"
    async with (
        SQLiteSession("shared", path) as shared,
        SQLiteSession("ours", path) as own,
        SQLiteSession("theirs", path) as other,
    ):

        async def watch(number):
            await asyncio.gather(
                shared.add_items([{"n": number}, {"n": number}]), own.add_items([{"n": number}])
            )
            seen, theirs = await asyncio.gather(shared.get_items(), other.get_items())
            # A clear takes whole batches, and what is left is what came last.
            last = range(number - len(seen) // 2 + 1, number + 1)
            assert seen == [{"n": n} for n in last for _ in range(2)]
            assert len(theirs) in (0, 2)

        count, _ = await _beside(program, "clear", path, watch)
        assert await own.get_items() == [{"n": number} for number in range(count)]
        assert await other.get_items() == [{"theirs": 29}] * 2
        assert len(await shared.get_items()) < 2 * count


@_classes(OURS)
@pytest.mark.parametrize("kind", PLAIN)
async def test_sdk_here_and_ours_in_the_program(program, kind, tmp_path):
    path = tmp_path / "x.db"
    async with opened(kind, path, "shared") as theirs:

        async def add(number):
            while True:
                try:
                    await theirs.add_items([{"ours": number}])
                    return
                except Exception as error:
                    if "database is locked" not in str(error):
                        raise

        count, _ = await _beside(program, "add", path, add)
        items = await theirs.get_items()
    assert [item["ours"] for item in items if "ours" in item] == list(range(count))
    assert [item["theirs"] for item in items if "theirs" in item] == ADDED

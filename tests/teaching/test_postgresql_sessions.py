"""Sessions in PostgreSQL: they hold what ours hold, copied either way, and lose nothing."""

from pathlib import Path
from typing import Any

import pytest
from agents.extensions.memory import SQLAlchemySession
from sqlalchemy.ext.asyncio import create_async_engine

from session_lib import SQLiteSession, copy_session, copy_sessions, load_sessions, sessions
from session_lib.teaching.postgresql import start_postgresql
from tests.helpers import processes

DATA = Path(__file__).parents[2] / "data" / "support_desk.jsonl"
ITEMS: list[Any] = [{"role": "user", "content": f"Item {number} \U0001f914"} for number in range(4)]

WRITE = """
    import asyncio, sys
    from agents.extensions.memory import SQLAlchemySession

    async def main(url, name):
        session = SQLAlchemySession.from_url("shared", url=url)
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(10):
            await session.add_items([{"role": "user", "content": f"{name} {number}"}] * 2)
        await session.engine.dispose()

    asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def url():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        server = start_postgresql()
    with server as url:
        yield url


@pytest.fixture
async def target(url):
    """What makes a session in PostgreSQL. The tables are there."""
    engine = create_async_engine(url)
    await SQLAlchemySession("nobody", engine=engine, create_tables=True).get_items()
    yield lambda session_id: SQLAlchemySession(session_id, engine=engine)
    await engine.dispose()


async def test_one_session_there_and_back(target, tmp_path):
    theirs = target("user_1")
    async with SQLiteSession("user_1", tmp_path / "here.db") as ours:
        await ours.add_items(ITEMS)
        assert await copy_session(ours, theirs) == 4
        assert await copy_session(ours, theirs) == 0
        assert await theirs.get_items() == ITEMS
    async with SQLiteSession("user_1", tmp_path / "back.db") as back:
        assert await copy_session(theirs, back) == 4
        await theirs.add_items(ITEMS[:1])
        assert await copy_session(theirs, back) == 1
        assert await back.get_items() == [*ITEMS, ITEMS[0]]
        await theirs.clear_session()
        await theirs.add_items(ITEMS[1:])
        with pytest.raises(ValueError, match="other items"):
            await copy_session(theirs, back)


async def test_the_support_desk_there_and_back(target, tmp_path):
    path, back_path = tmp_path / "desk.db", tmp_path / "back.db"
    loaded = await load_sessions(DATA, path)
    copied = await copy_sessions(path, target)
    assert (len(copied.sessions), copied.items) == (loaded.sessions, loaded.items) == (62, 776)
    again = await copy_sessions(path, target)
    assert (again.sessions, again.items, len(again.complete)) == ([], 0, 62)
    for session_id in (await sessions(path))["session"]:
        async with (
            SQLiteSession(session_id, path) as ours,
            SQLiteSession(session_id, back_path) as back,
        ):
            theirs = target(session_id)
            await copy_session(theirs, back)
            items = await ours.get_items()
            assert items == await theirs.get_items() == await back.get_items()


async def test_three_processes_write_at_once(url, target, tmp_path):
    programs = [processes.start(tmp_path, WRITE, url, name, flags=()) for name in "ABC"]
    for program in programs:
        assert processes.hear(program) == "ready"
    for program in programs:
        processes.tell(program)
    for program in programs:
        code, _, error = processes.finish(program, 60)
        assert (code, error) == (0, "")
    said = [item["content"] for item in await target("shared").get_items()]
    for name in "ABC":
        own = [text for text in said if text.startswith(name)]
        assert own == [f"{name} {number // 2}" for number in range(20)]
    assert len(said) == 60
    assert said[::2] == said[1::2]  # the two of a call are not torn apart

"""A PostgreSQL of yours: a database is made there, and nothing else is touched."""

import asyncio
import time
from typing import Any

import pytest
from agents.extensions.memory import SQLAlchemySession
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from session_lib.teaching.postgresql import _for_asyncpg, start_postgresql
from tests.helpers import processes
from tests.helpers.postgresql import START, databases, select

ITEMS: list[Any] = [{"role": "user", "content": "Item \U0001f914"}, {"role": "user", "content": ""}]


@pytest.fixture(scope="module")
def url():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        server = start_postgresql()
    with server as url:
        yield url


@pytest.fixture
def given(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    return url


async def test_a_server_of_yours(given, monkeypatch):
    mine = SQLAlchemySession.from_url("mine", url=given, create_tables=True)
    await mine.add_items(ITEMS)
    before = await databases(given)
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    tables_before = await select(given, tables)
    monkeypatch.setenv("DATABASE_URL", given.replace("postgresql+asyncpg", "postgres", 1))
    with start_postgresql() as url:
        assert make_url(url).host == make_url(given).host
        assert make_url(url).query == make_url(given).query
        (name,) = await databases(url) - before
        other = SQLAlchemySession.from_url("mine", url=url, create_tables=True)
        assert await other.get_items() == []
        await other.add_items(ITEMS[:1])
        await other.clear_session()
        # Its connection stays open: nobody has to wait for it.
    assert await databases(given) == before
    assert name.startswith("sessions_")
    assert await select(given, tables) == tables_before
    assert await mine.get_items() == ITEMS
    await mine.engine.dispose()
    await other.engine.dispose()


async def test_your_server_and_a_killed_program(given, tmp_path):
    program = processes.start(tmp_path, START)
    processes.hear(program)
    name = processes.hear(program)
    assert name in await databases(given)
    program.kill()
    processes.finish(program)
    deadline = time.monotonic() + 60
    while name in await databases(given):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_a_database_that_cannot_be_dropped(given):
    other = start_postgresql()
    name = make_url(other.url).database
    engine = create_async_engine(given, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name}"))
    await engine.dispose()
    with pytest.raises(RuntimeError, match=f'"{name}" does not exist'):
        other.close()
    other.close()


BAD_URLS = [
    ("mysql://localhost/shop", "kind 'mysql'"),
    ("postgresql://nobody@127.0.0.1:1/nowhere", "Connect|refused"),
    ("no url", "parse"),
]


@pytest.mark.parametrize("bad, reason", BAD_URLS)
def test_a_database_url_of_no_use(bad, reason, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", bad)
    with pytest.raises(RuntimeError, match=f"there is no PostgreSQL: .*({reason})"):
        start_postgresql()


def test_a_url_as_others_write_it():
    url = _for_asyncpg("postgres://ada:secret@db.example.com:5433/shop?sslmode=require")
    written = url.render_as_string(hide_password=False)
    assert written == "postgresql+asyncpg://ada:secret@db.example.com:5433/shop?ssl=require"


@processes.needs_fork
def test_a_fork_does_not_stop_it(tmp_path, given):
    source = """
        import asyncio, os, sys
        from session_lib.teaching.postgresql import start_postgresql
        from sqlalchemy import text
        from sqlalchemy.ext.asyncio import create_async_engine

        async def main(url):
            engine = create_async_engine(url)
            async with engine.connect() as connection:
                print((await connection.execute(text("SELECT 'here'"))).scalar_one(), flush=True)
            await engine.dispose()

        server = start_postgresql()
        child = os.fork()
        if not child:
            sys.exit(0)
        os.waitpid(child, 0)
        asyncio.run(main(server.url))
        end, own_end = os.pipe()
        if not os.fork():  # it holds all pipes of the program as long as that lives
            os.close(own_end)
            os.read(end, 1)
            sys.exit(0)
        server.close()
        print("closed")
    """
    program = processes.start(tmp_path, source, flags=())
    code, out, _ = processes.finish(program, 30)
    assert (code, out) == (0, "here\nclosed\n")

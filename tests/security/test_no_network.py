"""The library, the example and the notebooks reach for no network, also where a key is set."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import v4

from tests.helpers.guard import ENDED, KEY, guarded, log

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.joinpath("notebooks").glob("*.ipynb"))


def _run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env=guarded(folder),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


# 192.0.2.1 is an address that nobody has (RFC 5737), example.invalid a name (RFC 2606).
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
}


@pytest.mark.parametrize("reach", REACHING.values(), ids=REACHING)
def test_a_program_that_reaches_for_the_network_is_ended(reach: str, tmp_path: Path) -> None:
    done = _run(tmp_path, "-c", f"import socket\n{reach}\nprint('reached the end')")
    assert (done.returncode, done.stdout) == (ENDED, "")
    assert len(log(tmp_path)) == 1


def test_a_program_that_another_starts_is_ended_too(tmp_path: Path) -> None:
    source = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {REACHING['http']!r}])"
    assert _run(tmp_path, "-c", source).returncode == 0
    assert len(log(tmp_path)) == 1


def test_a_program_that_stays_on_this_machine_goes_on(tmp_path: Path) -> None:
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
    assert _run(tmp_path, "-c", source).returncode == 0
    assert log(tmp_path) == []


TRACED = """
import agents, asyncio
from agents.testing import ScriptedModel, assistant_message
from agents.tracing import get_trace_provider

model = ScriptedModel([[assistant_message("Hello")]])
asyncio.run(agents.Runner.run(agents.Agent(name="a", model=model), "Hello"))
get_trace_provider().force_flush()
"""


def test_the_sdk_alone_would_send_what_was_said(tmp_path: Path) -> None:
    # So it is the offline model that keeps the example and the notebooks from that.
    assert _run(tmp_path, "-c", TRACED).returncode == ENDED
    assert len(log(tmp_path)) == 1


def test_the_library_reaches_for_nothing(tmp_path: Path) -> None:
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
    done = _run(tmp_path, "-c", source)
    assert (done.returncode, done.stderr, log(tmp_path)) == (0, "", [])


def test_the_example_reaches_for_nothing_and_shows_and_stores_no_key(tmp_path: Path) -> None:
    # A name that begins as an option does must not become one for the example's second program.
    done = _run(tmp_path, "-m", "session_lib", "--db=-x.db")
    assert (done.returncode, done.stderr, log(tmp_path)) == (0, "", [])
    assert "assistant:" in done.stdout
    assert KEY not in done.stdout
    assert KEY.encode() not in (tmp_path / "-x.db").read_bytes()


# Before each notebook all is as at the start: no names, and the SDK would send what is said, if
# nobody switched that off. After it, what the SDK has to send it must send now.
_BEFORE = """
%reset -f
__import__("agents").set_tracing_disabled(False)
"""
_AFTER = """
__import__("agents").tracing.get_trace_provider().force_flush()
"""


@pytest.fixture(scope="module")
def run_notebooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[str]]:
    """All notebooks, run one after the other on a single kernel; and what they reached for."""
    folder = tmp_path_factory.mktemp("kernel")
    cells = []
    for path in NOTEBOOKS:
        code = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        for source in [_BEFORE, *(cell.source for cell in code), _AFTER]:
            cells.append(v4.new_code_cell(source.strip(), metadata={"from": path.name}))
    together = v4.new_notebook(cells=cells)
    client = NotebookClient(
        together,
        timeout=60,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(ROOT / "notebooks")}},
    )
    try:
        client.execute(env=guarded(folder))
    except Exception as error:  # the kernel was ended
        return error, log(folder)
    return together, log(folder)


def test_the_notebooks_reach_for_nothing(run_notebooks: tuple[Any, list[str]]) -> None:
    together, reached = run_notebooks
    assert reached == []
    assert isinstance(together, nbformat.NotebookNode), repr(together)
    assert len(NOTEBOOKS) >= 4
    for cell in together.cells:
        assert cell.execution_count is not None
        errors = [output for output in cell.outputs if output.output_type == "error"]
        assert errors == [], f"{cell.metadata['from']}: {cell.source}"


def test_the_notebooks_show_no_key(run_notebooks: tuple[Any, list[str]]) -> None:
    together, _ = run_notebooks
    assert KEY not in nbformat.writes(together)


def test_a_kernel_that_reaches_for_the_network_is_ended(tmp_path: Path) -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell(f"import socket\n{REACHING['http']}")])
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    with pytest.raises(RuntimeError, match="died"):
        client.execute(env=guarded(tmp_path))
    assert len(log(tmp_path)) == 1

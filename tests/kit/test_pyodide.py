"""The library in a browser's Python: in Pyodide, which Node.js runs here."""

import shutil
import subprocess
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from website.npm import package

from tests.helpers.paths import ROOT

RUN = Path(__file__).parents[1] / "helpers" / "pyodide.mjs"
VERSION = version("msgspec")
DOWNLOAD = ["pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
DOWNLOAD += ["--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14"]


@pytest.fixture(scope="module")
def msgspec(request):
    """The folder of a msgspec that is built for Pyodide."""
    folder = Path(request.config.cache.mkdir("pyodide")) / f"msgspec-{VERSION}"
    if not folder.exists():
        uvx = shutil.which("uvx")
        if uvx is None:
            pytest.skip("needs uvx to download msgspec for Pyodide: install uv, which brings it")
        command = [uvx, "--quiet", *DOWNLOAD, "--dest", str(folder.parent), f"msgspec=={VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"needs msgspec for Pyodide, from PyPI: {done.stderr.strip()}")
        (wheel,) = folder.parent.glob(f"{folder.name}-*.whl")
        with zipfile.ZipFile(wheel) as file:
            file.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def run(msgspec, tmp_path_factory):
    """Runs a program in Pyodide, with the library and msgspec alone. Returns what it printed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js to run Pyodide: install it from https://nodejs.org")
    try:
        pyodide = package("pyodide")
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"needs Pyodide, from npm: {error}")
    # With the library alone, and not with all that is beside it.
    packages = tmp_path_factory.mktemp("packages")
    shutil.copytree(ROOT / "session_lib", packages / "session_lib")

    def run(source):
        program = packages / "program.py"
        program.write_text(source, "utf-8")
        command = [node, str(RUN), str(pyodide), str(program), str(packages), str(msgspec)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr[-3_000:]
        return done.stdout

    return run


def test_sessions(run):
    """In memory, in a temporary folder, and in one that is kept with the browser."""
    assert run(SESSIONS).splitlines() == ["memory", "/tmp/x.db", "/drive/x.db", "done"]


SESSIONS = """
import asyncio, os, sqlite3, sys, warnings
from session_lib import SQLiteSession, copy_database, load_sessions, session, transcript

def batch(n):
    return [{"role": "user", "content": f"{n}: Grüße " + "x" * 2_000}, {"n": n}]

async def use(path):
    print(path or "memory")
    first, second = SQLiteSession("first", path), SQLiteSession("second", path)
    assert await first.get_items() == []
    await asyncio.gather(*(each.add_items(batch(n)) for n in range(5) for each in (first, second)))
    items = [item for n in range(5) for item in batch(n)]
    assert await first.get_items() == await second.get_items() == items
    assert await first.get_items(3) == items[-3:]
    assert await first.pop_item() == {"n": 4}
    await second.clear_session()
    assert await second.get_items() == [] and await second.pop_item() is None
    try:
        await first.add_items([{"n": 5}, {"n": {6}}])
    except TypeError as error:
        assert "items[1]" in str(error)
    assert await first.get_items() == items[:-1]
    begun = asyncio.create_task(first.add_items([{"n": 7}]))
    await asyncio.sleep(0)
    begun.cancel()
    await asyncio.wait([begun])
    assert begun.cancelled() and await first.get_items() == items[:-1]
    closing = first.close()
    second.close()
    await closing
    return items[:-1]

async def stay(path):
    # It is in one file afterwards, for the next visit and for other programs.
    folder, name = os.path.split(path)
    items = await use(path)
    assert os.listdir(folder) == [name], os.listdir(folder)
    async with SQLiteSession("first", path) as session:
        assert await session.get_items() == items
        await session.add_items([{"n": 8}])
        if folder == "/drive":  # where a tab that is closed now takes nothing with it
            assert b'{"n":8}' in open(path, "rb").read() and os.listdir(folder) == [name]
        connection = sqlite3.connect(path)
        query = "SELECT message_data FROM agent_messages ORDER BY id DESC LIMIT 1"
        assert connection.execute(query).fetchall() == [('{"n":8}',)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        assert str(await copy_database(path, f"{folder}/copy.db")) == (
            "copied 1 session with 10 items to copy.db")
        # It is noticed that another file has taken its place.
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(path + ending):
                os.unlink(path + ending)
        assert await session.get_items() == []
        await session.add_items([{"n": 9}])
    async with SQLiteSession("first", f"{folder}/copy.db") as copy:
        assert await copy.get_items() == [*items, {"n": 8}]

async def damage(path):
    with open(path, "rb") as file:
        whole = file.read()
    with open(path, "wb") as file:
        file.write(whole.replace(b'{"n":9}', b'{"n":9]'))
    session = SQLiteSession("first", path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert await session.get_items() == []
    assert "is not a JSON object" in str(caught[0].message)
    await session.close()
    with open(path, "wb") as file:
        file.write(b"Buy milk. " * 100)
    try:
        await SQLiteSession("first", path).add_items([{"n": 1}])
    except sqlite3.DatabaseError as error:
        assert str(error) == f"file is not a database: {path}"
    os.unlink(path)

async def load(path):
    with open("/tmp/lines.jsonl", "w") as file:
        file.write('{"session_id": "ada", "item": {"n": 1}}\\n' * 300)
    assert str(await load_sessions("/tmp/lines.jsonl", path)) == "loaded 1 session with 300 items"

await use(None)
for folder in ("/tmp", "/drive"):
    await stay(f"{folder}/x.db")
    await damage(f"{folder}/x.db")
    await load(f"{folder}/y.db")
assert sys.platform == "emscripten"
assert not {"aiosqlite", "session_lib.connection", "agents", "pandas"} & {*sys.modules}
print("done")
"""

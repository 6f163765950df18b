"""Conversations are personal: there is no moment in which somebody else may read a new file.

The modes are looked at after each call of a C function, in whichever thread, and by another
process that looks all the time.
"""

import json
import os
import sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import finish, hear, needs_modes, run, start, tell

pytestmark = needs_modes

NAMES = {"x.db", "x.db-wal", "x.db-shm"}  # for a moment there is a -journal too


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture
def umask():
    """Sets what this process takes away from the modes of new files, until the test ends."""
    before = os.umask(0o077)
    yield os.umask
    os.umask(before)


@pytest.mark.parametrize("content", ["a database", "nothing"])
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o666], ids=oct)
async def test_a_file_that_exists_gives_its_mode(mode, content, tmp_path, umask):
    path = tmp_path / "x.db"
    path.touch()
    if content == "a database":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE somebody_s (x)")
    path.chmod(mode)
    async with SQLiteSession("user_1", path) as session:
        await session.add_items([{"n": 1}])
        assert await session.get_items() == [{"n": 1}]
        # Whoever may write to the database has to be able to write to these, too.
        assert modes(tmp_path) == dict.fromkeys(NAMES, mode)
    assert modes(tmp_path) == {"x.db": mode}


async def test_a_file_created_again_is_private(tmp_path, umask):
    umask(0)
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await session.get_items()
        for name in os.listdir(tmp_path):
            os.unlink(tmp_path / name)
        await session.add_items([{"n": 1}])
        assert modes(tmp_path) == dict.fromkeys(NAMES, 0o600)


async def test_a_dangling_link(tmp_path, umask):
    umask(0)
    (tmp_path / "folder").mkdir()
    os.symlink(tmp_path / "folder" / "x.db", tmp_path / "link.db")
    async with SQLiteSession("user_1", tmp_path / "link.db") as session:
        await session.add_items([{"n": 1}])
    assert modes(tmp_path / "folder") == {"x.db": 0o600}


# The program notes with which modes each file in its folder is ever seen. A profile function runs
# after each call of a C function, so between any two of them: between creating a file and
# changing its mode, say.
WATCHED = """
import asyncio, json, os, stat, sys, threading
from session_lib import SQLiteSession
from session_lib.maintenance import copy_database

# Imported now, because the user that this becomes may not read where Python is installed.
import asyncio.runners, concurrent.futures.thread

folder, umask = sys.argv[1], int(sys.argv[2], 8)
if "as nobody" in sys.argv and os.geteuid() == 0:  # to root modes mean nothing
    os.chown(folder, 65534, 65534)
    os.setgid(65534)
    os.setuid(65534)
os.chdir(folder)
os.umask(umask)
seen = {}

def look(frame, event, argument):
    if event == "c_return":
        for name in os.listdir("."):
            try:
                mode = os.stat(name).st_mode
            except FileNotFoundError:
                continue
            seen.setdefault(name, set()).add(stat.S_IMODE(mode))

async def main():
    async with SQLiteSession("user_1", "x.db") as session:
        await session.add_items([{"n": 1}])
        await session.get_items()
        await session.pop_item()
        await session.clear_session()
        await session.add_items([{"text": "x" * 100_000}])
        if "and copy" in sys.argv:
            await copy_database("x.db", "copy.db")

threading.setprofile(look)
sys.setprofile(look)
try:
    asyncio.run(main())
finally:
    sys.setprofile(None)
    threading.setprofile(None)
    print(json.dumps({name: sorted(modes) for name, modes in seen.items()}))
"""


@pytest.fixture
def folder():
    """An empty folder. All the way to it is open to another user too, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def look(tmp_path, folder):
    """Runs the program in `folder`, and returns with which modes it saw each file."""

    def look(umask, *options):
        code, out, err = run(tmp_path, WATCHED, folder, oct(umask), *options, timeout=60)
        assert (code, err) == (0, "")
        return {name: {*modes} for name, modes in json.loads(out).items()}

    return look


@pytest.mark.parametrize("mask", [0o000, 0o002, 0o022, 0o027, 0o077, 0o177], ids=oct)
def test_a_new_file_is_private(mask, look, folder):
    seen = look(mask, "and copy")
    assert {*seen} >= {*NAMES, "copy.db"}
    assert {mode for modes in seen.values() for mode in modes} == {0o600}
    assert sorted(os.listdir(folder)) == ["copy.db", "x.db"]


@pytest.mark.parametrize("mask", [0o200, 0o400, 0o600, 0o777], ids=oct)
@pytest.mark.parametrize("user", ["as nobody", "as is"])
def test_a_umask_against_the_owner(user, mask, look):
    seen = look(mask, user)
    assert {name for name, modes in seen.items() if 0o600 in modes} >= NAMES
    assert not any(mode & 0o077 for modes in seen.values() for mode in modes)


@pytest.mark.parametrize("mask", [0o000, 0o077], ids=oct)
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660, 0o604, 0o666], ids=oct)
def test_a_file_that_exists_keeps_its_mode(mode, mask, look, folder):
    (folder / "x.db").touch()
    (folder / "x.db").chmod(mode)
    seen = look(mask)
    assert {*seen} >= NAMES
    # SQLite makes those beside it with what the umask leaves, and gives them the rest at once.
    assert {mode} <= {one for modes in seen.values() for one in modes} <= {mode, mode & ~mask}
    assert stat.S_IMODE((folder / "x.db").stat().st_mode) == mode


# What happens within a single call of a C function, only another process can see.
MAKER = """
import asyncio, os, sys, threading
from session_lib import SQLiteSession

os.umask(0)
told = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), told.set()), daemon=True).start()

async def main():
    number = 0
    while not told.is_set():
        path = os.path.join(sys.argv[1], f"{number % 50}.db")
        async with SQLiteSession("user_1", path) as session:
            await session.add_items([{"n": number}])
        os.unlink(path)
        number += 1
    print(number)

asyncio.run(main())
"""
WATCHER = """
import collections, os, stat, sys, time

counts = collections.Counter()
modes = set()
deadline = time.monotonic() + 50
# Each is seen often enough, and the log too, which is there for a moment only.
while min(counts["db"], counts["db-wal"], counts["db-shm"]) < 100 and time.monotonic() < deadline:
    for name in os.listdir(sys.argv[1]):
        try:
            modes.add(stat.S_IMODE(os.stat(os.path.join(sys.argv[1], name)).st_mode))
        except FileNotFoundError:
            continue
        counts[name.partition(".")[2]] += 1
print(sorted(map(oct, modes)), min(counts["db"], counts["db-wal"], counts["db-shm"]) >= 100)
"""


def test_another_process_finds_none_to_read(tmp_path, folder):
    maker = start(tmp_path, MAKER, folder)
    watcher = start(tmp_path, WATCHER, folder)
    found = hear(watcher)
    tell(maker)
    assert finish(watcher)[0] == finish(maker)[0] == 0
    assert found == "['0o600'] True"

"""There is no moment in which somebody else may read a new database, or the files beside it.

The life cycle tests look at the modes afterwards. Here they are looked at after each call of a C
function, in whichever thread, and by another process that looks all the time.
"""

import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.helpers.processes import finish, hear, needs_modes, run, start, tell

pytestmark = needs_modes

NAMES = {"x.db", "x.db-wal", "x.db-shm"}  # for a moment there is a -journal too

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


Look = Callable[..., dict[str, set[int]]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder. All the way to it is open to another user too, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def look(tmp_path: Path, folder: Path) -> Look:
    """Runs the program in `folder`, and returns with which modes it saw each file."""
    return partial(_look, tmp_path, folder)


def _look(programs: Path, folder: Path, umask: int, *options: str) -> dict[str, set[int]]:
    returncode, out, err = run(programs, WATCHED, folder, oct(umask), *options, timeout=60)
    assert (returncode, err) == (0, "")
    return {name: {*modes} for name, modes in json.loads(out).items()}


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o027, 0o077, 0o177], ids=oct)
def test_a_new_file_is_its_owners_only_from_the_first_moment(
    umask: int, look: Look, folder: Path
) -> None:
    seen = look(umask, "and copy")
    assert {*seen} >= {*NAMES, "copy.db"}
    assert {mode for modes in seen.values() for mode in modes} == {0o600}
    assert sorted(os.listdir(folder)) == ["copy.db", "x.db"]


@pytest.mark.parametrize("umask", [0o200, 0o400, 0o600, 0o777], ids=oct)
@pytest.mark.parametrize("user", ["as nobody", "as is"])
def test_a_umask_that_takes_away_the_owners_rights_changes_nothing(
    user: str, umask: int, look: Look
) -> None:
    seen = look(umask, user)
    assert {name for name, modes in seen.items() if 0o600 in modes} >= NAMES
    assert not any(mode & 0o077 for modes in seen.values() for mode in modes)


@pytest.mark.parametrize("umask", [0o000, 0o077], ids=oct)
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660, 0o604, 0o666], ids=oct)
def test_a_file_that_exists_keeps_its_mode_and_gives_it_to_those_beside_it(
    mode: int, umask: int, look: Look, folder: Path
) -> None:
    (folder / "x.db").touch()
    (folder / "x.db").chmod(mode)
    seen = look(umask)
    assert {*seen} >= NAMES
    # SQLite makes those beside it with what the umask leaves, and gives them the rest at once.
    assert {mode} <= {one for modes in seen.values() for one in modes} <= {mode, mode & ~umask}
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
# Each is seen often enough, and the log too, which stands there for a moment only.
while min(counts["db"], counts["db-wal"], counts["db-shm"]) < 100 and time.monotonic() < deadline:
    for name in os.listdir(sys.argv[1]):
        try:
            modes.add(stat.S_IMODE(os.stat(os.path.join(sys.argv[1], name)).st_mode))
        except FileNotFoundError:
            continue
        counts[name.partition(".")[2]] += 1
print(sorted(map(oct, modes)), min(counts["db"], counts["db-wal"], counts["db-shm"]) >= 100)
"""


def test_another_process_that_looks_all_the_time_never_finds_one_to_read(
    tmp_path: Path, folder: Path
) -> None:
    maker = start(tmp_path, MAKER, folder)
    watcher = start(tmp_path, WATCHER, folder)
    found = hear(watcher)
    tell(maker)
    assert finish(watcher)[0] == finish(maker)[0] == 0
    assert found == "['0o600'] True"

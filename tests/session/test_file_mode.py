"""Conversations are personal: a new file is its owner's alone, and nobody else's is changed."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import needs_modes

pytestmark = needs_modes


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """What this process takes away from the modes of new files: nothing, at the worst."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def use(session: SQLiteSession) -> None:
    await session.add_items([{"n": 1}])
    await session.get_items()


@pytest.mark.usefixtures("umask")
async def test_a_new_file_and_those_beside_it_are_for_their_owner_only(tmp_path: Path) -> None:
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await use(session)
        assert modes(tmp_path) == {"x.db": 0o600, "x.db-wal": 0o600, "x.db-shm": 0o600}
    assert modes(tmp_path) == {"x.db": 0o600}


async def test_the_target_of_a_dangling_link_is_for_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.symlink(tmp_path / "folder" / "x.db", tmp_path / "link.db")
    async with SQLiteSession("user_1", tmp_path / "link.db") as session:
        await use(session)
    assert modes(tmp_path / "folder") == {"x.db": 0o600}


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o666])
async def test_the_mode_of_a_file_that_exists_is_left_alone(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE somebody_s (x)")
    path.chmod(mode)
    async with SQLiteSession("user_1", path) as session:
        await use(session)
        # Who may write to the database has to be able to write to these, too.
        assert modes(tmp_path) == {"x.db": mode, "x.db-wal": mode, "x.db-shm": mode}
    assert modes(tmp_path) == {"x.db": mode}


async def test_an_empty_file_that_exists_becomes_a_database_and_keeps_its_mode(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.db"
    path.touch()
    path.chmod(0o640)
    async with SQLiteSession("user_1", path) as session:
        await use(session)
        assert await session.get_items() == [{"n": 1}]
    assert modes(tmp_path) == {"x.db": 0o640}


@pytest.mark.usefixtures("umask")
async def test_a_file_made_anew_after_it_was_deleted_is_for_its_owner_only(tmp_path: Path) -> None:
    async with SQLiteSession("user_1", tmp_path / "x.db") as session:
        await use(session)
        for name in modes(tmp_path):
            os.unlink(tmp_path / name)
        await use(session)
        assert set(modes(tmp_path).values()) == {0o600}

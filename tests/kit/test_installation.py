"""What `pip install` brings: the library, its two dependencies, and nothing of the lessons."""

import email
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

import session_lib
from tests.helpers.paths import ROOT

EXTRAS = {"agents", "tables", "progress", "teaching"}
NEED_EXTRAS = {
    **dict.fromkeys(["APOSTROPHE", "export_csv", "history", "sessions"], "tables"),
    **dict.fromkeys(
        ["OfflineModel", "choose_model", "load_local_model", "loopback_client"], "agents"
    ),
    **dict.fromkeys(["LiveView", "start_postgresql", "start_practice_server"], "teaching"),
}

USE_IT = """
import asyncio, sys, session_lib

for name in session_lib.__all__:
    try:
        getattr(session_lib, name)
        print(name, "is there")
    except ModuleNotFoundError as error:
        print(name, error)

async def main():
    async with session_lib.SQLiteSession("user", "x.db") as session:
        await session.add_items([{"role": "user", "content": "Hello"}])
        print(session_lib.transcript(await session.get_items()))
        session.session_settings = {"limit": 0}
        assert await session.get_items() == [] and session.session_settings.limit == 0
        assert session_lib.SQLiteSession("other").session_settings.limit is None

asyncio.run(main())
help(session_lib)
print(sorted({name.split(".")[0] for name in sys.modules} & {"agents", "pandas", "tqdm"}))
"""


def run(*command, folder=ROOT):
    """Run a program that must end well. Return its output."""
    done = subprocess.run(
        [*map(str, command)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build the wheel and the source distribution. Return their folder."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "--directory", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


def test_metadata_is_complete(built):
    assert run(sys.executable, "-m", "twine", "check", "--strict", *built.iterdir())


def test_metadata(wheel):
    with zipfile.ZipFile(wheel) as file:
        (name,) = [name for name in file.namelist() if name.endswith("/METADATA")]
        metadata = email.message_from_bytes(file.read(name))
    required = metadata.get_all("Requires-Dist", [])
    always = {line.split(">")[0] for line in required if "extra ==" not in line}
    assert always == {"aiosqlite", "msgspec"}
    assert {*metadata.get_all("Provides-Extra", [])} == EXTRAS
    for field in ("Project-URL", "Classifier", "License-Expression", "Summary", "Keywords"):
        assert metadata[field]


def test_wheel_holds_the_library_alone(wheel):
    with zipfile.ZipFile(wheel) as file:
        folders = {name.split("/")[0] for name in file.namelist()}
        names = {name for name in file.namelist() if name.startswith("session_lib/")}
    assert len(folders) == 2 and "session_lib" in folders  # the other one is its metadata
    assert not [name for name in folders if name.endswith(".data")]
    library = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("session_lib/**/*.py")}
    assert names == library | {"session_lib/py.typed", "session_lib/README.md"}


def test_fresh_environment(wheel, tmp_path):
    """With aiosqlite and msgspec alone, each name works or says what to install."""
    venv.create(tmp_path / "env", symlinks=sys.platform != "win32")
    python = tmp_path / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")[:-1]
    )
    with zipfile.ZipFile(wheel) as file:
        file.extractall(packages)  # which is all there is to installing a wheel of plain Python
    for package in ("aiosqlite", "msgspec"):
        source = Path(str(distribution(package).locate_file(package)))
        shutil.copytree(source, packages / package)

    said = run(python, "-W", "error", "-I", "-c", USE_IT, folder=tmp_path).splitlines()
    for name in session_lib.__all__:
        (line,) = [line for line in said if line.startswith(f"{name} ")]
        if extra := NEED_EXTRAS.get(name):
            assert line.endswith(f": pip install 'session-lib[{extra}]'")
        else:
            assert line == f"{name} is there"
    assert "user: Hello" in said
    assert any("class SQLiteSession" in line for line in said)
    assert said[-1] == "[]"
    assert not [*tmp_path.glob("env/etc"), *tmp_path.glob("env/share")]

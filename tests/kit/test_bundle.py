"""A bundle: made with the network, installed without one, up to the first solved exercise."""

import hashlib
import os
import subprocess
import sys
import zipfile

import pytest
from exercises import __main__, start

from tests.helpers.learner import FIRST_EXERCISE
from tests.helpers.network import needs_registry, served
from tests.helpers.paths import ROOT

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
SYSTEM = start.this_machine().rpartition("-")[0]

# In a network of its own, which nobody else is in.
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set dev lo up && exec "$@"', "sh"]
NO_NETWORK = ALONE if sys.platform == "linux" and os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A bundle for this system and this Python."""
    needs_registry()
    folder = tmp_path_factory.mktemp("stick") / "bundle"
    assert __main__.main(["bundle", str(folder), "--system", SYSTEM, "--python", PYTHON]) == 0
    return folder


def run(bundle, home, *arguments):
    """Run the bundle's start.py with the network off, and an empty home folder."""
    home.mkdir(exist_ok=True)
    keep = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    done = subprocess.run(
        [*NO_NETWORK, sys.executable, str(bundle / "start.py"), *arguments],
        cwd=home,
        env=environment | {"HOME": str(home), "USERPROFILE": str(home), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_to_the_first_solved_exercise(made, tmp_path):
    said = run(made, tmp_path / "home", "python", "-m", "exercises", "check")
    assert said.splitlines()[-1].startswith("Ready. ")
    kit = tmp_path / "home" / "session-notebooks"
    # From here on the stick is not needed, and nothing is installed again.
    before = (kit / ".venv" / "bundle.txt").stat().st_mtime_ns
    assert "Solved." in run(kit, tmp_path / "home", "python", "-c", FIRST_EXERCISE)
    assert "1 of 6" in run(kit, tmp_path / "home", "uv", "run", "python", "-m", "exercises")
    assert (kit / ".venv" / "bundle.txt").stat().st_mtime_ns == before
    assert not [*kit.glob(".installing*")]


def test_what_is_in_it(made):
    assert {path.name for path in made.iterdir()} == {
        "README.txt", "kit.zip", "requirements", "start.py", "targets.txt", "wheels"
    }  # fmt: skip
    with zipfile.ZipFile(made / "kit.zip") as kit:
        names = {name for name in kit.namelist() if not name.endswith("/")}
    if (ROOT / ".git").exists():
        known = subprocess.run(
            ["git", "ls-tree", "-r", "--name-only", "HEAD"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        ).stdout
        assert names == {*known.splitlines()}
    target = f"{SYSTEM}-{PYTHON}"
    lines = (made / "requirements" / f"{target}.txt").read_text("utf-8").splitlines()
    hashes = {line.rpartition(":")[2] for line in lines[1:]}
    assert {hashlib.sha256(p.read_bytes()).hexdigest() for p in made.glob("wheels/*")} == hashes


def test_from_a_local_server(made, tmp_path):
    """`python -m http.server` is all that it needs."""
    with served(made) as address:
        command = [sys.executable, made / "start.py", "--from", address.removesuffix("/")]
        command += ["--to", tmp_path / "kit", "python", "-c", "import exercises; print(1)"]
        done = subprocess.run(
            command,
            env=os.environ | {"http_proxy": "http://127.0.0.1:9", "UV_OFFLINE": "1"},
            capture_output=True,
            text=True,
        )
    assert (done.returncode, done.stdout.split()[-1]) == (0, "1"), done.stderr

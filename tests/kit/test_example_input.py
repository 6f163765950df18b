"""The complete example refuses a path that it cannot use, and changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.processes import needs_modes

# What is simply missing, a folder or a text file is in `test_example.py`.
NAMES = {
    "nothing": "",
    "a device": "/dev/null",
    "a pipe": "a pipe",
    "a link to itself": "a link to itself",
    "300 characters": "a" * 300,
    "5,000 characters": "a" * 5_000,
    "a byte that is not UTF-8": "\udcff/x.db",
    "a text file with a line break in its name": "notes.txt\n",
    "SQL": "' OR 1=1 --/x.db",
}


@needs_modes
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_bad_path_is_an_error_in_words(name, tmp_path):
    if name == "\udcff/x.db" and sys.platform == "darwin":
        pytest.skip("needs names of files that are any bytes, which this system does not allow")
    os.mkfifo(tmp_path / "a pipe")
    os.symlink("a link to itself", tmp_path / "a link to itself")
    (tmp_path / "notes.txt\n").write_text("Buy milk.")
    before = sorted(os.listdir(tmp_path))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "session_lib", f"--db={name}"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ") and "Traceback" not in done.stderr
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / "notes.txt\n").read_text() == "Buy milk."

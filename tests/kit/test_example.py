"""The complete example, as somebody sees it who runs it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest


@pytest.fixture
def run(tmp_path):
    """Run the example, with `tmp_path` for its temporary files."""
    environment = {key: value for key, value in os.environ.items() if key != "OPENAI_API_KEY"}
    environment |= {"TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "PYTHONUTF8": "1"}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "session_lib", *arguments],
            capture_output=True,
            encoding="utf-8",
            env=environment,
            check=False,
            timeout=60,
        )

    return run


def test_it_shows_what_it_says(run, tmp_path):
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    answers = [line for line in done.stdout.splitlines() if line.startswith("  assistant:")]
    assert len(answers) == 11
    assert "Ada" in answers[1]
    assert "Ada" not in answers[2]  # without a session
    assert "London" in answers[4]  # from the second program
    assert "London" in answers[6]
    assert "New York" in answers[7]
    assert "green" not in answers[8]  # that was the other user's
    assert "navy blue" in answers[9]
    assert "navy blue" not in answers[10]  # after clear_session
    assert "returns []" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_the_file_that_it_is_given(run, tmp_path):
    path = tmp_path / "kept.db"
    assert run("--db", str(path)).returncode == 0
    with closing(sqlite3.connect(path)) as database:
        count = "SELECT count(*) FROM agent_messages WHERE session_id = 'example_ada'"
        assert database.execute(count).fetchone() == (6,)
        database.execute("INSERT INTO agent_sessions (session_id) VALUES ('of_somebody_else')")
        database.commit()
    assert run("--db", str(path)).returncode == 0
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(count).fetchone() == (6,)
        of_others = "SELECT count(*) FROM agent_sessions WHERE session_id = 'of_somebody_else'"
        assert database.execute(of_others).fetchone() == (1,)


@pytest.mark.parametrize("name", ["no_such_folder/x.db", "a_folder", "notes.txt", ""])
def test_a_bad_path(run, tmp_path, name):
    tmp_path.joinpath("a_folder").mkdir()
    tmp_path.joinpath("notes.txt").write_text("Buy milk.")
    done = run("--db", str(tmp_path / name) if name else "")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr
    assert tmp_path.joinpath("notes.txt").read_text() == "Buy milk."


def test_an_unknown_option(run):
    assert run("--bd", "x.db").returncode == 2

"""The complete example, as somebody sees it who runs it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest


def _example(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {key: value for key, value in os.environ.items() if key != "OPENAI_API_KEY"}
    environment |= {"TMPDIR": str(folder), "TEMP": str(folder), "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "error", "-m", "session_lib", *arguments]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment, check=False, timeout=60
    )


def test_the_example_shows_what_it_says_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = _example(folder=tmp_path)
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


def test_the_example_keeps_the_file_that_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    assert _example("--db", str(path), folder=tmp_path).returncode == 0
    with closing(sqlite3.connect(path)) as database:
        count = "SELECT count(*) FROM agent_messages WHERE session_id = 'example_ada'"
        assert database.execute(count).fetchone() == (6,)
        database.execute("INSERT INTO agent_sessions (session_id) VALUES ('of_somebody_else')")
        database.commit()
    again = _example("--db", str(path), folder=tmp_path)
    assert again.returncode == 0
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(count).fetchone() == (6,)
        of_others = "SELECT count(*) FROM agent_sessions WHERE session_id = 'of_somebody_else'"
        assert database.execute(of_others).fetchone() == (1,)


@pytest.mark.parametrize("name", ["no_such_folder/x.db", "a_folder", "notes.txt", ""])
def test_a_bad_path_is_one_line_of_error_and_exit_code_2(tmp_path: Path, name: str) -> None:
    tmp_path.joinpath("a_folder").mkdir()
    tmp_path.joinpath("notes.txt").write_text("Buy milk.")
    path = str(tmp_path / name) if name else ""
    done = _example("--db", path, folder=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr
    assert tmp_path.joinpath("notes.txt").read_text() == "Buy milk."


def test_an_unknown_option_is_refused_with_exit_code_2(tmp_path: Path) -> None:
    assert _example("--bd", "x.db", folder=tmp_path).returncode == 2

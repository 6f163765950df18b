"""What the instructor gets: the guide with its plans, the cheat sheet, the form for feedback."""

import ast
import asyncio
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
import yaml
from exercises.paths import series

from session_lib import SQLiteSession
from tests.helpers.minutes import minutes_of_part
from tests.helpers.paths import NOTEBOOKS, ROOT
from tests.refresh_notebooks import exercises_of

GUIDE = NOTEBOOKS.joinpath("teaching", "guide.md").read_text("utf-8")
CHEAT_SHEET = NOTEBOOKS.joinpath("teaching", "cheat_sheet.md").read_text("utf-8")
FORM = ROOT / ".github" / "ISSUE_TEMPLATE" / "workshop-feedback.yml"

PLANS = {"90 minutes": 90, "half a day": 210, "a day": 420}
"""How long each plan takes, without lunch."""

EMPHASIS = {"and", "one", "or", "sent", "stored"}
"""What the lessons set in italics to stress it. It is no term, and not in the glossary."""


def section(page: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one of its level or a higher one."""
    level = heading.split()[0]
    found = re.search(
        rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", page, re.M | re.S
    )
    assert found, heading
    return found[1]


class Line(NamedTuple):
    """A line of a plan. `part` is empty if it is about no notebook."""

    start: int
    minutes: int
    what: str
    part: str


def heading_of(name: str) -> str:
    heading = re.search(rf"^## {name}\b.*$", GUIDE, re.M | re.I)
    assert heading, name
    return heading[0]


def plan(name: str) -> list[Line]:
    rows = re.findall(
        r"^\| (\d+):(\d\d) \| (\d+) \| ([^|]+) \| ([^|]*)\| [^|]*\|$",
        section(GUIDE, heading_of(name)).partition("\n### ")[0],
        re.M,
    )
    return [
        Line(60 * int(hours) + int(minutes), int(planned), what, part.strip())
        for hours, minutes, planned, what, part in rows
    ]


@cache
def cells_of(path: Path) -> Any:
    return nbformat.read(path, as_version=4).cells


def computed(part: str) -> float:
    """Return the minutes of a part such as "00: First heading … Last heading (without Other)"."""
    found = re.fullmatch(r"(\d\d): (.+?)(?: … (.+?))?(?: \(without (.+)\))?", part)
    assert found, part
    number, first, last, without = found.groups()
    path = next(path for path in series() if path.name.startswith(number))
    return minutes_of_part(
        cells_of(path),
        exercises_of(path),
        first,
        last or first,
        without.split("; ") if without else (),
    )


@pytest.mark.parametrize("name", PLANS)
def test_plan_adds_up(name):
    """Each line begins where the one before ends, and together they take what the plan says."""
    lines = plan(name)
    begins = 0
    for line in lines:
        assert line.start == begins, line
        begins += line.minutes
    lunch = sum(line.minutes for line in lines if line.what == "Lunch")
    assert lunch == (60 if name == "a day" else 0)
    assert begins - lunch == PLANS[name]
    assert re.search(rf"^## .*\b{PLANS[name]} minutes", heading_of(name))


@pytest.mark.parametrize("name", PLANS)
def test_plan_gives_each_part_its_minutes(name):
    needed = {line: computed(line.part) for line in plan(name) if line.part}
    assert len(needed) > 10
    assert not [(line, minutes) for line, minutes in needed.items() if line.minutes < minutes]


@pytest.mark.parametrize("name", PLANS)
def test_readme_has_the_sums_of_the_plans(name):
    lines = plan(name)
    taught = sum(line.minutes for line in lines if line.part)
    row = rf"^\| {name} \|.*\| {taught} \| {PLANS[name] - taught} \|$"
    assert re.search(row, ROOT.joinpath("README.md").read_text("utf-8"), re.M), row


def test_each_line_of_the_90_minutes_is_explained():
    """What is on the projector, what everybody does, what to say, and where to cut."""
    told = section(GUIDE, "### The 90 minutes, minute by minute")
    headings = re.findall(r"^#### (\d+):(\d\d) .+ \((\d+) minutes\)$", told, re.M)
    times = [(60 * int(hours) + int(minutes), int(long)) for hours, minutes, long in headings]
    assert times == [(line.start, line.minutes) for line in plan("90 minutes")]
    labels = r"- \*\*(Projector|You|They|Say|Behind)[:?]"
    for block in re.split(r"^#### ", told, flags=re.M)[1:]:
        assert re.findall(labels, block) == ["Projector", "You", "They", "Say", "Behind"], block


def notes_on(path: Path) -> dict[str, str]:
    """Return the notes on a notebook: what stands after each label, in their order."""
    found = re.search(rf"^### {path.name[:2]} · .+$", GUIDE, re.M)
    assert found, path.name
    parts = re.split(r"^- \*\*(.+?):\*\* ", section(GUIDE, found[0]), flags=re.M)
    return {
        label: " ".join(said.split()) for label, said in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize("path", series(), ids=lambda path: path.stem)
def test_each_notebook_has_its_notes(path):
    """What they name is there: exercises, headings, and what should be on the screen."""
    cells = cells_of(path)
    notes = notes_on(path)
    assert [*notes] == ["Purpose", "Show", "Skip if late", "They get wrong", "Ask", "Checkpoint"]
    numbers = {int(number) for number in re.findall(r"Exercises? (\d+)", str(notes))}
    assert numbers and max(numbers) <= len(exercises_of(path))
    headings = {cell.source.split("\n")[0].lstrip("# ") for cell in cells}
    for heading in re.findall(r'"([A-Z`].+?)"', notes["Show"] + notes["Skip if late"]):
        assert heading in headings
    everything = "\n".join(cell.source + str(cell.get("outputs")) for cell in cells)
    for words in re.findall(r"`(.+?)`", notes["Show"] + notes["Checkpoint"]):
        assert words in everything or words == "Solved.", words


def test_glossary_has_the_terms_of_the_lessons():
    """Each with the notebook in which it is first set in italics, and in alphabetical order."""
    entries = re.findall(r"^- \*\*(.+?)\*\* \((\d\d)\): .+\.$", section(GUIDE, "## Glossary"), re.M)
    terms: dict[str, str] = {}
    for path in series():
        for cell in cells_of(path):
            if cell.cell_type == "markdown":
                plain = re.sub(r"```.*?```|`[^`]*`|\*\*.+?\*\*", "", cell.source, flags=re.S)
                for term in re.findall(r"\*(\w[^*\n]*)\*", plain):
                    terms.setdefault(term, path.name[:2])
    assert set(terms) > EMPHASIS
    assert dict(entries) == {term: at for term, at in terms.items() if term not in EMPHASIS}
    assert [term for term, _ in entries] == sorted(dict(entries), key=str.lower)


async def run(code: str, names: dict[str, Any]) -> None:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    done = eval(compile(code, "cheat_sheet.md", "exec", flags=flags), names)
    if inspect.isawaitable(done):
        await done


@pytest.fixture
def names(tmp_path, monkeypatch, capsys):
    """What the code of the cheat sheet has defined when it has been run in an empty folder."""
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"^```python\n(.+?)^```", CHEAT_SHEET, re.M | re.S))
    defined: dict[str, Any] = {}
    asyncio.run(run(code, defined))
    shown = re.findall(r"^print\(.+\)  # (.+)$", code, re.M)
    assert shown and capsys.readouterr().out.splitlines() == shown
    return defined


def test_cheat_sheet_runs(names):
    assert sorted(path.name for path in Path().glob("*.db")) == ["backup.db", "chats.db"]


def test_line_to_load(names):
    line, call = re.findall(r"`(\{.+\}|await load_sessions.+?)`", CHEAT_SHEET)[::-1]
    Path("old.jsonl").write_text(line + "\n", "utf-8")
    asyncio.run(run(f"report = {call}", names))
    assert names["report"].items == 1


def test_errors_of_the_cheat_sheet(names):
    table = section(CHEAT_SHEET, "## Errors")
    rows = re.findall(r"^\| `(.+?)`( when it is closed)? \| `(.+?) ?…?` \|$", table, re.M)
    assert len(rows) == 6
    for code, closed, says in rows:
        names["session"] = SQLiteSession("ada", "chats.db")
        if closed:
            names["session"].close()
        with pytest.raises(Exception, match=re.escape(says)):
            asyncio.run(run(f"await {code}", names))


def test_form_is_one_that_github_shows():
    """It has what GitHub asks of a form; without that, the form is left out in silence."""
    form = yaml.safe_load(FORM.read_text("utf-8"))
    assert form["name"] and form["description"]
    fields = [element for element in form["body"] if element["type"] != "markdown"]
    assert len(fields) >= 6
    for element in form["body"]:
        assert element["type"] in {"markdown", "input", "textarea", "dropdown", "checkboxes"}
        if element["type"] == "markdown":
            assert element["attributes"]["value"]
        else:
            assert re.fullmatch(r"[\w-]+", element["id"])
            assert element["attributes"]["label"]
        if element["type"] in {"dropdown", "checkboxes"}:
            assert all(isinstance(one, str) for one in element["attributes"]["options"])
    for key in ("id", "label"):
        values = [field.get(key) or field["attributes"][key] for field in fields]
        assert len(set(values)) == len(values)

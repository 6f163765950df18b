"""The conversations in the folder `data` are what its README says, and can be worked with."""

import ast
import inspect
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from agents import Agent, Runner, function_tool

from data.make_support_desk import read_dialogues
from session_lib import (
    LoadReport,
    SQLiteSession,
    choose_model,
    describe,
    history,
    load_sessions,
    sessions,
    transcript,
)

DATA = Path(__file__).parents[2] / "data"
FILE = DATA / "support_desk.jsonl"
README = DATA.joinpath("README.md").read_text("utf-8")
LINES: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_bytes().splitlines()]
TIMES = [datetime.fromisoformat(line["created_at"]) for line in LINES]
SESSIONS: dict[str, list[dict[str, Any]]] = defaultdict(list)
for _line in LINES:
    SESSIONS[_line["session_id"]].append(_line["item"])


def table(first_heading):
    """The rows of the README's table whose first heading this is."""
    table = README.split(f"\n| {first_heading} |", 1)[1].split("\n\n")[0]
    rows = [re.findall(r"[^|`]+", line) for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in row if cell.strip()] for row in rows]


def text_of(item):
    content = item.get("content", "")
    return content if isinstance(content, str) else content[0]["text"]


def test_the_program_makes_the_same_bytes(tmp_path):
    target = tmp_path / "again.jsonl"
    done = subprocess.run(
        [sys.executable, "-W", "error", DATA / "make_support_desk.py", target],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "made again.jsonl\n"
    assert target.read_bytes() == FILE.read_bytes()


def test_there_is_enough_of_it():
    assert len(SESSIONS) >= 40
    assert len(LINES) >= 600
    assert FILE.stat().st_size < 600_000
    lengths = sorted(map(len, SESSIONS.values()))
    assert lengths[0] == 1
    assert lengths[1] >= 4
    assert lengths[-1] > 100


@pytest.fixture
async def path(tmp_path):
    path = tmp_path / "support_desk.db"
    assert await load_sessions(FILE, path) == LoadReport(len(SESSIONS), len(LINES), [])
    return path


async def test_every_item_comes_back_and_is_shown(path):
    turns = (await sessions(path)).set_index("session")["turns"]
    for session_id, items in SESSIONS.items():
        session = SQLiteSession(session_id, path)
        assert repr(await session.get_items()) == repr(items)
        table = await history(session)
        described = [*zip(table["role"], table["kind"], table["text"], strict=True)]
        assert described == [describe(item) for item in items]
        kinds = Counter(table["kind"])
        assert kinds["tool call"] == kinds["tool result"]
        assert table["time"].is_monotonic_increasing and table["time"].notna().all()
        assert table["turn"].max() == turns[session_id]
        shown = transcript(items)
        assert shown._repr_html_().count('role="listitem"') == len(items)
        labels = Counter(re.findall(r"^(\w[\w ]*):", str(shown), re.M))
        roles = Counter(role for role, kind, _ in described if kind == "message")
        assert labels == roles + Counter({k: n for k, n in kinds.items() if n and k != "message"})


def test_a_result_follows_every_tool_call():
    parameters = {
        "look_up_order": {"order_number"},
        "track_parcel": {"order_number"},
        "change_address": {"order_number", "address"},
        "refund": {"order_number", "amount", "reason"},
    }
    called = set()
    for session_id, items in SESSIONS.items():
        calls: dict[str, int] = {}
        results: dict[str, int] = {}
        for index, item in enumerate(items):
            if item.get("type") == "function_call":
                calls[item["call_id"]] = index
                called.add(item["name"])
                arguments = json.loads(item["arguments"])
                assert {*arguments} == parameters[item["name"]], session_id
                assert re.fullmatch(r"\d{4}", arguments["order_number"]), session_id
            elif item.get("type") == "function_call_output":
                results[item["call_id"]] = index
                assert isinstance(item["output"], str) and item["output"], session_id
        assert [*calls] == [*results], session_id
        # The desk goes on only when all results are there.
        for call_id, index in calls.items():
            between = items[index + 1 : results[call_id]]
            assert all(item["type"].startswith("function_call") for item in between), session_id
    assert called == {*parameters}


def test_no_id_occurs_twice():
    ids = Counter(line["item"]["id"] for line in LINES if "id" in line["item"])
    assert ids.most_common(1)[0][1] == 1
    assert len({conversation.session_id for conversation in read_dialogues()}) == len(SESSIONS)


async def test_items_have_the_form_of_a_runners():
    @function_tool
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    session = SQLiteSession("ada")
    agent = Agent(name="Ada", model=choose_model(), tools=[add])
    await Runner.run(agent, "What is 2 + 3?", session=session)
    assert {form(line["item"]) for line in LINES} == {
        form(item) for item in await session.get_items()
    }


def form(value):
    """The keys, their order, and what kinds of values they have; ids and types as they begin."""
    if isinstance(value, dict):
        named = ((key, named_form(key, part)) for key, part in value.items())
        return f"{{{', '.join(f'{key}: {form}' for key, form in named)}}}"
    return f"[{', '.join(map(form, value))}]" if isinstance(value, list) else type(value).__name__


def named_form(key, value):
    if key in ("role", "status", "type"):
        return str(value)
    if key in ("id", "call_id"):
        return re.sub("[0-9a-f]{24}$", "...", value)
    return form(value)


def test_the_lines_are_ordered_by_time():
    assert sorted(TIMES) == TIMES
    assert (TIMES[0].month, TIMES[-1].month) == (3, 3)
    assert all(line["created_at"].endswith("Z") for line in LINES)


def test_customers_write_in_business_hours():
    asked = [
        time for time, line in zip(TIMES, LINES, strict=True) if line["item"].get("role") == "user"
    ]
    days = Counter(time.weekday() for time in asked)
    assert days.most_common(1)[0][0] == 0
    assert 0 < days[5] + days[6] < days[0] / 3
    business = [time for time in asked if time.weekday() < 5 and 8 <= time.hour < 18]
    assert len(asked) * 2 / 3 < len(business) < len(asked)


def test_answers_come_within_minutes():
    pauses: dict[str, list[timedelta]] = defaultdict(list)
    before: dict[str, tuple[datetime, bool]] = {}
    resumed = set()
    for time, line in zip(TIMES, LINES, strict=True):
        session_id, asked = line["session_id"], line["item"].get("role") == "user"
        earlier, waits = before.get(session_id, (time, False))
        if time - earlier >= timedelta(days=1):
            resumed.add(session_id)
        elif waits and not asked:
            pauses[session_id].append(time - earlier)
        before[session_id] = (time, asked)
    answers = [pause for found in pauses.values() for pause in found]
    assert timedelta(seconds=1) <= min(answers) <= max(answers) < timedelta(minutes=5)
    assert len({*answers}) > 15
    assert f"**{len(resumed)} conversations go on**" in README


def test_the_readme_has_the_right_figures():
    kinds = Counter(line["item"].get("role") or line["item"]["type"] for line in LINES)
    assert (
        f"The {len(LINES)} items are {kinds['user']} messages of customers, {kinds['assistant']} "
        f"answers, and {kinds['function_call']} tool calls with their "
        f"{kinds['function_call_output']} results"
    ) in README.replace("\n", " ")
    english = [one.session_id for one in read_dialogues() if one.language == "English"]
    counts = {"all": [*SESSIONS], "in English": english}
    counts["in other languages"] = [name for name in SESSIONS if name not in english]
    assert table("conversations") == [
        [name, str(len(ids)), str(sum(len(SESSIONS[one]) for one in ids))]
        for name, ids in counts.items()
    ]


def test_the_readme_has_the_right_weeks():
    items: Counter[str] = Counter()
    begun: dict[str, str] = {}
    for time, line in zip(TIMES, LINES, strict=True):
        monday = str((time - timedelta(days=time.weekday())).date())
        items[monday] += 1
        begun.setdefault(line["session_id"], monday)
    weeks = Counter(begun.values())
    assert table("week from") == [[week, str(weeks[week]), str(items[week])] for week in items]


def test_the_readme_has_the_right_files():
    rows = table("written in")
    for name, span, items, _ in rows:
        ids = re.findall(r"^= (\S+)", (DATA / "dialogues" / name).read_text("utf-8"), re.M)
        assert span == " to ".join(dict.fromkeys((ids[0], ids[-1])))
        assert int(items) == sum(len(SESSIONS[one]) for one in ids)
    assert {row[0] for row in rows} == {path.name for path in (DATA / "dialogues").iterdir()}


def test_the_readme_has_the_right_languages():
    rows = table("language")
    conversations = read_dialogues()
    assert [row[:2] for row in rows] == [
        [one.language, one.session_id] for one in conversations if one.language != "English"
    ]
    assert len(rows) >= 8
    for _, session_id, script in rows:
        text = "".join(map(text_of, SESSIONS[session_id]))
        letters = Counter(
            unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()
        )
        assert letters.most_common(1)[0][0] == script, session_id


def test_there_are_emoji_and_markup():
    texts = [text_of(line["item"]) for line in LINES if line["item"].get("role") == "user"]
    pictures = {letter for text in texts for letter in text if unicodedata.category(letter) == "So"}
    assert len(pictures) >= 15
    assert "<b>where</b> is it?" in texts


async def answer(path, session_id, **settings):
    session = SQLiteSession(session_id, path, session_settings=settings)
    agent = Agent(name="Desk", model=choose_model())
    return (await Runner.run(agent, "What is my name?", session=session)).final_output


async def test_an_agent_knows_the_names(path):
    assert "don't know" in await answer(path, "customer_51", limit=100)  # it is in the first item
    answers = {session_id: await answer(path, session_id) for session_id in SESSIONS}
    for conversation in read_dialogues():
        said = answers[conversation.session_id]
        if conversation.language == "English":
            # The name and no more: no word of the sentence around it.
            assert re.fullmatch(r"Your name is [A-Z][\w-]+( (?:[A-Z][\w-]+))*\.", said), (
                f"{conversation.session_id}: {said}"
            )
        else:
            assert "don't know" in said, conversation.session_id
    assert answers["customer_01"] == "Your name is Ruth Okafor."
    assert answers["customer_51"] == "Your name is Amara Lindholm."
    named = [one for one, said in answers.items() if said.startswith("Your name")]
    assert f"{min(named)} to {max(named)}, says once" in README.replace("\n  ", " ")
    assert len(named) == int(max(named)[-2:])


def test_orders_are_those_that_were_looked_up():
    orders = json.loads(DATA.joinpath("orders.json").read_text("utf-8"))
    found = {}
    for line in LINES:
        if '"status"' in str(line["item"].get("output")):
            order = json.loads(line["item"]["output"])
            whose = {"customer": line["session_id"], "status": order["status"]}
            found[order["order_number"]] = whose
    assert "Order\n4655 is Hideo Tanabe's, `customer_64`" in README
    found["4655"]["customer"] = "customer_64"
    assert orders == found


def test_nobody_real_can_be_written_to():
    text = FILE.read_text("utf-8")
    assert {*re.findall(r"@([\w.-]+\w)", text)} == {"example.com"}
    assert re.findall(r"https?:|www\.", text) == []
    assert re.findall(r"\+\d{2}|\b0\d{2,}[ /-]\d{3,}|\d{3}[ -]\d{3}[ -]\d{3}", text) == []


async def test_what_the_readme_shows_works(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    loading, writing = re.findall(r"```python\n(.*?)```", README, re.S)
    again = loading.replace('"data/support_desk.jsonl"', '"mine.jsonl"')
    assert again != loading
    for source in (loading.replace("data/", f"{DATA.as_posix()}/"), writing, again):
        code = compile(source, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if inspect.isawaitable(running := eval(code, {})):
            await running
    assert capsys.readouterr().out == (
        f"{LoadReport(len(SESSIONS), len(LINES), [])}\n{LoadReport(1, 1, [])}\n"
    )


async def test_the_readmes_line_can_be_loaded(tmp_path):
    (line,) = re.findall(r"^{.*}$", README, re.M)
    source = tmp_path / "line.jsonl"
    source.write_text(line, "utf-8")
    assert await load_sessions(source, tmp_path / "a.db") == LoadReport(1, 1, [])

"""The benchmarks give no time to wrong content, and their goals, tables and chart are right."""

import asyncio
import json
import re
import sys
import time
from contextlib import asynccontextmanager
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import classroom, processes, report
from tests.benchmarks.__main__ import LATEST, README, main, measure
from tests.benchmarks.catalogue import GOALS, WORK
from tests.benchmarks.peers import PEERS, Peer
from tests.benchmarks.rounds import Run, Sizes, interleave, summary
from tests.benchmarks.work import longest_pause

TINY = Sizes(2, 1, 2, 1, 2, 30, 40, 5, 1, 3, 2, 3, 2, 2, 2, 30, 1)
IN_PROCESS = ["add-1", "add-500", "get-20", "get-all", "pop-1", "users", "reads"]
MACHINE = json.loads(LATEST.read_text(encoding="utf-8"))["machine"]
SPOILED = {
    "nothing": lambda found: found,
    "loses": lambda found: found[:-1],
    "changes": lambda found: [*found[:-1], {**found[-1], "role": "model"}],
    "reorders": lambda found: found[::-1],
}


class Memory(Peer):
    """Sessions in a dict, which spoil what they return."""

    name = "ours"
    sdk_format = False

    def __init__(self, spoil, spoil_popped=lambda item: item):
        self.spoil, self.spoil_popped, self.kept = spoil, spoil_popped, {}

    @asynccontextmanager
    async def open(self, path):
        async def session(user):
            return MemorySession(self, self.kept.setdefault((path, user), []))

        yield session


class MemorySession:
    def __init__(self, peer, items):
        self.peer, self.items = peer, items

    async def add_items(self, items):
        self.items += items
        await asyncio.sleep(0)

    async def get_items(self, limit=None):
        found = self.peer.spoil([*self.items])
        return found if limit is None else found[-limit:]

    async def pop_item(self):
        return self.peer.spoil_popped(self.items.pop())

    async def clear_session(self):
        self.items.clear()


def result_of(figures):
    return report.result_of(figures, TINY, MACHINE, [PEERS["ours"]])


def goals_of(figures):
    return [(goal["value"], goal["met"]) for goal in result_of(figures)["goals"]]


def test_tiny_run(tmp_path):
    peers = [PEERS[name] for name in ("ours", "sdk", "plain", "hop")]
    found = measure(IN_PROCESS, peers, TINY, tmp_path)
    for name, figures in found.items():
        assert list(figures) == [peer.name for peer in peers if name not in peer.lacks]
        for values in figures.values():
            assert values.get("time", 0) > 0, (name, values)
    found = measure([name for name in WORK if name not in IN_PROCESS], peers[:1], TINY, tmp_path)
    for name, figures in found.items():
        assert "error" not in figures["ours"], (name, figures)
    assert found["open"]["ours"]["databases"] == 1
    assert found["processes"]["ours"]["failed"] == 0
    assert found["import"]["ours"]["heavy"] == 0
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("spoil", SPOILED)
@pytest.mark.parametrize("name", IN_PROCESS)
def test_wrong_content_has_no_time(name, spoil, tmp_path):
    found = measure([name], [Memory(SPOILED[spoil])], TINY, tmp_path)
    if spoil == "nothing":
        assert found[name]["ours"]["time"] >= 0
    else:
        assert found[name]["ours"].keys() == {"error"}
        assert found[name]["ours"]["error"].startswith("WrongContentError: ")
        goals = goals_of(found)
        assert goals
        assert not any(met for _, met in goals)


def test_wrong_pops_have_no_time(tmp_path):
    peer = Memory(SPOILED["nothing"], lambda item: {**item, "role": "model"})
    assert measure(["pop-1"], [peer], TINY, tmp_path)["pop-1"]["ours"].keys() == {"error"}


@pytest.mark.parametrize(
    ("failed", "errors", "reason"),
    [(0, [], "0 items instead of 4"), (1, ["Error: locked"], "2 turns failed: Error: locked")],
)
def test_lost_turns_have_no_time(failed, errors, reason, tmp_path, monkeypatch):
    told = [{"seconds": 1.0, "failed": failed, "errors": errors}] * TINY.processes
    monkeypatch.setattr(processes, "_talk", lambda *arguments: told)
    found = measure(["processes"], [PEERS["ours"]], TINY, tmp_path)
    assert found["processes"]["ours"] == {"error": f"WrongContentError: {reason}"}


async def test_medians_in_turn(tmp_path):
    order = []

    def batch_of(name, times):
        async def batch():
            order.append(name)
            return {"time": times.pop(0)}

        return batch

    times = {"ours": [90, 1, 20, 3], "sdk": [1, 2, 40, 6], "bad": []}
    batches = {name: batch_of(name, values) for name, values in times.items()}
    found = await interleave(Run(tmp_path), batches, 3)
    assert order == ["ours", "sdk", "bad", "sdk", "ours", "ours", "sdk", "sdk", "ours"]
    assert found == {
        "ours": {"time": 3, "quartiles": [2, 11.5], "by_round": {"sdk": 0.5}},
        "sdk": {"time": 6, "quartiles": [4, 23]},
        "bad": {"error": "IndexError: pop from empty list"},
    }
    latencies = [list(range(start, 201, 2)) for start in (1, 2)]
    pooled = summary({"time": latencies})
    assert (pooled["time"], pooled["p99"]) == (100.5, 198)


async def test_longest_pause():
    async def block():
        time.sleep(0.05)  # noqa: ASYNC251 - a blocked loop is what is looked for
        return "done"

    pause, result = await longest_pause(block())
    assert pause >= 0.04
    assert result == "done"


def test_goals():
    figures = {"ours": {"time": 0.003}, "sdk": {"time": 0.00375}, "hop": {"time": 0.002}}
    assert goals_of({"add-1": figures}) == [(0.8, True), (1.5, False)]
    imported = {"time": 0.0625, "heavy": 0}
    assert goals_of({"import": {"ours": imported}}) == [(62.5, False), (0, True)]
    missing = {"ours": {"time": 0.001}, "sdk": {"error": "OSError"}}
    assert goals_of({"pop-1": missing}) == [(None, False)]
    for goal in GOALS:
        assert goal.over is None or goal.work not in PEERS[goal.over].lacks


def test_tables_and_chart():
    adding = {
        "ours": {"time": 0.0003, "by_round": {"sdk": 0.625}},
        "sdk": {"time": 0.0006},
        "adk": {"error": "OSError: no"},
        "plain": {"time": 0.00015},
    }
    result = result_of({"add-1": adding, "pop-1": {"ours": {"time": 0.001}}})
    text = report.terminal(result)
    lines = [re.split(r"  +", line) for line in text.splitlines()]
    assert lines[0] == ["work", "ours", "SDK", "ADK", "plain", "unit", "ours/SDK", "ours/plain"]
    assert lines[1][1:] == ["300", "600", "failed", "150", "µs", "0.50", "2.00"]
    assert ["add 1 item, one session: ours / SDK", "0.5", "0.625", "0.8", "pass"] in lines
    assert ["pop 1: ours / SDK", "-", "-", "0.7", "FAIL"] in lines
    assert "Google ADK SqliteSessionService, add 1 item, one session: OSError: no" in text
    assert "| pop 1 | 1,000 | - | - | - | µs | - | - |" in report.markdown(result)

    figure: Any = report.chart(result)
    [axes] = figure.axes
    drawn = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
    assert (drawn["ours"], drawn["plain"]) == ([[0.5, 0]], [[0.25, 0]])
    assert drawn["goal"] == [[0.8, 0]]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["add 1 item, one session"]


@pytest.mark.parametrize(
    "options",
    [
        "--only nothing",
        "--fast",
        "something",
        "--quick --save",
        "--only add-1 --save",
        "--saved --save",
        "--saved --quick",
        "--folder no/such/folder",
        "--json no/such/folder/file",
        "--json .",
    ],
)
def test_bad_options(options, capsys):
    with pytest.raises(SystemExit, match=r"^2$"):
        main(options.split())
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"python -m tests\.benchmarks: .+\n", said.err)


@pytest.mark.parametrize(("seconds", "code"), [(0.001, 0), (1.0, 1)])
def test_exit_code(seconds, code, tmp_path, monkeypatch):
    figures = {"pop-1": {"ours": {"time": seconds}, "sdk": {"time": 0.5}}}
    monkeypatch.setattr(command, "measure", lambda *arguments: figures)
    file = tmp_path / "result.json"
    assert main(["--quick", "--only", "pop-1", "--json", str(file)]) == code
    [goal] = json.loads(file.read_text(encoding="utf-8"))["goals"]
    assert goal["met"] is (code == 0)


def test_saved_run_is_in_the_readme():
    text = README.read_text(encoding="utf-8")
    result = json.loads(LATEST.read_text(encoding="utf-8"))
    assert list(result) == re.findall(r"^\| `(\w+)` \| .* \|$", text, re.M)
    assert result["full"]
    for name in WORK:
        able = {peer.name for peer in PEERS.values() if name not in peer.lacks}
        assert result["work"][name]["peers"].keys() == able
    assert report.with_latest(text, result) == text


@pytest.mark.skipif(sys.platform != "linux", reason="needs to know how much memory is shared")
async def test_class(tmp_path):
    """A learner's JupyterLab and kernel are measured, and neither is left behind."""
    figures = await classroom.measure(1, "00", tmp_path)
    assert all(len(each) == 1 for each in figures)
    assert 0 < figures.first[0] < figures.all_cells[0]
    assert min(figures.page[0], figures.work[0]) > 0.1
    assert min(figures.jupyterlab[0], figures.kernel[0]) > 30e6
    assert not psutil.Process().children(recursive=True)


def test_saved_class_is_in_the_page():
    """The table has the columns that are measured now, for the numbers that are measured."""
    text = classroom.PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(classroom.MARKS[0])
    said = rest.partition(classroom.MARKS[1])[0].strip()
    header, lines, *rows = [line for line in said.splitlines() if line.startswith("|")]
    assert [header, lines] == classroom.table([]).splitlines()
    measured = [tuple(row.split(" | ")[:2]) for row in rows]
    assert measured == [(f"| {n}", "01") for n in (1, 10, 30)]
    assert before and "The load before was " in said

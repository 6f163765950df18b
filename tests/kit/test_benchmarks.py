"""The benchmarks' machinery: it refuses wrong content, and its arithmetic and tables are right.

Nothing here looks at how fast anything is.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import processes, report
from tests.benchmarks.__main__ import LATEST, README, main, measure
from tests.benchmarks.catalogue import GOALS, WORK
from tests.benchmarks.peers import PEERS, Item, Ours, Peer, Sessions
from tests.benchmarks.rounds import FULL, QUICK, Run, Sizes, interleave, summary
from tests.benchmarks.work import longest_pause

TINY = Sizes(
    rounds=2,
    few_rounds=1,
    batch=2,
    reads=1,
    latencies=2,
    items=30,
    big=40,
    chunk=5,
    settling=1,
    users=3,
    turns=2,
    sessions=3,
    processes=2,
    process_turns=2,
    writers=2,
    load=30,
    starts=1,
)
IN_PROCESS = ["add-1", "add-500", "get-20", "get-all", "pop-1", "users", "reads"]
MACHINE = {
    "cpu": "a processor",
    "cores": 2,
    "memory_gib": 4,
    "os": "an OS 1.0",
    "python": "3.13.0",
    "sqlite": "3.50.0",
    "file_system": "ext4",
    "flush": 0.0003,
    "synchronous": "FULL",
    "load": 0.1,
}


class Memory(Peer):
    """Sessions in a dict, which do to what they return as `spoil` says."""

    name = "ours"
    title = "a dict"
    sdk_format = False

    def spoil(self, found: list[Item]) -> list[Item]:
        return found

    def spoil_popped(self, item: Item) -> Item:
        return item

    @asynccontextmanager
    async def open(self, path: Path) -> AsyncIterator[Sessions]:
        kept: dict[str, list[Item]] = self.__dict__.setdefault("kept", {})
        peer = self

        class Session:
            def __init__(self, user: str) -> None:
                self.items = kept.setdefault(f"{path} {user}", [])

            async def add_items(self, items: Any) -> None:
                self.items += items
                await asyncio.sleep(0)

            async def get_items(self, limit: int | None = None) -> list[Item]:
                found = peer.spoil([*self.items])
                return found if limit is None else found[-limit:]

            async def pop_item(self) -> Item:
                return peer.spoil_popped(self.items.pop())

            async def clear_session(self) -> None:
                self.items.clear()

        async def session(user: str) -> Session:
            return Session(user)

        yield session


class Losing(Memory):
    def spoil(self, found: list[Item]) -> list[Item]:
        return found[:-1]


class Reordering(Memory):
    def spoil(self, found: list[Item]) -> list[Item]:
        return found[::-1]


class Altering(Memory):
    def spoil(self, found: list[Item]) -> list[Item]:
        return [*found[:-1], {**found[-1], "role": "model"}]


class PoppingAnother(Memory):
    def spoil_popped(self, item: Item) -> Item:
        return {**item, "role": "model"}


def result_of(figures: dict[str, dict[str, Any]], **machine: Any) -> dict[str, Any]:
    return report.result_of(figures, TINY, {**MACHINE, **machine}, [PEERS["ours"], PEERS["plain"]])


def test_a_tiny_run_has_a_time_for_each_peer(tmp_path: Path) -> None:
    peers = [PEERS[name] for name in ("ours", "sdk", "plain", "hop")]
    found = measure(IN_PROCESS, peers, TINY, tmp_path)
    assert list(found) == IN_PROCESS
    for name, figures in found.items():
        assert [*figures] == [peer.name for peer in peers if name not in peer.lacks]
        for peer, values in figures.items():
            assert values.get("time", 0) > 0, (name, peer, values)
    assert [*tmp_path.iterdir()] == []


def test_what_needs_processes_of_its_own_runs_too(tmp_path: Path) -> None:
    names = [name for name in WORK if name not in IN_PROCESS]
    found = measure(names, [PEERS["ours"]], TINY, tmp_path)
    assert {name: figures["ours"].get("error") for name, figures in found.items()} == {
        name: None for name in names
    }
    assert found["open"]["ours"]["databases"] == 1
    assert found["processes"]["ours"]["failed"] == 0
    assert found["import"]["ours"]["heavy"] == 0


@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_peer_that_keeps_everything_has_a_time(name: str, tmp_path: Path) -> None:
    found = measure([name], [Memory()], TINY, tmp_path)
    assert "error" not in found[name]["ours"]


@pytest.mark.parametrize(
    "peer", [Losing(), Reordering(), Altering()], ids=lambda p: type(p).__name__
)
@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_peer_with_wrong_content_has_no_time(name: str, peer: Peer, tmp_path: Path) -> None:
    found = measure([name], [peer], TINY, tmp_path)
    assert found[name]["ours"].keys() == {"error"}
    assert found[name]["ours"]["error"].startswith("WrongContentError: ")
    goals = result_of(found)["goals"]
    assert goals
    assert not any(goal["met"] for goal in goals)


def test_a_peer_that_pops_another_item_has_no_time(tmp_path: Path) -> None:
    found = measure(["pop-1"], [PoppingAnother()], TINY, tmp_path)
    assert found["pop-1"]["ours"].keys() == {"error"}


def test_processes_that_lose_turns_have_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [{"seconds": 1.0, "failed": 0, "errors": []}] * TINY.processes
    monkeypatch.setattr(processes, "_talk", lambda *arguments: told)
    found = measure(["processes"], [Ours()], TINY, tmp_path)
    assert found["processes"]["ours"] == {"error": "WrongContentError: 0 items instead of 4"}


def test_processes_with_turns_that_failed_have_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [{"seconds": 1.0, "failed": 1, "errors": ["Error: locked"]}] * TINY.processes
    monkeypatch.setattr(processes, "_talk", lambda *arguments: told)
    found = measure(["processes"], [Ours()], TINY, tmp_path)
    error = "WrongContentError: 2 turns failed: Error: locked"
    assert found["processes"]["ours"] == {"error": error}


async def test_peers_take_turns_and_the_first_round_does_not_count(tmp_path: Path) -> None:
    order: list[str] = []

    def batch_of(name: str) -> Any:
        async def batch() -> dict[str, float]:
            order.append(name)
            return {"time": float(len(order))}

        return batch

    found = await interleave(Run(tmp_path), {"a": batch_of("a"), "b": batch_of("b")}, 3)
    assert "".join(order) == "abbaabba"
    assert found == {
        "a": {"time": 5.0, "quartiles": [4.5, 6.5]},
        "b": {"time": 6.0, "quartiles": [4.5, 6.5]},
    }


async def test_ratios_by_round_are_of_times_in_the_same_round(tmp_path: Path) -> None:
    def batch_of(times: list[float]) -> Any:
        values = iter(times)

        async def batch() -> dict[str, float]:
            return {"time": next(values)}

        return batch

    batches = {"ours": batch_of([9, 1, 20, 3]), "sdk": batch_of([1, 2, 40, 6])}
    found = await interleave(Run(tmp_path), batches, 3)
    assert found["ours"]["by_round"] == {"sdk": 0.5}


async def test_what_is_no_time_has_a_median_only(tmp_path: Path) -> None:
    async def batch() -> dict[str, float]:
        return {"peak": 1000.0}

    found = await interleave(Run(tmp_path), {"ours": batch, "sdk": batch}, 3, warm=False)
    assert found == {"ours": {"peak": 1000.0}, "sdk": {"peak": 1000.0}}


async def test_an_error_ends_the_part_of_one_peer_only(tmp_path: Path) -> None:
    calls = 0

    async def good() -> dict[str, float]:
        return {"time": 1.0}

    async def bad() -> dict[str, float]:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ExceptionGroup("several", [ValueError("first line\nsecond line")])
        return {"time": 1.0}

    found = await interleave(Run(tmp_path), {"good": good, "bad": bad}, 5)
    assert found["bad"] == {"error": "ValueError: first line"}
    assert found["good"]["time"] == 1.0
    assert calls == 3


def test_latencies_of_all_rounds_are_taken_together() -> None:
    rounds = [[float(number) for number in range(start, 201, 2)] for start in (1, 2)]
    figures = summary({"time": rounds})
    assert figures["time"] == 100.5
    assert figures["p99"] == 198.0


async def test_the_longest_pause_is_what_blocks_the_loop() -> None:
    async def block() -> str:
        time.sleep(0.05)  # noqa: ASYNC251 - that is what is looked for
        return "done"

    pause, result = await longest_pause(block())
    assert pause >= 0.04
    assert result == "done"


def test_ratios_are_of_ours_to_the_others() -> None:
    figures = {"ours": {"time": 0.003}, "sdk": {"time": 0.004}, "hop": {"time": 0.002}}
    goals = result_of({"add-1": figures})["goals"]
    assert [(goal["value"], goal["limit"], goal["met"]) for goal in goals] == [
        (0.75, 0.75, True),
        (1.5, 1.0, False),
    ]


def test_a_goal_without_a_peer_has_a_figure_in_its_own_unit() -> None:
    goals = result_of({"import": {"ours": {"time": 0.0625, "heavy": 0}}})["goals"]
    assert [(goal["value"], goal["unit"], goal["met"]) for goal in goals] == [
        (62.5, "ms", False),
        (0, "", True),
    ]


def test_a_goal_without_its_figures_is_not_met() -> None:
    figures = {"ours": {"time": 0.001}, "sdk": {"error": "OSError"}}
    goals = result_of({"pop-1": figures})["goals"]
    assert [(goal["value"], goal["met"]) for goal in goals] == [(None, False)]


def test_each_goal_names_work_and_peers_that_exist() -> None:
    for goal in GOALS:
        assert goal.work in WORK
        assert goal.over is None or goal.work not in PEERS[goal.over].lacks


def test_the_tables_show_times_ratios_and_marks() -> None:
    result = result_of(
        {
            "add-1": {
                "ours": {"time": 0.0003, "by_round": {"sdk": 0.625}},
                "sdk": {"time": 0.0006},
                "adk": {"error": "OSError: no"},
                "plain": {"time": 0.0002},
                "hop": {"time": 0.00025},
            },
            "pop-1": {"ours": {"time": 0.001}, "sdk": {"time": 0.001}},
        },
        synchronous="NORMAL",
        file_system="tmpfs",
        load=1.5,
    )
    text = report.terminal(result)
    lines = [re.split(r"  +", line) for line in text.splitlines()]
    columns = ["ours", "SDK", "ADK", "plain", "plain+hop", "unit", "ours/SDK", "ours/plain"]
    assert lines[0] == ["work", *columns]
    assert lines[1][1:] == ["300", "600", "failed", "200", "250", "µs", "0.50", "1.50"]
    assert lines[2] == ["pop 1", "1,000", "1,000", "-", "-", "-", "µs", "1.00", "-"]
    assert ["add 1 item, one session: ours / SDK", "0.5", "0.625", "0.75", "pass"] in lines
    assert ["pop 1: ours / SDK", "1", "-", "0.7", "FAIL"] in lines
    assert "Google ADK SqliteSessionService, add 1 item, one session: OSError: no" in text
    assert "synchronous=NORMAL" in text
    assert "in memory" in text
    assert "busy with other things" in text
    assert "| pop 1 | 1,000 | 1,000 | - | - | - | µs | 1.00 | - |" in report.markdown(result)


def test_the_chart_shows_each_peer_beside_the_sdk() -> None:
    figures = {"ours": {"time": 1.0}, "sdk": {"time": 2.0}, "plain": {"time": 0.5}}
    [axes] = report.chart(result_of({"add-1": figures})).axes
    drawn = {line.get_label(): [*map(float, line.get_xdata())] for line in axes.lines}
    assert drawn["ours"] == [0.5]
    assert drawn["plain"] == [0.25]
    assert drawn["to reach"] == [0.75]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["add 1 item, one session"]


@pytest.mark.parametrize(
    "options",
    [
        ["--only", "nothing"],
        ["--only", ""],
        ["--fast"],
        ["something"],
        ["--quick", "--save"],
        ["--only", "add-1", "--save"],
        ["--saved", "--save"],
        ["--saved", "--quick"],
        ["--folder", "no/such/folder"],
        ["--json", "no/such/folder/file"],
        ["--json", "."],
    ],
    ids=" ".join,
)
def test_bad_options_end_with_one_clear_line(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"python -m tests\.benchmarks: .+\n", said.err)


def test_a_missing_peer_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(PEERS["adk"], "missing", lambda: "No module named 'google'", raising=False)
    monkeypatch.setattr("tests.benchmarks.__main__.measure", lambda *arguments: {})
    assert main([]) == 0
    said = [line for line in capsys.readouterr().err.splitlines() if "ADK" in line]
    assert said == [line for line in said if line.startswith("left out: ")]
    assert len(said) == 1


def test_without_the_sdk_there_is_no_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(PEERS["sdk"], "missing", lambda: "No module named 'agents'", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["--quick"])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(("time", "code"), [(0.001, 0), (1.0, 1)])
def test_the_exit_code_and_the_json_tell_whether_the_goals_are_met(
    time: float, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = {"pop-1": {"ours": {"time": time}, "sdk": {"time": 0.5}}}
    monkeypatch.setattr("tests.benchmarks.__main__.measure", lambda *arguments: figures)
    file = tmp_path / "result.json"
    assert main(["--quick", "--only", "pop-1", "--json", str(file)]) == code
    result = json.loads(file.read_text(encoding="utf-8"))
    documented = re.findall(r"^\| `(\w+)` \| (.*) \|$", README.read_text(encoding="utf-8"), re.M)
    assert list(result) == [field for field, _ in documented]
    described = dict(documented)
    for field in ("machine", "work", "goals"):
        [first, *_] = [result[field]] if field == "machine" else [*_values(result[field])]
        for name in first:
            assert f"`{name}`" in described[field]
    assert result["full"] is False
    assert result["goals"][0]["met"] is not bool(code)


def test_only_what_a_full_run_does_is_full() -> None:
    found = {name: {"ours": {"time": 1.0}} for name in WORK}
    assert report.result_of(found, FULL, MACHINE, [])["full"]
    assert not report.result_of(found, QUICK, MACHINE, [])["full"]
    assert not report.result_of({"add-1": {}}, FULL, MACHINE, [])["full"]


def test_the_kept_run_is_a_full_one_and_the_readme_shows_it() -> None:
    text = README.read_text(encoding="utf-8")
    if not LATEST.exists():
        assert "No full run has been kept yet." in text
        assert "| measured |" not in text
        return
    result = json.loads(LATEST.read_text(encoding="utf-8"))
    assert result["full"]
    for name in WORK:
        able = {peer.name for peer in PEERS.values() if name not in peer.lacks}
        assert result["work"][name]["peers"].keys() == able
    assert report.with_latest(text, result) == text


def _values(container: Any) -> list[Any]:
    return [*container.values()] if isinstance(container, dict) else container


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end a program with")
def test_a_run_that_is_ended_leaves_no_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--only", "add-1", "--folder", tmp_path]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        while not list(tmp_path.glob("*/*/*")) and program.poll() is None:
            time.sleep(0.01)
        program.terminate()
        program.communicate(timeout=30)
    assert program.returncode == 143
    assert list(tmp_path.iterdir()) == []

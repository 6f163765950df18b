"""What is measured, and what `session_lib` has to reach."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple

from tests.benchmarks import processes, work
from tests.benchmarks.peers import Peer
from tests.benchmarks.rounds import Figures, Run


class Work(NamedTuple):
    """A piece of work: a row of the table."""

    title: str
    """What is done, with the sizes of the run as fields of a format string."""
    measure: Callable[[Run, Sequence[Peer]], Coroutine[Any, Any, Figures]]
    unit: str = "µs"
    figure: str = "time"


class Goal(NamedTuple):
    """The most that a figure of ours may be, by itself or divided by a peer's figure."""

    work: str
    text: str
    limit: float
    over: str | None = None
    figure: str = "time"
    over_figure: str = ""
    unit: str = ""

    def value(self, found: Mapping[str, Any]) -> float | None:
        """Return what was reached, in this goal's unit, or None if a figure is missing."""
        peers = found[self.work]["peers"]
        value: float | None = peers.get("ours", {}).get(self.figure)
        if value is None:
            return None
        if self.over is None:
            return value * SCALE[self.unit]
        base = peers.get(self.over, {}).get(self.over_figure or self.figure)
        return value / base if base else None

    def by_round(self, found: Mapping[str, Any]) -> float | None:
        """Return the median of the ratios within each round, or None if there is none."""
        if self.over is None or self.figure != "time":
            return None
        ratios: dict[str, float] = found[self.work]["peers"].get("ours", {}).get("by_round", {})
        return ratios.get(self.over)


SCALE = {"": 1.0, "s": 1.0, "ms": 1e3, "µs": 1e6, "MB": 1e-6}
"""The factor that turns seconds or bytes into each unit."""

WORK: dict[str, Work] = {
    "add-1": Work("add 1 item, one session", work.add_1),
    "add-500": Work("add {chunk} items in one call", work.add_500, "ms"),
    "get-20": Work("get the latest 20 of {items:,}", work.get_20),
    "get-all": Work("get all {items:,}", work.get_all, "ms"),
    "pop-1": Work("pop 1", work.pop_1),
    "users": Work("{users} users x {turns} turns at once, one process", work.users, "ms"),
    "open": Work("{sessions:,} sessions open: peak memory", processes.open_sessions, "MB", "peak"),
    "processes": Work("{processes} processes x {process_turns} turns", processes.processes, "ms"),
    "reads": Work("latest 20 while {writers} others write: p50", work.reads, "ms"),
    "import": Work("import, over bare Python + asyncio", processes.imports, "ms"),
    "first-item": Work("first item stored, from python -c", processes.first_item, "ms"),
    "event-loop": Work("longest pause while reading {load:,} items", processes.event_loop, "ms"),
}

GOALS: tuple[Goal, ...] = (
    Goal("add-1", "ours / SDK", 0.80, "sdk"),
    Goal("add-1", "ours / plain + a hop to a thread", 1.0, "hop"),
    Goal("add-500", "ours / SDK", 0.55, "sdk"),
    Goal("get-20", "ours / SDK", 0.35, "sdk"),
    Goal("get-20", "of {big:,} / of {items:,}", 1.3, "ours", "big", "time"),
    Goal("get-all", "ours / SDK", 0.48, "sdk"),
    Goal("get-all", "ours / plain, parsing row by row", 0.80, "plain"),
    Goal("pop-1", "ours / SDK", 0.70, "sdk"),
    Goal("users", "ours / SDK", 0.07, "sdk"),
    Goal("users", "ours / plain, one after another", 1.0, "plain"),
    Goal("open", "Database objects", 1, figure="databases"),
    Goal("open", "threads beyond an idle process", 2, figure="more_threads"),
    Goal("open", "open files beyond an idle process", 8, figure="more_files"),
    Goal("open", "ours / SDK: peak memory", 1 / 3, "sdk", "peak"),
    Goal("processes", "ours / SDK", 0.9, "sdk"),
    Goal("processes", "turns that failed or were lost", 0, figure="failed"),
    Goal("processes", "slowest / fastest process", 2.0, figure="spread"),
    Goal("reads", "ours / SDK: p50", 0.5, "sdk"),
    Goal("reads", "ours / SDK: p99", 0.5, "sdk", "p99"),
    Goal("import", "", 30, unit="ms"),
    Goal("import", "of pandas and agents, loaded", 0, figure="heavy"),
    Goal("first-item", "ours / SDK, its import counted", 0.15, "sdk"),
    Goal("event-loop", "", 50, unit="ms"),
)

"""What becomes of the figures: tables for a terminal and for README.md, and a chart.

The result of a run is one dict, which `--json` writes as it is and README.md describes.
"""

import datetime
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tests.benchmarks.catalogue import GOALS, SCALE, WORK
from tests.benchmarks.peers import PEERS, Peer
from tests.benchmarks.rounds import FULL, Figures, Sizes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADINGS = {
    "ours": "ours",
    "sdk": "SDK",
    "async": "Async",
    "sqlalchemy": "SQLAlchemy",
    "langgraph": "LangGraph",
    "adk": "ADK",
    "plain": "plain",
    "hop": "plain+hop",
}
BEGIN, END = "<!-- latest run: begin -->\n", "<!-- latest run: end -->\n"

Rows = list[list[str]]


def result_of(
    found: Mapping[str, Figures], sizes: Sizes, machine: Mapping[str, Any], peers: Iterable[Peer]
) -> dict[str, Any]:
    """Combine the figures of a run with their goals and with what they were measured on."""
    fields = vars(sizes)
    work = {
        name: {
            "title": WORK[name].title.format(**fields),
            "unit": WORK[name].unit,
            "figure": WORK[name].figure,
            "peers": dict(figures),
        }
        for name, figures in found.items()
    }
    goals = []
    for goal in GOALS:
        if goal.work in found:
            value = goal.value(work)
            goals.append(
                {
                    "work": goal.work,
                    "goal": goal.text.format(**fields),
                    "value": value,
                    "by_round": goal.by_round(work),
                    "limit": goal.limit,
                    "unit": goal.unit,
                    "met": value is not None and value <= goal.limit,
                }
            )
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "full": sizes == FULL and set(found) == set(WORK),
        "machine": dict(machine),
        "versions": {name: version(name) for peer in peers for name in peer.distributions},
        "work": work,
        "goals": goals,
    }


def terminal(result: Mapping[str, Any]) -> str:
    """Return a result as text."""
    parts = []
    for rows in (_times(result), _goals(result)):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            first, *others = (
                cell.rjust(width) if number else cell.ljust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            parts.append("  ".join([first, *others]).rstrip())
        parts.append("")
    return "\n".join([*parts, *_notes(result)]) + "\n"


def markdown(result: Mapping[str, Any]) -> str:
    """Return a result as it is in README.md."""
    parts = []
    for rows in (_times(result), _goals(result)):
        heading, *others = rows
        rule = ["---", *("---:" for _ in heading[1:])]
        parts += [f"| {' | '.join(row)} |" for row in (heading, rule, *others)]
        parts.append("")
    return "\n".join([*parts, *(f"- {note}" for note in _notes(result))]) + "\n"


def with_latest(readme: str, result: Mapping[str, Any]) -> str:
    """Return README.md's text with `result` in its place."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{markdown(result)}\n{END}{after}"


def chart(result: Mapping[str, Any]) -> "Figure":
    """Draw each peer's time as a multiple of the Agents SDK's, with the goals of ours.

    Args:
        result: A run: a new one, or the saved one (``json.loads(LATEST.read_text())``).

    Returns:
        A matplotlib figure, which a notebook shows. It need not be closed.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    work = {
        name: part
        for name, part in result["work"].items()
        if _figure(part, "sdk") and _figure(part, "ours")
    }
    figure = Figure(figsize=(9, 0.55 * len(work) + 1.8), layout="constrained")
    axes = figure.subplots()

    def plot(ratios: Mapping[str, float], marker: str, size: int, label: str, **look: Any) -> None:
        points = [(ratios[name], row) for row, name in enumerate(work) if name in ratios]
        if points:
            axes.plot(*zip(*points, strict=True), marker, markersize=size, label=label, **look)

    for number, (name, heading) in enumerate(HEADINGS.items()):
        if name != "sdk":
            ratios = {
                key: _figure(part, name) / _figure(part, "sdk")
                for key, part in work.items()
                if _figure(part, name)
            }
            first = name == "ours"
            color = "C3" if first else f"C{number if number < 3 else number + 1}"
            marker, size = "osD^v<Px"[number], 9 if first else 6
            plot(ratios, marker, size, heading, color=color, zorder=3 if first else 2)
    goals = reversed(result["goals"])
    limits = {g["work"]: g["limit"] for g in goals if g["goal"].startswith("ours / SDK")}
    plot(limits, "|", 20, "goal", color="0.5")
    axes.axvline(1, color="0.5", linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g} x"))
    axes.set_yticks(range(len(work)), [part["title"] for part in work.values()])
    axes.set_ylim(len(work) - 0.5, -0.5)
    axes.set_xlabel("time (or memory) as a multiple of agents.SQLiteSession's: less is better")
    axes.grid(axis="x", color="0.9")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    axes.set_title(f"{result['machine']['cpu']}, {result['date']}", fontsize="medium")
    return figure


def _times(result: Mapping[str, Any]) -> Rows:
    work = result["work"].values()
    names = [name for name in HEADINGS if any(name in part["peers"] for part in work)]
    rows = [["work", *(HEADINGS[name] for name in names), "unit", "ours/SDK", "ours/plain"]]
    for part in work:
        row = [part["title"]]
        for name in names:
            value = _figure(part, name)
            if value is not None:
                row.append(_spelled(value * SCALE[part["unit"]]))
            else:
                row.append("failed" if name in part["peers"] else "-")
        rows.append([*row, part["unit"], _ratio(part, "sdk"), _ratio(part, "plain")])
    return rows


def _goals(result: Mapping[str, Any]) -> Rows:
    rows = [["", "measured", "by round", "at most", ""]]
    for goal in result["goals"]:
        title = result["work"][goal["work"]]["title"]
        if goal["goal"]:
            title = f"{title.partition(':')[0]}: {goal['goal']}"
        numbers = (
            "-" if number is None else f"{_spelled(number)} {goal['unit']}".rstrip()
            for number in (goal["value"], goal["by_round"], goal["limit"])
        )
        rows.append([title, *numbers, "pass" if goal["met"] else "FAIL"])
    return rows


def _notes(result: Mapping[str, Any]) -> list[str]:
    machine = result["machine"]
    notes = [
        f"{result['date']}: {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, {machine['os']}, {machine['file_system']} "
        f"(a write and its flush: {_spelled(machine['flush'] * 1e6)} µs), "
        f"Python {machine['python']}, SQLite {machine['sqlite']}.",
        ", ".join(f"{name} {number}" for name, number in result["versions"].items()) + ".",
        "Measured: medians and their ratios. By round: the median of each round's own ratio. "
        "A dash: no equal there, or nothing to compare.",
    ]
    if machine["load"] and machine["load"] > 0.5 * machine["cores"]:
        notes.append(f"The machine was busy with other things before: load {machine['load']}.")
    if machine["synchronous"] != "FULL":
        notes.append(
            f"SQLite here is built with synchronous={machine['synchronous']} for WAL. The SDK, "
            "Async and ADK use that; the others ran with FULL, so the two are not comparable."
        )
    if machine["file_system"] == "tmpfs":
        notes.append("The files were in memory, where a flush is free. Choose another --folder.")
    for part in result["work"].values():
        for name, figures in part["peers"].items():
            if "error" in figures:
                notes.append(f"{PEERS[name].title}, {part['title']}: {figures['error']}")
    return notes


def _figure(part: Mapping[str, Any], name: str) -> Any:
    return part["peers"].get(name, {}).get(part["figure"])


def _ratio(part: Mapping[str, Any], name: str) -> str:
    ours, other = _figure(part, "ours"), _figure(part, name)
    return f"{ours / other:.2f}" if ours and other else "-"


def _spelled(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:.3g}"

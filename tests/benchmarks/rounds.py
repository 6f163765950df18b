"""How time is taken: small batches of each peer in turn, and the medians of many rounds.

A noisy machine slows whatever is running at that moment. In the order A B, B A, A B, … it slows
all peers alike, so the ratio of two medians holds still even when the times do not.
"""

import asyncio
import gc
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.peers import Item, Peer

BATCH_LIMIT = 120.0
"""Seconds after which a batch is given up."""

Batch = Callable[[], Awaitable[dict[str, Any]]]
"""Works once and returns figures: numbers, or lists of numbers that belong together."""

Figures = dict[str, dict[str, Any]]
"""What was found for each peer, by its name."""


@dataclass(frozen=True)
class Sizes:
    """How much is done. The defaults are those of a full run."""

    rounds: int = 40
    few_rounds: int = 5
    batch: int = 10
    reads: int = 20
    latencies: int = 100
    items: int = 10_000
    big: int = 1_000_000
    chunk: int = 500
    settling: int = 20
    users: int = 100
    turns: int = 10
    sessions: int = 1_000
    processes: int = 4
    process_turns: int = 250
    writers: int = 50
    load: int = 50_000
    starts: int = 9


FULL = Sizes()
QUICK = Sizes(rounds=10, few_rounds=1, big=100_000, starts=1)
"""For a quick look, at only those peers that the goals name."""


class WrongContentError(Exception):
    """A peer did not return what it was given, so its time says nothing."""


@dataclass
class Run:
    """What a piece of work needs to know: where, how much, and how to report its progress."""

    folder: Path
    sizes: Sizes = FULL
    progress: Callable[[int, int], None] = lambda done, steps: None

    def file(self, peer: Peer, suffix: str = "") -> Path:
        """Return a peer's file. Each peer has a new folder for each piece of work."""
        folder = self.folder / peer.name
        folder.mkdir(exist_ok=True)
        return folder / f"sessions{suffix}.db"


async def interleave(
    run: Run, batches: Mapping[str, Batch], rounds: int, *, warm: bool = True
) -> Figures:
    """Run every peer's batch in turn, `rounds` times, reversing the order each time.

    With `warm`, one more round comes first and does not count. A batch that raises an exception
    ends that peer's part: its result is the error.

    Returns:
        For each peer its figures, summed up by `summary`, or ``{"error": …}``. Ours also have
        ``by_round``: for each other peer the median of the ratios of two times from the same
        round, which noise that comes and goes moves least.
    """
    found: dict[str, dict[str, list[Any]]] = {name: {} for name in batches}
    errors: dict[str, str] = {}
    done, steps = 0, (rounds + warm) * len(batches)
    gc.freeze()  # so that no peer pays for traversing what all of them have loaded
    try:
        for number in range(rounds + warm):
            for name in list(batches)[:: (-1) ** number]:
                if name not in errors:
                    gc.collect()
                    try:
                        async with asyncio.timeout(BATCH_LIMIT):
                            figures = await batches[name]()
                    except Exception as error:
                        errors[name] = brief(error)
                    else:
                        for figure, value in figures.items() if number >= warm else ():
                            found[name].setdefault(figure, []).append(value)
                done += 1
                run.progress(done, steps)
    finally:
        gc.unfreeze()
    result: Figures = {
        name: {"error": errors[name]} if name in errors else summary(found[name])
        for name in batches
    }
    times = {
        name: [statistics.median(time) if isinstance(time, list) else time for time in values]
        for name, figures in found.items()
        if name not in errors and (values := figures.get("time"))
    }
    if ours := times.pop("ours", None):
        result["ours"]["by_round"] = {
            name: statistics.median(a / b for a, b in zip(ours, other, strict=True))
            for name, other in times.items()
        }
    return result


def summary(found: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return the median of each figure, and the quartiles of times.

    Latencies, which come as lists, are pooled over all rounds: ``time`` is their median and
    ``p99`` what only one in a hundred exceeds.
    """
    result: dict[str, Any] = {}
    for figure, values in found.items():
        if values and isinstance(values[0], list):
            values = sorted(value for some in values for value in some)
            result["p99"] = values[-(-99 * len(values) // 100) - 1]
        result[figure] = statistics.median(values)
        if figure == "time" and len(values) > 1:
            quartiles = statistics.quantiles(values, n=4, method="inclusive")
            result["quartiles"] = [quartiles[0], quartiles[2]]
    return result


def check(peer: Peer, result: Any, expected: list[Item]) -> None:
    """Raise `WrongContentError` unless a peer's `get_items` returned exactly what is expected."""
    given = peer.plain(result)
    if len(given) != len(expected):
        raise WrongContentError(f"{len(given)} items instead of {len(expected)}")
    for index, (one, other) in enumerate(zip(given, expected, strict=True)):
        if one != other:
            raise WrongContentError(f"item {index} of {len(expected)} is a different one")


def brief(error: BaseException) -> str:
    """Return an exception in one short line, without paths."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {text}"[:80].rstrip(": ")

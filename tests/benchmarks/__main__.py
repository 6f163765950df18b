"""The command: ``python -m tests.benchmarks``."""

import argparse
import asyncio
import importlib.util
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from tests.benchmarks import report
from tests.benchmarks.catalogue import GOALS, WORK
from tests.benchmarks.machine import machine
from tests.benchmarks.peers import PEERS, Peer
from tests.benchmarks.rounds import FULL, QUICK, Figures, Run, Sizes

LATEST = Path(__file__).with_name("latest.json")
README = Path(__file__).with_name("README.md")
INSTALL = "uv run --group benchmarks installs it"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def measure(
    names: Sequence[str], peers: Sequence[Peer], sizes: Sizes, folder: Path
) -> dict[str, Figures]:
    """Do each piece of work with each peer that can, in new files below `folder`."""
    found = {}
    for number, name in enumerate(names, 1):
        progress = _progress(f"[{number}/{len(names)}] {name}")
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
            able = [peer for peer in peers if name not in peer.lacks]
            run = Run(Path(place), sizes, progress)
            found[name] = asyncio.run(WORK[name].measure(run, able))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0 if every goal of what was measured is met, and 1 otherwise.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    names = _names(parser, options.only)
    _check(parser, options, names)
    if options.saved:
        result = json.loads(LATEST.read_text(encoding="utf-8"))
    else:
        peers = _peers(parser, options)
        sizes = QUICK if options.quick else FULL
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            place = Path(folder)
            described = machine(place)
            found = measure(names, peers, sizes, place)
            result = report.result_of(found, sizes, described, peers)
    print(report.terminal(result), end="")
    if options.json is not None:
        _write(options.json, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    if options.chart is not None:
        report.chart(result).savefig(options.chart, dpi=150)
    if options.save:
        _write(LATEST, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
        _write(README, report.with_latest(README.read_text(encoding="utf-8"), result))
    return 0 if all(goal["met"] for goal in result["goals"]) else 1


def _progress(title: str) -> Callable[[int, int], None]:
    """Print the title, and return what draws a bar beside it if this is a terminal."""
    terminal = sys.stderr.isatty()
    print(f"\r\033[K{title}" if terminal else f"{title}\n", end="", file=sys.stderr, flush=True)

    def show(done: int, steps: int) -> None:
        bar = f"{title:20} [{'#' * (30 * done // steps):30}]" if done < steps else ""
        if terminal:
            print(f"\r\033[K{bar}", end="", file=sys.stderr, flush=True)

    return show


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m tests.benchmarks",
        description="Compare session_lib with the sessions that people use today.",
        epilog=f"NAME is one of: {', '.join(WORK)}.",
    )
    quick = "under a minute: fewer rounds, and only the peers that the goals name"
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--only", metavar="NAME[,NAME]", help="measure only this")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result to FILE")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw the result into FILE")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where to make the files, which are deleted at the end: %(default)s",
    )
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--save", action="store_true", help="save this run as the latest, here and in README.md"
    )
    kept.add_argument(
        "--saved", action="store_true", help="measure nothing: show the latest run that was saved"
    )
    return parser


def _names(parser: _Parser, only: str | None) -> list[str]:
    if only is None:
        return list(WORK)
    wanted = only.split(",")
    for name in wanted:
        if name not in WORK:
            parser.error(f"--only: {name!r} is not one of {', '.join(WORK)}")
    return [name for name in WORK if name in wanted]


def _check(parser: _Parser, options: argparse.Namespace, names: list[str]) -> None:
    """Refuse at once what would fail after minutes of measuring."""
    if options.save and (options.quick or names != list(WORK)):
        parser.error("--save is for full runs only: leave out --quick and --only")
    if options.saved and (options.quick or options.only):
        parser.error("--saved measures nothing: leave out --quick and --only")
    if options.saved and not LATEST.exists():
        parser.error("--saved: no run has been saved yet; --save saves one")
    if not options.folder.is_dir():
        parser.error(f"--folder: {options.folder} is not a folder")
    for path in (options.json, options.chart):
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            parser.error(f"cannot write {path}")
    if options.chart is not None and importlib.util.find_spec("matplotlib") is None:
        parser.error(f"--chart needs matplotlib: {INSTALL}")


def _peers(parser: _Parser, options: argparse.Namespace) -> list[Peer]:
    compared = {"ours", *(goal.over for goal in GOALS)}
    peers = [peer for peer in PEERS.values() if peer.name in compared or not options.quick]
    missing = {peer.name: reason for peer in peers if (reason := peer.missing())}
    if missing:
        reasons = "; ".join(f"{PEERS[name].title} ({why})" for name, why in missing.items())
        if options.save or missing.keys() & {"ours", "sdk"}:
            parser.error(f"not installed: {reasons}; {INSTALL}")
        print(f"left out: {reasons}; {INSTALL}", file=sys.stderr)
    return [peer for peer in peers if peer.name not in missing]


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the files are deleted
    with suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)

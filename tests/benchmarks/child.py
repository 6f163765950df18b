"""What runs in a process of its own: `python -m tests.benchmarks.child WORK PEER PATH …`.

The last line that it prints is its result, as JSON.
"""

import asyncio
import gc
import json
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.benchmarks.peers import PEERS, Peer, items
from tests.benchmarks.rounds import brief, check
from tests.benchmarks.work import longest_pause


async def talk(peer: Peer, path: Path, user: str, turns: int) -> dict[str, Any]:
    """Add `turns` turns as soon as the parent says so, and retry none."""
    parts = [peer.native(items(2, 2 * turn)) for turn in range(turns)]
    errors: list[str] = []
    async with peer.open(path) as sessions:
        session = await sessions(user)
        await session.get_items()
        print("ready", flush=True)
        sys.stdin.readline()
        start = perf_counter()
        for part in parts:
            try:
                await session.add_items(part)
            except Exception as error:
                errors.append(brief(error))
        seconds = perf_counter() - start
    return {"seconds": seconds, "failed": len(errors), "errors": sorted({*errors})}


async def open_many(peer: Peer, path: Path, count: int) -> dict[str, Any]:
    """Open `count` sessions on one file, use each, and return what that takes."""
    expected = items(2)
    await asyncio.sleep(0)
    peer.load()
    gc.collect()
    idle = _taken()
    async with peer.open(path) as sessions:
        everybody = [await sessions(f"user{number}") for number in range(count)]
        for session in everybody:
            await session.add_items(peer.native(expected))
            check(peer, await session.get_items(), expected)
        taken = _taken()
        databases = sum(type(one).__name__ == "Database" for one in gc.get_objects())
    return {
        **({"peak": taken["peak"]} if "peak" in taken else {}),
        **{f"more_{what}": taken[what] - idle[what] for what in taken},
        "databases": databases,
    }


async def load(peer: Peer, path: Path, count: int) -> dict[str, Any]:
    """Read `count` items and return how long that blocked the event loop."""
    async with peer.open(path) as sessions:
        session = await sessions("user")
        await session.get_items(1)
        pause, result = await longest_pause(session.get_items())
        check(peer, result, items(count))
    return {"time": pause}


def _taken() -> dict[str, float]:
    taken: dict[str, float] = {"threads": threading.active_count()}
    folder = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")
    if folder.is_dir():
        taken["files"] = len(list(folder.iterdir())) - 1  # the listing's own
    status = Path("/proc/self/status")
    if status.exists():
        # Not `ru_maxrss`: Linux starts it at the parent's value.
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        taken["peak"] = int(line.split()[1]) * 1024
    elif sys.platform != "win32":
        import resource

        taken["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return taken


WORK: dict[str, Callable[..., Coroutine[Any, Any, dict[str, Any]]]] = {
    "talk": talk,
    "open_many": open_many,
    "load": load,
}

if __name__ == "__main__":
    work, peer, path, *rest = sys.argv[1:]
    arguments = [int(argument) if argument.isdigit() else argument for argument in rest]
    print(json.dumps(asyncio.run(WORK[work](PEERS[peer], Path(path), *arguments))))

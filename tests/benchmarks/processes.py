"""What is measured in processes of their own: start-up, memory, and several at once on one file."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import IO, Any, cast

from tests.benchmarks.peers import Peer, item, items
from tests.benchmarks.rounds import (
    BATCH_LIMIT,
    Batch,
    Figures,
    Run,
    WrongContentError,
    brief,
    check,
    interleave,
)

ROOT = Path(__file__).parents[2]
# Every peer's modules are compiled from the second start on.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

_IMPORT = """
import asyncio, json, sys
from time import perf_counter
start = perf_counter()
from {module} import {name}
seconds = perf_counter() - start
print(json.dumps({{"time": seconds, "heavy": len({{"pandas", "agents"}} & {{*sys.modules}})}}))
"""


async def open_sessions(run: Run, peers: Sequence[Peer]) -> Figures:
    """Open many sessions on one file and use each."""

    def batch(peer: Peer, path: Path) -> Awaitable[dict[str, Any]]:
        return _result(*_child("open_many", peer, path, run.sizes.sessions))

    return await _on_new_files(run, peers, batch, run.sizes.few_rounds)


async def processes(run: Run, peers: Sequence[Peer]) -> Figures:
    """Let several processes write to one file, each for its own user, starting together."""
    names = [f"user{number}" for number in range(run.sizes.processes)]
    turns = run.sizes.process_turns

    async def batch(peer: Peer, path: Path) -> dict[str, Any]:
        await peer.seed(path, "nobody", 1)
        results = _talk(peer, path, names, turns)
        failed = sum(result["failed"] for result in results)
        if failed:
            reasons = {reason for result in results for reason in result["errors"]}
            raise WrongContentError(f"{failed} turns failed: {min(reasons)}")
        async with peer.open(path) as sessions:
            for name in names:
                check(peer, await (await sessions(name)).get_items(), items(2 * turns))
        seconds = [result["seconds"] for result in results]
        return {"time": max(seconds), "spread": max(seconds) / min(seconds), "failed": failed}

    return await _on_new_files(run, peers, batch, run.sizes.few_rounds)


async def event_loop(run: Run, peers: Sequence[Peer]) -> Figures:
    """Read a very long session while the event loop has something else to do."""
    batches: dict[str, Batch] = {}
    errors: Figures = {}
    for peer in peers:
        try:
            await peer.seed(run.file(peer), "user", run.sizes.load)
        except Exception as error:
            errors[peer.name] = {"error": brief(error)}
        else:
            child = _child("load", peer, run.file(peer), run.sizes.load)
            batches[peer.name] = partial(_result, *child)
    return {**await interleave(run, batches, run.sizes.few_rounds, warm=False), **errors}


async def imports(run: Run, peers: Sequence[Peer]) -> Figures:
    """Import a peer's class in a new interpreter that has imported asyncio."""
    batches: dict[str, Batch] = {}
    for peer in peers:
        program = _IMPORT.format(module=peer.module, name=peer.class_name)
        batches[peer.name] = partial(_result, "-c", program)
    return await interleave(run, batches, run.sizes.starts)


async def first_item(run: Run, peers: Sequence[Peer]) -> Figures:
    """Run a program that stores one item and ends."""
    expected = [item(0)]

    async def batch(peer: Peer, path: Path) -> dict[str, Any]:
        start = perf_counter()
        _output("-c", peer.script, path, json.dumps(expected[0]))
        seconds = perf_counter() - start
        async with peer.open(path) as sessions:
            check(peer, await (await sessions("user")).get_items(), expected)
        return {"time": seconds}

    return await _on_new_files(run, peers, batch, run.sizes.starts, warm=True)


async def _on_new_files(
    run: Run,
    peers: Sequence[Peer],
    batch: Callable[[Peer, Path], Awaitable[dict[str, Any]]],
    rounds: int,
    *,
    warm: bool = False,
) -> Figures:
    numbers = count()

    def batch_of(peer: Peer) -> Batch:
        return lambda: batch(peer, run.file(peer, f"-{next(numbers)}"))

    batches = {peer.name: batch_of(peer) for peer in peers}
    return await interleave(run, batches, rounds, warm=warm)


def _talk(peer: Peer, path: Path, users: list[str], turns: int) -> list[dict[str, Any]]:
    """Start a child for each user, let them all begin when the last one is ready, and wait."""
    with ExitStack() as stack:
        children = []
        for user in users:
            child = subprocess.Popen(
                _command(*_child("talk", peer, path, user, turns)),
                cwd=ROOT,
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            children.append(stack.enter_context(child))
            stack.callback(child.kill)
        for child in children:
            cast(IO[str], child.stdout).readline()
        for child in children:
            pipe = cast(IO[str], child.stdin)
            pipe.write("go\n")
            pipe.flush()
        results = []
        for child in children:
            output, errors = child.communicate(timeout=BATCH_LIMIT)
            results.append(json.loads(_last_line(child.returncode, output, errors)))
        return results


def _child(work: str, peer: Peer, path: Path, *arguments: object) -> list[object]:
    return ["-m", "tests.benchmarks.child", work, peer.name, path, *arguments]


def _command(*arguments: object) -> list[str]:
    return [sys.executable, *map(str, arguments)]


async def _result(*arguments: object) -> Any:
    return json.loads(_output(*arguments))


def _output(*arguments: object) -> str:
    """Run Python in a process of its own and return the last line that it printed."""
    done = subprocess.run(
        _command(*arguments),
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=BATCH_LIMIT,
    )
    return _last_line(done.returncode, done.stdout, done.stderr)


def _last_line(code: int, output: str, errors: str) -> str:
    if code:
        raise ChildProcessError((errors.strip().splitlines() or [f"exit code {code}"])[-1])
    return (output.splitlines() or [""])[-1]

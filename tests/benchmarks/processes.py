"""What is measured in processes of their own: start-up, memory, and several at once on one file."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

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
# Everybody's modules come compiled, from the second start on.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

_IMPORT = """
import asyncio, json, sys
from time import perf_counter
start = perf_counter()
import {module}
seconds = perf_counter() - start
print(json.dumps({{"time": seconds, "heavy": len({{"pandas", "agents"}} & {{*sys.modules}})}}))
"""


async def open_sessions(run: Run, peers: Sequence[Peer]) -> Figures:
    """Open many sessions on one file and use each."""

    async def batch(peer: Peer, path: Path) -> dict[str, Any]:
        return json.loads(_output(*_child("open_many", peer, path, run.sizes.sessions)))

    return await _on_new_files(run, peers, batch, run.sizes.few_rounds)


async def processes(run: Run, peers: Sequence[Peer]) -> Figures:
    """Let several processes write to one file, a user each, all from the same moment."""
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
    """Read a very long session, while the event loop has something else to do."""
    batches: dict[str, Batch] = {}
    errors: Figures = {}

    def batch_of(peer: Peer) -> Batch:
        async def batch() -> dict[str, Any]:
            return json.loads(_output(*_child("load", peer, run.file(peer), run.sizes.load)))

        return batch

    for peer in peers:
        try:
            await peer.seed(run.file(peer), "user", run.sizes.load)
            batches[peer.name] = batch_of(peer)
        except Exception as error:
            errors[peer.name] = {"error": brief(error)}
    return {**await interleave(run, batches, run.sizes.few_rounds, warm=False), **errors}


async def imports(run: Run, peers: Sequence[Peer]) -> Figures:
    """Import a peer in a new interpreter that has imported asyncio."""

    def batch_of(peer: Peer) -> Batch:
        async def batch() -> dict[str, Any]:
            return json.loads(_output("-c", _IMPORT.format(module=peer.module)))

        return batch

    batches = {peer.name: batch_of(peer) for peer in peers}
    return await interleave(run, batches, run.sizes.starts)


async def first_item(run: Run, peers: Sequence[Peer]) -> Figures:
    """Run a program that stores one item and ends."""
    expected = [item(0)]

    async def batch(peer: Peer, path: Path) -> dict[str, Any]:
        seconds = _timed("-c", peer.script, path, json.dumps(expected[0]))
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
    """Start a child for each user, let all begin when the last one is ready, and wait."""
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
            child.stdout.readline()
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        results = []
        for child in children:
            output, errors = child.communicate(timeout=BATCH_LIMIT)
            results.append(json.loads(_checked(child.returncode, output, errors)))
        return results


def _child(work: str, peer: Peer, path: Path, *arguments: object) -> list[object]:
    return ["-m", "tests.benchmarks.child", work, peer.name, path, *arguments]


def _timed(*arguments: object) -> float:
    start = perf_counter()
    _output(*arguments)
    return perf_counter() - start


def _output(*arguments: object) -> str:
    """Run Python in a process of its own and return what it printed last."""
    done = subprocess.run(
        _command(*arguments),
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=BATCH_LIMIT,
    )
    return _checked(done.returncode, done.stdout, done.stderr)


def _command(*arguments: object) -> list[str]:
    return [sys.executable, *map(str, arguments)]


def _checked(code: int, output: str, errors: str) -> str:
    if code:
        raise ChildProcessError((errors.strip().splitlines() or [f"exit code {code}"])[-1])
    return (output.splitlines() or [""])[-1]

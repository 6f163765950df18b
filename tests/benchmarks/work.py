"""What is measured inside one process: each piece of work, as a small batch for each peer.

Only what happens between two readings of the clock counts: not filling, clearing or checking.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from time import perf_counter
from typing import Any

from tests.benchmarks.peers import PEERS, Item, Peer, Session, Sessions, item, items
from tests.benchmarks.rounds import Batch, Figures, Run, brief, check, interleave


async def add_1(run: Run, peers: Sequence[Peer]) -> Figures:
    """Add one item, then one more, and so on."""
    return await _add(run, peers, size=1, calls=run.sizes.batch)


async def add_500(run: Run, peers: Sequence[Peer]) -> Figures:
    """Add many items in one call."""
    return await _add(run, peers, size=run.sizes.chunk, calls=1)


async def get_20(run: Run, peers: Sequence[Peer]) -> Figures:
    """Get the latest 20 items of a long session, and of a very long one (``big``)."""
    sizes = run.sizes
    big = run.folder / "big.db"
    async with PEERS["plain"].open(big) as sessions:
        # One transaction, from a generator, so that a million items are never in memory.
        await (await sessions("user")).add_items(map(item, range(sizes.big)))

    async def timed(peer: Peer, session: Session, count: int) -> float:
        results = []
        start = perf_counter()
        for _ in range(sizes.reads):
            results.append(await session.get_items(20))
        seconds = perf_counter() - start
        for result in results:
            check(peer, result, items(20, count - 20))
        return seconds / sizes.reads

    async with AsyncExitStack() as stack:

        async def prepare(peer: Peer, sessions: Sessions) -> Batch:
            measured = {"time": (await sessions("user"), sizes.items)}
            if peer.sdk_format:
                long = await stack.enter_async_context(peer.open(big))
                measured["big"] = (await long("user"), sizes.big)

            async def batch() -> dict[str, Any]:
                return {name: await timed(peer, *what) for name, what in measured.items()}

            return batch

        return await _side_by_side(run, peers, prepare, sizes.rounds, seed=sizes.items)


async def get_all(run: Run, peers: Sequence[Peer]) -> Figures:
    """Get all of a long session."""
    expected = items(run.sizes.items)

    async def prepare(peer: Peer, sessions: Sessions) -> Batch:
        session = await sessions("user")

        async def batch() -> dict[str, Any]:
            start = perf_counter()
            result = await session.get_items()
            seconds = perf_counter() - start
            check(peer, result, expected)
            return {"time": seconds}

        return batch

    return await _side_by_side(run, peers, prepare, run.sizes.rounds // 2, seed=len(expected))


async def pop_1(run: Run, peers: Sequence[Peer]) -> Figures:
    """Remove the latest item, then the one before it, and so on."""
    count = run.sizes.batch
    before, more = items(run.sizes.chunk), items(count, run.sizes.chunk)

    async def prepare(peer: Peer, sessions: Sessions) -> Batch:
        session = await sessions("user")
        await _settle(run, peer, await sessions("another"))

        async def batch() -> dict[str, Any]:
            await session.add_items(peer.native(more))
            results = []
            start = perf_counter()
            for _ in range(count):
                results.append(await session.pop_item())
            seconds = perf_counter() - start
            check(peer, results, more[::-1])
            check(peer, await session.get_items(), before)
            return {"time": seconds / count}

        return batch

    return await _side_by_side(run, peers, prepare, run.sizes.rounds, seed=len(before))


async def users(run: Run, peers: Sequence[Peer]) -> Figures:
    """Let many users talk at once. A turn adds a question and its answer in one call."""
    expected = items(2 * run.sizes.turns)

    async def prepare(peer: Peer, sessions: Sessions) -> Batch:
        everybody = [await sessions(f"user{number}") for number in range(run.sizes.users)]

        async def talk(session: Session, parts: list[Any]) -> None:
            for part in parts:
                await session.add_items(part)

        async def batch() -> dict[str, Any]:
            for session in everybody:
                await session.clear_session()
            parts = [_parts(peer, expected, 2) for _ in everybody]
            start = perf_counter()
            async with asyncio.TaskGroup() as group:
                for session, own in zip(everybody, parts, strict=True):
                    group.create_task(talk(session, own))
            seconds = perf_counter() - start
            for session in everybody:
                check(peer, await session.get_items(), expected)
            return {"time": seconds}

        return batch

    return await _side_by_side(run, peers, prepare, run.sizes.few_rounds)


async def reads(run: Run, peers: Sequence[Peer]) -> Figures:
    """Get the latest 20 items of one user while many others add theirs as fast as they can."""
    sizes = run.sizes

    async def prepare(peer: Peer, sessions: Sessions) -> Batch:
        reader = await sessions("user")
        writers = [await sessions(f"writer{number}") for number in range(sizes.writers)]
        written = [0] * sizes.writers

        async def write(number: int, begun: asyncio.Event, stop: asyncio.Event) -> None:
            while not stop.is_set():
                await writers[number].add_items(peer.native([item(written[number])]))
                written[number] += 1
                begun.set()

        async def batch() -> dict[str, Any]:
            stop = asyncio.Event()
            begun = [asyncio.Event() for _ in writers]
            latencies, results = [], []
            async with asyncio.TaskGroup() as group:
                for number, event in enumerate(begun):
                    group.create_task(write(number, event, stop))
                for event in begun:
                    await event.wait()
                for _ in range(sizes.latencies):
                    start = perf_counter()
                    results.append(await reader.get_items(20))
                    latencies.append(perf_counter() - start)
                stop.set()
            for result in results:
                check(peer, result, items(20, sizes.items - 20))
            for number, writer in enumerate(writers):
                check(peer, await writer.get_items(), items(written[number]))
            return {"time": latencies}

        return batch

    return await _side_by_side(run, peers, prepare, sizes.few_rounds, seed=sizes.items)


async def longest_pause(work: Awaitable[Any]) -> tuple[float, Any]:
    """Return the longest time for which an event loop could do nothing else, and a result."""
    tick = 0.001
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        before = perf_counter()
        while True:
            try:
                await asyncio.sleep(tick)
            finally:  # the last pause ends with the cancellation
                now = perf_counter()
                longest = max(longest, now - before - tick)
                before = now

    watching = asyncio.ensure_future(watch())
    await asyncio.sleep(5 * tick)
    result = await work
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return longest, result


async def _add(run: Run, peers: Sequence[Peer], *, size: int, calls: int) -> Figures:
    expected = items(size * calls)

    async def prepare(peer: Peer, sessions: Sessions) -> Batch:
        session = await sessions("user")
        await _settle(run, peer, session)

        async def batch() -> dict[str, Any]:
            await session.clear_session()
            parts = _parts(peer, expected, size)
            start = perf_counter()
            for part in parts:
                await session.add_items(part)
            seconds = perf_counter() - start
            check(peer, await session.get_items(), expected)
            return {"time": seconds / calls}

        return batch

    return await _side_by_side(run, peers, prepare, run.sizes.rounds)


def _parts(peer: Peer, whole: list[Item], size: int) -> list[Any]:
    return [peer.native(whole[start : start + size]) for start in range(0, len(whole), size)]


async def _settle(run: Run, peer: Peer, session: Session) -> None:
    """Write until the WAL file has its full size: while a file grows, each flush costs more."""
    if "add-500" not in peer.lacks:
        for _ in range(run.sizes.settling):
            await session.add_items(items(run.sizes.chunk))
            await session.clear_session()


async def _side_by_side(
    run: Run,
    peers: Sequence[Peer],
    prepare: Callable[[Peer, Sessions], Awaitable[Batch]],
    rounds: int,
    *,
    seed: int = 0,
) -> Figures:
    """Open a new file for each peer, with `seed` items of the user in it, and measure."""
    batches: dict[str, Batch] = {}
    errors: Figures = {}
    async with AsyncExitStack() as stack:
        for peer in peers:
            try:
                if seed:
                    await peer.seed(run.file(peer), "user", seed)
                sessions = await stack.enter_async_context(peer.open(run.file(peer)))
                batches[peer.name] = await prepare(peer, sessions)
            except Exception as error:
                errors[peer.name] = {"error": brief(error)}
        return {**await interleave(run, batches, rounds), **errors}

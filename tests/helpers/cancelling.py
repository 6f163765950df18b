"""Ways to cancel an operation, and users who know what has to be stored after each of theirs."""

import asyncio
import contextlib
import gc
import inspect
import itertools
import json
import random
import sqlite3
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

from session_lib import SQLiteSession, threadless
from session_lib.jobs import Job
from tests.helpers.operations import Item

Work = Coroutine[Any, Any, Any]
Hits = Counter[str]
"""Counts where operations were when they were cancelled."""

SOON = 20.0
"""Seconds in which everything is done, also on a busy machine. A moment is usual."""

_WAITING = (Job.result.__code__, threadless.SharedFile._run.__code__)
"""Where operations wait for what they have asked for: with threads and without."""


def place(operation: Any) -> str:
    """Tell whether an operation waits for a job's result, or is somewhere else."""
    while inspect.iscoroutine(operation):
        if operation.cr_code in _WAITING:
            return "waiting"
        operation = operation.cr_await
    return "elsewhere"


async def at_a_suspension(operation: Work, number: int, hits: Hits, *, again: bool = False) -> Any:
    """Cancel an operation when it is suspended for the nth time, and from then on if `again`."""
    return await _step_by_step(operation, number, hits, again)


@types.coroutine
def _step_by_step(
    operation: Work, number: int, hits: Hits, again: bool
) -> Generator[Any, Any, Any]:
    task = asyncio.current_task()
    assert task is not None
    steps: Any = operation.__await__()
    step, value = steps.send, None
    for count in itertools.count(1):
        try:
            waited_for = step(value)
        except StopIteration as end:
            return end.value
        if count == number or (again and count > number):
            hits[place(operation)] += 1
            task.get_loop().call_soon(task.cancel)
        try:
            step, value = steps.send, (yield waited_for)
        except BaseException as error:
            step, value = steps.throw, error


# Each of these runs an operation to its end, and on the way cancels it at a random moment.


async def suspension(operation: Work, draw: random.Random, hits: Hits) -> Any:
    return await at_a_suspension(operation, draw.randint(1, 3), hits, again=draw.random() < 0.3)


async def turns(operation: Work, draw: random.Random, hits: Hits) -> Any:
    task = asyncio.ensure_future(operation)
    await turn(draw.randrange(15))
    return await cancel(task, operation, hits)


async def delay(operation: Work, draw: random.Random, hits: Hits) -> Any:
    task = asyncio.ensure_future(operation)
    # An event loop's own clock is too coarse: an operation takes less than a millisecond.
    end = time.perf_counter() + draw.uniform(0, 0.002)
    while time.perf_counter() < end:
        await turn()
    return await cancel(task, operation, hits)


async def again_and_again(operation: Work, draw: random.Random, hits: Hits) -> Any:
    task = asyncio.ensure_future(operation)
    await turn(draw.randrange(15))
    while not task.done():
        hits[place(operation)] += 1
        task.cancel()
        await turn(draw.randint(1, 3))
    return await task


async def timeout(operation: Work, draw: random.Random, hits: Hits) -> Any:
    async with asyncio.timeout(draw.choice((0, 0.0001, 0.001, 0.002))):
        return await operation


async def wait_for(operation: Work, draw: random.Random, hits: Hits) -> Any:
    return await asyncio.wait_for(operation, draw.choice((0.0001, 0.0005, 0.001, 0.002)))


async def neighbour(operation: Work, draw: random.Random, hits: Hits) -> Any:
    """Let another task of its group fail, which cancels it."""

    async def fail() -> None:
        await turn(draw.randrange(15))
        hits[place(operation)] += not task.done()
        raise ZeroDivisionError

    with contextlib.suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(operation)
            group.create_task(fail())
    return await task


TIMED = (timeout, wait_for)
"""Ways that do not count where they hit."""

WAYS = [suspension, turns, delay, again_and_again, *TIMED, neighbour]


async def turn(times: int = 1) -> None:
    """Let the event loop turn."""
    for _ in range(times):
        await asyncio.sleep(0)


async def cancel(task: asyncio.Task[Any], operation: Work, hits: Hits) -> Any:
    """Cancel an operation now, and wait for its end."""
    hits[place(operation)] += not task.done()
    task.cancel()
    return await task


class User:
    """A session, and what it has to hold.

    Args:
        session: The session, empty.
        look: A connection that tells what is stored at the moment an operation ends.
    """

    def __init__(self, session: SQLiteSession, look: sqlite3.Connection | None = None) -> None:
        self.session = session
        self.items: list[Item] = []
        self._look = look
        self._stored: list[Item] = []
        self._numbers = itertools.count()

    def begin(self, draw: random.Random) -> tuple[Work, list[Item], Any]:
        """Choose an operation. Say what the session holds after it, and what it returns."""
        names = ["add", "pop", "get", "clear" if len(self.items) > 20 else "add"]
        match draw.choice(names):
            case "add":
                new = [{"n": next(self._numbers)} for _ in range(draw.randint(1, 4))]
                return self.session.add_items(new), self.items + new, None
            case "pop":
                popped = self.items[-1] if self.items else None
                return self.session.pop_item(), self.items[:-1], popped
            case "clear":
                return self.session.clear_session(), [], None
            case _:
                return self.session.get_items(), self.items, self.items

    async def watch(self, operation: Work) -> Any:
        """Run an operation, and note what is stored at its end."""
        try:
            return await operation
        finally:
            if self._look is not None:
                query = "SELECT message_data FROM agent_messages WHERE session_id = ? ORDER BY id"
                rows = self._look.execute(query, (self.session.session_id,)).fetchall()
                self._stored = [json.loads(text) for (text,) in rows]

    def check(self, items: list[Item], outcomes: list[list[Item]]) -> None:
        """See that the session holds one of the outcomes, and has since the operation ended."""
        assert items in outcomes, (items, outcomes)
        assert self._look is None or self._stored == items, (self._stored, items)
        self.items = items


async def meet(users: list[User], draw: random.Random, way: Any, hits: Hits) -> int:
    """Let all users do something at once, and cancel most of them.

    Each operation must happen wholly or not at all, and wholly if it says so.

    Returns:
        How many were cancelled.
    """
    begun = [user.begin(draw) for user in users]
    operations = (
        user.watch(operation if number % 4 == 3 else way(operation, draw, hits))
        for number, (user, (operation, _, _)) in enumerate(zip(users, begun, strict=True))
    )
    async with asyncio.timeout(SOON):
        results = await asyncio.gather(*operations, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}, "a task is left"
        found = await asyncio.gather(*(user.session.get_items() for user in users))
    cancelled = 0
    for user, (_, after, expected), result, items in zip(users, begun, results, found, strict=True):
        if isinstance(result, asyncio.CancelledError | TimeoutError):
            cancelled += 1
            user.check(items, [user.items, after])
        else:
            assert result == expected, (result, expected)
            user.check(items, [after])
    return cancelled


def interrupted_at(moment: int, action: Callable[[], object]) -> str | None:
    """Run `action`, and raise `KeyboardInterrupt` where Python could do so for the nth time.

    Python looks for Ctrl+C whenever a function begins and when one written in C has returned.

    Args:
        moment: Which of these moments, in `session_lib` or aiosqlite; 0 is the first.
        action: What to interrupt.

    Returns:
        Where it was interrupted, or ``None`` if there are fewer moments.
    """
    moments = itertools.count()
    where: list[str] = []

    def look(frame: types.FrameType, event: str, argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event not in ("call", "c_return") or path.parent.name not in (
            "session_lib",
            "aiosqlite",
        ):
            return
        if next(moments) == moment:
            sys.setprofile(None)
            where.append(f"{path.name}:{frame.f_lineno} {frame.f_code.co_name} {event} {argument}")
            raise KeyboardInterrupt

    gc.disable()  # what it runs is not the action
    sys.setprofile(look)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            action()
    finally:
        sys.setprofile(None)
        gc.enable()
    return where[0] if where else None

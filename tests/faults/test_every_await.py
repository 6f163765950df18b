"""Whoever is cancelled, at whatever await, harms nobody and leaves nothing behind.

Operations are cancelled at each suspension, after some turns of the event loop and after real
delays, by those who have to know about it and by timeouts, alone and in the middle of a commit
that they share. What each session has to hold is known, so that nothing can happen by halves,
late or twice.
"""

import asyncio
import contextlib
import gc
import inspect
import itertools
import json
import os
import random
import sqlite3
import sys
import threading
import time
import types
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.processes import eventually, threads_since

Item = dict[str, Any]
Operation = Coroutine[Any, Any, Any]

SOON = 20.0
"""Seconds in which everything is done, also on a busy machine. A moment is usual."""

BEFORE: list[Item] = [{"n": 1}, {"n": 2}]
BATCH: list[Item] = [{"new": 1}, {"new": 2}, {"new": 3}]
OPERATIONS: dict[str, tuple[Callable[[SQLiteSession], Operation], list[Item], list[Item]]] = {
    # What is there afterwards, if it held `BEFORE`, and if it was empty.
    "add": (lambda session: session.add_items(BATCH), BEFORE + BATCH, BATCH),
    "pop": (lambda session: session.pop_item(), BEFORE[:1], []),
    "clear": (lambda session: session.clear_session(), [], []),
    "get": (lambda session: session.get_items(), BEFORE, []),
}


def loops_may_die(test: Any) -> Any:
    """Let a test close loops in the middle: aiosqlite's thread dies of that, and says so."""
    for warning in (
        "_connection_worker_thread:pytest.PytestUnhandledThreadExceptionWarning",
        "Connection.__del__:pytest.PytestUnraisableExceptionWarning",
    ):
        test = pytest.mark.filterwarnings(rf"ignore:[^\n]*{warning}")(test)
    return test


@pytest.fixture(params=["x.db", None], ids=["file", "memory"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the sessions of a test keep their items."""
    return tmp_path / request.param if request.param else None


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """See that each test ends with the threads that it began with."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    assert eventually(lambda: not threads_since(before), SOON), threads_since(before)


# How to cancel. Each runs an operation and is over when the operation is. Where one cancels by
# itself, it counts in `hits` where the operation stood.


@types.coroutine
def at_a_suspension(
    operation: Operation, number: int, hits: Counter[str], *, again: bool = False
) -> Generator[Any, Any, Any]:
    """Cancel an operation in the moment in which it is suspended for the nth time.

    Args:
        operation: What to await.
        number: At which suspension to cancel; 1 is the first.
        hits: Counts where the operation stood.
        again: Whether to cancel it at all suspensions that follow, too.
    """
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


async def suspension(operation: Operation, draw: random.Random, hits: Counter[str]) -> Any:
    return await at_a_suspension(operation, draw.randint(1, 3), hits, again=draw.random() < 0.3)


async def turns(operation: Operation, draw: random.Random, hits: Counter[str]) -> Any:
    task = asyncio.ensure_future(operation)
    for _ in range(draw.randrange(15)):
        await asyncio.sleep(0)
    return await cancelled(task, operation, hits)


async def delay(operation: Operation, draw: random.Random, hits: Counter[str]) -> Any:
    task = asyncio.ensure_future(operation)
    # An event loop's own clock is too coarse: an operation takes less than a millisecond.
    end = time.perf_counter() + draw.uniform(0, 0.002)
    while time.perf_counter() < end:  # noqa: ASYNC110
        await asyncio.sleep(0)
    return await cancelled(task, operation, hits)


async def again_and_again(operation: Operation, draw: random.Random, hits: Counter[str]) -> Any:
    task = asyncio.ensure_future(operation)
    for _ in range(draw.randrange(15)):
        await asyncio.sleep(0)
    while not task.done():
        hits[place(operation)] += 1
        task.cancel()
        for _ in range(draw.randint(1, 3)):
            await asyncio.sleep(0)
    return await task


async def timeout(operation: Operation, draw: random.Random, hits: Counter[str]) -> Any:
    async with asyncio.timeout(draw.choice((0, 0.0001, 0.001, 0.002))):
        return await operation


async def wait_for(operation: Operation, draw: random.Random, hits: Counter[str]) -> Any:
    return await asyncio.wait_for(operation, draw.choice((0.0001, 0.0005, 0.001, 0.002)))


async def neighbour(operation: Operation, draw: random.Random, hits: Counter[str]) -> Any:
    """Let another task of its group fail, which cancels it."""

    async def fail() -> None:
        for _ in range(draw.randrange(15)):
            await asyncio.sleep(0)
        hits[place(operation)] += not task.done()
        raise ZeroDivisionError

    with contextlib.suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(operation)
            group.create_task(fail())
    return await task


WAYS = [suspension, turns, delay, again_and_again, timeout, wait_for, neighbour]
QUICK_WAYS = [way for way in WAYS if way not in (delay, wait_for)]  # in time also in memory


async def cancelled(task: asyncio.Task[Any], operation: Operation, hits: Counter[str]) -> Any:
    hits[place(operation)] += not task.done()
    task.cancel()
    return await task


def place(operation: Any) -> str:
    """Name the innermost function of `session_lib` in which a coroutine stands."""
    name = "not begun"
    while inspect.iscoroutine(operation) and inspect.getcoroutinestate(operation) != "CORO_CREATED":
        if os.path.basename(os.path.dirname(operation.cr_code.co_filename)) == "session_lib":
            name = operation.cr_code.co_name
        operation = operation.cr_await
    return name


class User:
    """A session, and what it has to hold.

    Attributes:
        look: A connection that tells what is stored, for who wants to know that each operation
            is settled when its caller is back.
    """

    def __init__(self, session: SQLiteSession, look: sqlite3.Connection | None = None) -> None:
        self.session = session
        self.look = look
        self.items: list[Item] = []
        self.stored_at_the_end: list[Item] = []
        self._numbers = itertools.count()

    def begin(self, draw: random.Random) -> tuple[Operation, list[Item], Any]:
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

    async def settled(self, operation: Awaitable[Any]) -> Any:
        """Run an operation, and keep what is stored in the moment in which its caller is back."""
        try:
            return await operation
        finally:
            if self.look is not None:
                query = "SELECT message_data FROM agent_messages WHERE session_id = ? ORDER BY id"
                rows = self.look.execute(query, (self.session.session_id,)).fetchall()
                self.stored_at_the_end = [json.loads(text) for (text,) in rows]


async def meet(
    users: list[User], draw: random.Random, way: Any, hits: Counter[str], bystanders: bool = True
) -> int:
    """Let all users do something at once and cancel most. Tell how many were cancelled."""
    begun = [user.begin(draw) for user in users]
    results = await asyncio.wait_for(
        asyncio.gather(
            *(
                user.settled(
                    operation if bystanders and number % 4 == 3 else way(operation, draw, hits)
                )
                for number, (user, (operation, _, _)) in enumerate(zip(users, begun, strict=True))
            ),
            return_exceptions=True,
        ),
        SOON,
    )
    return await see(users, begun, results)


async def see(users: list[User], begun: list[Any], results: list[Any]) -> int:
    """See that each operation happened wholly or not at all, and wholly if it said so."""
    assert asyncio.all_tasks() == {asyncio.current_task()}
    found = await asyncio.wait_for(
        asyncio.gather(*(user.session.get_items() for user in users)), SOON
    )
    cancellations = 0
    for user, (_, after, result), given, items in zip(users, begun, results, found, strict=True):
        if isinstance(given, asyncio.CancelledError | TimeoutError):
            cancellations += 1
            assert items in (user.items, after)
        else:
            assert given == result
            assert items == after
        assert user.look is None or user.stored_at_the_end == items
        user.items = items
    see_idle(users[0].session)
    return cancellations


def see_idle(session: SQLiteSession) -> None:
    """See that nothing waits in the queues of a session's file."""
    for queue in session._database._file._queues:
        assert queue.waiting() == []


@contextlib.contextmanager
def held_for_a_moment(path: Path | None, draw: random.Random) -> Iterator[None]:
    """Keep everybody else from writing to a file, and let go a little later."""
    if path is None:
        yield
        return
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")

    def let_go() -> None:
        connection.execute("ROLLBACK")
        connection.close()

    timer = threading.Timer(draw.uniform(0, 0.01), let_go)
    timer.start()
    yield
    timer.join()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_who_is_cancelled_in_a_shared_commit_harms_nobody(
    way: Any, tmp_path: Path, seed: int, soak: bool
) -> None:
    enough = 5_000 if soak else 500
    places = [] if way in (timeout, wait_for) else ["result"]
    draw, hits, path = random.Random(seed), Counter[str](), tmp_path / "x.db"
    sessions = [SQLiteSession(f"user_{number}", path) for number in range(12)]
    await sessions[0].clear_session()  # makes the file
    cancellations = 0
    with contextlib.closing(sqlite3.connect(path)) as look:
        users = [User(session, look) for session in sessions]
        for number in range(4 * enough):
            if cancellations >= enough and all(hits[name] >= enough // 20 for name in places):
                break
            with held_for_a_moment(path, draw) if number % 5 == 4 else contextlib.nullcontext():
                cancellations += await meet(users, draw, way, hits)
    print(f"{cancellations} cancellations, {dict(hits)}")
    assert cancellations >= enough
    assert all(hits[name] >= enough // 20 for name in places)
    await asyncio.gather(*(session.close() for session in sessions))
    assert os.listdir(tmp_path) == ["x.db"]


@pytest.mark.parametrize("way", QUICK_WAYS, ids=lambda way: way.__name__)
async def test_who_is_cancelled_in_memory_does_all_or_nothing(
    way: Any, seed: int, soak: bool
) -> None:
    enough = 2_000 if soak else 200
    draw, hits, cancellations = random.Random(seed), Counter[str](), 0
    async with SQLiteSession("user_1") as session:
        user = User(session)
        for _ in range(enough * 20):
            cancellations += await meet([user], draw, way, hits)
            if cancellations >= enough:
                break
    print(f"{cancellations} cancellations, {dict(hits)}")
    assert cancellations >= enough


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_who_is_cancelled_while_the_file_is_made_harms_nobody(
    way: Any, tmp_path: Path, seed: int, soak: bool
) -> None:
    enough = 500 if soak else 50
    draw, hits, cancellations = random.Random(seed), Counter[str](), 0
    for number in range(enough):
        if cancellations >= enough:
            break
        path = tmp_path / f"{number}.db"
        users = [User(SQLiteSession(f"user_{number}", path)) for number in range(6)]
        if number % 5 == 4:
            path.touch(0o600)
        with held_for_a_moment(path, draw) if number % 5 == 4 else contextlib.nullcontext():
            cancellations += await meet(users, draw, way, hits)
        await meet(users, draw, way, Counter())
        await asyncio.gather(*(user.session.close() for user in users))
    print(f"{cancellations} cancellations, {dict(hits)}")
    assert cancellations >= enough
    if way not in (timeout, wait_for):
        assert hits["result"] > enough // 10
    assert {name.rpartition(".")[2] for name in os.listdir(tmp_path)} == {"db"}


@pytest.mark.parametrize("again", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("first", [False, True], ids=["in use", "first use"])
@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_may_be_cancelled_at_each_of_its_awaits(
    name: str, first: bool, again: bool, path: Path | None
) -> None:
    operation, full, empty = OPERATIONS[name]
    before, after = ([], empty) if first else (BEFORE, full)
    hits = Counter[str]()
    for number in itertools.count(1):
        seen = hits.total()
        where = path.with_stem(str(number)) if path else None
        async with SQLiteSession("user_1", where) as session:
            if not first:
                await session.add_items(before)

            async def step(session: SQLiteSession = session, number: int = number) -> None:
                await at_a_suspension(operation(session), number, hits, again=again)

            result = await asyncio.gather(asyncio.create_task(step()), return_exceptions=True)
            assert asyncio.all_tasks() == {asyncio.current_task()}
            items = await session.get_items()
            assert items in ([after] if result == [None] else [before, after])
            see_idle(session)
        if hits.total() == seen:
            assert result == [None]
            break
    print(dict(hits))
    assert number > 1


@pytest.mark.parametrize("again", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("last", [True, False], ids=["last of its file", "others go on"])
@pytest.mark.parametrize("begun", [False, True], ids=["at rest", "with work begun"])
async def test_closing_may_be_cancelled_at_each_of_its_awaits(
    begun: bool, last: bool, again: bool, tmp_path: Path
) -> None:
    hits = Counter[str]()
    for number in itertools.count(1):
        seen = hits.total()
        session = SQLiteSession("user_1", tmp_path / f"{number}.db")
        other = SQLiteSession("user_2", tmp_path / f"{number}.db")
        await asyncio.gather(session.add_items(BEFORE), other.add_items(BEFORE))
        if last:
            await other.close()
        work = [one.add_items(BATCH) for one in ((session,) if last else (session, other)) if begun]
        tasks = [asyncio.create_task(one) for one in work]
        await asyncio.sleep(0)

        async def close(session: SQLiteSession = session) -> None:
            await session.close()

        async def step(number: int = number, close: Any = close) -> None:
            await at_a_suspension(close(), number, hits, again=again)

        await asyncio.gather(asyncio.create_task(step()), return_exceptions=True)
        with pytest.raises(RuntimeError, match="closed"):
            await session.get_items()
        await asyncio.gather(*tasks)
        async with SQLiteSession("user_1", tmp_path / f"{number}.db") as new:
            assert await new.get_items() == BEFORE + (BATCH if begun else [])
            await new.add_items(BATCH)
        if not last:
            assert await other.get_items() == BEFORE + (BATCH if begun else [])
            await other.close()
        if hits.total() == seen:
            break
    assert number > int(last)
    assert {name.rpartition(".")[2] for name in os.listdir(tmp_path)} == {"db"}


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
def test_who_is_cancelled_and_then_again_by_the_end_of_asyncio_run_does_all_or_nothing(
    held: bool, path: Path | None, seed: int
) -> None:
    # The end of `asyncio.run` cancels every task, ours among them. None must leave aiosqlite's
    # thread with a result for the loop that closes then: it would die with a traceback.
    draw = random.Random(seed)
    session = SQLiteSession("user_1", path)
    asyncio.run(session.add_items(BEFORE))
    asyncio.run(session.get_items())
    threads = set(threading.enumerate())
    expected = [BEFORE]
    for number in range(12 * 4):

        async def main(number: int = number) -> asyncio.Task[None]:
            task = asyncio.create_task(session.add_items([{"number": number}] * 20))
            for _ in range(number % 12):
                await asyncio.sleep(0)
            task.cancel()
            for _ in range(number // 12):
                await asyncio.sleep(0)
            return task

        with held_for_a_moment(path if held else None, draw):
            done = asyncio.run(main())
        items = asyncio.run(asyncio.wait_for(session.get_items(), SOON))
        before = expected[-1]
        after = [*before, *[{"number": number}] * 20]
        assert items in ([before, after] if done.cancelled() else [after])
        expected.append(items)
        see_idle(session)
    assert set(threading.enumerate()) <= threads
    session.close()


@loops_may_die
@pytest.mark.parametrize("seconds", [0, 0.003])
def test_loops_that_close_in_the_middle_of_shared_commits_harm_no_other_loop(
    seconds: float, tmp_path: Path, seed: int, soak: bool
) -> None:
    enough = 1_000 if soak else 100
    draw, path = random.Random(seed), tmp_path / "x.db"
    doomed = [User(SQLiteSession(f"doomed_{number}", path)) for number in range(6)]
    staying = [User(SQLiteSession(f"staying_{number}", path)) for number in range(6)]
    over = threading.Event()
    errors: list[BaseException] = []

    async def stay() -> None:
        draw = random.Random(seed)
        while not over.is_set():
            begun = [user.begin(draw) for user in staying]
            operations = asyncio.gather(*(operation for operation, _, _ in begun))
            results = await asyncio.wait_for(operations, SOON)
            for user, (_, after, result), given in zip(staying, begun, results, strict=True):
                assert given == result
                user.items = after

    def run() -> None:
        try:
            asyncio.run(stay())
        except BaseException as error:
            errors.append(error)

    async def settle(user: User) -> list[Item]:
        # What is behind this in the queue is behind us then.
        await asyncio.wait_for(user.session.add_items([{"settled": 1}]), SOON)
        return await asyncio.wait_for(user.session.get_items(), SOON)

    thread = threading.Thread(target=run)
    thread.start()
    abandoned = rounds = 0
    while abandoned < enough and rounds < 20 * enough and not errors:
        rounds += 1
        begun = [user.begin(draw) for user in doomed]
        loop = asyncio.new_event_loop()
        tasks = [loop.create_task(operation) for operation, _, _ in begun]
        for _ in range(draw.randrange(8)):
            loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(asyncio.sleep(draw.uniform(0, seconds)))
        loop.close()
        for user, (_, after, result), task in zip(doomed, begun, tasks, strict=True):
            *items, settled = asyncio.run(settle(user))
            assert settled == {"settled": 1}
            if task.done():
                assert (task.result(), items) == (result, after)
            else:
                abandoned += 1
                assert items in (user.items, after)
            user.items = [*items, settled]
        del tasks, task
    over.set()
    thread.join(SOON)
    assert not thread.is_alive()
    if errors:
        raise errors[0]
    print(f"{abandoned} operations abandoned, {rounds} loops closed")
    assert abandoned >= enough
    for user in staying:
        assert asyncio.run(asyncio.wait_for(user.session.get_items(), SOON)) == user.items
    for user in doomed + staying:
        user.session.close()


# What Ctrl+C does where no event loop catches it: `Runner.run_sync` and `run_until_complete`.


def interrupted_at(point: int, action: Callable[[], object]) -> str | None:
    """Run `action`, and interrupt it where Python could do so for the nth time.

    Python looks for Ctrl+C whenever a function begins and when one written in C has returned.

    Args:
        point: Which of these moments, in `session_lib` or aiosqlite; 0 is the first.
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
        if next(moments) == point:
            sys.setprofile(None)
            where.append(f"{path.name}:{frame.f_lineno} {event} {argument}")
            raise KeyboardInterrupt

    gc.disable()  # what it runs is not the action
    sys.setprofile(look)
    try:
        action()
    except KeyboardInterrupt:
        pass
    finally:
        sys.setprofile(None)
        gc.enable()
    return where[0] if where else None


def run_in_a_loop(operation: Operation) -> None:
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(operation)
    finally:
        loop.close()


@loops_may_die
@pytest.mark.parametrize("first", [False, True], ids=["in use", "first use"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_may_be_interrupted_at_any_moment(
    name: str, first: bool, path: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, full, empty = OPERATIONS[name]
    before, after = ([], empty) if first else (BEFORE, full)

    async def go_on(session: SQLiteSession) -> list[Item]:
        async with asyncio.timeout(SOON):
            await session.add_items([{"after": 1}])
            return await session.get_items()

    for point in itertools.count():
        session = SQLiteSession("user_1", path.with_stem(str(point)) if path else None)
        if not first:
            asyncio.run(session.add_items(BEFORE))
        where = interrupted_at(point, lambda: run_in_a_loop(operation(session)))  # noqa: B023
        if where is None:
            break
        try:
            items = asyncio.run(go_on(session))
        except TimeoutError:
            pytest.fail(f"nobody can use the session any more, which was interrupted at {where}")
        assert items in ([*before, {"after": 1}], [*after, {"after": 1}], [{"after": 1}, *after])
        session.close()
    session.close()
    print(f"{point} moments")
    assert point > 20

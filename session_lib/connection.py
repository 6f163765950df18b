"""A connection to a SQLite file, shared by everything in the process that uses that file.

aiosqlite gives a connection a thread of its own. This module queues work for that thread and
runs all that is waiting in one transaction, so that a hundred writers share one flush to disk.
It is the only module that knows aiosqlite, threads, event loops and forks.

A connection opens when it is first used, closes when nobody needs it, and opens again if it is
used again. A process that forks closes it first; a program that ends closes it last.
"""

import asyncio
import atexit
import collections
import concurrent.futures
import contextlib
import errno
import math
import os
import random
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

import aiosqlite

T = TypeVar("T")

MEMORY = ":memory:"
"""The path that stands for a private in-memory database, in SQLite and here."""

LOCK_TIMEOUT = 30.0
"""Seconds that work waits while another process holds the file's write lock."""

CHECK_INTERVAL = 1.0
"""Seconds after which a waiting caller looks whether the connection's thread still lives."""

_MOST_OPENS = 50  # for one operation: more means that the file never stays the same
_SMALLEST_PAGE = 512  # bytes; a file in SQLite's format has one page at least


class SharedConnection:
    """A connection that any thread and any event loop may use.

    Args:
        path: The database file, absolute, or ``":memory:"``.
        prepare: Called in the connection's thread with each new `sqlite3.Connection`.
        writes: Whether to run the work in transactions that hold the write lock.

    Attributes:
        partners: The other connections to the same file. One that finds it replaced closes them.
        turn: Held while the connection opens. Partners share it: a new file must not be opened
            while the log of the old one is still beside it.
    """

    def __init__(
        self, path: str, prepare: Callable[[sqlite3.Connection], object], *, writes: bool
    ) -> None:
        self._path = path
        self._prepare = prepare
        self._writes = writes
        self.partners: weakref.WeakSet[SharedConnection] = weakref.WeakSet()
        self.turn = threading.Lock()
        self._queue = _Queue()
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._opening: concurrent.futures.Future[None] | None = None
        with _connections_lock:
            _connections.add(self)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in the connection's thread and wait until what it wrote is on the disk.

        Whoever is cancelled while waiting leaves the queue at once. If the work has already been
        taken from it, the cancelled caller waits for its end: so it is whole or not there, and
        no event loop closes while a result is on its way to it.

        Args:
            work: Gets the `sqlite3.Connection`. If the transaction that it shares with others
                fails, it runs once more, in one of its own.

        Returns:
            What `work` returned.

        Raises:
            OSError: The file cannot be opened: its folder is missing, say, or not writable.
            sqlite3.Error: SQLite refused. The message names the file.
        """
        job = _Job(work, asyncio.get_running_loop())
        cancelled: asyncio.CancelledError | None = None
        opens = 0
        while not job.done:
            try:
                opened = self._alive()
                if opened is None:
                    opens += 1
                    if opens > _MOST_OPENS:
                        reason = "the file is deleted or replaced again and again"
                        raise OSError(errno.EBUSY, reason, self._path)
                    # Now, and not once it is open: so all jobs run in the order of the calls.
                    self._queue.add(job)
                    await self._open()
                else:
                    await self._take_part(opened, job)
            except asyncio.CancelledError as error:
                if self._queue.withdraw(job):
                    raise
                cancelled = error
            except Exception:
                if self._queue.withdraw(job):
                    raise
            except BaseException:
                self._queue.withdraw(job)
                raise
        if cancelled is not None:
            raise cancelled
        if job.error is not None:
            raise _named(job.error, self._path)
        return cast(T, job.value)

    def close(self) -> "concurrent.futures.Future[None]":
        """Close the connection, in the background, after the work that it has begun.

        Returns:
            A future that is done once the file is closed.
        """
        closed = _future()
        with self._lock:
            opening = self._opening
            opened, self._opened = self._opened, None
            if opened is not None:  # still under the lock: a fork waits until this is closed
                opened.finalizer.detach()
                _in_background(_close, opened.proxy, opened.connection, closed)
        if opening is not None:
            opening.add_done_callback(
                lambda _: self.close().add_done_callback(lambda _: closed.set_result(None))
            )
        elif opened is None:
            closed.set_result(None)
        return closed

    def _alive(self) -> "_Opened | None":
        opened = self._opened
        if opened is None or opened.connection.stale or not opened.connection.thread.is_alive():
            return None
        return opened

    async def _take_part(self, opened: "_Opened", job: "_Job") -> None:
        """Queue `job` and wait for the commit that runs it, or lead one."""
        leads, alone = self._queue.put(job)
        if leads and alone:
            await self._commit(opened)
            return
        # aiosqlite's thread dies when it has a result for an event loop that was closed, and then
        # nobody would wake those who wait behind that. So wait a second at a time, and look.
        if leads:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHECK_INTERVAL):
                    await self._commit(opened)
        elif job.woken is not None and not job.done:
            timer = job.loop.call_later(CHECK_INTERVAL, self._queue.distrust, job.woken)
            try:
                await job.woken
            finally:
                timer.cancel()

    async def _commit(self, opened: "_Opened") -> None:
        """Make the connection run all that is waiting."""
        try:
            await opened.proxy.commit()
        except ValueError:
            pass  # aiosqlite's answer where the connection was closed in the meantime
        except asyncio.CancelledError:
            # The thread still has a result for this loop, which must not close before. A second
            # commit returns after the first. Neither waits for a lock while `leaving` says so.
            with self._queue.leaving():
                passed = asyncio.ensure_future(opened.proxy.commit())
                while not passed.done() and opened.connection.thread.is_alive():
                    with contextlib.suppress(asyncio.CancelledError):
                        await asyncio.wait({passed}, timeout=CHECK_INTERVAL)
                    if passed.cancelled():  # as `asyncio.run` does at its end with every task
                        passed = asyncio.ensure_future(opened.proxy.commit())
            if not passed.cancel():
                passed.exception()  # a ValueError, as above
            self._queue.end_commit()
            raise
        # Whom Ctrl+C interrupts does not come here: a result is still on its way to a loop that
        # may close, and nobody shall rely on being alone.
        self._queue.end_commit()

    async def _open(self) -> None:
        """Open the connection, once for all who ask at the same time."""
        with self._lock:
            if self._alive() is not None:
                return
            opening = self._opening
            if opening is None:
                opening = _future()
                _in_background(self._open_now, opening)
                self._opening = opening
        await asyncio.wrap_future(opening)

    def _open_now(self, opening: "concurrent.futures.Future[None]") -> None:
        with self._lock:
            if self._opening is not opening:
                return  # Ctrl+C came in between: nobody knows of this one, nobody waits for it
        # In a thread and an event loop of its own, so that no caller's end cuts it short. The
        # thread is a daemon, and aiosqlite's inherits that from the thread that creates it: so
        # a connection that nobody closes does not keep a program from ending.
        try:
            with self.turn:
                proxy, connection = self._connect_anew()
        except BaseException as error:
            with self._lock:
                self._opening = None
                _background.discard(threading.current_thread())
            if _hurried and _is_locked(error):
                opening.set_result(None)  # given up for a fork: who needs it opens it after that
            else:
                opening.set_exception(_named(error, self._path))
        else:
            # The finalizer must not refer to `self`, or it would never be garbage.
            finalizer = weakref.finalize(self, _in_background, _close, proxy, connection)
            finalizer.atexit = False
            with self._lock:
                self._opened = _Opened(proxy, connection, finalizer)
                self._opening = None
                # Whoever is told now may have to wait for a fork: it must not wait for them.
                _background.discard(threading.current_thread())
                self._queue.reset()
            opening.set_result(None)

    def _connect_anew(self) -> "tuple[aiosqlite.Connection, _Connection]":
        before = self._take_opened()
        if before is not None and self._path != MEMORY:
            _close(before.proxy, before.connection)
            if before.connection.stale:
                # All connections have to let go of a log that was deleted: the last one saves
                # what is in it, and a new one cannot share it with an old one.
                for opened in filter(None, [one._take_opened() for one in self.partners]):
                    _close(opened.proxy, opened.connection)
            before = None
        return _run(self._connect(before))

    def _take_opened(self) -> "_Opened | None":
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.finalizer.detach()
        return opened

    async def _connect(
        self, before: "_Opened | None"
    ) -> "tuple[aiosqlite.Connection, _Connection]":
        """Open the file, or give an in-memory database whose thread has died a new thread."""
        prepare, queue, writes = self._prepare, self._queue, self._writes
        made: list[_Connection] = []
        if before is not None:
            await _abandon(before.proxy)
            made.append(before.connection)
        else:
            _check_path(self._path)

        threads: list[threading.Thread] = []

        def connect(*arguments: Any, **keywords: Any) -> _Connection:
            threads.append(threading.current_thread())
            if not made:
                made.append(_Connection(*arguments, **keywords))
                made[0].prepare(arguments[0], queue, prepare, writes)
            made[0].thread = threads[0]
            return made[0]

        try:
            proxy = await aiosqlite.connect(
                self._path,
                factory=connect,
                isolation_level=None,
                check_same_thread=False,
                timeout=0,
            )
        except BaseException:
            for thread in threads:
                thread.join()  # it has one more result for this loop
            raise
        return proxy, made[0]


class _Opened(NamedTuple):
    proxy: aiosqlite.Connection
    connection: "_Connection"
    finalizer: "weakref.finalize[Any, SharedConnection]"


class _Job:
    """A piece of work, from the call until its result is there."""

    def __init__(
        self, work: Callable[[sqlite3.Connection], object], loop: asyncio.AbstractEventLoop
    ) -> None:
        self.work = work
        self.loop = loop
        self.deadline = time.monotonic() + LOCK_TIMEOUT
        self.queued = False
        self.done = False
        self.value: object = None
        self.error: BaseException | None = None
        self.woken: asyncio.Future[None] | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        self.value = self.work(connection)


class _Queue:
    """The jobs that wait for a connection. Whoever puts the first one in makes it commit."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: collections.deque[_Job] = collections.deque()
        self.scheduled = False
        self.commits = 0
        self.leavers = 0

    def add(self, job: _Job) -> None:
        """Add `job`, once."""
        with self.lock:
            self._add(job)

    def put(self, job: _Job) -> tuple[bool, bool]:
        """Add `job`, once, and say who makes the connection commit.

        Returns:
            Whether its caller has to lead, which is to make the connection commit; and whether
            nobody else's commit is under way, so that no result of it can kill the thread.
        """
        with self.lock:
            self._add(job)
            if self.scheduled:
                job.woken = job.loop.create_future()
                return False, False
            self.scheduled = True
            self.commits += 1
            return True, self.commits == 1

    def _add(self, job: _Job) -> None:
        if not job.queued:
            job.queued = True
            self.waiting.append(job)

    def end_commit(self) -> None:
        """Say that the leader of a commit has its result."""
        with self.lock:
            self.commits -= 1

    def distrust(self, woken: "asyncio.Future[None]") -> None:
        """Let who waits for `woken` lead: who should have was perhaps interrupted before."""
        self.scheduled = False
        _set_all([woken])

    def withdraw(self, job: _Job) -> bool:
        """Take `job` out again. Tell whether it will not run."""
        with self.lock:
            if job.queued and job not in self.waiting:
                return False
            if job.queued:
                self.waiting.remove(job)
            return True

    def take(self, *, until: float = math.inf) -> list[_Job]:
        """Take out the jobs whose deadline is not after `until`, oldest first."""
        with self.lock:
            taken = []
            while self.waiting and self.waiting[0].deadline <= until:
                taken.append(self.waiting.popleft())
            self.scheduled = bool(self.waiting)
            return taken

    def turn_loops(self) -> None:
        """Let the loops of those who wait turn: only then a notebook notices an interrupt."""
        with self.lock:
            for loop in {job.loop for job in self.waiting}:
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(_set_all, [])

    def reset(self) -> None:
        """Say that no commit is under way any longer. Who still waits tries again."""
        with self.lock:
            self.scheduled = False
            _wake(list(self.waiting))

    @contextlib.contextmanager
    def leaving(self) -> Iterator[None]:
        """Let the commit that is under way not wait for a lock, for its caller wants to go."""
        with self.lock:
            self.leavers += 1
        try:
            yield
        finally:
            with self.lock:
                self.leavers -= 1


class _Connection(sqlite3.Connection):
    """What runs in aiosqlite's thread. Its `commit` is where all the work is done.

    aiosqlite's public `commit()` calls this one in the connection's thread: a single hop there
    and back, however many statements and however many callers.
    """

    thread: threading.Thread
    stale = False  # the file at the path is no longer the one that is open here
    identity: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)

    def prepare(
        self,
        path: str,
        queue: _Queue,
        prepare: Callable[[sqlite3.Connection], object],
        writes: bool,
    ) -> None:
        self.path = path
        self.queue = queue
        self.writes = writes
        self.running = threading.Lock()
        self.turned = 0.0
        deadline = time.monotonic() + LOCK_TIMEOUT
        before = _identity(path)
        try:
            # Switching to WAL does not wait for a lock as all else does: hence the patience.
            _patiently(self._configure, _later_than(deadline))
            _patiently(lambda: prepare(self), _later_than(deadline))
            # The log beside the file matters as much: what is written goes there first.
            self.identity = (before, _identity(f"{path}-wal"))
            self.folder = os.path.dirname(path)
            self.settled: tuple[int, int, int] | None = None
        except BaseException:
            self.close()
            raise

    def _configure(self) -> None:
        self.execute("PRAGMA schema_version")  # reads the header: refuses what is no database
        self.execute("PRAGMA journal_mode=WAL")
        self.execute("PRAGMA synchronous=FULL")
        # What is removed is overwritten, and not only marked as free.
        self.execute("PRAGMA secure_delete=ON")

    def close(self) -> None:
        """Close the file. The last connection to do so removes the files beside it."""
        with _closing_lock:  # of two that close in the same moment, neither would be the last
            if self._leaves_its_log():
                # What is in it belongs to the file that stood here, and would spoil the new one.
                with contextlib.suppress(sqlite3.Error):
                    self.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            super().close()

    def _leaves_its_log(self) -> bool:
        """Tell whether the file was replaced, and its log still stands there."""
        file, log = self.identity
        return (
            log is not None
            and log == _identity(f"{self.path}-wal")
            and file != _identity(self.path)
        )

    def commit(self) -> None:
        """Run all jobs that are waiting, and tell their callers."""
        with self.running:
            if not self.queue.waiting:
                self.queue.reset()
            elif self.stale or self._moved():
                self.stale = True
            elif self.writes:
                self._write()
            else:
                self._read()

    def _read(self) -> None:
        for job in self.queue.take():
            try:
                _patiently(partial(job.run, self), _later_than(job.deadline))
            except Exception as error:
                job.error = error
            _finish([job])

    def _write(self) -> None:
        try:
            _patiently(self._begin, self._give_up)
        except sqlite3.Error as error:
            if _is_locked(error):
                self.queue.reset()  # those who still wait try again
            else:
                _fail(self.queue.take(), error)
            return
        # Taken only now, so that those who came while we waited for the lock are in it too.
        jobs = self.queue.take()
        failure = self._transact(jobs)
        if failure is None:
            _finish(jobs)
        elif len(jobs) == 1 or self.stale:
            _fail(jobs, failure)
        else:
            for job in jobs:
                job.error = self._transact_alone(job)
            _finish(jobs)

    def _begin(self) -> None:
        self.execute("BEGIN IMMEDIATE")

    def _give_up(self, error: sqlite3.Error) -> bool:
        """Fail the jobs that have waited long enough. Tell whether to go back to the callers."""
        now = time.monotonic()
        late = self.queue.take(until=now)
        _fail(late, error)
        if now > self.turned + CHECK_INTERVAL:
            self.turned = now
            self.queue.turn_loops()
        return bool(late) or self.queue.leavers > 0 or not self.queue.waiting

    def _transact(self, jobs: list[_Job]) -> Exception | None:
        """Run `jobs` in the transaction that was begun, and commit: all of it or nothing."""
        try:
            for job in jobs:
                job.run(self)
            _patiently(super().commit, _later_than(time.monotonic() + LOCK_TIMEOUT))
            if self._moved():
                self.stale = True
                raise FileNotFoundError(
                    errno.ENOENT, "deleted or replaced while it was written to", self.path
                )
        except Exception as error:
            try:
                self.rollback()
            except sqlite3.Error:
                self.stale = True
            return error
        return None

    def _transact_alone(self, job: _Job) -> Exception | None:
        try:
            _patiently(self._begin, _later_than(job.deadline))
        except sqlite3.Error as error:
            return error
        return self._transact([job])

    def _moved(self) -> bool:
        """Tell whether the file, or its log, is no longer what stands at its path.

        The folder knows whether a file in it was deleted or replaced. To ask the files at each
        write is slow: Linux, since 6.13, then has to store the exact time of the next write.
        """
        if self.path == MEMORY:
            return False
        state = _state(self.folder)
        if state is not None and state == self.settled:
            return False
        if (_identity(self.path), _identity(f"{self.path}-wal")) != self.identity:
            return True
        self.settled = state if _is_settled(state) else None
        return False


def _patiently(action: Callable[[], object], give_up: Callable[[sqlite3.Error], bool]) -> None:
    """Repeat `action` while another connection holds a lock, until `give_up`."""
    while True:
        try:
            action()
            return
        except sqlite3.OperationalError as error:
            if not _is_locked(error) or _hurried or give_up(error):
                raise
        # SQLite's own waiting grows longer and longer, and so starves whoever came early.
        time.sleep(random.uniform(0.0002, 0.002))


def _later_than(deadline: float) -> Callable[[sqlite3.Error], bool]:
    return lambda error: time.monotonic() > deadline


def _is_locked(error: BaseException) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)  # errors of Python's own module have none
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _fail(jobs: list[_Job], error: BaseException) -> None:
    for job in jobs:
        job.error = error
    _finish(jobs)


def _finish(jobs: list[_Job]) -> None:
    for job in jobs:
        job.done = True
    _wake(jobs)


def _wake(jobs: list[_Job]) -> None:
    """Wake those callers of `jobs` who do not wait for the commit itself."""
    sleepers = collections.defaultdict(list)
    for job in jobs:
        if job.woken is not None:
            sleepers[job.loop].append(job.woken)
    for loop, futures in sleepers.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to wake
            loop.call_soon_threadsafe(_set_all, futures)


def _set_all(futures: "list[asyncio.Future[None]]") -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


def _close(
    proxy: aiosqlite.Connection,
    connection: _Connection,
    closed: "concurrent.futures.Future[None] | None" = None,
) -> None:
    """End the connection's thread, and wait until it has ended."""

    async def stop() -> None:
        if connection.thread.is_alive():
            proxy.stop()
            connection.thread.join()
        else:
            await _abandon(proxy)

    _run(stop())
    connection.close()
    if closed is not None:
        closed.set_result(None)


async def _abandon(proxy: aiosqlite.Connection) -> None:
    """Tell aiosqlite that a connection whose thread is dead needs no closing any more."""
    closing = asyncio.ensure_future(proxy.close())
    while not closing.done():
        await asyncio.sleep(0)
        closing.cancel()  # it waits for the thread, twice


def _run(coroutine: Coroutine[Any, Any, T]) -> T:
    # `asyncio.run` would take away the event loop that somebody may have set for this thread.
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(coroutine)


def _in_background(function: Callable[..., object], *arguments: object) -> None:
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    _background.difference_update([one for one in list(_background) if not one.is_alive()])
    _background.add(thread)  # only now: nobody can join one that has not started


def _future() -> "concurrent.futures.Future[None]":
    """Make a future that whoever waits for it cannot cancel for the others."""
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    return future


def create_private(path: str) -> None:
    """Create an empty file that only its owner may read and write, from the first moment.

    Args:
        path: The file, absolute.

    Raises:
        FileExistsError: There is something at `path` already.
        OSError: Its folder does not exist, or may not be written to.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        reason = "the folder for this file does not exist, create it first"
        raise FileNotFoundError(errno.ENOENT, reason, path)
    if not os.access(folder, os.W_OK | os.X_OK):
        reason = "no permission to write in the folder of this file, as SQLite has to"
        raise PermissionError(errno.EACCES, reason, path)
    # SQLite gives the files beside it, -wal and -shm, the permissions of this one.
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(file, 0o600)  # a umask may have taken away the owner's own rights
    finally:
        os.close(file)


def _check_path(path: str) -> None:
    """Refuse a path that cannot be opened; create a missing file, for its owner only."""
    if path == MEMORY:
        return
    if os.path.isdir(path):
        reason = "this is a folder, name a file in it"
        raise IsADirectoryError(errno.EISDIR, reason, path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(errno.EINVAL, "this is not a regular file", path)
    try:
        create_private(path)
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            reason = "no permission to read and write this file"
            raise PermissionError(errno.EACCES, reason, path) from None
        if 0 < os.path.getsize(path) < _SMALLEST_PAGE:
            # SQLite takes some of these for the beginning of a database, and writes over them.
            raise sqlite3.DatabaseError("file is not a database") from None


def _identity(path: str) -> tuple[int, int] | None:
    """What tells the file at `path` from any other that may come to stand there."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_dev, status.st_ino)


def _state(folder: str) -> tuple[int, int, int] | None:
    """Which folder this is, and when a file in it was last made, deleted or replaced."""
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return (status.st_ctime_ns, status.st_ino, status.st_dev)


def _is_settled(state: tuple[int, int, int] | None) -> bool:
    """Tell whether a further change of the folder would show: not within a tick of its clock."""
    if state is None:
        return False
    changed = state[0] / 1e9
    tick = 0.1 if state[0] % 1_000_000_000 else 2.0  # seconds; the clock of FAT takes two
    return time.time() - changed > tick


def _named(error: BaseException, path: str) -> BaseException:
    """SQLite's error as one of the same kind that names the file."""
    if isinstance(error, UnicodeDecodeError):
        # SQLite's message quotes a damaged file, and Python cannot make an error of that.
        error = sqlite3.DatabaseError(error.object.decode("utf-8", "replace"))
    if not isinstance(error, sqlite3.Error):
        return error
    message = f"{error}: {path}"
    if _is_locked(error):
        message += f" (another connection has held the lock for {LOCK_TIMEOUT:g} seconds)"
    named = type(error)(message)
    if hasattr(error, "sqlite_errorcode"):
        named.sqlite_errorcode = error.sqlite_errorcode
        named.sqlite_errorname = error.sqlite_errorname
    named.__cause__ = error
    return named


_connections: "weakref.WeakSet[SharedConnection]" = weakref.WeakSet()
_connections_lock = threading.Lock()
_closing_lock = threading.Lock()
_background: set[threading.Thread] = set()
_held: list[SharedConnection] = []
_hurried = False  # whether to give up rather than wait for a lock: the program forks or ends


def _close_all() -> None:
    """At the end of the program, close what nobody closed."""
    global _hurried
    _hurried = True
    with _connections_lock:
        connections = list(_connections)
    for shared in connections:
        opened = shared._opened
        if opened is not None:
            opened.finalizer.detach()
            _close(opened.proxy, opened.connection)
    for thread in list(_background):
        thread.join()


def _before_fork() -> None:
    """Close each file: SQLite must not carry an open one into a child. Hold what is in memory.

    Nothing of ours may be inside SQLite at the fork, or the child waits for it for ever.
    """
    global _hurried
    _connections_lock.acquire()
    _hurried = True
    _held[:] = _connections
    for shared in _held:
        shared._lock.acquire()
        while shared._opening is not None:
            opening = shared._opening
            shared._lock.release()
            opening.exception()
            shared._lock.acquire()
        if shared._opened is not None and shared._path != MEMORY:
            shared._opened.finalizer.detach()
            _in_background(_close, shared._opened.proxy, shared._opened.connection)
            shared._opened = None
    for thread in list(_background):
        thread.join()
    for shared in _held:
        if shared._opened is not None:
            shared._opened.connection.running.acquire()
        shared._queue.lock.acquire()


def _after_fork(*, child: bool) -> None:
    global _hurried
    _hurried = False
    for shared in _held:
        if child:
            shared._queue.waiting.clear()
            shared._queue.scheduled = False
        shared._queue.lock.release()
        if shared._opened is not None:
            shared._opened.connection.running.release()
        shared._lock.release()
    _held.clear()
    _connections_lock.release()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=lambda: _after_fork(child=False),
        after_in_child=lambda: _after_fork(child=True),
    )

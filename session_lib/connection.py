"""A database file that is opened when it is first used, and shared by all who use it.

This is the only module that knows aiosqlite, which gives each connection a thread of its own. A
file closes when nobody needs it, and opens again when it is used again. A process that forks
closes all files first; a program that ends closes them last.
"""

import asyncio
import atexit
import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable
from typing import TypeVar

import aiosqlite

from session_lib.closing import Closing
from session_lib.errors import with_path
from session_lib.files import MEMORY, prepare, remove_empty
from session_lib.jobs import Job, JobQueue
from session_lib.worker import OpenFile, Worker, refuse

T = TypeVar("T")

_loaded_before = "LOCK" in globals()  # by autoreload, say: then what is open stays open
if not _loaded_before:
    LOCK = threading.RLock()
    """Held for a moment by whoever begins or ends to use a file, and at the moment of a fork."""

    # Held while the opening of a file begins, and by a fork until it is over.
    _open_lock = threading.RLock()
    _files: "weakref.WeakSet[SharedFile]" = weakref.WeakSet()
    _open_files: "dict[SharedFile, OpenFile]" = {}


class SharedFile:
    """A database file, or memory, that any thread and any event loop may use.

    Args:
        path: The file, absolute, or ``":memory:"``.
        prepare: Called with each new connection, in its thread.
    """

    def __init__(self, path: str, prepare: Callable[[sqlite3.Connection], object]) -> None:
        self._path = path
        self._prepare = prepare
        self._keep_open = True
        self._queues = [JobQueue()]
        if path != MEMORY:  # served by a second connection: so readers do not wait for writers
            self._queues.append(JobQueue())
        self._memory: _Connection | None = None
        _files.add(self)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction, and wait until what it wrote is on the disk.

        A caller that is cancelled while it waits for its turn leaves at once. If the work has
        begun, the caller waits for its end first: so it is done wholly or not at all.

        Args:
            work: Called with the `sqlite3.Connection`. If the transaction that it shares with
                others fails, it is called once more, in a transaction of its own.

        Returns:
            What `work` returned.

        Raises:
            OSError: The file cannot be opened: its folder is missing, say, or not writable.
            sqlite3.Error: SQLite failed. The message names the file.
        """
        return await self._run(work, self._queues[0])

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work`, which only reads, beside any writer. Otherwise this is like `write`."""
        return await self._run(work, self._queues[-1])

    def keep_open(self) -> None:
        """Keep the file open once it is used, until `close` is called."""
        self._keep_open = True

    def close(self) -> Closing:
        """Close the file in the background, after the work that has begun. Call it with `LOCK`.

        Returns:
            What to await for the file to be closed.
        """
        self._keep_open = False
        open_file = _open_files.get(self)
        if open_file is None or open_file.is_closed():
            self._close_memory()
            return Closing()
        open_file.keep_open = False
        open_file.wake()
        return Closing(open_file)

    def _close_memory(self, _: object = None) -> None:
        """Close what is in memory, unless it is still needed: it outlives its thread at a fork."""
        memory = self._memory
        if memory is not None and not self._keep_open and not self._queues[0].waiting():
            self._memory = None
            sqlite3.Connection.close(memory)

    async def _run(self, work: Callable[[sqlite3.Connection], T], queue: JobQueue) -> T:
        job = Job(work)
        try:
            queue.put(job)
            queue.wake()
            value: T = await job.result(self._ensure_open)
            return value
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise with_path(error, self._path) from error
        finally:
            job.claim()  # what was interrupted must not happen later on

    def _ensure_open(self) -> None:
        if self._is_closed():
            with _open_lock:
                if self._is_closed():
                    self._open()

    def _is_closed(self) -> bool:
        open_file = _open_files.get(self)
        if open_file is not None and open_file.pid != os.getpid():
            raise RuntimeError(
                "this process was forked by something other than Python while the file was open: "
                f"open it after the fork (with uWSGI, set lazy-apps): {self._path}"
            )
        return open_file is None or open_file.is_closed()

    def _open(self) -> None:
        """Begin to open the file, in a thread of its own, so that no caller's end cuts it short.

        The thread is a daemon, and aiosqlite's threads inherit that from the thread that makes
        them: so a file that nobody closes does not keep a program from ending.
        """
        for file in [file for file, old in _open_files.items() if not old.present]:
            del _open_files[file]
        open_file = OpenFile(self._queues)
        open_file.closed.add_done_callback(self._close_memory)
        with open_file.lock:  # until it is registered: Ctrl+C may come in between
            thread = threading.Thread(target=self._open_now, args=(open_file,), daemon=True)
            thread.start()
            _open_files[self] = open_file

    def _open_now(self, open_file: OpenFile) -> None:
        with open_file.lock:
            if _open_files.get(self) is not open_file:
                return  # Ctrl+C did come in between
            open_file.threads.append(threading.current_thread())
        if not self._keep_open:
            open_file.keep_open = False
        connections: list[aiosqlite.Connection] = []
        created = False
        try:
            created = prepare(self._path)
            # Not `asyncio.run`: no event loop may be set in this thread when it calls `stop`. Nor
            # any loop of the program's own policy, which may belong to a user interface.
            with contextlib.closing(asyncio.SelectorEventLoop()) as loop:
                for queue in self._queues:
                    connections.append(loop.run_until_complete(self._connect(open_file, queue)))
        except Exception as error:
            open_file.stop()
            if created and not connections:  # the name is too long for the files beside it, say
                remove_empty(self._path)
            refuse(self._queues, error)
        open_file.present += len(connections)
        for connection in connections:
            # Called outside of any event loop, so that aiosqlite's thread has none to answer to:
            # the thread would die of one that is closed. Now the worker's `run` begins.
            connection.stop()
        open_file.leave()

    async def _connect(self, open_file: OpenFile, queue: JobQueue) -> aiosqlite.Connection:
        threads: list[threading.Thread] = []

        def connect(*_: object, **__: object) -> _Connection:
            threads.append(threading.current_thread())
            connection = self._memory
            if connection is None:
                worker = Worker(self._path, open_file, queue, writes=queue is self._queues[0])
                connection = _Connection(
                    self._path, timeout=0, isolation_level=None, check_same_thread=False
                )
                connection.worker = worker
                worker.open(connection, self._prepare)
            if self._path == MEMORY:
                self._memory = connection
            connection.worker.open_file = open_file
            return connection

        try:
            return await aiosqlite.connect(self._path, factory=connect)
        except BaseException:
            for thread in threads:
                thread.join()  # it has one more answer for this loop
            raise
        finally:
            open_file.threads += threads


class _Connection(sqlite3.Connection):
    """A connection that hands aiosqlite's thread over to a worker.

    The last thing that aiosqlite's thread does with a connection is to close it, and it does so
    without an event loop. This is asked for as soon as the file is open: from then on the thread
    is the worker's, which closes the file in the end.
    """

    worker: Worker

    def close(self) -> None:
        """Let the worker serve its queue, and close the file when it is done."""
        self.worker.run()


def _close_all(*, memory: bool = True) -> None:
    """Close all files. An interrupt must not cut this short, and is raised at the end."""
    interrupt: BaseException | None = None
    while True:
        try:
            open_files = [
                open_file
                for file, open_file in list(_open_files.items())
                if memory or file._memory is None
            ]
            for open_file in open_files:
                open_file.stop()
            for open_file in open_files:
                open_file.closed.result()
                open_file.join()
            break
        except BaseException as error:
            interrupt = error
    if interrupt is not None:
        raise interrupt


def _forget_jobs() -> None:
    """In the child of a fork: the parent does what was waiting."""
    for file in _files:
        for queue in file._queues:
            queue.clear()
    _open_files.clear()


def _at_exit() -> None:
    with _open_lock:
        _close_all(memory=False)  # which other functions at exit may still want to save


if not _loaded_before:
    atexit.register(_at_exit)
    if hasattr(os, "register_at_fork"):
        # SQLite must not carry an open file into a child, nor be at work when a process forks: the
        # child would wait for that for ever. The last `before` is called first. In those of the
        # locks no Python runs, so no interrupt comes between them and what they do.
        os.register_at_fork(
            before=LOCK.acquire, after_in_parent=LOCK.release, after_in_child=LOCK.release
        )
        os.register_at_fork(before=_close_all, after_in_child=_forget_jobs)
        os.register_at_fork(
            before=_open_lock.acquire,
            after_in_parent=_open_lock.release,
            after_in_child=_open_lock.release,
        )

"""A database file where no thread can be started, as in a browser: there instead of `connection`.

The first of those that wait does the work of all of them, and the event loop stands still until it
is done. If another process holds a lock, this includes the time that work waits for it.
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

from session_lib.closing import Closing
from session_lib.errors import with_path
from session_lib.files import MEMORY, prepare, remove_empty
from session_lib.jobs import Job, JobQueue
from session_lib.worker import OpenFile, Worker, refuse

T = TypeVar("T")

LOCK = threading.RLock()
"""Held for a moment by whoever begins or ends to use a file."""

_files: "weakref.WeakSet[SharedFile]" = weakref.WeakSet()


class SharedFile:
    """A database file, or memory, that any event loop may use. It starts no thread.

    Args:
        path: The file, absolute, or ``":memory:"``.
        prepare: Called with each new connection.
    """

    def __init__(self, path: str, prepare: Callable[[sqlite3.Connection], object]) -> None:
        self._path = path
        self._prepare = prepare
        self._keep_open = True
        self._queues = [JobQueue()]
        if path != MEMORY:  # a second connection reads: so reading waits for no other process
            self._queues.append(JobQueue())
        self._workers: dict[int, Worker] = {}  # who serves each queue, of an open file
        self._open_file: OpenFile | None = None
        # In JupyterLite's own folders each connection has a copy of the file, which is stored when
        # it closes. There only one works at a time, and closes before any caller goes on.
        self._alone = False
        self._is_serving = False
        self._lock = threading.RLock()  # for programs that have threads all the same
        _files.add(self)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction. When this returns, what it wrote is on the disk.

        Whoever is cancelled before the work begins leaves at once. Later nobody can be.

        Args:
            work: Called with the `sqlite3.Connection`. If the transaction that it shares with
                others fails, it is called once more, in a transaction of its own.

        Returns:
            What `work` returned.

        Raises:
            OSError: The file cannot be opened: its folder is missing, say, or not writable.
            sqlite3.Error: SQLite failed. The message names the file.
            RuntimeError: Whoever did the work was interrupted, or the process was forked.
        """
        return await self._run(work, self._queues[0])

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work`, which only reads. Otherwise this is like `write`."""
        return await self._run(work, self._queues[-1])

    def keep_open(self) -> None:
        """Keep the file open once it is used, until `close` is called."""
        self._keep_open = True

    def close(self) -> Closing:
        """Do the work that has begun, and close the file. Call it with `LOCK`.

        Returns:
            What to await for the file to be closed.
        """
        self._keep_open = False
        open_file = self._open_file
        self._serve()
        return Closing(open_file)

    async def _run(self, work: Callable[[sqlite3.Connection], T], queue: JobQueue) -> T:
        job = Job(work)
        try:
            queue.put(job)
            await asyncio.sleep(0)  # whoever begins meanwhile shares the transaction
            with self._lock:
                if not job.done:
                    self._serve()
            if not job.done:
                reason = "the work was interrupted, by Ctrl+C say: look whether it was done"
                raise RuntimeError(f"{reason}: {self._path}")
            value: T = job.outcome()
            return value
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise with_path(error, self._path) from error
        finally:
            job.claim()  # what was cancelled must not happen later on

    def _serve(self) -> None:
        """Do all that waits. Then close the file if nobody needs it any more."""
        if self._is_serving or not self._lock.acquire(blocking=False):
            return  # called by a finalizer: whoever is at it closes the file
        self._is_serving = True
        try:
            while waiting := [n for n, queue in enumerate(self._queues) if not queue.is_empty()]:
                worker = self._open_worker(waiting[0]) or self._open(waiting[0])
                if worker is not None:
                    worker.serve()
                if self._alone:
                    self._shut()
            if not self._keep_open:
                self._shut()
        finally:
            self._is_serving = False
            self._lock.release()

    def _open_worker(self, number: int) -> Worker | None:
        """Return who serves a queue, if the file is open."""
        worker = self._workers.get(number)
        if worker is None or self._path == MEMORY:  # which, opened again, would be empty
            return worker
        if worker.open_file.pid != os.getpid():
            reason = "this process was forked while the file was open: open it after the fork"
            raise RuntimeError(f"{reason}: {self._path}")
        return None if worker.open_file.stopping else worker

    def _open(self, number: int) -> Worker | None:
        """Open the file, and return who serves a queue. If that fails, tell those who wait."""
        self._shut()  # it was replaced, say
        open_file = self._open_file = OpenFile(self._queues)
        created = False
        try:
            created = prepare(self._path)
            for each in [number] if self._alone else range(len(self._queues)):
                self._workers[each] = self._connect(open_file, each)
        except Exception as error:
            self._shut()
            if not self._alone and _cannot_share_memory(error):
                self._alone = True
                with contextlib.suppress(OSError):
                    os.unlink(f"{self._path}-shm")
                return None  # and again
            if created:  # the name is too long for the files beside it, say
                remove_empty(self._path)
            refuse(self._queues, error)
        return self._workers.get(number)

    def _connect(self, open_file: OpenFile, number: int) -> Worker:
        queue, journal = self._queues[number], "MEMORY" if self._alone else "WAL"
        worker = Worker(self._path, open_file, queue, writes=number == 0, journal=journal)
        connection = sqlite3.connect(
            self._path, timeout=0, isolation_level=None, check_same_thread=False
        )
        if self._alone:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        worker.open(connection, self._prepare)
        return worker

    def _shut(self) -> None:
        for number in [*self._workers]:
            self._workers[number].close_connection()
            del self._workers[number]
        open_file, self._open_file = self._open_file, None
        if open_file is not None:
            open_file.leave()


def _cannot_share_memory(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_SHMMAP


@atexit.register
def _close_all() -> None:
    """Close all files at the end of the program: so no log is left beside them."""
    for file in list(_files):
        if file._path != MEMORY:  # which other functions at exit may still want to save
            with file._lock:
                file._shut()

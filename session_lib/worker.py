"""What a connection's thread does: it runs all the jobs that are waiting in one transaction.

So a hundred writers share one flush to the disk. Nothing here knows aiosqlite or event loops.
"""

import concurrent.futures
import contextlib
import errno
import math
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from session_lib.errors import as_exception, is_locked
from session_lib.files import MEMORY, Watch
from session_lib.jobs import Job, JobQueue, finish, wake

_WAKE_INTERVAL = 1.0  # seconds
_random = random.Random()  # which draws nothing from the program's own

_close_lock = threading.RLock()  # garbage collection may close one in the middle of another


class OpenFile:
    """A file from its opening to its closing, as shared by the workers that serve it.

    Args:
        queues: The jobs to serve, one queue for each worker.

    Attributes:
        queues: As above.
        pid: The process that opened it.
        keep_open: Whether to wait for more jobs. If not, the workers stop when there are none.
        stopping: Whether the workers stop now, and leave what is waiting to the next opening.
        lock: Held while the file is registered, and while a worker leaves.
        present: How many have not left: whoever opens the file, and then the workers.
        busy: The workers that have taken a job and not finished it.
        threads: Where they are at work.
        closed: Done when all of them have left.
    """

    def __init__(self, queues: Sequence[JobQueue]) -> None:
        self.queues = queues
        self.pid = os.getpid()
        self.keep_open = True
        self.stopping = False
        self.lock = threading.Lock()
        self.present = 1
        self.busy: set[Worker] = set()
        self.threads: list[threading.Thread] = []
        self.closed: concurrent.futures.Future[None] = concurrent.futures.Future()
        self.closed.set_running_or_notify_cancel()  # nobody can cancel it for the others

    def stop(self) -> None:
        """Make the workers stop as soon as they have finished what they are doing."""
        self.stopping = True
        self.wake()

    def wake(self) -> None:
        """Make the workers look whether to stop. A finalizer may call this."""
        for queue in self.queues:
            queue.wake()

    def leave(self) -> None:
        """Say that a worker has left. When the last one leaves, whoever still waits is told."""
        with self.lock:
            self.present -= 1
            if self.present > 0:
                return
        self.closed.set_result(None)
        wake(self.waiting())

    def is_closed(self) -> bool:
        """Tell whether all have left."""
        return self.present == 0

    def is_idle(self) -> bool:
        """Tell whether no worker has anything to do."""
        return not self.waiting() and not self.busy

    def waiting(self) -> list[Job]:
        """Return the jobs that wait for any of the workers."""
        return [job for queue in self.queues for job in queue.waiting()]

    def join(self) -> None:
        """Wait until the threads have ended, which they do right after `closed` is done."""
        for thread in self.threads:
            thread.join()


class Worker:
    """Serves the jobs of one queue on one connection, in the connection's thread.

    `run` is where the work begins and ends. Where there is no thread, `serve` does one round of it,
    and `close_connection` comes last.

    Args:
        path: The file, absolute, or `MEMORY`.
        open_file: What the worker shares with the other workers of the file.
        queue: The jobs to serve.
        writes: Whether to run the jobs in transactions that hold the write lock.
        journal: SQLite's journal mode. Others than WAL are for a file that has one connection.
    """

    def __init__(
        self, path: str, open_file: OpenFile, queue: JobQueue, *, writes: bool, journal: str = "WAL"
    ) -> None:
        self.open_file = open_file
        self._path = path
        self._queue = queue
        self._writes = writes
        self._journal = journal
        self._watch = Watch(path)
        self._taken: list[Job] = []

    def open(
        self, connection: sqlite3.Connection, prepare: Callable[[sqlite3.Connection], object]
    ) -> None:
        """Take over a new connection.

        Args:
            connection: What to run the jobs on.
            prepare: Called with it first.
        """
        self._connection = connection
        try:
            # SQLite does not wait for a lock when it switches to WAL, so all of this is retried.
            for step in (self._configure, partial(prepare, connection)):
                self._retry_while_locked(step, self.open_file.waiting)
        except BaseException:
            self.close_connection()
            raise
        self._watch.start()

    def run(self) -> None:
        """Serve the queue until the file is to be closed. Then close the connection."""
        try:
            while not self.open_file.stopping:
                if not self._queue.is_empty():
                    self.serve()
                elif self.open_file.keep_open or not self.open_file.is_idle():
                    self._queue.wait()
                else:
                    self.open_file.stop()  # all leave together: a later job finds all or none
        except BaseException as error:  # out of memory, say: whoever waits must be told
            self.open_file.stop()
            finish([job for job in self._taken if not job.done], as_exception(error))
            refuse([self._queue], as_exception(error))
        try:
            if self._path != MEMORY:
                self.close_connection()
        finally:
            self.open_file.leave()

    def serve(self) -> None:
        """Run the jobs that are waiting."""
        self.open_file.busy.add(self)
        if self._watch.is_replaced():
            self.open_file.stop()  # the next opening finds what is at the path now
            reason = "the file is deleted or replaced again and again"
            late = self._queue.take(until=time.monotonic())
            finish(late, OSError(errno.EBUSY, reason, self._path))
        elif self._writes:
            self._write()
        else:
            self._taken = self._queue.take()
            self._one_by_one(self._taken, self._read)
        self._taken = []
        self.open_file.busy.discard(self)

    def close_connection(self) -> None:
        """Close the connection. The last one of a file removes the log beside it."""
        with _close_lock:  # of two connections that close at once, neither would be the last
            if self._watch.has_stale_log():
                # The log belongs to the file that was here before, and would spoil the new one.
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            log, kept = f"{self._path}-wal", f"{self._path}-wal-kept"
            # SQLite would delete what others have written to the log by another index. In a browser
            # there are no others, and no links.
            stale = hasattr(os, "link") and self._watch.has_stale_index()
            if stale:
                with contextlib.suppress(OSError):
                    os.link(log, kept)
            # The connection's own `close` may be taken for another purpose.
            sqlite3.Connection.close(self._connection)
            if stale:
                with contextlib.suppress(OSError):
                    os.unlink(kept) if os.path.exists(log) else os.rename(kept, log)

    def _configure(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA schema_version")  # reads the header, and refuses what is not a database
        execute(f"PRAGMA journal_mode={self._journal}")
        execute("PRAGMA synchronous=FULL")
        execute("PRAGMA secure_delete=ON")  # overwrite what is removed
        execute("PRAGMA temp_store=MEMORY")  # write nothing elsewhere

    def _write(self) -> None:
        try:
            self._retry_while_locked(self._begin, self._queue.waiting)
        except sqlite3.Error as error:
            refuse([self._queue], error)
            return
        # Taken only now: this includes those that came while the lock was held.
        jobs = self._taken = self._queue.take()
        failure = self._transact(jobs)
        if failure is None or len(jobs) == 1 or self.open_file.stopping:
            finish(jobs, failure)
        else:
            self._one_by_one(jobs, lambda job: self._transact([job]))

    def _one_by_one(self, jobs: list[Job], run: Callable[[Job], Exception | None]) -> None:
        for number, job in enumerate(jobs):
            error = run(job)
            if error is not None and self.open_file.stopping and is_locked(error):
                # It has not waited for the lock: it does so when the file is opened again.
                self._queue.put_back(jobs[number:])
                self._taken = []
                return
            finish([job], error)

    def _read(self, job: Job) -> Exception | None:
        try:
            self._retry_while_locked(partial(self._run_job, job), [job].copy)
        except BaseException as error:
            return as_exception(error)
        return None

    def _transact(self, jobs: list[Job]) -> Exception | None:
        """Run `jobs` in one transaction: all of them, or none and return the reason."""
        try:
            if not self._connection.in_transaction:
                self._retry_while_locked(self._begin, jobs.copy)
            for job in jobs:
                self._run_job(job)
            self._retry_while_locked(self._connection.commit, jobs.copy)
            if self._watch.is_replaced():
                self.open_file.stop()
                reason = "deleted or replaced while it was written to"
                raise FileNotFoundError(errno.ENOENT, reason, self._path)
        except BaseException as error:
            try:
                self._connection.rollback()
            except sqlite3.Error:
                self.open_file.stop()
            return as_exception(error)
        return None

    def _begin(self) -> None:
        if self._connection.in_transaction:  # an interrupt has left it
            self._connection.rollback()
        self._connection.execute("BEGIN IMMEDIATE")

    def _run_job(self, job: Job) -> None:
        job.value = job.work(self._connection)

    def _retry_while_locked(
        self, action: Callable[[], object], waiting: Callable[[], list[Job]]
    ) -> None:
        """Repeat `action` while another connection holds a lock, until one that waits is late."""
        next_wake = time.monotonic() + _WAKE_INTERVAL
        while True:
            try:
                action()
                return
            except sqlite3.OperationalError as error:
                jobs, now = waiting(), time.monotonic()
                late = not jobs or now > min(job.deadline for job in jobs)
                if late or self.open_file.stopping or not is_locked(error):
                    raise
            if now > next_wake:
                next_wake = now + _WAKE_INTERVAL
                wake(jobs)
            # SQLite itself would wait longer and longer, and so starve whoever came first.
            time.sleep(_random.uniform(0.0002, 0.002))


def refuse(queues: Iterable[JobQueue], error: Exception) -> None:
    """Fail the jobs that are waiting.

    Args:
        queues: Where they wait.
        error: The reason. If it is a lock, only jobs whose deadline has passed fail.
    """
    until = time.monotonic() if is_locked(error) else math.inf
    # All are taken before any caller is told: one that has been told may try again at once.
    finish([job for queue in queues for job in queue.take(until)], error)

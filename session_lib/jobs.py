"""Work on its way from callers in any event loop to whoever does it, and results on their way back.

That is a thread, as a rule. A caller waits in its own event loop; the thread has none. Whoever
claims a job first decides its fate: the thread runs it, or a caller that is cancelled takes it
back.
"""

import asyncio
import collections
import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

LOCK_TIMEOUT = 30.0
"""Seconds that work waits while another process holds the file's write lock."""


class Job:
    """One piece of work, from the call until its caller has the result.

    Args:
        work: Called in the thread, with the connection.

    Attributes:
        loop: The caller's event loop.
        deadline: When to stop waiting for a lock, on the clock of `time.monotonic`.
        value: What `work` returned.
        error: What to raise in its place.
        done: Whether it has run, or never will.
    """

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.work = work
        self.loop = asyncio.get_running_loop()
        self.deadline = time.monotonic() + LOCK_TIMEOUT
        self.value: Any = None
        self.error: BaseException | None = None
        self.done = False
        self._claim = threading.Lock()
        self._news = self.loop.create_future()

    def claim(self) -> bool:
        """Claim the job. Only the first caller of this is told that it has it."""
        return self._claim.acquire(blocking=False)

    def unclaim(self) -> None:
        """Give the job up again, before it has begun."""
        self._claim.release()

    def is_claimed(self) -> bool:
        """Tell whether the job has been claimed."""
        return self._claim.locked()

    async def result(self, keep_served: Callable[[], None]) -> Any:
        """Wait for the result, in the caller's event loop.

        A caller that is cancelled takes the job back. If the thread has it already, the caller
        waits for its end first: so the work is done or not done when the cancellation arrives.

        Args:
            keep_served: Called before each wait. Makes sure that some thread serves the job.
        """
        cancelled: asyncio.CancelledError | None = None
        while not self.done:
            if cancelled is not None and self.claim():
                raise cancelled
            keep_served()
            if self._news.done():
                self._news = self.loop.create_future()
            try:
                await self._news
            except asyncio.CancelledError as error:
                if self.claim():
                    raise
                cancelled = error
        if cancelled is not None:
            raise cancelled
        return self.outcome()

    def outcome(self) -> Any:
        """Return what the work of a job that is done returned, or raise its error."""
        if self.error is not None:
            try:
                raise self.error
            finally:
                self.error = (
                    None  # which refers to this frame: only garbage collection would end it
                )
        return self.value

    def look(self) -> None:
        """Make the caller look at the job again. Called in the caller's event loop."""
        if not self._news.done():
            self._news.set_result(None)


class JobQueue:
    """The jobs that wait for one thread, in the order of the calls."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all jobs."""
        self._jobs: collections.deque[Job] = collections.deque()
        self._signals: queue.SimpleQueue[None] = queue.SimpleQueue()

    def put(self, job: Job) -> None:
        """Add a job, from any thread. A thread that blocks in `wait` has to be woken then."""
        self._jobs.append(job)

    def put_back(self, jobs: list[Job]) -> None:
        """Let jobs that were taken wait again, before all others."""
        self._jobs.extendleft(reversed(jobs))
        for job in jobs:
            job.unclaim()

    def wake(self) -> None:
        """Make `wait` return, from any thread, a finalizer included."""
        self._signals.put(None)

    def wait(self) -> None:
        """Block until `wake` was called since the last time."""
        self._signals.get()
        while not self._signals.empty():
            self._signals.get()

    def is_empty(self) -> bool:
        """Tell whether nothing waits. Only the thread that serves the queue may call this."""
        while self._jobs and self._jobs[0].is_claimed():
            self._jobs.popleft()
        return not self._jobs

    def waiting(self) -> list[Job]:
        """Return the jobs that nobody has claimed."""
        return [job for job in list(self._jobs) if not job.is_claimed()]

    def take(self, until: float = math.inf) -> list[Job]:
        """Claim the jobs whose deadline is not after `until`, and return them.

        Only the thread that serves the queue may call this.
        """
        taken = []
        while self._jobs and self._jobs[0].deadline <= until:
            job = self._jobs.popleft()
            if job.claim():
                taken.append(job)
        return taken


def finish(jobs: list[Job], error: BaseException | None = None) -> None:
    """Hand the results of `jobs` to their callers, or one `error` to all of them."""
    for job in jobs:
        job.error = error or job.error
        job.done = True
    wake(jobs)


def wake(jobs: Iterable[Job]) -> None:
    """Make the callers of `jobs` look, each in its event loop.

    Each loop then turns once. Only a loop that turns notices that a notebook was interrupted.
    """
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, its_jobs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            loop.call_soon_threadsafe(_look, its_jobs)


def _look(jobs: list[Job]) -> None:
    for job in jobs:
        job.look()

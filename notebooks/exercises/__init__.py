"""The exercises of the notebooks. Each is written in one place: in the module of its notebook.

``uv run python -m tests.refresh_notebooks`` puts task, start, check and solution into the cells.
"""

import asyncio
import ctypes
import inspect
import re
import tempfile
import textwrap
import threading
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from session_lib import SQLiteSession, describe

TIME_LIMIT = 20.0
"""Seconds after which a check gives up on the code that it looks at."""

ROOT = Path(__file__).parents[2]
"""The repository's folder, whose files a notebook finds by it wherever the notebook runs."""

Answer = Callable[..., Awaitable[Any]]
"""A function of the learner's, as a check gets it: to be awaited, even if it is a plain one."""


@dataclass(frozen=True)
class Exercise:
    """A task, and a check that tells whether it is solved.

    Attributes:
        title: A few words, which become the heading.
        task: What to do, in Markdown.
        start: The code that the learner finds. It runs, and does not solve the task.
        answer: What the check is called with: the names that the learner's code defines,
            separated by commas.
        missing: The check. An async function that is called with the answer, looks at what the
            answer does, and never at how it is written. It returns a sentence that says what is
            still missing, or None.
        solution: Code that solves the task. It is folded, below the check.
        wrong: Code that a learner may well write, and that does not solve the task.
    """

    title: str
    task: str
    start: str
    answer: str
    missing: Callable[..., Awaitable[str | None]]
    solution: str
    wrong: tuple[str, ...]

    async def check(self, *answer: Any) -> None:
        """Print whether `answer` solves the task, or what is still missing."""
        with _forgotten_awaits() as forgotten:
            missing = await self._missing(answer)
        if missing and forgotten:
            missing = f"`{forgotten[0]}` was called without `await`, so it has not run."
        # JupyterLab would break a long line in the middle of a word.
        print(textwrap.fill(f"Not yet. {missing}", 90) if missing else "Solved.")

    async def _missing(self, answer: tuple[Any, ...]) -> str | None:
        try:
            with _interrupting_endless_code():
                async with asyncio.timeout(TIME_LIMIT):
                    return await self.missing(*map(_awaitable, answer))
        except (TimeoutError, _OutOfTimeError) as error:
            return f"Your code has not ended after {TIME_LIMIT:g} seconds{_line(error, answer)}."
        except Exception as error:
            return _what_went_wrong(error, answer)


def texts(items: list[Any]) -> list[str]:
    """Return what messages say, for checks that compare."""
    return [describe(item)[2] for item in items]


def returned(value: Any) -> str:
    """Say what the learner's function returned, and where that may come from."""
    if value is None:
        return "It returned None: printing something does not return it."
    parts = value if isinstance(value, list) else [value]
    if any(type(part).__name__ == "RunResult" for part in parts):
        return "It returned what the runner returns: take the `final_output` of that."
    shown = textwrap.shorten(repr(value), 100, placeholder=" ...")
    if any(part is None for part in parts):
        return f"It returned {shown}: a function that only prints returns None."
    return f"It returned {shown} ({type(value).__name__})."


@contextmanager
def new_file() -> Iterator[Path]:
    """Give the path of a file that is not there yet, and in the end delete its folder."""
    # Windows deletes no file that is open, and the learner's code may have left one open.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder, "check.db")


class MadeSessions:
    """The sessions that were made within `made_sessions`."""

    def __init__(self) -> None:
        self.all: list[SQLiteSession] = []

    @property
    def open(self) -> list[SQLiteSession]:
        """Those that nobody has closed."""
        found = []
        for session in self.all:
            with suppress(RuntimeError):  # raised by a closed session
                _ = session.database
                found.append(session)
        return found


@contextmanager
def made_sessions() -> Iterator[MadeSessions]:
    """Watch which sessions are made, and close in the end what was left open.

    The file does not show whether a session was closed: one that is forgotten closes it too.
    """
    made, plain_init = MadeSessions(), SQLiteSession.__init__

    def init(self: SQLiteSession, *arguments: Any, **settings: Any) -> None:
        plain_init(self, *arguments, **settings)
        made.all.append(self)

    try:
        with patch.object(SQLiteSession, "__init__", init):
            yield made
    finally:
        for session in made.open:
            session.close()


def _awaitable(answer: Any) -> Any:
    if not callable(answer):
        return answer

    async def call_answer(*arguments: Any) -> Any:
        result = answer(*arguments)
        return await result if inspect.isawaitable(result) else result

    return call_answer


def _what_went_wrong(error: BaseException, answer: tuple[Any, ...]) -> str:
    in_answer = "call_answer" in [one.name for one in traceback.extract_tb(error.__traceback__)]
    while isinstance(error, BaseExceptionGroup):  # what a TaskGroup raises
        error = error.exceptions[0]
    raised = f"{type(error).__name__}: {error}"
    if not in_answer:
        return f"The check cannot use what your function gave it ({raised})."
    line = _line(error, answer)
    if isinstance(error, NameError) and error.name:
        return (
            f"`{error.name}` is not defined{line}: run the cells above first. If you have, look "
            "for a typing error."
        )
    if re.search(r"'(coroutine|\w*Future|Task)' object|await wasn't used", str(error)):
        return f"Your code raised {raised}{line}. An `await` is missing."
    if type(error).__name__ == "OpenAIError" and "api_key" in str(error):
        return (
            f"An agent without `model=` asks OpenAI, which needs a key{line}. Make the agent with "
            "`model=choose_model()`."
        )
    return f"Your code raised {raised}{line}."


def _line(error: BaseException, answer: tuple[Any, ...]) -> str:
    """Name the learner's line that `error` comes from, if it comes from one."""
    codes = [getattr(inspect.unwrap(one), "__code__", None) for one in answer if callable(one)]
    files = {code.co_filename for code in codes if code is not None}
    # What interrupted the code is the cause of a TimeoutError.
    frames = list(traceback.extract_tb((error.__cause__ or error).__traceback__))
    names = [frame.name for frame in frames]
    first = names.index("call_answer") if "call_answer" in names else 0
    for frame in reversed(frames[first:]):
        if frame.filename in files:
            return f" (line {frame.lineno}: `{frame.line}`)"
    return ""


@contextmanager
def _forgotten_awaits() -> Iterator[list[str]]:
    """Collect the names of coroutines that nobody awaits, in place of Python's warning."""
    forgotten: list[str] = []
    with warnings.catch_warnings():
        warnings.filterwarnings("always", ".*was never awaited", RuntimeWarning)
        show = warnings.showwarning

        def collect(message: Warning | str, *rest: Any, **more: Any) -> None:
            found = re.match(r"coroutine '(.+)' was never awaited", str(message))
            if found:
                forgotten.append(found[1])
            else:
                show(message, *rest, **more)

        warnings.showwarning = collect
        yield forgotten


class _OutOfTimeError(BaseException):
    """Stops code that never returns to the event loop. ``except Exception`` does not catch it."""


@contextmanager
def _interrupting_endless_code() -> Iterator[None]:
    """Raise `_OutOfTimeError` in this thread when the time is up and its event loop is stuck.

    A timeout of asyncio needs the event loop, which ``while True:`` without an ``await`` never
    reaches. Nor does JupyterLab's Interrupt Kernel.
    """
    loop, thread = asyncio.get_running_loop(), ctypes.c_ulong(threading.get_ident())
    done, lock = threading.Event(), threading.Lock()
    raised = threading.Event()

    def watch() -> None:
        done.wait(TIME_LIMIT)
        while not done.is_set():
            alive = threading.Event()
            loop.call_soon_threadsafe(alive.set)
            if not alive.wait(1.0):
                with lock:
                    if not done.is_set():
                        raised.set()
                        _raise_in(thread, _OutOfTimeError)
            done.wait(1.0)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        # One that is on its way may arrive as late as here, and must not get past this loop. It
        # cannot be taken back: Python 3.11 would look for it for ever, and hang in a debugger.
        while True:
            try:
                with lock:
                    done.set()
                if not raised.is_set():
                    break
                _raise_in(thread, _OutOfTimeError)  # takes the place of the one on its way
                while True:
                    pass
            except _OutOfTimeError:
                raised.clear()
        watcher.join()


def _raise_in(thread: ctypes.c_ulong, error: type[BaseException]) -> None:
    """Have `thread` raise `error` at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(error))

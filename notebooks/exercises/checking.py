"""Running an answer, and saying in plain words what went wrong with it."""

import asyncio
import ctypes
import inspect
import io
import re
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from types import FrameType
from typing import Any

from exercises.looking import ChangedArgumentError, ForgottenAwaitError, awaitable

TIME_LIMIT = 20.0
"""Seconds after which a check gives up on the code that it looks at."""


async def missing(
    check: Callable[..., Awaitable[str | None]], answer: tuple[Any, ...]
) -> str | None:
    """Return what `check` finds missing in `answer`, or what the answer raised.

    A function is looked at twice.

    Args:
        check: An async function that is called with the answer.
        answer: What the learner's code defines.

    Returns:
        A sentence or several, or None if nothing is missing.
    """
    with _forgotten_awaits() as forgotten:
        found = await _missing(check, answer)
        if found is None and any(map(callable, answer)):
            # What an answer keeps from one call to the next shows only in a second look.
            with redirect_stdout(io.StringIO()):  # what it prints has been seen
                found = await _missing(check, answer)
            if found:
                found = f"When the check called it again, it did something else. {found}"
    # After a wrong name, the code did not get as far as to an `await`.
    if found and forgotten and not re.match(r"`\w+` is not defined", found):
        has_not_run = f"`{forgotten[0]}` was called without `await`, so it has not run."
        # Something else may have gone wrong first, such as a star that is missing in a gather.
        raised = found.startswith("Your code raised") and "`await`" not in found
        if "put a star" in found:
            return found  # the calls in the list are awaited once they are handed over
        return f"{found} {has_not_run}" if raised else has_not_run
    return found


@contextmanager
def status(text: str) -> Iterator[None]:
    """Show `text` until something else is printed, or the work is done."""
    out = sys.stdout
    # What is printed after a carriage return takes the place of the line.
    erase = f"\r{' ' * len(text)}\r"

    class UntilPrinted:
        shown = True

        def write(self, more: str) -> int:
            if self.shown:
                self.shown = False
                out.write(erase)
            return out.write(more)

        def __getattr__(self, name: str) -> Any:
            return getattr(out, name)

    until_printed = UntilPrinted()
    out.write(text)
    out.flush()
    try:
        with redirect_stdout(until_printed):
            yield
    finally:
        if until_printed.shown:
            out.write(erase)


async def _missing(
    check: Callable[..., Awaitable[str | None]], answer: tuple[Any, ...]
) -> str | None:
    try:
        with _stopping_on_interrupt(), _stopping_endless_code():
            async with asyncio.timeout(TIME_LIMIT):
                return await check(*map(awaitable, answer))
    except (TimeoutError, _OutOfTimeError) as error:
        return f"Your code has not ended after {TIME_LIMIT:g} seconds{_line(error, answer)}."
    except (ChangedArgumentError, ForgottenAwaitError) as error:
        return str(error)
    except _InterruptedError as error:
        return f"You have interrupted the check{_line(error, answer)}."
    except Exception as error:
        return _what_went_wrong(error, answer)


def _what_went_wrong(error: BaseException, answer: tuple[Any, ...]) -> str:
    in_answer = "call_answer" in [one.name for one in traceback.extract_tb(error.__traceback__)]
    while isinstance(error, BaseExceptionGroup):  # what a TaskGroup raises
        error = error.exceptions[0]
    raised = f"{type(error).__name__}: {error}".rstrip(".")
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
    if "can't be used in 'await' expression" in str(error):
        return f"Your code raised {raised}{line}. Leave that `await` out."
    if "'async_generator' object is not iterable" in str(error):
        return f"Your code raised {raised}{line}. Write `async for` in place of `for`."
    if type(error).__name__ == "OpenAIError" and "api_key" in str(error):
        return (
            f"An agent without `model=` asks OpenAI, which needs a key{line}. Make the agent with "
            "`model=choose_model()`."
        )
    if "unhashable type: 'list'" in str(error) and "gather(" in line:
        return (
            f"Your code raised {raised}{line}. `asyncio.gather` takes the calls one by one: put a "
            "star in front of the list."
        )
    if re.search(r"\bclosed\b", str(error)):
        return (
            f"Your code raised {raised}{line}. If you have run the whole notebook, its last cells "
            "closed what this needs: choose Kernel → Restart Kernel and Run up to Selected Cell."
        )
    return f"Your code raised {raised}{line}."


def _line(error: BaseException, answer: tuple[Any, ...]) -> str:
    """Name the learner's line that `error` comes from, if it comes from one."""
    codes = [getattr(inspect.unwrap(one), "__code__", None) for one in answer if callable(one)]
    files = {code.co_filename for code in codes if code is not None}
    if isinstance(error, TimeoutError):
        # What interrupted the code is its cause, or before Python 3.11.3 only its context.
        error = error.__cause__ or error.__context__ or error
    frames = list(traceback.extract_tb(error.__traceback__))
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


class _InterruptedError(BaseException):
    """Stops code that is interrupted. ``except Exception`` does not catch it."""


_in_check: ContextVar[bool] = ContextVar("_in_check", default=False)
"""Whether the code that runs, in whatever task, belongs to a check."""


@contextmanager
def _stopping_on_interrupt() -> Iterator[None]:
    """Let JupyterLab's Interrupt Kernel stop code that never returns to the event loop.

    The kernel's own way is to cancel the cell, which waits for the event loop.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # where no signal arrives
        return
    usual, loop = signal.getsignal(signal.SIGINT), asyncio.get_running_loop()

    def stop(number: int, frame: FrameType | None) -> None:
        if _in_check.get():
            raise _InterruptedError
        if callable(usual):
            usual(number, frame)
        # The kernel's handler leaves a callback, which a loop that waits would not see.
        loop.call_soon_threadsafe(lambda: None)

    token = _in_check.set(True)
    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        _in_check.reset(token)


class _OutOfTimeError(BaseException):
    """Stops code that never returns to the event loop. ``except Exception`` does not catch it."""


@contextmanager
def _watching_loops() -> Iterator[None]:
    """Do the same without a thread, as in a browser: look at the clock whenever a loop begins anew.

    Python 3.12 and newer call back for that. What runs inside of one call, such as `sum`, ends
    when it ends.
    """
    deadline = time.monotonic() + TIME_LIMIT + 1.0  # the timeout of asyncio comes first
    watch: Any = vars(sys)["monitoring"]
    tool = watch.PROFILER_ID

    def look(*_: Any) -> None:
        if _in_check.get() and time.monotonic() > deadline:
            raise _OutOfTimeError

    watch.use_tool_id(tool, __name__)
    watch.register_callback(tool, watch.events.JUMP, look)
    watch.set_events(tool, watch.events.JUMP)
    try:
        yield
    finally:
        watch.free_tool_id(tool)


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


_stopping_endless_code = (
    _watching_loops if sys.platform == "emscripten" else _interrupting_endless_code
)


def _raise_in(thread: ctypes.c_ulong, error: type[BaseException]) -> None:
    """Have `thread` raise `error` at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(error))

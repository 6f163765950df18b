"""What checks look with: values in words, files and sessions of their own."""

import asyncio
import copy
import inspect
import tempfile
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from session_lib import SQLiteSession, describe

Answer = Callable[..., Awaitable[Any]]
"""A function of the learner's, as a check gets it: to be awaited, even if it is a plain one."""


def texts(items: list[Any]) -> list[str]:
    """Return what messages say, for checks that compare."""
    return [describe(item)[2] for item in items]


def conversation(*messages: str) -> list[Any]:
    """Return messages as items, from the user and the assistant in turn."""
    roles = ["user", "assistant"]
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(messages)]


def shown(value: Any, *, with_type: bool = True) -> str:
    """Return a value as code, not too long, and its type where that may be what is wrong."""
    text = textwrap.shorten(repr(value), 100, placeholder=" ...")
    return f"{text} ({type(value).__name__})" if with_type else text


def returned(value: Any) -> str:
    """Say what the learner's function returned, and where that may come from."""
    if value is None:
        return "It returned None: it came to an end without `return`. Printing does not return."
    parts = value if isinstance(value, list) else [value]
    if any(type(part).__name__ == "RunResult" for part in parts):
        return "It returned what the runner returns: take the `final_output` of that."
    if any(part is None for part in parts):
        return f"It returned {shown(value)}: a function that only prints returns None."
    return f"It returned {shown(value)}."


@contextmanager
def new_file() -> Iterator[Path]:
    """Give the path of a file that is not there yet, and in the end delete its folder."""
    # Windows deletes no file that is open, and the learner's code may have left one open.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder, "check.db")


def no_file_at(parameter: str, folder: Path, known: str = "") -> str:
    """Say that the learner's function made no file at the path that it was given.

    Args:
        parameter: The name of the parameter with that path.
        folder: Where the file should be, and where one with another name may be.
        known: How the names of the files begin that were there before.
    """
    names = sorted(one.name for one in folder.iterdir())
    others = [name for name in names if not known or not name.startswith(known)]
    instead = f", but one with the name {others[0]!r}" if others else ""
    return (
        f"There is no file at `{parameter}` after a call{instead}. Use `{parameter}` itself: the "
        "check makes up a new path each time."
    )


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


def awaitable(answer: Any) -> Any:
    """Return a function as one to be awaited, and anything else as it is."""
    if not callable(answer):
        return answer

    async def call_answer(*arguments: Any) -> Any:
        before = [_copied(argument) for argument in arguments]
        result = answer(*arguments)
        result = await result if inspect.isawaitable(result) else result
        if isinstance(result, asyncio.Future):
            raise ForgottenAwaitError
        for number, (now, then) in enumerate(zip(arguments, before, strict=True)):
            if then is not None and not (now.equals(then) if _is_table(now) else now == then):
                raise ChangedArgumentError([*inspect.signature(answer).parameters][number])
        return result

    return call_answer


class ForgottenAwaitError(Exception):
    """An answer has returned what ``asyncio.gather`` gave it, before that was done."""

    def __init__(self) -> None:
        super().__init__(
            "Your function returned before its work was done: put `await` in front of "
            "`asyncio.gather(...)`."
        )


class ChangedArgumentError(Exception):
    """An answer has changed a list, a dict or a table that it was given.

    Args:
        name: The parameter.
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Your function changed `{name}`, which others use: make a new one instead."
        )


def _copied(value: Any) -> Any:
    """Return a copy of what is easily changed by mistake, and None for anything else."""
    if not isinstance(value, list | dict) and not _is_table(value):
        return None
    try:
        return copy.deepcopy(value)
    except TypeError:  # a list of sessions, say
        return copy.copy(value)


def _is_table(value: Any) -> bool:
    return type(value).__name__ == "DataFrame"

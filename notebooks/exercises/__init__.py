"""The exercises of the notebooks. Each is written in one place: in the module of its notebook.

``uv run python -m tests.refresh_notebooks`` puts task, start, check and solution into the cells.
"""

import asyncio
import inspect
import tempfile
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from session_lib import describe

TIME_LIMIT = 20.0
"""Seconds after which a check gives up on the code that it looks at."""

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
        solution: Code that solves the task. It stands folded below the check.
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
        try:
            async with asyncio.timeout(TIME_LIMIT):
                missing = await self.missing(*map(_awaitable, answer))
        except TimeoutError:
            missing = f"Your code has not ended after {TIME_LIMIT:g} seconds."
        except Exception as error:
            missing = f"Your code raised {type(error).__name__}: {error}"
        # JupyterLab would break a long line in the middle of a word.
        print(textwrap.fill(f"Not yet. {missing}", 90) if missing else "Solved.")


def texts(items: list[Any]) -> list[str]:
    """Return what messages say, for checks that compare."""
    return [describe(item)[2] for item in items]


@contextmanager
def new_file() -> Iterator[Path]:
    """Give the path of a file that is not there yet, and in the end delete its folder."""
    # Windows deletes no file that is open, and the learner's code may have left one open.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder, "check.db")


def _awaitable(answer: Any) -> Any:
    if not callable(answer):
        return answer

    async def call(*arguments: Any) -> Any:
        result = answer(*arguments)
        return await result if inspect.isawaitable(result) else result

    return call

"""What an exercise is: a task, an answer, a check, a hint and a solution."""

import contextlib
import html
import inspect
import linecache
import re
import sys
import textwrap
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from IPython.display import display

from exercises import checking, progress
from exercises.looking import returned, shown

Kind = Literal["write", "repair", "predict", "order", "read", "choose"]
"""Write a function, repair one, predict an output, put lines in order, read an error, choose."""


@dataclass(eq=False)
class Exercise:
    """A task, and a check that tells whether it is solved.

    Attributes:
        title: A few words, which become the heading.
        task: What to do, in Markdown. Each sentence that asks for something is checked.
        start: The code that the learner finds. It runs, and does not solve the task.
        answer: What the check is called with: the names that the learner's code defines,
            separated by commas.
        missing: The check. An async function that is called with the answer, looks at what the
            answer does, and never at how it is written. It returns a sentence that says what is
            still missing, or None.
        solution: What solves the task: code that defines the names in `answer`, or a value.
        practises: Which lines of the notebook's "You will be able to" it practises, counted
            from 1.
        kind: What the learner does.
        hint: A second hint, after the one that the check gives. It is folded.
        explanation: Why a solution that is a value is right.
        used_later: Whether later cells of the notebook use the answer.
        may_be_async: Whether these cells take a coroutine function too, where the solution is none.
    """

    title: str
    task: str
    start: str
    answer: str
    missing: Callable[..., Awaitable[str | None]]
    solution: Any
    practises: tuple[int, ...]
    kind: Kind = "write"
    hint: str = ""
    explanation: str = ""
    used_later: bool = False
    may_be_async: bool = False
    _mine: tuple[Any, ...] = field(default=(), init=False, repr=False)
    _solution: tuple[Any, ...] = field(default=(), init=False, repr=False)

    @property
    def names(self) -> list[str]:
        """The names that the learner's code defines."""
        return [name.strip() for name in self.answer.split(",")]

    async def check(self, *answer: Any) -> None:
        """Print whether an answer solves the task, or what is still missing.

        Below that, folded, are a hint and the solution.

        Args:
            *answer: The values of the names in the attribute `answer`. By default they are what
                the learner's cell has defined.
        """
        cells = vars(sys.modules["__main__"])
        if not answer:
            if unknown := [name for name in self.names if name not in cells]:
                quotes = " A text needs quotation marks." if self._is_a_text else ""
                _say(
                    f"`{unknown[0]}` is not defined yet: run your own cell, and then this one. If "
                    f"your cell ends in an error, mend that first.{quotes}"
                )
                return
            answer = tuple(cells[name] for name in self.names)
        if any(one is other for one in answer for other in self._solution):
            name = self.names[0]
            _say(f"`{name}` is the solution now. Run your own cell, which defines `{name}`, first.")
            return
        missing = await self._missing(answer)
        if missing is None:
            self._mine = answer
            progress.remember(self)
            _say("Solved.")
        else:
            _say(f"Not yet. {missing}")
            if self.used_later:
                _say(self._use_what_works(cells))
            if self.hint:
                _fold("A hint", self.hint)
        _fold("A solution", self._solution_in_words())

    async def check_solution(self, *solution: Any) -> None:
        """Print whether the solution solves the task. The originals of the notebooks do this.

        Args:
            *solution: The values of the names in the attribute `answer`.

        Raises:
            AssertionError: It does not.
        """
        missing = await self._missing(solution)
        assert missing is None, missing
        print("This solution solves the exercise.")

    async def _missing(self, answer: tuple[Any, ...]) -> str | None:
        for name, value in zip(self.names, answer, strict=True):
            if re.search(rf"\bdef {name}\(", str(self.solution)) and not callable(value):
                return f"`{name}` is {shown(value)}, and is not a function."
            plain = re.search(rf"^def {name}\(", str(self.solution), re.MULTILINE)
            calls = self.used_later and not self.may_be_async
            if plain and calls and inspect.iscoroutinefunction(value):
                return f"Later cells call `{name}` without `await`: write `def`, not `async def`."
        with checking.status("Checking ..."):
            missing = await checking.missing(self.missing, answer)
        if missing and any(map(_has_dots, answer)):
            dots = "It returned None: put your code in place of the three dots."
            missing = missing.replace(returned(None), dots)
        return missing

    @property
    def _is_a_text(self) -> bool:
        return isinstance(self.solution, str) and "\n" not in self.solution

    def _use_what_works(self, cells: dict[str, Any]) -> str:
        """Put the earlier answer or the solution in place of one that is not solved."""
        if self._mine:
            cells.update(zip(self.names, self._mine, strict=True))
            return "Until then, later cells use the answer with which you solved it before."
        # Registered as a cell's code is, so that `inspect` and tracebacks find its lines.
        file, code = f"<solution of {self.names[0]}>", self.solution.strip() + "\n"
        linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file
        exec(compile(code, file, "exec"), cells)
        self._solution = tuple(cells[name] for name in self.names)
        return "Until then, later cells use the solution."

    def _solution_in_words(self) -> str:
        if self.explanation:
            return f"{self.answer} = {self.solution!r}\n\n{self.explanation}"
        return str(self.solution).strip()


def _has_dots(answer: Any) -> bool:
    """Tell whether a function still has the three dots that stand for the learner's code."""
    with contextlib.suppress(OSError, TypeError):
        return re.search(r"^ +\.\.\.", inspect.getsource(answer), re.MULTILINE) is not None
    return False


def _say(text: str) -> None:
    # JupyterLab would break a long line in the middle of a word.
    print(textwrap.fill(text, 90))


def _fold(title: str, text: str) -> None:
    """Show `text` when `title` is clicked, or chosen with Tab and Enter."""
    lines = [line if line.startswith(" ") else textwrap.fill(line, 90) for line in text.split("\n")]
    text = "\n".join(lines)
    # A text that opens is not repeated by what cannot fold.
    folded = f"<details><summary>{title}</summary><pre>{html.escape(text)}</pre></details>"
    display({"text/html": folded, "text/plain": title}, raw=True)  # type: ignore[no-untyped-call]

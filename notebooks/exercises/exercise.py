"""What an exercise is: a task, an answer, a check, a hint and a solution."""

import html
import re
import sys
import textwrap
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from IPython.display import display

from exercises import checking, progress
from exercises.looking import shown

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
    _mine: tuple[Any, ...] = field(default=(), init=False, repr=False)
    _solution: tuple[Any, ...] = field(default=(), init=False, repr=False)

    @property
    def names(self) -> list[str]:
        """The names that the learner's code defines."""
        return [name.strip() for name in self.answer.split(",")]

    async def check(self, *answer: Any) -> None:
        """Print whether `answer` solves the task, or what is still missing.

        Args:
            *answer: What the learner's code defines, in the order of the attribute `answer`.
        """
        if any(one is other for one in answer for other in self._solution):
            _say(f"`{self.names[0]}` is the solution now. Run your own cell, and then this one.")
            return
        missing = self._not_a_function(answer)
        if missing is None:
            with checking.status("Checking ..."):
                missing = await checking.missing(self.missing, answer)
        if missing is None:
            self._mine = answer
            progress.remember(self)
            _say("Solved.")
            return
        _say(f"Not yet. {missing}")
        if self.hint:
            _fold("A hint", self.hint)
        if self.used_later:
            _say(self._use_what_works())

    def mine_or(self, *solution: Any) -> Any:
        """Return the learner's own answer if it is solved, or else the solution.

        The cell of a solution ends with this, so that it takes nothing's place.

        Args:
            *solution: What the solution's code defines, in the order of the attribute `answer`.

        Returns:
            A tuple if there are several names, else the only value.
        """
        self._solution = solution
        names = " and ".join(f"`{name}`" for name in self.names)
        if self._mine:
            _say(f"You have solved this exercise, so your own {names} stays in use.")
        else:
            _say(f"Until you have solved the exercise, {names} is this solution.")
        used = self._mine or solution
        return used if len(used) > 1 else used[0]

    def explain(self) -> None:
        """Print the solution of an exercise whose answer is a value, and why it is right."""
        _say(f"{self.solution!r}: {self.explanation}")

    def _not_a_function(self, answer: tuple[Any, ...]) -> str | None:
        for name, value in zip(self.names, answer, strict=True):
            if re.search(rf"\bdef {name}\(", str(self.solution)) and not callable(value):
                return f"`{name}` is {shown(value)}, and is not a function."
        return None

    def _use_what_works(self) -> str:
        """Put the earlier answer or the solution in place of one that is not solved."""
        cells = vars(sys.modules["__main__"])
        if self._mine:
            cells.update(zip(self.names, self._mine, strict=True))
            return "Until then, later cells use the answer with which you solved it before."
        exec(self.solution, cells)
        self._solution = tuple(cells[name] for name in self.names)
        return "Until then, later cells use the solution."


def _say(text: str) -> None:
    # JupyterLab would break a long line in the middle of a word. What is indented is code.
    for line in text.splitlines():
        print(line if line.startswith(" ") else textwrap.fill(line, 90))


def _fold(title: str, text: str) -> None:
    """Show `text` when `title` is clicked, or chosen with Tab and Enter."""
    shown = f"<details><summary>{title}</summary>{html.escape(text)}</details>"
    display({"text/html": shown, "text/plain": f"{title}: {text}"}, raw=True)  # type: ignore[no-untyped-call]

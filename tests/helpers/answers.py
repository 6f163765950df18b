"""Answers to the exercises, right and wrong, and what a check says to each.

For each exercise there is a file in ``tests/teaching/answers``. An answer in it begins with a line
``# %% right: what is special about it`` or ``# %% wrong: what is wrong with it``. Under a wrong one
stands ``# says:`` with words that the check has to say to it.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode, v4

FOLDER = Path(__file__).parents[1] / "teaching" / "answers"


class Answer(NamedTuple):
    """One answer.

    Attributes:
        right: Whether the check should accept it.
        what: What is special about it.
        says: Words that the check says to it, if it is wrong.
        code: The cell.
    """

    right: bool
    what: str
    says: str
    code: str


def answers_to(module: str, exercise: str) -> list[Answer]:
    """Return the answers to one exercise, in the order of its file.

    Args:
        module: The module of the notebook, such as "notebook_01".
        exercise: The name of the exercise.

    Raises:
        ValueError: The file has an answer that is neither right nor wrong.
    """
    path = FOLDER / module / f"{exercise}.py"
    _, *parts = re.split(r"^# %% ?", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    answers = []
    for part in parts:
        heading, _, code = part.partition("\n")
        kind, _, what = heading.partition(":")
        if kind not in ("right", "wrong"):
            raise ValueError(f"{path.name}: {heading!r} is neither right nor wrong")
        says = ""
        if match := re.match(r"# says: ?(.*)\n", code):
            says, code = match[1].strip(), code[match.end() :]
        answers.append(Answer(kind == "right", what.strip(), says, code.strip()))
    return answers


def cells_of(module: str, name: str, exercise: Any) -> list[NotebookNode]:
    """Return two cells for each answer: the answer itself, and the check.

    The exercise forgets in between what it has seen, as if each answer were the first one.
    """
    cells = []
    for number, answer in enumerate(answers_to(module, name)):
        code = v4.new_code_cell(answer.code)
        forget = f"{name}._mine = {name}._solution = ()"
        check = v4.new_code_cell(f"{forget}\nawait {name}.check()")
        code.id, check.id = f"{name}-{number}-answer", f"{name}-{number}-verdict"
        cells += [code, check]
    if "\n" in str(exercise.solution):
        cells.append(v4.new_code_cell(exercise.solution))  # for the cells that use it later
    return cells

"""Answers to the exercises, right and wrong, and what a check says to each.

For each exercise there is a file in ``tests/teaching/answers``. An answer in it begins with a line
``# %% right: what is special about it`` or ``# %% wrong: what is wrong with it``. Under a wrong one
stands ``# says:`` with words that the check has to say to it.
"""

import json
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


_JUDGE = """
async def judge(exercise, name, answers):
    import json, os  # here, as an answer may have forgotten them
    from IPython.utils.capture import capture_output
    shell = get_ipython()
    key = os.environ.pop("OPENAI_API_KEY")  # a wrong answer may ask OpenAI's model
    for code in answers:
        exercise._mine = exercise._solution = ()  # as if it were the first answer
        with capture_output() as captured:
            for cell in (code, f"await {name}.check()"):
                source = shell.transform_cell(cell)
                done = await shell.run_cell_async(cell, transformed_cell=source)
                done.raise_error()
        print(json.dumps(captured.stdout))
    os.environ["OPENAI_API_KEY"] = key

await judge(NAME, "NAME", ANSWERS)
del judge
"""


def cells_of(module: str, name: str, exercise: Any) -> list[NotebookNode]:
    """Return the cells that let an exercise judge its answers, each as a cell that a learner runs.

    All are in one cell, for it takes longer to send a cell to a kernel than to judge most answers.
    """
    codes = [answer.code for answer in answers_to(module, name)]
    judge = v4.new_code_cell(_JUDGE.replace("NAME", name).replace("ANSWERS", repr(codes)))
    judge.id = f"{name}-verdicts"
    cells = [judge]
    if "\n" in str(exercise.solution):
        cells.append(v4.new_code_cell(exercise.solution))  # for the cells that use it later
    return cells


def verdicts_in(cell: NotebookNode) -> list[str]:
    """Return what the check said to each answer, from the cell that judged them."""
    printed = "".join(output.get("text", "") for output in cell.outputs)
    # The lines are filled. The answer itself may have printed something before the verdict.
    return [" ".join(json.loads(line).split()) for line in printed.splitlines()]

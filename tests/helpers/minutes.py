"""How long a notebook takes, or a part of it, computed from what is in it.

Reading takes a minute for 150 words. Running a cell, reading its code and its output takes 12
seconds for a line of code: with that, the sums fit the times of a reader who worked through eleven
notebooks of the series with a watch, 12 to 60 minutes each. For an exercise there is a time for its
kind, and for one that is written, more for each line of its solution.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from exercises import Exercise

WORDS_A_MINUTE = 150
MINUTES_A_LINE = 0.2
MINUTES_A_SOLUTION_LINE = 0.5
MINUTES = {"write": 2.0, "repair": 3.0, "predict": 1.0, "order": 2.0, "read": 1.5, "choose": 1.5}


def minutes_of(cells: Iterable[Any], exercises: Mapping[str, Exercise]) -> int:
    """Return the minutes that a notebook takes with its exercises, rounded up to five."""
    total = reading(cells) + sum(map(minutes_of_exercise, exercises.values()))
    return math.ceil(total / 5) * 5


def reading(cells: Iterable[Any]) -> float:
    """Return the minutes that reading and running take, without doing the exercises."""
    total = 0.0
    for cell in cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)
            total += len(prose.split()) / WORDS_A_MINUTE
        elif "exercise" not in cell.metadata and cell.id != "card":
            total += len([one for one in cell.source.splitlines() if one.strip()]) * MINUTES_A_LINE
    return total


def minutes_of_exercise(exercise: Exercise) -> float:
    """Return the minutes that doing an exercise takes."""
    lines = 0
    if exercise.kind == "write":
        lines = len([one for one in exercise.solution.splitlines() if one.strip()])
    return MINUTES[exercise.kind] + lines * MINUTES_A_SOLUTION_LINE


def minutes_of_part(
    cells: Iterable[Any],
    exercises: Mapping[str, Exercise],
    first: str,
    last: str,
    without: Iterable[str] = (),
) -> float:
    """Return the minutes that a part of a notebook takes, with its exercises.

    A heading names its section, which goes on to the next heading of any level. An exercise is
    named by its number alone, such as "Exercise 1".

    Args:
        cells: The cells of the notebook.
        exercises: Its exercises, by their names.
        first: The heading of the part's first section.
        last: The heading of its last section.
        without: The headings of sections between them that are left out.

    Raises:
        ValueError: A heading is not there, or more than once, or outside of the part.
    """
    sections = _sections(cells)
    headings = [heading for heading, _ in sections]
    for heading in (first, last, *without):
        if headings.count(heading) != 1:
            raise ValueError(f"{headings.count(heading)} sections are named {heading!r}")
    part = sections[headings.index(first) : headings.index(last) + 1]
    taken = [cells for heading, cells in part if heading not in without]
    if len(part) - len(taken) != len([*without]) or not taken:
        raise ValueError(f"from {first!r} to {last!r} there is not each of {[*without]}")
    inside = [cell for cells in taken for cell in cells]
    names = {cell.metadata["exercise"] for cell in inside if "exercise" in cell.metadata}
    return reading(inside) + sum(minutes_of_exercise(exercises[name]) for name in names)


def _sections(cells: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    sections: list[tuple[str, list[Any]]] = []
    for cell in cells:
        if cell.cell_type == "markdown" and (heading := re.match(r"#+ (.+)", cell.source)):
            exercise = re.match(r"(Exercise \d+):", heading[1])
            sections.append((exercise[1] if exercise else heading[1].strip(), []))
        sections[-1][1].append(cell)
    return sections

"""Exercises whose answer is a value: a choice, a prediction, an order of lines.

A function that is written or repaired needs an `Exercise` of its own.
"""

import numbers
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from exercises.exercise import Exercise, Kind
from exercises.looking import Answer, awaitable, shown


def choice(
    title: str,
    task: str,
    options: Mapping[str, tuple[str, str]],
    right: str,
    *,
    answer: str,
    practises: tuple[int, ...],
    kind: Kind = "choose",
) -> Exercise:
    """Make an exercise that asks which of a few options is right.

    Args:
        title: A few words, which become the heading.
        task: The question, in Markdown.
        options: For each letter what it stands for, and what to say to those who choose it: why
            it is wrong, or right.
        right: The letter of the right option.
        answer: The name that the learner's code defines.
        practises: Which lines of the notebook's "You will be able to" it practises.
        kind: "choose", or "read" if the question is what an error says.
    """
    letters = " or ".join([", ".join(f'"{one}"' for one in [*options][:-1]), f'"{[*options][-1]}"'])

    async def missing(value: Any) -> str | None:
        letter = value.strip(" .:()").lower() if isinstance(value, str) else value
        if not isinstance(letter, str) or letter not in options:
            return _not_filled_in(value, answer, letters)
        return None if letter == right else f"You chose {letter!r}. {options[letter][1]}"

    return Exercise(
        title=title,
        task="\n".join(
            [task.strip(), "", *(f"- **{one}**: {text}" for one, (text, _) in options.items())]
        ),
        start=f"{answer} = ...  # {letters}",
        answer=answer,
        missing=missing,
        solution=right,
        practises=practises,
        kind=kind,
        explanation=options[right][1],
    )


def prediction(
    title: str,
    task: str,
    actual: Callable[[], Awaitable[Any]],
    *,
    answer: str,
    solution: Any,
    explanation: str,
    hint: str,
    practises: tuple[int, ...],
    expected: str = "",
    wrong: Mapping[Any, str] | None = None,
) -> Exercise:
    """Make an exercise that asks what code will do, before the cell with that code is run.

    Args:
        title: A few words, which become the heading.
        task: The question, in Markdown. It says whether a number, a text or a list is asked for.
        actual: Runs that code, and returns what it really does.
        answer: The name that the learner's code defines.
        solution: What `actual` returns, which each check makes sure of.
        explanation: Why it is so.
        hint: What to think of, for those who predicted something else.
        practises: Which lines of the notebook's "You will be able to" it practises.
        expected: What a prediction looks like, if "a number" or the like does not say it.
        wrong: What to say to a prediction that is likely and wrong, in place of the hint.
    """
    expected = expected or {str: "a text in quotation marks", int: "a number", list: "a list"}.get(
        type(solution), f"a {type(solution).__name__}"
    )

    async def missing(value: Any) -> str | None:
        value = _as_whole_number(value)
        if isinstance(solution, str) and type(value) is int:
            value = str(value)  # 35 for "35"
        # What looks like `"yes" or "no"` names all that there is to choose from.
        named = re.findall(r'"([^"]*)"', expected)
        if type(value) is not type(solution) or (named and not any(_same(value, x) for x in named)):
            return _not_filled_in(value, answer, expected)
        if await actual() != solution:
            raise AssertionError("the code does something else than the exercise says")
        if _same(value, solution):
            return None
        said = [text for one, text in (wrong or {}).items() if _same(value, one)]
        return f"You predicted {shown(value, with_type=False)}. {said[0] if said else hint}"

    return Exercise(
        title=title,
        task=task,
        start=f"{answer} = ...  # your prediction: {expected}",
        answer=answer,
        missing=missing,
        solution=solution,
        practises=practises,
        kind="predict",
        explanation=explanation,
    )


def line_order(
    title: str,
    task: str,
    lines: Mapping[str, str],
    function: str,
    missing: Callable[[Answer], Awaitable[str | None]],
    *,
    answer: str,
    solution: str,
    explanation: str,
    hint: str,
    practises: tuple[int, ...],
) -> Exercise:
    """Make an exercise that asks for the order of the lines of a function.

    Any order is right that does what the check looks for.

    Args:
        title: A few words, which become the heading.
        task: What the function does, in Markdown.
        lines: Each letter's line of code, in the order in which the learner finds them. A line
            that is not needed may be among them.
        function: The name of the function.
        missing: The check of an `Exercise`, called with that function.
        answer: The name that the learner's code defines, for a text of letters.
        solution: The letters in an order that works.
        explanation: Why it is so.
        hint: A second hint.
        practises: Which lines of the notebook's "You will be able to" it practises.
    """
    expected = f'letters in order, such as "{"".join([*lines][1::-1])}"'

    async def checked(value: Any) -> str | None:
        letters = "".join(map(str, value)) if isinstance(value, list | tuple) else value
        if not isinstance(letters, str) or not letters.strip():
            return _not_filled_in(value, answer, expected)
        letters = re.sub(r"[\W_]", "", letters).upper()
        if unknown := [one for one in letters if one not in lines]:
            return f"There is no line {unknown[0]}."
        # The function sees what the cells above defined.
        names = dict(vars(sys.modules["__main__"]))
        names.pop(function, None)
        try:
            exec(_code(lines, letters), names)
        except SyntaxError as error:
            at = f" at line {letters[error.lineno - 1]}" if error.lineno else ""
            return f"In this order, the lines are not Python{at}: {error.msg}."
        except NameError as error:
            return f"In this order, `{error.name}` is not known yet where it is needed."
        if function not in names:
            return f"In this order, the lines do not define `{function}`."
        found = await missing(awaitable(names[function]))
        if found is None and len(letters) > len(solution):
            return "This works, but one of the lines is not needed."
        return found

    comments = "\n".join(f"# {letter}  {line}" for letter, line in lines.items())
    return Exercise(
        title=title,
        task=task,
        start=f'{comments}\n{answer} = ""  # {expected}',
        answer=answer,
        missing=checked,
        solution=solution,
        practises=practises,
        kind="order",
        hint=hint,
        explanation=f"{_code(lines, solution)}\n\n{explanation}",
    )


def _code(lines: Mapping[str, str], order: str) -> str:
    return "\n".join(lines[letter] for letter in order)


def _not_filled_in(value: Any, answer: str, expected: str) -> str:
    if value is ...:
        return f"Put your answer in place of the three dots: {expected}."
    return f"`{answer}` is {shown(value)}. It should be {expected}."


def _as_whole_number(value: Any) -> Any:
    """Return 4 for 4.0 and for a number of numpy's, and anything else as it is."""
    whole = isinstance(value, numbers.Integral) or (isinstance(value, float) and value % 1 == 0)
    return int(value) if whole and not isinstance(value, bool) else value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)

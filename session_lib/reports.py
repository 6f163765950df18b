"""What the library reports: values and counts in its messages, and a progress bar."""

import sys
from collections.abc import Iterable
from typing import Any


def short_repr(value: object) -> str:
    """Describe `value` for an error message.

    Args:
        value: Anything at all.

    Returns:
        Its `repr`, or its type if the `repr` is longer than 200 characters or cannot be made.
    """
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deeply; an integer with too many digits
        text = ""
    return text if 0 < len(text) <= 200 else f"a {type(value).__name__}"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 item``, ``2,500 items``.

    Args:
        number: How many there are.
        noun: What they are, in the singular; its plural ends in "s".

    Returns:
        The number and the noun.
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def progress_bar(**options: Any) -> Any:
    """Draw a progress bar on stderr.

    Args:
        **options: Those of `tqdm.tqdm`.

    Returns:
        The bar, or ``None`` if tqdm is not installed.
    """
    try:
        from tqdm import tqdm  # type: ignore  # which error that is depends on what is installed
    except ModuleNotFoundError:
        return None
    if sys.platform == "emscripten":
        tqdm.monitor_interval = 0  # or it warns that it cannot start its thread
    return tqdm(**options)


def with_progress(values: list[str], **options: Any) -> Iterable[str]:
    """Show a progress bar while `values` are iterated over, if tqdm is installed.

    Args:
        values: What to iterate over.
        **options: Those of `tqdm.tqdm`.

    Returns:
        The values.
    """
    bar: Iterable[str] | None = progress_bar(iterable=values, **options)
    return values if bar is None else bar

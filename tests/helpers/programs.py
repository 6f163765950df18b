"""Functions of the tests as programs of their own, for what may come to a sudden end."""

from collections.abc import Callable
from pathlib import Path

from tests.helpers.paths import ROOT


def program_of(function: Callable[..., object], *arguments: object) -> str:
    """Source for `tests.helpers.processes` that calls `function`. Paths arrive as text."""
    given = [str(value) if isinstance(value, Path) else value for value in arguments]
    return (
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        f"from {function.__module__} import {function.__name__} as function\n"
        f"function(*{given!r})\n"
    )

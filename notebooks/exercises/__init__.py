"""The exercises of the notebooks, and what a learner makes of them.

Each exercise is written in one place, in the module of its notebook, such as `notebook_01`.
``uv run python -m tests.refresh_notebooks`` puts it into the cells of its notebook.

`exercise` says what an exercise is, `kinds` makes the short ones, `looking` has what checks look
with, and `checking` says in words what went wrong. `copies` makes the notebooks that a learner
works in, and `progress` remembers what is solved. `keeping` writes what notebooks define into a
program of the learner's own, and `day` runs a day at the support desk that is kept like this.
`ready` tests whether a machine has all that the series needs, and `bundle` makes a folder to
install it from without a network. `wheels` knows which packages a system needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exercises.exercise import Exercise
    from exercises.kinds import choice, line_order, prediction
    from exercises.looking import (
        Answer,
        conversation,
        made_sessions,
        new_file,
        no_file_at,
        returned,
        texts,
    )
    from exercises.paths import ROOT
    from exercises.progress import card

__all__ = [
    "ROOT",
    "Answer",
    "Exercise",
    "card",
    "choice",
    "conversation",
    "line_order",
    "made_sessions",
    "new_file",
    "no_file_at",
    "prediction",
    "returned",
    "texts",
]

_ROOMS = {
    "exercise": ["Exercise"],
    "kinds": ["choice", "line_order", "prediction"],
    "looking": [
        "Answer",
        "conversation",
        "made_sessions",
        "new_file",
        "no_file_at",
        "returned",
        "texts",
    ],
    "paths": ["ROOT"],
    "progress": ["card"],
}
_MODULES = {name: module for module, names in _ROOMS.items() for name in names}


if not TYPE_CHECKING:  # for a type checker there would be every name

    def __getattr__(name: str) -> Any:
        # Loaded when it is first asked for: `ready` runs where packages are missing.
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        return value

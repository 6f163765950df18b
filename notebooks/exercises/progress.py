"""What is solved, remembered on this machine only, and shown.

For each solved exercise there is an empty file in the folder of the learner's copies. So several
notebooks can remember at once, and whoever deletes the folder begins anew.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from IPython.display import display

from exercises.paths import COPIES, series


class Place(NamedTuple):
    """Where an exercise stands.

    Attributes:
        notebook: The file name of its notebook.
        name: Its own name.
        title: Its heading, such as "Exercise 1: Remember a drink".
    """

    notebook: str
    name: str
    title: str

    @property
    def solved(self) -> bool:
        """Whether it was solved on this machine."""
        return _mark(self.notebook[:2], self.name).exists()


def places() -> list[Place]:
    """Return where each exercise of the series stands, in teaching order."""
    found = []
    for path in series():
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            name = cell["metadata"].get("exercise")
            if name and cell["cell_type"] == "markdown":
                heading = re.match(r"### (.+)", "".join(cell["source"]))
                if heading:
                    found.append(Place(path.name, name, heading[1].strip()))
    return found


def remember(exercise: Any) -> None:
    """Remember that `exercise` is solved. Where nothing can be written, this does nothing."""
    for module, names in list(sys.modules.items()):
        if module.startswith("exercises.notebook_"):
            for name, one in vars(names).items():
                if one is exercise:
                    mark = _mark(module[-2:], name)
                    try:
                        mark.parent.mkdir(parents=True, exist_ok=True)
                        mark.touch()
                    except OSError as error:
                        print(f"Your progress cannot be remembered: {error}.")


def card(notebook: str) -> None:
    """Show how many exercises are solved, which ones are open here, and where to go on.

    Args:
        notebook: The number of the notebook that shows it, such as "03".
    """
    everywhere = places()
    here = [place for place in everywhere if place.notebook.startswith(notebook)]
    lines = [
        f"**{_count(here)} exercises of this notebook are solved, {_count(everywhere)} in all.**"
    ]
    if still_open := [place.title for place in here if not place.solved]:
        lines.append("Still open here: " + "; ".join(still_open) + ".")
    elsewhere = [place for place in everywhere if not place.solved and place not in here]
    if elsewhere:
        later = [place for place in elsewhere if place.notebook[:2] > notebook]
        following = (later or elsewhere)[0].notebook
        lines.append(f"Go on with [{Path(following).stem.replace('_', ' ')}]({following}).")
    markdown = "\n\n".join(lines)
    display({"text/markdown": markdown, "text/plain": markdown}, raw=True)  # type: ignore[no-untyped-call]


def table() -> str:
    """Return the series as lines of text, with how many exercises of each notebook are solved."""
    everywhere = places()
    lines = []
    for path in series():
        here = [place for place in everywhere if place.notebook == path.name]
        still_open = ", ".join(p.title.partition(":")[0].split()[-1] for p in here if not p.solved)
        lines.append(
            f"{path.stem:32} {_count(here):>8}" + (f"   open: {still_open}" if still_open else "")
        )
    lines.append(f"{'all':32} {_count(everywhere):>8}")
    return "\n".join(lines)


def _count(these: list[Place]) -> str:
    return f"{sum(place.solved for place in these)} of {len(these)}"


def _mark(notebook: str, name: str) -> Path:
    return COPIES / ".solved" / f"{notebook}_{name}"

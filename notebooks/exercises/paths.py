"""Where the kit's files are, wherever a notebook runs."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The repository's folder."""

ORIGINALS = ROOT / "notebooks"
"""The notebooks as they are kept and tested, with outputs."""

COPIES = Path(os.environ.get("MY_NOTEBOOKS") or ROOT / "my_notebooks").expanduser()
"""The learner's own copies, and what is remembered of their progress.

Where many share one kit, `MY_NOTEBOOKS` is ``~/my_notebooks``: a folder in each one's home.
"""


def series() -> list[Path]:
    """Return the notebooks of the series, in teaching order, and no other notebooks."""
    return [path for path in sorted(ORIGINALS.glob("??_*.ipynb")) if "-Copy" not in path.name]

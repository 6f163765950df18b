"""Make the pages: ``uv run --group website python -m website``.

It makes all of them, or the part that is named: ``slides``, or ``pages``, which is the site.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from exercises.paths import ROOT

from website import lite, pages, slides

PARTS: dict[str, Callable[[Path], Path]] = {
    "pages": pages.build,
    "slides": slides.build,
    "lite": lite.build,
}
"""What can be made. Each is called with the site's folder, and returns the page to open."""


def main(arguments: list[str] | None = None) -> int:
    """Make what the command line says, and print which page to open.

    Args:
        arguments: The command line, if not that of this process.

    Returns:
        0, or 1 if something that is needed is missing or fails.
    """
    parser = argparse.ArgumentParser(prog="python -m website", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="default: all of them")
    parser.add_argument(
        "--into", type=Path, default=ROOT / ".site", metavar="FOLDER", help="default: .site"
    )
    chosen = parser.parse_args(arguments)
    try:
        for part in [chosen.part] if chosen.part else PARTS:
            print(f"{part}: open {PARTS[part](chosen.into.resolve())}")
    except (ImportError, OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

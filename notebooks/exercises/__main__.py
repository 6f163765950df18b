"""What is solved, and fresh copies of notebooks: ``uv run python -m exercises``."""

import argparse
import sys

from exercises import copies, progress


def main(arguments: list[str] | None = None) -> int:
    """Show the progress, or do what the command line says.

    Args:
        arguments: The command line, if not that of this process.

    Returns:
        0, or 2 if the command line makes no sense.
    """
    parser = argparse.ArgumentParser(prog="python -m exercises", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    reset = commands.add_parser(
        "reset", help="make a fresh copy of a notebook, and keep the old one"
    )
    reset.add_argument("notebook", help="its number, such as 03")
    chosen = parser.parse_args(arguments)
    if chosen.command is None:
        print(progress.table())
        return 0
    try:
        print(copies.reset(chosen.notebook))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

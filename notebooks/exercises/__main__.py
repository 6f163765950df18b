"""What you have solved, fresh copies of notebooks, whether this machine is ready, and bundles.

``uv run python -m exercises`` shows what is solved.
"""

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Show the progress, or do what the command line says.

    Args:
        arguments: The command line, if not that of this process.

    Returns:
        0, or 1 if this machine is not ready or no bundle could be made, or 2 if the command line
        makes no sense.
    """
    chosen = _parser().parse_args(arguments)
    commands = {None: _progress, "reset": _reset, "check": _check, "bundle": _bundle}
    try:
        return commands[chosen.command](chosen)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m exercises", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    reset = commands.add_parser(
        "reset", help="make a fresh copy of a notebook, and keep the old one"
    )
    reset.add_argument("notebook", help="its number, such as 03")
    commands.add_parser("check", help="test whether this machine has all that the series needs")
    bundle = commands.add_parser(
        "bundle", help="make a folder to install everything from without a network"
    )
    bundle.add_argument(
        "folder", type=Path, help="where to make it: a new folder, or an old bundle"
    )
    bundle.add_argument(
        "--system",
        action="append",
        help="whom it is for: linux, macos, windows, or one with its processor, such as "
        "macos-x86_64; may be repeated (default: the first three)",
    )
    bundle.add_argument(
        "--python",
        action="append",
        help="for which Python, such as 3.12; may be repeated (default: 3.11 to 3.14)",
    )
    return parser


# Each command loads what it needs: `check` runs where packages are missing.


def _progress(_: argparse.Namespace) -> int:
    from exercises import progress

    print(progress.table())
    return 0


def _reset(chosen: argparse.Namespace) -> int:
    from exercises import copies

    try:
        print(copies.reset(chosen.notebook))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _check(_: argparse.Namespace) -> int:
    from exercises import ready

    return 0 if ready.check() else 1


def _bundle(chosen: argparse.Namespace) -> int:
    from exercises import bundle

    try:
        bundle.make(chosen.folder, chosen.system, chosen.python)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

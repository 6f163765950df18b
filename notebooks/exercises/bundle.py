"""A folder to install everything from without a network: on a stick, or from a local server.

``uv run python -m exercises bundle FOLDER`` makes it. It holds the kit, the packages for the
systems and Pythons that are named, uv, and ``start.py``, which installs from it.

`wheels` chooses these packages, and downloads them.
"""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pathspec
from packaging.pylock import Pylock

from exercises.paths import ROOT
from exercises.wheels import Wheel, download, locked, needed_by, run

SYSTEMS = ("linux-x86_64", "macos-arm64", "windows-x86_64")
"""Whom a bundle is for, if nobody says otherwise: what most people have."""

OTHER_SYSTEMS = ("linux-arm64", "macos-x86_64", "windows-arm64")
"""Whom a bundle can be for, too."""

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The Pythons that the kit runs on."""

_README = """\
The notebooks about sessions, and all that they need: {targets}.

You need Python 3.11 or newer, and no network. Open a terminal in this folder, and run

    python start.py

If there is no `python`, try `python3`, or `py` on Windows. The notebooks come into the folder
session-notebooks in your home folder. To open them again, run `python start.py` in there.

From a local server: download its file start.py, and run it with the server's address, such as

    python start.py --from http://192.168.0.10:8000

To be that server, run `python -m http.server` in this folder.
"""


def make(
    folder: Path, systems: Sequence[str] | None = None, pythons: Sequence[str] | None = None
) -> None:
    """Make a bundle, and print what is in it.

    Args:
        folder: Where to make it. What an earlier run has downloaded is used again.
        systems: Whom it is for, such as "linux" or "macos-x86_64". By default `SYSTEMS`.
        pythons: For which Pythons, such as "3.12". By default `PYTHONS`.

    Raises:
        ValueError: There is no such system or Python, or the folder holds something else.
        OSError: Something cannot be written or downloaded.
    """
    systems = [_system(name) for name in systems or SYSTEMS]
    pythons = pythons or PYTHONS
    if unknown := [name for name in pythons if name not in PYTHONS]:
        raise ValueError(f"the kit is not for Python {unknown[0]}, but for {', '.join(PYTHONS)}")
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / "targets.txt").exists():
        raise ValueError(f"{folder} holds something else: name a new folder")
    lists, wheels = folder / "requirements", folder / "wheels"
    shutil.rmtree(lists, ignore_errors=True)
    for place in (lists, wheels):
        place.mkdir(parents=True, exist_ok=True)
    targets = [f"{system}-{python}" for system in systems for python in pythons]
    (folder / "targets.txt").write_text("\n".join(targets) + "\n", encoding="utf-8")
    (folder / "README.txt").write_text(_README.format(targets=", ".join(targets)), encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name("start.py"), folder / "start.py")
    _copy_kit(folder / "kit.zip")
    lock = locked("--all-packages", "--no-default-groups", "--group", "bundle")
    kept: set[str] = set()
    lacking: dict[str, list[str]] = {}
    for target in targets:
        print(f"{target} ...", flush=True)
        needed = _get(lock, target, wheels, lacking)
        (lists / f"{target}.txt").write_text(_list(needed), encoding="utf-8")
        kept |= {one.file for one in needed}
    for path in wheels.iterdir():
        if path.name not in kept:
            path.unlink()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{size / 1e6:,.0f} MB in {folder}. Copy it to a stick, where people run")
    print("`python start.py`, or serve it: `python -m http.server` in this folder.")
    for name, where in lacking.items():
        print(f"Left out, as there is no wheel: {name} for {', '.join(where)}.")


def _system(name: str) -> str:
    for system in (*SYSTEMS, *OTHER_SYSTEMS):
        if name in (system, system.partition("-")[0]):
            return system
    raise ValueError(f"there is no system {name!r}, but {', '.join((*SYSTEMS, *OTHER_SYSTEMS))}")


def _copy_kit(archive: Path) -> None:
    """Put the kit's files into a ZIP file: what is committed, or, without git, what is there."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        run(git, "archive", "--format=zip", f"--output={archive}", "HEAD")
        if run(git, "status", "--porcelain"):
            print("What you have changed in the kit and not committed is left out.")
        return
    ignored = pathspec.GitIgnoreSpec.from_lines(
        ROOT.joinpath(".gitignore").read_text(encoding="utf-8").splitlines()
    )
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for name in sorted(ignored.match_tree_files(ROOT, negate=True)):
            if not ROOT.joinpath(name).is_relative_to(archive.parent):
                files.write(ROOT / name, name)


def _get(lock: Pylock, target: str, wheels: Path, lacking: dict[str, list[str]]) -> list[Wheel]:
    """Download what a target needs, and is not there yet.

    Args:
        lock: All packages.
        target: A system, a processor and a Python.
        wheels: Where they come.
        lacking: Gets the packages of which there is no wheel, each with its targets.

    Returns:
        What it needs.
    """
    system, _, python = target.rpartition("-")
    all_needed: dict[str, Wheel] = {}
    # An early release of a Python may need another version of a package than a late one.
    for release in (f"{python}.0", f"{python}.99"):
        needed = []
        for name, one in needed_by(lock, system, release):
            if one is not None:
                needed.append(one)
            elif target not in lacking.setdefault(name, []):
                lacking[name].append(target)
        missing = [one for one in needed if not (wheels / one.file).exists()]
        if missing:
            download(missing, wheels, system, release)
        all_needed |= {one.file: one for one in needed}
    return [*all_needed.values()]


def _list(needed: list[Wheel]) -> str:
    """Return what `start.py` installs. The first line names uv's wheel."""
    (uv,) = [one.file for one in needed if one.file.startswith("uv-")]
    lines = [f"# {uv}"]
    for one in needed:
        requirement, _, checksum = one.requirement.partition(" ")
        lines.append(f"{requirement} {f'; {one.marker} ' if one.marker else ''}{checksum}")
    return "\n".join(lines) + "\n"

"""A folder to install everything from without a network: on a stick, or from a local server.

``uv run python -m exercises bundle FOLDER`` makes it. It holds the kit, the packages for the
systems and Pythons that are named, uv, and ``start.py``, which installs from it.

uv's lock file says which version everybody gets, and `packaging` which file of it fits a system.
pip downloads these files, as it can do so for another system than this one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pathspec
from packaging import tags
from packaging.markers import Environment, default_environment
from packaging.pylock import PackageWheel, Pylock, PylockSelectError

from exercises.paths import ROOT

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


class _Needed(NamedTuple):
    """A wheel that is needed, and what pip and uv are asked for."""

    file: str
    requirement: str
    marker: str


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
    lock = _lock()
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
        _run(git, "archive", "--format=zip", f"--output={archive}", "HEAD")
        if _run(git, "status", "--porcelain"):
            print("What you have changed in the kit and not committed is left out.")
        return
    ignored = pathspec.GitIgnoreSpec.from_lines(
        ROOT.joinpath(".gitignore").read_text(encoding="utf-8").splitlines()
    )
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for name in sorted(ignored.match_tree_files(ROOT, negate=True)):
            if not ROOT.joinpath(name).is_relative_to(archive.parent):
                files.write(ROOT / name, name)


def _lock() -> Pylock:
    """Return the packages that everybody gets, with uv and what builds the kit."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise FileNotFoundError("uv is needed for a bundle: pip install uv")
    what = ["--all-packages", "--no-default-groups", "--group", "bundle", "--no-emit-workspace"]
    return Pylock.from_dict(tomllib.loads(_run(uv, "export", "--format", "pylock.toml", *what)))


def _get(lock: Pylock, target: str, wheels: Path, lacking: dict[str, list[str]]) -> list[_Needed]:
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
    platforms = _platforms(system)
    all_needed: dict[str, _Needed] = {}
    # An early release of a Python may need another version of a package than a late one.
    for release in (f"{python}.0", f"{python}.99"):
        needed = []
        for name, one in _needed(lock, system, release, platforms):
            if one is not None:
                needed.append(one)
            elif target not in lacking.setdefault(name, []):
                lacking[name].append(target)
        missing = [one for one in needed if not (wheels / one.file).exists()]
        if missing:
            _download(missing, wheels, release, platforms)
        all_needed |= {one.file: one for one in needed}
    return [*all_needed.values()]


def _needed(
    lock: Pylock, system: str, release: str, platforms: list[str]
) -> Iterator[tuple[str, _Needed | None]]:
    """Give each package that a Python needs, with its wheel, or None where there is no wheel."""
    environment = _environment(system, release)
    major, minor, _ = release.split(".")
    version, interpreter = (int(major), int(minor)), f"cp{major}{minor}"
    fitting = [
        *tags.cpython_tags(version, abis=[interpreter], platforms=platforms),
        *tags.compatible_tags(version, interpreter=interpreter, platforms=platforms),
    ]
    for package in lock.packages:
        one = replace(lock, packages=[package])
        try:
            chosen = [file for _, file in one.select(environment=environment, tags=fitting)]
        except PylockSelectError:
            yield package.name, None
            continue
        for file in chosen:
            if isinstance(file, PackageWheel):
                requirement = f"{package.name}=={package.version}"
                asked = f"{requirement} --hash=sha256:{file.hashes['sha256']}"
                yield package.name, _Needed(file.filename, asked, str(package.marker or ""))
            else:
                yield package.name, None


def _environment(system: str, release: str) -> Environment:
    """Return what the markers of requirements are compared with, on another system."""
    name, _, processor = system.partition("-")
    os_name, platform, platform_system, processors = {
        "linux": ("posix", "linux", "Linux", {"arm64": "aarch64"}),
        "macos": ("posix", "darwin", "Darwin", {}),
        "windows": ("nt", "win32", "Windows", {"x86_64": "AMD64", "arm64": "ARM64"}),
    }[name]
    environment = default_environment()
    environment["os_name"] = os_name
    environment["sys_platform"] = platform
    environment["platform_system"] = platform_system
    environment["platform_machine"] = processors.get(processor, processor)
    environment["implementation_name"] = "cpython"
    environment["implementation_version"] = release
    environment["platform_python_implementation"] = "CPython"
    environment["python_full_version"] = release
    environment["python_version"] = release.rpartition(".")[0]
    return environment


def _platforms(system: str) -> list[str]:
    """Return the names of platforms whose wheels run on a system that is not too old.

    They are macOS 11, and Linux with glibc 2.28, such as Debian 10 and Ubuntu 20.04.
    """
    name, _, processor = system.partition("-")
    if name == "macos":
        return [*tags.mac_platforms((11, 0), processor)]
    if name == "windows":
        return [{"x86_64": "win_amd64", "arm64": "win_arm64"}[processor]]
    machine = {"arm64": "aarch64"}.get(processor, processor)
    names = [*(f"manylinux_2_{minor}" for minor in range(28, 4, -1)), "manylinux2014"]
    return [f"{name}_{machine}" for name in (*names, "manylinux2010", "manylinux1")]


def _download(needed: list[_Needed], wheels: Path, release: str, platforms: list[str]) -> None:
    what = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", str(wheels)]
    major, minor, _ = release.split(".")
    whom = ["--implementation=cp", f"--abi=cp{major}{minor}", f"--python-version={release}"]
    whom += [f"--platform={name}" for name in platforms]
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "requirements.txt")
        asked.write_text("\n".join(one.requirement for one in needed), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        _run(*pip, *what, *whom, "-r", str(asked))
    if lost := [one.file for one in needed if not (wheels / one.file).exists()]:
        raise FileNotFoundError(f"pip has downloaded another file than {lost[0]}")


def _list(needed: list[_Needed]) -> str:
    """Return what `start.py` installs. The first line names uv's wheel."""
    (uv,) = [one.file for one in needed if one.file.startswith("uv-")]
    lines = [f"# {uv}"]
    for one in needed:
        requirement, _, checksum = one.requirement.partition(" ")
        lines.append(f"{requirement} {f'; {one.marker} ' if one.marker else ''}{checksum}")
    return "\n".join(lines) + "\n"


def _run(*command: str) -> str:
    """Run a program in the kit's folder. Return what it prints.

    Raises:
        OSError: It fails. The message has its last words.
    """
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        name = Path(command[0]).stem
        last = (done.stderr.strip() or done.stdout.strip()).rpartition("\n")[2]
        raise OSError(f"{'pip' if 'pip' in command else name} failed: {last}")
    return done.stdout

"""Which wheels a system needs, and how to get them: for a bundle, and for a site with a Python.

uv's lock file says which version everybody gets, and `packaging` which file of it fits a system.
pip downloads these files, as it can do so for another system than this one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from packaging import tags
from packaging.markers import Environment, default_environment
from packaging.pylock import PackageWheel, Pylock, PylockSelectError

from exercises.paths import ROOT


class Wheel(NamedTuple):
    """A wheel that is needed, and what pip and uv are asked for.

    Attributes:
        file: Its name.
        requirement: The package with its version and the hash of the file.
        marker: Where it is needed, or nothing if it is needed everywhere.
    """

    file: str
    requirement: str
    marker: str


def locked(*what: str) -> Pylock:
    """Return the packages that everybody gets.

    Args:
        *what: Options of ``uv export`` that say which ones.

    Raises:
        FileNotFoundError: uv is not installed.
        OSError: It fails.
    """
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise FileNotFoundError("uv is needed: pip install uv")
    command = [uv, "export", "--format", "pylock.toml", "--no-emit-workspace", *what]
    return Pylock.from_dict(tomllib.loads(run(*command)))


def needed_by(lock: Pylock, system: str, release: str) -> Iterator[tuple[str, Wheel | None]]:
    """Give each package that a Python needs, with its wheel, or None where there is no wheel.

    Args:
        lock: All packages.
        system: The system and its processor, such as "linux-x86_64".
        release: The Python, such as "3.12.0".
    """
    where, platforms = environment(system, release), _platforms(system)
    major, minor, _ = release.split(".")
    version, interpreter = (int(major), int(minor)), f"cp{major}{minor}"
    fitting = [
        *tags.cpython_tags(version, abis=[interpreter], platforms=platforms),
        *tags.compatible_tags(version, interpreter=interpreter, platforms=platforms),
    ]
    for package in lock.packages:
        one = replace(lock, packages=[package])
        try:
            chosen = [file for _, file in one.select(environment=where, tags=fitting)]
        except PylockSelectError:
            yield package.name, None
            continue
        for file in chosen:
            if isinstance(file, PackageWheel):
                requirement = f"{package.name}=={package.version}"
                asked = f"{requirement} --hash=sha256:{file.hashes['sha256']}"
                yield package.name, Wheel(file.filename, asked, str(package.marker or ""))
            else:
                yield package.name, None


def download(wheels: list[Wheel], folder: Path, system: str, release: str) -> None:
    """Let pip download wheels.

    Args:
        wheels: Which ones.
        folder: Where they come.
        system: The system and its processor, such as "linux-x86_64".
        release: The Python, such as "3.12.0".

    Raises:
        OSError: pip fails.
    """
    what = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", str(folder)]
    major, minor, _ = release.split(".")
    whom = ["--implementation=cp", f"--abi=cp{major}{minor}", f"--python-version={release}"]
    whom += [f"--platform={name}" for name in _platforms(system)]
    with tempfile.TemporaryDirectory() as made:
        asked = Path(made, "requirements.txt")
        asked.write_text("\n".join(one.requirement for one in wheels), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        run(*pip, *what, *whom, "-r", str(asked))
    if lost := [one.file for one in wheels if not (folder / one.file).exists()]:
        raise FileNotFoundError(f"pip has downloaded another file than {lost[0]}")


def environment(system: str, release: str) -> Environment:
    """Return what the markers of requirements are compared with, on another system.

    Args:
        system: The system and its processor, such as "linux-x86_64".
        release: The Python, such as "3.12.0".
    """
    name, _, processor = system.partition("-")
    os_name, platform, platform_system, processors = {
        "linux": ("posix", "linux", "Linux", {"arm64": "aarch64"}),
        "macos": ("posix", "darwin", "Darwin", {}),
        "windows": ("nt", "win32", "Windows", {"x86_64": "AMD64", "arm64": "ARM64"}),
        "pyemscripten": ("posix", "emscripten", "Emscripten", {}),
    }[name.partition("_")[0]]
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


def run(*command: str) -> str:
    """Run a program in the kit's folder. Return what it prints.

    Args:
        *command: The program and its arguments.

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


def _platforms(system: str) -> list[str]:
    """Return the names of platforms whose wheels run on a system that is not too old.

    They are macOS 11, Linux with glibc 2.28, such as Debian 10 and Ubuntu 20.04, and the one
    version of Pyodide that is named.
    """
    name, _, processor = system.partition("-")
    if name == "macos":
        return [*tags.mac_platforms((11, 0), processor)]
    if name == "windows":
        return [{"x86_64": "win_amd64", "arm64": "win_arm64"}[processor]]
    if name.startswith("pyemscripten"):
        return [f"{name}_{processor}"]
    machine = {"arm64": "aarch64"}.get(processor, processor)
    names = [*(f"manylinux_2_{minor}" for minor in range(28, 4, -1)), "manylinux2014"]
    return [f"{name}_{machine}" for name in (*names, "manylinux2010", "manylinux1")]

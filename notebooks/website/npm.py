"""Files out of npm packages: what pages load in a browser, and the check of their accessibility.

``package.json`` beside this module names the packages, each with its exact version. They come
without what they depend on: what a page loads is bundled into one file.
"""

import json
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

FOLDER = Path(__file__).parent


def package(name: str) -> Path:
    """Return the folder of an npm package, and fetch the package first if need be.

    Args:
        name: A package that ``package.json`` names.

    Raises:
        KeyError: It names no such package.
        FileNotFoundError: npm is not installed.
        subprocess.CalledProcessError: npm failed.
    """
    wanted = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    version, folder = wanted[name], FOLDER / "node_modules" / name
    if _version(folder) != version:
        _fetch(name, version, folder)
    return folder


def _fetch(name: str, version: str, folder: Path) -> None:
    """Put a package into its folder, even if somebody else does the same at this moment."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError(f"npm is needed for {name}: install Node.js, which brings it.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER / "node_modules") as made:
        command = [npm, "pack", "--silent", f"{name}@{version}"]
        subprocess.run(command, cwd=made, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(made).glob("*.tgz")
        with tarfile.open(archive) as files:
            # Python 3.11.3 and older have no filter.
            files.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
            files.extractall(made)
        if _version(folder) != version:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # somebody else was quicker
                Path(made, "package").rename(folder)


def _version(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"])
    except FileNotFoundError:
        return None

"""Files out of npm packages: what pages load in a browser, and the check of their accessibility.

``package.json`` beside this module names the packages, each with its exact version.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent


def package(name: str) -> Path:
    """Return the folder of an npm package, and install the packages first if need be.

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
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError(f"npm is needed for {name}: install Node.js, which brings it")
        arguments = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        environment = os.environ | {"NO_UPDATE_NOTIFIER": "1"}
        subprocess.run([npm, *arguments], cwd=FOLDER, env=environment, check=True)
    return folder


def _version(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"])
    except FileNotFoundError:
        return None

"""The notebooks in the browser: JupyterLite, with a Python that runs in the page.

`python` gathers this Python and its packages, `kit` what it is given of this kit, and `lessons`
the notebooks. What is built asks no other host for anything.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from exercises.paths import ROOT

from website.lite import kit, lessons, python

FOLDER = Path(__file__).parent

PAGE = "lite/lab/index.html?path=my_notebooks/00_start_here.ipynb"
"""Where a learner begins, in the site."""

PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"


def build(site: Path) -> Path:
    """Make the notebooks for the browser in the folder ``lite`` of the site.

    Args:
        site: The folder of the site.

    Returns:
        The page to open. A server has to be asked for it, and not the disk.

    Raises:
        ImportError: JupyterLite is not installed.
        OSError: npm, uv or pip is missing, or fails.
        RuntimeError: JupyterLite fails.
    """
    if find_spec("jupyterlite_core") is None:
        command = "uv run --group website python -m website"
        raise ImportError(f"JupyterLite is not installed: start with `{command}`.")
    folder = site / "lite"
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as made:
        sources = Path(made)
        packages, missing = python.gather(sources / "static" / "pyodide", [kit.build])
        if missing:
            print(f"lite: without {', '.join(missing)}, which only Pyodide's own distribution has:")
            print("it was not reached. Cells that need them show what they show on a computer.")
        contents = sources / "contents"
        lessons.write(contents / "my_notebooks", missing)
        for part in ("session_lib", "data"):
            _copy(ROOT / part, contents / part)
        _write(sources / "jupyter-lite.json", _settings(packages))
        shutil.copy2(ROOT / "notebooks" / "jupyter" / "overrides.json", sources)
        _run_jupyterlite(sources, contents, folder)
    return site / PAGE


def _settings(packages: list[str]) -> dict[str, object]:
    """Return what JupyterLite and its kernel are told. All packages are loaded at the start."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,  # no other host is asked
        "loadPyodideOptions": {"packages": packages, "env": kit.ENVIRONMENT},
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Sessions",
            "exposeAppInBrowser": True,
            "litePluginSettings": {PLUGIN: kernel},
        },
    }


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


def _run_jupyterlite(sources: Path, contents: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    command += ["--lite-dir", str(sources), "--contents", str(contents)]
    command += ["--output-dir", str(folder), "--apps", "lab", "--no-unused-shared-packages"]
    command += ["--no-sourcemaps", "--no-libarchive"]
    done = subprocess.run(command, cwd=sources, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"JupyterLite failed:\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}")

"""What Python in the browser is given of this kit: a wheel with its files as they are here.

They come into ``/kit``: the library, the exercises, the notebooks with their outputs, the data.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from exercises.paths import ROOT

NAME = "session-kit"
"""The wheel's."""

ENVIRONMENT = {
    "PYTHONPATH": "/kit:/kit/notebooks",
    "MY_NOTEBOOKS": "/drive/my_notebooks",  # what the browser keeps
}
"""The variables that Python starts with."""

_PATTERNS = [
    "session_lib/**/*.py",
    "notebooks/*.ipynb",
    "notebooks/exercises/*.py",
    "data/*.json*",
    "tests/benchmarks/latest.json",
]

_IPYTHON = 'get_config().InteractiveShellApp.extensions = ["exercises.browser"]\n'


def build(folder: Path) -> Path:
    """Write the wheel.

    Args:
        folder: Where it comes.

    Returns:
        The wheel's path.
    """
    name = f"{NAME.replace('-', '_')}-1"
    wheel = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as files:
        for path in _files():
            files.write(path, f"{name}.data/data/kit/{path.relative_to(ROOT).as_posix()}")
        files.writestr(f"{name}.data/data/etc/ipython/ipython_config.py", _IPYTHON)
        metadata = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1\n"
        files.writestr(f"{name}.dist-info/METADATA", metadata)
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        files.writestr(f"{name}.dist-info/WHEEL", tags)
        files.writestr(f"{name}.dist-info/RECORD", "")
    return wheel


def _files() -> Iterator[Path]:
    for pattern in _PATTERNS:
        for path in sorted(ROOT.glob(pattern)):
            if "-Copy" not in path.name:
                yield path

"""Each notebook that pytest runs has a new folder for what its learner would keep.

And it has settings of a network that would harm whatever reached for one.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.settings import hostile

_FOLDERS: dict[Path, tempfile.TemporaryDirectory[str]] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Start a notebook's kernel with these, and not with what is of whoever tests."""
    if item.path not in _FOLDERS:
        _FOLDERS[item.path] = tempfile.TemporaryDirectory()
    folder = _FOLDERS[item.path].name
    number = item.path.name[:2]
    first, second = hostile(folder)
    settings = second if number.isdigit() and int(number) % 2 else first
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (settings | {"MY_NOTEBOOKS": folder}).items():
            patch.setenv(name, value)
        result: Any = yield
    return result


def pytest_unconfigure() -> None:
    """Delete the folders."""
    for folder in _FOLDERS.values():
        folder.cleanup()

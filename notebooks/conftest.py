"""Each notebook that pytest runs has a new folder for what its learner would keep."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_FOLDERS: dict[Path, tempfile.TemporaryDirectory[str]] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Start a notebook's kernel with an empty folder, and not with that of whoever tests."""
    if item.path not in _FOLDERS:
        _FOLDERS[item.path] = tempfile.TemporaryDirectory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MY_NOTEBOOKS", _FOLDERS[item.path].name)
        result: Any = yield
    return result


def pytest_unconfigure() -> None:
    """Delete the folders."""
    for folder in _FOLDERS.values():
        folder.cleanup()

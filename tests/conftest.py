"""What all tests share."""

import os

import pytest

# Where this is set, each of the many processes that the tests start would compile the whole
# Agents SDK anew, which takes seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no core waits for another at the end."""
    items.sort(key=lambda item: "test_project.py" not in item.nodeid)

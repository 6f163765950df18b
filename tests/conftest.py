"""What all tests share."""

import os
import secrets

import pytest

# Where this is set, each of the many processes that the tests start would compile the whole
# Agents SDK anew, which takes seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests that inject faults try more of them, or the same ones again."""
    parser.addoption(
        "--soak", action="store_true", help="inject ten times as many faults: takes some minutes"
    )
    parser.addoption("--seed", type=int, help="inject the faults that a failed test has printed")


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether to inject many faults, and take the time for it."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What random faults are drawn from. pytest shows it with a test that fails."""
    given = request.config.getoption("--seed")
    seed = secrets.randbits(32) if given is None else int(given)
    print(f"to repeat this: --seed {seed}")
    return seed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no core waits for another at the end."""
    items.sort(key=lambda item: "test_project.py" not in item.nodeid)

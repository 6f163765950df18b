"""What all tests share."""

import gc
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.sessions import NO_THREADS, OURS_IN_MEMORY, OURS_ON_A_FILE, THE_SDKS, Store
from tests.helpers.threadless import take_threads_away

# Where this is set, each of the many processes that the tests start would compile the whole
# Agents SDK anew, which takes seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

LONGEST = (
    "test_jupyterlab",
    "test_exercises",
    "test_project",
    "test_elsewhere",
    "test_support_desk",
    "test_bundle",
    "test_website",
    "test_pages",
    "test_slides",
)
"""The modules that take a minute or more, in the order in which they begin."""

# A machine under load misses any deadline. In CI the same examples run every time, so that a
# failure there is the fault of what was changed.
settings.register_profile(
    "tests",
    deadline=None,
    print_blob=True,
    # The examples of a test share its fixtures: each begins by clearing what they hold.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("tests-ci", settings.get_profile("tests"), derandomize=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests try more, show what they see, or draw the same faults again."""
    parser.addoption(
        "--soak", action="store_true", help="inject ten times as many faults: takes some minutes"
    )
    parser.addoption(
        "--on-the-site",
        action="store_true",
        help="run the notebooks on the site that needs no installation too: takes many minutes",
    )
    parser.addoption(
        "--pictures", action="store_true", help="keep pictures of the notebooks in .screenshots"
    )
    parser.addoption("--seed", type=int, help="inject the faults that a failed test has printed")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples Hypothesis tries, before the test modules are imported."""
    settings.load_profile("tests-ci" if os.environ.get("CI") else "tests")
    if config.getoption("--soak"):
        settings.register_profile("soak", settings.default, max_examples=1_000)
        settings.load_profile("soak")


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


@pytest.fixture
def no_collection() -> Iterator[None]:
    """No garbage collection in a test that reaches Python's recursion limit.

    There it would call the finalizers of other tests' sessions, and they would fail.
    """
    gc.disable()
    yield
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no core waits for another at the end."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_collection_finish() -> None:
    """Let garbage collection look at what the tests make, and not at all that was imported.

    Many tests collect garbage themselves, which would take them most of their time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(
    params=[
        pytest.param(True, id="threads"),
        pytest.param(False, id="no threads", marks=pytest.mark.no_threads),
    ]
)
def has_threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether sessions may start threads. It runs a test twice: with them, and without."""
    if not request.param:
        take_threads_away(monkeypatch)
    return bool(request.param)


def _stores(*kinds: str) -> Any:
    without = pytest.mark.no_threads
    params = [pytest.param(one, marks=without if one in NO_THREADS else ()) for one in kinds]

    @pytest.fixture(params=params)
    async def store(
        request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[Store]:
        store = Store(request.param, tmp_path)
        if not store.has_threads:
            take_threads_away(monkeypatch)
        yield store
        await store.close()

    return store


store = _stores(OURS_ON_A_FILE, OURS_IN_MEMORY, *NO_THREADS, THE_SDKS)
file_store = _stores(OURS_ON_A_FILE, NO_THREADS[0], THE_SDKS)
our_store = _stores(OURS_ON_A_FILE, OURS_IN_MEMORY, *NO_THREADS)
our_file = _stores(OURS_ON_A_FILE, NO_THREADS[0])


@pytest.fixture
def session(store: Store) -> Any:
    """A session of each of the kinds."""
    return store.open()


@pytest.fixture
def our_session(our_store: Store) -> Any:
    """A session of ours, on a file or in memory."""
    return our_store.open()

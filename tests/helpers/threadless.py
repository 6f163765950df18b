"""A platform without threads, as a browser is, for tests on any other."""

import pytest

from session_lib import threadless

PRELUDE = """
import asyncio, sqlite3, sys  # first: they look at the platform too
sys.platform, platform = "emscripten", sys.platform
import session_lib.database
sys.platform = platform
assert "aiosqlite" not in sys.modules
"""
"""Begins a program whose sessions start no threads."""


def take_threads_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sessions of a test, and of the programs that it runs, start no threads."""
    monkeypatch.setattr("session_lib.database.LOCK", threadless.LOCK)
    monkeypatch.setattr("session_lib.database.SharedFile", threadless.SharedFile)
    monkeypatch.setattr("tests.helpers.processes.PRELUDE", PRELUDE)


def needs_threads(reason: str) -> pytest.MarkDecorator:
    """Keep a test of a module that uses `has_threads` from running without them.

    Args:
        reason: Why it cannot hold there. It stands where a reader of the test sees it.
    """
    assert reason
    return pytest.mark.parametrize("has_threads", [True], ids=["threads"], indirect=True)


STANDS_STILL = "the event loop stands still while another connection holds the lock"
"""The reason why many cannot."""

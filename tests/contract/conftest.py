"""The contract tests run over our session on a file, ours in memory, and the SDK's as reference.

Where ours differs from the SDK's `SQLiteSession` (0.24.0) on purpose, the test says so and why.
"""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import agents
import pytest
from hypothesis import HealthCheck, settings

from session_lib import SQLiteSession

# A machine under load misses any deadline. In CI the same examples run every time, so that a
# failure there is the fault of what was changed.
settings.register_profile(
    "contract",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("contract-ci", settings.get_profile("contract"), derandomize=True)
settings.load_profile("contract-ci" if os.environ.get("CI") else "contract")

OURS_ON_A_FILE, OURS_IN_MEMORY, THE_SDKS = "ours-file", "ours-memory", "sdk-file"


class Store:
    """Where the sessions of a test are kept: in one file, or each in a memory of its own."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.ours = kind != THE_SDKS
        self.path = None if kind == OURS_IN_MEMORY else folder / "conversations.db"
        self._opened: list[Any] = []

    def open(self, session_id: str = "alice", **settings: Any) -> Any:
        """Make a session, which is closed when the test ends."""
        kind = SQLiteSession if self.ours else agents.SQLiteSession
        session = kind(session_id, self.path, **settings)
        self._opened.append(session)
        return session

    def execute(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Read or change the file as somebody does who has no session."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, parameters).fetchall()

    def texts(self) -> list[str]:
        """What is stored of all sessions, oldest first."""
        return [text for (text,) in self.execute("SELECT message_data FROM agent_messages")]

    async def close(self) -> None:
        """Close all sessions: all that was stored is in the one file then."""
        for session in self._opened:
            if (done := session.close()) is not None:
                await done


def _stores(*kinds: str) -> Any:
    @pytest.fixture(params=kinds)
    async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
        store = Store(request.param, tmp_path)
        yield store
        await store.close()

    return store


store = _stores(OURS_ON_A_FILE, OURS_IN_MEMORY, THE_SDKS)
file_store = _stores(OURS_ON_A_FILE, THE_SDKS)
our_store = _stores(OURS_ON_A_FILE, OURS_IN_MEMORY)
our_file = _stores(OURS_ON_A_FILE)


@pytest.fixture
def session(store: Store) -> Any:
    """A session of each of the three kinds."""
    return store.open()

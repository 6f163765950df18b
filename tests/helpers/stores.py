"""Sessions of the SDK's classes (0.24.0) and of ours, opened by name on one file."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import agents
import pytest
from agents.extensions.memory import AdvancedSQLiteSession, AsyncSQLiteSession

from session_lib import SQLiteSession

OURS = "ours"
PLAIN = ["SQLiteSession", "AsyncSQLiteSession", "SQLAlchemySession"]
"""The SDK's classes that show every item of a session. `AdvancedSQLiteSession` does not."""

KEY = "0123456789abcdef0123456789abcdef0123456789ab"


@asynccontextmanager
async def opened(
    kind: str, path: Path, session_id: str = "user_1", **settings: Any
) -> AsyncIterator[Any]:
    """A session of the class `kind` in the file at `path`, closed afterwards."""
    if kind.startswith("Encrypted"):
        pytest.importorskip("cryptography", reason="EncryptedSession needs cryptography")
        from agents.extensions.memory import EncryptedSession

        inside = kind.removeprefix("Encrypted ")
        async with opened(inside, path, session_id, **settings) as session:
            yield EncryptedSession(session_id, session, encryption_key=KEY)
    elif kind == "SQLAlchemySession":
        pytest.importorskip("sqlalchemy", reason="SQLAlchemySession needs sqlalchemy")
        from agents.extensions.memory import SQLAlchemySession

        url = f"sqlite+aiosqlite:///{path}"
        alchemy = SQLAlchemySession.from_url(session_id, url=url, create_tables=True, **settings)
        try:
            yield alchemy
        finally:
            await alchemy.engine.dispose()
    elif kind == "AsyncSQLiteSession":
        session = AsyncSQLiteSession(session_id, path, **settings)
        try:
            yield session
        finally:
            await session.close()
    elif kind == OURS:
        async with SQLiteSession(session_id, path, **settings) as ours:
            yield ours
    elif kind == "AdvancedSQLiteSession":
        advanced = AdvancedSQLiteSession(
            session_id=session_id, db_path=path, create_tables=True, **settings
        )
        with contextlib.closing(advanced):
            yield advanced
    else:
        with contextlib.closing(getattr(agents, kind)(session_id, path, **settings)) as theirs:
            yield theirs

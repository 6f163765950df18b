"""Sessions of the SDK's classes (0.24.0) and of ours, opened by name on one file."""

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
ADVANCED = "AdvancedSQLiteSession"

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
        return
    session = _make(kind, path, session_id, settings)
    try:
        yield session
    finally:
        close = session.engine.dispose if kind == "SQLAlchemySession" else session.close
        if (closed := close()) is not None:
            await closed


def _make(kind: str, path: Path, session_id: str, settings: dict[str, Any]) -> Any:
    if kind == "SQLAlchemySession":
        pytest.importorskip("sqlalchemy", reason="SQLAlchemySession needs sqlalchemy")
        from agents.extensions.memory import SQLAlchemySession

        url = f"sqlite+aiosqlite:///{path}"
        return SQLAlchemySession.from_url(session_id, url=url, create_tables=True, **settings)
    if kind == ADVANCED:
        settings = {"create_tables": True} | settings
        return AdvancedSQLiteSession(session_id=session_id, db_path=path, **settings)
    classes: dict[str, Any] = {OURS: SQLiteSession, "AsyncSQLiteSession": AsyncSQLiteSession}
    return classes.get(kind, agents.SQLiteSession)(session_id, path, **settings)

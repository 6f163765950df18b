"""Where the sessions of a test are kept: ours on a file, ours in memory, or the SDK's."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import agents

from session_lib import SQLiteSession

OURS_ON_A_FILE, OURS_IN_MEMORY, THE_SDKS = "ours-file", "ours-memory", "sdk-file"
NO_THREADS = ("ours-file-no-threads", "ours-memory-no-threads")
"""Ours as in a browser, where no thread can be started."""


class Store:
    """Where the sessions of a test are kept: in one file, or each in a memory of its own."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.ours = kind != THE_SDKS
        self.has_threads = kind not in NO_THREADS
        self.path: Any = None if "memory" in kind else folder / "conversations.db"
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


async def use(session: SQLiteSession) -> list[Any]:
    """Try all that a session can do, leave one item in it, and close it."""
    async with asyncio.timeout(60), session:
        await session.add_items([{"n": 1}])
        await session.add_items([{"n": 2}])
        assert await session.pop_item() == {"n": 2}
        items = await session.get_items()
        await session.clear_session()
        assert await session.get_items() == []
        await session.add_items(items)
        return items

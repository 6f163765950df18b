"""Support desks for checks: a file, orders, a model that can be watched or be out of reach."""

import asyncio
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from exercises.looking import texts
from session_lib import OfflineModel, SQLiteSession, describe


class Desk:
    """What the notebooks call a `SupportDesk`, with a model of the check's.

    Attributes:
        path: The file of conversations.
        orders: For each number the customer and the status, as in ``data/orders.json``.
        model: What its agents answer with.
        locks: A lock for each customer.
    """

    def __init__(self, path: Path, orders: dict[str, dict[str, str]], model: Any = None) -> None:
        self.path = path
        self.orders = orders
        self.model: Any = OfflineModel() if model is None else model
        self.locks: Any = defaultdict(asyncio.Lock)


class WatchedModel(OfflineModel):
    """A model that takes its time, can be out of reach, and notes what it is asked.

    Attributes:
        delays: For a word of the latest message, the seconds that an answer to it takes.
        error: What it raises instead of an answer, if anything.
        asked: The latest message of each request.
        given: How many items each request had.
        running: How many requests it is answering.
        most: How many it was answering at once.
    """

    def __init__(self, delays: dict[str, float] | None = None) -> None:
        super().__init__()
        self.delays = delays or {}
        self.error: Exception | None = None
        self.asked: list[str] = []
        self.given: list[int] = []
        self.running = self.most = 0

    async def get_response(self, *args: Any, **named: Any) -> Any:
        """Answer as the offline model does, after a while."""
        given = named["input"] if "input" in named else args[1]
        items = [{"role": "user", "content": given}] if isinstance(given, str) else given
        latest = asked_in(items)[-1:]
        self.asked += latest
        self.given.append(len(items))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for word, seconds in self.delays.items():
                if latest and word in latest[0]:
                    await asyncio.sleep(seconds)
            if self.error is not None:
                raise self.error
            return await super().get_response(*args, **named)
        finally:
            self.running -= 1


async def store(path: Path, conversations: dict[str, list[Any]]) -> None:
    """Add items to sessions, given by their ids."""
    for session_id, items in conversations.items():
        async with SQLiteSession(session_id, path) as session:
            await session.add_items(items)


async def stored(path: Path, session_id: str) -> list[Any]:
    """Return the items of a session."""
    async with SQLiteSession(session_id, path) as session:
        return await session.get_items()


def asked_in(items: list[Any]) -> list[str]:
    """Return the messages of the user."""
    return texts([item for item in items if item.get("role") == "user"])


def answers_in(items: list[Any]) -> list[str]:
    """Return the messages of the assistant."""
    found = map(describe, items)
    return [text for role, kind, text in found if (role, kind) == ("assistant", "message")]


def is_mixed(items: list[Any]) -> bool:
    """Tell whether a message was stored before the one before it was answered."""
    messages = [role for role, kind, _ in map(describe, items) if kind == "message"]
    return any(pair == ("user", "user") for pair in pairwise(messages))

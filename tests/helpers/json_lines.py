"""Files of JSON lines to load, and what a database has of them afterwards."""

import json
from pathlib import Path
from typing import Any

from session_lib import SQLiteSession

USER = {"content": "Où est mon thé ?  \U0001fad6", "role": "user"}


def line(session_id: Any, item: Any, **more: Any) -> dict[str, Any]:
    """Make a line of such a file."""
    return {"session_id": session_id, "item": item, **more}


def write(folder: Path, *lines: Any) -> Path:
    """Write a file of lines: bytes as they are, all else as JSON."""
    path = folder / "conversations.jsonl"
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"".join(text + b"\n" for text in texts))
    return path


async def stored(path: Path, session_id: str) -> list[Any]:
    """Read the items of a session."""
    async with SQLiteSession(session_id, path) as session:
        return await session.get_items()


GOOD = json.dumps(line("ana", USER)).encode()

"""Sessions for the OpenAI Agents SDK, in a library small enough to read."""

from session_lib.session import SQLiteSession

__all__ = ["SQLiteSession"]

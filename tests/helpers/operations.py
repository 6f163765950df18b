"""The four operations of a session, and what is stored after each."""

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from session_lib import SQLiteSession

Item = dict[str, Any]

BEFORE: list[Item] = [{"n": 1}, {"n": 2}]
BATCH: list[Item] = [{"new": 1}, {"new": 2}, {"new": 3}]


class Operation(NamedTuple):
    """An operation, and what a session holds after it.

    Attributes:
        begin: Calls it.
        full: What is stored afterwards, if the session held `BEFORE`.
        empty: The same, if it was empty.
    """

    begin: Callable[[SQLiteSession], Coroutine[Any, Any, Any]]
    full: list[Item]
    empty: list[Item]


OPERATIONS = {
    "add": Operation(lambda session: session.add_items(BATCH), BEFORE + BATCH, BATCH),
    "pop": Operation(lambda session: session.pop_item(), BEFORE[:1], []),
    "clear": Operation(lambda session: session.clear_session(), [], []),
    "get": Operation(lambda session: session.get_items(), BEFORE, []),
}
WRITES = ["add", "pop", "clear"]

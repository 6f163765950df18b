"""Random operations on several sessions of one file, against plain lists.

Hypothesis looks for a sequence of operations after which a session and its list differ, and
prints the shortest one that it finds.
"""

import asyncio
import json
import sqlite3
import tempfile
import warnings
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from session_lib import SQLiteSession

IDS = ["alice", "Alice", "alice ", "%"]
DAMAGED = '{"cut'
NUMBERS = st.integers(0, 9)
BATCHES = st.lists(st.builds(lambda number: {"n": number}, NUMBERS), max_size=4)
LIMITS = st.integers(0, 8) | st.sampled_from([2**31 - 1, 2**63])


class Handle:
    """A session that a program holds. It may be replaced by a new one with the same id."""

    def __init__(self, session: SQLiteSession) -> None:
        self.session = session


class Conversations(RuleBasedStateMachine):
    """The sessions of one file, and what should be in them."""

    handles: Bundle[Handle] = Bundle("handles")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "conversations.db")
        self.opened: list[Handle] = []
        self.items: dict[str, list[Any]] = {name: [] for name in IDS}
        self.rows: set[str] = set()

    def run(self, operation: Coroutine[Any, Any, Any]) -> Any:
        with warnings.catch_warnings():
            # `add_and_edit_by_hand` leads to warnings, which test_damage.py is about.
            warnings.simplefilter("ignore", RuntimeWarning)
            return self.runner.run(operation)

    @initialize(target=handles)
    def open_one_of_each(self) -> Any:
        return multiple(*(self.open(name) for name in IDS))

    @rule(target=handles, name=st.sampled_from(IDS))
    def open(self, name: str) -> Handle:
        self.opened.append(Handle(SQLiteSession(name, self.path)))
        return self.opened[-1]

    @rule(handle=handles, batch=BATCHES)
    def add(self, handle: Handle, batch: list[Any]) -> None:
        self.run(handle.session.add_items(batch))

        self._added(handle.session.session_id, batch)

    @rule(handle=handles, batch=BATCHES, bad=st.sampled_from([None, {1: 2}, {"a": {1}}]))
    def add_a_bad_item(self, handle: Handle, batch: list[Any], bad: Any) -> None:
        with pytest.raises(TypeError, match=rf"items\[{len(batch)}\]"):
            self.run(handle.session.add_items([*batch, bad]))

    @rule(one=handles, other=handles, batch=BATCHES, number=NUMBERS)
    def add_at_once(self, one: Handle, other: Handle, batch: list[Any], number: int) -> None:
        async def both() -> None:
            await asyncio.gather(
                one.session.add_items(batch), other.session.add_items([{"n": number}])
            )

        self.run(both())

        batches = [(one.session.session_id, batch), (other.session.session_id, [{"n": number}])]
        # Either may come first, but neither in the middle of the other.
        expected = [*batch, {"n": number}]
        if self._stored()[one.session.session_id][-len(expected) :] != expected:
            batches.reverse()
        for name, added in batches:
            self._added(name, added)

    @rule(handle=handles, limit=st.none() | LIMITS)
    def get(self, handle: Handle, limit: int | None) -> None:
        items = self.run(handle.session.get_items(limit))

        readable = self._readable(handle)
        assert items == (readable if limit is None else readable[-limit:] if limit else [])

    @rule(handle=handles, count=st.integers(1, 3))
    def pop(self, handle: Handle, count: int) -> None:
        for _ in range(count):
            readable = self._readable(handle)

            item = self.run(handle.session.pop_item())

            assert item == (readable[-1] if readable else None)
            if item is not None:
                items = self.items[handle.session.session_id]
                del items[max(n for n, one in enumerate(items) if one != DAMAGED)]

    @rule(handle=handles)
    def clear(self, handle: Handle) -> None:
        self.run(handle.session.clear_session())

        self.items[handle.session.session_id] = []
        self.rows.discard(handle.session.session_id)

    @rule(handle=handles, all_of_them=st.booleans())
    def close_and_open_again(self, handle: Handle, all_of_them: bool) -> None:
        handles = self.opened if all_of_them else [handle]
        for handle in handles:
            self.run(_close(handle.session))
        for handle in handles:
            with pytest.raises(RuntimeError, match="SQLiteSession is closed"):
                self.run(handle.session.get_items())
            handle.session = SQLiteSession(handle.session.session_id, self.path)

    @rule(handle=handles, batch=BATCHES)
    def add_and_edit_by_hand(self, handle: Handle, batch: list[Any]) -> None:
        self.run(handle.session.add_items([{"n": 0}, *batch]))
        name = handle.session.session_id
        statement = "INSERT INTO agent_messages (session_id, message_data) VALUES (?, ?)"
        self._execute(statement, (name, DAMAGED))

        self._added(name, [{"n": 0}, *batch, DAMAGED])

    @invariant()
    def the_file_holds_what_it_should(self) -> None:
        if not self.path.exists():
            assert not any(self.items.values())
            return
        assert self._stored() == self.items
        rows = self._execute("SELECT session_id FROM agent_sessions")
        assert {name for (name,) in rows} == self.rows

    def teardown(self) -> None:
        for handle in self.opened:
            self.run(_close(handle.session))
        self.runner.close()
        self.folder.cleanup()

    def _added(self, name: str, batch: list[Any]) -> None:
        self.items[name] += batch
        if batch:
            self.rows.add(name)

    def _stored(self) -> dict[str, list[Any]]:
        stored: dict[str, list[Any]] = {name: [] for name in IDS}
        query = "SELECT session_id, message_data FROM agent_messages ORDER BY id"
        for name, text in self._execute(query):
            stored[name].append(text if text == DAMAGED else json.loads(text))
        return stored

    def _readable(self, handle: Handle) -> list[Any]:
        return [item for item in self.items[handle.session.session_id] if item != DAMAGED]

    def _execute(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, parameters).fetchall()


async def _close(session: SQLiteSession) -> None:
    await session.close()


TestConversations = Conversations.TestCase
TestConversations.settings = settings(max_examples=40, stateful_step_count=30)

"""Random operations on several sessions of one file, against plain lists.

Hypothesis looks for a sequence of operations after which a session and its list differ, and
prints the shortest one that it finds.
"""

import asyncio
import json
import sqlite3
import tempfile
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from session_lib import SQLiteSession
from tests.helpers.threadless import take_threads_away

IDS = ["alice", "Alice", "alice ", "%"]
DAMAGED = '{"cut'
NUMBERS = st.integers(0, 9)
BATCHES = st.lists(st.builds(lambda number: {"n": number}, NUMBERS), max_size=4)
LIMITS = st.integers(0, 8) | st.sampled_from([2**31 - 1, 2**63])


class Handle:
    """A session that a program holds. It may be replaced by a new one with the same id."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.session = SQLiteSession(name, path)


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

    def run(self, operation: Any) -> Any:
        with warnings.catch_warnings():
            # `add_and_edit_by_hand` leads to warnings, which test_damage.py is about.
            warnings.simplefilter("ignore", RuntimeWarning)
            return self.runner.run(operation)

    @initialize(target=handles)
    def open_one_of_each(self):
        return multiple(*(self.open(name) for name in IDS))

    @rule(target=handles, name=st.sampled_from(IDS))
    def open(self, name):
        self.opened.append(Handle(name, self.path))
        return self.opened[-1]

    @rule(handle=handles, batch=BATCHES)
    def add(self, handle, batch):
        self.run(handle.session.add_items(batch))
        self._added(handle.name, batch)

    @rule(handle=handles, batch=BATCHES, bad=st.sampled_from([None, {1: 2}, {"a": {1}}]))
    def add_a_bad_item(self, handle, batch, bad):
        with pytest.raises(TypeError, match=rf"items\[{len(batch)}\]"):
            self.run(handle.session.add_items([*batch, bad]))

    @rule(one=handles, other=handles, batch=BATCHES, number=NUMBERS)
    def add_at_once(self, one, other, batch, number):
        async def both():
            await asyncio.gather(
                one.session.add_items(batch), other.session.add_items([{"n": number}])
            )

        self.run(both())
        batches = [(one.name, batch), (other.name, [{"n": number}])]
        # Either may come first, but neither in the middle of the other.
        expected = [*batch, {"n": number}]
        if self._stored()[one.name][-len(expected) :] != expected:
            batches.reverse()
        for name, added in batches:
            self._added(name, added)

    @rule(handle=handles, limit=st.none() | LIMITS)
    def get(self, handle, limit):
        items = self.run(handle.session.get_items(limit))
        readable = self._readable(handle)
        assert items == (readable if limit is None else readable[-limit:] if limit else [])

    @rule(handle=handles, count=st.integers(1, 3))
    def pop(self, handle, count):
        for _ in range(count):
            readable = self._readable(handle)
            item = self.run(handle.session.pop_item())
            assert item == (readable[-1] if readable else None)
            if item is not None:
                items = self.items[handle.name]
                del items[max(n for n, one in enumerate(items) if one != DAMAGED)]

    @rule(handle=handles)
    def clear(self, handle):
        self.run(handle.session.clear_session())
        self.items[handle.name] = []
        self.rows.discard(handle.name)

    @rule(handle=handles, all_of_them=st.booleans())
    def close_and_open_again(self, handle, all_of_them):
        handles = self.opened if all_of_them else [handle]
        for handle in handles:
            self.run(handle.session.close())
        for handle in handles:
            with pytest.raises(RuntimeError, match="SQLiteSession is closed"):
                self.run(handle.session.get_items())
            handle.session = SQLiteSession(handle.name, self.path)

    @rule(handle=handles, batch=BATCHES)
    def add_and_edit_by_hand(self, handle, batch):
        self.run(handle.session.add_items([{"n": 0}, *batch]))
        statement = "INSERT INTO agent_messages (session_id, message_data) VALUES (?, ?)"
        self._execute(statement, (handle.name, DAMAGED))
        self._added(handle.name, [{"n": 0}, *batch, DAMAGED])

    @invariant()
    def the_file_holds_what_it_should(self):
        if not self.path.exists():
            assert not any(self.items.values())
            return
        assert self._stored() == self.items
        rows = self._execute("SELECT session_id FROM agent_sessions")
        assert {name for (name,) in rows} == self.rows

    def teardown(self):
        for handle in self.opened:
            self.run(handle.session.close())
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
        return [item for item in self.items[handle.name] if item != DAMAGED]

    def _execute(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, parameters).fetchall()


TestConversations = Conversations.TestCase
TestConversations.settings = settings(max_examples=40, stateful_step_count=30)


class ConversationsWithoutThreads(Conversations):
    """The same where no thread can be started."""

    def __init__(self) -> None:
        self.patch = pytest.MonkeyPatch()
        take_threads_away(self.patch)
        super().__init__()

    def teardown(self):
        super().teardown()
        self.patch.undo()


TestConversationsWithoutThreads = pytest.mark.no_threads(ConversationsWithoutThreads.TestCase)
TestConversationsWithoutThreads.settings = TestConversations.settings

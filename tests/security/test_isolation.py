"""No session reaches another's items, however alike the two ids are."""

import asyncio
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lib import SQLiteSession
from session_lib.tables import history, sessions
from tests.helpers.strange_values import TEXTS

# fmt: off
ALIKE = [
    "alice", "Alice", "ALICE", "alice ", " alice", "alice\n", "alice\0", "alice\0bob", "alic",
    "alice1", "al%", "_____", "al*", "alic?", "[a-z]*", "alice' OR '1'='1",
    "alice'; DELETE FROM agent_messages; --", '"alice"', ":session_id", "1", "01", "1.0",
    "\U0001f600\ufe0f", unicodedata.normalize("NFC", "Zoë"), unicodedata.normalize("NFD", "Zoë"),
    "straße", "strasse", "a" * 10_000, "a" * 9_999,
]
PIECES = [
    *"aAbB0%_*?[]'\"\\;:-/. \0\n\t", "alice", "ALICE", "' OR 1=1 --", "\u00e9", "e\u0301", "\u00df",
    "ss", "\u0130", "i\u0307", "\ufb01", "\U0001f600", "\ufe0f", "\u200b", "\ufeff", "\uffff",
    "\U0010ffff",
]
# fmt: on
NAMES = st.text(min_size=1, max_size=300) | st.lists(
    st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=6
).map("".join).filter(bool)

# fmt: off
DISGUISES: list[Callable[[str], str]] = [  # What makes another id that looks like the same.
    str.upper, str.lower, str.title, str.swapcase, str.casefold, str.strip, ascii,
    lambda name: f"{name} ", lambda name: f" {name}", lambda name: f"{name}\0",
    lambda name: f"{name}\n", lambda name: f"{name}%", lambda name: f"%{name}%",
    lambda name: "_" * len(name), lambda name: "?" * len(name), lambda name: "*",
    lambda name: f"'{name}'", lambda name: f'"{name}"', lambda name: name.replace("'", "''"),
    lambda name: name + name, lambda name: name[:-1], lambda name: name[::-1],
    lambda name: name.split("\0")[0], lambda name: name.encode().hex(),
    lambda name: f"{name}' OR session_id <> '{name}",
    lambda name: unicodedata.normalize("NFC", name),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: unicodedata.normalize("NFKC", name),
    lambda name: "".join(c for c in name if c.isprintable()),
]
# fmt: on


class Crowd:
    """Sessions of one file, and what should be in each."""

    def __init__(self, store: Any, names: list[str]) -> None:
        self.store = store
        self.sessions = {name: store.open(name) for name in names}
        self.items: dict[str, list[Any]] = {name: [] for name in names}

    async def add(self) -> None:
        """Add an item to each session, all at once."""
        for number, items in enumerate(self.items.values()):
            items.append({"role": "user", "content": f"{number}.{len(items)}"})
        adds = [self.sessions[name].add_items(items[-1:]) for name, items in self.items.items()]
        await asyncio.gather(*adds)

    async def pop(self, name: str) -> None:
        """Take an item from one session: its own latest."""
        items = self.items[name]
        assert await self.sessions[name].pop_item() == (items.pop() if items else None)

    async def clear(self, name: str) -> None:
        """Clear one session, which is not in the file after that."""
        await self.sessions[name].clear_session()
        del self.items[name]

    async def assert_sees_its_own(self, name: str) -> None:
        session, items = self.sessions[name], self.items[name]
        assert await session.get_items() == items
        assert await session.get_items(1_000) == items
        assert await session.get_items(limit=2) == items[-2:]
        table = await history(session)
        assert [*table["text"]] == [item["content"] for item in items]

    async def assert_each_sees_its_own(self) -> None:
        await asyncio.gather(*map(self.assert_sees_its_own, self.items))
        listed = await sessions(self.store.path)
        found = zip(listed["session"], listed["items"], listed["turns"], strict=True)
        counted = [(name, len(items), len(items)) for name, items in self.items.items()]
        assert sorted(found) == sorted(counted)

    def assert_file_holds_them(self) -> None:
        rows = self.store.execute("SELECT session_id, typeof(session_id) FROM agent_sessions")
        assert sorted(rows) == sorted((name, "text") for name in self.items)
        stored: dict[str, list[Any]] = {name: [] for name in self.items}
        query = "SELECT session_id, message_data FROM agent_messages ORDER BY id"
        for name, text in self.store.execute(query):
            stored[name].append(json.loads(text))
        assert stored == self.items


async def live(store: Any, names: list[str]) -> None:
    crowd = Crowd(store, names)
    for _ in range(3):
        await crowd.add()
    await crowd.assert_each_sees_its_own()
    first, *others = names
    for _ in range(4):  # one more than it has
        await crowd.pop(first)
        crowd.assert_file_holds_them()
    for name in others:
        await crowd.pop(name)
        crowd.assert_file_holds_them()
    await asyncio.gather(*map(crowd.pop, others))
    await crowd.assert_each_sees_its_own()
    for name in names:
        await crowd.clear(name)
        crowd.assert_file_holds_them()
        if name == first:
            await crowd.assert_each_sees_its_own()


@pytest.mark.parametrize("names", [ALIKE, [text for text in TEXTS if len(text) < 1_000]])
async def test_ids_that_are_alike_or_strange(file_store, names):
    await live(file_store, names)


async def test_ids_of_up_to_a_million_characters(our_file):
    await live(our_file, [text for text in TEXTS if len(text) >= 1_000])


@given(NAMES, st.lists(st.sampled_from(DISGUISES), min_size=4, max_size=6, unique=True))
async def test_an_id_and_its_disguises(our_file, name, disguises):
    names = {name: None} | {disguise(name): None for disguise in disguises}
    await live(our_file, [name for name in names if name])


@pytest.mark.parametrize("other", ["Alice", "alice ", "alic", "%", "alice' OR '1'='1", "alice\0"])
async def test_an_absent_session_changes_no_byte(other, tmp_path):
    path = tmp_path / "x.db"
    async with SQLiteSession("alice", path) as alice:
        await alice.add_items([{"n": 1}])
    before = path.read_bytes()
    async with SQLiteSession(other, path) as session:
        assert await session.get_items() == []
        assert await session.pop_item() is None
        await session.clear_session()
    assert path.read_bytes() == before


@pytest.mark.parametrize("paths", [(None, ":memory:"), ("one.db", "two.db")])
async def test_equal_ids_in_two_places(paths, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with (
        SQLiteSession("alice", paths[0]) as first,
        SQLiteSession("alice", paths[1]) as second,
    ):
        await first.add_items([{"n": 1}])
        assert await second.get_items() == []
        assert await second.pop_item() is None
        await second.clear_session()
        assert await first.get_items() == [{"n": 1}]

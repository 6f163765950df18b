"""No session reaches another's items, whatever the two are called.

The contract's test of isolation has a list of ids. Here a search makes pairs that are as alike as
two ids can be: in case, in spaces, in normal form, in what SQL and LIKE take for something else.
"""

import asyncio
import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from session_lib import SQLiteSession
from session_lib.tables import history, sessions

PAIRS = 300
"""How many pairs of ids are tried at least."""

PIECES = [
    *"aAbB0%_*?[]'\"\\;:-/. \0\n\t",
    "alice",
    "ALICE",
    "' OR 1=1 --",
    "\u00e9",
    "e\u0301",
    "\u00df",
    "ss",
    "\u0130",
    "i\u0307",
    "\ufb01",
    "\U0001f600",
    "\ufe0f",
    "\u200b",
    "\ufeff",
    "\uffff",
    "\U0010ffff",
]
NAMES = (
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=6)
    .map("".join)
    .filter(bool)
)

# What makes of one id another that somebody might take for the same.
DISGUISES: list[Callable[[str], str]] = [
    str.upper,
    str.lower,
    str.title,
    str.swapcase,
    str.casefold,
    str.strip,
    lambda name: f"{name} ",
    lambda name: f" {name}",
    lambda name: f"{name}\0",
    lambda name: f"{name}\n",
    lambda name: f"{name}%",
    lambda name: f"%{name}%",
    lambda name: "_" * len(name),
    lambda name: "?" * len(name),
    lambda name: "*",
    lambda name: f"'{name}'",
    lambda name: f'"{name}"',
    lambda name: name.replace("'", "''"),
    lambda name: name + name,
    lambda name: name[:-1],
    lambda name: name[::-1],
    lambda name: name.split("\0")[0],
    lambda name: name.encode().hex(),
    lambda name: ascii(name),
    lambda name: f"{name}' OR session_id <> '{name}",
    lambda name: unicodedata.normalize("NFC", name),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: unicodedata.normalize("NFKC", name),
    lambda name: "".join(c for c in name if c.isprintable()),
]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Runs one coroutine after another."""
    with asyncio.Runner() as runner:
        yield runner


class User:
    """A session, and what should be in it."""

    def __init__(self, name: str, path: Path, number: int) -> None:
        self.session = SQLiteSession(name, path)
        self.items: list[Any] = [{"role": "user", "content": f"{number}.{n}"} for n in range(2)]

    async def sees_its_own_only(self) -> None:
        """See that this session has its own items and no others, whichever way it is asked."""
        assert await self.session.get_items() == self.items
        assert await self.session.get_items(1_000) == self.items
        table = await history(self.session)
        assert [*table["text"]] == [item["content"] for item in self.items]


def test_no_session_reads_pops_clears_or_counts_what_is_anothers(
    runner: asyncio.Runner, tmp_path: Path, soak: bool
) -> None:
    path = tmp_path / "x.db"
    tried = 0

    async def counts(users: list[User]) -> None:
        listed = await sessions(path)
        found = [*zip(listed["session"], listed["items"], listed["turns"], strict=True)]
        counted = [(user.session.session_id, *(len(user.items),) * 2) for user in users]
        assert sorted(found) == sorted(counted)

    async def look(users: list[User]) -> None:
        await asyncio.gather(*(user.sees_its_own_only() for user in users))
        await counts(users)

    async def live(names: list[str]) -> None:
        users = [User(name, path, number) for number, name in enumerate(names)]
        for turn in range(2):
            adds = [user.session.add_items(user.items[turn : turn + 1]) for user in users]
            await asyncio.gather(*adds)
        await look(users)
        first, *others = users
        assert await first.session.pop_item() == first.items.pop()
        await look(users)
        await first.session.clear_session()
        assert await first.session.pop_item() is None
        await asyncio.gather(*(user.sees_its_own_only() for user in others))
        await counts(others)
        popped = await asyncio.gather(*(user.session.pop_item() for user in others))
        assert popped == [user.items.pop() for user in others]
        await look(others)
        for user in users:
            await user.session.clear_session()
        await counts([])
        await asyncio.gather(*(_close(user.session) for user in users))

    @given(NAMES, st.lists(st.sampled_from(DISGUISES), min_size=12, max_size=15, unique=True))
    @settings(
        max_examples=PAIRS // 15 * (10 if soak else 1),
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        print_blob=True,
        suppress_health_check=[*HealthCheck],
    )
    def attempt(name: str, disguises: list[Callable[[str], str]]) -> None:
        nonlocal tried
        names = [*dict.fromkeys([name, *(disguise(name) for disguise in disguises)])]
        names = [name for name in names if name]
        runner.run(live(names))
        tried += len(names) * (len(names) - 1) // 2

    attempt()
    assert tried >= PAIRS


async def _close(session: SQLiteSession) -> None:
    await session.close()


@pytest.mark.parametrize("other", ["Alice", "alice ", "alic", "%", "alice' OR '1'='1", "alice\0"])
async def test_a_session_that_another_is_like_stays_as_it_is_in_the_file(
    other: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    async with SQLiteSession("alice", path) as alice:
        await alice.add_items([{"n": 1}])
    before = path.read_bytes()
    async with SQLiteSession(other, path) as session:
        assert await session.get_items() == []
        assert await session.pop_item() is None
        await session.clear_session()
    assert path.read_bytes() == before

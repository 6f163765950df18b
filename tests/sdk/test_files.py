"""One file, two libraries: what one adds, pops and clears is seen by the other, unchanged."""

import asyncio
from contextlib import AsyncExitStack

import agents
import pytest
from agents.extensions.memory import EncryptedSession

from tests.helpers.conversations import BATCHES, CONVERSATION, HARD, LONE
from tests.helpers.scripts import asked
from tests.helpers.stores import ADVANCED, KEY, OURS, PLAIN, opened

ENCRYPTED = ["Encrypted SQLiteSession", "Encrypted ours"]
WRITERS = [*[(kind, OURS) for kind in [*PLAIN, ADVANCED]], *[(OURS, kind) for kind in PLAIN]]
# Each of the SDK's classes with ours of the same kind.
PAIRS = [*[(OURS, kind) for kind in PLAIN], ENCRYPTED[::-1]]


@pytest.mark.parametrize("items", BATCHES.values(), ids=BATCHES)
@pytest.mark.parametrize(("writer", "reader"), [*WRITERS, ENCRYPTED, ENCRYPTED[::-1]])
async def test_what_one_writes_the_other_reads(writer, reader, items, tmp_path):
    half = max(len(items) // 2, 1)
    async with opened(writer, tmp_path / "x.db") as session:
        await session.add_items(items[:half])
        await session.add_items(items[half:])
        written = await session.get_items()
    async with opened(reader, tmp_path / "x.db") as session:
        read = await session.get_items()
        assert read == written
        # Equal is not enough: 1, 1.0 and True are, and the order of keys does not count.
        assert repr(read) == repr(written) == repr(items)
        for limit in (0, 1, len(items) - 1, len(items), len(items) + 1):
            assert await session.get_items(limit) == items[len(items) - min(limit, len(items)) :]
    async with opened(reader, tmp_path / "x.db", "user_2") as stranger:
        assert await stranger.get_items() == []


@pytest.mark.parametrize(("writer", "reader"), [pair for pair in WRITERS if ADVANCED not in pair])
async def test_half_a_character(writer, reader, tmp_path):
    async with opened(writer, tmp_path / "x.db") as session:
        await session.add_items([LONE])
    async with opened(reader, tmp_path / "x.db") as session:
        assert await session.get_items() == [LONE]
        assert await session.pop_item() == LONE


@pytest.mark.parametrize("kind", ENCRYPTED)
async def test_encryption_refuses_half_a_pair(kind, tmp_path):
    # It encodes the text as UTF-8 itself, before the session inside sees it.
    async with opened(kind, tmp_path / "x.db") as session:
        with pytest.raises(UnicodeEncodeError):
            await session.add_items([{"n": 1}, LONE])
        assert await session.get_items() == []


async def test_envelopes_are_the_same_to_both(tmp_path):
    path = tmp_path / "x.db"
    for kind in ENCRYPTED:
        async with opened(kind, path) as session:
            await session.add_items([{"n": kind}])
    async with opened(OURS, path) as ours, opened("SQLiteSession", path) as theirs:
        envelopes = await ours.get_items()
        assert envelopes == await theirs.get_items()
        assert [envelope["__enc__"] for envelope in envelopes] == [1, 1]
        assert "n" not in envelopes[0]


async def test_wrong_key_shows_and_loses_nothing(tmp_path):
    path = tmp_path / "x.db"
    async with opened("Encrypted SQLiteSession", path) as theirs, opened(OURS, path) as ours:
        await theirs.add_items(CONVERSATION)
        assert await EncryptedSession("user_1", ours, KEY[::-1]).get_items() == []
        # Another id is another key, even on the same rows.
        assert await EncryptedSession("user_2", ours, KEY).get_items() == []
        assert await EncryptedSession("user_1", ours, KEY).get_items() == CONVERSATION


@pytest.mark.parametrize(("own", "kind"), PAIRS)
async def test_pops_and_clears_are_seen_at_once(own, kind, tmp_path):
    path, items = tmp_path / "x.db", [*CONVERSATION, *HARD]
    async with opened(own, path) as ours, opened(kind, path) as theirs:
        async with opened(own, path, "user_2") as bystander:
            await bystander.add_items(items[:3])
        for turn in range(2):
            left = list(items)
            await (ours, theirs)[turn].add_items(left)
            while left:
                taker, watcher = (ours, theirs)[:: 1 if len(left) % 2 else -1]
                assert await taker.pop_item() == left.pop()
                assert await watcher.get_items() == left
            assert await ours.pop_item() is None and await theirs.pop_item() is None

            await ours.add_items(items)
            await theirs.add_items(items)
            assert await ours.get_items() == await theirs.get_items() == items * 2
            await (theirs, ours)[turn].clear_session()
            assert await ours.get_items() == await theirs.get_items() == []
            await (theirs, ours)[turn].clear_session()
    for reader in (own, kind):
        async with opened(reader, path, "user_2") as bystander:
            assert await bystander.get_items() == items[:3]


@pytest.mark.parametrize(("own", "kind"), PAIRS)
async def test_conversation_held_by_turns(own, kind, tmp_path):
    path, said = tmp_path / "x.db", []
    async with opened(own, path) as ours, opened(kind, path) as theirs:
        for number in range(30):
            new = [asked(f"{number} 🙂"), CONVERSATION[number % len(CONVERSATION)]]
            await (ours, theirs)[number % 2].add_items(new)
            said += new
            assert await ours.get_items() == await theirs.get_items() == said
            assert await ours.get_items(3) == await theirs.get_items(3) == said[-3:]


@pytest.mark.parametrize("kind", ["SQLiteSession", "AsyncSQLiteSession"])
async def test_both_write_at_the_same_time(kind, tmp_path):
    async def add(session, name):
        for number in range(20):
            await session.add_items([{name: number}])

    path = tmp_path / "x.db"
    async with opened(OURS, path) as ours, opened(kind, path) as theirs:
        await asyncio.gather(add(ours, "ours"), add(theirs, "theirs"))
        items = await ours.get_items()
        assert items == await theirs.get_items()
    assert len(items) == 40
    for name in ("ours", "theirs"):
        assert [item[name] for item in items if name in item] == list(range(20))


@pytest.mark.parametrize("kind", PLAIN)
async def test_settings_mean_the_same_to_both(kind, tmp_path):
    for settings in ({"limit": 2}, agents.SessionSettings(limit=2), agents.SessionSettings()):
        async with AsyncExitStack() as stack:
            ours, theirs = [
                await stack.enter_async_context(
                    opened(name, tmp_path / "x.db", session_settings=settings)
                )
                for name in (OURS, kind)
            ]
            await ours.add_items(CONVERSATION)
            for limit in (None, 0, 1, 5, 1_000):
                assert await ours.get_items(limit) == await theirs.get_items(limit)
            assert ours.session_settings == theirs.session_settings
            await theirs.clear_session()

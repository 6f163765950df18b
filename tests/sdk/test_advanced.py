"""The SDK's AdvancedSQLiteSession (0.24.0) on a file of ours: as on one of its own SQLiteSession.

It keeps a row in `message_structure` for each item that it adds: of which branch and turn it is. It
shows what has such a row. No other class writes them, so all that follows holds for both.
"""

import pytest
from agents.extensions.memory import AdvancedSQLiteSession

from tests.helpers.conversations import CONVERSATION, HARD
from tests.helpers.scripts import asked
from tests.helpers.stores import ADVANCED, OURS, opened

pytestmark = pytest.mark.parametrize("writer", [OURS, "SQLiteSession"])


def contents(items):
    return [item.get("content") for item in items]


async def test_shows_nothing_of_a_plain_one(writer, tmp_path):
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain:
        await plain.add_items(CONVERSATION)
        async with opened(ADVANCED, path) as advanced:
            assert await advanced.get_items() == []
            assert await advanced.pop_item() is None
            assert await advanced.get_conversation_turns() == []
            assert await advanced.get_tool_usage() == []
            assert await plain.get_items() == CONVERSATION
            # What it adds comes after the rest, and only that does it show.
            await advanced.add_items(CONVERSATION[:2])
            assert await advanced.get_items() == CONVERSATION[:2]
            assert await plain.get_items() == [*CONVERSATION, *CONVERSATION[:2]]


async def test_pop_deletes_what_a_plain_one_wrote(writer, tmp_path):
    # It takes items without a row of its own as the remains of something that failed.
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain, opened(writer, path, "user_2") as other:
        await plain.add_items(CONVERSATION)
        await other.add_items(CONVERSATION)
        async with opened(ADVANCED, path) as advanced:
            await advanced.add_items([asked("1"), asked("2")])
            assert len(await plain.get_items()) == len(CONVERSATION) + 2
            assert await advanced.pop_item() == asked("2")
            assert await plain.get_items() == [asked("1")]
            assert await other.get_items() == CONVERSATION


async def test_plain_one_shows_all_branches(writer, tmp_path):
    path = tmp_path / "x.db"
    first, answer = CONVERSATION[0], CONVERSATION[-1]
    async with opened(ADVANCED, path) as advanced, opened(writer, path) as plain:
        await advanced.add_items([first, answer, asked("another")])
        await advanced.create_branch_from_turn(2, "branch")
        await advanced.add_items([asked("on the branch")])
        shown = contents(await advanced.get_items())
        assert shown[1:] == [answer["content"], "on the branch"]
        shown = contents(await plain.get_items())
        assert shown == [first["content"], answer["content"], "another", "on the branch"]


async def test_goes_on_after_a_plain_pop_or_clear(writer, tmp_path):
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain:
        assert await plain.get_items() == []  # it makes the tables
        async with opened(ADVANCED, path) as advanced:
            await advanced.add_items([*map(asked, "123")])
            assert await plain.pop_item() == asked("3")
            assert contents(await advanced.get_items()) == ["1", "2"]
            # The row of "3" in message_structure is still there. No id is used twice, so the next
            # item is not taken for the one that this row describes.
            await plain.add_items([asked("plain")])
            assert contents(await advanced.get_items()) == ["1", "2"]

            await plain.clear_session()
            assert await advanced.get_items() == []
            assert await advanced.pop_item() is None
            await plain.add_items([asked("plain")])
            await advanced.add_items([asked("advanced")])
            assert contents(await advanced.get_items()) == ["advanced"]
            assert contents(await plain.get_items()) == ["plain", "advanced"]


async def test_clear_clears_all(writer, tmp_path):
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain, opened(ADVANCED, path) as advanced:
        await plain.add_items(CONVERSATION)
        await advanced.add_items(HARD[:2])
        await advanced.clear_session()
        assert await advanced.get_items() == await plain.get_items() == []


async def test_refuses_a_file_without_its_tables(writer, tmp_path):
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain:
        await plain.add_items(CONVERSATION)
        with pytest.raises(ValueError, match="create_tables=True"):
            AdvancedSQLiteSession(session_id="user_1", db_path=path)
        assert await plain.get_items() == CONVERSATION

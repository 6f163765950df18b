"""One file, two libraries: every item, pop and clear of one is seen by the other, unchanged.

`tests/session/test_file_format.py` shows that each side goes on where the other stopped. Here
are the items that are hard to carry, both sides at work in turns, and what each class leaves behind
in the tables.
"""

import contextlib
import json
import sqlite3
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import agents
import pytest
from agents.extensions.memory import AdvancedSQLiteSession

from session_lib import SQLiteSession
from tests.helpers.stores import KEY, OURS, PLAIN, opened


def _nested(depth: int) -> Any:
    value: Any = "bottom"
    for level in range(depth):
        value = {"level": level, "inside": [value]}
    return value


CONVERSATION: list[Any] = [
    {"role": "user", "content": "What is on this picture, and what is 6 times 7?"},
    {
        "role": "user",
        "content": [
            {"type": "input_text", "text": "here"},
            {
                "type": "input_image",
                "image_url": "data:image/png;base64,iVBORw0KGgo=",
                "detail": "",
            },
        ],
    },
    {
        "id": "rs_1",
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": "Two questions."}],
        "encrypted_content": "gAAAA==",
    },
    {
        "id": "fc_1",
        "type": "function_call",
        "call_id": "call_1",
        "name": "multiply",
        "arguments": '{"a": 6, "b": 7, "note": "\\"quoted\\" \\u00fc \\n"}',
        "status": "completed",
    },
    {
        "type": "function_call_output",
        "call_id": "call_1",
        "output": [{"type": "input_text", "text": "42"}, {"type": "input_file", "file_id": "f"}],
    },
    {
        "type": "computer_call",
        "id": "cu_1",
        "call_id": "call_2",
        "action": {"type": "click", "x": 1, "y": 2, "button": "left"},
        "pending_safety_checks": [],
        "status": "completed",
    },
    {
        "type": "computer_call_output",
        "call_id": "call_2",
        "output": {"type": "computer_screenshot", "image_url": "data:,"},
    },
    {
        "type": "mcp_approval_request",
        "id": "mcpr_1",
        "server_label": "s",
        "name": "n",
        "arguments": "",
    },
    {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True},
    {"type": "compaction", "id": "cmp_1", "encrypted_content": "gAAAA=="},
    {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [
            {"type": "output_text", "text": "42", "annotations": [], "logprobs": []},
            {"type": "refusal", "refusal": "no picture"},
        ],
    },
]
HARD: list[Any] = [
    {"content": "👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 e\u0301 ﷽ עברית العربية 𝔘𝔫𝔦 \U0010fffd"},  # noqa: RUF001
    {"content": "\x00 \x01 \x1f \x7f \x85 \u2028 \u2029 \ufeff \ufffe \t \r\n \\ \" ' / </script>"},
    {"content": "'; DROP TABLE agent_messages; -- ? :session % %s {}"},
    {"": "", " ": {}, "ключ": [], "👍": None, "__enc__": 1, "model_dump": {}},
    {"numbers": [0, -1, 2**63, -(2**64), 10**40, 0.1, -0.0, 5e-324, 1.7976931348623157e308, 1e16]},
    {
        "not numbers": ["1", "1.0", "true", "null", "NaN", ""],
        "not text": [True, False, None, 1, 1.0],
    },
    {"z": 1, "a": 2, "m": {"y": 1, "b": 2}, "order": "as given"},
    _nested(100),
    {},
]
LARGE: list[Any] = [
    {"role": "user", "content": "ü🙂" * 500_000},
    {"type": "function_call_output", "call_id": "1", "output": "x" * 2_000_000},
    {"role": "user", "content": [{"type": "input_text", "text": str(n)} for n in range(20_000)]},
]
MANY: list[Any] = [{"role": "user", "content": f"Nachricht {number}"} for number in range(2_500)]
BATCHES = {"a conversation": CONVERSATION, "hard": HARD, "large": LARGE, "many": MANY}
LONE = {"content": "half a pair: \ud83d and the other: \ude42"}
ENCRYPTED = ["Encrypted SQLiteSession", "Encrypted ours"]


async def _hand_over(writer: str, reader: str, path: Path, items: list[Any]) -> None:
    async with opened(writer, path) as session:
        for start in (0, len(items) // 2):  # two batches, of which one may be empty
            await session.add_items(items[start : start + max(len(items) // 2, 1) + start])
        written = await session.get_items()
    async with opened(reader, path) as session:
        read = await session.get_items()
        assert read == written
        # Equal is not enough: 1, 1.0 and True are, and the order of keys does not count.
        assert repr(read) == repr(written) == repr(items)
        for limit in (0, 1, len(items) - 1, len(items), len(items) + 1):
            assert await session.get_items(limit) == items[len(items) - min(limit, len(items)) :]
    async with opened(reader, path, "user_2") as stranger:
        assert await stranger.get_items() == []


@pytest.mark.parametrize("items", BATCHES.values(), ids=BATCHES)
@pytest.mark.parametrize("kind", PLAIN)
async def test_what_the_sdk_writes_is_read_here_to_the_letter(
    kind: str, items: list[Any], tmp_path: Path
) -> None:
    await _hand_over(kind, OURS, tmp_path / "x.db", items)


@pytest.mark.parametrize("items", BATCHES.values(), ids=BATCHES)
@pytest.mark.parametrize("kind", PLAIN)
async def test_what_is_written_here_is_read_by_the_sdk_to_the_letter(
    kind: str, items: list[Any], tmp_path: Path
) -> None:
    await _hand_over(OURS, kind, tmp_path / "x.db", items)


@pytest.mark.parametrize("items", BATCHES.values(), ids=BATCHES)
@pytest.mark.parametrize(("writer", "reader"), [ENCRYPTED, ENCRYPTED[::-1]], ids=ENCRYPTED)
async def test_what_was_encrypted_around_one_is_decrypted_around_the_other(
    writer: str, reader: str, items: list[Any], tmp_path: Path
) -> None:
    await _hand_over(writer, reader, tmp_path / "x.db", items)


@pytest.mark.parametrize("kind", PLAIN)
async def test_half_a_character_is_carried_in_both_directions(kind: str, tmp_path: Path) -> None:
    for name, (writer, reader) in {"a.db": (kind, OURS), "b.db": (OURS, kind)}.items():
        async with opened(writer, tmp_path / name) as session:
            await session.add_items([LONE])
        async with opened(reader, tmp_path / name) as session:
            assert await session.get_items() == [LONE]
            assert await session.pop_item() == LONE


@pytest.mark.parametrize("kind", ENCRYPTED)
async def test_encryption_refuses_half_a_character_and_stores_nothing(
    kind: str, tmp_path: Path
) -> None:
    # It encodes the text as UTF-8 itself, before the session inside sees it.
    async with opened(kind, tmp_path / "x.db") as session:
        with pytest.raises(UnicodeEncodeError):
            await session.add_items([{"n": 1}, LONE])
        assert await session.get_items() == []


async def test_the_envelopes_are_the_same_items_to_both(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    for kind in ENCRYPTED:
        async with opened(kind, path) as session:
            await session.add_items([{"n": kind}])
    async with opened(OURS, path) as ours, opened("SQLiteSession", path) as theirs:
        envelopes = await ours.get_items()
        assert envelopes == await theirs.get_items()
        assert [envelope["__enc__"] for envelope in envelopes] == [1, 1]
        assert "n" not in envelopes[0]


@pytest.mark.parametrize("kind", [*PLAIN, "Encrypted SQLiteSession"])
async def test_both_see_each_other_s_pops_and_clears_at_once(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    own = "Encrypted ours" if kind.startswith("Encrypted") else OURS
    items = [*CONVERSATION, *HARD]
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


@pytest.mark.parametrize("kind", [*PLAIN, "Encrypted SQLiteSession"])
async def test_a_conversation_may_be_held_on_both_sides_by_turns(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    own = "Encrypted ours" if kind.startswith("Encrypted") else OURS
    said: list[Any] = []
    async with opened(own, path) as ours, opened(kind, path) as theirs:
        for number in range(30):
            speaker = (ours, theirs)[number % 2]
            new = [{"role": "user", "content": f"{number} 🙂"}, CONVERSATION[number % 11]]
            await speaker.add_items(new)
            said += new
            assert await ours.get_items() == await theirs.get_items() == said
            assert await ours.get_items(3) == await theirs.get_items(3) == said[-3:]


@pytest.mark.parametrize("kind", PLAIN)
async def test_the_rows_of_a_session_are_made_and_removed_alike(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.db"

    def rows() -> list[Any]:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return connection.execute(
                "SELECT session_id, (SELECT count(*) FROM agent_messages AS m "
                "WHERE m.session_id = s.session_id) FROM agent_sessions AS s ORDER BY 1"
            ).fetchall()

    async with opened(kind, path, "theirs") as theirs, opened(OURS, path, "ours") as ours:
        await theirs.add_items([{"n": 1}, {"n": 2}])
        await ours.add_items([{"n": 1}])
        async with opened(kind, path, "ours") as also_theirs:
            await also_theirs.add_items([{"n": 2}])
        assert rows() == [("ours", 2), ("theirs", 2)]
        # An emptied session is still a session, a cleared one is not: to both sides.
        await theirs.pop_item()
        await theirs.pop_item()
        await ours.pop_item()
        await ours.pop_item()
        assert rows() == [("ours", 0), ("theirs", 0)]
        async with opened(kind, path, "ours") as also_theirs:
            await also_theirs.clear_session()
        async with opened(OURS, path, "theirs") as also_ours:
            await also_ours.clear_session()
        assert rows() == []


@pytest.mark.parametrize("kind", PLAIN)
async def test_settings_mean_the_same_to_both(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    for settings in ({"limit": 2}, agents.SessionSettings(limit=2), agents.SessionSettings()):
        async with AsyncExitStack() as stack:
            ours, theirs = [
                await stack.enter_async_context(opened(kind, path, session_settings=settings))
                for kind in (OURS, kind)
            ]
            await ours.add_items(CONVERSATION)
            for limit in (None, 0, 1, 5, 1_000):
                assert await ours.get_items(limit) == await theirs.get_items(limit)
            assert ours.session_settings == theirs.session_settings
            await theirs.clear_session()


# AdvancedSQLiteSession keeps a row in `message_structure` for each item that it adds: of which
# branch and turn it is. It shows what has such a row. No other class writes them, the SDK's own
# SQLiteSession neither: so all that follows holds for both, and is no fault of ours.
WRITERS = [OURS, "SQLiteSession"]


@pytest.mark.parametrize("writer", WRITERS)
async def test_an_advanced_session_shows_nothing_of_what_a_plain_one_wrote(
    writer: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain:
        await plain.add_items(CONVERSATION)
        async with opened("AdvancedSQLiteSession", path) as advanced:
            assert await advanced.get_items() == []
            assert await advanced.pop_item() is None
            assert await advanced.get_conversation_turns() == []
            assert await advanced.get_tool_usage() == []
            assert await plain.get_items() == CONVERSATION
            # What it adds stands behind the rest, and only that does it show.
            await advanced.add_items(CONVERSATION[:2])
            assert await advanced.get_items() == CONVERSATION[:2]
            assert await plain.get_items() == [*CONVERSATION, *CONVERSATION[:2]]


@pytest.mark.parametrize("writer", WRITERS)
async def test_an_advanced_session_that_pops_deletes_what_a_plain_one_wrote(
    writer: str, tmp_path: Path
) -> None:
    # It takes items without a row of its own for the rests of something that failed.
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain, opened(writer, path, "user_2") as other:
        await plain.add_items(CONVERSATION)
        await other.add_items(CONVERSATION)
        async with opened("AdvancedSQLiteSession", path) as advanced:
            await advanced.add_items([{"role": "user", "content": number} for number in "12"])
            assert len(await plain.get_items()) == len(CONVERSATION) + 2
            assert await advanced.pop_item() == {"role": "user", "content": "2"}
            assert await plain.get_items() == [{"role": "user", "content": "1"}]
            assert await other.get_items() == CONVERSATION


@pytest.mark.parametrize("writer", WRITERS)
async def test_a_plain_session_shows_all_branches_of_an_advanced_one(
    writer: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    first, second = CONVERSATION[:1], [{"role": "user", "content": "another"}]
    async with opened("AdvancedSQLiteSession", path) as advanced, opened(writer, path) as plain:
        await advanced.add_items([*first, CONVERSATION[-1], *second])
        await advanced.create_branch_from_turn(2, "branch")
        await advanced.add_items([{"role": "user", "content": "on the branch"}])

        assert [item["content"] for item in await advanced.get_items()][1:] == [
            CONVERSATION[-1]["content"],
            "on the branch",
        ]
        assert [item.get("content") for item in await plain.get_items()] == [
            first[0]["content"],
            CONVERSATION[-1]["content"],
            "another",
            "on the branch",
        ]


@pytest.mark.parametrize("writer", WRITERS)
async def test_an_advanced_session_goes_on_after_a_plain_one_popped_or_cleared(
    writer: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain:
        assert await plain.get_items() == []  # it makes the tables
        async with opened("AdvancedSQLiteSession", path) as advanced:
            await advanced.add_items([{"role": "user", "content": number} for number in "123"])

            assert await plain.pop_item() == {"role": "user", "content": "3"}
            assert [item["content"] for item in await advanced.get_items()] == ["1", "2"]
            # The row of "3" in message_structure is still there. No id is used twice, so the next
            # item is not taken for the one that this row speaks of.
            await plain.add_items([{"role": "user", "content": "plain"}])
            assert [item["content"] for item in await advanced.get_items()] == ["1", "2"]

            await plain.clear_session()
            assert await advanced.get_items() == []
            assert await advanced.pop_item() is None
            await plain.add_items([{"role": "user", "content": "plain"}])
            await advanced.add_items([{"role": "user", "content": "advanced"}])
            assert [item["content"] for item in await advanced.get_items()] == ["advanced"]
            assert [item["content"] for item in await plain.get_items()] == ["plain", "advanced"]


@pytest.mark.parametrize("writer", WRITERS)
async def test_an_advanced_session_that_clears_clears_all(writer: str, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain, opened("AdvancedSQLiteSession", path) as advanced:
        await plain.add_items(CONVERSATION)
        await advanced.add_items(HARD[:2])
        await advanced.clear_session()
        assert await plain.get_items() == []


@pytest.mark.parametrize("writer", WRITERS)
async def test_an_advanced_session_without_its_tables_refuses_our_file_as_the_sdk_s(
    writer: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    async with opened(writer, path) as plain:
        await plain.add_items(CONVERSATION)
        with pytest.raises(ValueError, match="create_tables=True"):
            AdvancedSQLiteSession(session_id="user_1", db_path=path)
        assert await plain.get_items() == CONVERSATION


async def test_wrong_key_shows_nothing_and_loses_nothing(tmp_path: Path) -> None:
    from agents.extensions.memory import EncryptedSession

    path = tmp_path / "x.db"
    async with opened("Encrypted SQLiteSession", path) as theirs, opened(OURS, path) as ours:
        await theirs.add_items(CONVERSATION)
        assert await EncryptedSession("user_1", ours, KEY[::-1]).get_items() == []
        # Another id is another key, even on the same rows.
        assert await EncryptedSession("user_2", ours, KEY).get_items() == []
        assert await EncryptedSession("user_1", ours, KEY).get_items() == CONVERSATION


@pytest.mark.parametrize("kind", PLAIN)
async def test_items_with_the_text_of_both_sides_are_valid_json_to_sqlite(
    kind: str, tmp_path: Path
) -> None:
    # Who looks into the file with json_extract finds the same, whoever wrote it.
    path = tmp_path / "x.db"
    found = []
    for session_id, writer in {"ours": OURS, "theirs": kind}.items():
        async with opened(writer, path, session_id) as session:
            await session.add_items([*CONVERSATION, *HARD])
        with contextlib.closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(
                "SELECT typeof(message_data), json_valid(message_data), "
                "json_extract(message_data, '$.role'), json_extract(message_data, '$.content') "
                "FROM agent_messages WHERE session_id = ? ORDER BY id",
                (session_id,),
            ).fetchall()
            texts = connection.execute("SELECT message_data FROM agent_messages").fetchall()
        assert {row[:2] for row in rows} == {("text", 1)}
        found.append([(row[2], row[3] if row[3] is None else json.dumps(row[3])) for row in rows])
        assert len(texts) == len(found) * len(rows)
    assert found[0] == found[1]


def test_our_class_needs_no_more_than_a_name_and_a_path_as_theirs(tmp_path: Path) -> None:
    # The two first arguments, by position and by name: an import is all that has to change.
    for kind in (SQLiteSession, agents.SQLiteSession):
        for make in (
            lambda kind: kind("user_1"),
            lambda kind: kind("user_1", tmp_path / "x.db"),
            lambda kind: kind("user_1", str(tmp_path / "x.db")),
            lambda kind: kind(session_id="user_1", db_path=tmp_path / "x.db"),
            lambda kind: kind("user_1", ":memory:", session_settings={"limit": 2}),
        ):
            session = make(kind)
            assert session.session_id == "user_1"
            session.close()

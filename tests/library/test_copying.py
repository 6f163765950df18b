"""Conversations are copied between all kinds of sessions, in order, all or nothing."""

import contextlib
import json
from typing import Any

import openai
import pytest
from agents import OpenAIConversationsSession, SessionSettings
from agents.memory import OpenAIResponsesCompactionSession

from session_lib import SQLiteSession, copy_session, copy_sessions, start_practice_server
from tests.helpers.stores import opened

ITEMS = [
    {"role": "user", "content": "What is 2 + 3? \U0001f914"},
    {"type": "function_call", "call_id": "1", "name": "add", "arguments": '{"a": 2, "b": 3}'},
    {"type": "function_call_output", "call_id": "1", "output": "5"},
    {"role": "assistant", "content": [{"type": "output_text", "text": "5", "annotations": []}]},
    {"role": "user", "content": [{"type": "input_text", "text": "Thanks."}]},
    {"role": "assistant", "content": "You are welcome."},
]
OTHER = {"role": "user", "content": "Something else"}
IN_A_FILE = ["SQLiteSession", "AsyncSQLiteSession", "SQLAlchemySession", "AdvancedSQLiteSession"]
KINDS = ["ours", *IN_A_FILE, "Encrypted ours", "redis", "compaction", "conversations"]


class RedisLike:
    """A session that keeps items as the SDK's `RedisSession` does: JSON texts in a list."""

    session_settings = SessionSettings()

    def __init__(self, *items):
        self.texts = []
        self.added = len(items)
        self._push(items)

    def _push(self, items):
        self.texts += [json.dumps(item, separators=(",", ":")) for item in items]

    async def get_items(self, limit=None):
        return [json.loads(text) for text in self.texts[-limit if limit else 0 :]]

    async def add_items(self, items):
        self._push(items)

    async def pop_item(self):
        return json.loads(self.texts.pop()) if self.texts else None

    async def clear_session(self):
        self.texts.clear()


class Broken(RedisLike):
    """A session that takes some of the items and then fails, or loses the others."""

    def __init__(self, fails, *items):
        super().__init__(*items)
        self.fails = fails

    async def add_items(self, items):
        self._push(items[:2])
        if self.fails:
            raise OSError("the network is gone")

    async def clear_session(self):
        raise AssertionError("at OpenAI this would delete the conversation with its id")


@pytest.fixture(scope="module")
def server():
    with start_practice_server() as url:
        yield url


@pytest.fixture
async def make(tmp_path, request):
    """Make sessions of any kind, each kind in a file of its own; close them in the end."""
    made: dict[tuple[str, str], Any] = {}
    async with contextlib.AsyncExitStack() as stack:

        async def make(kind, session_id="user_1", **settings):
            if (kind, session_id) in made:
                return made[kind, session_id]
            if kind == "redis":
                session: Any = RedisLike()
            elif kind == "compaction":
                inner = await stack.enter_async_context(
                    opened("SQLiteSession", tmp_path / "compaction.db", session_id, **settings)
                )
                session = OpenAIResponsesCompactionSession(session_id, inner)
            elif kind == "conversations":
                client = openai.AsyncOpenAI(
                    base_url=request.getfixturevalue("server"),
                    api_key="none needed",
                    http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
                )
                await stack.enter_async_context(client)
                session = OpenAIConversationsSession(openai_client=client, **settings)
            else:
                session = await stack.enter_async_context(
                    opened(kind, tmp_path / f"{kind}.db", session_id, **settings)
                )
            return made.setdefault((kind, session_id), session)

        yield make


CALLS = ["function_call", "function_call_output"]
PAIRS = [("ours", kind) for kind in KINDS] + [(kind, "ours") for kind in KINDS[1:]]
PAIRS += [(kind, kind) for kind in KINDS[1:]]


@pytest.mark.parametrize(("source", "target"), PAIRS)
async def test_a_session_is_copied_and_again(source, target, make):
    one, other = await make(source, "user_1"), await make(target, "user_2")
    assert await copy_session(one, other) == 0
    await one.add_items(ITEMS)
    stored = await one.get_items()
    assert await copy_session(one, other) == 6
    copied = await other.get_items()
    if target == "conversations":
        assert [item["type"] for item in copied] == ["message", *CALLS, *["message"] * 3]
        assert [item.get("call_id") for item in copied] == [None, "1", "1", None, None, None]
        texts = [item["content"][0]["text"] for item in copied if item["type"] == "message"]
        assert texts == ["What is 2 + 3? \U0001f914", "5", "Thanks.", "You are welcome."]
    else:
        assert copied == stored
    assert await one.get_items() == stored
    assert await copy_session(one, other) == 0  # a second time adds nothing
    await one.add_items(ITEMS[:1])
    assert await copy_session(one, other) == 1  # what has been said since
    assert await copy_session(one, other) == 0
    assert (await other.get_items())[:6] == copied


async def test_a_copy_of_a_copy_is_recognized(make):
    ours, conversation = await make("ours"), await make("conversations")
    await ours.add_items(ITEMS[:3])
    await copy_session(ours, conversation)
    await conversation.add_items(ITEMS[3:])
    assert await copy_session(conversation, ours) == 3
    assert await copy_session(ours, conversation) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"content": "5?"},
        {"content": [{"type": "output_text", "text": "5", "annotations": [{"type": "x"}]}]},
        {"content": [{"type": "output_text", "text": "5"}] * 2},
        {"content": [{"type": "refusal", "refusal": "5"}]},
        {"role": "user"},
        {"status": "incomplete"},
        {"phase": "commentary"},
    ],
)
async def test_another_meaning_is_another_item(change):
    source, target = RedisLike(*ITEMS[:4]), RedisLike(*ITEMS[:3], ITEMS[3] | change)
    with pytest.raises(ValueError, match="holds other items"):
        await copy_session(source, target)


@pytest.mark.parametrize("target", ["SQLiteSession", "conversations"])
@pytest.mark.parametrize("there", [[OTHER], [*ITEMS, ITEMS[0]]], ids=["other", "more"])
async def test_nothing_is_overwritten(target, there, make):
    source, target = await make("ours", "user_1"), await make(target, "user_2")
    await source.add_items(ITEMS)
    await target.add_items(there)
    before = await target.get_items()
    with pytest.raises(
        ValueError, match=f"holds other items than the source: '{target.session_id}'"
    ):
        await copy_session(source, target)
    assert await target.get_items() == before


@pytest.mark.parametrize("kind", [*KINDS[:6], "compaction", "conversations"])
async def test_limits_leave_nothing_out(kind, make):
    limit = SessionSettings(limit=1)
    one = await make(kind, "user_1", session_settings=limit)
    other = await make(kind, "user_2", session_settings=limit)
    await one.add_items(ITEMS)
    assert await copy_session(one, other) == 6
    assert await copy_session(one, other) == 0
    assert len(await other.get_items(100)) == 6


@pytest.mark.parametrize("fails", [True, False], ids=["fails", "loses items"])
@pytest.mark.parametrize("there", [0, 1])
async def test_a_failed_copy_is_taken_back(fails, there):
    target = Broken(fails, *ITEMS[:there])
    with pytest.raises(OSError if fails else RuntimeError):
        await copy_session(RedisLike(*ITEMS), target)
    assert await target.get_items() == ITEMS[:there]


async def test_a_failed_request_keeps_the_id(make, monkeypatch):
    source, target = RedisLike(*ITEMS * 8), await make("conversations")
    await target.add_items(ITEMS[:1])
    before, name = await target.get_items(), target.session_id
    # The service takes 20 items at a time, and refuses the one in the third request.
    source.texts[45] = json.dumps({"role": "user", "content": 7})
    with pytest.raises(openai.BadRequestError):
        await copy_session(source, target)
    assert (await target.get_items(), target.session_id) == (before, name)


@pytest.mark.parametrize("target", [kind for kind in KINDS if kind != "ours"])
async def test_a_file_is_copied(target, make, tmp_path):
    for number in range(3):
        await (await make("ours", f"user_{number}")).add_items(ITEMS[: number + 1])
    await (await make(target, "user_1")).add_items([OTHER])

    async def connect(session_id):
        return await make(target, session_id)

    copied = await copy_sessions(tmp_path / "ours.db", connect)
    assert copied == (["user_0", "user_2"], 4, [], ["user_1"])
    for number in (0, 2):
        assert len(await (await make(target, f"user_{number}")).get_items()) == number + 1

    again = await copy_sessions(tmp_path / "ours.db", connect)
    assert again == ([], 0, ["user_0", "user_2"], ["user_1"])
    assert str(again) == (
        "sessions copied: 0, with 0 items; there already: 2; "
        "skipped, as the target holds something else: user_1"
    )


async def test_errors_of_a_target_are_raised(make, tmp_path):
    await (await make("ours")).add_items(ITEMS)

    def refuse(session_id):
        raise ValueError("no such server")

    with pytest.raises(ValueError, match="no such server"):
        await copy_sessions(tmp_path / "ours.db", refuse)
    with pytest.raises(FileNotFoundError, match=r"missing\.db"):
        await copy_sessions(tmp_path / "missing.db", refuse)


async def test_many_sessions_show_a_progress_bar(tmp_path, capsys):
    pytest.importorskip("tqdm", reason="tqdm, which draws the bar, is not installed")
    for number in range(60):
        async with SQLiteSession(f"user_{number}", tmp_path / "ours.db") as session:
            await session.add_items(ITEMS[:1])
    copied = await copy_sessions(tmp_path / "ours.db", lambda session_id: RedisLike())
    assert (len(copied.sessions), copied.items) == (60, 60)
    assert "60/60" in capsys.readouterr().err

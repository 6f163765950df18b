"""Conversations are copied between all kinds of sessions, in order, all or nothing."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from agents import SessionSettings
from agents import SQLiteSession as SDKSession
from agents.extensions.memory import (
    AdvancedSQLiteSession,
    AsyncSQLiteSession,
    EncryptedSession,
    SQLAlchemySession,
)

from session_lib import SQLiteSession
from session_lib.copying import copy_session, copy_sessions

ITEMS: list[Any] = [
    {"role": "user", "content": "What is 2 + 3? \U0001f914"},
    {"type": "function_call", "call_id": "1", "name": "add", "arguments": '{"a": 2, "b": 3}'},
    {"type": "function_call_output", "call_id": "1", "output": "5"},
    {"role": "assistant", "content": [{"type": "output_text", "text": "5", "annotations": []}]},
]
KINDS = ["ours", "sdk", "async", "sqlalchemy", "advanced", "encrypted"]
Make = Callable[[str, str], Any]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Make sessions of any kind, each kind in a file of its own; close them in the end."""
    async with contextlib.AsyncExitStack() as stack:

        def close(session: Any, how: Callable[[], Any]) -> Any:
            stack.push_async_callback(_call, how)
            return session

        def make(kind: str, session_id: str = "user_1") -> Any:
            path = str(tmp_path / f"{kind}.db")
            if kind == "sdk":
                session: Any = SDKSession(session_id, path)
                return close(session, session.close)
            if kind == "async":
                session = AsyncSQLiteSession(session_id, path)
                return close(session, session.close)
            if kind == "sqlalchemy":
                url = f"sqlite+aiosqlite:///{path}"
                session = SQLAlchemySession.from_url(session_id, url=url, create_tables=True)
                return close(session, session.engine.dispose)
            if kind == "advanced":
                session = AdvancedSQLiteSession(
                    session_id=session_id, db_path=path, create_tables=True
                )
                return close(session, session.close)
            ours = close(own := SQLiteSession(session_id, path), own.close)
            if kind == "encrypted":
                return EncryptedSession(session_id, ours, encryption_key="a key")
            return ours

        yield make


async def _call(how: Callable[[], Any]) -> None:
    result = how()
    if hasattr(result, "__await__"):
        await result


class Broken:
    """A session that takes some of the items and then fails, or keeps them to itself."""

    def __init__(self, items: list[Any], fails: bool) -> None:
        self.items, self.fails = items, fails

    async def get_items(self, limit: int | None = None) -> list[Any]:
        return [*self.items]

    async def add_items(self, items: list[Any]) -> None:
        self.items += items[:2]
        if self.fails:
            raise OSError("the network is gone")

    async def clear_session(self) -> None:
        self.items = []


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
async def test_a_session_of_any_kind_is_copied_to_any_other(
    source: str, target: str, make: Make
) -> None:
    one, other = make(source, "user_1"), make(target, "user_2")
    await one.add_items(ITEMS)
    assert await copy_session(one, other) == 4
    assert await other.get_items() == ITEMS
    assert await one.get_items() == ITEMS
    assert await copy_session(one, other) == 0  # a second time adds nothing
    await one.add_items(ITEMS[:1])
    assert await copy_session(one, other) == 1  # what has been said since
    assert await other.get_items() == [*ITEMS, ITEMS[0]]


async def test_what_a_target_holds_already_is_never_overwritten(make: Make) -> None:
    source, target = make("ours", "user_1"), make("sdk", "user_2")
    await source.add_items(ITEMS)
    for there in ([{"role": "user", "content": "Something else"}], [*ITEMS, ITEMS[0]]):
        await target.clear_session()
        await target.add_items(there)
        with pytest.raises(ValueError, match="holds other items than the source: 'user_2'"):
            await copy_session(source, target)
        assert await target.get_items() == there


async def test_an_empty_session_is_a_copy_of_an_empty_one(make: Make) -> None:
    assert await copy_session(make("ours", "user_1"), make("sdk", "user_2")) == 0


async def test_limits_in_settings_leave_nothing_out(tmp_path: Path) -> None:
    limit = SessionSettings(limit=1)
    async with (
        SQLiteSession("user_1", tmp_path / "x.db", session_settings=limit) as source,
        SQLiteSession("user_1", tmp_path / "y.db", session_settings=limit) as target,
    ):
        await source.add_items(ITEMS)
        assert await copy_session(source, target) == 4
        assert await copy_session(source, target) == 0
        assert await target.get_items(100) == ITEMS


@pytest.mark.parametrize("fails", [True, False], ids=["fails", "loses items"])
@pytest.mark.parametrize("there", [0, 1])
async def test_a_copy_that_fails_leaves_the_target_as_it_was(
    fails: bool, there: int, make: Make
) -> None:
    source, target = make("ours", "user_1"), Broken(ITEMS[:there], fails)
    await source.add_items(ITEMS)
    with pytest.raises(OSError if fails else RuntimeError):
        await copy_session(source, target)
    assert target.items == ITEMS[:there]


@pytest.mark.parametrize("target", KINDS[1:])
async def test_a_whole_file_is_copied(target: str, make: Make, tmp_path: Path) -> None:
    for number in range(3):
        await make("ours", f"user_{number}").add_items(ITEMS[: number + 1])
    await make(target, "user_1").add_items([{"role": "user", "content": "Something else"}])

    copied = await copy_sessions(tmp_path / "ours.db", lambda session_id: make(target, session_id))
    assert copied == (["user_0", "user_2"], 4, [], ["user_1"])
    for number in (0, 2):
        assert await make(target, f"user_{number}").get_items() == ITEMS[: number + 1]

    again = await copy_sessions(tmp_path / "ours.db", lambda session_id: make(target, session_id))
    assert again == ([], 0, ["user_0", "user_2"], ["user_1"])
    assert str(again) == (
        "sessions copied: 0, with 0 items; there already: 2; "
        "skipped, as the target holds something else: user_1"
    )


async def test_a_target_may_take_time_to_make(make: Make, tmp_path: Path) -> None:
    await make("ours", "user_1").add_items(ITEMS)

    async def connect(session_id: str) -> Any:
        return make("sdk", session_id)

    assert (await copy_sessions(tmp_path / "ours.db", connect)).items == 4


async def test_an_error_is_not_taken_for_a_target_with_other_items(
    make: Make, tmp_path: Path
) -> None:
    await make("ours", "user_1").add_items(ITEMS)

    def refuse(session_id: str) -> Any:
        raise ValueError("no such server")

    with pytest.raises(ValueError, match="no such server"):
        await copy_sessions(tmp_path / "ours.db", refuse)


async def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"missing\.db"):
        await copy_sessions(tmp_path / "missing.db", lambda session_id: None)


async def test_many_sessions_show_a_progress_bar(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tqdm", reason="tqdm, which draws the bar, is not installed")
    for number in range(60):
        async with SQLiteSession(f"user_{number}", tmp_path / "ours.db") as session:
            await session.add_items(ITEMS[:1])
    async with contextlib.AsyncExitStack() as stack:
        targets = [SQLiteSession(f"user_{number}", tmp_path / "y.db") for number in range(60)]
        for target in targets:
            await stack.enter_async_context(target)
        by_id = {target.session_id: target for target in targets}
        await copy_sessions(tmp_path / "ours.db", by_id.__getitem__)
    assert "60/60" in capsys.readouterr().err

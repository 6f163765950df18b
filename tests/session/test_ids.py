"""What a session may be called."""

from pathlib import Path
from typing import Any

import pytest

from session_lib import SQLiteSession
from tests.helpers.sessions import Store

NAMES = ["a", "0", " ", "user_123", "a/b", "\U0001f600", "a" * 100_000]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
async def test_any_text_names_a_session(store: Store, name: str) -> None:
    session = store.open(name)
    await session.add_items([{"n": 1}])

    assert session.session_id == name
    assert await session.get_items() == [{"n": 1}]


class Name(str):
    """A text of a class of its own, as a member of a `StrEnum` is."""


async def test_a_subclass_of_str_names_a_session(store: Store) -> None:
    session = store.open(Name("alice"))
    await session.add_items([{"n": 1}])

    assert isinstance(session.session_id, str)
    assert await session.get_items() == [{"n": 1}]
    if store.path:
        assert await store.open("alice").get_items() == [{"n": 1}]


@pytest.mark.parametrize("name", [None, 5, 1.5, True, b"alice", ["alice"], Path("alice")])
def test_an_id_that_is_no_text_is_refused(our_store: Store, name: Any) -> None:
    # The SDK takes anything at first. SQLite then reads 5 and "5" as one session.
    with pytest.raises(TypeError, match=r"session_id is .* must be a str"):
        our_store.open(name)


def test_an_empty_id_is_refused(our_store: Store) -> None:
    # The SDK accepts it. It is what an unset variable gives, and would be everybody's session.
    with pytest.raises(ValueError, match="session_id is empty"):
        our_store.open("")


@pytest.mark.parametrize("name", ["\ud800", "alice\udfff", "\ud83d\ude00"])
def test_an_id_that_has_no_utf_8_form_is_refused(our_store: Store, name: str) -> None:
    # SQLite cannot store it. The SDK says so when the session is used, ours when it is made.
    with pytest.raises(ValueError, match="session_id is no valid Unicode"):
        our_store.open(name)


async def test_the_sdk_accepts_an_empty_id_and_one_that_is_no_text(tmp_path: Path) -> None:
    # So ours differs here on purpose: this is what the two tests above stand against.
    from agents import SQLiteSession as Reference

    number, text = (Reference(name, tmp_path / "conversations.db") for name in (5, "5"))
    await number.add_items([{"n": 1}])  # type: ignore[arg-type]
    assert await text.get_items() == [{"n": 1}]

    empty = Reference("", tmp_path / "conversations.db")
    await empty.add_items([{"n": 2}])  # type: ignore[arg-type]
    assert await empty.get_items() == [{"n": 2}]

    for session in (number, text, empty):
        session.close()


def test_a_refused_session_leaves_no_file(our_file: Store) -> None:
    with pytest.raises(ValueError, match="session_id"):
        our_file.open("")

    assert not our_file.path.exists()


def test_a_session_needs_an_id() -> None:
    with pytest.raises(TypeError, match="session_id"):
        SQLiteSession()  # type: ignore[call-arg]


def test_the_two_arguments_go_by_position_and_by_name(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"

    by_position = SQLiteSession("alice", path)
    by_name = SQLiteSession(session_id="alice", db_path=path)

    assert repr(by_position) == repr(by_name)
    assert repr(by_name) == f"SQLiteSession('alice', {str(path.resolve())!r})"

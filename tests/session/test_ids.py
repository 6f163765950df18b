"""What a session may be called."""

import re
from typing import Any

import agents
import pytest
from hypothesis import given

from session_lib import SQLiteSession
from tests.helpers.strange_values import ANY_TEXT, strange

pytestmark = pytest.mark.usefixtures("no_collection")

NAMES = ["a", "0", " ", "user_123", "a/b", "\U0001f600", "a" * 100_000]


class Name(str):
    """A text of a class of its own, as a member of a `StrEnum` is."""


@pytest.mark.parametrize("name", [*NAMES, Name("alice")], ids=range(len(NAMES) + 1))
async def test_any_text_names_a_session(store, name):
    session = store.open(name)
    await session.add_items([{"n": 1}])
    assert session.session_id == name
    assert isinstance(session.session_id, str)
    assert await session.get_items() == [{"n": 1}]
    if store.path:
        assert await store.open(str(name)).get_items() == [{"n": 1}]


@given(ANY_TEXT)
def test_only_surrogates_are_refused(text):
    if not text or re.search("[\ud800-\udfff]", text):
        with pytest.raises(ValueError, match=r"session_id is (empty|.* Unicode)"):
            SQLiteSession(text)
    else:
        assert SQLiteSession(text).session_id == text


@pytest.mark.parametrize("name", ["\ud800", "alice\udfff", "\ud83d\ude00"])
def test_half_a_character_is_refused(our_store, name):
    # SQLite cannot store it. The SDK says so when the session is used, ours when it is made.
    with pytest.raises(ValueError, match=r"session_id is .* Unicode"):
        our_store.open(name)


def test_what_is_not_text_is_refused(our_store):
    # The SDK takes anything at first. SQLite then reads 5 and "5" as one session.
    for value in [5, ["alice"], *strange()]:
        if not isinstance(value, str):
            with pytest.raises(TypeError, match=r"(?s)^session_id is .* must be a str") as told:
                our_store.open(value)
            assert len(str(told.value)) < 300


def test_an_empty_id_is_refused(our_store):
    # The SDK accepts it. It is what an unset variable gives, and would be everybody's session.
    with pytest.raises(ValueError, match="session_id is empty"):
        our_store.open("")
    assert not (our_store.path and our_store.path.exists())


async def test_the_sdk_accepts_both(tmp_path):
    # So ours differs here on purpose: this is what the two tests above guard against.
    names: list[Any] = [5, "5", ""]
    sessions: list[Any] = [agents.SQLiteSession(name, tmp_path / "x.db") for name in names]
    number, text, empty = sessions
    await number.add_items([{"n": 1}])
    assert await text.get_items() == [{"n": 1}]
    await empty.add_items([{"n": 2}])
    assert await empty.get_items() == [{"n": 2}]
    for session in sessions:
        session.close()


def test_a_session_needs_an_id():
    with pytest.raises(TypeError, match="session_id"):
        SQLiteSession()  # type: ignore[call-arg]


def test_id_and_path_by_position_or_by_name(tmp_path):
    path = tmp_path / "conversations.db"
    by_position = SQLiteSession("alice", path)
    by_name = SQLiteSession(session_id="alice", db_path=path)
    assert repr(by_position) == repr(by_name)
    assert repr(by_name) == f"SQLiteSession('alice', {str(path.resolve())!r})"

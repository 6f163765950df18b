"""A session's settings, and where it is kept: attributes with the SDK's names and meaning."""

import sys
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import agents
import pytest
from agents import SessionSettings

from session_lib import SQLiteSession
from tests.helpers.processes import run
from tests.helpers.strange_values import assert_clear, strange

pytestmark = pytest.mark.usefixtures("no_collection")

ITEMS = [{"n": n} for n in range(5)]
LIMIT_OF_2: list[Any] = [SessionSettings(limit=2), {"limit": 2}]
NO_LIMIT = [None, {}, {"limit": None}, SessionSettings()]


@pytest.mark.parametrize("settings", [*LIMIT_OF_2, *NO_LIMIT, {"limit": 0}])
async def test_settings_give_a_limit(store, settings):
    session = store.open(session_settings=settings)
    await session.add_items(ITEMS)
    expected = ITEMS[-2:] if settings in LIMIT_OF_2 else ITEMS if settings in NO_LIMIT else []
    assert await session.get_items() == expected
    assert await session.get_items(None) == expected
    for limit in (0, 1, 3, 100):  # a limit in the call overrides it
        assert await session.get_items(limit) == (ITEMS[-limit:] if limit else [])
    # What is kept, and what is popped, is not limited.
    assert [await session.pop_item() for _ in ITEMS] == ITEMS[::-1]


@pytest.mark.parametrize("settings", LIMIT_OF_2)
async def test_settings_can_be_assigned(session, settings):
    await session.add_items(ITEMS)
    session.session_settings = settings
    assert await session.get_items() == ITEMS[-2:]
    session.session_settings = None
    assert session.session_settings is None
    assert await session.get_items() == ITEMS


async def test_the_limit_can_be_changed(session):
    await session.add_items(ITEMS)
    session.session_settings.limit = 4
    assert await session.get_items() == ITEMS[-4:]
    session.session_settings = SessionSettings(limit=2)
    session.session_settings.limit = 3
    assert await session.get_items() == ITEMS[-3:]


async def test_a_negative_limit_is_refused(our_store):
    session = our_store.open(session_settings=SessionSettings(limit=-1))
    with pytest.raises(ValueError, match="limit is -1"):
        await session.get_items()


def test_settings_are_empty_unless_given(session):
    settings = session.session_settings
    assert type(settings) is SessionSettings
    assert settings == SessionSettings()
    assert session.session_settings is settings


def test_the_sdks_settings_are_kept(store):
    settings = SessionSettings(limit=2)
    assert store.open(session_settings=settings).session_settings is settings


def test_a_dict_becomes_the_sdks_settings(store):
    settings = store.open(session_settings={"limit": 2}).session_settings
    assert type(settings) is SessionSettings
    assert settings == SessionSettings(limit=2)


@pytest.mark.parametrize("settings", [{"limit": 2}, MappingProxyType({"limit": 2})])
def test_a_mapping_may_be_assigned(our_session, settings):
    # The SDK's session turns it into settings only when it reads them.
    our_session.session_settings = settings
    assert our_session.session_settings == SessionSettings(limit=2)


async def test_any_object_with_a_limit_will_do(our_session):
    await our_session.add_items(ITEMS)
    our_session.session_settings = SimpleNamespace(limit=2)
    assert await our_session.get_items() == ITEMS[-2:]


@pytest.mark.parametrize("unknown", [{"limt": 2}, {"offset": 1, "limit": 2, "b": 1, 5: 1}])
def test_unknown_settings_are_refused(our_store, unknown):
    with pytest.raises(TypeError) as theirs:
        agents.SQLiteSession("alice", session_settings=unknown)
    with pytest.raises(TypeError) as ours:
        our_store.open(session_settings=unknown)
    session = our_store.open(session_settings={"limit": 2})
    with pytest.raises(TypeError) as assigned:  # the SDK's session refuses it when it reads them
        session.session_settings = unknown
    assert str(ours.value) == str(assigned.value) == str(theirs.value)
    assert str(ours.value).startswith("Unknown session settings: ")
    assert session.session_settings == SessionSettings(limit=2)


@pytest.mark.parametrize("settings", [5, "2", [("limit", 2)], object()])
def test_settings_of_another_kind(store, settings):
    with pytest.raises(TypeError, match="session"):
        store.open(session_settings=settings)


async def test_anything_else_is_refused_or_works(our_store):
    kept = our_store.open(session_settings={"limit": 2})
    await kept.add_items(ITEMS)
    for value in strange():
        try:
            await our_store.open("bob", session_settings=value).get_items()
        except Exception as error:
            assert_clear(error, "session_settings is", "Unknown session settings", "limit")
            assert len(str(error)) < 1_000
        try:
            kept.session_settings = value
        except Exception as error:
            assert_clear(error, "session_settings is", "Unknown session settings", "limit")
            assert kept.session_settings == SessionSettings(limit=2)
        kept.session_settings = {"limit": 2}
    assert await kept.get_items() == ITEMS[-2:]


def test_settings_are_given_by_name(tmp_path):
    with pytest.raises(TypeError, match="positional"):
        SQLiteSession("alice", tmp_path / "conversations.db", {"limit": 2})  # type: ignore[call-arg]


async def test_a_dict_works_without_the_sdk(our_store, monkeypatch):
    monkeypatch.setitem(sys.modules, "agents", None)
    monkeypatch.setitem(sys.modules, "agents.memory", None)
    session = our_store.open(session_settings={"limit": 2})
    await session.add_items(ITEMS)
    assert session.session_settings.limit == 2
    assert await session.get_items() == ITEMS[-2:]
    with pytest.raises(TypeError, match="limt"):
        session.session_settings = {"limt": 3}


def test_what_imports_the_sdk(tmp_path):
    program = """
        import asyncio, sys
        from session_lib import SQLiteSession

        session = SQLiteSession("alice", sys.argv[1])
        asyncio.run(session.add_items([{"n": 1}]))
        assert asyncio.run(session.get_items()) == [{"n": 1}]
        print("agents" in sys.modules)
        print(session.session_settings, "agents" in sys.modules)
    """
    done = run(tmp_path, program, tmp_path / "x.db", timeout=60)
    assert done == (0, "False\nSessionSettings(limit=None) True\n", "")


@pytest.mark.parametrize("given", [[], [":memory:"], ["x.db"], [Path("x.db")]], ids=str)
def test_the_path_is_as_it_was_given(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments: Any = ["alice", *given]
    ours, theirs = SQLiteSession(*arguments), agents.SQLiteSession(*arguments)
    theirs.close()
    assert ours.db_path == theirs.db_path
    assert ours.db_path is (given[0] if given else ours.db_path)
    assert SQLiteSession("alice", None).db_path == ":memory:"

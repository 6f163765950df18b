"""What the Agents SDK (0.24.0) asks of a session, in its protocol and in the Runner's code."""

import inspect
import json
import subprocess
import sys

import agents
import pytest
from agents.memory import (
    OpenAIResponsesCompactionAwareSession,
    is_openai_responses_compaction_aware_session,
)

import session_lib
from session_lib import SQLiteSession

OPERATIONS = ["get_items", "add_items", "pop_item", "clear_session"]
IMPORT = "from session_lib import SQLiteSession"
USE = """
import asyncio
from session_lib import SQLiteSession

async def main():
    session = SQLiteSession("alice")
    await session.add_items([{"role": "user", "content": "Hello"}])
    assert await session.get_items(1)
    await session.pop_item()
    await session.clear_session()

asyncio.run(main())
"""


def test_session_satisfies_the_protocol(store):
    """Even one that is made outside an event loop."""
    session = store.open("user_123")
    assert isinstance(session, agents.Session)
    assert session.session_id == "user_123"


@pytest.mark.parametrize("name", OPERATIONS)
def test_parameters_of_the_protocol(session, name):
    operation = getattr(session, name)
    protocol = inspect.signature(getattr(agents.Session, name)).parameters.values()
    assert inspect.iscoroutinefunction(operation)
    assert [
        (parameter.name, parameter.default, parameter.kind)
        for parameter in inspect.signature(operation).parameters.values()
    ] == [(parameter.name, parameter.default, parameter.kind) for parameter in protocol][1:]
    # The Runner would pass its context to one that has this.
    assert "wrapper" not in inspect.signature(operation).parameters


@pytest.mark.parametrize("name", ["run_compaction", "_get_items_with_generation", "no_such_name"])
def test_has_only_defined_attributes(session, name):
    # The SDK probes for the first two, and calls what it finds.
    assert not hasattr(session, name)
    assert not hasattr(type(session), "__getattr__")


def test_session_does_not_compact(session):
    assert not is_openai_responses_compaction_aware_session(session)
    assert not isinstance(session, OpenAIResponsesCompactionAwareSession)


@pytest.mark.parametrize("kind", [SQLiteSession, agents.SQLiteSession])
def test_arguments_are_those_of_the_sdk(kind, tmp_path):
    """The first two, by position and by name: an import is all that has to change."""
    for session in (
        kind("user_1"),
        kind("user_1", tmp_path / "x.db"),
        kind("user_1", str(tmp_path / "x.db")),
        kind(session_id="user_1", db_path=tmp_path / "x.db"),
        kind("user_1", ":memory:", session_settings={"limit": 2}),
    ):
        assert session.session_id == "user_1"
        session.close()


def test_library_exports_the_session():
    assert "SQLiteSession" in session_lib.__all__
    assert session_lib.SQLiteSession is SQLiteSession


@pytest.mark.parametrize(
    "code", ["from session_lib import SQLiteSession", USE], ids=["import", "use"]
)
def test_loads_neither_pandas_nor_the_sdk(code):
    code += "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    modules = set(json.loads(done.stdout))
    assert "session_lib.session" in modules and "aiosqlite" in modules
    assert not modules & {"pandas", "numpy", "agents", "openai", "pydantic", "IPython"}

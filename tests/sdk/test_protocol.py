"""What the Agents SDK (0.24.0) asks of a session, in its protocol and in the Runner's code."""

import inspect
import json
import subprocess
import sys
from typing import Any

import agents
import pytest

import session_lib
from session_lib import SQLiteSession
from tests.helpers.sessions import Store

OPERATIONS = ["get_items", "add_items", "pop_item", "clear_session"]


def test_a_session_satisfies_the_protocol(session: Any) -> None:
    assert isinstance(session, agents.Session)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_operations_have_the_parameters_of_the_protocol(session: Any, name: str) -> None:
    operation = getattr(session, name)
    protocol = inspect.signature(getattr(agents.Session, name)).parameters.values()

    assert inspect.iscoroutinefunction(operation)
    assert [
        (parameter.name, parameter.default, parameter.kind)
        for parameter in inspect.signature(operation).parameters.values()
    ] == [(parameter.name, parameter.default, parameter.kind) for parameter in protocol][1:]


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_has_a_parameter_named_wrapper(session: Any, name: str) -> None:
    # The Runner would hand its context to one that has.
    assert "wrapper" not in inspect.signature(getattr(session, name)).parameters


@pytest.mark.parametrize("name", ["run_compaction", "_get_items_with_generation", "no_such_name"])
def test_a_session_has_no_attribute_that_it_does_not_define(session: Any, name: str) -> None:
    # The SDK probes for the first two, and calls what it finds.
    assert not hasattr(session, name)
    assert not hasattr(type(session), "__getattr__")


def test_the_sdk_does_not_take_a_session_for_one_that_compacts(session: Any) -> None:
    from agents.memory import (
        OpenAIResponsesCompactionAwareSession,
        is_openai_responses_compaction_aware_session,
    )

    assert not is_openai_responses_compaction_aware_session(session)
    assert not isinstance(session, OpenAIResponsesCompactionAwareSession)


def test_the_id_is_the_text_that_was_given(store: Store) -> None:
    assert store.open("user_123").session_id == "user_123"


def test_a_session_can_be_made_outside_an_event_loop(store: Store) -> None:
    assert isinstance(store.open(), agents.Session)


def test_the_library_exports_the_session() -> None:
    assert "SQLiteSession" in session_lib.__all__
    assert session_lib.SQLiteSession is SQLiteSession


def _modules_after(code: str) -> set[str]:
    """The modules that a new Python has loaded when it has run `code`."""
    code += "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "code",
    [
        "import session_lib",
        """
import asyncio
from session_lib import SQLiteSession

async def main():
    session = SQLiteSession("alice")
    await session.add_items([{"role": "user", "content": "Hello"}])
    assert await session.get_items(1)
    await session.pop_item()
    await session.clear_session()

asyncio.run(main())
""",
    ],
    ids=["import", "use"],
)
def test_a_session_loads_neither_pandas_nor_the_sdk(code: str) -> None:
    modules = _modules_after(code)

    assert "session_lib.session" in modules and "aiosqlite" in modules
    assert not modules & {"pandas", "numpy", "agents", "openai", "pydantic", "IPython"}

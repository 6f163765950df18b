"""The SDK's EncryptedSession (0.24.0) around ours: it stores envelopes that only it can read."""

from typing import Any

import agents
import pytest
from agents import Agent, RunConfig, Runner, SessionSettings
from agents.testing import ScriptedModel, assistant_message

from tests.helpers.sessions import Store

pytest.importorskip("cryptography", reason="cryptography, which EncryptedSession needs, is missing")

from agents.extensions.memory import EncryptedSession

ITEMS = [{"role": "user", "content": f"Secret {number}"} for number in range(4)]
KEY = "0123456789abcdef0123456789abcdef0123456789ab"


def encrypted(session: Any, key: str = KEY) -> Any:
    """An encrypting session around `session`, as of a program of its own."""
    return EncryptedSession(session.session_id, session, encryption_key=key)


async def test_what_is_encrypted_comes_back(session: Any) -> None:
    secret = encrypted(session)
    await secret.add_items(ITEMS)

    assert await secret.get_items() == ITEMS
    assert await secret.get_items(2) == ITEMS[-2:]
    assert await secret.get_items(100) == ITEMS
    assert await encrypted(session).get_items() == ITEMS


async def test_the_stored_items_are_envelopes_without_role_or_type(session: Any) -> None:
    await encrypted(session).add_items(ITEMS)

    envelopes = await session.get_items()

    assert [sorted(envelope) for envelope in envelopes] == [["__enc__", "kid", "payload", "v"]] * 4
    assert "Secret" not in repr(envelopes)


async def test_pop_and_clear_work_through_the_encryption(session: Any) -> None:
    secret = encrypted(session)
    await secret.add_items(ITEMS)

    assert await secret.pop_item() == ITEMS[3]
    assert await secret.get_items() == ITEMS[:3]
    await secret.clear_session()
    assert await secret.pop_item() is None
    assert await session.get_items() == []


async def test_a_limit_counts_the_items_that_can_be_decrypted(session: Any) -> None:
    await encrypted(session).add_items(ITEMS)
    await encrypted(session, key="another" * 7).add_items(ITEMS)

    assert await encrypted(session).get_items(3) == ITEMS[-3:]
    assert await encrypted(session).get_items(9) == ITEMS


async def test_settings_pass_through_the_encryption(session: Any) -> None:
    secret = encrypted(session)
    await secret.add_items(ITEMS)

    secret.session_settings = SessionSettings(limit=2)

    assert session.session_settings == SessionSettings(limit=2)
    assert await secret.get_items() == ITEMS[-2:]


async def test_no_word_of_a_run_is_readable_in_the_file(file_store: Store) -> None:
    session = file_store.open()
    answer = assistant_message("Secret answer")
    agent = Agent(name="Assistant", model=ScriptedModel([[answer], [answer]]))
    config = RunConfig(tracing_disabled=True)

    for _ in range(2):
        await Runner.run(agent, "Secret", session=encrypted(session), run_config=config)

    items = await encrypted(session).get_items()
    assert [item["role"] for item in items] == ["user", "assistant"] * 2
    await file_store.close()
    assert b"payload" in file_store.path.read_bytes()
    assert b"Secret" not in file_store.path.read_bytes()


def test_an_encrypting_session_satisfies_the_protocol(session: Any) -> None:
    secret = encrypted(session)

    assert isinstance(secret, agents.Session)
    # It asks the session inside for what it does not know itself.
    assert not hasattr(secret, "run_compaction")
    assert not hasattr(secret, "no_such_name")

"""The SDK's EncryptedSession around another session: it stores envelopes that only it can read."""

import agents
import pytest
from agents import SessionSettings, function_tool

from tests.helpers.scripts import asked, calls, says
from tests.helpers.stores import KEY
from tests.helpers.trial import WHOLE, scenario
from tests.sdk.scenarios.compaction import SUMMARY, compacting

ITEMS = [asked(f"Secret {number}") for number in range(4)]


def _encrypted(session, key=KEY):
    """An encrypting session around `session`, as of a program of its own."""
    pytest.importorskip("cryptography", reason="EncryptedSession needs cryptography")
    from agents.extensions.memory import EncryptedSession

    return EncryptedSession(session.session_id, session, encryption_key=key)


@scenario()
async def no_word_of_an_encrypted_run_is_readable(trial):
    agent, session = trial.agent(*[says("Secret answer")] * 2), trial.session()
    for _ in range(2):
        await trial.run(agent, "Secret", _encrypted(session))
    items = await _encrypted(session).get_items()
    assert [item["role"] for item in items] == ["user", "assistant"] * 2
    envelopes = await session.get_items()
    assert [sorted(envelope) for envelope in envelopes] == [["__enc__", "kid", "payload", "v"]] * 4
    assert "Secret" not in repr(envelopes)
    if trial.store.path:
        await trial.reopened()
        assert b"payload" in trial.store.path.read_bytes()
        assert b"Secret" not in trial.store.path.read_bytes()
    return items


@scenario(ways=(WHOLE,))
async def what_is_encrypted_comes_back(trial):
    session = trial.session()
    secret = _encrypted(session)
    await secret.add_items(ITEMS)
    assert await secret.get_items() == await secret.get_items(100) == ITEMS
    assert await secret.get_items(2) == ITEMS[-2:]
    assert await _encrypted(session).get_items() == ITEMS
    assert await secret.pop_item() == ITEMS[3]
    assert await secret.get_items() == ITEMS[:3]
    await secret.clear_session()
    assert await secret.pop_item() is None
    assert await session.get_items() == []


@scenario(ways=(WHOLE,))
async def limit_counts_what_can_be_decrypted(trial):
    session = trial.session()
    secret = _encrypted(session)
    await secret.add_items(ITEMS)
    await _encrypted(session, key="another" * 7).add_items(ITEMS)
    assert await secret.get_items(3) == ITEMS[-3:]
    assert await secret.get_items(9) == ITEMS


@scenario(ways=(WHOLE,))
async def settings_pass_through_the_encryption(trial):
    session = trial.session()
    secret = _encrypted(session)
    await secret.add_items(ITEMS)
    secret.session_settings = SessionSettings(limit=2)
    assert session.session_settings == SessionSettings(limit=2)
    assert await secret.get_items() == ITEMS[-2:]


@scenario(ways=(WHOLE,))
async def wrapped_session_satisfies_the_protocol(trial):
    secret = _encrypted(trial.session())
    assert isinstance(secret, agents.Session)
    # It asks the session inside for what it does not know itself.
    assert not hasattr(secret, "run_compaction")
    assert not hasattr(secret, "no_such_name")


@scenario()
async def encryption_of_a_run_that_waits(trial):
    @function_tool(needs_approval=True)
    def buy(number: int) -> str:
        return f"bought {number}"

    secret = _encrypted(trial.session())
    agent = trial.agent(calls("buy", "c1", number=5), says("Done"), tools=[buy])
    waiting = await trial.run(agent, "Go", secret)
    state = await agents.RunState.from_string(agent, waiting.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    await trial.run(agent, state, secret)
    assert len(await secret.get_items()) == 4
    return await secret.get_items()


@scenario()
async def encryption_around_a_compaction(trial):
    inside, agent = trial.session(), trial.agent(says("2"), says("4"), says("6"))
    async with compacting(inside) as (compacted, endpoint):
        session = _encrypted(compacted)
        for text in "135":
            await trial.run(agent, text, session)
        assert len(endpoint.requests) == 1
        assert agent.model.calls[2].input == [*SUMMARY, asked("5")]
        assert all("__enc__" in item for item in await inside.get_items())

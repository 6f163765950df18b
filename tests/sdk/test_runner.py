"""The SDK's Runner where ours has no counterpart: errors of its own, and patience with locks."""

import asyncio
import contextlib
import sqlite3

import pytest
from agents import Agent, RunConfig, Runner
from agents.testing import ScriptedModel

from tests.helpers.scripts import asked, says
from tests.sdk.scenarios.compaction import OLD, SUMMARY, compacting

QUIET = RunConfig(tracing_disabled=True)


async def test_closed_session_ends_the_run(our_store):
    session = our_store.open("alice")
    await session.close()
    model = ScriptedModel([says("Hi")])
    with pytest.raises(RuntimeError, match="SQLiteSession is closed: 'alice'"):
        await Runner.run(Agent(name="A", model=model), "Hello", session=session, run_config=QUIET)
    assert model.calls == ()


async def test_unstored_question_is_not_asked(our_file, monkeypatch):
    # With the SDK's class it is the same, after five seconds: too long for a test.
    monkeypatch.setattr("session_lib.jobs.LOCK_TIMEOUT", 0.2)
    session, model = our_file.open(), ScriptedModel([says("3")])
    await session.add_items([asked("1")])
    with contextlib.closing(sqlite3.connect(our_file.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            await Runner.run(Agent(name="A", model=model), "2", session=session, run_config=QUIET)
    assert model.calls == ()
    assert await session.get_items() == [asked("1")]


async def test_items_added_during_a_compaction(our_file):
    inside, other = our_file.open(), our_file.open("bob")
    await inside.add_items(OLD)
    numbered = [asked(str(number)) for number in range(20)]
    async with compacting(inside) as (session, _):
        await asyncio.gather(
            session.run_compaction({"force": True}),
            *(session.add_items([item]) for item in numbered),
            *(other.add_items([item]) for item in numbered),
        )
    assert await inside.get_items() == [*SUMMARY, *numbered]
    assert sorted(await other.get_items(), key=str) == sorted(numbered, key=str)

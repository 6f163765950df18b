"""Scenarios: what a run does with a session of ours and with one of the SDK's, to be compared.

A scenario is a function that is given a `Trial`: it opens sessions and runs agents. What came of
that is in the trial's record. It must be the same, letter by letter, for each kind of session.
"""

import asyncio
import importlib
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from agents import Agent, RunConfig, Runner
from agents.testing import ScriptedModel
from agents.testing.model import ModelScriptItem
from pydantic_core import to_jsonable_python

from tests.helpers.processes import hear, tell
from tests.helpers.scripts import told
from tests.helpers.sessions import THE_SDKS, Store

WHOLE, STREAMED, SYNC = "whole", "streamed", "sync"
ALL = 1_000_000  # a limit that overrides that of a session, and leaves nothing away

SCENARIOS: dict[str, "Scenario"] = {}

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.helpers.trial import serve
serve()
"""


@dataclass(frozen=True)
class Scenario:
    """Something to do with a session, and the ways to run it."""

    act: Callable[["Trial"], Awaitable[Any]]
    ways: tuple[str, ...] = (WHOLE, STREAMED)
    in_memory: bool = True
    """Whether it needs no file, so that ours in memory must do the same."""
    differs: str = ""
    """The reason, if ours differs on purpose."""
    unordered: bool = False
    """Whether chance decides in which order things are stored, and what models are given."""


def scenario(*, cases: dict[str, tuple[Any, ...]] | None = None, **options: Any) -> Any:
    """Make a function a scenario, or several: one for the arguments of each case."""

    def register(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        name = function.__name__
        for case, arguments in ({"": ()} if cases is None else cases).items():
            act = partial(_with_arguments, function, arguments)
            SCENARIOS[f"{name}[{case}]" if case else name] = Scenario(act, **options)
        return function

    return register


def _with_arguments(function: Any, arguments: tuple[Any, ...], trial: "Trial") -> Awaitable[Any]:
    return function(trial, *arguments)  # type: ignore[no-any-return]


class Trial:
    """A scenario with one kind of session, and the record of it."""

    def __init__(self, kind: str, way: str, folder: Path, program: Any = None) -> None:
        folder.mkdir(exist_ok=True)
        self.ours = kind != THE_SDKS
        self.store = Store(kind, folder)
        self._place = (kind, way, str(folder))
        self._way = way
        self._program = program
        self._sessions: dict[str, Any] = {}
        self._models: list[ScriptedModel] = []
        self._results: list[Any] = []

    def session(self, session_id: str = "alice", **settings: Any) -> Any:
        """The session of this id, opened when first asked for."""
        if session_id not in self._sessions:
            self._sessions[session_id] = self.store.open(session_id, **settings)
        return self._sessions[session_id]

    async def reopened(self, session_id: str = "alice") -> Any:
        """The session of this id as the next program opens it."""
        if (closed := self._sessions.pop(session_id).close()) is not None:
            await closed
        return self.session(session_id)

    def agent(self, *steps: ModelScriptItem, name: str = "A", **options: Any) -> Any:
        """An agent whose model gives these answers in turn."""
        model = ScriptedModel(steps)
        self._models.append(model)
        return Agent(name=name, model=model, **options)

    async def run(
        self,
        agent: Any,
        given: Any,
        session: Any = None,
        *,
        config: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Run an agent with the session "alice" or the one given, and record the result."""
        options["session"] = self.session() if session is None else session
        options["run_config"] = RunConfig(tracing_disabled=True, **(config or {}))
        events: list[str] = []
        if self._way == STREAMED:
            result: Any = Runner.run_streamed(agent, given, **options)
            async for event in result.stream_events():
                events.append(getattr(event, "name", event.type))
        elif self._way == SYNC:
            result = await asyncio.to_thread(_run_sync, agent, given, options)
        else:
            result = await Runner.run(agent, given, **options)
        self._results.append(_facts(result) | {"events": events})
        return result

    @contextmanager
    def raises(self, error: Any, match: str | None = None) -> Iterator[None]:
        """Expect an error, and record it."""
        with pytest.raises(error, match=match) as caught:
            yield
        facts: dict[str, Any] = {"error": type(caught.value).__name__, "message": str(caught.value)}
        if data := getattr(caught.value, "run_data", None):
            facts["items"] = [item.raw_item for item in data.new_items]
        self._results.append(facts)

    def elsewhere(self, part: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
        """Call a function with a trial in another process, and record what it records."""
        tell(self._program, json.dumps([*self._place, part.__module__, part.__name__, arguments]))
        self._results.append(json.loads(hear(self._program)))

    async def stored(self, session_id: str = "alice") -> list[Any]:
        """What is stored of a session, in short, whatever its limit."""
        return told(await self.session(session_id).get_items(ALL))

    def seen(self, model: int = 0) -> list[list[Any]]:
        """What an agent's model was given at each call, in short."""
        return [told(call.input) for call in self._models[model].calls]

    async def record(self, returned: Any, *, unordered: bool = False) -> tuple[str, str]:
        """All that came of the scenario, and what the file holds, as JSON."""
        stored = {}
        for session_id in sorted(self._sessions):
            items = await self.session(session_id).get_items(ALL)
            stored[session_id] = [_without_cipher(item) for item in items]
        rows: list[list[Any]] = []
        owners: list[Any] = []
        if self.store.path:
            query = "SELECT session_id, message_data FROM agent_messages ORDER BY id"
            found = self.store.execute(query)
            rows = [[owner, _without_cipher(json.loads(text))] for owner, text in found]
            owners = self.store.execute("SELECT session_id FROM agent_sessions")
        facts = {"results": self._results, "stored": stored, "returned": returned}
        if unordered:
            for result in self._results:
                del result["as input"]  # begins with what was stored when the run began
            for each in (self._results, rows, *stored.values()):
                each.sort(key=repr)
        else:
            facts["calls"] = [[_given(call) for call in model.calls] for model in self._models]
        return _text(facts), _text([rows, sorted(owners)])

    async def close(self) -> None:
        """Close all sessions."""
        await self.store.close()


async def perform(
    scenario: Scenario, kind: str, way: str, folder: Path, program: Any
) -> tuple[str, str]:
    """Do what a scenario says with one kind of session. Return the record."""
    trial = Trial(kind, way, folder, program)
    try:
        async with asyncio.timeout(60):
            returned = await scenario.act(trial)
        return await trial.record(returned, unordered=scenario.unordered)
    finally:
        await trial.close()


def serve() -> None:
    """Do parts of scenarios that another process asks for, a line each."""
    for line in sys.stdin:
        kind, way, folder, module, name, arguments = json.loads(line)
        act = partial(getattr(importlib.import_module(module), name))
        part = Scenario(partial(_with_arguments, act, tuple(arguments)))
        facts, rows = asyncio.run(perform(part, kind, way, Path(folder), None))
        print(json.dumps([json.loads(facts), json.loads(rows)]), flush=True)


def _run_sync(agent: Any, given: Any, options: dict[str, Any]) -> Any:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return Runner.run_sync(agent, given, **options)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _facts(result: Any) -> dict[str, Any]:
    """What a caller can learn from the result of a run."""
    facts: dict[str, Any] = {
        "output": result.final_output,
        "agent": result.last_agent.name,
        "input": result.input,
        "items": [[type(item).__name__, item.raw_item] for item in result.new_items],
        "as input": result.to_input_list(),
        "responses": [[response.output, response.response_id] for response in result.raw_responses],
        "usage": result.context_wrapper.usage.total_tokens,
    }
    for side in ("input", "output"):
        guardrails = getattr(result, f"{side}_guardrail_results")
        facts[side] = [[each.guardrail.get_name(), each.output] for each in guardrails]
    if result.interruptions:
        facts["interruptions"] = [[each.name, each.arguments] for each in result.interruptions]
        facts["state"] = result.to_state().to_json()
    return facts


def _given(call: Any) -> dict[str, Any]:
    """What a model was given in one call."""
    return {
        "instructions": call.system_instructions,
        "input": call.input,
        "tools": [tool.name for tool in call.tools],
        "handoffs": [handoff.tool_name for handoff in call.handoffs],
        "output": call.output_schema and call.output_schema.name(),
        "conversation": [call.previous_response_id, call.conversation_id],
        "streamed": call.streamed,
    }


def _without_cipher(item: Any) -> Any:
    """An item without what an encryption makes different each time."""
    return item | {"payload": "..."} if isinstance(item, dict) and "__enc__" in item else item


def _text(facts: Any) -> str:
    plain = to_jsonable_python(facts, serialize_unknown=False)
    return json.dumps(plain, indent=1, default=str, ensure_ascii=True)

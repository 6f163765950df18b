"""What is offline does the same whatever the settings of the network are."""

import os
import re
import subprocess
import sys

import pytest

from tests.helpers.settings import hostile

PROGRAM = """
import asyncio, sys
from agents import Agent, OpenAIConversationsSession, Runner
from session_lib import start_practice_server
from session_lib.__main__ import main
from session_lib.teaching.loopback import loopback_client
from session_lib.teaching.models import choose_model

async def remember(url):
    async with loopback_client(url) as client:
        session = OpenAIConversationsSession(openai_client=client.with_options(max_retries=0))
        agent = Agent(name="Assistant", model=choose_model("offline"))
        for message in ("My name is Ada.", "What is my name?"):
            result = await Runner.run(agent, message, session=session)
        print(result.final_output, len(await session.get_items()))

with start_practice_server() as url:
    asyncio.run(remember(url))
sys.exit(main())
"""


def run(folder, settings):
    names = {name.upper() for each in hostile("") for name in each} | {"OPENAI_LOG"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        cwd=folder,
        env={name: os.environ[name] for name in os.environ if name.upper() not in names} | settings,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    output = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "a time", done.stdout)
    return done.returncode, output, done.stderr


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    code, output, error = run(tmp_path_factory.mktemp("undisturbed"), {})
    assert (code, error) == (0, "")
    assert output.startswith("Your name is Ada. 4\n")
    assert output.count("  assistant: ") == 11
    return output


def test_hostile_settings(undisturbed, tmp_path):
    first, _ = hostile(str(tmp_path))
    assert run(tmp_path, first) == (0, undisturbed, "")
    assert list(tmp_path.iterdir()) == []


def test_hostile_settings_with_a_log(undisturbed, tmp_path):
    _, second = hostile(str(tmp_path))
    code, output, log = run(tmp_path, second | {"OPENAI_LOG": "debug"})
    assert (code, output) == (0, undisturbed)
    assert "DEBUG" in log  # which is what this variable is for
    assert list(tmp_path.iterdir()) == []

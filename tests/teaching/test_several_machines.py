"""What notebook 13 says a server is for: one conversation of programs on several machines.

The machines are network namespaces: see `tests.helpers.machines`. When the cable of one is pulled,
its program is told so in bounded time, loses nothing in silence, and goes on when it is back.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import processes
from tests.helpers.machines import Machines, members
from tests.helpers.paths import ROOT

LIMIT = 300  # seconds, after which all of them end, and so does the test that waits for them
IN_TIME = 40  # seconds; without limits of its own, a connection would try for a quarter of an hour
COUNT = 60

# It does what a line of JSON says. "write" adds numbered items, one after the other, and says of
# each that it is stored, until there is an error. "hold" locks the conversation until somebody else
# waits for it, and then until the next line.
PROGRAM = """
import asyncio, json, os, sys, time
from agents.extensions.memory import SQLAlchemySession
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

limits = {"idle_in_transaction_session_timeout": "3000"}  # before those who wait give up
engine = create_async_engine(
    os.environ["SESSIONS_URL"],
    pool_pre_ping=True,
    connect_args={"timeout": 5, "command_timeout": 5, "server_settings": limits},
)
lock = text("SELECT * FROM agent_sessions WHERE session_id = :id FOR UPDATE")
waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

def say(*what):
    print(json.dumps(what), flush=True)

async def write(session, name, first, end):
    for number in range(first, end):
        await session.add_items([{"role": "user", "content": f"{name} {number}"}])
        say("stored", number)
    say("done")

async def read(session):
    say("read", [item["content"] for item in await session.get_items()])

async def hold(session):
    async with engine.begin() as connection:
        await connection.execute(lock, {"id": session.session_id})
        say("locked")
        async with engine.connect() as other:
            while (await other.execute(waiting)).scalar_one() == 0:
                await asyncio.sleep(0.05)
        say("somebody waits")
        sys.stdin.readline()

async def main():
    for line in sys.stdin:
        work, session_id, *rest = json.loads(line)
        session = SQLAlchemySession(session_id, engine=engine, create_tables=True)
        started = time.monotonic()
        try:
            await {"write": write, "read": read, "hold": hold}[work](session, *rest)
        except Exception as error:
            say("error", repr(error), time.monotonic() - started)

asyncio.run(main())
"""

MAKES_MACHINES = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.helpers.machines import Machines
machines = Machines()
machines.add("server", "192.0.2.1")
machines.start_postgresql("server", "192.0.2.1")
print(*machines.namespaces, flush=True)
sys.stdin.readline()
"""


class Program:
    """The program on one of the machines."""

    def __init__(self, machines: Machines, name: str, url: str) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
        command = [sys.executable, "-c", PROGRAM]
        self._process = machines.start(
            name, *command, env=os.environ | {"SESSIONS_URL": url}, **pipes
        )

    def tell(self, *what: Any) -> None:
        processes.tell(self._process, json.dumps(what))

    def hear(self) -> list[Any]:
        return json.loads(processes.hear(self._process))  # type: ignore[no-any-return]

    def hear_after(self, number: int) -> list[Any]:
        """What it says when it has stored this many items, or what it says instead."""
        while (said := self.hear())[0] == "stored" and said[1] < number:
            pass
        return said

    def read(self, session_id: str) -> list[Any]:
        self.tell("read", session_id)
        return self.hear()

    def read_when_back(self, session_id: str) -> list[str]:
        """What it reads as soon as the server answers it again."""
        deadline = time.monotonic() + IN_TIME
        while (answer := self.read(session_id))[0] == "error":
            assert time.monotonic() < deadline, answer
        return answer[1]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    try:
        machines = Machines()
    except OSError as error:
        pytest.skip(str(error))
    names = ("server", "ada", "grace")
    stop = threading.Timer(LIMIT, machines.end)
    stop.start()
    try:
        for number, name in enumerate(names, 1):
            machines.add(name, f"192.0.2.{number}")
        yield machines
    finally:
        stop.cancel()
        machines.close()
        assert members(machines.namespaces) == []
        assert not {"switch", *names} & {*os.listdir("/sys/class/net")}
        assert not any(Path("/run/netns", name).exists() for name in names)


@pytest.fixture(scope="module")
def programs(machines: Machines) -> tuple[Program, Program]:
    """Two of them, on two machines. The tables are there."""
    url = machines.start_postgresql("server", "192.0.2.1")
    ada, grace = (Program(machines, name, url) for name in ("ada", "grace"))
    assert ada.read("nobody") == ["read", []]
    assert grace.read("nobody") == ["read", []]
    return ada, grace


def own(name: str, said: list[str]) -> list[int]:
    """The numbers of the items that one program has written, in the order of the conversation."""
    return [int(text.split()[1]) for text in said if text.startswith(name)]


def assert_told_in_time(answer: list[Any]) -> None:
    kind, error, seconds = answer
    print(error, seconds)
    assert kind == "error"
    assert error.startswith(("TimeoutError", "OSError"))
    assert seconds < IN_TIME


def test_one_is_cut_off_while_both_write(machines, programs):
    ada, grace = programs
    machines.cable("grace", "up")
    ada.tell("write", "shared", "ada", 0, COUNT)
    grace.tell("write", "shared", "grace", 0, COUNT)
    _, told = grace.hear_after(9)
    machines.cable("grace", "down")
    while (said := grace.hear())[0] == "stored":
        told = said[1]
    assert_told_in_time(said)
    # The other one goes on, and reads all that was told to be stored.
    assert ada.hear_after(COUNT) == ["done"]
    said = ada.read("shared")[1]
    assert own("grace", said)[: told + 1] == [*range(told + 1)]
    assert own("ada", said) == [*range(COUNT)]
    # Without its cable, it is told again.
    assert_told_in_time(grace.read("shared"))
    machines.cable("grace", "up")
    # What failed may have been stored or not. So it looks, and goes on from there.
    stored = len(own("grace", grace.read_when_back("shared")))
    assert stored in (told + 1, told + 2)
    grace.tell("write", "shared", "grace", stored, COUNT)
    assert grace.hear_after(COUNT) == ["done"]
    said = ada.read("shared")[1]
    assert grace.read("shared") == ["read", said]
    assert len(said) == 2 * COUNT
    assert own("ada", said) == own("grace", said) == [*range(COUNT)]


def test_one_is_cut_off_with_a_lock(machines, programs):
    """The server takes the lock from a program that it does not hear from."""
    ada, grace = programs
    machines.cable("grace", "up")
    ada.tell("write", "lock", "ada", 0, 1)
    assert ada.hear_after(1) == ["done"]
    ada.tell("hold", "lock")
    assert ada.hear() == ["locked"]
    grace.tell("write", "lock", "grace", 0, 1)
    assert ada.hear() == ["somebody waits"]
    machines.cable("grace", "down")
    ada.tell("go on")  # Now the lock is Grace's, and she does not learn of it.
    started = time.monotonic()
    ada.tell("write", "lock", "ada", 1, 3)
    assert ada.hear_after(3) == ["done"]
    assert 1 < time.monotonic() - started < IN_TIME
    assert_told_in_time(grace.hear())
    machines.cable("grace", "up")
    assert grace.read_when_back("lock") == ["ada 0", "ada 1", "ada 2"]
    grace.tell("write", "lock", "grace", 0, 1)
    assert grace.hear_after(1) == ["done"]
    assert ada.read("lock") == ["read", ["ada 0", "ada 1", "ada 2", "grace 0"]]


def test_nothing_is_left_of_a_killed_program(machines, tmp_path):
    program = processes.start(tmp_path, MAKES_MACHINES, ROOT)
    namespaces = {*processes.hear(program).split()}
    assert members(namespaces)
    program.kill()
    processes.finish(program)
    assert processes.eventually(lambda: members(namespaces) == [], 60)

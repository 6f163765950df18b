"""A check says in plain words what is wrong, whatever the learner's code does."""

import asyncio
import contextlib
import linecache
import signal
import threading
import time

import pandas as pd  # type: ignore[import-untyped]
import pytest
from agents import Agent, Runner
from exercises import Exercise, made_sessions, returned

from session_lib import SQLiteSession


@pytest.fixture
def verdict(capsys):
    """What the check prints that calls `answer`, and by default finds nothing wrong with it."""

    async def call(answer):
        await answer()

    async def verdict(answer, missing=call):
        await Exercise("", "", "", "f", missing, "", ()).check(answer)
        # The lines are filled, and may break anywhere. Before a carriage return stands the status.
        said, _, _ = capsys.readouterr().out.rpartition("\r")[2].partition("{'text/html'")
        return " ".join(said.split())

    return verdict


def _cell(code):
    """Return the function `f` that `code` defines, as if a cell had been run."""
    name = f"<cell {hash(code)}>"
    lines = code.strip().splitlines(keepends=True)
    linecache.cache[name] = len(code), None, lines, name
    names = {"asyncio": asyncio}
    exec(compile("".join(lines), name, "exec"), names)
    return names["f"]


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr("exercises.checking.TIME_LIMIT", 1.0)


async def test_plain_and_async_functions(verdict):
    async def missing(answer):
        return await answer("It")

    async def good(text):
        return f"{text} is good."

    assert await verdict(good, missing) == "Not yet. It is good."
    assert await verdict(str.upper, missing) == "Not yet. IT"


async def test_an_error_is_named_with_its_line(verdict):
    wrong = _cell("""
def f():
    item = {}
    return item["role"]
""")
    error = "KeyError: 'role' (line 3: `return item[\"role\"]`)"
    assert await verdict(wrong) == f"Not yet. Your code raised {error}."


async def test_an_error_in_a_task_group(verdict):
    async def wrong():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())

    async def fails():
        raise ValueError("no")

    assert "Your code raised ValueError: no (line" in await verdict(wrong)


async def test_an_error_of_the_check_itself(verdict):
    async def missing(answer):
        return "different" if await answer() != [] else None

    said = await verdict(lambda: pd.Series([1, 2]), missing)
    assert said.startswith("Not yet. The check cannot use what your function gave it (ValueError:")


async def test_an_unknown_name(verdict):
    said = await verdict(_cell("def f(): return agnet"))
    assert said.startswith("Not yet. `agnet` is not defined (line 1: `def f(): return agnet`)")
    assert "run the cells above first" in said


async def test_an_agent_without_a_model(verdict, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    async def wrong():
        await Runner.run(Agent(name="Assistant"), "Hello.")

    assert "Make the agent with `model=choose_model()`." in await verdict(wrong)


async def test_a_forgotten_await(verdict):
    async def missing(answer):
        await answer()
        return "Something else is missing."

    expected = "Not yet. `sleep` was called without `await`, so it has not run."
    assert await verdict(_cell("async def f(): asyncio.sleep(0)"), missing) == expected
    assert await verdict(_cell("async def f(): asyncio.sleep(0).final_output")) == expected
    right = _cell("async def f(): await asyncio.sleep(0)")
    assert await verdict(right, missing) == "Not yet. Something else is missing."


async def test_a_wrong_name_before_an_await(verdict):
    wrong = _cell("""
async def f():
    runs = [asyncio.sleep(0)]
    await asynkio.gather(*runs)
""")
    assert (await verdict(wrong)).startswith("Not yet. `asynkio` is not defined (line 3")


async def test_a_forgotten_await_of_gather(verdict):
    wrong = _cell("async def f(): [one.text for one in asyncio.gather(asyncio.sleep(0))]")
    assert (await verdict(wrong)).endswith(" An `await` is missing.")


async def test_a_list_for_gather(verdict):
    """The coroutine was never awaited because the star is missing."""
    said = await verdict(_cell("async def f(): await asyncio.gather([asyncio.sleep(0)])"))
    assert said.startswith("Not yet. Your code raised TypeError: ")
    assert "put a star in front of the list." in said
    assert "without `await`" not in said


def _forever():
    while True:
        pass


async def _forever_async():
    while True:
        with contextlib.suppress(Exception):
            pass


async def _forever_in_gather():
    await asyncio.gather(_forever_async(), asyncio.sleep(0))


@pytest.mark.parametrize("endless", [_forever, _forever_async, _forever_in_gather])
async def test_code_that_never_ends(verdict, short, endless):
    threads, start = threading.active_count(), time.monotonic()
    said = await verdict(endless)
    assert said.startswith("Not yet. Your code has not ended after 1 seconds (line ")
    assert time.monotonic() - start < 10
    assert threading.active_count() == threads
    # Nothing is on its way any more to interrupt what comes next.
    for _ in range(200_000):
        pass
    await asyncio.sleep(0)


@pytest.mark.parametrize("endless", [_forever, _forever_async, _forever_in_gather])
async def test_endless_code_is_interrupted(verdict, endless):
    usual = signal.getsignal(signal.SIGINT)
    threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
    start = time.monotonic()
    said = await verdict(endless)
    assert said.startswith("Not yet. You have interrupted the check (line ")
    assert time.monotonic() - start < 10
    assert signal.getsignal(signal.SIGINT) is usual


async def test_an_interrupted_wait(verdict):
    """While the event loop is free, an interrupt is the kernel's own affair."""
    interrupted = asyncio.Event()
    usual = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        asyncio.get_running_loop().call_later(0.1, signal.raise_signal, signal.SIGINT)
        assert await verdict(interrupted.wait) == "Solved."
    finally:
        signal.signal(signal.SIGINT, usual)


async def test_a_wait_that_never_ends(verdict, short):
    async def waits():
        await asyncio.sleep(600)

    said = await verdict(waits)
    assert "has not ended after 1 seconds" in said
    assert "`await asyncio.sleep(600)`" in said


async def test_slow_code_on_a_live_loop(verdict, short):
    """Code that is only slow gets asyncio's timeout, and time to clean up after it."""
    cleaned = []

    async def slow():
        try:
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(1.5)  # longer than a stuck loop is given
            cleaned.append(True)

    assert "has not ended" in await verdict(slow)
    assert cleaned


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "It returned None: it came to an end without `return`. Printing does not return."),
        ("False", "It returned 'False' (str)."),
        (("a",), "It returned ('a',) (tuple)."),
        ([None], "It returned [None] (list): a function that only prints returns None."),
    ],
)
def test_what_was_returned(value, said):
    assert returned(value) == said


async def test_sessions_left_open(tmp_path):
    with made_sessions() as made:
        async with SQLiteSession("closed", tmp_path / "a.db"):
            pass
        assert made.open == []
        left = SQLiteSession("left", tmp_path / "a.db")
        assert made.open == [left]
    with pytest.raises(RuntimeError, match="closed"):
        await left.get_items()

"""The live view: a chat, what its session holds and what the model was handed, side by side."""

import asyncio
import threading

import pytest
from agents import Agent
from exercises.paths import series

from session_lib import LiveView, OfflineModel, SQLiteSession, choose_model
from tests.refresh_notebooks import WIDGET

TWO_TURNS = """
The chat                       | The session holds 4 items      | The model was handed 3 items
                               |                                |
user:      My name is Ada.     | user:      My name is Ada.     | instructions: Be brief.
assistant: Noted: your name is | assistant: Noted: your name is | user:         My name is Ada.
           Ada.                |            Ada.                | assistant:    Noted: your name is
user:      What is my name?    | user:      What is my name?    |               Ada.
assistant: Your name is Ada.   | assistant: Your name is Ada.   | user:         What is my name?
"""


class Moody(OfflineModel):
    """It waits until it is let go, and fails when it is told to."""

    def __init__(self):
        super().__init__()
        self.go, self.fails = asyncio.Event(), False
        self.go.set()

    async def get_response(self, *arguments, **rest):
        await self.go.wait()
        if self.fails:
            raise ConnectionError("the <b>network</b> is down")
        return await super().get_response(*arguments, **rest)


@pytest.fixture
async def view():
    return LiveView(Agent(name="Assistant", instructions="Be brief.", model=choose_model()))


@pytest.fixture
async def moody():
    return Moody()


@pytest.fixture
async def moody_view(moody):
    return LiveView(Agent(name="Assistant", model=moody))


def columns(view):
    """What each column says, in one line of text."""
    rows = [[part.strip() for part in row.split("|")] for row in str(view).split("\n")]
    return [" ".join(" ".join(column).split()) for column in zip(*rows, strict=True)]


async def until(condition):
    while not condition():  # noqa: ASYNC110 (there is no event to wait for)
        await asyncio.sleep(0.01)


def html(view):
    return view._repr_mimebundle_()["text/html"]


async def test_still_picture(view):
    await view.send("My name is Ada.")
    await view.send("What is my name?")
    assert str(view) == TWO_TURNS.strip()
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == str(view)
    assert bundle[WIDGET]["model_id"]
    assert bundle["text/html"].count("<section") == 3


async def test_nothing_yet(view):
    empty = ["The chat [no items]"]
    empty += ["The session holds 0 items [no items]", "The model was handed 0 items [no items]"]
    assert columns(view) == empty
    for message in ("", "  ", "\n"):
        await view.send(message)
    assert columns(view) == empty


async def test_without_the_session(view):
    await view.send("My name is Ada.")
    view.use_session = False
    await view.send("What is my name?")
    chat, held, handed = columns(view)
    assert "note: From here on, the agent has no session. user: What is my name?" in chat
    assert "assistant: I don't know your name" in chat
    assert held.startswith("The session holds 2 items, not in use user: My name is Ada.")
    assert handed == ("The model was handed 1 item instructions: Be brief. user: What is my name?")
    assert len(await view.session.get_items()) == 2

    view.use_session = True
    await view.send("What is my name?")
    chat, held, _ = columns(view)
    assert "note: From here on, the agent has its session again." in chat
    assert chat.endswith("Your name is Ada.")
    assert held.startswith("The session holds 4 items user:")


async def test_switch_that_is_turned_back(view):
    """It leaves nothing in the chat if nothing was said in between."""
    for use in (False, False, True, True):
        view.use_session = use
    assert columns(view)[0] == "The chat [no items]"


async def test_two_messages_at_once(moody, moody_view):
    moody.go.clear()
    sent = [moody_view.send("My name is Ada."), moody_view.send("What is my name?")]
    tasks = [asyncio.create_task(one) for one in sent]
    await until(lambda: "1 item" in columns(moody_view)[2])
    chat, held, handed = columns(moody_view)
    assert chat.endswith("My name is Ada. assistant: … user: What is my name? assistant: …")
    assert held == "The session holds 0 items [no items]"
    assert handed == "The model was handed 1 item user: My name is Ada."
    moody.go.set()
    await asyncio.gather(*tasks)
    chat, held, _ = columns(moody_view)
    assert chat.endswith(
        "Noted: your name is Ada. user: What is my name? assistant: Your name is Ada."
    )
    assert held.startswith("The session holds 4 items")


async def test_switch_between_two_messages(moody, moody_view):
    """Each message has the session, or not, as the switch was when it was sent."""
    await moody_view.send("My name is Ada.")
    moody.go.clear()
    tasks = [asyncio.create_task(moody_view.send("What is my name?"))]
    await asyncio.sleep(0)
    moody_view.use_session = False
    tasks.append(asyncio.create_task(moody_view.send("What is my name?")))
    await asyncio.sleep(0)
    moody.go.set()
    await asyncio.gather(*tasks)
    chat, _, _ = columns(moody_view)
    assert chat.index("Your name is Ada. note:") < chat.index("I don't know your name")


async def test_model_that_fails(moody, moody_view):
    moody.fails = True
    await moody_view.send("My name is Ada.")
    chat, held, _ = columns(moody_view)
    assert chat.endswith("error: ConnectionError: the <b>network</b> is down")
    assert held == "The session holds 1 item user: My name is Ada."  # so the SDK (0.24.0) does it
    assert "<b>network" not in html(moody_view)
    moody.fails = False
    await moody_view.send("What is my name?")
    assert columns(moody_view)[0].endswith("Your name is Ada.")


async def test_interrupted_cell(moody, moody_view):
    moody.go.clear()
    task = asyncio.create_task(moody_view.send("My name is Ada."))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "error: CancelledError" in columns(moody_view)[0]
    moody.go.set()
    await moody_view.send("My name is Ada.")
    assert columns(moody_view)[0].endswith("Noted: your name is Ada.")


async def test_closed_session(view):
    await view.send("My name is Ada.")
    await view.session.close()
    await view.send("What is my name?")
    chat, held, _ = columns(view)
    assert "error: RuntimeError: SQLiteSession is closed" in chat
    assert held.startswith("The session holds 2 items")


async def test_session_of_ones_own(view, tmp_path):
    async with SQLiteSession("ada", tmp_path / "a.db") as session:
        await session.add_items([{"role": "user", "content": "My name is Ada."}])
        view.session = session
        await view.send("What is my name?")
        assert columns(view)[1].startswith("The session holds 3 items user: My name is Ada.")


async def test_what_is_typed_is_never_run(view):
    await view.send("I live in <img src=x onerror=alert(1)>\x1b[31m\u202e | </section>.")
    shown = html(view)
    assert "<img" not in shown and "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert shown.count("</section>") == 3
    assert "\x1b" not in str(view) and r"[31m\u202e" in str(view)
    assert "\x1b" not in shown and "\u202e" not in shown


async def test_wide_characters(view):
    await view.send("I live in 東京.")
    firsts = {row.split("|")[0].replace("東京", "four") for row in str(view).split("\n")}
    assert {len(first) for first in firsts} == {30}


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same thread", "another thread"])
async def test_typed_into_the_form(view, elsewhere):
    """JupyterLab (4.6) delivers what is typed in a thread with another event loop."""

    def type_all():
        for content in [
            {"use_session": True, "message": "My name is Ada."},
            {"use_session": False},
            {"use_session": False, "message": "What is my name?"},
        ]:
            view._form._handle_custom_msg(content, [])

    if elsewhere:
        thread = threading.Thread(target=type_all)
        thread.start()
        thread.join()
    else:
        type_all()
    await until(lambda: "I don't know" in columns(view)[0] and "2 items" in columns(view)[1])
    assert view.use_session is False
    assert view._form.html == html(view)


def test_stored_notebooks_hold_no_widget():
    """Its id is another one in each run."""
    for path in series():
        assert "widget-view" not in path.read_text(encoding="utf-8"), path.name

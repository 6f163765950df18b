"""A chat beside what its session holds and what the model was handed, growing as one types.

In JupyterLab it is a form to type into, and elsewhere a still picture. What somebody typed is
shown as in `transcripts`, and never run.
"""

import asyncio
import contextlib
import unicodedata
from itertools import zip_longest
from typing import Any

from agents import Agent, RunConfig, Runner, Session
from agents.run import CallModelData, ModelInputData

from session_lib.reports import counted
from session_lib.session import SQLiteSession
from session_lib.teaching.live_form import STYLE, LiveForm
from session_lib.transcripts import transcript


class LiveView:
    """A chat with an agent, beside its session and what its model was handed last.

    Make one where an event loop runs, as it does in a notebook.

    Args:
        agent: Who answers.

    Attributes:
        session: The agent's memory: a temporary session, unless you put another one in its place.
    """

    def __init__(self, agent: Agent[Any]) -> None:
        self.session: Session = SQLiteSession("live_view")
        self._agent = agent
        self._chat: list[dict[str, str]] = []
        self._held: list[Any] = []
        self._handed = ModelInputData(input=[], instructions=None)
        self._one_at_a_time = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._form = LiveForm()
        self._form.on_msg(self._receive)
        self._show()

    @property
    def use_session(self) -> bool:
        """Whether the agent is given its session, from the next message on."""
        return bool(self._form.use_session)

    @use_session.setter
    def use_session(self, use: bool) -> None:
        if use == self.use_session:
            return
        self._form.use_session = use
        again = "has its session again" if use else "has no session"
        if self._chat and self._chat[-1]["role"] == "note":  # nothing was said in between
            self._chat.pop()
        else:
            self._chat.append({"role": "note", "content": f"From here on, the agent {again}."})
        self._show()

    async def send(self, message: str) -> None:
        """Send a message as if it had been typed, and wait for the answer.

        Messages are answered one after the other. If a run fails, the chat shows the error.

        Args:
            message: What to say. An empty message is not sent.
        """
        if not message.strip():
            return
        session = self.session if self.use_session else None
        config = RunConfig(call_model_input_filter=self._note_the_input)
        answer = {"role": "assistant", "content": "…"}
        self._chat += [{"role": "user", "content": message}, answer]
        self._show()
        try:
            async with self._one_at_a_time:
                result = await Runner.run(self._agent, message, session=session, run_config=config)
                answer["content"] = str(result.final_output)
        except BaseException as error:
            answer |= {"role": "error", "content": f"{type(error).__name__}: {error}"}
            if not isinstance(error, Exception):  # somebody interrupted the cell
                raise
        finally:
            self._show()
        with contextlib.suppress(Exception):  # the run has said why
            self._held = await self.session.get_items()
        self._show()

    def _note_the_input(self, call: CallModelData[Any]) -> ModelInputData:
        self._handed = call.model_data
        self._show()
        return call.model_data

    def _receive(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        # JupyterLab (4.6) has this called in another thread, with an event loop of its own.
        asyncio.run_coroutine_threadsafe(self._take(**content), self._loop)

    async def _take(self, use_session: bool, message: str = "") -> None:
        self.use_session = use_session
        await self.send(message)

    def _show(self) -> None:
        self._form.html = self._repr_html_()

    def _columns(self) -> list[tuple[str, list[Any]]]:
        given, handed = self._handed.instructions, self._handed.input
        instructions = [{"role": "instructions", "content": given}] if given else []
        unused = "" if self.use_session else ", not in use"
        return [
            ("The chat", self._chat),
            (f"The session holds {counted(len(self._held), 'item')}{unused}", self._held),
            (f"The model was handed {counted(len(handed), 'item')}", [*instructions, *handed]),
        ]

    def _repr_mimebundle_(self, **unused: Any) -> dict[str, Any]:
        data, _ = self._form._repr_mimebundle_() or ({}, {})
        return data | {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        columns = [
            f'<section aria-label="{title}"><b>{title}</b>'
            f'<div tabindex="0"><div>{transcript(items)._repr_html_()}</div></div></section>'
            for title, items in self._columns()
        ]
        use = "used" if self.use_session else "unused"
        return f'{STYLE}<div class="session-live-view {use}">{"".join(columns)}</div>'

    def __repr__(self) -> str:
        columns = [
            [title, "", *str(transcript(items, width=30)).split("\n")]
            for title, items in self._columns()
        ]
        widths = [max(map(_cells, column)) for column in columns]
        rows = [
            [text + " " * (width - _cells(text)) for text, width in zip(row, widths, strict=True)]
            for row in zip_longest(*columns, fillvalue="")
        ]
        return "\n".join(" | ".join(row).rstrip() for row in rows)


def _cells(text: str) -> int:
    """Count columns of a terminal. A wide character, such as a Chinese one, takes two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)

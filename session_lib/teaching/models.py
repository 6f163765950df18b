"""The models that an agent can run on: a stand-in that needs no key and no network, or OpenAI's.

`OfflineModel` works out each answer from the items that it is given. It keeps nothing: what it
remembers is what the session gave it. The sentences that it understands are in `phrases`.
"""

import hashlib
import json
import os
from collections.abc import AsyncIterator, Mapping
from typing import Any

import agents
from agents.items import TResponseOutputItem, TResponseStreamEvent
from openai.types import responses
from pydantic import TypeAdapter

from session_lib.teaching.replies import Call, reply_to, text_of, tokens
from session_lib.teaching.streaming import events
from session_lib.teaching.tracing import turn_tracing_off

_EVENT: TypeAdapter[TResponseStreamEvent] = TypeAdapter(TResponseStreamEvent)


def choose_model(name: str | None = None) -> agents.Model:
    """Return the model to give to ``Agent(model=...)``.

    Setting ``OPENAI_API_KEY`` alone changes nothing: a lesson is the same for everybody.

    Args:
        name: ``"offline"``, ``"local"`` for a small real model on this machine (see
            `session_lib.teaching.local_model`), ``"openai"`` for the SDK's default model, or one of
            OpenAI's by name, as in ``"openai:gpt-4.1"``. ``None`` means what the environment
            variable ``SESSION_LIB_MODEL`` says, and ``"offline"`` if it says nothing.

    Returns:
        The model. With ``"offline"`` the SDK's tracing is off from then on, see `OfflineModel`.
        With ``"openai"`` it stays as it is: the SDK (0.24.0) sends traces to OpenAI by default.

    Raises:
        ValueError: There is no such choice.
        RuntimeError: OpenAI was chosen and ``OPENAI_API_KEY`` is not set; or ``"local"`` was, and
            a package that it needs is not installed.
    """
    choice = name if name is not None else os.environ.get("SESSION_LIB_MODEL") or "offline"
    kind, colon, detail = choice.partition(":")
    if choice == "offline":
        return OfflineModel()
    if choice == "local":
        from session_lib.teaching.local_model import load_local_model

        return load_local_model()
    if kind == "openai" and bool(colon) == bool(detail):
        if not os.environ.get("OPENAI_API_KEY"):
            raise RuntimeError(
                f"The model {choice!r} needs the environment variable OPENAI_API_KEY, which is not "
                "set. Set it to your key, or choose the model 'offline', which needs none."
            )
        return agents.OpenAIProvider().get_model(detail or None)
    raise ValueError(
        f"There is no model {choice!r}. Choose 'offline', 'local', 'openai', or one of OpenAI's by "
        "name as in 'openai:gpt-4.1', by argument or with the variable SESSION_LIB_MODEL."
    )


class OfflineModel(agents.Model):
    """A model that answers from the instructions and items that it is given, and nothing else.

    You can tell it a name, a place, favourite things and the like, and ask about them later. It
    counts messages. It calls the agent's tools to do sums and to look things up, and hands over
    to other agents. It says so when the conversation does not tell it something. The same items
    always get the same answer, ids included. Whatever the items and the tools' schemas are, they
    never make it fail: what it can make nothing of, it passes over.

    It counts tokens in its own way: one for each word and each punctuation mark in the
    instructions and in the items' texts, tool calls and tool outputs. Tool schemas cost nothing.

    Making one turns the SDK's tracing off for the whole program: with a key, tracing would send
    the conversation to OpenAI, and without one it would complain.
    """

    def __init__(self) -> None:
        turn_tracing_off()

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[agents.TResponseInputItem],
        model_settings: agents.ModelSettings,
        tools: list[agents.Tool],
        output_schema: agents.AgentOutputSchemaBase | None,
        handoffs: list[agents.Handoff],
        tracing: agents.ModelTracing,
        **unused: Any,
    ) -> agents.ModelResponse:
        """Answer the last user message. The interface is that of the SDK's `Model` (0.24.0).

        Args:
            system_instructions: The agent's instructions. It learns from "The user's name is Ada."
            input: The conversation: one text, or a list of items.
            model_settings: Not used.
            tools: What may be called for a sum: a function tool that takes two numbers and is
                named for one operation, such as ``add``, or one that takes an ``expression``. To
                look up "order 4711": one with a single required parameter, a text or a whole
                number, whose names say both, as in ``look_up_order`` or ``find(order_number)``.
            output_schema: Must be plain text.
            handoffs: The agents to hand over to.
            tracing: Not used.
            **unused: For conversations that a server keeps. Here none does.

        Returns:
            One message or one tool call.

        Raises:
            agents.UserError: The agent has an ``output_type``.
        """
        if output_schema is not None and not output_schema.is_plain_text():
            raise agents.UserError(
                f"OfflineModel answers in plain text and cannot make a {output_schema.name()}. "
                "Leave out the agent's output_type, or choose another model."
            )
        given: list[Any] = [{"role": "user", "content": input}] if isinstance(input, str) else input
        items: list[Mapping[str, Any]] = [item for item in given if isinstance(item, Mapping)]
        reply = reply_to(system_instructions, items, tools, handoffs)
        fields = ("content", "summary", "name", "arguments", "output")
        texts = [text_of(item.get(field)) for item in items for field in fields]
        read = tokens(system_instructions or "", *texts)
        written = tokens(*([reply] if isinstance(reply, str) else reply))
        usage = agents.Usage(requests=1, input_tokens=read, output_tokens=written)
        usage.total_tokens = read + written
        digest = _digest(items, texts)
        return agents.ModelResponse([_output(reply, digest)], usage, response_id=f"resp_{digest}")

    async def stream_response(self, *args: Any, **rest: Any) -> AsyncIterator[TResponseStreamEvent]:
        """Answer as `get_response` does, word by word.

        Args:
            *args: As for `get_response`.
            **rest: As for `get_response`.

        Yields:
            Events as OpenAI's Responses API sends them, the last of which holds the response.

        Raises:
            agents.UserError: The agent has an ``output_type``.
        """
        response = await self.get_response(*args, **rest)
        for number, (kind, fields) in enumerate(events(response)):
            fields |= {"type": f"response.{kind}", "sequence_number": number}
            yield _EVENT.validate_python(fields)


def _digest(items: list[Mapping[str, Any]], texts: list[str]) -> str:
    """Make an id of the items: the same for the same conversation, and new as it grows."""
    try:
        written = json.dumps(items, default=str, skipkeys=True)
    except (RecursionError, ValueError):  # nested too deeply, or in itself
        written = json.dumps([len(items), texts])
    return hashlib.sha256(written.encode()).hexdigest()[:24]


def _output(reply: str | Call, digest: str) -> TResponseOutputItem:
    if isinstance(reply, Call):
        made: dict[str, Any] = reply._asdict() | {"id": f"fc_{digest}", "status": "completed"}
        return responses.ResponseFunctionToolCall(
            type="function_call", call_id=f"call_{digest}", **made
        )
    text = responses.ResponseOutputText(type="output_text", text=reply, annotations=[])
    return responses.ResponseOutputMessage(
        type="message", id=f"msg_{digest}", role="assistant", content=[text], status="completed"
    )

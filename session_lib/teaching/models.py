"""The models that an agent can run on: a stand-in that needs no key and no network, or OpenAI's.

`OfflineModel` works out each answer from the items that it is handed. It keeps nothing: what it
remembers is what the session gave it. The sentences that it understands are in `wordings`.
"""

import hashlib
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import agents
from agents.items import TResponseOutputItem, TResponseStreamEvent
from openai.types import responses
from pydantic import TypeAdapter

from session_lib.teaching import phrases

# How a tool is named that can work a sum out.
_TOOLS = {"+": "add|plus|sum", "-": "diff|minus|sub", "*": "mul|prod|times", "/": "div|quot"}
# What the name of a tool says that looks something up, and changes nothing.
_LOOKS = {"check", "find", "get", "info", "look", "read", "search", "show", "status", "track"}
_EVENT: TypeAdapter[TResponseStreamEvent] = TypeAdapter(TResponseStreamEvent)


def choose_model(name: str | None = None) -> agents.Model:
    """Return the model to give to ``Agent(model=...)``.

    A set ``OPENAI_API_KEY`` alone chooses nothing: a lesson is the same for everybody.

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
        RuntimeError: OpenAI was chosen and ``OPENAI_API_KEY`` is not set; or ``"local"``, and what
            it needs is not installed.
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
    """A model that answers from the instructions and items that it is handed, and nothing else.

    It can be told a name, a place, favourite things and the like, and be asked about them. It
    counts messages. It calls the agent's tools for sums and to look things up, and its handoffs.
    What nothing tells it, it does not know. The same items always get the same answer, ids
    included.

    It counts tokens in its own way: one for each word and each punctuation mark in the
    instructions and in the items' texts, tool calls and tool outputs. Tool schemas cost nothing.

    Making one switches off the SDK's tracing for the whole program: it would send the
    conversation to OpenAI if a key is set, and complain if none is.
    """

    def __init__(self) -> None:
        agents.set_tracing_disabled(True)

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
            system_instructions: The agent's instructions. "The user's name is Ada." is taken in.
            input: The conversation: one text, or a list of items.
            model_settings: Not used.
            tools: What may be called for a sum: a function tool that takes two numbers and is
                named for one operation, such as ``add``, or one that takes an ``expression``. To
                look up "order 4711": one that must be given a single text or whole number, and
                is named for both, such as ``look_up_order`` or ``find(order_number)``.
            output_schema: Must be plain text.
            handoffs: The agents to hand over to.
            tracing: Not used.
            **unused: Where a server keeps the conversation. Here none does.

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
        items: list[Any] = [{"role": "user", "content": input}] if isinstance(input, str) else input
        reply = _reply(system_instructions, items, tools, handoffs)
        fields = ("content", "summary", "name", "arguments", "output")
        texts = [_text(item.get(field)) for item in items for field in fields]
        read = _count_tokens(system_instructions or "", *texts)
        written = _count_tokens(*([reply] if isinstance(reply, str) else reply))
        usage = agents.Usage(requests=1, input_tokens=read, output_tokens=written)
        usage.total_tokens = read + written
        # The ids come from the items: the same for the same conversation, and new as it grows.
        digest = hashlib.sha256(json.dumps(items, default=str).encode()).hexdigest()[:24]
        return agents.ModelResponse([_output(reply, digest)], usage, response_id=f"resp_{digest}")

    async def stream_response(self, *args: Any, **rest: Any) -> AsyncIterator[TResponseStreamEvent]:
        """Answer as `get_response` does, word by word.

        Args:
            *args: Those of `get_response`.
            **rest: Those of `get_response`.

        Yields:
            Events as OpenAI's Responses API sends them, the last of which holds the response.

        Raises:
            agents.UserError: The agent has an ``output_type``.
        """
        response = await self.get_response(*args, **rest)
        for number, (kind, fields) in enumerate(_events(response)):
            fields |= {"type": f"response.{kind}", "sequence_number": number}
            yield _EVENT.validate_python(fields)


class _Call(NamedTuple):
    name: str
    arguments: str


def _reply(
    instructions: str | None,
    items: list[dict[str, Any]],
    tools: list[agents.Tool],
    handoffs: list[agents.Handoff],
) -> str | _Call:
    """Answer the last user message: all that there is to say, or which tool to call first."""
    asked = [index for index, item in enumerate(items) if item.get("role") == "user"]
    answers = sum(item.get("role") == "assistant" for item in items)
    now = asked[-1] if asked else 0
    facts = _facts([{"role": "system", "content": instructions}, *items])
    results = _results(items[now:])
    earlier = [*_results(items[:now]).values()]
    parts: list[str] = []
    for clause in phrases.clauses(_text(items[now].get("content")) if asked else ""):
        part: str | _Call
        wanted = phrases.look_up(clause)
        if told := phrases.statement(clause):
            noted = "Noted: "
            if parts and parts[-1].startswith(noted):
                noted = parts.pop().removesuffix(".") + "; "
            part = noted + told[1][0].lower() + told[1][1:]
        elif wanted and (call := _look_up_call(*wanted, tools)):
            part = _look_up(*wanted, call, results, earlier)
        elif said := phrases.answer(clause, facts, yours=len(asked), mine=answers):
            part = said
        elif formula := phrases.sum_in(clause, earlier):
            part = _calculate(formula, tools, results, earlier)
        elif whom := phrases.hand_over(clause):
            part = _hand_over(whom, handoffs, results)
        elif wanted:
            part = f"I have no tool to look up {' '.join(wanted)}."
        else:
            continue
        if isinstance(part, _Call):
            return part
        parts.append(part)
    return " ".join(dict.fromkeys(parts)) or f"I don't understand that. {phrases.ABOUT_ME}"


def _facts(items: list[dict[str, Any]]) -> dict[str, str]:
    """Collect what was told: what each thing is about, and a sentence that says it."""
    facts: dict[str, str] = {}
    for item in items:
        role = item.get("role")
        text = _text(item.get("content")) if role in ("developer", "system", "user") else ""
        for clause in phrases.clauses(text, about_the_user=role != "user"):
            if told := phrases.statement(clause):
                facts.pop(told[0], None)  # the latest comes last
                facts[told[0]] = told[1]
    return facts


def _results(items: list[dict[str, Any]]) -> dict[_Call, str]:
    """Pair the tool calls among `items` with what the tools answered."""
    calls, results = {}, {}
    for item in items:
        kind, call_id = item.get("type"), item.get("call_id")
        if kind == "function_call":
            calls[call_id] = _Call(item.get("name", ""), item.get("arguments", ""))
        elif kind == "function_call_output" and call_id in calls:
            # A tool for whole numbers takes 42, and not 42.0.
            results[calls[call_id]] = re.sub(r"^(-?\d+)\.0$", r"\1", _text(item.get("output")))
    return results


def _calculate(
    formula: list[str], tools: list[agents.Tool], results: dict[_Call, str], earlier: list[str]
) -> str | _Call:
    text = " ".join(formula)
    if "that" in text:
        return "I don't have an earlier result to continue from."
    call = _sum_call(formula, tools)
    if call is None:
        return f"I have no tool for {text}, and I can't do sums without one."
    if call not in results:
        return call
    earlier.append(results[call])
    if re.fullmatch(phrases.NUMBER, results[call]):
        return f"{text} = {results[call]}."
    return f"The tool {call.name} answered: {results[call]}"


def _sum_call(formula: list[str], tools: list[agents.Tool]) -> _Call | None:
    for tool in tools:
        schema = tool.params_json_schema if isinstance(tool, agents.FunctionTool) else {}
        fields = schema.get("properties", {})
        if [*fields] == ["expression"]:
            return _Call(tool.name, json.dumps({"expression": " ".join(formula)}))
        kinds = {field.get("type", "number") for field in fields.values()}
        suits = len(formula) == 3 and len(fields) == 2 and kinds <= {"integer", "number"}
        if suits and re.search(_TOOLS[formula[1]], tool.name):
            numbers = [float(text) if "." in text else int(text) for text in formula[::2]]
            return _Call(tool.name, json.dumps(dict(zip(fields, numbers, strict=True))))
    return None


def _look_up(
    thing: str, code: str, call: _Call, results: dict[_Call, str], earlier: list[str]
) -> str | _Call:
    if call not in results:
        return call
    earlier.append(results[call])
    said = " ".join(results[call].split()).removesuffix(".")
    return f"The tool {call.name} says about {thing} {code}: {said}."


def _look_up_call(thing: str, code: str, tools: list[agents.Tool]) -> _Call | None:
    thing = thing.lower()
    suitable = [tool for tool in tools if isinstance(tool, agents.FunctionTool)]
    # A tool that is named for the thing comes before one that only takes its number.
    for tool in sorted(suitable, key=lambda tool: thing not in tool.name.lower().split("_")):
        schema, words = tool.params_json_schema, {*tool.name.lower().split("_")}
        for field in schema["required"] if len(schema.get("required", [])) == 1 else []:
            kind = schema["properties"][field].get("type")
            fits = kind == "string" or (kind == "integer" and code.isdecimal())
            if fits and words & _LOOKS and thing in words | {*field.lower().split("_")}:
                value = code if kind == "string" else int(code)
                return _Call(tool.name, json.dumps({field: value}))
    return None


def _hand_over(whom: str, handoffs: list[agents.Handoff], results: dict[_Call, str]) -> str | _Call:
    for result in results.values():
        if agent := re.fullmatch(r'\{"assistant": "(.*)"\}', result):
            return f"You are now talking to {agent[1]}."
    for handoff in handoffs:
        name = {*handoff.agent_name.lower().split()} - {"agent", "assistant", "the"}
        if name & {*whom.lower().split()} and not handoff.input_json_schema.get("required"):
            return _Call(handoff.tool_name, "{}")
    names = ", ".join(handoff.agent_name for handoff in handoffs) or "nobody"
    return f"I can hand you over to {names}."


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _count_tokens(*texts: str) -> int:
    return sum(len(re.findall(r"\w+|[^\w\s]", text)) for text in texts)


def _output(reply: str | _Call, digest: str) -> TResponseOutputItem:
    if isinstance(reply, _Call):
        made: dict[str, Any] = reply._asdict() | {"id": f"fc_{digest}", "status": "completed"}
        return responses.ResponseFunctionToolCall(
            type="function_call", call_id=f"call_{digest}", **made
        )
    text = responses.ResponseOutputText(type="output_text", text=reply, annotations=[])
    return responses.ResponseOutputMessage(
        type="message", id=f"msg_{digest}", role="assistant", content=[text], status="completed"
    )


def _events(response: agents.ModelResponse) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tell `response` in the order in which OpenAI's Responses API would have streamed it."""
    usage = responses.ResponseUsage.model_validate(response.usage, from_attributes=True)
    done: dict[str, Any] = {"id": response.response_id, "object": "response", "created_at": 0}
    done |= {"model": "offline", "tools": [], "tool_choice": "auto", "parallel_tool_calls": False}
    done |= {"status": "completed", "output": response.output, "usage": usage}
    begun = {"status": "in_progress"}
    yield "created", {"response": done | begun | {"output": [], "usage": None}}
    item = response.output[0].model_dump(exclude_unset=True)
    place = {"output_index": 0, "item_id": item["id"]}
    if item["type"] == "function_call":
        made = {"name": item["name"], "arguments": item["arguments"]}
        yield "output_item.added", {"output_index": 0, "item": item | begun | {"arguments": ""}}
        yield "function_call_arguments.delta", place | {"delta": item["arguments"]}
        yield "function_call_arguments.done", place | made
    else:
        (part,) = item["content"]
        place["content_index"] = 0
        yield "output_item.added", {"output_index": 0, "item": item | begun | {"content": []}}
        yield "content_part.added", place | {"part": part | {"text": ""}}
        for word in re.findall(r"\S+\s*|\s+", part["text"]):
            yield "output_text.delta", place | {"delta": word, "logprobs": []}
        yield "output_text.done", place | {"text": part["text"], "logprobs": []}
        yield "content_part.done", place | {"part": part}
    yield "output_item.done", {"output_index": 0, "item": item}
    yield "completed", {"response": done}

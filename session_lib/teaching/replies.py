"""What the offline model replies: sentences, or a call of one of the agent's tools.

Items may hold anything, and a tool may have any JSON Schema. What does not fit is passed over.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import agents

from session_lib.teaching import phrases

# What is in the name of a tool that does a sum.
_TOOLS = {"+": "add|plus|sum", "-": "diff|minus|sub", "*": "mul|prod|times", "/": "div|quot"}
# What is in the name of a tool that looks something up and changes nothing.
_LOOKS = {"check", "find", "get", "info", "look", "read", "search", "show", "status", "track"}

_JSON_TYPES: dict[type, set[str]] = {
    str: {"string"},
    int: {"integer", "number"},
    float: {"number"},
}
# Keywords of JSON Schema that say more than is understood here.
_BEYOND = {"$dynamicRef", "$ref", "allOf", "if", "not", "oneOf"}


class Call(NamedTuple):
    """A call of a tool."""

    name: str
    arguments: str


def reply_to(
    instructions: str | None,
    items: list[Mapping[str, Any]],
    tools: Iterable[agents.Tool],
    handoffs: list[agents.Handoff],
) -> str | Call:
    """Answer the last user message.

    Args:
        instructions: The agent's instructions.
        items: The conversation.
        tools: The agent's tools.
        handoffs: The agents to hand over to.

    Returns:
        All that there is to say, or the tool to call first.
    """
    functions = [*_callable(tools)]
    asked = [index for index, item in enumerate(items) if item.get("role") == "user"]
    answers = sum(item.get("role") == "assistant" for item in items)
    now = asked[-1] if asked else 0
    facts = _facts([{"role": "system", "content": instructions}, *items])
    results = _results(items[now:])
    earlier = [*_results(items[:now]).values()]
    parts: list[str] = []
    for clause in phrases.clauses(text_of(items[now].get("content")) if asked else ""):
        part: str | Call
        wanted = phrases.look_up(clause)
        if told := phrases.statement(clause):
            noted = "Noted: "
            if parts and parts[-1].startswith(noted):
                noted = parts.pop().removesuffix(".") + "; "
            part = noted + told[1][0].lower() + told[1][1:]
        elif wanted and (call := _look_up_call(*wanted, functions)):
            part = _look_up(*wanted, call, results, earlier)
        elif said := phrases.answer(clause, facts, yours=len(asked), mine=answers):
            part = said
        elif formula := phrases.sum_in(clause, earlier):
            part = _calculate(formula, functions, results, earlier)
        elif whom := phrases.hand_over(clause):
            part = _hand_over(whom, handoffs, results)
        elif wanted:
            part = f"I have no tool to look up {' '.join(wanted)}."
        else:
            continue
        if isinstance(part, Call):
            return part
        parts.append(part)
    reply = " ".join(dict.fromkeys(parts)) or f"I don't understand that. {phrases.ABOUT_ME}"
    # Half of a surrogate pair may have been told, and is no text that can be sent.
    return reply.encode("utf-8", "replace").decode()


def text_of(content: Any) -> str:
    """Read a text, or the texts among the parts of a message, a summary or a tool's output.

    Args:
        content: What an item holds in such a field.

    Returns:
        The text, which is empty if there is none.
    """
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, Mapping)]
    return " ".join(text for text in texts if isinstance(text, str))


def tokens(*texts: str) -> int:
    """Count tokens: one for each word, and one for each other mark.

    Args:
        *texts: What to count.

    Returns:
        How many there are in all of them.
    """
    return sum(len(re.findall(r"\w+|[^\w\s]", text)) for text in texts)


def _facts(items: list[Mapping[str, Any]]) -> dict[str, str]:
    """Collect what was told: what each thing is about, and a sentence that says it."""
    facts: dict[str, str] = {}
    for item in items:
        role = item.get("role")
        text = text_of(item.get("content")) if role in ("developer", "system", "user") else ""
        for clause in phrases.clauses(text, about_the_user=role != "user"):
            if told := phrases.statement(clause):
                facts.pop(told[0], None)  # the latest comes last
                facts[told[0]] = told[1]
    return facts


def _results(items: list[Mapping[str, Any]]) -> dict[Call, str]:
    """Pair the tool calls among `items` with what the tools answered."""
    calls: dict[str, Call] = {}
    results = {}
    for item in items:
        kind, call_id = item.get("type"), item.get("call_id")
        if not isinstance(call_id, str):
            continue
        if kind == "function_call":
            calls[call_id] = Call(text_of(item.get("name")), text_of(item.get("arguments")))
        elif kind == "function_call_output" and call_id in calls:
            # A tool for whole numbers takes 42, and not 42.0.
            output = re.sub(r"^(-?\d+)\.0$", r"\1", text_of(item.get("output")))
            results[calls[call_id]] = output
    return results


def _calculate(
    formula: list[str],
    tools: list[agents.FunctionTool],
    results: dict[Call, str],
    earlier: list[str],
) -> str | Call:
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


def _sum_call(formula: list[str], tools: list[agents.FunctionTool]) -> Call | None:
    for tool in tools:
        fields, required = _parameters(tool)
        if not {*required} <= {*fields}:
            continue
        given: dict[str, Any] = {}
        if [*fields] == ["expression"]:
            given = {"expression": " ".join(formula)}
        elif len(formula) == len(fields) + 1 == 3 and re.search(_TOOLS[formula[1]], tool.name):
            numbers = [float(text) if "." in text else int(text) for text in formula[::2]]
            given = dict(zip(fields, numbers, strict=True))
        if given and all(_takes(fields[name], value) for name, value in given.items()):
            return Call(tool.name, json.dumps(given))
    return None


def _look_up(
    thing: str, code: str, call: Call, results: dict[Call, str], earlier: list[str]
) -> str | Call:
    if call not in results:
        return call
    earlier.append(results[call])
    said = " ".join(results[call].split()).removesuffix(".")
    return f"The tool {call.name} says about {thing} {code}: {said}."


def _look_up_call(thing: str, code: str, tools: list[agents.FunctionTool]) -> Call | None:
    thing = thing.lower()
    values: list[str | int] = [code, int(code)] if code.isdecimal() else [code]
    # A tool that is named for the thing comes before one that only takes its number.
    for tool in sorted(tools, key=lambda tool: thing not in tool.name.lower().split("_")):
        fields, required = _parameters(tool)
        words = {*tool.name.lower().split("_")}
        field = required[0] if len(required) == 1 else ""
        if words & _LOOKS and thing in words | {*field.lower().split("_")}:
            for value in values:
                if field in fields and _takes(fields[field], value):
                    return Call(tool.name, json.dumps({field: value}))
    return None


def _callable(tools: Iterable[agents.Tool]) -> Iterator[agents.FunctionTool]:
    """Leave out what runs at OpenAI, and what only its tool search or its programs may call."""
    for tool in tools:
        if (
            isinstance(tool, agents.FunctionTool)
            and tool.qualified_name == tool.name
            and not tool.defer_loading
            and "direct" in (tool.allowed_callers or ["direct"])
        ):
            yield tool


def _parameters(tool: agents.FunctionTool) -> tuple[dict[str, Any], list[str]]:
    """Read the schema of each parameter, and the names of those that must be given."""
    schema: Any = tool.params_json_schema
    schema = schema if isinstance(schema, dict) else {}
    fields = schema.get("properties")
    return fields if isinstance(fields, dict) else {}, _strings(schema.get("required"))


def _takes(schema: Any, value: str | float) -> bool:
    """Tell whether a parameter takes `value`, as far as its schema is a plain one."""
    choices = schema.get("anyOf", [True]) if isinstance(schema, dict) else [True]
    return (
        _is_of(schema, value)
        and isinstance(choices, list)
        and any(_is_of(choice, value) for choice in choices)
    )


def _is_of(schema: Any, value: str | float) -> bool:
    if not isinstance(schema, dict):
        return schema is True
    allowed = schema.get("enum", [schema.get("const", value)])
    kinds = schema.get("type", "string" if isinstance(value, str) else "number")
    return (
        not _BEYOND & schema.keys()
        and isinstance(allowed, list)
        and value in allowed
        and any(kind in _JSON_TYPES[type(value)] for kind in _strings(kinds))
    )


def _strings(value: Any) -> list[str]:
    """Read one string, or those in a list."""
    return [
        part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)
    ]


def _hand_over(whom: str, handoffs: list[agents.Handoff], results: dict[Call, str]) -> str | Call:
    for result in results.values():
        if name := _handed_to(result):
            return f"You are now talking to {name}."
    for handoff in handoffs:
        words = {*handoff.agent_name.lower().split()} - {"agent", "assistant", "the"}
        schema: Any = handoff.input_json_schema
        needs_input = isinstance(schema, dict) and schema.get("required")
        if words & {*whom.lower().split()} and not needs_input:
            return Call(handoff.tool_name, "{}")
    if not handoffs:
        return "I have nobody to hand you over to."
    return f"I can hand you over to {', '.join(handoff.agent_name for handoff in handoffs)}."


def _handed_to(result: str) -> str:
    """Read the agent's name from what the SDK (0.24.0) puts for the output of a handoff."""
    try:
        found = json.loads(result)
    except (ValueError, RecursionError):
        found = None
    return (
        text_of(found["assistant"]) if isinstance(found, dict) and [*found] == ["assistant"] else ""
    )

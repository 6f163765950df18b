"""The offline model answers whatever the items and the tools' schemas are: it never fails."""

import asyncio
import json
import typing
from typing import Any

import agents
import pytest
from agents import Agent, Runner, function_tool
from hypothesis import given
from hypothesis import strategies as st
from openai.types import responses

from session_lib.teaching.models import OfflineModel

WHO_AM_I = [{"role": "user", "content": "Who am I?"}]
UNKNOWN = "I don't know your name"


async def events_of(items, instructions=None, tools=(), handoffs=()):
    settings, tracing = agents.ModelSettings(), agents.ModelTracing.DISABLED
    given = (instructions, items, settings, [*tools], None, [*handoffs], tracing)
    return [event async for event in OfflineModel().stream_response(*given)]


async def output_of(*given, **more):
    return (await events_of(*given, **more))[-1].response.output[0]


async def respond(*given, **more):
    return (await output_of(*given, **more)).content[0].text


async def unused(*arguments):
    raise AssertionError("nobody runs the tools")


def tool(schema, name="look_up_order"):
    made = agents.FunctionTool(name, "", {}, unused, strict_json_schema=False)
    made.params_json_schema = schema
    return made


async def calls(schema, question="Where is order 4711?", name="look_up_order"):
    """The arguments of the call, or what is said if the tool is passed over."""
    output = await output_of([{"role": "user", "content": question}], tools=[tool(schema, name)])
    if output.type == "function_call":
        return json.loads(output.arguments)
    (part,) = output.content
    assert part.text.startswith("I have no tool ")
    return None


def of(schema, required=("order",), **more):
    return {"properties": {"order": schema}, "required": [*required], **more}


FITS = [
    {"type": "string"},
    {"type": ["string", "null"]},
    {"type": ["null", 5, "string"]},
    {"anyOf": [{"type": "null"}, {"type": "string", "minLength": 1}]},
    {"anyOf": [False, True]},
    {"enum": ["4710", "4711"]},
    {"const": "4711"},
    {"description": "any value"},
    {},
    True,
]


@pytest.mark.parametrize("schema", FITS, ids=str)
async def test_a_parameter_for_a_text(schema):
    assert await calls(of(schema)) == {"order": "4711"}


@pytest.mark.parametrize("kind", ["integer", "number", ["null", "integer"]], ids=str)
async def test_a_parameter_for_a_number(kind):
    assert await calls(of({"type": kind})) == {"order": 4711}
    assert await calls(of({"type": kind}), "Where is order A-1?") is None


STRING = {"type": "string"}
ODD = [
    *(True, False, None, [], "object", {}),
    {"properties": True, "required": ["order"]},
    {"properties": ["order"], "required": ["order"]},
    {"required": ["order"]},
    {"properties": {"order": STRING}},
    {"properties": {"order": STRING}, "required": True},
    {"properties": {"order": STRING}, "required": [["order"]]},
    of(STRING, required=[]),
    of(STRING, required=["order", "name"]),
    of(STRING, required=["order_id"]),
]


def each(keyword, *values):
    return [{keyword: value} for value in values]


ODD_FIELDS = [
    *(False, None, [], 5, "string"),
    *each("type", None, {}, [], "array", ["array", "null"], [["string"]]),
    *each("enum", "4711", [], ["4712"], {}),
    *each("anyOf", True, [], {}, [None, {"type": "null"}, False], [{"$ref": "#/$defs/Order"}]),
    *({"type": "string", keyword: [STRING]} for keyword in ("allOf", "oneOf", "not", "if")),
    {"type": "object", "anyOf": [STRING]},
    {"const": None},
    {"$ref": "#/$defs/Order"},
]


@pytest.mark.parametrize("schema", [*ODD, *map(of, ODD_FIELDS)], ids=str)
async def test_a_schema_that_does_not_fit(schema):
    assert await calls(schema) is None


def two(first, second, **more):
    return {"properties": {"a": first, "b": second}, **more}


@pytest.mark.parametrize(
    "schema, arguments",
    [
        (two({"type": ["integer", "null"]}, True), {"a": 2, "b": 3}),
        (two({}, {"anyOf": [{"type": "number"}]}, required=["a", "b"]), {"a": 2, "b": 3}),
        (two({}, {}, required=["a", "b", "c"]), None),
        (two({"type": "string"}, {}), None),
        (two({"type": {}}, False), None),
        ({"properties": {"expression": {"type": "string"}}}, {"expression": "2 + 3"}),
        ({"properties": {"expression": {"type": "number"}}}, None),
        ({"properties": {"expression": {}}, "required": ["mode"]}, None),
    ],
)
async def test_a_schema_for_a_sum(schema, arguments):
    assert await calls(schema, "What is 2 + 3?", "add") == arguments


async def test_numbers_too_long_to_be_read():
    asked, plus = ({"role": "user", "content": text} for text in ("Where is order 1?", "that + 1"))
    call = {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"}
    result = {"type": "function_call_output", "call_id": "1", "output": "1" * 5000}
    answer = await respond([asked, call, result, plus], tools=[tool(two({}, {}), "add")])
    assert answer == "I don't have an earlier result to continue from."


async def test_tools_that_it_may_not_call():
    def look_up_order(number: str) -> str:
        raise AssertionError("not to be called directly")

    plain = function_tool(look_up_order)
    beyond: list[list[Any]] = [
        [*agents.tool_namespace(name="shop", description="A shop", tools=[plain])],
        [function_tool(look_up_order, defer_loading=True), agents.ToolSearchTool()],
        [function_tool(look_up_order, allowed_callers=["programmatic"])],
    ]
    for tools in beyond:
        agent = Agent(name="Assistant", model=OfflineModel(), tools=tools)
        answer = (await Runner.run(agent, "Where is order 4711?")).final_output
        assert answer == "I have no tool to look up order 4711."


@pytest.mark.parametrize("role", ["assistant", "tool", "system", "developer"])
async def test_what_others_say_is_not_the_users(role):
    instructs = role in ("system", "developer")
    told = {"role": role, "content": "My name is Max." if instructs else "The user is Max."}
    assert (await respond([told, *WHO_AM_I])).startswith(UNKNOWN)


@pytest.mark.parametrize("role", ["system", "developer"])
async def test_instructions_tell_about_the_user(role):
    text = "You help. The user's name is Ada. The user lives in Paris."
    assert await respond(WHO_AM_I, text) == "Your name is Ada."
    assert await respond([{"role": role, "content": text}, *WHO_AM_I]) == "Your name is Ada."


async def test_text_in_all_its_forms():
    assert await respond("Call me Ada. Who am I?") == "Noted: your name is Ada. Your name is Ada."
    parts = [{"type": "input_text", "text": "I'm Ada"}, {"type": "input_image", "image_url": "x"}]
    told = {"type": "message", "role": "user", "content": parts}
    asked = {"role": "user", "content": [{"type": "input_text", "text": "Who am I?"}]}
    assert await respond([told, asked]) == "You are Ada."
    assert await respond("I'm A\ud800da. Who am I?") == "Noted: you are A?da. You are A?da."


ITSELF: list[object] = []
ITSELF.append(ITSELF)
ODD_ITEMS = [
    {},
    {"type": "reasoning", "id": "r", "summary": [], "content": [{"text": "My name is Max."}]},
    {"type": "function_call", "name": "f", "arguments": "{not json", "call_id": "1"},
    {"type": "function_call_output", "call_id": "1", "output": [{"text": "x"}]},
    {"type": "function_call_output", "call_id": "of no call", "output": None},
    {"type": "function_call", "call_id": ["1"], "name": {}, "arguments": []},
    {"type": "function_call", "call_id": "2", "name": ["f"], "arguments": {"a": 1}},
    {"type": "function_call_output", "call_id": "2", "output": '{"assistant": ["Max"]}'},
    {"type": "function_call_output", "call_id": {}, "output": "x"},
    {"type": "function_call"},
    {"type": "from the future", "content": {"text": 5}, "role": None},
    {"type": ["message"], "role": ["user"], "content": "My name is Max.", ("a", "key"): 1},
    {"role": "user", "content": None},
    {"role": "user", "content": ["a bare text", None, {"text": None}, {"type": "input_file"}]},
    {"role": "user", "content": "x" * 100_000},
    {"role": "user", "content": "\ud800 My name is"},
    {"role": "user", "content": ITSELF},
    None,
    "My name is Max.",
]


async def test_odd_items():
    assert (await respond([*ODD_ITEMS, *WHO_AM_I])).startswith(UNKNOWN)
    assert (await respond(ODD_ITEMS)).startswith("I don't understand")
    assert (await respond([])).startswith("I don't understand")
    first, second = await output_of(ODD_ITEMS), await output_of([*ODD_ITEMS, {}])
    assert first.id != second.id


def literals(hint):
    if isinstance(hint, str):
        return [hint]
    return [name for inner in typing.get_args(hint) for name in literals(inner)]


# Each type of item that the Responses API takes, by the name in its field `type`.
TYPES = [
    name
    for item in typing.get_args(responses.ResponseInputItemParam)
    for name in literals(typing.get_type_hints(item).get("type"))
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "content"]), inner)
    ),
    max_leaves=6,
)
FIELDS = ["role", "content", "call_id", "id", "name", "arguments", "output", "summary", "status"]
WORDS = st.sampled_from(["user", "assistant", "system", "1", "I'm Ada", *TYPES])
ITEMS = st.builds(
    lambda kind, fields: fields | kind,
    st.fixed_dictionaries({}, optional={"type": st.sampled_from(TYPES)}),
    st.dictionaries(st.sampled_from(FIELDS), WORDS | VALUES),
)
KEYWORDS = ["type", "properties", "required", "anyOf", "oneOf", "$ref", "enum", "const", "order"]
JSON_TYPES = st.sampled_from(["string", "integer", "null", "object"])
SCHEMAS = st.recursive(
    VALUES | JSON_TYPES,
    lambda inner: st.dictionaries(st.sampled_from(KEYWORDS), inner | st.lists(inner, max_size=2)),
    max_leaves=8,
)
TOOLS = st.builds(
    tool,
    SCHEMAS | st.builds(lambda order: of(order), SCHEMAS) | st.builds(two, SCHEMAS, SCHEMAS),
    st.sampled_from(["look_up_order", "add", "multiply"]),
)
QUESTIONS = st.sampled_from(["Where is order 4711?", "2.5 + 3", "that * 2", "Who am I?", "Hi"])


@given(
    st.lists(ITEMS | VALUES, max_size=4),
    QUESTIONS | st.text(max_size=30),
    st.lists(TOOLS, max_size=2),
    SCHEMAS,
)
def test_random_items_and_schemas(items, question, tools, schema):
    assert "mcp_approval_response" in TYPES
    handoff = agents.handoff(Agent(name="Billing"))
    handoff.input_json_schema = schema
    for asked in (question, "Hand me over to billing"):
        given = [*items, {"role": "user", "content": asked}]
        output = asyncio.run(output_of(given, tools=tools, handoffs=[handoff]))
        assert output.type in ("message", "function_call")
        json.dumps(output.model_dump(), allow_nan=False)

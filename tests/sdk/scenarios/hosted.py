"""What a model returns besides words and calls of functions."""

from typing import Any

import agents
from agents import AsyncComputer
from agents.testing.model import ModelStep
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseOutputItem,
    ResponseOutputItemDoneEvent,
)
from pydantic import TypeAdapter

from tests.helpers.scripts import says
from tests.helpers.trial import scenario

MCP: Any = {"type": "mcp", "server_label": "s", "server_url": "http://localhost/"}
ANNOTATIONS = [
    {
        "type": "url_citation",
        "start_index": 0,
        "end_index": 4,
        "title": "ü",
        "url": "http://a/?b#c",
    },
    {"type": "file_citation", "file_id": "f", "filename": "a.pdf", "index": 0},
]
LOGPROB = {"token": "4", "bytes": [52], "logprob": -1.25e-05, "top_logprobs": []}


def _item(type, id="x_1", **fields):
    """An item as the OpenAI client returns it."""
    return TypeAdapter(ResponseOutputItem).validate_python({"id": id, "type": type, **fields})


def _message(*content):
    return _item("message", role="assistant", status="completed", content=list(content))


def _step(*items):
    """A step of a scripted model, which cannot stream all of these by itself."""
    response = Response(
        id="resp-789",
        created_at=0,
        model="m",
        object="response",
        output=list(items),
        parallel_tool_calls=False,
        tool_choice="auto",
        tools=[],
    )
    events = [
        ResponseOutputItemDoneEvent(
            item=item, output_index=index, sequence_number=index, type="response.output_item.done"
        )
        for index, item in enumerate(items)
    ]
    end = ResponseCompletedEvent(
        response=response, sequence_number=len(items), type="response.completed"
    )
    return ModelStep.stream([*events, end], output=items)


DONE = {"status": "completed"}
HOSTED = {
    "web search": _item(
        "web_search_call", **DONE, action={"type": "search", "query": "🙂", "queries": ["🙂", "b"]}
    ),
    "opened page": _item(
        "web_search_call", status="failed", action={"type": "open_page", "url": "http://a/"}
    ),
    "file search": _item(
        "file_search_call",
        **DONE,
        queries=["a", "b"],
        results=[
            {"file_id": "f", "filename": "a.pdf", "score": 0.1 + 0.2, "attributes": {"n": 1.0}},
            {"text": "x" * 10_000, "score": 1e-300, "attributes": {"yes": True, "s": ""}},
        ],
    ),
    "file search without results": _item("file_search_call", **DONE, queries=[], results=None),
    "code interpreter": _item(
        "code_interpreter_call",
        **DONE,
        code='print("\\n\u2028")',
        container_id="c",
        outputs=[{"type": "logs", "logs": "\x1b[31m\x00"}, {"type": "image", "url": "http://a/"}],
    ),
    "image": _item(
        "image_generation_call", **DONE, result="iVBORw0KGgo=" * 5_000, revised_prompt="an ü"
    ),
    "list of an MCP server": _item(
        "mcp_list_tools",
        server_label="s",
        tools=[
            {
                "name": "n",
                "input_schema": {"type": "object", "properties": {"größe": {"enum": [1, 1.0]}}},
                "annotations": {"read_only": False},
                "description": None,
            }
        ],
    ),
    "MCP call": _item("mcp_call", name="n", server_label="s", arguments="{}", output="o", **DONE),
    "MCP call that failed": _item(
        "mcp_call",
        name="n",
        server_label="s",
        arguments='{"a": 1e400}',
        error={"type": "http_error", "code": 500, "message": "broken"},
    ),
    "reasoning": _item(
        "reasoning",
        summary=[{"type": "summary_text", "text": "Hm."}],
        content=[{"type": "reasoning_text", "text": "So 🙂"}],
        encrypted_content="gAAAA==",
    ),
    "reasoning without words": _item("reasoning", summary=[]),
    "compaction": _item("compaction", encrypted_content="gAAAA=="),
    "field of a future version": _item("reasoning", summary=[], future={"a": [None, 0.5]}),
    "annotated message": _message(
        {"type": "output_text", "text": "1", "annotations": ANNOTATIONS, "logprobs": []}
    ),
    "message with probabilities": _message(
        {"type": "output_text", "text": "4", "annotations": [], "logprobs": [LOGPROB]}
    ),
    "message in two parts": _message(
        {"type": "output_text", "text": "1", "annotations": []},
        {"type": "output_text", "text": "2", "annotations": []},
    ),
}


@scenario(cases={name: (item,) for name, item in HOSTED.items()})
async def hosted_item(trial, item):
    agent = trial.agent(_step(item, *says("a")), says("b"))
    await trial.run(agent, "1")
    await trial.run(agent, "2")
    stored = (await trial.session().get_items())[1]
    assert stored == item.model_dump(exclude_unset=True)
    assert agent.model.calls[1].input[1] == stored


@scenario(differs="JSON has no infinity: ours refuses it, SQLite's own JSON functions too")
async def infinite_probability(trial):
    part = {"type": "output_text", "text": "4", "annotations": []}
    message = _message(part | {"logprobs": [LOGPROB | {"logprob": float("-inf")}]})
    agent = trial.agent(_step(message))
    if trial.ours:
        with trial.raises(ValueError, match=r"\['logprob'\] is -inf"):
            await trial.run(agent, "1")
        assert await trial.stored() == ["1"]
    else:
        await trial.run(agent, "1")
        assert await trial.stored() == ["1", "says 4"]


REQUEST = _item("mcp_approval_request", id="mcpr_1", server_label="s", name="n", arguments="{}")


@scenario(
    cases={
        "granted": ({"approve": True},),
        "refused": ({"approve": False, "reason": "no 🙂"},),
    }
)
async def mcp_request_that_a_function_answers(trial, answer):
    tool = agents.HostedMCPTool(tool_config=MCP, on_approval_request=lambda request: answer)
    agent = trial.agent(_step(REQUEST), says("Done"), says("Again"), tools=[tool])
    await trial.run(agent, "Go")
    await trial.run(agent, "Go on")
    types = [item.get("type") for item in await trial.session().get_items()]
    assert types[1:3] == ["mcp_approval_request", "mcp_approval_response"]


@scenario(cases={"granted": (True,), "refused": (False,)})
async def mcp_request_that_waits(trial, granted):
    agent = trial.agent(_step(REQUEST), says("Done"), tools=[agents.HostedMCPTool(tool_config=MCP)])
    waiting = await trial.run(agent, "Go")
    state = await agents.RunState.from_string(agent, waiting.to_state().to_string())
    (state.approve if granted else state.reject)(state.get_interruptions()[0])
    await trial.run(agent, state)
    response = (await trial.session().get_items())[2]
    assert response["type"] == "mcp_approval_response" and response["approve"] is granted


class Computer(AsyncComputer):
    environment = "browser"
    dimensions = (1, 1)

    async def screenshot(self):
        return "iVBORw0KGgo="

    async def _nothing(self, *arguments, **more):
        pass

    click = double_click = scroll = type = wait = move = keypress = drag = _nothing


@scenario()
async def computer(trial):
    click = {"type": "click", "x": 1, "y": 2, "button": "left"}
    call = _item("computer_call", call_id="c1", action=click, pending_safety_checks=[], **DONE)
    agent = trial.agent(_step(call), says("Done"), tools=[agents.ComputerTool(computer=Computer())])
    await trial.run(agent, "Go")
    output = (await trial.session().get_items())[2]
    assert output["output"]["image_url"] == "data:image/png;base64,iVBORw0KGgo="


@scenario()
async def local_shell(trial):
    action = {"type": "exec", "command": ["ls"], "env": {}}
    call = _item("local_shell_call", call_id="c1", action=action, **DONE)
    tool = agents.LocalShellTool(executor=lambda request: "a\x1b[0m")
    await trial.run(trial.agent(_step(call), says("Done"), tools=[tool]), "Go")
    assert (await trial.session().get_items())[2]["output"] == "a\x1b[0m"


@scenario(cases={"at once": (False,), "when approved": (True,)})
async def shell(trial, waits):
    call = _item("shell_call", call_id="c1", action={"commands": ["ls"]}, **DONE)
    tool = agents.ShellTool(executor=lambda request: "a 🙂", needs_approval=waits)
    agent = trial.agent(_step(call), says("Done"), tools=[tool])
    result = await trial.run(agent, "Go")
    if waits:
        state = await agents.RunState.from_string(agent, result.to_state().to_string())
        state.approve(state.get_interruptions()[0])
        await trial.run(agent, state)
    items = await trial.session().get_items()
    assert items[2]["type"] == "shell_call_output" and "🙂" in str(items[2])


class Editor:
    def update_file(self, operation):
        return f"changed {operation.path}"

    create_file = delete_file = update_file


@scenario()
async def patch(trial):
    operation = {"type": "update_file", "path": "a.py", "diff": "@@\n-ü\n+ü\n"}
    call = _item("apply_patch_call", call_id="c1", operation=operation, **DONE)
    tool = agents.ApplyPatchTool(editor=Editor())
    await trial.run(trial.agent(_step(call), says("Done"), tools=[tool]), "Go")
    output = (await trial.session().get_items())[2]
    assert output["type"] == "apply_patch_call_output" and output["output"] == "changed a.py"


@scenario()
async def custom_tool(trial):
    call = _item("custom_tool_call", call_id="c1", name="sql", input="SELECT 'ü'; --")
    tool = agents.CustomTool("sql", "Query.", lambda context, text: text[::-1])
    await trial.run(trial.agent(_step(call), says("Done"), tools=[tool]), "Go")
    assert (await trial.session().get_items())[2]["output"] == "SELECT 'ü'; --"[::-1]

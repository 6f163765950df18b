"""A response as a stream: the events that OpenAI's Responses API would have sent for it."""

import re
from collections.abc import Iterator
from typing import Any

import agents
from openai.types.responses import ResponseUsage


def events(response: agents.ModelResponse) -> Iterator[tuple[str, dict[str, Any]]]:
    """Take a response apart into events.

    Args:
        response: One message, or one tool call.

    Yields:
        Each event's type, without ``response.`` in front, and its fields. The text comes word by
        word, and the last event holds the response.
    """
    usage = ResponseUsage.model_validate(response.usage, from_attributes=True)
    done: dict[str, Any] = {"id": response.response_id, "object": "response", "created_at": 0}
    done |= {"model": "offline", "tools": [], "tool_choice": "auto", "parallel_tool_calls": False}
    done |= {"status": "completed", "output": response.output, "usage": usage}
    begun = {"status": "in_progress"}
    yield "created", {"response": done | begun | {"output": [], "usage": None}}
    item = response.output[0].model_dump(exclude_unset=True)
    place = {"output_index": 0, "item_id": item["id"]}
    if item["type"] == "function_call":
        call = {"name": item["name"], "arguments": item["arguments"]}
        yield "output_item.added", {"output_index": 0, "item": item | begun | {"arguments": ""}}
        yield "function_call_arguments.delta", place | {"delta": item["arguments"]}
        yield "function_call_arguments.done", place | call
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

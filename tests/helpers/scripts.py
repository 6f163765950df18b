"""What scripted models say, and the items of a conversation in short."""

from typing import Any

from agents import function_tool
from agents.testing import assistant_message, function_call


def says(text: str) -> list[Any]:
    """A step of a scripted model: an answer."""
    return [assistant_message(text, item_id=f"msg_{text}")]


def calls(name: str, call_id: str, **arguments: Any) -> list[Any]:
    """A step of a scripted model: the call of a tool."""
    return [function_call(name, arguments, call_id=call_id)]


def asked(text: str) -> Any:
    """What the Runner stores of a question."""
    return {"role": "user", "content": text}


def answered(text: str) -> Any:
    """What the Runner stores of an answer."""
    content = {"annotations": [], "text": text, "type": "output_text", "logprobs": []}
    return {
        "id": f"msg_{text}",
        "content": [content],
        "role": "assistant",
        "status": "completed",
        "type": "message",
    }


def told(items: list[Any]) -> list[Any]:
    """Items in short: a question as it is, and what else there is with a word before it."""
    return [_told(item) for item in items]


def _told(item: Any) -> Any:
    match item.get("type"):
        case "message" if item["role"] == "assistant":
            return f"says {item['content'][0]['text']}"
        case "function_call":
            return f"calls {item['name']}"
        case "function_call_output":
            return f"gets {item['output']}"
        case _:
            return item.get("content") or item["type"]


@function_tool
def add(a: int, b: int) -> int:
    return a + b

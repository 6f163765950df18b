"""Items that are hard to carry, and a conversation with many kinds of them."""

from typing import Any


def _nested(depth: int) -> Any:
    value: Any = "bottom"
    for level in range(depth):
        value = {"level": level, "inside": [value]}
    return value


CONVERSATION: list[Any] = [
    {"role": "user", "content": "What is on this picture, and what is 6 times 7?"},
    {
        "role": "user",
        "content": [
            {"type": "input_text", "text": "here"},
            {
                "type": "input_image",
                "image_url": "data:image/png;base64,iVBORw0KGgo=",
                "detail": "",
            },
        ],
    },
    {
        "id": "rs_1",
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": "Two questions."}],
        "encrypted_content": "gAAAA==",
    },
    {
        "id": "fc_1",
        "type": "function_call",
        "call_id": "call_1",
        "name": "multiply",
        "arguments": '{"a": 6, "b": 7, "note": "\\"quoted\\" \\u00fc \\n"}',
        "status": "completed",
    },
    {
        "type": "function_call_output",
        "call_id": "call_1",
        "output": [{"type": "input_text", "text": "42"}, {"type": "input_file", "file_id": "f"}],
    },
    {
        "type": "computer_call",
        "id": "cu_1",
        "call_id": "call_2",
        "action": {"type": "click", "x": 1, "y": 2, "button": "left"},
        "pending_safety_checks": [],
        "status": "completed",
    },
    {
        "type": "computer_call_output",
        "call_id": "call_2",
        "output": {"type": "computer_screenshot", "image_url": "data:,"},
    },
    {
        "type": "mcp_approval_request",
        "id": "mcpr_1",
        "server_label": "s",
        "name": "n",
        "arguments": "",
    },
    {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True},
    {"type": "compaction", "id": "cmp_1", "encrypted_content": "gAAAA=="},
    {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [
            {"type": "output_text", "text": "42", "annotations": [], "logprobs": []},
            {"type": "refusal", "refusal": "no picture"},
        ],
    },
]
HARD: list[Any] = [
    {"content": "👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 e\u0301 ﷽ עברית العربية 𝔘𝔫𝔦 \U0010fffd"},  # noqa: RUF001
    {"content": "\x00 \x01 \x1f \x7f \x85 \u2028 \u2029 \ufeff \ufffe \t \r\n \\ \" ' / </script>"},
    {"content": "'; DROP TABLE agent_messages; -- ? :session % %s {}"},
    {"": "", " ": {}, "ключ": [], "👍": None, "__enc__": 1, "model_dump": {}},
    {"numbers": [0, -1, 2**63, -(2**64), 10**40, 0.1, -0.0, 5e-324, 1.7976931348623157e308, 1e16]},
    {
        "not numbers": ["1", "1.0", "true", "null", "NaN", ""],
        "not text": [True, False, None, 1, 1.0],
    },
    {"z": 1, "a": 2, "m": {"y": 1, "b": 2}, "order": "as given"},
    _nested(100),
    {},
]
LARGE: list[Any] = [
    {"role": "user", "content": "ü🙂" * 500_000},
    {"type": "function_call_output", "call_id": "1", "output": "x" * 2_000_000},
    {"role": "user", "content": [{"type": "input_text", "text": str(n)} for n in range(20_000)]},
]
MANY: list[Any] = [{"role": "user", "content": f"Message {number}"} for number in range(2_500)]
BATCHES = {"a conversation": CONVERSATION, "hard": HARD, "large": LARGE, "many": MANY}
LONE = {"content": "half a pair: \ud83d and the other: \ude42"}

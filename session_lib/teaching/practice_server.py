"""A stand-in for two of OpenAI's APIs, for practice: it runs in this process, on loopback.

It answers the requests that two classes of the Agents SDK (0.24.0) make, with the fields that
OpenAI's own client expects: those of `OpenAIConversationsSession` to the Conversations API, and
those of `OpenAIResponsesCompactionSession` to compact a conversation. It needs no key, and forgets
everything when it stops.
"""

import atexit
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_args

import uvicorn
from openai.types.conversations import Conversation, ConversationDeletedResource, Message
from openai.types.responses import (
    ResponseCompactionItem,
    ResponseCompactParams,
    ResponseFunctionToolCallItem,
    ResponseFunctionToolCallOutputItem,
    ResponseIncludable,
)
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from session_lib.teaching.replies import text_of, tokens

# The limits are those of OpenAI's documentation.
_MAX_ADDED = 20  # items in one request
_MAX_LISTED = 100  # items on one page
_LISTED = 20  # unless the request says how many

_Kinds = dict[str, tuple[type[BaseModel], str]]

# What may be stored: its type in OpenAI's client, and the prefix of its id.
_KINDS: _Kinds = {
    "message": (Message, "msg"),
    "function_call": (ResponseFunctionToolCallItem, "fc"),
    "function_call_output": (ResponseFunctionToolCallOutputItem, "fco"),
}
# What may be compacted: also what an earlier compaction left.
_COMPACTED: _Kinds = _KINDS | {"compaction": (ResponseCompactionItem, "cmp")}
# Where the texts are that the offline model counts too.
_READ = ("content", "name", "arguments", "output")


@contextmanager
def start_practice_server() -> Iterator[str]:
    """Start a practice server, which runs as long as the ``with`` block.

    It listens on 127.0.0.1 only, on a free port, in a thread. A program that never leaves the
    block ends all the same, and stops it then. It writes nothing to stdout, stderr or a log. It
    keeps messages, tool calls and their results; OpenAI's service takes more kinds of items, and
    checks more.

    To compact a conversation, it keeps the user's messages, as OpenAI's service does. In place of
    the other items it puts one of the type ``compaction``. OpenAI encrypts in that what its models
    need to know of them. Here it is random: no model has read anything, and none can read it.

    Yields:
        The base URL for OpenAI's client. `session_lib.teaching.loopback.loopback_client` makes one
        that talks to this server whatever the environment says about proxies and the like.

    Raises:
        RuntimeError: The server did not start.
    """
    # asyncio sets TCP_NODELAY only where the socket names its protocol; without it, an answer
    # waits 40 ms for the client's acknowledgement of its first half.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(_configuration())
        thread = threading.Thread(
            target=server.run, args=([listener],), name="practice server", daemon=True
        )

        def stop() -> None:
            server.should_exit = True
            thread.join()

        # After a program's last `atexit` function, Python stops all daemon threads where they are,
        # and from 3.13 on, whoever joins one then waits for ever.
        atexit.register(stop)
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise RuntimeError("the practice server did not start")
                time.sleep(0.01)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            stop()
            atexit.unregister(stop)


def _configuration() -> uvicorn.Config:
    return uvicorn.Config(
        _Service().app(),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
        workers=1,  # otherwise WEB_CONCURRENCY says how many, and must be a number
        proxy_headers=False,
        forwarded_allow_ips="",  # otherwise FORWARDED_ALLOW_IPS says whom to believe
    )


class _Service:
    """The conversations, and what answers the requests. All of it runs in the server's thread."""

    def __init__(self) -> None:
        self._conversations: dict[str, tuple[Conversation, list[dict[str, Any]]]] = {}

    def app(self) -> Starlette:
        one = "/v1/conversations/{conversation_id}"
        routes = [
            Route("/v1/conversations", self.create, methods=["POST"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/items", self.add_items, methods=["POST"]),
            Route(f"{one}/items", self.list_items, methods=["GET"]),
            Route(f"{one}/items/{{item_id}}", self.delete_item, methods=["DELETE"]),
            Route("/v1/responses/compact", _compact, methods=["POST"]),
        ]
        return Starlette(routes=routes, exception_handlers={_Refused: _refusal})

    async def create(self, request: Request) -> JSONResponse:
        body = await _body(request)
        _check_names(body, {"items", "metadata"}, "")
        items = _added_items(body.get("items") or [])
        metadata = body.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise _Refused(400, "metadata is not an object.", "metadata")
        conversation = Conversation(
            id=_new_id("conv"),
            created_at=int(time.time()),
            metadata=metadata,
            object="conversation",
        )
        self._conversations[conversation.id] = (conversation, items)
        return JSONResponse(conversation.to_dict())

    async def delete(self, request: Request) -> JSONResponse:
        conversation, _ = self._conversation(request)
        del self._conversations[conversation.id]
        deleted = ConversationDeletedResource(
            id=conversation.id, deleted=True, object="conversation.deleted"
        )
        return JSONResponse(deleted.to_dict())

    async def add_items(self, request: Request) -> JSONResponse:
        _check_include(request)
        body = await _body(request)
        _, stored = self._conversation(request)
        _check_names(body, {"items"}, "")
        items = _added_items(body.get("items"))
        if not items:
            raise _Refused(400, "items is empty.", "items")
        stored += items
        return _page(items, has_more=False)

    async def list_items(self, request: Request) -> JSONResponse:
        _check_include(request)
        _, items = self._conversation(request)
        order = request.query_params.get("order", "desc")
        if order not in ("asc", "desc"):
            raise _Refused(400, f"order is {order!r}; it must be 'asc' or 'desc'.", "order")
        limit = request.query_params.get("limit", str(_LISTED))
        if limit not in map(str, range(1, _MAX_LISTED + 1)):
            raise _Refused(400, f"limit is {limit}; it must be 1 to {_MAX_LISTED}.", "limit")
        ordered = items if order == "asc" else items[::-1]
        after = request.query_params.get("after")
        start = 0 if after is None else _position(ordered, after) + 1
        end = start + int(limit)
        return _page(ordered[start:end], has_more=end < len(ordered))

    async def delete_item(self, request: Request) -> JSONResponse:
        conversation, items = self._conversation(request)
        del items[_position(items, request.path_params["item_id"])]
        return JSONResponse(conversation.to_dict())

    def _conversation(self, request: Request) -> tuple[Conversation, list[dict[str, Any]]]:
        conversation_id = request.path_params["conversation_id"]
        if conversation_id not in self._conversations:
            raise _Refused(404, f"Conversation with id '{conversation_id}' not found.")
        return self._conversations[conversation_id]


async def _compact(request: Request) -> JSONResponse:
    """Put one item in place of all that the user has not said."""
    body = await _body(request)
    _check_names(body, {*ResponseCompactParams.__annotations__}, "")
    if not isinstance(body.get("model"), str):
        raise _Refused(400, "model is not a string.", "model")
    if previous := body.get("previous_response_id"):
        # No response was made here.
        message = f"Previous response with id '{previous}' not found."
        raise _Refused(400, message, "previous_response_id")
    given = body.get("input")
    given = [{"role": "user", "content": given}] if isinstance(given, str) else given
    items = _checked_items(given, "input", _COMPACTED)
    if not items:
        raise _Refused(400, "input is empty.", "input")
    kept = [item for item in items if item.get("role") == "user"]
    compaction = {"type": "compaction", "id": _new_id("cmp")}
    compaction["encrypted_content"] = secrets.token_urlsafe(100)
    read = tokens(*(text_of(item.get(field)) for item in items for field in _READ))
    usage = {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read,
    }
    compacted = {"id": _new_id("resp"), "object": "response.compaction"}
    rest = {"created_at": int(time.time()), "output": [*kept, compaction], "usage": usage}
    return JSONResponse(compacted | rest)


class _Refused(Exception):
    def __init__(self, status: int, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.parameter = parameter


async def _refusal(request: Request, error: Exception) -> JSONResponse:
    """Say why a request was refused, in the form that OpenAI's API has for it."""
    assert isinstance(error, _Refused)
    said = {"message": str(error), "type": "invalid_request_error"}
    return JSONResponse(
        {"error": said | {"param": error.parameter, "code": None}}, status_code=error.status
    )


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _Refused(400, "The body is not a JSON object.")
    return body


def _page(items: list[dict[str, Any]], *, has_more: bool) -> JSONResponse:
    ids = [item["id"] for item in items] or [None]
    page = {"object": "list", "data": items, "has_more": has_more}
    return JSONResponse(page | {"first_id": ids[0], "last_id": ids[-1]})


def _position(items: list[dict[str, Any]], item_id: str) -> int:
    for position, item in enumerate(items):
        if item["id"] == item_id:
            return position
    raise _Refused(404, f"Item with id '{item_id}' not found.")


def _check_include(request: Request) -> None:
    # What can be asked for is part of the items anyway, so there is nothing to add.
    for name in request.query_params.getlist("include[]"):  # as OpenAI's client writes a list
        if name not in get_args(ResponseIncludable):
            raise _Refused(400, f"include does not know {name!r}.", "include")


def _added_items(items: Any) -> list[dict[str, Any]]:
    if isinstance(items, list) and len(items) > _MAX_ADDED:
        message = f"items has {len(items)} items; add at most {_MAX_ADDED} at a time."
        raise _Refused(400, message, "items")
    return _checked_items(items, "items", _KINDS)


def _checked_items(items: Any, name: str, kinds: _Kinds) -> list[dict[str, Any]]:
    """Return `items` as they will be listed, or refuse the request for the first bad one."""
    if not isinstance(items, list):
        raise _Refused(400, f"{name} is not a list.", name)
    return [_checked_item(item, f"{name}[{index}]", kinds) for index, item in enumerate(items)]


def _checked_item(item: Any, place: str, kinds: _Kinds) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise _Refused(400, f"{place} is not an object.", place)
    kind = item.get("type", "message")
    if not isinstance(kind, str) or kind not in kinds:
        known = ", ".join(kinds)
        message = f"{place} has the type {kind!r}; this practice server knows {known}."
        raise _Refused(400, message, place)
    model, prefix = kinds[kind]
    _check_names(item, {field.alias or name for name, field in model.model_fields.items()}, place)
    # An item's own id is replaced by one of this server's.
    made = item | {"type": kind, "id": _new_id(prefix)}
    made["status"] = item.get("status") or "completed"
    if isinstance(made.get("content"), str):
        made["content"] = [_text_part(made["content"], item.get("role"))]
    try:
        model.model_validate(made, strict=True)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, (place, *wrong["loc"])))
        raise _Refused(400, f"{where}: {wrong['msg']}.", place) from None
    return made


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(24)}"


def _text_part(text: str, role: Any) -> dict[str, Any]:
    if role == "assistant":
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {"type": "input_text", "text": text}


def _check_names(given: dict[str, Any], known: set[str], place: str) -> None:
    for name in given:
        if name not in known:
            parameter = f"{place}.{name}" if place else name
            raise _Refused(400, f"Unknown parameter: '{parameter}'.", parameter)

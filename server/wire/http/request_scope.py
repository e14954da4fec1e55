"""The outermost layer: gives each request an id, puts safe headers on each answer, and lets no exception through."""

import asyncio
import re
import uuid

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.execution.errors import ErrorPresenter
from graph.execution.refusals import RequestCode, refusal
from server.process.http_protocol import ABORT
from server.wire.http.answers import json_answer, refusal_answer, status_of
from server.wire.http.negotiation import MediaType
from server.wire.outages import outage_of
from server.wire.refusals import closing

_VALID_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = b"x-request-id"
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_ANSWER_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})
_STOPPED = closing(
    refusal(
        RequestCode.UNAVAILABLE,
        "The server stops and could not wait for this any longer. Whether changes were made is not known: look, or "
        "send it again with the same idempotencyKey.",
    )
)


class RequestScope:
    """ASGI middleware. The id stands in `scope["state"]["request_id"]`, in every log line and in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] in _ANSWER_STARTS:
                has_started = True
                _add_headers(message, request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except asyncio.CancelledError:
                # Only the end of the grace period at shutdown cancels a request.
                if scope["type"] != "http" or has_started:
                    raise
                await refusal_answer(_STOPPED)(scope, receive, send_with_headers)
            except Exception as exception:  # noqa: BLE001 - the last line of defence: logged whole, answered masked
                error = ErrorPresenter(request_id, outage_of).fault(exception)
                if scope["type"] == "http" and not has_started:
                    status = status_of(RequestCode(error["extensions"]["code"]), MediaType.GRAPHQL_RESPONSE)
                    await json_answer({"errors": [error]}, status)(scope, receive, send_with_headers)
                elif scope["type"] == "http":
                    await _cut_off(scope)


async def _cut_off(scope: Scope) -> None:
    """End the connection of an answer that cannot be ended well; what was wrong is told already."""
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is not None:
        abort()
        # The protocol hears of it in the next turn of the loop, and then misses no end of the answer.
        await asyncio.sleep(0)


def _request_id(scope: Scope) -> str:
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == _REQUEST_ID), "")
    return given if _VALID_ID.fullmatch(given) else uuid.uuid4().hex


def _add_headers(message: Message, request_id: str) -> None:
    """Nobody else sets the first; files have the second already."""
    given = message.get("headers", ())
    added = [(_REQUEST_ID, request_id.encode("ascii"))]
    if all(name != _NO_SNIFFING[0] for name, _ in given):
        added.append(_NO_SNIFFING)
    message["headers"] = [*given, *added]

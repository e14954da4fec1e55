"""Server-sent events: each operation on a connection of its own (graphql-sse protocol, "distinct connections mode")."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, aclosing
from functools import partial
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graph.execution.refusals import RequestRefused
from graph.live import event_cursor
from server.authentication import Authenticator
from server.metrics.live import AnswerKind, Transport
from server.process.http_protocol import SENDS
from server.wire.http.deadline import run_within
from server.wire.http.operation_answers import content_of, outcome_of, result_of, written_answer
from server.wire.http.operations import ReadyOperation
from server.wire.http.request_log import OperationRecord
from server.wire.live.open_connections import LiveConnections
from server.wire.live.operation import LiveOperation, errors_of
from server.wiring import Application

_HEADERS = {"cache-control": "no-store", "vary": "Accept", "x-accel-buffering": "no"}
_COMMENT = b":\n\n"
_COMPLETE = b"event: complete\ndata:\n\n"
_COMMENT_SECONDS = 12.0
"""So often something is sent, so that a reader that is gone is noticed; the protocol's own suggestion."""


class EventStreams:
    """Answers operations of clients that take nothing but text/event-stream."""

    def __init__(self, application: Application, authenticator: Authenticator, connections: LiveConnections) -> None:
        self._authenticator = authenticator
        self._timeout_seconds = application.settings.request_timeout_seconds
        self._connections = connections

    async def answer(self, request: Request, ready: ReadyOperation, record: OperationRecord) -> Response:
        """The stream of a subscription, or of the one result of another operation.

        Raises RequestRefused, GraphQL's errors as such, before anything is sent.
        """
        if ready.prepared.kind is not OperationType.SUBSCRIPTION:
            return await self._one_result(request, ready, record)
        self._connections.check_room(ready.context.actor)
        try:
            # What an EventSource has seen when its connection broke off, which it takes up again by itself.
            after = request.headers.get("last-event-id") or None
            operation = await LiveOperation.open(ready, Transport.EVENT_STREAM, self._timeout_seconds, after)
            self._check_room(ready, operation)
        except RequestRefused:
            raise
        except Exception as exception:  # noqa: BLE001 - every failure to subscribe is told in the same form
            record.outcome, errors = errors_of(exception, ready.context.request_id)
            return Response(
                orjson.dumps({"errors": errors}), 400, _HEADERS, "application/graphql-response+json; charset=utf-8"
            )
        record.outcome = "OK"
        check = partial(self._authenticator.check_again, request.headers)
        return _EventStream(operation, ready.context.request_id, self._connections, check)

    def _check_room(self, ready: ReadyOperation, operation: LiveOperation) -> None:
        """Look again, as others may have come meanwhile."""
        try:
            self._connections.check_room(ready.context.actor)
        except RequestRefused:
            operation.close()
            raise

    async def _one_result(self, request: Request, ready: ReadyOperation, record: OperationRecord) -> Response:
        with ExitStack() as held:
            result = await run_within(self._timeout_seconds, request, ready.prepared.kind, result_of(ready, held))
            content = content_of(ready, result)
            body = await written_answer(ready, content)
        record.outcome = outcome_of(ready, content)
        return Response(_next(body) + _COMPLETE, 200, _HEADERS, "text/event-stream")


class _EventStream(Response):
    """The open answer of a subscription."""

    def __init__(
        self,
        operation: LiveOperation,
        request_id: str,
        connections: LiveConnections,
        check_token: Callable[..., Awaitable[None]],
    ) -> None:
        self._check_token = check_token
        self._refused: asyncio.Future[RequestRefused] = asyncio.get_running_loop().create_future()
        super().__init__(headers=_HEADERS, media_type="text/event-stream; charset=utf-8")
        del self.headers["content-length"]
        self._operation = operation
        self._request_id = request_id
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the subscription ends or the client goes away."""
        scope["extensions"][SENDS] = AnswerKind.EVENT_STREAM
        with self._connections.known(self._operation.actor, self):
            sending = asyncio.create_task(self._send_events(send))
            leaving = asyncio.create_task(_disconnected(receive))
            try:
                await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                sending.cancel()
                leaving.cancel()
                await asyncio.wait({sending, leaving})
            if not sending.cancelled():
                sending.result()

    async def end_if_revoked(self, at_most_old_seconds: float) -> None:
        """End with the refusal as the last result when the token was revoked."""
        try:
            await self._check_token(at_most_old_seconds)
        except RequestRefused as refused:
            if not self._refused.done():
                self._refused.set_result(refused)

    async def _texts(self, payloads: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
        """The payloads as events, and a comment whenever none came for a while. Close it before the payloads."""
        following: asyncio.Task[bytes] | None = None
        try:
            while True:
                following = following or asyncio.ensure_future(anext(payloads))
                waited_for: set[asyncio.Future[Any]] = {following, self._refused}
                done, _ = await asyncio.wait(waited_for, timeout=_COMMENT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if self._refused in done:
                    raise self._refused.result()
                if not done:
                    yield _COMMENT
                    continue
                try:
                    payload = following.result()
                except StopAsyncIteration:
                    return
                following = None
                yield _next(payload, self._id())
        finally:
            if following is not None:
                following.cancel()
                await asyncio.wait({following})

    def _id(self) -> bytes:
        """The line by which a client tells after a break which event it has: its cursor."""
        event = self._operation.latest
        return b"id: %s\n" % event_cursor(event).encode() if event is not None else b""

    async def _send_events(self, send: Send) -> None:
        async def write(body: bytes, *, is_last: bool = False) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": not is_last})

        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async with self._operation.payloads() as payloads, aclosing(self._texts(payloads)) as texts:
                await write(_COMMENT)
                async for text in texts:
                    await self._check_token()
                    await write(text)
        except Exception as exception:  # noqa: BLE001 - told masked and logged whole
            # The protocol has no message for an operation that breaks off: the errors come as a last result.
            _, errors = errors_of(exception, self._request_id)
            await write(_next(orjson.dumps({"errors": errors})))
        await write(_COMPLETE, is_last=True)


def _next(payload: bytes, id: bytes = b"") -> bytes:
    return b"event: next\n" + id + b"data: " + payload + b"\n\n"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

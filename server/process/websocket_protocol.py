"""uvicorn's WebSocket protocol (on the library websockets), made to stand hostile clients without an error in the log.

What is mended: bad UTF-8 and refusals by an HTTP answer were logged as errors; a refused handshake left the connection
open; an endless row of empty fragments and pings whose answers nobody reads grew in memory.
"""

from asyncio import BaseTransport
from typing import Any

import structlog
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from server.metrics.live import DROPPED, AnswerKind, DropReason
from server.process.bare_answers import bad_request

CLOSES_AT_ONCE = "partsgraph.closes_at_once"
"""The extension of a scope by which a WebSocket is closed without waiting for the client's close."""

_MOST_FRAGMENTS = 1_000
_MOST_UNREAD_BYTES = 1_000_000
_CLOSE_SECONDS = 2.0

_log = structlog.get_logger("partsgraph.live")


class SturdyWebSocketProtocol(WebSocketsSansIOProtocol):
    """Given to uvicorn.Config as `ws`."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Wait for the client's close for a moment only: until then a connection costs a file, and counts nowhere."""
        super().connection_made(transport)
        self.close_timeout = _CLOSE_SECONDS

    def connection_lost(self, exc: Exception | None) -> None:
        """End the parser, which knows its connection and is known by it: both would wait for the garbage collector."""
        super().connection_lost(exc)
        self.conn.parser.close()

    def data_received(self, data: bytes) -> None:
        """Take what the client sent."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_complete:
            self._refuse_handshake()

    def handle_connect(self, event: Request) -> None:
        """Begin, or refuse a handshake that is none."""
        try:
            super().handle_connect(event)
        except UnicodeError:
            self._refuse_handshake()

    def handle_cont(self, event: Frame) -> None:
        """Take a fragment of a message."""
        if len(self.frames) >= _MOST_FRAGMENTS:
            self._fail(CloseCode.POLICY_VIOLATION, "too many fragments")
            return
        super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer a ping, unless the answers are not read."""
        if self.transport.get_write_buffer_size() > _MOST_UNREAD_BYTES:
            self.transport.abort()
            return
        super().handle_ping()

    def keepalive_timeout(self) -> None:
        """Let go of a client that answers no ping."""
        if not self.close_sent and not self.transport.is_closing():
            DROPPED.labels(DropReason.NOT_ANSWERING.value).inc()
            _log.info("subscriber_let_go", reason=DropReason.NOT_ANSWERING.value)
        super().keepalive_timeout()

    def send_receive_event_to_app(self) -> None:
        """Hand on a whole message, or close with 1007 when its text is not UTF-8."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self.frames = []
            self._fail(CloseCode.INVALID_DATA, "not UTF-8")
            return
        super().send_receive_event_to_app()

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message of the application; a refusal by an HTTP answer ends the handshake."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True
        if message["type"] == "websocket.close" and CLOSES_AT_ONCE in (self.scope["extensions"] or {}):
            self.transport.close()

    def answering(self) -> tuple[AnswerKind, str | None]:
        """What is being sent, and the id of its request."""
        scope: dict[str, Any] = getattr(self, "scope", {})
        return AnswerKind.WEBSOCKET, scope.get("state", {}).get("request_id")

    def _fail(self, code: CloseCode, reason: str) -> None:
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.handle_parser_exception()

    def _refuse_handshake(self) -> None:
        """400 in the form of every other answer."""
        self.handshake_complete = True
        self.close_sent = True
        self.transport.write(bad_request("This is not a WebSocket handshake."))
        self.transport.close()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

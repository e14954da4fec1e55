"""GraphQL over a WebSocket: who may connect, and the life of one connection (graphql-transport-ws)."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from domain.entities.actor import Actor
from graph.execution.refusals import RequestCode, RequestRefused
from server.authentication import Authenticator
from server.process.websocket_protocol import CLOSES_AT_ONCE
from server.settings import Settings
from server.wire.http.answers import refusal_answer
from server.wire.http.client_address import ClientAddresses
from server.wire.http.operations import Operations
from server.wire.live.open_connections import LiveConnections
from server.wire.live.socket_messages import (
    SUBPROTOCOL,
    CloseCode,
    Complete,
    ConnectionClosed,
    ConnectionInit,
    Ping,
    Pong,
    Subscribe,
    acknowledged,
    pong,
    read_message,
)
from server.wire.live.socket_operations import SocketOperations
from server.wire.outages import outage_of


@dataclass(frozen=True, slots=True)
class SocketEndpoint:
    """The ASGI application behind WebSockets at /graphql."""

    settings: Settings
    authenticator: Authenticator
    operations: Operations
    connections: LiveConnections
    addresses: ClientAddresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection from handshake to close."""
        try:
            self.connections.check_room()
        except RequestRefused as refused:
            await refusal_answer(refused)(scope, receive, send)
            return
        socket = Socket(self, scope, receive, send)
        with self.connections.socket(socket, self.addresses.of(scope)):
            await socket.run()


class Socket:
    """One connection. Messages are taken one after the other: the pong to a ping that was sent after a subscribe comes
    when the subscription is there."""

    def __init__(self, endpoint: SocketEndpoint, scope: Scope, receive: Receive, send: Send) -> None:
        self._settings = endpoint.settings
        self._authenticator = endpoint.authenticator
        self._scope = scope
        self._receive = receive
        self._send_message = send
        self._headers: Mapping[str, str] = Headers(scope=scope)
        self._is_acknowledged = False
        self._is_gone = False
        self._connections = endpoint.connections
        self._known = ExitStack()
        self._closing: asyncio.Task[None] | None = None
        self._operations = SocketOperations(self, endpoint.operations, endpoint.settings)
        self.request_id: str = scope["state"]["request_id"]

    async def run(self) -> None:
        """Take messages until one side closes the connection."""
        await self._receive()
        speaks = SUBPROTOCOL in self._scope["subprotocols"]
        accept: Message = {"type": "websocket.accept", "subprotocol": SUBPROTOCOL if speaks else None, "headers": []}
        try:
            await self._send_message(accept)
            if not speaks:
                raise ConnectionClosed(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            await self._take_messages()
        except ConnectionClosed as closed:
            await self.close(closed.code, closed.reason)
        except OSError:
            # The client went away while it was written to.
            self._is_gone = True
        finally:
            self._is_gone = True
            self._known.close()
            await self._operations.end()
            if self._closing is not None:
                await asyncio.wait({self._closing})

    async def authenticate(self) -> Actor:
        """The actor of the connection, looked up again. Raises ConnectionClosed (4403) when the token is not valid."""
        try:
            return await self._authenticator.authenticate(self._headers)
        except RequestRefused as refused:
            raise ConnectionClosed(CloseCode.FORBIDDEN, refused.errors[0].message) from None

    async def check_token(self) -> None:
        """Raises ConnectionClosed (4403) when the token was revoked."""
        try:
            await self._authenticator.check_again(self._headers)
        except RequestRefused as refused:
            raise ConnectionClosed(CloseCode.FORBIDDEN, refused.errors[0].message) from None

    async def send(self, message: bytes) -> None:
        """Send a message; it waits for a client that reads slowly, until that one is cut off."""
        if self._is_gone:
            return
        try:
            await self._send_message({"type": "websocket.send", "text": message.decode()})
        except OSError:
            self._is_gone = True

    async def close(self, code: CloseCode, reason: str) -> None:
        """Close the connection, unless it is closed."""
        if self._is_gone:
            return
        self._is_gone = True
        if not self._is_acknowledged and code in {CloseCode.TRY_AGAIN_LATER, CloseCode.INITIALISATION_TIMEOUT}:
            # Strangers who say nothing do not say goodbye.
            self._scope["extensions"][CLOSES_AT_ONCE] = True
        try:
            await self._send_message({"type": "websocket.close", "code": int(code), "reason": reason})
        except (OSError, RuntimeError):
            # uvicorn tells by these that the connection is closed already.
            return

    def displace(self) -> None:
        """Close: a stranger that came later has the place now."""
        self._close_soon(CloseCode.TRY_AGAIN_LATER, "Another connection came before this one began")

    async def end_if_revoked(self, at_most_old_seconds: float) -> None:
        """Close with 4403 when the token was revoked."""
        try:
            await self._authenticator.check_again(self._headers, at_most_old_seconds)
        except RequestRefused as refused:
            self._close_soon(CloseCode.FORBIDDEN, refused.errors[0].message)

    def _close_soon(self, code: CloseCode, reason: str) -> None:
        # A client that reads nothing is waited for by nobody else.
        if self._closing is None:
            self._closing = asyncio.create_task(self.close(code, reason))

    async def go_away(self) -> None:
        """End in order, when the server stops: what runs completes, then the connection closes with 1001."""
        await self._operations.completed()
        await self.close(CloseCode.GOING_AWAY, "The server is stopping")

    async def _take_messages(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.connection_init_timeout_seconds
        while True:
            try:
                async with asyncio.timeout_at(None if self._is_acknowledged else deadline):
                    message = await self._receive()
            except TimeoutError:
                raise ConnectionClosed(CloseCode.INITIALISATION_TIMEOUT, "Connection initialisation timeout") from None
            if message["type"] == "websocket.disconnect":
                return
            await self._take(message.get("text"))

    async def _take(self, text: str | None) -> None:
        match await read_message(text, self._settings.max_input_values):
            case ConnectionInit(payload):
                await self._initialise(payload)
            case Ping(payload):
                await self.send(pong(payload))
            case Pong():
                return
            case Subscribe() as wanted:
                if not self._is_acknowledged:
                    raise ConnectionClosed(CloseCode.UNAUTHORIZED, "Unauthorized")
                await self._operations.begin(wanted)
            case Complete(id):
                self._operations.stop(id)

    async def _initialise(self, payload: Mapping[str, Any]) -> None:
        if self._is_acknowledged:
            raise ConnectionClosed(CloseCode.TOO_MANY_INITIALISATIONS, "Too many initialisation requests")
        given = next((value for name, value in payload.items() if name.lower() == "authorization"), None)
        if isinstance(given, str):
            self._headers = {"authorization": given}
        try:
            actor = await self.authenticate()
            self._known.enter_context(self._connections.known(actor, self))
        except RequestRefused as refused:
            raise ConnectionClosed(CloseCode.TRY_AGAIN_LATER, refused.code.value) from None
        except Exception as exception:
            if outage_of(exception) is None:
                raise
            raise ConnectionClosed(CloseCode.TRY_AGAIN_LATER, RequestCode.UNAVAILABLE.value) from None
        self._connections.known_now(self)
        self._is_acknowledged = True
        await self.send(acknowledged())

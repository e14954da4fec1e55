"""A client of graphql-transport-ws that shows every message as it is on the wire."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests import waiting
from tests.graphql_client import Json
from tests.server_process import ServerProcess

PROTOCOL = "graphql-transport-ws"
STOCK_CHANGES = """
subscription Changes($partKey: PartKey, $boxNumber: Int, $after: String) {
  stockChanged(partKey: $partKey, boxNumber: $boxNumber, after: $after) {
    cursor partKey change { id locationReference delta quantityAfter totalAfter operation { id kind } }
  }
}
"""


class Socket:
    """One connection; `wire` is the connection of the library."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire
        # Messages that came while another was waited for.
        self._early: deque[Json] = deque()

    async def send(self, **message: Any) -> None:
        """Send one message."""
        await self.wire.send(json.dumps(message))

    async def receive(self) -> Json:
        """The next message. Raises TimeoutError when none comes within a minute."""
        return self._early.popleft() if self._early else await self._next()

    async def _next(self) -> Json:
        async with asyncio.timeout(waiting.patience(60)):
            message: Json = json.loads(await self.wire.recv())
        return message

    async def subscribe(
        self, id: str = "1", query: str = STOCK_CHANGES, variables: Mapping[str, Any] | None = None
    ) -> None:
        """Subscribe, and return when the subscription is there: a pong comes after the subscribe before its ping.

        What is there to tell already, as when it resumes, may come before the pong; it is received as ever.
        """
        await self.send(id=id, type="subscribe", payload={"query": query, "variables": dict(variables or {})})
        await self.send(type="ping")
        while (message := await self._next()) != {"type": "pong"}:
            assert message["type"] in {"next", "complete"}, message
            self._early.append(message)

    async def change(self, id: str = "1") -> Json:
        """The stock change in the next message, which must be one of this subscription."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("next", id), message
        assert "errors" not in message["payload"], message
        changed: Json = message["payload"]["data"]["stockChanged"]
        return changed

    async def closed_without_events(self) -> tuple[int, str]:
        """Code and reason of the close that must come now, before any other message."""
        with pytest.raises(ConnectionClosed) as closed:
            await self.receive()
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code, closed.value.rcvd.reason

    async def closed(self) -> tuple[int, str]:
        """Code and reason of the close that must come now, whatever messages come before.

        Raises TimeoutError when it does not come within a minute.
        """
        try:
            async with asyncio.timeout(waiting.patience(60)):
                while True:
                    await self.wire.recv()
        except ConnectionClosed as closed:
            if closed.rcvd is None:
                raise
            return closed.rcvd.code, closed.rcvd.reason


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    """Return when the condition holds."""
    await waiting.until(holds)


@asynccontextmanager
async def open_socket(
    server: ServerProcess, *, protocol: str | None = PROTOCOL, **options: Any
) -> AsyncIterator[Socket]:
    """A connection that has said nothing yet."""
    subprotocols = [Subprotocol(protocol)] if protocol is not None else None
    address = f"ws://127.0.0.1:{server.port}/graphql"
    options = {"proxy": None, "compression": None, "max_size": None} | options
    async with connect(address, subprotocols=subprotocols, **options) as wire:
        yield Socket(wire)


@asynccontextmanager
async def acknowledged(
    server: ServerProcess, payload: Mapping[str, Any] | None = None, **options: Any
) -> AsyncIterator[Socket]:
    """A connection whose connection_init was acknowledged."""
    async with open_socket(server, **options) as socket:
        await socket.send(type="connection_init", payload=dict(payload or {}))
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket

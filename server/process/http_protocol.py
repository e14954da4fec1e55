"""uvicorn's protocol with three differences: what is not HTTP is answered in the same form as everything else, a client
that is slow to ask is let go, and a connection can be drained."""

import asyncio
import math
from asyncio.events import TimerHandle
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.process.bare_answers import bad_request
from server.wire.http.whole_answers import WholeAnswers

_HEAD_SECONDS = 15.0

ABORT = "partsgraph.abort"
"""The extension of a scope that cuts the connection off, for clients that take nothing off it."""


class GraphQLShapedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools; given to uvicorn.Config as `http`."""

    def send_400_response(self, msg: str) -> None:
        """Refuse bytes that no HTTP request can be read from, and close the connection."""
        if self._answers is not None:
            self._answers.flush()
        self.transport.write(bad_request(msg))
        self.transport.close()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expects the head of a request soon."""
        super().connection_made(transport)
        self._answers: WholeAnswers | None = None
        self._is_in_head = True
        self._head_timer: TimerHandle | None = None
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the timer."""
        self._head_has_come()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads a piece of a request; one whose head has begun has to bring the rest of it in time."""
        super().data_received(data)
        if self._is_in_head and self._head_timer is None:
            self._expect_head()

    def on_message_begin(self) -> None:
        """A request begins; its answer may cut the connection off."""
        self._is_in_head = True
        super().on_message_begin()
        extensions: dict[str, Any] = {ABORT: self.transport.abort}
        self.scope["extensions"] = extensions

    def on_headers_complete(self) -> None:
        """Its head is there; its answer is sent in one piece, where it comes in one."""
        self._head_has_come()
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            # The task that answers runs later, so nothing was sent yet.
            self._answers = WholeAnswers(self.transport, self.loop)
            self.cycle.transport = cast(asyncio.Transport, self._answers)

    def drain(self, idle_seconds: float) -> None:
        """Close after the answer that is being made, or after so many idle seconds.

        An answer whose head has gone out cannot say any more that it is the last one on its connection.
        A request that comes before then is still answered; the default headers of the server tell its client to go.
        """
        self.timeout_keep_alive = math.ceil(idle_seconds)
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]  # there is none at first
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(idle_seconds, self.timeout_keep_alive_handler)
        elif not self.cycle.response_started:
            self.cycle.keep_alive = False

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(_HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _head_has_come(self) -> None:
        self._is_in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

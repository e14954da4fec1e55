"""uvicorn's protocol with some differences: what is not HTTP, or too much of it, is answered like everything else; who
is slow to ask is let go, and who sends on what was answered; an offer of HTTP/2 is ignored, and trailers are; HTTP/1.0
gets no chunks; where descriptors run out, health alone is told; and a connection can be drained."""

import asyncio
import math
from asyncio.events import TimerHandle
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from graph.execution.refusals import RequestRefused
from graph.file_addresses import FILES
from server.metrics.live import ENDED, AnswerKind, EndReason
from server.process.bare_answers import bare_answer, end_of
from server.process.close_delimited import CloseDelimitedAnswers
from server.process.descriptor_reserve import SECONDS_IN_RESERVE, DescriptorReserve, check_target
from server.process.ignored_upgrade import head_without_upgrade
from server.process.leftovers import Leftovers
from server.process.reader_watch import MeteredTransport
from server.process.request_bounds import RequestBounds, RequestNotServed, refusal_in
from server.wire.http.whole_answers import WholeAnswers

_HEAD_SECONDS = 15.0

SENDS = "partsgraph.sends"
"""The extension of a scope in which an application notes the AnswerKind, where the address does not tell it."""
ABORT = "partsgraph.abort"
"""The extension of a scope that cuts the connection off, for an answer that cannot be ended well."""


class GraphQLShapedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools; given to uvicorn.Config as `http`, with its `reserve`."""

    def __init__(self, *args: Any, reserve: DescriptorReserve, **named: Any) -> None:
        super().__init__(*args, **named)
        self._reserve = reserve

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expects the head of a request soon."""
        super().connection_made(cast(asyncio.Transport, MeteredTransport(transport)))
        self._is_reserved = self._reserve.takes(self, transport.get_extra_info("socket"))
        self._answers: WholeAnswers | None = None
        self._bounds = RequestBounds()
        self._leftovers = Leftovers(self.transport, self.loop)
        self._ignores_upgrade, self._is_in_head = False, True
        self._head_timer: TimerHandle | None = None
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets all timers, after a reset too, and all that knows us: in a cycle we would wait for the collector."""
        self._reserve.forget(self)
        self._head_has_come()
        self._leftovers.forget()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        self._leave()

    def data_received(self, data: bytes) -> None:
        """Reads a piece of a request; one whose head has begun has to bring the rest of it in time."""
        self._leftovers.came(len(data))
        if self._leftovers.are_dropped:
            return
        self._unset_keepalive_if_required()
        self._bounds.came(len(data))
        try:
            self._feed(data)
            self._bounds.look_at_unread()
        except RequestNotServed as unserved:
            self._refuse(unserved.status, unserved.refused)
        except httptools.HttpParserError as error:
            self._refuse(*refusal_in(error))
        else:
            if self._is_in_head and self._head_timer is None:
                self._expect_head()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._is_in_head = True
        self._bounds.begin_head()
        # It may have come together with the end of what was left of the last one.
        self._unset_keepalive_if_required()
        super().on_message_begin()
        extensions: dict[str, Any] = {ABORT: self.transport.abort}
        self.scope["extensions"] = extensions

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self._bounds.target(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header line. A trailer comes after the head was looked at, and is dropped: it is no header any more."""
        self._bounds.line(len(name) + len(value))
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Its head is there; its answer is sent in one piece, where it comes in one."""
        self._head_has_come()
        self._bounds.begin_body()
        if self._is_reserved:
            check_target(self.url)
        if self._offers_another_protocol():
            self._ignores_upgrade = True
            return
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            # The task that answers runs later, so nothing was sent yet.
            kind = CloseDelimitedAnswers if self.scope["http_version"] == "1.0" else WholeAnswers
            self._answers = kind(self.transport, self.loop, self._close)
            self.cycle.transport = cast(asyncio.Transport, self._answers)
            if self._is_reserved:
                self.cycle.keep_alive = False

    def on_chunk_header(self) -> None:
        """The size of a chunk was read, with its extensions, which nobody looks at."""
        self._bounds.went_on()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._bounds.went_on()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of a request is there."""
        self._bounds.went_on()
        if not self._ignores_upgrade:
            super().on_message_complete()
        if self._leftovers.have_come():
            # What came put off the end of an idle connection.
            self._idle_for(self.timeout_keep_alive)

    def on_response_complete(self) -> None:
        """An answer is sent. Whoever goes on with its request may not take for ever."""
        super().on_response_complete()
        cycle = self._current()
        if cycle is not None and cycle.response_complete and cycle.more_body and not self._leftovers.are_dropped:
            self._leftovers.expect()

    def drain(self, idle_seconds: float) -> None:
        """Close after the answer that is being made, or after so many idle seconds.

        An answer whose head has gone out cannot say any more that it is the last one on its connection.
        A request that comes before then is still answered; the default headers of the server tell its client to go.
        """
        self.timeout_keep_alive = math.ceil(idle_seconds)
        cycle = self._current()
        if cycle is None or cycle.response_complete:
            self._unset_keepalive_if_required()
            self._idle_for(idle_seconds)
        elif not cycle.response_started:
            cycle.keep_alive = False

    def answering(self) -> tuple[AnswerKind, str | None]:
        """What is being sent, and the id of its request."""
        cycle = self._current()
        scope: dict[str, Any] = cast(dict[str, Any], cycle.scope) if cycle is not None else {}
        by_address = AnswerKind.FILE if scope.get("path", "").startswith(f"{FILES}/") else AnswerKind.ANSWER
        return scope.get("extensions", {}).get(SENDS, by_address), scope.get("state", {}).get("request_id")

    def _current(self) -> RequestResponseCycle | None:
        """The request that is being answered, or was last; there is none at first, nor where the connection is gone."""
        return cast(RequestResponseCycle | None, self.cycle)

    def _expect_head(self) -> None:
        seconds = SECONDS_IN_RESERVE if self._is_reserved else _HEAD_SECONDS
        self._head_timer = self.loop.call_later(seconds, self._end, EndReason.SLOW_HEAD)

    def _end(self, reason: EndReason) -> None:
        if not self.transport.is_closing():
            ENDED.labels(reason.value).inc()
            self.transport.close()

    def _head_has_come(self) -> None:
        self._is_in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _idle_for(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                self._leave()
            elif self._ignores_upgrade:
                self._feed_without_upgrade(data[upgrade.args[0] :])
            else:
                self._unsupported_upgrade_warning()

    def _leave(self) -> None:
        """The connection is gone, or another protocol's."""
        self._answers = None
        self.pipeline.clear()
        self.cycle = self.parser = None  # type: ignore[assignment]  # as before the first request, and as uvicorn does

    def _offers_another_protocol(self) -> bool:
        """Whether the head offers an upgrade to something else than WebSockets, such as HTTP/2 in clear text (h2c)."""
        return self.parser.should_upgrade() and not self._should_upgrade() and self.parser.get_method() != b"CONNECT"

    def _feed_without_upgrade(self, rest: bytes) -> None:
        """Read the request as if the offer had not been made: the parser would leave its body unread."""
        self._ignores_upgrade = False
        head = head_without_upgrade(self.parser, self.url, self.headers)
        self.parser = httptools.HttpRequestParser(self)
        self._feed(head + rest)

    def _refuse(self, status: int, refused: RequestRefused) -> None:
        """Answer in the form of every other answer, and close the connection when the client had time to read it."""
        ENDED.labels(end_of(refused).value).inc()
        self._head_has_come()
        self._leftovers.drop()
        if self.is_answering():
            # What came is wrong, but nobody asked for its answer yet: the one that is being made is the last.
            self.cycle.keep_alive = False
            return
        cycle = self._current()
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        if self._answers is not None:
            self._answers.flush()
        self.transport.write(bare_answer(status, refused))
        self._linger()

    def _close(self) -> None:
        """Close after the last answer; where its request is not there whole, when the client had time to read it."""
        cycle = self._current()
        if cycle is not None and cycle.more_body and not self.transport.is_closing():
            self._linger()
        else:
            self.transport.close()

    def _linger(self) -> None:
        self.flow.resume_reading()
        self._leftovers.end()

    def is_answering(self) -> bool:
        """Whether an answer is being made that belongs to an earlier request, or has begun."""
        cycle = self._current()
        if cycle is None or cycle.response_complete:
            return False
        return cycle.response_started or not cycle.more_body

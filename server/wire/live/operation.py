"""A subscription that is open: its events, and the payload that its client is sent for each."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import ExitStack, aclosing, asynccontextmanager
from typing import Any

import orjson
import structlog
from graphql import GraphQLError, OperationType

from graph.execution.errors import ErrorPresenter
from graph.execution.refusals import RequestCode, RequestRefused
from graph.execution.subscribing import answer_events, source_stream
from persistence.readers.live import Event, Subscriber, SubscriberTooSlow
from server.metrics.live import DROPPED, EVENTS, SUBSCRIBERS, DropReason, Transport
from server.wire.http.answers import shown
from server.wire.http.deadline import timed_out
from server.wire.http.operation_answers import content_of, written_answer
from server.wire.http.operations import ReadyOperation
from server.wire.outages import outage_of

_log = structlog.get_logger("partsgraph.live")

Errors = list[dict[str, Any]]

# Events that wait are answered together, at most so many, and no more than may cost this much together.
_MOST_TOGETHER = 25
_MOST_COST_TOGETHER = 1_000


class LiveOperation:
    """Iterates over payloads; the iteration ends when the server completes the subscription."""

    def __init__(self, ready: ReadyOperation, stream: Subscriber, transport: Transport, timeout_seconds: float) -> None:
        self._ready = ready
        self._stream = stream
        self._transport = transport
        self._timeout_seconds = timeout_seconds
        self._together = max(1, min(_MOST_TOGETHER, _MOST_COST_TOGETHER // max(1, ready.cost)))
        # One that is not given has its default, which is another question than null.
        given = ready.given_variables
        asked_with = {name: given[name] for name in ready.prepared.variables_below if name in given}
        variables = orjson.dumps(asked_with, option=orjson.OPT_SORT_KEYS)
        self._same_question = (id(ready.prepared), ready.context.actor, variables)
        self.actor = ready.context.actor
        """Who subscribed."""
        self.latest: Event[Any] | None = None
        """The event of the payload that was given last."""

    @classmethod
    async def open(
        cls, ready: ReadyOperation, transport: Transport, timeout_seconds: float, after: str | None = None
    ) -> "LiveOperation":
        """Subscribe; `after` is a cursor that counts before the one in the document.

        Raises GraphQLError, RequestRefused, and TimeoutError when it takes too long.
        """
        instead = {"after": after} if after is not None else {}
        async with asyncio.timeout(timeout_seconds):
            stream: Subscriber = await source_stream(ready.prepared, ready.variables, ready.context, instead)
        return cls(ready, stream, transport, timeout_seconds)

    @asynccontextmanager
    async def payloads(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """The payloads as JSON texts; leaving the block ends the subscription. Raises SubscriberTooSlow."""
        gauge = SUBSCRIBERS.labels(self._transport.value)
        gauge.inc()
        try:
            async with aclosing(self._payloads()) as payloads:
                yield payloads
        finally:
            gauge.dec()
            self._stream.close()

    def close(self) -> None:
        """End a subscription whose payloads nobody wants."""
        self._stream.close()

    async def _payloads(self) -> AsyncGenerator[bytes]:
        sent = EVENTS.labels(self._ready.prepared.root_fields[0])
        try:
            while events := await self._stream.take(self._together):
                self._make(events)
                for event in events:
                    payload = await self._payload(event)
                    self.latest = event
                    yield payload
                    self._stream.done(event)
                    sent.inc()
        except SubscriberTooSlow:
            DROPPED.labels(DropReason.QUEUE_FULL.value).inc()
            _log.info("subscriber_let_go", reason=DropReason.QUEUE_FULL.value)
            raise

    def _make(self, events: Sequence[Event[Any]]) -> None:
        """Begin what is answered to the events, where nobody has begun it.

        Made once for all who ask the same of an event with the same rights; a fault of it is logged once.
        """
        question = self._same_question
        new = [event for event in events if question not in event.answers]
        if new:
            making = asyncio.create_task(self._make_payloads(new))
            for event in new:
                event.answers[question] = making

    async def _payload(self, event: Event[Any]) -> bytes:
        answer = event.answers[self._same_question]
        if isinstance(answer, asyncio.Task):
            await asyncio.shield(answer)
            answer = event.answers[self._same_question]
        payload: bytes = answer
        return payload

    async def _make_payloads(self, events: Sequence[Event[Any]]) -> None:
        """Put its payload in the place of this task, for each event: one that waits must not hold those of others."""
        ready = self._ready
        with ExitStack() as held:
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    await ready.take_turn(held, len(events))
                    results = await answer_events(ready.prepared, ready.variables, ready.context, events)
            except TimeoutError:
                results = [timed_out(OperationType.SUBSCRIPTION)] * len(events)
            for event, result in zip(events, results, strict=True):
                event.answers[self._same_question] = await written_answer(ready, content_of(ready, result))


def errors_of(exception: Exception, request_id: str) -> tuple[str, Errors]:
    """The code and the errors that a client is shown for an operation that did not begin or broke off."""
    if isinstance(exception, RequestRefused):
        return exception.code.value, [shown(error) for error in exception.errors]
    presenter = ErrorPresenter(request_id, outage_of)
    match exception:
        case GraphQLError():
            errors = presenter.present([exception])
        case SubscriberTooSlow():
            message = "You did not keep up with the events. Subscribe again, with the cursor of the last one you have."
            errors = [{"message": message, "extensions": {"code": RequestCode.SUBSCRIBER_TOO_SLOW.value}}]
        case _:
            errors = [presenter.fault(exception)]
    return errors[0]["extensions"]["code"], errors

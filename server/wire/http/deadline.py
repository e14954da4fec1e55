"""How long an operation may run: until its deadline, and a query only while its client is there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from graphql import ExecutionResult, GraphQLError, OperationType
from starlette.requests import ClientDisconnect, Request

from graph.execution.errors import OUTAGE_MESSAGES
from graph.execution.refusals import RequestCode

T = TypeVar("T")

_UNWATCHED_SECONDS = 0.02
_MAYBE_DONE = " Whether its changes were made is not known: look, or send it again with the same idempotencyKey."


async def run_within(
    timeout_seconds: float, request: Request, kind: OperationType, running: Coroutine[Any, Any, ExecutionResult]
) -> ExecutionResult:
    """The result of the operation, or a result without data and the error TIMEOUT.

    At the deadline the operation is cancelled and gives its connections back. A mutation is not cancelled when its
    client goes away: what it began it finishes. Raises ClientDisconnect when the client of a query goes away.
    """
    is_mutation = kind is OperationType.MUTATION
    return await before_deadline(timeout_seconds, kind, running if is_mutation else while_connected(request, running))


async def before_deadline(
    timeout_seconds: float, kind: OperationType, running: Coroutine[Any, Any, ExecutionResult]
) -> ExecutionResult:
    """The result of the operation, or a result without data and the error TIMEOUT."""
    try:
        async with asyncio.timeout(timeout_seconds):
            return await running
    except TimeoutError:
        return timed_out(kind)


def timed_out(kind: OperationType) -> ExecutionResult:
    """The result of an operation that took too long."""
    is_mutation = kind is OperationType.MUTATION
    message = OUTAGE_MESSAGES[RequestCode.TIMEOUT] + (_MAYBE_DONE if is_mutation else "")
    return ExecutionResult(None, [GraphQLError(message, extensions={"code": RequestCode.TIMEOUT.value})])


async def while_connected(request: Request, running: Coroutine[Any, Any, T]) -> T:
    """What is made for a client that is there; it is cancelled when the client goes away. Raises ClientDisconnect.

    Most operations have ended before it is worth while to look.
    """
    operation = asyncio.current_task()
    assert operation is not None
    watch = _Watch(request, operation)
    try:
        return await running
    except asyncio.CancelledError:
        if watch.client_is_gone and operation.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        watch.end()


class _Watch:
    """Cancels an operation when its client goes away, from a moment after its start on."""

    def __init__(self, request: Request, operation: "asyncio.Task[Any]") -> None:
        self.client_is_gone = False
        self._request = request
        self._operation = operation
        self._looking: asyncio.Task[None] | None = None
        self._begin = asyncio.get_running_loop().call_later(_UNWATCHED_SECONDS, self._look)

    def _look(self) -> None:
        self._looking = asyncio.ensure_future(self._wait_for_disconnect())

    async def _wait_for_disconnect(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.client_is_gone = True
        self._operation.cancel()

    def end(self) -> None:
        """Stop looking. A task that knows us, and is known by us, would wait for the garbage collector."""
        self._begin.cancel()
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

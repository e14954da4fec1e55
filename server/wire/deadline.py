"""How long an operation may run: until its deadline, and a query only while its client is there."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType
from starlette.requests import ClientDisconnect, Request

from graph.execution.errors import OUTAGE_MESSAGES
from graph.execution.refusals import RequestCode

_MAYBE_DONE = " Whether its changes were made is not known: look, or send it again with the same idempotencyKey."


async def run_within(
    timeout_seconds: float, request: Request, kind: OperationType, running: Coroutine[Any, Any, ExecutionResult]
) -> ExecutionResult:
    """The result of the operation, or a result without data and the error TIMEOUT.

    At the deadline the operation is cancelled and gives its connections back. A mutation is not cancelled when its
    client goes away: what it began it finishes. Raises ClientDisconnect when the client of a query goes away.
    """
    is_mutation = kind is OperationType.MUTATION
    try:
        async with asyncio.timeout(timeout_seconds):
            return await (running if is_mutation else _while_connected(request, running))
    except TimeoutError:
        message = OUTAGE_MESSAGES[RequestCode.TIMEOUT] + (_MAYBE_DONE if is_mutation else "")
        return ExecutionResult(None, [GraphQLError(message, extensions={"code": RequestCode.TIMEOUT.value})])


async def _while_connected(request: Request, running: Coroutine[Any, Any, ExecutionResult]) -> ExecutionResult:
    operation = asyncio.ensure_future(running)
    disconnect = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({operation, disconnect}, return_when=asyncio.FIRST_COMPLETED)
        if operation.done():
            return operation.result()
        raise ClientDisconnect
    finally:
        disconnect.cancel()
        operation.cancel()
        await asyncio.gather(operation, disconnect, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

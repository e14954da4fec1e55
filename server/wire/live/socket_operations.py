"""The operations that run on one WebSocket."""

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from typing import Any, Protocol

from graphql import OperationType

from domain.entities.actor import Actor
from graph.execution.refusals import RequestCode, RequestRefused, over_limit
from server.metrics.live import Transport
from server.settings import Settings
from server.wire.http.deadline import before_deadline
from server.wire.http.operation_answers import content_of, outcome_of, result_of, written_answer
from server.wire.http.operations import Operations, ReadyOperation
from server.wire.http.request_log import OperationRecord
from server.wire.live.operation import LiveOperation, errors_of
from server.wire.live.socket_messages import (
    CloseCode,
    ConnectionClosed,
    Subscribe,
    completed,
    next_result,
    operation_errors,
)


class Connection(Protocol):
    """What operations need of their connection."""

    request_id: str

    async def authenticate(self) -> Actor: ...
    async def check_token(self) -> None: ...
    async def send(self, message: bytes) -> None: ...
    async def close(self, code: CloseCode, reason: str) -> None: ...


class SocketOperations:
    """Runs operations by their ids, which are the client's."""

    def __init__(self, connection: Connection, operations: Operations, settings: Settings) -> None:
        self._connection = connection
        self._operations = operations
        self._most = settings.max_operations_per_socket
        self._timeout_seconds = settings.request_timeout_seconds
        self._running: dict[str, asyncio.Task[None]] = {}
        self._mutations: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()

    async def begin(self, wanted: Subscribe) -> None:
        """Begin an operation; a subscription is there when this returns.

        Raises ConnectionClosed when one with this id runs already, or the connection's token is no longer valid.
        """
        if wanted.id in self._running:
            raise ConnectionClosed(CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {wanted.id} already exists")
        record = self._operations.new_record()
        try:
            ready = await self._ready(wanted, record)
            if ready.prepared.kind is OperationType.SUBSCRIPTION:
                operation = await LiveOperation.open(ready, Transport.WEBSOCKET, self._timeout_seconds)
                record.outcome = "OK"
                record.write()
                self._start(wanted.id, self._tell_events(wanted.id, operation))
                return
        except ConnectionClosed as closed:
            record.outcome = closed.code.name
            record.write()
            raise
        except Exception as exception:  # noqa: BLE001 - refused, or told masked and logged whole
            record.outcome, errors = errors_of(exception, self._connection.request_id)
            if isinstance(exception, RequestRefused):
                record.note_refusal(exception)
            record.write()
            await self._connection.send(operation_errors(wanted.id, errors))
            return
        task = self._start(wanted.id, self._tell_result(wanted.id, ready, record))
        if ready.prepared.kind is OperationType.MUTATION:
            self._mutations.add(task)
            task.add_done_callback(self._mutations.discard)

    def stop(self, id: str) -> None:
        """The client wants no more of an operation; a mutation finishes all the same."""
        task = self._running.pop(id, None)
        if task is not None and task not in self._mutations:
            task.cancel()

    async def completed(self) -> None:
        """Wait until everything that runs has ended by itself."""
        if self._running:
            await asyncio.wait(set(self._running.values()))

    async def end(self) -> None:
        """The connection is gone: stop what runs, and wait for its end; mutations finish what they began."""
        running = {*self._running.values(), *self._mutations}
        for id in tuple(self._running):
            self.stop(id)
        if running:
            await asyncio.wait(running)
        # Two that know each other would wait for the garbage collector.
        del self._connection

    async def _ready(self, wanted: Subscribe, record: OperationRecord) -> ReadyOperation:
        actor = await self._connection.authenticate()
        record.actor = actor.name
        # A mutation that its client wants no more of runs on, and counts.
        running = len({*self._running.values(), *self._mutations})
        if running >= self._most:
            raise over_limit(RequestCode.OPERATION_LIMIT, "operations at a time", running + 1, self._most)
        prepared = await self._operations.prepared(wanted.parameters, record)
        return self._operations.ready(prepared, wanted.parameters, actor, self._connection.request_id, record)

    def _start(self, id: str, running: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(running)
        self._running[id] = task

        def forget(ended: "asyncio.Task[None]") -> None:
            if self._running.get(id) is ended:
                del self._running[id]

        task.add_done_callback(forget)
        return task

    def _is_wanted(self, id: str) -> bool:
        return self._running.get(id) is asyncio.current_task()

    async def _tell_events(self, id: str, operation: LiveOperation) -> None:
        try:
            async with operation.payloads() as payloads:
                async for payload in payloads:
                    await self._connection.check_token()
                    await self._connection.send(next_result(id, payload))
            await self._finish(id, completed(id))
        except ConnectionClosed as closed:
            await self._connection.close(closed.code, closed.reason)
        except Exception as exception:  # noqa: BLE001 - told masked and logged whole
            _, errors = errors_of(exception, self._connection.request_id)
            await self._finish(id, operation_errors(id, errors))

    async def _tell_result(self, id: str, ready: ReadyOperation, record: OperationRecord) -> None:
        request_id = self._connection.request_id
        try:
            with ExitStack() as held:
                result = await before_deadline(self._timeout_seconds, ready.prepared.kind, result_of(ready, held))
                content = content_of(ready, result)
                # The next is written when the last was taken: JSON takes many times as much memory.
                async with self._writing:
                    message = next_result(id, await written_answer(ready, content))
                    record.outcome = outcome_of(ready, content)
                    # From here on it is the client who is waited for.
                    held.close()
                    del content
                    if self._is_wanted(id):
                        await self._connection.send(message)
                        del message
                        await self._finish(id, completed(id))
        except Exception as exception:  # noqa: BLE001 - told masked and logged whole
            record.outcome, errors = errors_of(exception, request_id)
            await self._finish(id, operation_errors(id, errors))
        finally:
            record.write()

    async def _finish(self, id: str, last: bytes) -> None:
        """Send the last message of an operation; its id is free before the client can have read it."""
        if self._is_wanted(id):
            del self._running[id]
            await self._connection.send(last)

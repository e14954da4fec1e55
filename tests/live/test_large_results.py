"""However many operations of a socket have run, one answer at a time is written, and none that nobody has room for."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import ExecutionResult, OperationType

from server.settings import Settings
from server.wire.live import socket_operations
from server.wire.live.socket_messages import Subscribe
from server.wire.live.socket_operations import SocketOperations
from tests.waiting import until


class _Client:
    """A client that takes a message when it is told to."""

    request_id = "one"

    def __init__(self) -> None:
        self.takes = asyncio.Semaphore(0)
        self.taken: list[bytes] = []

    async def authenticate(self) -> Any:
        return SimpleNamespace(name="anna")

    async def check_token(self) -> None: ...

    async def send(self, message: bytes) -> None:
        async with asyncio.timeout(20):
            await self.takes.acquire()
        self.taken.append(message)

    async def close(self, code: object, reason: str) -> None: ...


_READY: Any = SimpleNamespace(
    prepared=SimpleNamespace(kind=OperationType.QUERY), context=SimpleNamespace(refusals=()), cost=0
)


class _Operations:
    """Makes every operation ready; what it is does not matter here."""

    def new_record(self) -> Any:
        return SimpleNamespace(write=lambda: None)

    async def prepared(self, *_: Any) -> None: ...

    def ready(self, *_: Any) -> Any:
        return _READY


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The answers that were written, in place of writing them."""
    found: list[str] = []

    async def run(*_: Any) -> ExecutionResult:
        return ExecutionResult({})

    async def within(_: float, __: OperationType, running: Any) -> Any:
        return await running

    async def write(*_: Any) -> bytes:
        found.append("written")
        return b"{}"

    monkeypatch.setattr(socket_operations, "result_of", run)
    monkeypatch.setattr(socket_operations, "before_deadline", within)
    monkeypatch.setattr(socket_operations, "content_of", lambda *_: {})
    monkeypatch.setattr(socket_operations, "written_answer", write)
    return found


async def test_an_answer_is_written_when_the_one_before_was_taken(written: list[str]) -> None:
    client = _Client()
    operations_of_all: Any = _Operations()
    anything: Any = None
    operations = SocketOperations(client, operations_of_all, Settings())
    for number in range(10):
        await operations.begin(Subscribe(str(number), anything))
    for taken in range(10):

        async def told(taken: int = taken) -> bool:
            return len(written) == taken + 1

        await until(told)
        await asyncio.sleep(0)
        assert len(written) == taken + 1
        # The answer, and that it was the only one.
        client.takes.release()
        client.takes.release()
    await operations.completed()
    assert len(client.taken) == 20

"""Proxies in front of the object store and the database that stop a server at one step of its work on files.

They know just enough of HTTP and of PostgreSQL's protocol (version 3) to see the step come.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum
from typing import TypeAlias

# Parse: 'P', length, the statement's name, its text. Bind: 'B', length, the portal's name (none), the statement's name.
_PARSE = re.compile(rb"P....(__asyncpg_\w+)\0([^\0]*)\0", re.DOTALL)
_BIND = re.compile(rb"B....\0(__asyncpg_\w+)\0", re.DOTALL)
_CHANGES_FILES = (b"INSERT INTO attachments", b"DELETE FROM attachments")
_COMMIT = b"COMMIT;\0"
_TO_BE_CARRIED_OUT_SECONDS = 0.3

Connection: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Step(Enum):
    """What happens at the step."""

    PASS = "nothing"
    REFUSE = "it is refused"
    FAIL = "it fails"
    HANG = "it is not carried out, and no answer comes"
    HANG_AFTER = "it is carried out, and no answer comes"
    CUT_BEFORE = "the connection breaks before it is carried out"
    CUT_AFTER = "it is carried out, and the connection breaks before the answer"


class Toll:
    """One proxy. `step` is what happens from now on; `reached` is set when the server comes to it."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        self._connect = connect
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.step = Step.PASS
        self.reached = asyncio.Event()
        self.port = 0

    async def start(self) -> None:
        """Begin to listen on the loopback interface."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Break every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            up_reader, up_writer = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        answering = asyncio.create_task(_pass(up_reader, writer))
        asking = asyncio.create_task(self._ask(reader, writer, up_writer, answering))
        try:
            # Whoever is stopped at a step is answered nothing; else either side may end the connection.
            await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
            if answering.cancelled():
                await asking
        finally:
            asking.cancel()
            answering.cancel()
            writer.transport.abort()
            up_writer.transport.abort()

    async def _ask(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_writer: asyncio.StreamWriter,
        answering: "asyncio.Task[None]",
    ) -> None:
        begins = self.watch()
        with suppress(OSError):
            while data := await reader.read(65536):
                # Every piece is looked at, also before a step is set.
                if begins(data) and self.step is not Step.PASS:
                    self.reached.set()
                    if self.step in {Step.REFUSE, Step.FAIL}:
                        if await self.refuse(data, writer, up_writer):
                            continue
                        return
                    answering.cancel()
                    if self.step in {Step.HANG_AFTER, Step.CUT_AFTER}:
                        up_writer.write(data)
                        await up_writer.drain()
                        await asyncio.sleep(_TO_BE_CARRIED_OUT_SECONDS)
                    elif self.step is Step.CUT_BEFORE:
                        await self.begin(data, up_writer)
                    if self.step in {Step.HANG, Step.HANG_AFTER}:
                        await asyncio.sleep(3_600)
                    return
                up_writer.write(data)
                await up_writer.drain()

    def watch(self) -> Callable[[bytes], bool]:
        """A function that tells, for the pieces of one connection in turn, whether the step begins with one."""
        raise NotImplementedError

    async def refuse(self, data: bytes, writer: asyncio.StreamWriter, up_writer: asyncio.StreamWriter) -> bool:
        """Have the step refused, or fail; whether the connection goes on."""
        raise NotImplementedError

    async def begin(self, data: bytes, up_writer: asyncio.StreamWriter) -> None:
        """What of the step gets through before the connection breaks."""


class StoreToll(Toll):
    """Before the object store, at requests of one method: `PUT` stores and copies, `DELETE` deletes."""

    method = b"PUT"

    def watch(self) -> Callable[[bytes], bool]:
        """A request comes in pieces, of which the first begins with its method."""
        return lambda data: data.startswith(self.method + b" /")

    async def refuse(self, data: bytes, writer: asyncio.StreamWriter, up_writer: asyncio.StreamWriter) -> bool:
        """403 is final, 503 is tried again by the client."""
        status = b"403 Forbidden" if self.step is Step.REFUSE else b"503 Slow Down"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(_TO_BE_CARRIED_OUT_SECONDS)
        return False

    async def begin(self, data: bytes, up_writer: asyncio.StreamWriter) -> None:
        """Half of it."""
        up_writer.write(data[: len(data) // 2])
        await up_writer.drain()


class DatabaseToll(Toll):
    """Before the database, at the COMMIT of a transaction that wrote or deleted an attachment."""

    def watch(self) -> Callable[[bytes], bool]:
        """Remembers which statements of the connection write attachments, and whether its transaction ran one."""
        of_files: set[bytes] = set()
        changes_files = False

        def begins(data: bytes) -> bool:
            nonlocal changes_files
            of_files.update(name for name, text in _PARSE.findall(data) if any(each in text for each in _CHANGES_FILES))
            changes_files = changes_files or not of_files.isdisjoint(_BIND.findall(data))
            if _COMMIT not in data:
                return False
            found, changes_files = changes_files, False
            return found

        return begins

    async def refuse(self, data: bytes, writer: asyncio.StreamWriter, up_writer: asyncio.StreamWriter) -> bool:
        """As long as COMMIT, but nothing that the database knows: the transaction is lost, the connection stays."""
        up_writer.write(data.replace(_COMMIT, b"COMMIX;\0"))
        await up_writer.drain()
        return True


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

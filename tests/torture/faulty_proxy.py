"""A TCP proxy in front of a real server that refuses, delays and cuts connections, as a bad network does."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from enum import Enum


class Fault(Enum):
    """What happens to a connection."""

    NONE = "none"
    REFUSED = "refused"
    CUT_UPWARDS = "cut off while the request is sent"
    CUT_DOWNWARDS = "cut off before the answer arrives"
    DELAYED = "delayed"


class FaultyProxy:
    """Listens on a free port of its own. `choose` is asked for each request or answer that passes."""

    def __init__(self, host: str, port: int, choose: Callable[[], Fault]) -> None:
        self._target = (host, port)
        self._choose = choose
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut everything."""
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        if self._choose() is Fault.REFUSED:
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ways = [
            asyncio.create_task(self._pass(reader, up_writer, Fault.CUT_UPWARDS)),
            asyncio.create_task(self._pass(up_reader, writer, Fault.CUT_DOWNWARDS)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            writer.transport.abort()
            up_writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: Fault) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                fault = self._choose()
                if fault is Fault.DELAYED:
                    await asyncio.sleep(random.uniform(0.01, 0.3))
                if fault is cut:
                    writer.write(data[: len(data) // 2] if cut is Fault.CUT_UPWARDS else b"")
                    return
                writer.write(data)
                await writer.drain()

"""Chromium's DevTools protocol over a WebSocket: commands with their answers, and what the browser tells unasked."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection

# Every command and every event has facts of its own shape.
Facts = dict[str, Any]
PATIENCE_SECONDS = 90


class DevTools:
    """A connection to a browser, in which a page, a frame or a worker has a session; the empty one is the browser's."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Facts]] = {}

    async def send(self, name: str, session: str = "", **facts: object) -> Facts:
        """What a command is answered. Raises RuntimeError if it is refused, TimeoutError if nothing comes."""
        number = next(self._numbers)
        answer: asyncio.Future[Facts] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        await self.tell(name, session, number, **facts)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await answer

    async def tell(self, name: str, session: str, number: int = 0, **facts: object) -> None:
        """Send a command whose answer does not matter: at worst, what it is about is gone."""
        command = {"id": number or next(self._numbers), "method": name, "params": facts}
        await self._socket.send(json.dumps(command | ({"sessionId": session} if session else {})))

    async def listen(self, hear: Callable[[str, str, Facts], Awaitable[None]]) -> None:
        """Hand out answers, and events by session and name, to the end. What hears an event may tell, but not send."""
        try:
            async for text in self._socket:
                message = json.loads(text)
                if "method" in message:
                    await hear(message.get("sessionId", ""), message["method"], message["params"])
                elif answer := self._answers.pop(message["id"], None):
                    self._hand_out(answer, message)
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("nobody listens to the browser any more"))
            await self._socket.close()

    def _hand_out(self, answer: asyncio.Future[Facts], message: Facts) -> None:
        if answer.done():
            return  # The one who asked has lost patience.
        if "error" in message:
            answer.set_exception(RuntimeError(message["error"]["message"]))
        else:
            answer.set_result(message["result"])

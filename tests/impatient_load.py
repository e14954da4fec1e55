"""Clients that ask without a pause and retry nothing; what they are told is kept."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from tests.waiting import until

Answer = Mapping[str, Any]


class ImpatientLoad:
    """Runs until `end`. Every second client takes a new connection for each request, the others keep theirs."""

    def __init__(self, base_url: str, body: Answer, *, clients: int = 6, timeout_seconds: float = 30) -> None:
        self._base_url = base_url
        self._body = body
        self._timeout_seconds = timeout_seconds
        self._is_over = False
        self.answered = 0
        """Answers without errors."""
        self.codes: Counter[str] = Counter()
        """The codes of answers with errors."""
        self.failures: list[str] = []
        """Requests without a GraphQL answer: refused, cut off, too slow."""
        self.last_on_their_connection = 0
        self._clients = [asyncio.create_task(self._client(number % 2 == 0)) for number in range(clients)]

    async def end(self) -> None:
        """Let every client see its last request through."""
        self._is_over = True
        await asyncio.gather(*self._clients)

    async def more_answers(self, number: int) -> None:
        """Wait until so many more were answered without errors."""
        await self._until(lambda: self.answered, number)

    async def more_refusals(self, number: int) -> None:
        """Wait until so many more errors were told."""
        await self._until(self.codes.total, number)

    async def _until(self, count: Callable[[], int], more: int) -> None:
        wanted = count() + more

        async def told() -> tuple[int, Counter[str], list[str]]:
            return count(), self.codes, self.failures

        await until(told, lambda found: found[0] >= wanted)

    async def _client(self, keeps_connection: bool) -> None:
        limits = httpx.Limits(max_keepalive_connections=1 if keeps_connection else 0)
        async with httpx.AsyncClient(
            base_url=self._base_url, timeout=self._timeout_seconds, limits=limits, trust_env=False
        ) as http:
            while not self._is_over:
                try:
                    self._note(await http.post("/graphql", json=self._body))
                except (httpx.HTTPError, ValueError) as error:
                    self.failures.append(repr(error))
                await asyncio.sleep(0.02)

    def _note(self, response: httpx.Response) -> None:
        answer = response.json()
        self.last_on_their_connection += response.headers.get("connection") == "close"
        if "errors" in answer:
            self.codes.update(error["extensions"]["code"] for error in answer["errors"])
        else:
            self.answered += 1

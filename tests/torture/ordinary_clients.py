"""Ordinary clients: people who look at their screens, one after the other, and now and then use a part."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from tests.factories import DOCUMENTS
from tests.graphql_client import Json
from tests.screens.screens import SCREENS

_PAUSE_SECONDS = 1.0
_LOOK_SECONDS = 0.5
# Enough for those that are slow to be seen as slow.
_TIMEOUT_SECONDS = 30


@dataclass
class Seen:
    """How long each answer took and what was asked; what was no answer; how often the server was not ready."""

    seconds: list[tuple[float, str]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    unready: int = 0

    def percentile(self, share: float) -> float:
        """So many of the answers came within these seconds."""
        figures = sorted(seconds for seconds, _ in self.seconds)
        return figures[min(len(figures) - 1, int(len(figures) * share))]


@dataclass
class Ordinary:
    """The clients, who they are and which parts they use."""

    base_url: str
    headers: Mapping[str, str]
    parts: list[str]
    _seen: Seen = field(default_factory=Seen)

    def seen(self) -> Seen:
        """What they saw since `forget`; what they see from now on is not in it."""
        seen, self._seen = self._seen, Seen()
        return seen

    def forget(self) -> None:
        """Begin anew."""
        self.seen()

    @asynccontextmanager
    async def at_work(self, clients: int) -> AsyncIterator[None]:
        """So many clients ask until the end of the block; another looks whether the server is ready."""
        limits = httpx.Limits(max_connections=clients + 5, max_keepalive_connections=clients + 5)
        async with httpx.AsyncClient(
            base_url=self.base_url, headers=self.headers, timeout=_TIMEOUT_SECONDS, limits=limits, trust_env=False
        ) as http:
            tasks = [asyncio.create_task(self._client(http, random.Random(number))) for number in range(clients)]
            tasks.append(asyncio.create_task(self._look(http)))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        for task in tasks:
            if not task.cancelled() and (raised := task.exception()) is not None:
                raise raised

    async def _client(self, http: httpx.AsyncClient, chance: random.Random) -> None:
        await asyncio.sleep(chance.random() * _PAUSE_SECONDS)
        while True:
            name, body = self._wish(chance)
            began = time.perf_counter()
            try:
                answer = await http.post("/graphql", json=body)
                self._note(name, answer, time.perf_counter() - began)
            except httpx.HTTPError as error:
                self._seen.strange.append(f"{name}: {error!r}")
            await asyncio.sleep(_PAUSE_SECONDS * (0.5 + chance.random()))

    def _wish(self, chance: random.Random) -> tuple[str, Json]:
        if chance.random() < 0.1:
            taken = {"partKey": chance.choice(self.parts), "location": "1-1", "quantity": chance.randint(1, 5)}
            return "receiveStock", {"query": DOCUMENTS["receiveStock"], "variables": {"input": taken}}
        screen = chance.choice(SCREENS)
        return screen.name, {"query": screen.document, "variables": screen.variables}

    def _note(self, name: str, answer: httpx.Response, seconds: float) -> None:
        self._seen.seconds.append((seconds, name))
        if answer.status_code != 200 or "errors" in answer.json():
            self._seen.strange.append(f"{name}: {answer.status_code} {answer.text[:300]}")

    async def _look(self, http: httpx.AsyncClient) -> None:
        while True:
            self._seen.unready += (await http.get("/readyz")).status_code != 200
            await asyncio.sleep(_LOOK_SECONDS)

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
_PROBE_SECONDS = 0.02
# Enough for those that are slow to be seen as slow.
_TIMEOUT_SECONDS = 30


@dataclass
class Ordinary:
    """What ordinary clients saw since `forget`: how long each answer took, and what was no answer."""

    base_url: str
    headers: Mapping[str, str]
    parts: list[str]
    seconds: list[tuple[float, str]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    unready: int = 0
    probes: list[float] = field(default_factory=list)

    def forget(self) -> None:
        """Begin anew."""
        self.seconds, self.strange, self.probes, self.unready = [], [], [], 0

    def percentile(self, share: float) -> float:
        """So many of the answers came within these seconds."""
        return _percentile([seconds for seconds, _ in self.seconds], share)

    def probed(self, share: float) -> float:
        """The same of a route that does nothing."""
        return _percentile(self.probes, share)

    @asynccontextmanager
    async def at_work(self, clients: int) -> AsyncIterator[None]:
        """So many clients ask until the end of the block; another looks whether the server lives and is ready."""
        limits = httpx.Limits(max_connections=clients + 5, max_keepalive_connections=clients + 5)
        async with httpx.AsyncClient(
            base_url=self.base_url, headers=self.headers, timeout=_TIMEOUT_SECONDS, limits=limits, trust_env=False
        ) as http:
            tasks = [asyncio.create_task(self._client(http, random.Random(number))) for number in range(clients)]
            tasks += [asyncio.create_task(self._probe(http)), asyncio.create_task(self._look(http))]
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
                self.strange.append(f"{name}: {error!r}")
            await asyncio.sleep(_PAUSE_SECONDS * (0.5 + chance.random()))

    def _wish(self, chance: random.Random) -> tuple[str, Json]:
        if chance.random() < 0.1:
            taken = {"partKey": chance.choice(self.parts), "location": "1-1", "quantity": chance.randint(1, 5)}
            return "receiveStock", {"query": DOCUMENTS["receiveStock"], "variables": {"input": taken}}
        screen = chance.choice(SCREENS)
        return screen.name, {"query": screen.document, "variables": screen.variables}

    def _note(self, name: str, answer: httpx.Response, seconds: float) -> None:
        self.seconds.append((seconds, name))
        if answer.status_code != 200 or "errors" in answer.json():
            self.strange.append(f"{name}: {answer.status_code} {answer.text[:300]}")

    async def _probe(self, http: httpx.AsyncClient) -> None:
        while True:
            began = time.perf_counter()
            (await http.get("/healthz")).raise_for_status()
            self.probes.append(time.perf_counter() - began)
            await asyncio.sleep(_PROBE_SECONDS)

    async def _look(self, http: httpx.AsyncClient) -> None:
        while True:
            self.unready += (await http.get("/readyz")).status_code != 200
            await asyncio.sleep(0.5)


def _percentile(figures: list[float], share: float) -> float:
    return sorted(figures)[min(len(figures) - 1, int(len(figures) * share))]

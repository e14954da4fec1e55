"""Many clients at once on the same few parts, as a process of its own: python -m tests.torture.load --help.

Every request carries an idempotency key and is sent again, on another server if there is one, until it is answered. The
journal holds one line per answer, so that the tables can be compared with what was acknowledged, piece by piece.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from tests.factories import DOCUMENTS, booked
from tests.graphql_client import Json

PARTS = ("TAAA", "TAAB", "TAAC", "TAAD", "TAAE")
PLACES = tuple(f"{box}-{number}" for box in (1, 2) for number in range(1, 5))
FAIR_REFUSALS = {"InsufficientStockError", "ConflictError", "NotReversibleError"}
_PATIENCE_SECONDS = 90.0


@dataclass
class Load:
    """What the clients share: the servers, the end, what was acknowledged and what went wrong."""

    servers: list[str]
    end: float
    unforgiving: bool
    journal: list[Json] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)

    def end_now(self) -> None:
        """Let every client see its request through and go."""
        self.end = 0

    async def client(self, number: int) -> None:
        """Act until the end; then see the last request through."""
        chance = random.Random(number)
        async with httpx.AsyncClient(timeout=20, trust_env=False, verify=False) as http:
            while time.monotonic() < self.end and not self.strange:
                name, fields = self._wish(chance)
                key = str(UUID(int=chance.getrandbits(128), version=4))
                payload = await self._until_answered(http, chance, name, fields | {"idempotencyKey": key})
                if payload is not None:
                    self._write_down(name, key, payload)

    def _wish(self, chance: random.Random) -> tuple[str, dict[str, Any]]:
        part, other = chance.choice(PARTS), chance.choice(PARTS)
        here, there = chance.sample(PLACES, 2)
        pieces = chance.randint(1, 5)
        wishes: list[tuple[str, dict[str, Any]]] = [
            ("receiveStock", {"partKey": part, "location": here, "quantity": pieces}),
            ("receiveStock", {"partKey": part, "location": here, "quantity": pieces}),
            ("useStock", {"partKey": part, "location": here, "quantity": pieces}),
            ("useStock", {"partKey": part, "location": here, "quantity": pieces}),
            (
                "moveStock",
                {"partKey": part, "source": here, "targets": [{"location": there, "quantity": pieces}]},
            ),
            ("countStock", {"partKey": part, "location": here, "counted": pieces * 2}),
            ("countStock", {"partKey": part, "location": here, "counted": pieces, "expectedQuantity": pieces + 1}),
            ("bookStock", {"changes": booked((part, here, pieces), (other, there, -pieces))}),
        ]
        if self.operations:
            wishes.append(("reverseOperation", {"operationId": chance.choice(self.operations[-200:])}))
        return chance.choice(wishes)

    async def _until_answered(
        self, http: httpx.AsyncClient, chance: random.Random, name: str, fields: dict[str, Any]
    ) -> Json | None:
        body = {"query": DOCUMENTS[name], "variables": {"input": fields}}
        give_up = time.monotonic() + _PATIENCE_SECONDS
        said = "nothing"
        while time.monotonic() < give_up:
            try:
                response = await http.post(f"{chance.choice(self.servers)}/graphql", json=body)
                answer = response.json()
                if "errors" not in answer:
                    payload: Json = answer["data"][name]
                    return payload
                said = str(answer["errors"])
            except (httpx.TransportError, json.JSONDecodeError) as error:
                said = repr(error)
            if self.unforgiving:
                break
            await asyncio.sleep(0.05 + chance.random() * 0.2)
        self.strange.append(f"{name} was never answered: {said}")
        return None

    def _write_down(self, name: str, key: str, payload: Json) -> None:
        applied = "operation" in payload
        if not applied and payload["__typename"] not in FAIR_REFUSALS:
            self.strange.append(f"{name}: {payload}")
        if applied:
            self.operations.append(payload["operation"]["id"])
        self.journal.append(
            {"key": key, "mutation": name, "applied": applied, "changes": payload.get("operation", {}).get("changes")}
        )


async def run(load: Load, clients: int) -> None:
    """Run the clients to their end, which SIGTERM brings forward."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, load.end_now)
    await asyncio.gather(*(load.client(number) for number in range(clients)))


def main() -> int:
    """The command line; the exit code is 1 when a client was told something strange."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.load", description=__doc__)
    parser.add_argument("servers", nargs="+", help="addresses such as http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=50, help="how many act at once")
    parser.add_argument("--seconds", type=float, default=60, help="how long")
    parser.add_argument("--journal", type=Path, required=True, help="the file to write")
    parser.add_argument("--unforgiving", action="store_true", help="no request may fail, not even once")
    given = parser.parse_args()
    load = Load(given.servers, time.monotonic() + given.seconds, given.unforgiving)
    asyncio.run(run(load, given.clients))
    given.journal.write_text("".join(f"{json.dumps(entry)}\n" for entry in load.journal), encoding="utf-8")
    sys.stderr.write("".join(f"{line}\n" for line in load.strange))
    return 1 if load.strange else 0


if __name__ == "__main__":
    sys.exit(main())

"""@urql/core with its defaults: it takes JSON, event streams and multipart answers, and asks for all of them."""

import json
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.attachments.uploading import ATTACH_FILE
from tests.clients.commands import ending, line_of
from tests.clients.conftest import Subscribed
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.live.sockets import STOCK_CHANGES
from tests.node import start_script
from tests.server_process import ServerProcess

WAYS = pytest.mark.parametrize("way", ["socket", "stream"])
NOTES = "Tighten with 0.5 Nm.\n"


class Urql:
    """A client of urql in a process of its own."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def ask(self, kind: str, query: str, **variables: object) -> None:
        """Begin a query, a mutation or a subscription."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"kind": kind, "query": query, "variables": variables}).encode() + b"\n")

    async def result(self) -> Json:
        """The next result of any of them: its data, or the code of its error."""
        told: Json = json.loads(await line_of(self._process))
        return told


@asynccontextmanager
async def urql(server: ServerProcess, way: str) -> AsyncIterator[Urql]:
    """A client whose subscriptions come this way."""
    process = await start_script(Path(__file__).parent, "urql.js", f"{server.base_url}/graphql", way)
    async with ending(process):
        yield Urql(process)


@WAYS
async def test_urql_asks_and_changes(server: ServerProcess, workshop: Workshop, way: str) -> None:
    key = await workshop.part(description="Widerstand 10 kΩ")
    async with urql(server, way) as client:
        client.ask("query", "query Part($key: PartKey!) { part(key: $key) { description } }", key=key)
        assert await client.result() == {"data": {"part": {"description": "Widerstand 10 kΩ"}}, "code": None}
        client.ask("mutation", 'mutation { createBox(input: {description: "urql", capacity: 4}) { __typename } }')
        assert await client.result() == {"data": {"createBox": {"__typename": "CreateBoxSuccess"}}, "code": None}
        client.ask("query", "{ parts(first: 1000000) { totalCount } }")
        assert (await client.result())["code"] == "BAD_USER_INPUT"


async def test_urql_attaches_a_file(server: ServerProcess, workshop: Workshop) -> None:
    owner = {"partKey": await workshop.part()}
    async with urql(server, "stream") as client:
        client.ask("mutation", ATTACH_FILE, input={"owner": owner, "file": {"$file": NOTES}})
        attached = (await client.result())["data"]["attachFile"]
    assert attached["attachment"]["sizeBytes"] == len(NOTES)


@WAYS
async def test_urql_subscribes(server: ServerProcess, workshop: Workshop, subscribed: Subscribed, way: str) -> None:
    await workshop.box()
    key = await workshop.part()
    async with urql(server, way) as client:
        client.ask("subscription", STOCK_CHANGES, partKey=key)
        await subscribed()
        for quantity in (5, 6):
            await workshop.receive(key, "1-1", quantity)
        changes = [(await client.result())["data"]["stockChanged"]["change"] for _ in range(2)]
    assert [(change["delta"], change["totalAfter"]) for change in changes] == [(5, 5), (6, 11)]


@WAYS
async def test_urql_is_told_why_it_may_not_subscribe(server: ServerProcess, way: str) -> None:
    async with urql(server, way) as client:
        client.ask("subscription", STOCK_CHANGES, after="nonsense")
        assert (await client.result())["code"] == "BAD_USER_INPUT"

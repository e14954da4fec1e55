"""Java's HttpClient, which offers an upgrade to HTTP/2 with each request unless it is told not to."""

import json
from pathlib import Path

import pytest

from tests.attachments.multipart import TYPE, body, parts
from tests.clients.commands import JSON, body_file, line_of, printed_by, running
from tests.clients.conftest import Subscribed
from tests.factories import Workshop
from tests.live.sockets import STOCK_CHANGES
from tests.programs import program
from tests.server_process import ServerProcess

pytestmark = pytest.mark.needs("java")

CLIENT = str(Path(__file__).with_name("Client.java"))


async def posted(server: ServerProcess, media_type: str, *files: str) -> list[tuple[int, str, str]]:
    """Status, version of HTTP, and body of the answer to each of the files, sent one after the other."""
    printed = await printed_by(program("java"), CLIENT, "post", f"{server.base_url}/graphql", media_type, *files)
    answers = [line.split(" ", 2) for line in printed.splitlines()]
    return [(int(status), version, text) for status, version, text in answers]


async def test_java_gets_each_body_through(server: ServerProcess, workshop: Workshop, tmp_path: Path) -> None:
    await workshop.part(description="Widerstand 10 kΩ")
    query = "{ parts(first: 1) { nodes { description } } }"
    bodies = [body_file(tmp_path, query, size=size) for size in (0, 20_000, 1_000_000, 1_000_001, 0)]
    answers = await posted(server, JSON, *bodies)
    assert [(status, version) for status, version, _ in answers] == [
        *[(200, "HTTP_1_1")] * 3,
        (413, "HTTP_1_1"),
        (200, "HTTP_1_1"),
    ]
    data = {"parts": {"nodes": [{"description": "Widerstand 10 kΩ"}]}}
    assert [json.loads(text).get("data") for _, _, text in answers] == [data, data, data, None, data]


async def test_java_attaches_a_file(server: ServerProcess, workshop: Workshop, tmp_path: Path) -> None:
    sent = tmp_path / "upload"
    sent.write_bytes(body(*parts(await workshop.part())))
    [(status, _, text)] = await posted(server, TYPE["Content-Type"], str(sent))
    assert (status, json.loads(text)["data"]["attachFile"]["__typename"]) == (200, "AttachFileSuccess")


async def test_java_subscribes_by_an_event_stream(
    server: ServerProcess, workshop: Workshop, subscribed: Subscribed, tmp_path: Path
) -> None:
    await workshop.box()
    key = await workshop.part()
    asked = body_file(tmp_path, STOCK_CHANGES, partKey=key)
    async with running(program("java"), CLIENT, "stream", f"{server.base_url}/graphql", asked) as java:
        assert await line_of(java) == ":"
        await subscribed()
        await workshop.receive(key, "1-1", 5)
        while not (line := await line_of(java)).startswith("data: "):
            pass
        assert await java.wait() == 0
    assert json.loads(line.removeprefix("data: "))["data"]["stockChanged"]["change"]["totalAfter"] == 5


async def test_java_subscribes_by_a_websocket(server: ServerProcess, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    asked = {"query": STOCK_CHANGES, "variables": {"partKey": key}}
    address = f"ws://127.0.0.1:{server.port}/graphql"
    async with running(program("java"), CLIENT, "socket", address) as java:
        assert java.stdin is not None
        messages = [{"type": "connection_init"}, {"id": "1", "type": "subscribe", "payload": asked}, {"type": "ping"}]
        java.stdin.writelines(json.dumps(message).encode() + b"\n" for message in messages)
        assert [json.loads(await line_of(java))["type"] for _ in range(2)] == ["connection_ack", "pong"]
        await workshop.receive(key, "1-1", 5)
        event = json.loads(await line_of(java))
        java.stdin.close()
        assert await java.wait() == 0
    assert event["payload"]["data"]["stockChanged"]["change"]["totalAfter"] == 5

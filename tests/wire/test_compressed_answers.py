"""Answers are compressed for clients that take it, unless their length would tell a secret."""

import asyncio

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from server.wire.http.compressed_answers import CompressedAnswers
from tests.attachments.uploading import attached, pdf
from tests.conftest import connect
from tests.factories import Workshop
from tests.servers.shared import SharedServers
from tests.wire.codings import plain

TYPES = "{ __schema { types { name description fields { name description } } } }"
# Of an answer that holds one field, beside the name of that field.
_BESIDE_THE_NAME = len('{"data":{"":"Query"},"extensions":{"cost":0}}')


async def asked(
    client: httpx.AsyncClient, query: str, accept_encoding: str | None, **headers: str
) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it came over the wire."""
    request = client.build_request("POST", "/graphql", json={"query": query}, headers=headers)
    return await sent(client, request, accept_encoding)


async def sent(
    client: httpx.AsyncClient, request: httpx.Request, accept_encoding: str | None
) -> tuple[httpx.Response, bytes]:
    """The answer to a request with this header or without one, and its body as it came over the wire."""
    del request.headers["accept-encoding"]
    if accept_encoding is not None:
        request.headers["accept-encoding"] = accept_encoding
    response = await client.send(request, stream=True)
    try:
        return response, b"".join([chunk async for chunk in response.aiter_raw()])
    finally:
        await response.aclose()


def of_size(size: int) -> str:
    """A query whose answer has so many bytes."""
    return f"{{ {'a' * (size - _BESIDE_THE_NAME)}: __typename }}"


def twenty(field: str, selection: str) -> str:
    """A query that asks for a part twenty times."""
    return "{ " + " ".join(f"p{n}: {field} {{ description {selection} }}" for n in range(20)) + " }"


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("br, deflate", None),
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("gzip;q=0.4, zstd;q=0.5", "zstd"),
        ("gzip; q=0.001", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, zstd;q=0.000", None),
        ("gzip;q=much", None),
        ("*", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0, *", None),
        ("zstd;q=0.1, *;q=0", "zstd"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        (f"{'br, ' * 100}gzip", "gzip"),
    ],
)
async def test_an_answer_comes_in_the_coding_that_is_most_welcome(
    client: httpx.AsyncClient, accept_encoding: str | None, coding: str | None
) -> None:
    as_it_is, content = await asked(client, TYPES, None)
    assert "content-encoding" not in as_it_is.headers
    assert len(content) > 50_000
    response, body = await asked(client, TYPES, accept_encoding)
    assert response.headers.get("content-encoding") == coding
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    assert response.headers["content-length"] == str(len(body))
    assert plain(body, coding) == content
    assert coding is None or len(body) < len(content) / 4


@pytest.mark.parametrize(("size", "coding"), [(1_399, None), (1_400, "gzip"), (60_000, "gzip")])
async def test_small_answers_are_not_worth_it(client: httpx.AsyncClient, size: int, coding: str | None) -> None:
    _, content = await asked(client, of_size(size), None)
    assert len(content) == size
    response, _ = await asked(client, of_size(size), "gzip")
    assert response.headers.get("content-encoding") == coding
    assert response.headers["vary"] == "Accept, Accept-Encoding"


async def test_refusals_are_compressed_too(client: httpx.AsyncClient) -> None:
    response, body = await asked(client, f"{{ {'a' * 2_000} }}", "gzip")
    assert response.headers["content-encoding"] == "gzip"
    assert b"GRAPHQL_VALIDATION_FAILED" in plain(body, "gzip")


async def test_head_tells_the_length_that_get_would_have(client: httpx.AsyncClient) -> None:
    told = []
    for method in ("GET", "HEAD"):
        request = client.build_request(method, "/graphql", params={"query": TYPES})
        response, _ = await sent(client, request, "gzip")
        told.append((response.headers["content-encoding"], response.headers["content-length"]))
    assert told[0] == told[1]


async def test_an_answer_with_a_signed_address_goes_as_it_is(client: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part(description="Resistor " * 20)
    await attached(client, {"partKey": key}, pdf(3_000), "sheet.pdf")
    owner = f'part(key: "{key}")'
    # The database writes what is asked often: both ways are looked at.
    for _ in range(6):
        response, body = await asked(client, twenty(owner, "attachments { url }"), "gzip, zstd")
        assert "content-encoding" not in response.headers
        assert body.count(b"signature=") == 20
        response, body = await asked(client, twenty(owner, "attachments { title }"), "gzip, zstd")
        assert response.headers["content-encoding"] == "zstd"
        assert b"sheet.pdf" in plain(body, "zstd")


async def test_event_streams_are_not_compressed(client: httpx.AsyncClient) -> None:
    response, body = await asked(client, TYPES, "gzip, zstd", Accept="text/event-stream")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in response.headers
    assert b"event: complete" in body


async def test_files_are_sent_as_they_are_stored_and_in_parts(client: httpx.AsyncClient, workshop: Workshop) -> None:
    content = b'{"a": "text"}\n' * 1_000
    made = await attached(client, {"partKey": await workshop.part()}, content, "notes.json")
    response, body = await sent(client, client.build_request("GET", made["url"]), "gzip, zstd")
    assert (response.status_code, body) == (200, content)
    assert "content-encoding" not in response.headers
    part = client.build_request("GET", made["url"], headers={"Range": "bytes=14-8013"})
    response, body = await sent(client, part, "gzip, zstd")
    assert (response.status_code, body) == (206, content[14:8_014])
    assert "content-encoding" not in response.headers


async def test_figures_are_compressed(client: httpx.AsyncClient) -> None:
    response, body = await sent(client, client.build_request("GET", "/metrics"), "gzip")
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept, Accept-Encoding"
    assert b"partsgraph_" in plain(body, "gzip")


async def test_a_setting_turns_it_off(shared_servers: SharedServers) -> None:
    server = await shared_servers.with_settings({"PARTSGRAPH_COMPRESS_FROM_BYTES": "-1"})
    async with connect(server) as client:
        response, body = await asked(client, TYPES, "gzip, zstd")
    assert "content-encoding" not in response.headers
    assert len(body) > 50_000


@pytest.mark.parametrize(("size", "goes_on"), [(50_000, False), (50_001, True), (5_000_000, True)])
async def test_while_a_large_answer_is_compressed_the_loop_goes_on(size: int, goes_on: bool) -> None:
    turns: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asyncio.get_running_loop().call_soon(turns.append, "another request")
        await Response(b"x" * size, media_type="application/json")(scope, receive, send)

    async def receive() -> Message:
        raise AssertionError("nobody asks")

    async def send(message: Message) -> None:
        turns.append(message["type"])

    scope = {"type": "http", "method": "GET", "headers": [(b"accept-encoding", b"gzip")]}
    await CompressedAnswers(app, 1_400)(scope, receive, send)
    sent_in_order = ["http.response.start", "http.response.body"]
    assert turns == (["another request", *sent_in_order] if goes_on else sent_in_order)

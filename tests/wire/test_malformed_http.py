"""Bytes that are no proper HTTP get a typed refusal or a closed connection, and the server goes on."""

import httpx
import pytest

from tests.server_process import ServerProcess
from tests.wire.exchanges import POST, exchange

BODY = b'{"query": "{ __typename }"}'

MALFORMED = {
    "noise": b"\x00\x01\x02\x03\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no version": b"GET /graphql\r\n\r\n",
    "an unknown method": b"FROB /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
    "a header name with a space": b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: localhost\r\n X: y\r\n\r\n",
    "a control character in a header": b"GET / HTTP/1.1\r\nHost: local\x00host\r\n\r\n",
    "a negative length": POST + b"Content-Length: -5\r\n\r\n" + BODY,
    "a length in words": POST + b"Content-Length: ten\r\n\r\n" + BODY,
    "a huge length": POST + b"Content-Length: 99999999999999999999999\r\n\r\n" + BODY,
    "two lengths": POST + b"Content-Length: 27\r\nContent-Length: 5\r\n\r\n" + BODY,
    "length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a body cut off": POST + b"Content-Length: 500\r\n\r\n" + BODY,
    "a long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    "a long address": b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    "an absolute address": b"GET http://evil.example/graphql HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an upgrade to WebSocket": (
        b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ),
    "an upgrade to HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
# With what an answer ends after which the server rightly leaves the connection open.
ENDS = {
    "an absolute address": b"}}]}",
    "an upgrade to WebSocket": b"not acceptable",
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_malformed_http_is_no_fault_of_the_server(
    server: ServerProcess, client: httpx.AsyncClient, name: str
) -> None:
    # A server waits for the rest of a body, until its client says that there is none.
    received = await exchange(server.port, MALFORMED[name], ENDS.get(name), ends_itself=name == "a body cut off")
    assert not received or received.startswith(b"HTTP/1.1 "), received[:100]
    # An upgrade is taken (101), and closed with the reason: it names no protocol of subscriptions.
    allowed = {b"", b"1"} if name == "an upgrade to WebSocket" else {b"", b"2", b"4"}
    assert received[9:10] in allowed, received[:300]
    response = await client.post("/graphql", json={"query": "{ __typename }"})
    assert response.json()["data"] == {"__typename": "Query"}


async def test_what_is_no_http_at_all_is_refused_in_json(server: ServerProcess) -> None:
    received = await exchange(server.port, MALFORMED["noise"], b'"code":')
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-type: application/json" in head
    assert b'"code":"BAD_REQUEST"' in body


async def test_two_requests_in_one_breath_are_answered_in_order(server: ServerProcess) -> None:
    request = POST + b"Content-Length: %d\r\n\r\n%s"
    first = b'{"query": "{ a: __typename }"}'
    second = b'{"query": "{ b: __typename }"}'
    both = request % (len(first), first) + request % (len(second), second)
    received = await exchange(server.port, both, b'{"b":"Query"}')
    assert received.index(b'{"a":"Query"}') < received.index(b'{"b":"Query"}')

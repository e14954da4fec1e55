"""A request brings so much besides its body and no more; who brings too much is told so, whatever it comes in pieces.

RFC 9110 sections 15.5.15 and 6.5, RFC 9112 sections 5, 6.3 and 7.1, RFC 6585 section 5.
"""

import asyncio
import json

import httpx
import pytest

from server.process.request_bounds import MAX_HEAD_BYTES, MAX_HEAD_LINES
from tests.server_process import ServerProcess
from tests.waiting import patience
from tests.wire.conftest import GuardedServer
from tests.wire.exchanges import POST, exchange

QUESTION = b'{"query": "{ __typename }"}'
ANSWER = b'{"data":{"__typename":"Query"},"extensions":{"cost":0}}'
HOST = b"Host: localhost\r\n"
_BESIDE_A_LINE = len(": \r\n")
_LAST = b"Connection: close\r\n\r\n"
_OTHERS = len(HOST) + len(_LAST) - len("\r\n")


def with_target(size: int) -> bytes:
    """A request whose target and header lines have so many bytes."""
    target = b"/healthz?" + b"x" * (size - len(b"/healthz?") - _OTHERS)
    return b"GET %s HTTP/1.1\r\n%s%s" % (target, HOST, _LAST)


def with_value(size: int) -> bytes:
    """The same by one long value."""
    value = b"x" * (size - len(b"/healthz") - _OTHERS - len(b"X") - _BESIDE_A_LINE)
    return b"GET /healthz HTTP/1.1\r\n%sX: %s\r\n%s" % (HOST, value, _LAST)


def with_name(size: int) -> bytes:
    """The same by one long name."""
    name = b"x" * (size - len(b"/healthz") - _OTHERS - len(b"y") - _BESIDE_A_LINE)
    return b"GET /healthz HTTP/1.1\r\n%s%s: y\r\n%s" % (HOST, name, _LAST)


def with_lines(number: int) -> bytes:
    """A request with so many header lines."""
    return b"GET /healthz HTTP/1.1\r\n%s%s%s" % (HOST, b"a: b\r\n" * (number - 2), _LAST)


def in_chunks(*trailers: bytes, extension: bytes = b"") -> bytes:
    """A question in chunks with these trailers."""
    body = b"%x%s\r\n%s\r\n0\r\n" % (len(QUESTION), extension, QUESTION)
    return POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body + b"".join(trailers) + b"\r\n"


def status(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer.split(b" ", 2)[1])


def code(answer: bytes) -> str:
    """The code of a refusal in JSON, which says that the connection closes."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head
    found: str = json.loads(body)["errors"][0]["extensions"]["code"]
    return found


@pytest.mark.parametrize("request_of", [with_target, with_value, with_name])
async def test_a_head_at_its_bound_is_read(server: ServerProcess, request_of: object) -> None:
    assert status(await exchange(server.port, request_of(MAX_HEAD_BYTES))) == 200  # type: ignore[operator]


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (with_target(MAX_HEAD_BYTES + 1), (431, "HEAD_LIMIT")),
        (with_target(MAX_HEAD_BYTES + 100), (414, "TARGET_LIMIT")),
        (with_target(100 * MAX_HEAD_BYTES), (414, "TARGET_LIMIT")),
        (with_value(MAX_HEAD_BYTES + 1), (431, "HEAD_LIMIT")),
        (with_value(100 * MAX_HEAD_BYTES), (431, "HEAD_LIMIT")),
        (with_name(MAX_HEAD_BYTES + 1), (431, "HEAD_LIMIT")),
        (with_name(100 * MAX_HEAD_BYTES), (431, "HEAD_LIMIT")),
    ],
    ids=["all", "target", "target x 100", "value", "value x 100", "name", "name x 100"],
)
async def test_a_head_past_its_bound_is_refused(server: ServerProcess, past: bytes, expected: tuple[int, str]) -> None:
    answer = await exchange(server.port, past)
    assert (status(answer), code(answer)) == expected


@pytest.mark.parametrize(("number", "expected"), [(MAX_HEAD_LINES, 200), (MAX_HEAD_LINES + 1, 431), (10_000, 431)])
async def test_a_head_has_so_many_lines(server: ServerProcess, number: int, expected: int) -> None:
    answer = await exchange(server.port, with_lines(number))
    assert status(answer) == expected
    assert expected == 200 or code(answer) == "HEAD_LIMIT"


@pytest.mark.parametrize(("request_of", "expected"), [(with_target, 414), (with_value, 431)])
async def test_what_comes_in_pieces_is_refused_before_its_end(
    server: ServerProcess, request_of: object, expected: int
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    sent = request_of(100 * MAX_HEAD_BYTES)  # type: ignore[operator]
    # No more than what is past the bound for certain: how much more a client gets rid of is a matter of the machine.
    given = 2 * MAX_HEAD_BYTES
    for start in range(0, given, 1_000):
        writer.write(sent[start : min(start + 1_000, given)])
        await writer.drain()
        await asyncio.sleep(0)
    async with asyncio.timeout(patience(60)):
        assert status(await reader.read()) == expected
    assert given < len(sent) / 2
    writer.close()


async def test_trailers_are_no_headers(server: ServerProcess) -> None:
    answer = await exchange(server.port, in_chunks(b"Host: evil.example\r\n", b"Authorization: Bearer pg_x\r\n"))
    assert (status(answer), answer.endswith(ANSWER)) == (200, True)


async def test_a_token_in_a_trailer_lets_nobody_in(guarded_server: GuardedServer) -> None:
    token = f"Authorization: {guarded_server.headers('ADMIN')['Authorization']}\r\n".encode()
    answer = await exchange(guarded_server.process.port, in_chunks(token))
    assert status(answer) == 401


@pytest.mark.parametrize(
    ("trailers", "is_read"),
    [
        ((b"T: " + b"x" * (MAX_HEAD_BYTES - len("T: \r\n")) + b"\r\n",), True),
        ((b"T: " + b"x" * MAX_HEAD_BYTES + b"\r\n",), False),
        ((b"T: " + b"x" * 100 * MAX_HEAD_BYTES + b"\r\n",), False),
        ((b"a: b\r\n",) * MAX_HEAD_LINES, True),
        ((b"a: b\r\n",) * (MAX_HEAD_LINES + 1), False),
        ((b"a: b\r\n",) * 100 * MAX_HEAD_LINES, False),
    ],
    ids=["at", "past", "far past", "lines at", "lines past", "lines far past"],
)
async def test_trailers_have_the_bounds_of_a_head(
    server: ServerProcess, trailers: tuple[bytes, ...], is_read: bool
) -> None:
    answer = await exchange(server.port, in_chunks(*trailers))
    assert status(answer) == (200 if is_read else 431)
    assert is_read or code(answer) == "HEAD_LIMIT"


async def test_words_beside_a_chunk_have_a_bound(server: ServerProcess) -> None:
    assert status(await exchange(server.port, in_chunks(extension=b";a=" + b"x" * 1_000))) == 200
    assert status(await exchange(server.port, in_chunks(extension=b";a=" + b"x" * 1_000_000))) == 431


async def test_an_earlier_request_is_answered_before_a_bad_one_ends_the_connection(server: ServerProcess) -> None:
    good = POST + b"Content-Length: %d\r\n\r\n%s" % (len(QUESTION), QUESTION)
    answer = await exchange(server.port, good + with_lines(1_000))
    assert (status(answer), answer.endswith(ANSWER), answer.count(b"HTTP/1.1 ")) == (200, True, 1)


async def test_an_offer_of_http_2_is_ignored_and_the_body_is_read(server: ServerProcess) -> None:
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
    question = POST + offer + b"Content-Length: %d\r\n\r\n%s" % (len(QUESTION), QUESTION)
    second = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(QUESTION), QUESTION)
    answer = await exchange(server.port, question + second)
    assert (answer.count(b"HTTP/1.1 200"), answer.count(ANSWER)) == (2, 2)


@pytest.mark.parametrize("pieces", [1, 7, 60])
async def test_an_offer_in_pieces_is_ignored_as_well(server: ServerProcess, pieces: int) -> None:
    offer = POST + b"Connection: close, Upgrade\r\nUpgrade: h2c\r\nContent-Length: %d\r\n\r\n%s" % (
        len(QUESTION),
        QUESTION,
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for start in range(0, len(offer), pieces):
        writer.write(offer[start : start + pieces])
        await writer.drain()
        await asyncio.sleep(0)
    answer = await reader.read()
    assert (status(answer), answer.endswith(ANSWER)) == (200, True)
    writer.close()


@pytest.mark.parametrize("target", [b"/", b"/healthz", b"/graphql?query=%7B__typename%7D"])
async def test_a_client_of_http_1_0_gets_no_chunks(
    server: ServerProcess, client: httpx.AsyncClient, target: bytes
) -> None:
    answer = await exchange(server.port, b"GET %s HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n\r\n" % target)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status(answer) == 200
    assert b"transfer-encoding" not in head.lower()
    expected = await client.get(target.decode())
    assert (body == expected.content) or target == b"/healthz"


async def test_an_event_stream_for_http_1_0_has_no_chunks(server: ServerProcess) -> None:
    subscription = b'{"query": "subscription { stockChanged { cursor } }"}'
    head = POST.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Accept: text/event-stream\r\n"
    request = head + b"Content-Length: %d\r\n\r\n%s" % (len(subscription), subscription)
    # The first thing in a stream is a comment.
    told, _, events = (await exchange(server.port, request, b":\n\n")).partition(b"\r\n\r\n")
    assert (status(told), b"transfer-encoding" in told.lower(), events[:3]) == (200, False, b":\n\n")

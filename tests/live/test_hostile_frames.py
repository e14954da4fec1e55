"""Frames and handshakes that no honest client sends: no 5xx, no error in the log, and the server serves on."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.live.frames import BINARY, CLOSE, CONTINUATION, GOOD, PING, TEXT, frame, handshake
from tests.live.sockets import acknowledged
from tests.server_process import ServerProcess
from tests.wire.exchanges import reset_when_closed


@contextmanager
def connected(server: ServerProcess) -> Iterator[socket.socket]:
    """A connection of bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        yield connection


@contextmanager
def upgraded(server: ServerProcess) -> Iterator[socket.socket]:
    """A connection after a good handshake and connection_init."""
    with connected(server) as connection:
        connection.sendall(handshake(GOOD))
        assert read_until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 101")
        connection.sendall(frame(TEXT, b'{"type":"connection_init"}'))
        assert read_until(connection, b"connection_ack")
        yield connection


def read_until(connection: socket.socket, mark: bytes) -> bytes:
    """What comes up to the mark, or to the end."""
    data = b""
    while mark not in data:
        chunk = connection.recv(65_536)
        if not chunk:
            return data
        data += chunk
    return data


def close_code(connection: socket.socket) -> int | None:
    """The code of the close frame that ends what comes; None when the connection was cut off without one."""
    data, close = b"", bytes([0x80 | CLOSE])
    while chunk := connection.recv(65_536):
        data += chunk
        # Nothing that the server sends before holds this byte: all of it is ASCII or a frame of text.
        position = data.find(close)
        if 0 <= position <= len(data) - 4:
            code: int = struct.unpack("!H", data[position + 2 : position + 4])[0]
            return code
    return None


async def _serves(server: ServerProcess) -> None:
    """It serves on, and has logged no error."""
    async with acknowledged(server) as client:
        await client.subscribe()
    assert server.new_error_lines() == []


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (frame(TEXT, b"\xff\xfe"), 1007),
        (frame(TEXT, b'{"type":', fin=False) + frame(CONTINUATION, b"\xc3\x28}"), 1007),
        (frame(TEXT, b'{"type":"ping"}', mask=False), 1002),
        (frame(TEXT, b'{"type":"ping"}', reserved=4), 1002),
        (frame(3, b"x"), 1002),
        (frame(CONTINUATION, b"x"), 1002),
        (frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"), 1002),
        (frame(PING, b"x" * 126), 1002),
        (frame(PING, fin=False), 1002),
        (frame(CLOSE, b"\x03"), 1002),
        (frame(CLOSE, struct.pack("!H", 1005)), 1002),
        (frame(CLOSE, struct.pack("!H", 1000) + b"\xff"), 1007),
        (frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) * 2_000, 1008),
        (bytes([0x80 | TEXT, 0xFF]) + struct.pack("!Q", 2**62) + bytes(4), 1009),
        (bytes([0x80 | TEXT, 0xFF]) + b"\xff" * 8 + bytes(4), 1009),
        (frame(BINARY, b"\x00" * 100), 4400),
        (frame(TEXT, b"\x00"), 4400),
    ],
    ids=[
        "a text that is no UTF-8",
        "UTF-8 broken over two frames",
        "not masked",
        "a reserved bit",
        "an opcode that is not there",
        "a continuation of nothing",
        "a text within a text",
        "a long ping",
        "a ping in pieces",
        "a close of one byte",
        "a close with a code that is not sent",
        "a reason that is no UTF-8",
        "empty pieces without an end",
        "a length of exabytes",
        "a negative length",
        "bytes in place of a text",
        "a text that is no JSON",
    ],
)
async def test_a_bad_frame_closes_with_its_code(server: ServerProcess, frames: bytes, code: int) -> None:
    with upgraded(server) as connection:
        connection.sendall(frames)
        assert close_code(connection) == code
    await _serves(server)


@pytest.mark.parametrize(
    "request_bytes",
    [
        handshake(GOOD, method="POST"),
        handshake(GOOD, method="OPTIONS"),
        handshake(GOOD | {"Sec-WebSocket-Version": "8"}),
        handshake(GOOD | {"Sec-WebSocket-Key": "short"}),
        handshake(GOOD | {"Sec-WebSocket-Key": "ä"}),
        handshake({name: value for name, value in GOOD.items() if name != "Sec-WebSocket-Key"}),
        handshake(GOOD, path="/gr\xe4phql"),
        handshake(GOOD, path="/graphql?" + "x" * 9_000),
        handshake(GOOD | {f"X-{number}": "y" for number in range(200)}),
        handshake(GOOD | {"X-Long": "y" * 10_000}),
        handshake(GOOD | {"X-Odd": "\x01\x80"}),
        handshake(GOOD | {"Content-Length": "5"}) + b"12345",
        handshake(GOOD | {"Transfer-Encoding": "chunked"}) + b"0\r\n\r\n",
        handshake(GOOD, path="/nowhere"),
        handshake(GOOD, path="/"),
        handshake(GOOD, version="1.0"),
        handshake(GOOD | {"Upgrade": "h2c"}),
        handshake(GOOD | {"Origin": "http://\x80[::"}),
        handshake(GOOD | {"Origin": "http://[::"}),
        handshake(GOOD | {"Host": ""}),
        handshake(GOOD | {"Sec-WebSocket-Protocol": ",,\xff,"}),
        handshake(GOOD | {"Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=99"}),
        handshake(GOOD | {"Authorization": "Bearer \xff"}),
    ],
)
async def test_a_bad_handshake_is_answered_and_ends(server: ServerProcess, request_bytes: bytes) -> None:
    with connected(server) as connection:
        connection.sendall(request_bytes)
        answer = read_until(connection, b"\r\n\r\n")
    if answer:
        assert answer.split(b" ")[0].startswith(b"HTTP/1.")
        assert int(answer.split(b" ")[1]) < 500, answer
    await _serves(server)


async def test_pings_whose_pongs_nobody_reads_fill_no_memory(server: ServerProcess) -> None:
    with upgraded(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        many = frame(PING, b"x" * 125) * 1_000
        with pytest.raises(ConnectionError):
            connection.sendall(many * 200)
    await _serves(server)


async def test_a_connection_that_is_reset_is_no_fault(server: ServerProcess) -> None:
    for _ in range(20):
        with upgraded(server) as connection:
            body = b'{"id":"1","type":"subscribe","payload":{"query":"subscription { stockChanged { cursor } }"}}'
            connection.sendall(frame(TEXT, body))
            reset_when_closed(connection)
    await _serves(server)

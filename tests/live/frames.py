"""WebSocket frames and handshakes as bytes, for clients that no library writes."""

import base64
import struct

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0
KEY = base64.b64encode(bytes(16)).decode()
MASK = b"\x1d\x53\xa6\xe8"  # A client draws one for each frame; the server may not care which.
GOOD = {
    "Host": "127.0.0.1",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "graphql-transport-ws",
}


def frame(opcode: int, body: bytes = b"", *, fin: bool = True, mask: bool = True, reserved: int = 0) -> bytes:
    """One frame as it is on the wire (RFC 6455 section 5.2)."""
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    flag = 0x80 if mask else 0
    if len(body) < 126:
        head += bytes([flag | len(body)])
    elif len(body) < 65_536:
        head += bytes([flag | 126]) + struct.pack("!H", len(body))
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", len(body))
    if not mask:
        return head + body
    return head + MASK + bytes(byte ^ MASK[index % 4] for index, byte in enumerate(body))


def handshake(headers: dict[str, str], method: str = "GET", path: str = "/graphql", version: str = "1.1") -> bytes:
    """A request for a WebSocket."""
    lines = [f"{method} {path} HTTP/{version}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

"""A request whose offer of another protocol is ignored, such as HTTP/2 in clear text (RFC 9110, section 7.8)."""

from collections.abc import Iterable

import httptools

_OF_AN_UPGRADE = frozenset({b"upgrade", b"http2-settings"})


def head_without_upgrade(
    parser: httptools.HttpRequestParser, url: bytes, headers: Iterable[tuple[bytes, bytes]]
) -> bytes:
    """The head that was read, as if the offer had not been made."""
    head = [b"%s %s HTTP/%s\r\n" % (parser.get_method(), url, parser.get_http_version().encode())]
    for name, value in headers:
        if name == b"connection":
            options = (option.strip() for option in value.split(b","))
            value = b", ".join(option for option in options if option.lower() not in _OF_AN_UPGRADE)
        if name not in _OF_AN_UPGRADE and (value or name != b"connection"):
            head.append(b"%s: %s\r\n" % (name, value))
    return b"".join([*head, b"\r\n"])

"""Request bodies that come compressed: gzip and no other, to the size that a body may have and no further."""

import zlib
from collections.abc import Sequence

from graph.execution.refusals import RequestRefused, over_limit, refusal
from server.wire.http.content_coding import GZIP_FORMAT, Coding
from server.wire.refusals import HttpCode, with_headers

_GZIP = frozenset({Coding.GZIP.value, "x-gzip"})


def is_compressed(content_encoding: Sequence[str]) -> bool:
    """Whether the body comes in gzip, by its Content-Encoding headers. Raises RequestRefused for other codings."""
    written = ", ".join(content_encoding).strip().lower()
    if written in _GZIP:
        return True
    if content_encoding and written != "identity":
        raise _not_taken("Send the body as it is, or with Content-Encoding: gzip.", Coding.GZIP.value)
    return False


def check_plain(content_encoding: Sequence[str]) -> None:
    """Raises RequestRefused for a body in any coding: that of a request with files."""
    if is_compressed(content_encoding):
        raise _not_taken("A request with files is sent without Content-Encoding.", "identity")


def expanded(body: bytes, max_bytes: int) -> bytes:
    """What was compressed. Raises RequestRefused when it is larger, as soon as that is known, or when it is not gzip.

    A body is one member of gzip (RFC 1952): each of many takes memory of its own, however small it is.
    """
    reading = zlib.decompressobj(GZIP_FORMAT)
    try:
        content = reading.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise _broken(str(error)) from None
    if len(content) > max_bytes:
        raise over_limit(HttpCode.BODY_LIMIT, "body bytes after expansion", len(content), max_bytes)
    if not reading.eof:
        raise _broken("it is cut off")
    if reading.unused_data:
        raise _broken("something follows its end")
    return content


def _broken(reason: str) -> RequestRefused:
    return refusal(HttpCode.BAD_REQUEST, f"The body is not valid gzip: {reason}.")


def _not_taken(told: str, taken: str) -> RequestRefused:
    """A client reads which codings would do (RFC 9110, section 12.5.3)."""
    return with_headers(refusal(HttpCode.UNSUPPORTED_MEDIA_TYPE, told), {"accept-encoding": taken})

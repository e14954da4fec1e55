"""What clients make of the codings of HTTP."""

import sys
import zlib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_GZIP_FORMAT = 31


def plain(content: bytes, coding: str | None) -> bytes:
    """What came in the coding, as it was before."""
    if coding is None:
        return content
    return zstd.decompress(content) if coding == "zstd" else zlib.decompress(content, _GZIP_FORMAT)


def in_zstd(content: bytes) -> bytes:
    """The content in a coding that requests may not have."""
    return zstd.compress(content)

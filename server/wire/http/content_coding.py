"""Codings that make content smaller on its way: which one a client takes (RFC 9110, 12.5.3), and applying it."""

import sys
import zlib
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from starlette.types import Scope

from server.wire.http.negotiation import quality_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP_FORMAT = 31
"""What zlib calls a stream with the head and the checksum of gzip."""

_LONGEST_KNOWN = 300
# RFC 9110, section 8.4.1.3.
_OLD_NAMES = {"x-gzip": "gzip"}


class Coding(Enum):
    """The codings that answers come in, by their names in HTTP; the first is the one we would rather send."""

    ZSTD = "zstd"
    GZIP = "gzip"


def wanted_coding(scope: Scope) -> Coding | None:
    """The coding for the answer to a request; None to send it as it is, which every client takes."""
    lines = [value for name, value in scope["headers"] if name == b"accept-encoding"]
    if not lines:
        return None
    written = b",".join(lines).decode("latin-1")
    return _known_choice(written) if len(written) <= _LONGEST_KNOWN else _choice(written)


def compressed(content: bytes, coding: Coding, *, is_kept: bool = False) -> bytes:
    """The content in the coding: fast for one answer, small for what is kept and sent again and again.

    It takes about a millisecond for 50,000 bytes of an answer, and seconds for megabytes that are kept.
    """
    if coding is Coding.ZSTD:
        return zstd.compress(content, 19 if is_kept else 3)
    return zlib.compress(content, 9 if is_kept else 4, GZIP_FORMAT)


def _choice(written: str) -> Coding | None:
    """The most welcome coding, and of two that are equally welcome ours; none where plain content is more welcome.

    A star stands for gzip, which everybody knows; zstd counts by its name alone.
    """
    weights = dict(_weights(written))
    welcome = {Coding.ZSTD: weights.get("zstd", 0.0), Coding.GZIP: weights.get("gzip", weights.get("*", 0.0))}
    best = max(Coding, key=lambda coding: welcome[coding])
    return best if welcome[best] > 0 and welcome[best] >= weights.get("identity", 0.0) else None


@lru_cache(maxsize=200)
def _known_choice(written: str) -> Coding | None:
    """A client sends the same header again and again."""
    return _choice(written)


def _weights(written: str) -> Iterator[tuple[str, float]]:
    for entry in written.split(","):
        name, *parameters = (part.strip().lower() for part in entry.split(";"))
        if name:
            yield _OLD_NAMES.get(name, name), quality_of(parameters)

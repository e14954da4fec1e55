"""What proves that an object holds the bytes that were sent, or are expected; a store is not believed without.

A proxy may answer 200 with a page of its own, and a store may keep half of what it was sent. Source: Amazon S3 API
Reference, "Object": an ETag is the MD5 of the bytes, of an object in parts the MD5 of the MD5s of its parts, a dash and
their number; of an object that is encrypted with keys of its own it is neither. Some stores have the MD5 of the whole
for an object in parts, too.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

SHA256 = "sha256"
"""The name in an object's metadata under which we keep the digest of its bytes, in hex."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of the bytes that an object is to hold; `etags` are those that a store may give it."""

    size_bytes: int
    sha256: bytes
    etags: frozenset[str] = frozenset()

    @property
    def metadata(self) -> dict[str, str]:
        """What is kept with the object."""
        return {SHA256: self.sha256.hex()}

    def is_shown_by_etag(self, answer: Mapping[str, Any]) -> bool:
        """Whether the ETag of an answer is one of these bytes."""
        return etag_of(answer) in self.etags

    def is_shown_by_head(self, head: Mapping[str, Any]) -> bool:
        """Whether the answer to a HEAD names the size and the digest."""
        kept = {name.lower(): value for name, value in head.get("Metadata", {}).items()}
        return head.get("ContentLength") == self.size_bytes and kept.get(SHA256) == self.sha256.hex()


class PartsInTurn:
    """The MD5s of an object that is sent in parts."""

    def __init__(self) -> None:
        self._whole = hashlib.md5(usedforsecurity=False)
        self._parts: list[bytes] = []

    def add(self, body: bytes) -> None:
        """The next part; takes some milliseconds."""
        self._whole.update(body)
        self._parts.append(_md5(body).digest())

    def etags(self) -> frozenset[str]:
        """Those that the whole may get."""
        of_parts = f"{_md5(b''.join(self._parts)).hexdigest()}-{len(self._parts)}"
        return frozenset({self._whole.hexdigest(), of_parts})


def proof_of(body: bytes, sha256: bytes | None = None) -> Proof:
    """What proves these bytes, whose digest may be known; takes some milliseconds for many."""
    digest = sha256 if sha256 is not None else hashlib.sha256(body).digest()
    return Proof(len(body), digest, frozenset({_md5(body).hexdigest()}))


def etag_of(answer: Mapping[str, Any]) -> str:
    """The ETag of an answer without its quotes; empty where it has none."""
    return str(answer.get("ETag", "")).strip('"')


def is_page(answer: Mapping[str, Any]) -> bool:
    """Whether there is a body where S3 has none (a deletion is 204, or has a length of 0)."""
    told = answer["ResponseMetadata"]
    length = told["HTTPHeaders"].get("content-length", "0")
    return bool(told["HTTPStatusCode"] != 204 and length != "0")


async def measured(chunks: AsyncIterator[bytes], length: int) -> AsyncIterator[bytes]:
    """The chunks, when they are so long together. Raises ValueError before more come, or at the end."""
    left = length
    async for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            break
        yield chunk
    if left != 0:
        raise ValueError(f"other than {length:,} bytes came")


async def proven(chunks: AsyncIterator[bytes], sha256: bytes) -> AsyncIterator[bytes]:
    """The chunks, the last only when all have this digest, so that nobody gets a wrong file whole.

    Each is hashed where it comes: sooner done than given to a thread. Raises ValueError.
    """
    digest, held = hashlib.sha256(), b""
    async for chunk in chunks:
        if held:
            yield held
        digest.update(chunk)
        held = chunk
    if digest.digest() != sha256:
        raise ValueError("other bytes came than were stored")
    yield held


def _md5(content: bytes) -> Any:
    return hashlib.md5(content, usedforsecurity=False)

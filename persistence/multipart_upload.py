"""A large object in parts, one after the other, so that memory holds one of them."""

import asyncio
from collections.abc import Mapping
from typing import Any, BinaryIO

import structlog

from persistence.faults import STORE_FAULTS, StoreNotBelieved
from persistence.object_proof import PartsInTurn, Proof

PART_BYTES = 5 * 1024 * 1024
"""The least that S3 takes for a part that is not the last."""

_GIVE_UP_SECONDS = 3

_log = structlog.get_logger(__name__)


async def put_in_parts(
    client: Any, at: dict[str, str], content: BinaryIO, proof: Proof, media_type: str, call_seconds: float
) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Store the bytes of a file; the object appears whole or not at all. `client` is aioboto3's, without types.

    The last answer of the store, and the ETags of which it may hold one: whether to believe it is for the caller. `at`
    names the bucket and the key. Parts that were sent before a failure are removed, best effort; the sweep removes what
    is left over. Raises StoreNotBelieved where an answer is none of S3, and TimeoutError when one call, its repetitions
    included, takes longer than `call_seconds`.
    """
    async with asyncio.timeout(call_seconds):
        upload = await client.create_multipart_upload(**at, ContentType=media_type, Metadata=proof.metadata)
    at = at | {"UploadId": _told(upload, "UploadId")}
    try:
        parts, in_turn = [], PartsInTurn()
        for number, offset in enumerate(range(0, proof.size_bytes, PART_BYTES), start=1):
            body = await read_at(content, offset, min(PART_BYTES, proof.size_bytes - offset))
            await asyncio.to_thread(in_turn.add, body)
            async with asyncio.timeout(call_seconds):
                sent = await client.upload_part(**at, PartNumber=number, Body=body)
            parts.append({"PartNumber": number, "ETag": _told(sent, "ETag")})
        async with asyncio.timeout(call_seconds):
            whole = await client.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})
    except BaseException:
        await _give_up(client, at)
        raise
    return whole, in_turn.etags()


async def read_at(content: BinaryIO, offset: int, length: int) -> bytes:
    """So many bytes of a file from there, read off the event loop; nobody else reads it at the same time."""

    def read() -> bytes:
        content.seek(offset)
        return content.read(length)

    return await asyncio.to_thread(read)


def _told(answer: Mapping[str, Any], name: str) -> str:
    try:
        return str(answer[name])
    except KeyError:
        raise StoreNotBelieved(f"the answer to an upload in parts has no {name}") from None


async def _give_up(client: Any, at: dict[str, str]) -> None:
    try:
        async with asyncio.timeout(_GIVE_UP_SECONDS):
            await client.abort_multipart_upload(**at)
    except STORE_FAULTS as error:
        _log.warning("unfinished upload was not removed", key=at["Key"], error=type(error).__name__)

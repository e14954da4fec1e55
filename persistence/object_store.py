"""Objects in S3, through one client that lives as long as the process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, BinaryIO

import aioboto3
from aiobotocore.config import AioConfig
from aiohttp import ClientError as HttpError
from botocore.exceptions import ClientError

from persistence.bucket import Bucket
from persistence.faults import MissingObject, StoreNotBelieved, is_beyond_end, is_missing
from persistence.multipart_upload import PART_BYTES, put_in_parts, read_at
from persistence.object_proof import Proof, etag_of, measured, proof_of, proven
from persistence.observation import StoreObserver, Unobserved
from persistence.observed_client import ObservedClient

_WRITE_TIMEOUT_SECONDS = 10.0
_CHUNK_BYTES = 128 * 1024
# Of the connections to the store, so many may be held by downloads at once; the others are for everything else.
_MAX_CONNECTIONS = 200
_MAX_DOWNLOADS = 150
_WAIT_FOR_OTHERS_SECONDS = 10


class BrokenReading(OSError):
    """The connection to the store broke in the middle of an object."""


class ObjectStore(Bucket):
    """The objects one by one; what a store answers is believed when something proves it (persistence.object_proof).

    Faults are raised as botocore raises them (BotoCoreError, ClientError), and StoreNotBelieved without a proof.
    """

    def __init__(
        self,
        client: Any,
        bucket: str,
        write_timeout_seconds: float = _WRITE_TIMEOUT_SECONDS,
        observer: StoreObserver | None = None,
    ) -> None:
        super().__init__(client, bucket, observer)
        self._write_timeout_seconds = write_timeout_seconds
        self._downloading = asyncio.Semaphore(_MAX_DOWNLOADS)

    async def put(self, key: str, body: bytes, media_type: str, sha256: bytes | None = None) -> None:
        """Store an object whole; it is there when this returns. Raises TimeoutError."""
        proof = await asyncio.to_thread(proof_of, body, sha256)
        about = {"ContentType": media_type, "Metadata": proof.metadata}
        async with asyncio.timeout(self._write_timeout_seconds):
            answer = await self._client.put_object(Bucket=self.bucket, Key=key, Body=body, **about)
            await self._believe_put(key, answer, proof)

    async def put_file(self, key: str, content: BinaryIO, size_bytes: int, sha256: bytes, media_type: str) -> None:
        """Store so many bytes of a file from its beginning, in parts where they are many; memory holds one part.

        `sha256` is theirs. Raises TimeoutError when one of the parts takes too long.
        """
        if size_bytes <= PART_BYTES:
            await self.put(key, await read_at(content, 0, size_bytes), media_type, sha256)
            return
        at, seconds = {"Bucket": self.bucket, "Key": key}, self._write_timeout_seconds
        proof = Proof(size_bytes, sha256)
        try:
            answer, etags = await put_in_parts(self._client, at, content, proof, media_type, seconds)
        except StoreNotBelieved as error:
            raise self.not_believed("upload_part", str(error)) from None
        async with asyncio.timeout(seconds):
            await self._believe_put(key, answer, Proof(size_bytes, sha256, etags))

    async def copy(self, source_key: str, key: str, size_bytes: int, sha256: bytes) -> None:
        """Copy an object of this size and digest within the store, which is done when this returns.

        Raises TimeoutError. A store that keeps no metadata is believed by the ETag, which is that of the source.
        """
        source = {"Bucket": self.bucket, "Key": source_key}
        async with asyncio.timeout(self._write_timeout_seconds):
            await self._client.copy_object(Bucket=self.bucket, Key=key, CopySource=source)
            copied = await self._head(key)
            if Proof(size_bytes, sha256).is_shown_by_head(copied):
                return
            original = await self._head(source_key)
        lengths = {copied.get("ContentLength"), original.get("ContentLength"), size_bytes}
        if len(lengths) > 1 or not etag_of(copied) or etag_of(copied) != etag_of(original):
            raise self.not_believed("copy_object", f"{key} is no copy of {source_key}")

    async def size_bytes(self, key: str) -> int | None:
        """The size of an object, None when there is no such object."""
        head = await self._head(key)
        return int(head["ContentLength"]) if head else None

    async def _head(self, key: str) -> Mapping[str, Any]:
        """What the store says of an object; empty when there is no such object."""
        try:
            head: Mapping[str, Any] = await self._client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if is_missing(error):
                return {}
            raise
        return head

    async def _believe_put(self, key: str, answer: Mapping[str, Any], proof: Proof) -> None:
        """Raises StoreNotBelieved when neither the answer nor the store's word of the object fits what was sent."""
        if not proof.is_shown_by_etag(answer) and not proof.is_shown_by_head(await self._head(key)):
            raise self.not_believed("put_object", f"nothing shows that {key} was stored")

    @asynccontextmanager
    async def reading(self, key: str, first: int, last: int) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open an object to read its bytes from `first` to `last`, both included, in chunks; others do not come.

        The connection is given back when the block ends, whether or not all was read. Raises MissingObject,
        TimeoutError when too many others are reading, and BrokenReading and StoreNotBelieved while the chunks come.
        """
        async with asyncio.timeout(_WAIT_FOR_OTHERS_SECONDS):
            await self._downloading.acquire()
        try:
            found = await self._found(key, Range=f"bytes={first}-{last}")
            async with found["Body"] as body:
                length = last - first + 1
                if found.get("ContentLength", length) != length:
                    raise self.not_believed("get_object", f"{key}: {found['ContentLength']:,} bytes for {length:,}")
                yield self._believed(key, measured(_unbroken(body.content.iter_chunked(_CHUNK_BYTES)), length))
        finally:
            self._downloading.release()

    @asynccontextmanager
    async def reading_whole(self, key: str, size_bytes: int, sha256: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        """As `reading`, all of an object of this size; its last chunk comes when all together have the digest."""
        async with self.reading(key, 0, size_bytes - 1) as chunks:
            yield self._believed(key, proven(chunks, sha256))

    async def _believed(self, key: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async for chunk in chunks:
                yield chunk
        except ValueError as error:
            raise self.not_believed("get_object", f"{key}: {error}") from None

    async def read(self, key: str) -> bytes | None:
        """A small object whole, None when there is no such object. Raises BrokenReading."""
        try:
            found = await self._found(key)
        except MissingObject:
            return None
        async with found["Body"] as body:
            content = b"".join([chunk async for chunk in _unbroken(body.content.iter_chunked(_CHUNK_BYTES))])
        proof = proof_of(content)
        if not proof.is_shown_by_etag(found) and not proof.is_shown_by_head(found):
            raise self.not_believed("get_object", f"nothing shows that {key} is what was stored")
        return content

    async def _found(self, key: str, **which: str) -> Any:
        try:
            return await self._client.get_object(Bucket=self.bucket, Key=key, **which)
        except ClientError as error:
            if is_missing(error):
                raise MissingObject(key) from error
            if is_beyond_end(error):
                raise self.not_believed("get_object", f"{key} is shorter than it was") from error
            raise


@asynccontextmanager
async def open_object_store(
    endpoint_url: str | None,
    bucket: str,
    access_key: str,
    secret_key: str,
    region: str | None,
    observer: StoreObserver | None = None,
    *,
    connect_timeout_seconds: float = 3,
    read_timeout_seconds: float = 15,
    write_timeout_seconds: float = _WRITE_TIMEOUT_SECONDS,
) -> AsyncIterator[ObjectStore]:
    """Open the client; the store is reached by the first call, not here.

    `write_timeout_seconds` is for an object, or a part of a large one, whatever the client repeats within it: a change
    holds its connection to the database until its objects are stored.
    """
    session = aioboto3.Session()
    async with session.client(
        "s3",
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name=region or "us-east-1",
        config=_configuration(connect_timeout_seconds, read_timeout_seconds),
    ) as client:
        observed = ObservedClient(client, observer or Unobserved())
        yield ObjectStore(observed, bucket, write_timeout_seconds, observer)


def _configuration(connect_timeout_seconds: float, read_timeout_seconds: float) -> AioConfig:
    """Checksums are sent only where S3 demands them: S3-compatible servers refuse the others."""
    return AioConfig(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=connect_timeout_seconds,
        read_timeout=read_timeout_seconds,
        max_pool_connections=_MAX_CONNECTIONS,
        # Whatever we ask of the store may be asked again: a key is written once, with the same bytes. The two pauses of
        # three attempts are three seconds at most, so that a store that is away is told soon.
        retries={"total_max_attempts": 3, "mode": "standard"},
    )


async def _unbroken(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks; a connection that breaks is told as every other that does, not in the words of the HTTP library."""
    try:
        async for chunk in chunks:
            yield chunk
    except HttpError as error:
        raise BrokenReading(str(error) or type(error).__name__) from error

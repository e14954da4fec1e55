"""Objects in S3, through one client that lives as long as the process.

Longer than other files because whatever is asked of a bucket stands on one page.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import aioboto3
from aiobotocore.config import AioConfig
from aiohttp import ClientError as HttpError
from botocore.exceptions import ClientError

from persistence.faults import MissingObject, is_missing
from persistence.multipart_upload import PART_BYTES, put_in_parts, read_at
from persistence.observation import StoreObserver, Unobserved
from persistence.observed_client import ObservedClient

_PAGE_KEYS = 1_000
_CHUNK_BYTES = 128 * 1024
_WRITE_TIMEOUT_SECONDS = 10.0
# Of the connections to the store, so many may be held by downloads at once; the others are for everything else.
_MAX_CONNECTIONS = 200
_MAX_DOWNLOADS = 150
_WAIT_FOR_OTHERS_SECONDS = 10
_DELETIONS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing tells it."""

    key: str
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class UnfinishedUpload:
    """An upload in parts that was begun and never completed."""

    key: str
    upload_id: str
    begun_at: datetime


class BrokenReading(OSError):
    """The connection to the store broke in the middle of an object."""


class ObjectStore:
    """One bucket. Faults are raised as botocore raises them (BotoCoreError, ClientError)."""

    def __init__(self, client: Any, bucket: str, write_timeout_seconds: float = _WRITE_TIMEOUT_SECONDS) -> None:
        # aioboto3 builds its clients at run time and has no types for them.
        self._client = client
        self.bucket = bucket
        self._write_timeout_seconds = write_timeout_seconds
        self._downloading = asyncio.Semaphore(_MAX_DOWNLOADS)

    async def ensure_bucket(self) -> None:
        """Make the bucket where it does not exist."""
        if not await self.answers():
            await self._client.create_bucket(Bucket=self.bucket)

    async def answers(self) -> bool:
        """Tell whether the bucket is there. Raises BotoCoreError when the store cannot be reached."""
        try:
            await self._client.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
        return True

    async def put(self, key: str, body: bytes, media_type: str) -> None:
        """Store an object whole; it is there when this returns. Raises TimeoutError."""
        async with asyncio.timeout(self._write_timeout_seconds):
            await self._client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=media_type)

    async def put_file(self, key: str, content: BinaryIO, size_bytes: int, media_type: str) -> None:
        """Store so many bytes of a file from its beginning, in parts where they are many; memory holds one part.

        Raises TimeoutError when one of the parts takes too long.
        """
        if size_bytes <= PART_BYTES:
            await self.put(key, await read_at(content, 0, size_bytes), media_type)
        else:
            at = {"Bucket": self.bucket, "Key": key}
            await put_in_parts(self._client, at, content, size_bytes, media_type, self._write_timeout_seconds)

    async def copy(self, source_key: str, key: str) -> None:
        """Copy an object within the store, which is done when this returns. Raises TimeoutError."""
        source = {"Bucket": self.bucket, "Key": source_key}
        async with asyncio.timeout(self._write_timeout_seconds):
            await self._client.copy_object(Bucket=self.bucket, Key=key, CopySource=source)

    async def size_bytes(self, key: str) -> int | None:
        """The size of an object, None when there is no such object."""
        try:
            head = await self._client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        return int(head["ContentLength"])

    @asynccontextmanager
    async def reading(self, key: str, first: int, last: int) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open an object to read its bytes from `first` to `last`, both included, in chunks.

        The connection is given back when the block ends, whether or not all was read. Raises MissingObject,
        TimeoutError when too many others are reading, and BrokenReading while the chunks come.
        """
        async with asyncio.timeout(_WAIT_FOR_OTHERS_SECONDS):
            await self._downloading.acquire()
        try:
            found = await self._found(key, Range=f"bytes={first}-{last}")
            async with found["Body"] as body:
                yield _unbroken(body.content.iter_chunked(_CHUNK_BYTES))
        finally:
            self._downloading.release()

    async def read(self, key: str) -> bytes | None:
        """A small object whole, None when there is no such object. Raises BrokenReading."""
        try:
            found = await self._found(key)
        except MissingObject:
            return None
        async with found["Body"] as body:
            return b"".join([chunk async for chunk in _unbroken(body.content.iter_chunked(_CHUNK_BYTES))])

    async def _found(self, key: str, **which: str) -> Any:
        try:
            return await self._client.get_object(Bucket=self.bucket, Key=key, **which)
        except ClientError as error:
            if is_missing(error):
                raise MissingObject(key) from error
            raise

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no fault."""
        await self._client.delete_object(Bucket=self.bucket, Key=key)

    async def delete_below(self, prefix: str) -> None:
        """Remove all objects whose keys begin with the prefix."""
        async for page in self.pages(prefix):
            await self.delete_all([each.key for each in page])

    async def delete_all(self, keys: Sequence[str]) -> None:
        """Remove many objects, a few at a time: each has only so long to connect, and must not wait for the others."""
        for start in range(0, len(keys), _DELETIONS_AT_ONCE):
            await asyncio.gather(*(self.delete(key) for key in keys[start : start + _DELETIONS_AT_ONCE]))

    async def pages(self, prefix: str) -> AsyncIterator[Sequence[StoredObject]]:
        """The objects below a prefix, up to 1,000 at a time, in the order of their keys."""
        following: dict[str, str] = {}
        while True:
            answer = await self._client.list_objects_v2(
                Bucket=self.bucket, Prefix=prefix, MaxKeys=_PAGE_KEYS, **following
            )
            yield [StoredObject(each["Key"], each["Size"], each["LastModified"]) for each in answer.get("Contents", ())]
            if not answer.get("IsTruncated"):
                return
            following = {"ContinuationToken": answer["NextContinuationToken"]}

    async def unfinished_uploads(self, prefix: str) -> AsyncIterator[Sequence[UnfinishedUpload]]:
        """Uploads in parts that were begun below a prefix and neither completed nor given up, a page at a time."""
        following: dict[str, str] = {}
        while True:
            try:
                answer = await self._client.list_multipart_uploads(Bucket=self.bucket, Prefix=prefix, **following)
            except ClientError as error:
                # The embedded server says so when there is none at all.
                if is_missing(error):
                    return
                raise
            uploads = answer.get("Uploads", ())
            yield [UnfinishedUpload(each["Key"], each["UploadId"], each["Initiated"]) for each in uploads]
            if not answer.get("IsTruncated"):
                return
            following = {"KeyMarker": answer["NextKeyMarker"], "UploadIdMarker": answer.get("NextUploadIdMarker", "")}

    async def give_up(self, upload: UnfinishedUpload) -> None:
        """Remove what was uploaded of an unfinished upload; one that ended meanwhile is no fault."""
        try:
            await self._client.abort_multipart_upload(Bucket=self.bucket, Key=upload.key, UploadId=upload.upload_id)
        except ClientError as error:
            if not is_missing(error):
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
        yield ObjectStore(ObservedClient(client, observer or Unobserved()), bucket, write_timeout_seconds)


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

"""One bucket in S3 as a whole: whether it is there, what lies in it, and what is removed from it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from persistence.faults import StoreNotBelieved, is_missing
from persistence.object_proof import is_page
from persistence.observation import StoreObserver, Unobserved

_PAGE_KEYS = 1_000
_DELETIONS_AT_ONCE = 20
# One of these is in every list, though it names nothing.
_OF_A_LIST = {"IsTruncated", "Name", "Bucket"}


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


class Bucket:
    """Faults are raised as botocore raises them (BotoCoreError, ClientError), and StoreNotBelieved."""

    def __init__(self, client: Any, bucket: str, observer: StoreObserver | None = None) -> None:
        # aioboto3 builds its clients at run time and has no types for them.
        self._client = client
        self.bucket = bucket
        self._observer = observer or Unobserved()

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

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no fault."""
        answer = await self._client.delete_object(Bucket=self.bucket, Key=key)
        if is_page(answer):
            raise self.not_believed("delete_object", f"nothing shows that {key} was removed")

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
            if not answer.keys() & _OF_A_LIST:
                raise self.not_believed("list_objects_v2", "what came is no list of objects")
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
            if not answer.keys() & _OF_A_LIST:
                raise self.not_believed("list_multipart_uploads", "what came is no list of uploads")
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

    def not_believed(self, call: str, reason: str) -> StoreNotBelieved:
        """The exception to be raised when nothing shows what a call was to do; it is counted here."""
        self._observer.not_believed(call)
        return StoreNotBelieved(reason)

"""Objects in S3, through one long-lived client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aioboto3
from aiobotocore.config import AioConfig
from botocore.exceptions import ClientError

_MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NotFound"}


class ObjectStore:
    """One bucket. Faults are raised as botocore raises them (BotoCoreError, ClientError)."""

    def __init__(self, client: Any, bucket: str) -> None:
        # aioboto3 builds its clients at run time and has no types for them.
        self._client = client
        self.bucket = bucket

    async def ensure_bucket(self) -> None:
        """Make the bucket where it does not exist."""
        if not await self.answers():
            await self._client.create_bucket(Bucket=self.bucket)

    async def answers(self) -> bool:
        """Tell whether the bucket is there. Raises BotoCoreError when the store cannot be reached."""
        try:
            await self._client.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if _code(error) in _MISSING:
                return False
            raise
        return True

    async def put(self, key: str, body: bytes, media_type: str) -> None:
        """Store an object whole; it is there when this returns."""
        await self._client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=media_type)

    async def size_bytes(self, key: str) -> int | None:
        """The size of an object, None when there is no such object."""
        try:
            head = await self._client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise
        return int(head["ContentLength"])

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no fault."""
        await self._client.delete_object(Bucket=self.bucket, Key=key)


@asynccontextmanager
async def open_object_store(
    endpoint_url: str | None, bucket: str, access_key: str, secret_key: str, region: str | None
) -> AsyncIterator[ObjectStore]:
    """Open the client; the store is reached by the first call, not here.

    Checksums are sent only where S3 demands them: S3-compatible servers refuse the others.
    """
    config = AioConfig(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=5,
        read_timeout=30,
        retries={"max_attempts": 3, "mode": "standard"},
    )
    session = aioboto3.Session()
    async with session.client(
        "s3",
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name=region or "us-east-1",
        config=config,
    ) as client:
        yield ObjectStore(client, bucket)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))

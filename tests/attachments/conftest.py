"""The bucket of the server under test, and the sweep over it."""

from collections.abc import AsyncIterator

import pytest

from persistence.database import Database
from persistence.object_store import ObjectStore, open_object_store
from persistence.orphaned_objects import Sweep
from tests.server_process import ServerProcess


@pytest.fixture
async def store(server: ServerProcess) -> AsyncIterator[ObjectStore]:
    """The bucket of the server."""
    at = server.addresses
    async with open_object_store(
        at.s3_endpoint_url, at.s3_bucket, at.s3_access_key, at.s3_secret_key, at.s3_region
    ) as opened:
        yield opened


@pytest.fixture
async def sweep(database: Database, store: ObjectStore) -> Sweep:
    """A sweep of the bucket, which holds nothing but its mark."""
    await store.delete_below("attachments/")
    found = Sweep(database, store)
    assert await found.mark_bucket()
    return found

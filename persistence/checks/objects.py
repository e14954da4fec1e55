"""Checks that every file's row has its object, with the size of the row, and the bytes of its hash on request."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence

from asyncpg import Record
from sqlalchemy import text

from domain.rules.object_keys import file_key
from persistence.checks.finding import MAX_FINDINGS, Finding, findings
from persistence.database import Database
from persistence.faults import MissingObject, StoreNotBelieved
from persistence.object_store import ObjectStore
from persistence.statements import Statement

INVARIANT = "A file's row has its object in the store, with its size"
HASH_INVARIANT = "A file's object has the bytes of its row's hash"
_AT_ONCE = 16
_PAGE = Statement(
    text("""
    SELECT id, title, object_id, size_bytes, sha256 FROM attachments
     WHERE id > CAST(:after AS bigint) AND object_id IS NOT NULL
     ORDER BY id LIMIT 500
    """)
)
_EXISTS = Statement(text("SELECT 1 FROM attachments WHERE id = CAST(:id AS bigint)"))


async def run_object_checks(database: Database, store: ObjectStore, *, hashes: bool = False) -> list[Finding]:
    """What is off, at most twenty details for each invariant; rows that are deleted meanwhile are no alarm."""
    wrong: dict[str, list[str]] = {INVARIANT: [], HASH_INVARIANT: []}
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def look(row: Record) -> tuple[str, str] | None:
        async with at_once:
            found = await _wrong(store, row, hashes)
        return found if found is not None and await database.fetch(_EXISTS, id=row["id"]) else None

    async for page in _pages(database):
        for row, found in zip(page, await asyncio.gather(*(look(row) for row in page)), strict=True):
            if found is not None:
                wrong[found[0]].append(f"attachment {row['id']} ({row['title']}): {found[1]}")
        if any(len(details) > MAX_FINDINGS for details in wrong.values()):
            break
    return [
        finding for invariant, details in wrong.items() for finding in findings(invariant, details[: MAX_FINDINGS + 1])
    ]


async def _pages(database: Database) -> AsyncIterator[Sequence[Record]]:
    after = 0
    while page := await database.fetch(_PAGE, after=after):
        yield page
        after = page[-1]["id"]


async def _wrong(store: ObjectStore, row: Record, hashes: bool) -> tuple[str, str] | None:
    """The invariant that the row's object breaks, and how."""
    key = file_key(row["object_id"])
    size_bytes = await store.size_bytes(key)
    if size_bytes is None:
        return INVARIANT, f"there is no object {key}"
    if size_bytes != row["size_bytes"]:
        return INVARIANT, f"{size_bytes:,} bytes in the store, {row['size_bytes']:,} by its row"
    if hashes:
        try:
            digest = await _digest(store, key, size_bytes)
        except MissingObject:
            return INVARIANT, f"there is no object {key} any more"
        except StoreNotBelieved as error:
            return HASH_INVARIANT, str(error)
        if digest != row["sha256"]:
            return HASH_INVARIANT, f"{digest.hex()} in the store, {row['sha256'].hex()} by its row"
    return None


async def _digest(store: ObjectStore, key: str, size_bytes: int) -> bytes:
    digest = hashlib.sha256()
    async with store.reading(key, 0, size_bytes - 1) as content:
        async for chunk in content:
            await asyncio.to_thread(digest.update, chunk)
    return digest.digest()

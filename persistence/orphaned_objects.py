"""Removes objects that no row names, page by page, however large the bucket is; never one that a row names.

An upload is in the store before its row is committed, so what is younger than a day is left alone: no transaction lives
that long. The age of an object is that of the youngest witness: what the store says of it, and the time inside the
uuid of its prefix (a store may date a copy as old as its source). What a row names is asked again for each page right
before its deletion. Everything below a prefix that a row names is named: the file and its previews.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from botocore.exceptions import ClientError
from sqlalchemy import ARRAY, Uuid, bindparam, func, select, text

from domain.rules.object_keys import ATTACHMENTS, made_at, object_id_in
from persistence.bucket import StoredObject
from persistence.database import Database
from persistence.object_store import ObjectStore
from persistence.readers.tables import attachments, installation
from persistence.statements import Statement

MIN_AGE = timedelta(days=1)
MAX_UNNAMED_PERCENT = 20
MARK = "installation-id"
"""The key of the object by which a bucket tells whose it is."""

_NAMED = Statement(
    select(attachments.c.object_id).where(attachments.c.object_id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))
)
_OURS = Statement(select(installation.c.id))
_NOW = Statement(text("SELECT clock_timestamp() AS now"))

_log = structlog.get_logger(__name__)


class SweepStopped(Exception):
    """The bucket is not ours, or too much of it has no row; nothing was removed. The message says which."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep saw and did; with `is_dry_run` it removed nothing of what it counts as removed."""

    objects: int
    unnamed: int
    removed: int
    removed_bytes: int
    given_up_uploads: int
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class Sweep:
    """One bucket and the database whose rows name its objects."""

    database: Database
    store: ObjectStore

    async def mark_bucket(self) -> bool:
        """Write the installation's id into a bucket that has none; tells whether the bucket is ours."""
        ours = await self._installation_id()
        if await self._id_of_bucket() is None:
            await self.store.put(MARK, ours.encode(), "text/plain")
        return await self._id_of_bucket() == ours

    async def run(
        self, *, is_dry_run: bool = False, is_forced: bool = False, now: datetime | None = None
    ) -> SweepReport:
        """Look at every object, then remove those without a row that are older than a day, unfinished uploads too.

        `now` is the time to reckon ages from, the database's when left out. Raises SweepStopped unless forced; a dry
        run removes nothing, so it looks at any bucket.
        """
        is_checked = not (is_forced or is_dry_run)
        if is_checked:
            await self._refuse_foreign_bucket()
        now = now or (await self.database.fetch(_NOW))[0]["now"]
        objects = unnamed = 0
        async for page in self.store.pages(ATTACHMENTS):
            objects += len(page)
            unnamed += len(await self._removable(page, now))
        if is_checked and unnamed * 100 > objects * MAX_UNNAMED_PERCENT:
            raise SweepStopped(
                f"{unnamed:,} of {objects:,} objects have no row, more than {MAX_UNNAMED_PERCENT} %: is this the right "
                "database? See what would be removed with --dry-run, and sweep with --force if it is"
            )
        removed = [each async for each in self._remove(now, is_dry_run)] if unnamed else []
        given_up = await self._give_up_uploads(now, is_dry_run)
        report = SweepReport(
            objects, unnamed, sum(count for count, _ in removed), sum(size for _, size in removed), given_up, is_dry_run
        )
        _log.info("bucket was swept", objects=objects, removed=report.removed, dry_run=is_dry_run)
        return report

    async def _remove(self, now: datetime, is_dry_run: bool) -> AsyncIterator[tuple[int, int]]:
        """Number and bytes of what is removed of each page."""
        async for page in self.store.pages(ATTACHMENTS):
            removable = await self._removable(page, now)
            if not is_dry_run:
                await self.store.delete_all([each.key for each in removable])
            yield len(removable), sum(each.size_bytes for each in removable)

    async def _removable(self, page: Sequence[StoredObject], now: datetime) -> list[StoredObject]:
        """Those that are old enough, lie under a uuid of ours, and have no row now."""
        old = {each: object_id for each in page if (object_id := _old_object_id(each.key, each.modified_at, now))}
        if not old:
            return []
        rows = await self.database.fetch(_NAMED, ids=list(set(old.values())))
        named = {row["object_id"] for row in rows}
        return [each for each, object_id in old.items() if object_id not in named]

    async def _give_up_uploads(self, now: datetime, is_dry_run: bool) -> int:
        """Unfinished uploads in parts have no object yet, so no row names them; the old ones are removed."""
        given_up = 0
        try:
            async for page in self.store.unfinished_uploads(ATTACHMENTS):
                for upload in page:
                    # Some stores tell a date of their own fancy.
                    if _old_object_id(upload.key, upload.begun_at, now) is not None:
                        given_up += 1
                        if not is_dry_run:
                            await self.store.give_up(upload)
        except ClientError as error:
            # Not every S3 server can list them; those that cannot have no rest to remove or remove it themselves.
            _log.warning("unfinished uploads cannot be listed", reason=str(error))
        return given_up

    async def _refuse_foreign_bucket(self) -> None:
        found = await self._id_of_bucket()
        if found != await self._installation_id():
            whose = f"belongs to the installation {found}" if found else "carries no installation's id"
            raise SweepStopped(
                f"the bucket {self.store.bucket} {whose}, not to this database; sweep with --force if it does"
            )

    async def _id_of_bucket(self) -> str | None:
        found = await self.store.read(MARK)
        return found.decode(errors="replace").strip() if found is not None else None

    async def _installation_id(self) -> str:
        return str((await self.database.fetch(_OURS))[0]["id"])


def _old_object_id(key: str, modified_at: datetime, now: datetime) -> UUID | None:
    """The uuid in the key of an object that is older than a day by every witness."""
    object_id = object_id_in(key)
    if object_id is None:
        return None
    youngest = max(modified_at, made_at(object_id) or modified_at)
    return object_id if now - youngest > MIN_AGE else None

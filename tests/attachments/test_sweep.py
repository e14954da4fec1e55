"""The sweep removes what has no row and is older than a day, and nothing else; checks compare rows and objects.

Rules: docs/domain.md#the-sweep.
"""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

import persistence.bucket as module
from domain.rules.object_keys import file_key, made_at, object_id_in, prefix_of
from domain.rules.previews import preview_key
from persistence.checks import run_checks
from persistence.checks.objects import HASH_INVARIANT, INVARIANT, run_object_checks
from persistence.database import Database
from persistence.object_store import ObjectStore
from persistence.orphaned_objects import MARK, Sweep, SweepStopped
from tests.attachments.uploading import PDF, attached, attachments_of, png
from tests.factories import Workshop
from tests.rendering.reading import read
from tests.server_process import ServerProcess

OF_OURS = "0190a0c8-0000-7000-8000-000000000001"
TOMORROW = timedelta(days=1, minutes=1)


def tomorrow() -> datetime:
    """A moment at which everything of today is older than a day."""
    return datetime.now(UTC) + TOMORROW


async def keys_in(store: ObjectStore) -> set[str]:
    return {each.key async for page in store.pages("attachments/") for each in page}


async def named(client: httpx.AsyncClient, workshop: Workshop, number: int = 6) -> set[str]:
    """So many files with their rows, of which nothing is made in the background; the keys of their objects."""
    key = await workshop.part()
    for shade in range(number):
        await attached(client, {"partKey": key}, b"file %d" % shade)
    rows = await workshop.connection.fetch("SELECT object_id FROM attachments")
    return {file_key(row["object_id"]) for row in rows}


async def orphan(store: ObjectStore, object_id: UUID | None = None) -> str:
    """An object without a row."""
    key = file_key(object_id or uuid4())
    await store.put(key, b"orphan", "text/plain")
    return key


async def test_what_has_no_row_is_removed_when_it_is_older_than_a_day(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, sweep: Sweep
) -> None:
    kept = await named(client, workshop)
    key = await orphan(store)
    await store.put("elsewhere/file", b"not ours", "text/plain")
    report = await sweep.run()
    assert (report.objects, report.unnamed, report.removed) == (7, 0, 0)
    assert await keys_in(store) == {*kept, key}
    tried = await sweep.run(is_dry_run=True, now=tomorrow())
    assert (tried.objects, tried.unnamed, tried.removed, tried.removed_bytes) == (7, 1, 1, 6)
    assert await keys_in(store) == {*kept, key}
    report = await sweep.run(now=tomorrow())
    assert (report.objects, report.unnamed, report.removed) == (7, 1, 1)
    assert await keys_in(store) == kept
    assert await store.read("elsewhere/file") == b"not ours"
    await store.delete("elsewhere/file")


async def test_previews_below_a_named_prefix_are_named(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, sweep: Sweep
) -> None:
    kept = await named(client, workshop)
    made = await attached(client, {"partKey": await workshop.part()}, png())
    assert (await read(client, made))["previewState"] == "DONE"
    found = await workshop.connection.fetchval("SELECT object_id FROM attachments WHERE kind = 'IMAGE'")
    kept |= {file_key(found), preview_key(found, 64)}
    assert await keys_in(store) == kept
    assert (await sweep.run(now=tomorrow())).removed == 0
    assert await keys_in(store) == kept


async def test_a_young_uuid_keeps_an_object_that_the_store_calls_old(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, sweep: Sweep
) -> None:
    """The embedded store dates a copy as old as its source."""
    await named(client, workshop)
    made = await workshop.connection.fetchval("SELECT max(object_id::text)::uuid FROM attachments")
    rest = (int(made) & ((1 << 80) - 1)) ^ 1
    old_id, young_id = (UUID(int=(ms << 80) | rest) for ms in (1_000, (int(made) >> 80) + 10 * 60_000))
    assert made_at(young_id) > made_at(made)  # type: ignore[operator]
    keys = [file_key(old_id), file_key(young_id)]
    for key in keys:
        old = {"mtime": "1000"}
        await store._client.put_object(Bucket=store.bucket, Key=key, Body=b"orphan", Metadata=old)
    found = {each.key: each.modified_at async for page in store.pages("attachments/") for each in page}
    assert {found[key] for key in keys} == {datetime.fromtimestamp(1000, UTC)}
    report = await sweep.run()
    assert report.removed == 1
    assert {keys[0], keys[1]} & await keys_in(store) == {keys[1]}


async def test_more_than_a_fifth_without_rows_stops_the_sweep_unless_forced(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, sweep: Sweep
) -> None:
    kept = await named(client, workshop, 4)
    orphans = {await orphan(store)}
    assert (await sweep.run(now=tomorrow(), is_dry_run=True)).unnamed == 1
    orphans.add(await orphan(store))
    with pytest.raises(SweepStopped, match="2 of 6 objects have no row"):
        await sweep.run(now=tomorrow())
    # As the message says: what would go can be looked at first.
    assert (await sweep.run(now=tomorrow(), is_dry_run=True)).removed == 2
    assert await keys_in(store) == kept | orphans
    assert (await sweep.run(now=tomorrow(), is_forced=True)).removed == 2
    assert await keys_in(store) == kept


async def test_the_bucket_of_another_installation_is_not_swept_unless_forced(store: ObjectStore, sweep: Sweep) -> None:
    key = await orphan(store)
    other = str(uuid4())
    await store.put(MARK, other.encode(), "text/plain")
    try:
        assert not await sweep.mark_bucket()
        with pytest.raises(SweepStopped, match=other):
            await sweep.run(now=tomorrow())
        await store.delete(MARK)
        with pytest.raises(SweepStopped, match="carries no installation's id"):
            await sweep.run(now=tomorrow())
        assert await keys_in(store) == {key}
        assert (await sweep.run(now=tomorrow(), is_forced=True)).removed == 1
    finally:
        await store.delete(MARK)
        assert await sweep.mark_bucket()


async def test_a_key_of_no_time_there_is_does_not_stop_the_sweep(store: ObjectStore, sweep: Sweep) -> None:
    beyond = UUID("ffffffff-ffff-7fff-8fff-ffffffffffff")
    assert made_at(beyond) is None
    await orphan(store, beyond)
    assert (await sweep.run(now=tomorrow(), is_forced=True)).removed == 1


async def test_unfinished_uploads_are_given_up_when_they_are_older_than_a_day(store: ObjectStore, sweep: Sweep) -> None:
    made_now = (int(datetime.now(UTC).timestamp() * 1000) << 80) | (7 << 76) | (2 << 62)
    key = file_key(UUID(int=made_now))
    await store._client.create_multipart_upload(Bucket=store.bucket, Key=key)
    assert (await sweep.run()).given_up_uploads == 0
    assert (await sweep.run(now=tomorrow(), is_dry_run=True)).given_up_uploads == 1
    assert (await sweep.run(now=tomorrow())).given_up_uploads == 1
    assert [each async for page in store.unfinished_uploads("attachments/") for each in page] == []


async def test_a_bucket_of_many_pages_is_swept_a_page_at_a_time(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, sweep: Sweep
) -> None:
    kept = await named(client, workshop, 3)
    await asyncio.gather(*(orphan(store) for _ in range(40)))
    whole, module._PAGE_KEYS = module._PAGE_KEYS, 7
    try:
        sizes = [len(page) async for page in store.pages("attachments/")]
        assert (max(sizes), sum(sizes)) == (7, 43)
        assert (await sweep.run(now=tomorrow(), is_forced=True)).removed == 40
    finally:
        module._PAGE_KEYS = whole
    assert await keys_in(store) == kept


async def test_many_objects_are_deleted_a_few_at_a_time(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once, the last would spend the time it has to connect on waiting for the others."""
    prefix, delete, under_way, most = f"elsewhere/{uuid4()}/", store.delete, 0, 0
    for number in range(45):
        await store.put(f"{prefix}{number}", b"one of many", "text/plain")

    async def counted_delete(key: str) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await delete(key)
        under_way -= 1

    monkeypatch.setattr(store, "delete", counted_delete)
    await store.delete_below(prefix)
    assert 1 < most <= 20
    assert [each async for page in store.pages(prefix) for each in page] == []


async def test_the_command_tells_what_it_removed_and_why_it_stopped(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, sweep: Sweep
) -> None:
    await named(client, workshop, 2)
    done = await asyncio.to_thread(server.run_command, "sweep", "--dry-run")
    assert (done.returncode, done.stdout) == (0, "0 of 2 objects would be removed (0 bytes), 0 unfinished uploads.\n")
    await store.put(MARK, b"other", "text/plain")
    try:
        stopped = await asyncio.to_thread(server.run_command, "sweep")
        assert (stopped.returncode, stopped.stdout) == (1, "")
        assert "belongs to the installation other" in stopped.stderr
    finally:
        await store.delete(MARK)
        assert await sweep.mark_bucket()


@pytest.mark.parametrize(
    "key",
    ["attachments/x/original", f"attachments/{OF_OURS}/", f"attachments/{OF_OURS}", f"other/{OF_OURS}/x", "", "a"],
)
def test_only_keys_of_ours_hold_an_object_id(key: str) -> None:
    assert object_id_in(key) is None


async def test_check_names_rows_without_object_of_another_size_and_of_other_bytes(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, database: Database
) -> None:
    key = await workshop.part()
    made = [await attached(client, {"partKey": key}, png(shade=shade), title=f"T{shade}") for shade in range(4)]
    for each in made:
        await read(client, each)
    assert await run_object_checks(database, store, hashes=True) == []
    rows = await workshop.connection.fetch("SELECT id, title, object_id FROM attachments ORDER BY id")
    await store.delete_below(prefix_of(rows[0]["object_id"]))
    await store.put(file_key(rows[1]["object_id"]), b"short", "image/png")
    await store.put(file_key(rows[2]["object_id"]), bytes(made[2]["sizeBytes"]), "image/png")
    found = await run_object_checks(database, store)
    assert [(each.invariant, each.detail.partition(":")[0]) for each in found] == [
        (INVARIANT, f"attachment {row['id']} ({row['title']})") for row in rows[:2]
    ]
    hashed = await run_object_checks(database, store, hashes=True)
    assert [each.invariant for each in hashed] == [INVARIANT, INVARIANT, HASH_INVARIANT]
    told = await asyncio.to_thread(server.run_command, "check", "--hashes")
    assert told.returncode == 1
    assert told.stdout.endswith("3 findings.\n")


@pytest.mark.parametrize(
    ("fault", "invariant"),
    [
        (
            "INSERT INTO covers (box_id, attachment_id) SELECT 1, id FROM attachments",
            "A chosen cover is an image or PDF of its owner",
        ),
        ("UPDATE attachments SET part_id = -1", "An attachment belongs to an owner that exists"),
        ("UPDATE attachments SET text_state = 'DONE'", "Only a PDF has a text, and its text has been read"),
        (
            "INSERT INTO attachment_texts SELECT id, 'text' FROM attachments",
            "Only a PDF has a text, and its text has been read",
        ),
    ],
)
async def test_check_names_planted_faults_of_rows(
    client: httpx.AsyncClient, workshop: Workshop, database: Database, fault: str, invariant: str
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, PDF)
    await read(client, made)
    assert await run_checks(database) == []
    await workshop.connection.execute(f"SET session_replication_role = replica; {fault}")
    assert [each.invariant for each in await run_checks(database)] == [invariant]


async def test_the_command_attaches_files_and_tells_which_were_refused(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, tmp_path: Path
) -> None:
    key = await workshop.part()
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.pdf").write_bytes(PDF)
    (tmp_path / "c.bin").write_bytes(bytes(6_000_000))
    # A name that was written in another encoding than that of this machine.
    latin = os.fsdecode(b"W\xe4chter.pdf")
    (tmp_path / latin).write_bytes(PDF)
    names = [str(tmp_path / name) for name in ("a.pdf", "b.pdf", latin, "c.bin")]
    done = await asyncio.to_thread(server.run_command, "attach", f" {key.lower()}", *names)
    same = "The same bytes are there already: a.pdf."
    told = [f"{names[1]}: {same}", f"{tmp_path}/W\\udce4chter.pdf: {same}"]
    assert (done.returncode, done.stdout.splitlines()) == (1, told)
    assert [(each["fileName"], each["actor"]) for each in await attachments_of(client, key)] == [
        ("a.pdf", "command line"),
        ("c.bin", "command line"),
    ]
    missing = await asyncio.to_thread(server.run_command, "attach", key, str(tmp_path / "d"))
    assert (missing.returncode, "cannot be read" in missing.stderr) == (1, True)
    for no_key in ("ABC", "\udcff\udcff\udcff\udcff"):
        done = await asyncio.to_thread(server.run_command, "attach", no_key, names[0])
        assert (done.returncode, done.stderr) == (1, "partsgraph: KEY must be four letters A to Z\n")

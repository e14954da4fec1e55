"""The promise of the unit of work: flush → upload → commit → delete, with a fault at every step.

The rows and objects are real; a fault is a store that refuses, a connection that is cut, or a constraint that is
broken.

Rules: docs/domain.md#rows-and-objects, #lock-order.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

import asyncpg
import pytest
from botocore.exceptions import EndpointConnectionError

from domain.entities.actor import Actor, Role
from domain.entities.edit import EditedKind, FieldChange
from domain.errors import AlreadyExistsError, FileStoreError
from domain.ports.unit_of_work import RepeatWork
from persistence.database import Database, open_database
from persistence.object_store import ObjectStore, open_object_store
from persistence.unit_of_work import UnitOfWork, UnitsOfWork
from tests.server_process import ServerProcess
from tests.waiting import until

UnitsOn = Callable[[ObjectStore], UnitsOfWork]
ADA = Actor("ada", Role.EDITOR)
PREFIX = "attachments/0190a0c8-0000-7000-8000-000000000001/"
KEY = f"{PREFIX}original"
COPY = f"{PREFIX}copy"


class Unreachable(ObjectStore):
    """The store behind a network that is gone."""

    async def put_file(self, key: str, content: BinaryIO, size_bytes: int, sha256: bytes, media_type: str) -> None:
        raise EndpointConnectionError(endpoint_url="the store")

    async def copy(self, source_key: str, key: str, size_bytes: int, sha256: bytes) -> None:
        raise EndpointConnectionError(endpoint_url="the store")

    async def delete_below(self, prefix: str) -> None:
        raise EndpointConnectionError(endpoint_url="the store")


class Slow(ObjectStore):
    """The store at the end of a slow line: `uploading` is set when an upload has begun, `go_on` lets it end."""

    def __init__(self, store: ObjectStore) -> None:
        super().__init__(store._client, store.bucket)
        self.uploading = asyncio.Event()
        self.go_on = asyncio.Event()

    async def put_file(self, key: str, content: BinaryIO, size_bytes: int, sha256: bytes, media_type: str) -> None:
        self.uploading.set()
        await self.go_on.wait()
        await super().put_file(key, content, size_bytes, sha256, media_type)


@pytest.fixture
async def database(server: ServerProcess) -> AsyncIterator[Database]:
    async with open_database(server.database_url, write_pool_size=2, read_pool_size=1) as opened:
        yield opened


@pytest.fixture
async def store(server: ServerProcess) -> AsyncIterator[ObjectStore]:
    at = server.addresses
    async with open_object_store(
        at.s3_endpoint_url, at.s3_bucket, at.s3_access_key, at.s3_secret_key, at.s3_region
    ) as opened:
        yield opened
        await opened.delete_below(PREFIX)


@pytest.fixture
async def units_on(database: Database) -> AsyncIterator[UnitsOn]:
    """Makes units of work on the database and a store; what they have under way is waited for at the end."""
    made: list[UnitsOfWork] = []

    def make(store: ObjectStore) -> UnitsOfWork:
        made.append(UnitsOfWork(database, store))
        return made[-1]

    yield make
    for units in made:
        await units.close()


async def type_names(connection: asyncpg.Connection) -> list[str]:
    return [row["name"] for row in await connection.fetch("SELECT name FROM part_types ORDER BY name")]


async def add_type_with_object(uow: UnitOfWork) -> None:
    await uow.part_types.add("Relay")
    uow.put_object(KEY, BytesIO(b"relay"), 5, sha256(b"relay").digest(), "text/plain")


async def test_a_committed_row_has_its_object(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    await units_on(store).begin_bulk(ADA, add_type_with_object, uploads=True)
    assert await type_names(database_connection) == ["Relay"]
    assert await store.size_bytes(KEY) == 5


@pytest.fixture
async def left_open() -> AsyncIterator[list[str]]:
    """What asyncpg's pool tells of connections that came back with a transaction; a server logs it as an error.

    Tests share the event loop, so what it is told of other things may be what other tests have left.
    """
    loop, told = asyncio.get_running_loop(), []

    def tell(_: asyncio.AbstractEventLoop, fault: dict[str, str]) -> None:
        if "active transaction" in fault["message"]:
            told.append(fault["message"])

    loop.set_exception_handler(tell)
    yield told
    loop.set_exception_handler(None)


@pytest.mark.parametrize("fails", [False, True], ids=["while it works", "while it is undone"])
async def test_a_unit_of_work_may_be_cancelled_at_any_moment(
    units_on: UnitsOn, store: ObjectStore, database: Database, left_open: list[str], fails: bool
) -> None:
    """As its transaction begins or is undone, too: nothing is told as a fault, and no connection is lost."""
    units = units_on(store)

    async def work(uow: UnitOfWork) -> None:
        await uow.part_types.add("Relay")
        if fails:
            raise KeyError("of the work")

    for moment in range(120):
        running = asyncio.ensure_future(units.begin_bulk(ADA, work))
        for _ in range(moment):
            await asyncio.sleep(0)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, AlreadyExistsError, KeyError):
            await running
    assert left_open == []

    async def in_use() -> int:
        return database.writes.in_use

    # The hint of the one that was committed may have a connection yet.
    await until(in_use, lambda number: number == 0)


async def test_a_failed_upload_leaves_no_row(
    database: Database, units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    units = units_on(Unreachable(store._client, store.bucket))
    with pytest.raises(FileStoreError):
        await units.begin_bulk(ADA, add_type_with_object, uploads=True)
    assert await type_names(database_connection) == []
    assert database.writes.in_use == 0


async def copy_for_type(uow: UnitOfWork) -> None:
    await uow.part_types.add("Relay")
    uow.copy_object(KEY, COPY, 5, sha256(b"relay").digest())


async def test_a_copy_is_there_when_its_row_is_committed(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    await store.put(KEY, b"relay", "text/plain")
    await units_on(store).begin_bulk(ADA, copy_for_type, uploads=True)
    assert await type_names(database_connection) == ["Relay"]
    assert await store.read(COPY) == b"relay"


async def test_a_failed_copy_leaves_no_row_and_says_so(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    with pytest.raises(FileStoreError, match="could not be copied"):
        await units_on(store).begin_bulk(ADA, copy_for_type, uploads=True)
    assert await type_names(database_connection) == []
    assert await store.size_bytes(COPY) is None


async def test_a_large_object_arrives_in_parts_as_it_was(units_on: UnitsOn, store: ObjectStore) -> None:
    content = bytes(range(256)) * 48 * 1024

    async def put(uow: UnitOfWork) -> None:
        digest = sha256(content).digest()
        uow.put_object(KEY, BytesIO(content + b"beyond the end"), len(content), digest, "application/pdf")

    await units_on(store).begin_bulk(ADA, put, uploads=True)
    assert await store.read(KEY) == content


async def test_a_row_the_database_refuses_at_the_flush_uploads_nothing(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    async def record_a_bad_edit(uow: UnitOfWork) -> None:
        await add_type_with_object(uow)
        uow.edits.record(EditedKind.PART_TYPE, 1, [FieldChange("name", None, "a\x00b")])

    with pytest.raises(asyncpg.PostgresError):
        await units_on(store).begin_bulk(ADA, record_a_bad_edit, uploads=True)
    assert await type_names(database_connection) == []
    assert await store.size_bytes(KEY) is None


async def test_a_connection_cut_before_the_commit_leaves_an_object_that_no_row_names(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    slow = Slow(store)
    running = asyncio.create_task(units_on(slow).begin_bulk(ADA, add_type_with_object, uploads=True))
    await slow.uploading.wait()
    await database_connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND state = 'idle in transaction'"
    )
    slow.go_on.set()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await running
    assert await type_names(database_connection) == []
    assert await store.size_bytes(KEY) == 5


async def test_a_cancelled_caller_does_not_stop_the_commit_after_the_upload_began(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    slow = Slow(store)
    running = asyncio.create_task(units_on(slow).begin_bulk(ADA, add_type_with_object, uploads=True))
    await slow.uploading.wait()
    running.cancel()
    slow.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await type_names(database_connection) == ["Relay"]
    assert await store.size_bytes(KEY) == 5


async def test_an_object_is_deleted_after_the_commit(units_on: UnitsOn, store: ObjectStore) -> None:
    await store.put(KEY, b"old", "text/plain")
    units = units_on(store)

    async def delete(uow: UnitOfWork) -> None:
        uow.delete_objects(PREFIX)
        assert await store.size_bytes(KEY) == 3

    await units.begin_bulk(ADA, delete)
    await units.close()
    assert await store.size_bytes(KEY) is None


async def test_a_failed_commit_deletes_no_object(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    """A deferred constraint refuses the transaction at its very end."""
    await store.put(KEY, b"old", "text/plain")
    await database_connection.execute(
        "CREATE TABLE IF NOT EXISTS refused_late (number int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
    )
    units = units_on(store)

    async def delete_and_clash(uow: UnitOfWork) -> None:
        uow.delete_objects(PREFIX)
        await uow.connection.execute("INSERT INTO refused_late VALUES (1), (1)")

    try:
        with pytest.raises(asyncpg.UniqueViolationError):
            await units.begin_bulk(ADA, delete_and_clash)
    finally:
        await database_connection.execute("DROP TABLE refused_late")
    await units.close()
    assert await store.size_bytes(KEY) == 3


async def test_work_that_fails_deletes_no_object(units_on: UnitsOn, store: ObjectStore) -> None:
    await store.put(KEY, b"old", "text/plain")
    units = units_on(store)

    async def delete_and_fail(uow: UnitOfWork) -> None:
        uow.delete_objects(PREFIX)
        raise AlreadyExistsError("part type", "Relay")

    with pytest.raises(AlreadyExistsError):
        await units.begin_bulk(ADA, delete_and_fail)
    await units.close()
    assert await store.size_bytes(KEY) == 3


async def test_a_failed_deletion_of_an_object_takes_nothing_back(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    await store.put(KEY, b"old", "text/plain")
    units = units_on(Unreachable(store._client, store.bucket))

    async def add_and_delete(uow: UnitOfWork) -> None:
        await uow.part_types.add("Relay")
        uow.delete_objects(PREFIX)

    await units.begin_bulk(ADA, add_and_delete)
    await units.close()
    assert await type_names(database_connection) == ["Relay"]
    assert await store.size_bytes(KEY) == 3


async def test_a_unit_that_did_not_say_it_uploads_may_not_announce_an_object(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    with pytest.raises(RuntimeError):
        await units_on(store).begin_bulk(ADA, add_type_with_object)
    assert await type_names(database_connection) == []


async def test_slow_uploads_leave_half_of_the_connections_to_other_writes(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    slow = Slow(store)
    units = units_on(slow)

    async def upload(uow: UnitOfWork) -> None:
        uow.put_object(KEY, BytesIO(b"slow"), 4, sha256(b"slow").digest(), "text/plain")

    async def add(uow: UnitOfWork) -> None:
        await uow.part_types.add("Relay")

    uploads = [asyncio.create_task(units.begin_bulk(ADA, upload, uploads=True)) for _ in range(5)]
    await slow.uploading.wait()
    await units.begin_bulk(ADA, add)
    assert await type_names(database_connection) == ["Relay"]
    assert not any(upload.done() for upload in uploads)
    slow.go_on.set()
    await asyncio.gather(*uploads)


async def test_work_that_asks_for_it_runs_again_from_its_start(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    attempts: list[list[str]] = []

    async def add_on_the_third_attempt(uow: UnitOfWork) -> str:
        await uow.part_types.add(f"Relay {len(attempts)}")
        attempts.append([row["name"] for row in await uow.connection.fetch("SELECT name FROM part_types")])
        if len(attempts) < 3:
            raise RepeatWork
        return "done"

    assert await units_on(store).begin_bulk(ADA, add_on_the_third_attempt) == "done"
    assert attempts == [["Relay 0"], ["Relay 1"], ["Relay 2"]]
    assert await type_names(database_connection) == ["Relay 2"]


async def test_work_that_never_settles_is_given_up_after_three_attempts(units_on: UnitsOn, store: ObjectStore) -> None:
    attempts = []

    async def repeat(uow: UnitOfWork) -> None:
        attempts.append(uow)
        raise RepeatWork

    with pytest.raises(RepeatWork):
        await units_on(store).begin_bulk(ADA, repeat)
    assert len(attempts) == 3


async def test_work_whose_connection_was_lost_before_it_runs_again_is_told_so(
    units_on: UnitsOn, store: ObjectStore, database: Database
) -> None:
    async def lose_the_connection(uow: UnitOfWork) -> None:
        uow.connection.terminate()
        raise RepeatWork

    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await units_on(store).begin_bulk(ADA, lose_the_connection)
    assert database.writes.in_use == 0


async def test_a_deadlock_is_repeated_and_reaches_nobody(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    units = units_on(store)
    await units.begin_bulk(ADA, lambda uow: uow.part_types.add("Relay"))
    await units.begin_bulk(ADA, lambda uow: uow.part_types.add("Switch"))
    both_hold_one = asyncio.Barrier(2)
    attempts = []

    async def crossing(uow: UnitOfWork, first: str, second: str) -> None:
        attempts.append(first)
        await uow.part_types.lock(first)
        if len(attempts) <= 2:
            await both_hold_one.wait()
        await uow.part_types.lock(second)

    await asyncio.gather(
        units.begin_bulk(ADA, lambda uow: crossing(uow, "Relay", "Switch")),
        units.begin_bulk(ADA, lambda uow: crossing(uow, "Switch", "Relay")),
    )
    assert len(attempts) == 3


async def test_a_constraint_the_database_refuses_is_told_as_the_refusal_it_stands_for(
    units_on: UnitsOn, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    await units_on(store).begin_bulk(ADA, lambda uow: uow.part_types.add("Relay"))

    async def add_twice(uow: UnitOfWork) -> None:
        await uow.connection.execute("INSERT INTO part_types (name, name_key) VALUES ('RELAY', 'relay')")

    with pytest.raises(AlreadyExistsError):
        await units_on(store).begin_bulk(ADA, add_twice)
    assert await type_names(database_connection) == ["Relay"]

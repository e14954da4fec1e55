"""Builds everything that lives as long as the server, once, and takes it down in order."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass

from domain.services import Services
from graph.execution.breadth_first.answer_writer import AnswerWriter
from graph.file_addresses import FileAddresses
from graph.written_answers import WrittenAnswers
from persistence.database import Database, open_database
from persistence.database_clock import DatabaseClock
from persistence.object_store import ObjectStore, open_object_store
from persistence.observation import StoreObserver
from persistence.orphaned_objects import Sweep
from persistence.probe import DatabaseProbe
from persistence.readers import Readers
from persistence.readers.live import Bounds
from persistence.unit_of_work import UnitsOfWork
from server.errors import OperatorError
from server.files.examination import ExaminedFiles
from server.jobs import JobHandlers
from server.jobs.job_runner import JobRunner
from server.metrics import Metrics
from server.metrics.watching import watching
from server.process.children import Children
from server.process.readiness import Readiness
from server.process.shutdown import Lifecycle
from server.randomness import SystemRandomness
from server.rendering.file_reader import LIBRARIES, FileReader
from server.settings import Settings
from server.upkeep.expired_rows import add_upkeep
from server.upkeep.orphan_sweep_job import add_sweep
from server.upkeep.search_job import add_search
from server.upkeep.value_reading_job import add_value_reading
from server.wire.http.answer_room import AnswerRoom

_PROBE_TIMEOUT_SECONDS = 2.0
# Beside those that read files, so that a list is printed whatever is read.
_OTHER_CHILDREN = 2


@dataclass(frozen=True, slots=True)
class Application:
    """What requests and commands work with."""

    settings: Settings
    database: Database
    object_store: ObjectStore
    services: Services
    readers: Readers
    answer_writer: AnswerWriter
    metrics: Metrics
    file_addresses: FileAddresses
    database_probe: DatabaseProbe
    job_handlers: JobHandlers
    """Where kinds of jobs get their handlers, before the job runner starts."""
    job_runner: JobRunner
    lifecycle: Lifecycle
    """Where services join the shutdown."""
    readiness: Readiness
    """Where they add what /readyz asks."""
    children: Children
    """Where functions run that are to have limits."""
    file_reader: FileReader
    answer_room: AnswerRoom
    """Where the server tells how much waits for its clients."""


@asynccontextmanager
async def open_application(settings: Settings, lifecycle: Lifecycle | None = None) -> AsyncIterator[Application]:
    """Opens pools and clients; `settings` name every address (see server.embedded).

    `lifecycle` is the server's; a command, which is over when its work is, needs none.
    """
    metrics, life = Metrics(settings.metrics_operation_names), lifecycle or Lifecycle()
    readiness = Readiness(settings.readiness_kept_seconds)
    async with (
        _open_database(settings) as database,
        _open_object_store(settings, metrics.store) as object_store,
        _open_probe(database) as probe,
        watching(metrics, readiness),
    ):
        units_of_work = UnitsOfWork(database, object_store, metrics.stock)
        _refresh(metrics, database, life, readiness)
        children = _children(settings)
        services = Services.over(units_of_work, SystemRandomness(), ExaminedFiles(children, metrics.examinations))
        try:
            readers = Readers(database, _live_bounds(settings))
            async with _open_addresses(readers) as addresses:
                handlers = _handlers(services, settings, Sweep(database, object_store), metrics, children)
                yield Application(
                    settings=settings,
                    database=database,
                    object_store=object_store,
                    services=services,
                    readers=readers,
                    answer_writer=WrittenAnswers(readers.written, settings.written_after_runs),
                    metrics=metrics,
                    file_addresses=addresses,
                    database_probe=probe,
                    lifecycle=life,
                    readiness=readiness,
                    file_reader=FileReader(
                        services.file_readings, object_store, children, metrics.readings, settings.file_slots
                    ),
                    children=children,
                    job_handlers=handlers,
                    job_runner=JobRunner(services.jobs, readers.jobs, handlers, metrics, settings),
                    answer_room=AnswerRoom(settings.max_unread_bytes),
                )
        finally:
            await units_of_work.close()


def _handlers(
    services: Services, settings: Settings, sweep: Sweep, metrics: Metrics, children: Children
) -> JobHandlers:
    """Those of all kinds of jobs."""
    handlers = JobHandlers()
    add_upkeep(handlers, services, settings)
    add_sweep(handlers, sweep, metrics.sweep)
    add_value_reading(handlers, services)
    add_search(handlers, services, children)
    return handlers


@asynccontextmanager
async def _open_addresses(readers: Readers) -> AsyncIterator[FileAddresses]:
    clock = DatabaseClock(readers.installation.now_seconds)
    async with clock.kept():
        yield FileAddresses(await readers.installation.file_secret(), clock.seconds)


def _children(settings: Settings) -> Children:
    """Where no file is read, its libraries are not loaded either."""
    return Children(_OTHER_CHILDREN + settings.file_slots, LIBRARIES if settings.file_slots else ())


def _live_bounds(settings: Settings) -> Bounds:
    return Bounds(waiting_events=settings.subscription_queue_events, earlier_events=settings.subscription_resume_events)


def _open_database(settings: Settings) -> AbstractAsyncContextManager[Database]:
    if settings.database_url is None:
        raise OperatorError("the address of the database is not known")
    return open_database(
        settings.database_url,
        write_pool_size=settings.write_pool_size,
        read_pool_size=settings.read_pool_size,
        connect_timeout_seconds=settings.database_connect_timeout_seconds,
        pool_wait_seconds=settings.pool_wait_seconds,
        statement_timeout_seconds=settings.statement_timeout_seconds,
    )


@asynccontextmanager
async def _open_probe(database: Database) -> AsyncIterator[DatabaseProbe]:
    with closing(DatabaseProbe(database.url, _PROBE_TIMEOUT_SECONDS)) as probe:
        yield probe


def _open_object_store(settings: Settings, observer: StoreObserver) -> AbstractAsyncContextManager[ObjectStore]:
    bucket, access_key, secret_key = settings.s3_bucket, settings.s3_access_key, settings.s3_secret_key
    if not (settings.s3_endpoint_url and bucket and access_key and secret_key and settings.s3_region):
        raise OperatorError("the address of the object store is not known")
    return open_object_store(
        settings.s3_endpoint_url,
        bucket,
        access_key,
        secret_key.get_secret_value(),
        settings.s3_region,
        observer,
        connect_timeout_seconds=settings.s3_connect_timeout_seconds,
        read_timeout_seconds=settings.s3_read_timeout_seconds,
        write_timeout_seconds=settings.s3_write_timeout_seconds,
    )


def _refresh(metrics: Metrics, database: Database, lifecycle: Lifecycle, readiness: Readiness) -> None:
    """Let the gauges be set from what they tell of."""
    metrics.refresh_from(lambda: metrics.pools.refresh(database))
    metrics.refresh_from(lambda: metrics.shutdown.refresh(lifecycle))
    metrics.refresh_from(lambda: metrics.readiness.refresh(readiness.last_findings))

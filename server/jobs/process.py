"""Runs jobs and reads files as a process of its own: `partsgraph worker`."""

import asyncio

import uvloop

from server.embedded.data_directory import DataDirectory
from server.embedded.servers import reach_surroundings
from server.errors import OperatorError
from server.jobs.health_port import telling
from server.logging import configure_logging
from server.process.shutdown import Lifecycle
from server.process.signals import StopSignals
from server.settings import Settings
from server.start.database import prepare_database
from server.start.progress import Announcer
from server.upkeep.temporary_file_removal import cleaning
from server.wiring import Application, open_application


def work(settings: Settings) -> None:
    """Runs jobs and reads files until a signal ends it, on the stores of the settings or of a running server.

    Raises OperatorError when it cannot start.
    """
    if settings.job_slots == 0:
        raise OperatorError("a worker needs PARTSGRAPH_JOB_SLOTS or --slots of at least 1")
    if settings.database_url is None:
        DataDirectory(settings.data_dir).require_installation()
    configure_logging(settings.log_level, settings.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(settings, Announcer(in_log=settings.log_format == "json")))


async def _work(settings: Settings, announcer: Announcer) -> None:
    signals = StopSignals()
    lifecycle = Lifecycle()
    try:
        async with reach_surroundings(settings, announcer) as complete:
            await prepare_database(complete, announcer)
            async with open_application(complete, lifecycle) as application:
                await run_jobs(application, signals, announcer)
    except asyncio.CancelledError:
        if not signals.received:
            raise
    finally:
        signals.ignore()
    lifecycle.end()
    announcer.tell("The worker has stopped.")


async def run_jobs(application: Application, signals: StopSignals, announcer: Announcer) -> None:
    """Runs jobs and reads files until a signal, then hands back what it was at."""
    stopped, lifecycle = asyncio.Event(), application.lifecycle

    def stop() -> None:
        lifecycle.begin_shutdown()
        stopped.set()

    async with telling(application), cleaning():
        application.job_runner.start(lifecycle)
        application.file_reader.start(lifecycle)
        lifecycle.begin_serving()
        signals.hand_over_to(stop)
        announcer.tell("The worker is ready.")
        try:
            await stopped.wait()
        finally:
            await lifecycle.stop_services()

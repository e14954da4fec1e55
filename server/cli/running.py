"""Running a command on the database and object store of the settings."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from persistence.faults import BAD_ANSWERS
from server.embedded.data_directory import DataDirectory
from server.embedded.servers import reach_surroundings
from server.errors import OperatorError
from server.logging import configure_logging
from server.settings import Settings, load_settings
from server.start.database import prepare_database, require_current
from server.start.progress import Announcer
from server.wiring import Application, open_application

# A string, since argparse's class is generic for type checkers only.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

T = TypeVar("T")


def run_with_application(
    arguments: argparse.Namespace,
    work: Callable[[Application, Announcer], Awaitable[T]],
    *,
    migrates: bool = True,
) -> T:
    """Runs `work` on the database and object store of the settings.

    They are those of a running `partsgraph serve` where there is one; embedded ones are started for the time being
    otherwise. The database is migrated first, or refused when it is not current and `migrates` is False. A command in
    the wrong directory must not work on a new, empty database: without a data directory it is refused. Raises
    OperatorError, also where the object store refuses what the work asks of it.
    """

    async def run(complete: Settings, announcer: Announcer) -> T:
        if migrates:
            await prepare_database(complete, announcer)
        else:
            await require_current(complete)
        async with open_application(complete) as application:
            try:
                return await work(application, announcer)
            except BAD_ANSWERS as error:
                raise OperatorError(f"the object store cannot be used ({error})") from None

    return run_with_surroundings(arguments, run, creates=False)


def run_with_surroundings(
    arguments: argparse.Namespace, work: Callable[[Settings, Announcer], Awaitable[T]], *, creates: bool = True
) -> T:
    """Runs `work` with settings in which every address is filled in, and nothing opened yet.

    Raises OperatorError when there is no data directory and `creates` is False.
    """
    settings = load_settings(data_dir=arguments.data_dir)
    if not creates and settings.database_url is None:
        DataDirectory(settings.data_dir).require_installation()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level, settings.log_format)

    async def run() -> T:
        announcer = Announcer()
        async with reach_surroundings(settings, announcer) as complete:
            return await work(complete, announcer)

    return asyncio.run(run())

"""The workshop opened in the process of a test, on the database of the server under test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.entities.actor import Actor, Role
from graph.context import OperationContext
from server.settings import Settings
from server.wiring import Application, open_application
from tests.server_process import ServerProcess, settings_for_same_stores


@asynccontextmanager
async def open_workshop(server: ServerProcess, **others: object) -> AsyncIterator[Application]:
    """Services and readers over the server's database, with pools of their own and, maybe, other settings."""
    named = {key.removeprefix("PARTSGRAPH_").lower(): value for key, value in settings_for_same_stores(server).items()}
    async with open_application(Settings(**named, **others)) as application:  # type: ignore[arg-type]
        yield application


def context_of(application: Application) -> OperationContext:
    """The context of one operation."""
    return OperationContext(
        Actor("test", Role.ADMIN), "in-process", application.services, application.readers, application.file_addresses
    )

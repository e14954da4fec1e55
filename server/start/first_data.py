"""What a new installation is given when it first starts: part types, a token for its administrator, a demo workshop."""

from importlib import import_module

import structlog

from server.seed.demo.workshop import load_demo
from server.seed.starter_types import load_starter_types
from server.start.progress import Announcer, Bar
from server.wiring import Application

_log = structlog.get_logger(__name__)


async def load_first_content(application: Application, announcer: Announcer) -> None:
    """Each part is loaded once in the life of a database, whatever is removed from it later."""
    async with announcer.step("Loading the starter types"):
        await load_starter_types(application)
    token = application.settings.initial_admin_token
    if token is not None:
        await application.services.tokens.register_first(token.get_secret_value())
    if application.settings.demo_data:
        with Bar("Loading the demo workshop") as progress:
            loaded = await load_demo(application, progress)
        if loaded:
            # The drawing library is loaded in this one start alone.
            await import_module("server.seed.demo.files").load_demo_files(application)

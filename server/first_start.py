"""What a new installation is given when it first starts: part types, a token for its administrator, a demo workshop."""

from server.progress import Announcer, Bar
from server.seed.demo import load_demo
from server.seed.starter_types import load_starter_types
from server.wiring import Application


async def load_first_content(application: Application, announcer: Announcer) -> None:
    """Each part is loaded once in the life of a database, whatever is removed from it later."""
    async with announcer.step("Loading the starter types"):
        await load_starter_types(application)
    token = application.settings.initial_admin_token
    if token is not None:
        await application.services.tokens.register_first(token.get_secret_value())
    if application.settings.demo_data:
        with Bar("Loading the demo workshop") as progress:
            await load_demo(application, progress)

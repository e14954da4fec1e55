"""Takes a database to a revision, up or down."""

import asyncio

from alembic import command
from alembic.config import Config

from tests.server_process import ROOT

REVISIONS = sorted(path.name.split("_")[0] for path in (ROOT / "alembic" / "versions").glob("*.py"))


async def go_to(url: str, revision: str, *, down: bool = False) -> None:
    """Migrate up to a revision, or down to it."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    await asyncio.to_thread(command.downgrade if down else command.upgrade, config, revision)

"""Bringing the database to the newest schema, and asking how far it is.

alembic/env.py takes an advisory lock, so servers that start at the same time wait for each other.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from server.errors import OperatorError

_CONFIGURATION = Path(__file__).resolve().parents[2] / "alembic.ini"


async def migrate(database_url: str, tell: Callable[[str], None]) -> bool:
    """Runs what is missing; True when something was. Raises OperatorError when the database is newer than we are.

    `tell` gets a line for each thing in the data that a migration changed and somebody should know of.
    """
    if await is_current(database_url):
        return False
    told: list[str] = []
    configuration = _configuration(database_url)
    configuration.attributes["tell"] = told.append
    # Alembic is synchronous and its environment runs an event loop of its own, hence the thread.
    await asyncio.to_thread(command.upgrade, configuration, "head")
    # Only now it is committed.
    for line in told:
        tell(line)
    return True


def outdated_revisions() -> frozenset[str]:
    """The revisions that came before the newest one this program knows."""
    scripts = _scripts()
    return frozenset(_known(scripts)) - {scripts.get_current_head() or ""}


async def is_current(database_url: str) -> bool:
    """Whether the schema is the newest this program knows. Raises OperatorError when it is newer."""
    revision = await _revision(database_url)
    scripts = _scripts()
    if revision is not None and revision not in _known(scripts):
        raise OperatorError(
            f"the database was migrated by a newer partsgraph (revision {revision}); start that version, "
            "or restore a backup made before"
        )
    return revision == scripts.get_current_head()


async def _revision(database_url: str) -> str | None:
    connection = await asyncpg.connect(database_url)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return found
    finally:
        await connection.close()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(_CONFIGURATION))


def _known(scripts: ScriptDirectory) -> set[str]:
    return {script.revision for script in scripts.walk_revisions()}


def _configuration(database_url: str) -> Config:
    configuration = Config(_CONFIGURATION)
    configuration.attributes["url"] = database_url
    return configuration

"""The row that tells what was loaded into this database. A claim waits for a rival's, then looks again."""

from sqlalchemy import text

from domain.entities.actor import Actor
from domain.ports.repositories import Installation
from persistence.statements import Connection, Statement

_CLAIM_STARTER_TYPES = Statement(
    text("""
    UPDATE installation SET starter_types_loaded_at = clock_timestamp()
     WHERE starter_types_loaded_at IS NULL
    RETURNING true
    """)
)
_CLAIM_DEMO = Statement(
    text("""
    UPDATE installation SET demo_loaded_at = clock_timestamp()
     WHERE demo_loaded_at IS NULL
       AND NOT EXISTS (SELECT FROM parts) AND NOT EXISTS (SELECT FROM boxes) AND NOT EXISTS (SELECT FROM operations)
    RETURNING true
    """)
)


class InstallationRepository(Installation):
    """The one row."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def claim_starter_types(self) -> bool:
        return bool(await _CLAIM_STARTER_TYPES.value(self._connection))

    async def claim_demo(self) -> bool:
        return bool(await _CLAIM_DEMO.value(self._connection))

"""Values that were read by older rules: found by an index that holds no others, written one page at a time.

A rival that writes the parameters of a part removes their rows, and waits for us as long as a page takes; we wait for
nobody.
"""

from collections.abc import Sequence

from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.ids import PartId
from domain.entities.reading import Reading
from domain.ports.value_readings import OldValue, ValueReadings
from domain.rules.component_values import RULES_VERSION
from persistence.repositories.parameter_row import READING_TYPES, in_json, reading_values
from persistence.statements import Connection, Statement

# The number stands in the text, so that the planner sees that it is the index's.
_IS_OLD = f"rules_version < {RULES_VERSION}"
_COUNT = Statement(text(f"SELECT count(*) FROM part_parameters WHERE {_IS_OLD}"))
_LOCK = Statement(
    text(f"""
    SELECT part_id, position, value FROM part_parameters WHERE {_IS_OLD}
     ORDER BY part_id, position LIMIT CAST(:most AS bigint) FOR UPDATE SKIP LOCKED
    """)
)
_READ_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in READING_TYPES.items())
_KEEP = Statement(
    text(f"""
    UPDATE part_parameters SET {", ".join(f"{name} = read.{name}" for name in READING_TYPES)}
      FROM jsonb_to_recordset(CAST(:readings AS jsonb))
           AS read (part_id bigint, position smallint, {_READ_COLUMNS})
     WHERE part_parameters.part_id = read.part_id AND part_parameters.position = read.position
    """)
)


class ValueReadingRepository(ValueReadings):
    """Rows of `part_parameters`."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection

    async def count_old(self) -> int:
        count: int = await _COUNT.value(self._connection)
        return count

    async def lock_old(self, limit: int) -> Sequence[OldValue]:
        rows = await _LOCK.rows(self._connection, most=limit)
        return [OldValue(PartId(row["part_id"]), row["position"], row["value"]) for row in rows]

    async def keep(self, readings: Sequence[tuple[OldValue, Sequence[Reading]]]) -> None:
        rows = [{"part_id": old.part_id, "position": old.position, **reading_values(read)} for old, read in readings]
        await _KEEP.rows(self._connection, readings=in_json(rows))

"""useStock as a bare transaction: one lock, one statement that writes, no rule checked in Python."""

from collections.abc import Mapping
from typing import Any

from asyncpg import Record
from asyncpg.pool import PoolConnectionProxy

_LOCK = """
SELECT part.id AS part_id, location.id AS location_id, box.number AS box_number, location.number AS location_number
  FROM parts AS part, boxes AS box, locations AS location
 WHERE part.key = $1 AND box.number = $2 AND location.box_id = box.id AND location.number = $3
   FOR NO KEY UPDATE OF part
"""
_APPEND = """
WITH operation AS (
    INSERT INTO operations (kind, reason, actor, at) VALUES ('USE', $1, 'local', clock_timestamp())
    RETURNING id, kind, actor, at
), place AS (
    UPDATE stock SET quantity = quantity - $2 WHERE part_id = $3 AND location_id = $4 RETURNING quantity
), total AS (
    UPDATE part_totals SET total_quantity = total_quantity - $2, last_operation_at = operation.at
      FROM operation WHERE part_id = $3
    RETURNING total_quantity
), change AS (
    INSERT INTO quantity_changes
        (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
    SELECT operation.id, $3, CAST($5 AS int), CAST($6 AS int), -$2, place.quantity, total.total_quantity
      FROM operation, place, total
)
SELECT operation.kind, operation.actor, operation.at, total.total_quantity FROM operation, total
"""


async def use_stock(connection: "PoolConnectionProxy[Record]", given: Mapping[str, Any]) -> dict[str, Any]:
    """Does what the mutation does with its input when all is well, and answers what it answers."""
    box_number, _, number = given["location"].partition("-")
    async with connection.transaction():
        place = await connection.fetchrow(_LOCK, given["partKey"], int(box_number), int(number))
        assert place is not None
        done = await connection.fetchrow(_APPEND, given["reason"], given["quantity"], *place)
        assert done is not None
    kind, actor, at, total = done
    success = {
        "__typename": "UseStockSuccess",
        "operation": {"kind": kind, "actor": actor, "at": at},
        "part": {"key": given["partKey"], "totalQuantity": total},
    }
    return {"data": {"useStock": success}}

"""Merging two parts: stock, history and pick lines of one become those of the other.

No box is locked: every location is as occupied afterwards as before, whatever moment another transaction sees, so
shrinking or deleting a box decides the same with or without the merge.
"""

from datetime import datetime

from sqlalchemy import text

from domain.entities.location import LocationReference
from domain.entities.part import Part
from domain.entities.stock import MAX_QUANTITY, MAX_TOTAL
from domain.errors import QuantityLimitError
from persistence.statements import Connection, Statement

# The trigger that keeps the ledger append-only lets lines change hands only in a transaction that says it merges.
_ANNOUNCE = Statement(text("SELECT set_config('partsgraph.merging', 'on', true)"))
_CONCEAL = Statement(text("SELECT set_config('partsgraph.merging', 'off', true)"))

_SUMS = """
    SELECT id, box_number, location_number,
           sum(delta) OVER (PARTITION BY box_number, location_number ORDER BY id) AS quantity,
           sum(delta) OVER (ORDER BY id) AS total
      FROM quantity_changes
     WHERE part_id IN (CAST(:keep_id AS bigint), CAST(:drop_id AS bigint))
"""
_OVER_LIMIT = Statement(
    text(f"""
    SELECT box_number, location_number, quantity, total FROM ({_SUMS}) AS line
     WHERE quantity > {MAX_QUANTITY} OR total > {MAX_TOTAL}
     ORDER BY id DESC LIMIT 1
    """)
)
_MOVE_STOCK = Statement(
    text("""
    WITH moved AS (DELETE FROM stock WHERE part_id = CAST(:drop_id AS bigint) RETURNING location_id, quantity)
    INSERT INTO stock (part_id, location_id, quantity)
    SELECT CAST(:keep_id AS bigint), location_id, quantity FROM moved
    ON CONFLICT (part_id, location_id) DO UPDATE SET quantity = stock.quantity + excluded.quantity
    """)
)
_MOVE_HISTORY = Statement(
    text(f"""
    UPDATE quantity_changes AS change
       SET part_id = CAST(:keep_id AS bigint), quantity_after = line.quantity, total_after = line.total
      FROM ({_SUMS}) AS line
     WHERE change.id = line.id
       AND (change.part_id, change.quantity_after, change.total_after)
           IS DISTINCT FROM (CAST(:keep_id AS bigint), line.quantity, line.total)
    """)
)
_MOVE_TOTAL = Statement(
    text("""
    WITH moved AS (
        SELECT total_quantity, last_operation_at FROM part_totals WHERE part_id = CAST(:drop_id AS bigint)
    ), emptied AS (
        UPDATE part_totals SET total_quantity = 0, last_operation_at = NULL WHERE part_id = CAST(:drop_id AS bigint)
    )
    UPDATE part_totals AS kept
       SET total_quantity = kept.total_quantity + moved.total_quantity,
           last_operation_at = greatest(kept.last_operation_at, moved.last_operation_at)
      FROM moved
     WHERE kept.part_id = CAST(:keep_id AS bigint)
    """)
)
_LOCK_PICK_LISTS = Statement(
    text("""
    SELECT id FROM pick_lists
     WHERE id IN (SELECT pick_list_id FROM pick_lines WHERE part_id = CAST(:drop_id AS bigint)
                   UNION SELECT pick_list_id FROM pick_lines WHERE required_part_id = CAST(:drop_id AS bigint)
                   UNION SELECT pick_list_id FROM pick_shortages WHERE part_id = CAST(:drop_id AS bigint))
     ORDER BY id
       FOR NO KEY UPDATE
    """)
)
_MOVE_PICKS = Statement(
    text("""
    WITH lines AS (
        UPDATE pick_lines
           SET part_id = CASE WHEN part_id = CAST(:drop_id AS bigint) THEN CAST(:keep_id AS bigint) ELSE part_id END,
               required_part_id = CASE WHEN required_part_id = CAST(:drop_id AS bigint) THEN CAST(:keep_id AS bigint)
                                       ELSE required_part_id END
         WHERE part_id = CAST(:drop_id AS bigint) OR required_part_id = CAST(:drop_id AS bigint)
        RETURNING pick_list_id
    ), shortages AS (
        UPDATE pick_shortages SET part_id = CAST(:keep_id AS bigint) WHERE part_id = CAST(:drop_id AS bigint)
        RETURNING pick_list_id
    )
    UPDATE pick_lists SET version = version
     WHERE id IN (SELECT pick_list_id FROM lines UNION SELECT pick_list_id FROM shortages)
    """)
)
_RETIRE = Statement(
    text("""
    UPDATE parts
       SET merged_into_id = CAST(:keep_id AS bigint), retired_at = coalesce(retired_at, clock_timestamp()),
           version = version + 1, updated_at = clock_timestamp()
     WHERE id = CAST(:drop_id AS bigint)
    RETURNING retired_at
    """)
)


async def merge(connection: Connection, keep: Part, drop: Part) -> datetime:
    both = {"keep_id": keep.id, "drop_id": drop.id}
    await _refuse_over_limit(connection, keep, drop)
    await _ANNOUNCE.rows(connection)
    await _MOVE_STOCK.rows(connection, **both)
    await _MOVE_HISTORY.rows(connection, **both)
    await _CONCEAL.rows(connection)
    await _MOVE_TOTAL.rows(connection, **both)
    await _LOCK_PICK_LISTS.rows(connection, drop_id=drop.id)
    await _MOVE_PICKS.rows(connection, **both)
    retired_at: datetime = await _RETIRE.value(connection, **both)
    return retired_at


async def _refuse_over_limit(connection: Connection, keep: Part, drop: Part) -> None:
    """The sums of both must keep to the limits at every moment of the past, the latest being now."""
    row = await _OVER_LIMIT.row(connection, keep_id=keep.id, drop_id=drop.id)
    if row is None:
        return
    if row["total"] > MAX_TOTAL:
        raise QuantityLimitError(keep.key, "total", int(row["total"]), MAX_TOTAL, ("drop",))
    place = LocationReference(row["box_number"], row["location_number"])
    raise QuantityLimitError(keep.key, f"quantity at {place}", int(row["quantity"]), MAX_QUANTITY, ("drop",))

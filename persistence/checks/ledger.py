"""Checks of operations and their quantity changes."""

from persistence.checks.finding import QueryCheck

# Two histories became one when their parts were merged: each is in the order of its time, together they need not be.
_MERGED = "SELECT object_id FROM edits WHERE object_kind = 'PART' AND field = 'merged_from'"

CHECKS = (
    QueryCheck(
        "An operation has at least one quantity change",
        """
        SELECT format('operation %s (%s)', operation.id, operation.kind)
          FROM operations AS operation
         WHERE NOT EXISTS (SELECT FROM quantity_changes WHERE operation_id = operation.id)
         ORDER BY operation.id
        """,
    ),
    QueryCheck(
        "The quantity after a change is the sum of the changes of the part there up to it",
        """
        SELECT format('change %s of part %s at %s-%s: %s written, %s summed up',
                      line.id, part.key, box_number, location_number, quantity_after, summed)
          FROM (SELECT *, sum(delta) OVER (PARTITION BY part_id, box_number, location_number ORDER BY id) AS summed
                  FROM quantity_changes) AS line
          LEFT JOIN parts AS part ON part.id = line.part_id
         WHERE quantity_after <> summed
         ORDER BY line.id
        """,
    ),
    QueryCheck(
        "The total after a change is the sum of the changes of the part up to it",
        """
        SELECT format('change %s of part %s: %s written, %s summed up', line.id, part.key, total_after, summed)
          FROM (SELECT *, sum(delta) OVER (PARTITION BY part_id ORDER BY id) AS summed FROM quantity_changes) AS line
          LEFT JOIN parts AS part ON part.id = line.part_id
         WHERE total_after <> summed
         ORDER BY line.id
        """,
    ),
    QueryCheck(
        "A reversal takes back exactly what its operation changed",
        """
        SELECT format('operation %s reversing %s: %s left of part %s at %s-%s', reversal.id, reversal.reverses_id,
                      sum(line.delta), part.key, line.box_number, line.location_number)
          FROM operations AS reversal
         CROSS JOIN LATERAL (VALUES (reversal.id), (reversal.reverses_id)) AS side (operation_id)
          JOIN quantity_changes AS line ON line.operation_id = side.operation_id
          LEFT JOIN parts AS part ON part.id = line.part_id
         WHERE reversal.reverses_id IS NOT NULL
         GROUP BY reversal.id, reversal.reverses_id, part.key, line.box_number, line.location_number
        HAVING sum(line.delta) <> 0
         ORDER BY reversal.id
        """,
    ),
    QueryCheck(
        "The time of a part's last operation is the latest in its history",
        """
        SELECT format('part %s: %s written, %s in its history', part.key, total.last_operation_at, latest.at)
          FROM part_totals AS total
          JOIN parts AS part ON part.id = total.part_id
          LEFT JOIN (SELECT line.part_id, max(operation.at) AS at
                       FROM quantity_changes AS line JOIN operations AS operation ON operation.id = line.operation_id
                      GROUP BY line.part_id) AS latest ON latest.part_id = total.part_id
         WHERE total.last_operation_at IS DISTINCT FROM latest.at
         ORDER BY part.key
        """,
    ),
    QueryCheck(
        "The times of a part's operations never fall",
        f"""
        SELECT format('operation %s of part %s at %s comes after one at %s', operation_id, part.key, at, before)
          FROM (SELECT line.operation_id, line.part_id, operation.at,
                       lag(operation.at) OVER (PARTITION BY line.part_id ORDER BY line.id) AS before
                  FROM quantity_changes AS line
                  JOIN operations AS operation ON operation.id = line.operation_id) AS line
          LEFT JOIN parts AS part ON part.id = line.part_id
         WHERE line.at < line.before AND line.part_id NOT IN ({_MERGED})
         ORDER BY operation_id
        """,
    ),
)

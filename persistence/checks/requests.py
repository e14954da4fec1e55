"""Checks of idempotency keys and of the installation's row."""

from persistence.checks.finding import QueryCheck

# A part, a type, a box that was deleted has left an edit of its name, so its request still points to something known.
_RESULTS = {
    "createPart": ("parts", "PART", "key"),
    "createPartType": ("part_types", "PART_TYPE", "name"),
    "createProject": ("projects", "PROJECT", "name"),
    "createBox": ("boxes", "BOX", "number"),
}
# A pick list is never deleted; where no piece moved, its negative number is the result.
_PICKING = ("pickLine", "pickLines", "undoPick", "completePickList", "reopenPickList", "cancelPickList")
_STOCK_MUTATIONS = ("receiveStock", "useStock", "moveStock", "countStock", "bookStock", "reverseOperation")


def _vanished(mutation: str, table: str, kind: str, field: str) -> str:
    return f"""(mutation = '{mutation}' AND NOT EXISTS (SELECT FROM {table} WHERE {table}.id = result_id)
            AND NOT EXISTS (SELECT FROM edits WHERE object_kind = '{kind}' AND object_id = result_id
                                                AND field = '{field}' AND after IS NULL))"""


CHECKS = (
    QueryCheck(
        "An idempotency key leads to the result of its request",
        f"""
        SELECT format('key %s of %s for %s: result %s', key, actor, mutation,
                      coalesce(CAST(result_id AS text), 'missing'))
          FROM idempotency_keys
         WHERE result_id IS NULL
            OR (mutation IN {_STOCK_MUTATIONS} AND NOT EXISTS (SELECT FROM operations WHERE operations.id = result_id))
            OR (mutation = 'createPickList' AND NOT EXISTS (SELECT FROM pick_lists WHERE pick_lists.id = result_id))
            OR (mutation IN {_PICKING} AND NOT EXISTS (SELECT FROM operations WHERE operations.id = result_id)
                AND NOT EXISTS (SELECT FROM pick_lists WHERE pick_lists.id = -result_id))
            OR {" OR ".join(_vanished(mutation, *result) for mutation, result in _RESULTS.items())}
         ORDER BY created_at
        """,
    ),
    QueryCheck(
        "The installation has its row",
        "SELECT 'the row is missing' WHERE NOT EXISTS (SELECT FROM installation)",
    ),
)

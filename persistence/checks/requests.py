"""Checks of idempotency keys and of the installation's row."""

from persistence.checks.finding import QueryCheck
from persistence.models.base import Edited, edited_tables


def _vanished(table: str, edited: Edited) -> str:
    """A thing that was deleted has left an edit of its name, so its request still points to something known.

    Where a pick moved no piece, the result is the list, as a negative number.
    """
    return f"""(result_kind = '{edited.kind}' AND NOT EXISTS (SELECT FROM {table} WHERE {table}.id = abs(result_id))
            AND NOT EXISTS (SELECT FROM edits WHERE object_kind = '{edited.kind}' AND object_id = result_id
                                                AND field = '{edited.named_by}' AND after IS NULL))"""


CHECKS = (
    QueryCheck(
        "An idempotency key leads to the result of its request",
        f"""
        SELECT format('key %s of %s for %s: result %s', key, actor, mutation,
                      coalesce(CAST(result_id AS text), 'missing'))
          FROM idempotency_keys
         WHERE result_id IS NULL
            OR (result_kind = 'OPERATION' AND NOT EXISTS (SELECT FROM operations WHERE operations.id = result_id))
            OR {" OR ".join(_vanished(*found) for found in edited_tables().values())}
         ORDER BY created_at
        """,
    ),
    QueryCheck(
        "The installation has its row",
        "SELECT 'the row is missing' WHERE NOT EXISTS (SELECT FROM installation)",
    ),
)

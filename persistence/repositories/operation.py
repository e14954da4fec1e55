"""The ledger: operations are appended, never changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.ids import OperationId, PartKey
from domain.entities.location import LocationReference
from domain.entities.operation import (
    AppliedChange,
    Operation,
    OperationKind,
    OperationSource,
    RecordedOperation,
    RequestedChange,
)
from domain.entities.stock import StockFacts
from domain.errors import NotFoundError
from domain.ports.repositories import Operations
from persistence.statements import Connection, Statement

# One statement, so one round trip under the locks: the operation (id and time are taken here, after all locks), its
# lines in order, the shelf, the totals, and the result of an idempotent request. Each line names its part and place
# once.
_APPEND = Statement(
    text("""
    WITH operation AS (
        INSERT INTO operations (kind, reason, actor, at, reverses_id, source_kind, source_id, project_id)
        VALUES (CAST(:kind AS text), CAST(:reason AS text), CAST(:actor AS text),
                greatest(clock_timestamp(), CAST(:not_before AS timestamptz)), CAST(:reverses_id AS bigint),
                CAST(:source_kind AS text), CAST(:source_id AS bigint), CAST(:project_id AS bigint))
        RETURNING id, at
    ), line AS (
        SELECT * FROM unnest(
            CAST(:part_ids AS bigint[]), CAST(:location_ids AS bigint[]), CAST(:box_numbers AS int[]),
            CAST(:location_numbers AS int[]), CAST(:deltas AS int[]), CAST(:quantities AS int[]), CAST(:totals AS int[])
        ) WITH ORDINALITY AS line
            (part_id, location_id, box_number, location_number, delta, quantity_after, total_after, position)
    ), changed AS (
        INSERT INTO quantity_changes
            (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
        SELECT operation.id, part_id, box_number, location_number, delta, quantity_after, total_after
          FROM operation CROSS JOIN line
         ORDER BY position
    ), emptied AS (
        DELETE FROM stock USING line
         WHERE stock.part_id = line.part_id AND stock.location_id = line.location_id AND line.quantity_after = 0
    ), filled AS (
        INSERT INTO stock (part_id, location_id, quantity)
        SELECT part_id, location_id, quantity_after FROM line WHERE quantity_after > 0
        ON CONFLICT (part_id, location_id) DO UPDATE SET quantity = excluded.quantity
    ), totalled AS (
        UPDATE part_totals SET total_quantity = last.total_after, last_operation_at = operation.at
          FROM operation,
               (SELECT DISTINCT ON (part_id) part_id, total_after FROM line ORDER BY part_id, position DESC) AS last
         WHERE part_totals.part_id = last.part_id
    ), kept AS (
        UPDATE idempotency_keys SET result_id = operation.id, result_kind = 'OPERATION'
          FROM operation
         WHERE idempotency_keys.actor = CAST(:actor AS text) AND idempotency_keys.key = CAST(:idempotency_key AS uuid)
    )
    SELECT id, at FROM operation
    """)
)
_GET = Statement(
    text("""
    SELECT operation.id, operation.kind, operation.reason, operation.actor, operation.at, operation.reverses_id,
           reversal.id AS reversed_by_id, part.key AS part_key, change.box_number, change.location_number, change.delta
      FROM operations AS operation
      JOIN quantity_changes AS change ON change.operation_id = operation.id
      JOIN parts AS part ON part.id = change.part_id
      LEFT JOIN operations AS reversal ON reversal.reverses_id = operation.id
     WHERE operation.id = CAST(:operation_id AS bigint)
     ORDER BY change.id
    """)
)


class OperationRepository(Operations):
    """What was done."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self.recorded: list[OperationKind] = []
        """The kinds of what was appended so far."""

    async def append(
        self,
        kind: OperationKind,
        reason: str | None,
        changes: Sequence[AppliedChange],
        facts: StockFacts,
        *,
        reverses: OperationId | None = None,
        source: OperationSource | None = None,
    ) -> RecordedOperation:
        request = self._actor.request
        times = [total.last_operation_at for total in facts.totals.values() if total.last_operation_at is not None]
        (row,) = await _APPEND.rows(
            self._connection,
            kind=kind,
            reason=reason,
            actor=self._actor.name,
            not_before=max(times, default=None),
            reverses_id=reverses,
            source_kind=source.kind if source is not None else None,
            source_id=source.id if source is not None else None,
            project_id=source.project_id if source is not None else None,
            idempotency_key=request.key if request is not None else None,
            **_columns(changes, facts),
        )
        self.recorded.append(kind)
        return RecordedOperation(OperationId(row["id"]), kind, reason, self._actor.name, row["at"], reverses, source)

    async def get(self, operation_id: OperationId) -> Operation:
        rows = await _GET.rows(self._connection, operation_id=operation_id)
        if not rows:
            raise NotFoundError("operation", str(operation_id), ("operation_id",))
        first = rows[0]
        return Operation(
            id=operation_id,
            kind=OperationKind(first["kind"]),
            reason=first["reason"],
            actor=first["actor"],
            at=first["at"],
            reverses=_operation_id(first["reverses_id"]),
            reversed_by=_operation_id(first["reversed_by_id"]),
            changes=tuple(
                RequestedChange(
                    PartKey(row["part_key"]), LocationReference(row["box_number"], row["location_number"]), row["delta"]
                )
                for row in rows
            ),
        )


def _operation_id(number: int | None) -> OperationId | None:
    return OperationId(number) if number is not None else None


def _columns(changes: Sequence[AppliedChange], facts: StockFacts) -> dict[str, list[Any]]:
    return {
        "part_ids": [change.part_id for change in changes],
        "location_ids": [facts.locations[change.location].id for change in changes],
        "box_numbers": [change.location.box_number for change in changes],
        "location_numbers": [change.location.number for change in changes],
        "deltas": [change.delta for change in changes],
        "quantities": [change.quantity_after for change in changes],
        "totals": [change.total_after for change in changes],
    }

"""Edits, written together when the unit of work is flushed."""

from collections.abc import Sequence

from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.edit import EditedKind, FieldChange
from domain.ports.repositories import Edits
from persistence.statements import Connection, Statement

_ADD = Statement(
    text("""
    INSERT INTO edits (object_kind, object_id, actor, field, before, after)
    SELECT edit.object_kind, edit.object_id, CAST(:actor AS text), edit.field, edit.before, edit.after
      FROM unnest(CAST(:kinds AS text[]), CAST(:object_ids AS bigint[]), CAST(:fields AS text[]),
                  CAST(:befores AS text[]), CAST(:afters AS text[]))
           WITH ORDINALITY AS edit (object_kind, object_id, field, before, after, position)
     ORDER BY edit.position
    """)
)


class EditRepository(Edits):
    """The edits of one actor in one unit of work."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self._recorded: list[tuple[EditedKind, int, FieldChange]] = []

    def record(self, kind: EditedKind, object_id: int, changes: Sequence[FieldChange]) -> None:
        self._recorded.extend((kind, object_id, change) for change in changes)

    async def flush(self) -> None:
        """Write what was recorded since the last flush, in one statement."""
        recorded, self._recorded = self._recorded, []
        if not recorded:
            return
        await _ADD.rows(
            self._connection,
            actor=self._actor.name,
            kinds=[kind.value for kind, _, _ in recorded],
            object_ids=[object_id for _, object_id, _ in recorded],
            fields=[change.field for _, _, change in recorded],
            befores=[change.before for _, _, change in recorded],
            afters=[change.after for _, _, change in recorded],
        )

"""What use cases of parts share: one part locked, parts retired or brought back."""

from collections.abc import Sequence
from datetime import datetime

from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import PartKey
from domain.entities.part import Part
from domain.errors import NotFoundError
from domain.ports.unit_of_work import UnitOfWork


async def lock_part(uow: UnitOfWork, key: PartKey) -> Part:
    """Lock one part. Raises NotFoundError."""
    part = (await uow.parts.lock([key])).get(key)
    if part is None:
        raise NotFoundError("part", key, ("part_key",))
    return part


async def set_retired(uow: UnitOfWork, parts: Sequence[Part], *, retired: bool) -> None:
    """Retire parts or bring them back, and record the edits. They are locked and in the other state."""
    retired_at = await uow.parts.set_retired(parts, retired=retired)
    for part in parts:
        changes = retirement(part, retired_at)
        if part.merged_into is not None and not retired:
            changes.append(FieldChange("merged_into", part.merged_into, None))
        uow.edits.record(EditedKind.PART, part.id, changes)


def retirement(part: Part, retired_at: datetime | None) -> list[FieldChange]:
    """What a part's edit tells of its retirement: nothing where it was retired then already, or was not and is not."""
    before, after = (moment.isoformat() if moment else None for moment in (part.retired_at, retired_at))
    return [FieldChange("retired_at", before, after)] if before != after else []

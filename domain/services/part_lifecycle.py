"""Use cases at the end of a part's life: retire, restore, delete, merge."""

from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.attachment import Owner, OwnerKind
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import PartId, PartKey
from domain.errors import Issue, NotFoundError, PartRetiredError, ValidationError
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules.usages import refuse_needed_parts, refuse_stocked_parts, refuse_used
from domain.rules.versions import refuse_stale
from domain.services.attachment_steps import delete_objects_of
from domain.services.part_steps import lock_part, retirement, set_retired
from domain.services.requirement_steps import merge_requirements
from domain.services.use_case import use_case


@dataclass(frozen=True, slots=True)
class PartLifecycleService:
    """A part that anything names is retired, never deleted; what is retired can be brought back.

    All raise NotFoundError, and ConflictError when the part has another version than the expected one.
    """

    units_of_work: UnitsOfWork

    @use_case(Role.EDITOR)
    async def retire(self, uow: UnitOfWork, key: PartKey, expected_version: int | None = None) -> PartId:
        """Hide a part from default lists; it takes part in nothing.

        Raises InUseError while there is stock of it, an active project requires it or an open pick list holds it.
        """
        part = await lock_part(uow, key)
        refuse_stale(part.version, expected_version)
        if part.retired_at is None:
            places = await uow.parts.places_with_stock([part.id])
            refuse_stocked_parts({key: places.get(part.id, ())}, ("part_key",))
            refuse_needed_parts(await uow.requirements.need_of_parts([part.id]), ("part_key",))
            await set_retired(uow, [part], retired=True)
        return part.id

    @use_case(Role.EDITOR)
    async def restore(self, uow: UnitOfWork, key: PartKey, expected_version: int | None = None) -> PartId:
        """Bring a retired part back; it counts as merged no longer."""
        part = await lock_part(uow, key)
        refuse_stale(part.version, expected_version)
        if part.retired_at is not None:
            await set_retired(uow, [part], retired=False)
        return part.id

    @use_case(Role.EDITOR)
    async def delete(self, uow: UnitOfWork, key: PartKey, expected_version: int | None = None) -> PartId:
        """Remove a part with its files.

        Raises InUseError when stock, history, a merged part, a requirement, a substitute or a pick line names it.
        """
        part = await lock_part(uow, key)
        refuse_stale(part.version, expected_version)
        usages = await uow.parts.usages(part.id)
        refuse_used(f"Part {key}", usages, "Retire it instead.", ("part_key",))
        uow.edits.record(EditedKind.PART, part.id, [FieldChange("key", key, None)])
        delete_objects_of(uow, await uow.attachments.delete_all(Owner(OwnerKind.PART, part.id)))
        await uow.parts.delete(part.id)
        return part.id

    @use_case(Role.EDITOR)
    async def merge(self, uow: UnitOfWork, keep: PartKey, drop: PartKey) -> tuple[PartId, PartId]:
        """Move everything of the duplicate `drop` to `keep` and retire it; returns both in this order.

        A file whose bytes `keep` has already is deleted instead. Requirements of both in one project become one.
        Raises PartRetiredError when `keep` is retired,
        QuantityLimitError when there would be too many pieces.
        """
        if keep == drop:
            raise ValidationError([Issue(("drop",), "must be another part than the one to keep")])
        parts = await uow.parts.lock([keep, drop])
        for key, name in ((keep, "keep"), (drop, "drop")):
            if key not in parts:
                raise NotFoundError("part", key, (name,))
        kept, dropped = parts[keep], parts[drop]
        if kept.retired_at is not None:
            raise PartRetiredError([keep], ("keep",))
        await merge_requirements(uow, kept, dropped)
        retired_at = await uow.parts.merge(kept, dropped)
        source, target = Owner(OwnerKind.PART, dropped.id), Owner(OwnerKind.PART, kept.id)
        delete_objects_of(uow, await uow.attachments.hand_over(source, target))
        merged = [FieldChange("merged_into", None, keep), *retirement(dropped, retired_at)]
        uow.edits.record(EditedKind.PART, dropped.id, merged)
        uow.edits.record(EditedKind.PART, kept.id, [FieldChange("merged_from", None, drop)])
        return kept.id, dropped.id

"""Use cases of part types: create, rename, delete."""

from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import PartTypeId
from domain.entities.part_type import MAX_NAME_LENGTH, PartType
from domain.errors import AlreadyExistsError, NotFoundError
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules.input_checks import InputChecks
from domain.rules.texts import findable, shown
from domain.rules.usages import refuse_used
from domain.rules.versions import refuse_stale
from domain.services.use_case import creating_use_case, first_time, use_case


@dataclass(frozen=True, slots=True)
class PartTypeService:
    """What administrators do with part types; names have 1..100 characters, and no two are the same."""

    units_of_work: UnitsOfWork

    @creating_use_case(Role.ADMIN, makes=EditedKind.PART_TYPE)
    async def create(self, uow: UnitOfWork, name: str) -> PartTypeId:
        """Add a type. Raises ValidationError, AlreadyExistsError, IdempotencyKeyReusedError."""
        checked = _checked_name(name, "name")
        await first_time(uow)
        added = await uow.part_types.add(checked)
        if added is None:
            raise AlreadyExistsError("part type", checked, ("name",))
        return added

    @use_case(Role.ADMIN)
    async def rename(
        self, uow: UnitOfWork, name: str, new_name: str, expected_version: int | None = None
    ) -> PartTypeId:
        """Give a type another name. Raises ValidationError, NotFoundError, ConflictError, AlreadyExistsError."""
        checked = _checked_name(new_name, "new_name")
        part_type = await _lock(uow, name)
        refuse_stale(part_type.version, expected_version)
        if checked != part_type.name:
            if not await uow.part_types.rename(part_type, checked):
                raise AlreadyExistsError("part type", checked, ("new_name",))
            change = FieldChange("name", part_type.name, checked)
            uow.edits.record(EditedKind.PART_TYPE, part_type.id, [change])
        return part_type.id

    @use_case(Role.ADMIN)
    async def delete(self, uow: UnitOfWork, name: str) -> PartType:
        """Remove a type; returns it as it was. Raises NotFoundError, InUseError counting the parts and boxes."""
        part_type = await _lock(uow, name)
        usages = await uow.part_types.usages(part_type.id)
        refuse_used(f"Part type {part_type.name}", usages, "Give them another type first.", ("name",))
        uow.edits.record(EditedKind.PART_TYPE, part_type.id, [FieldChange("name", part_type.name, None)])
        await uow.part_types.delete(part_type.id)
        return part_type


def _checked_name(name: str, field: str) -> str:
    checks = InputChecks()
    checked = checks.required_text((field,), name, MAX_NAME_LENGTH)
    checks.refuse()
    return checked


async def _lock(uow: UnitOfWork, name: str) -> PartType:
    kept = findable(name, MAX_NAME_LENGTH)
    part_type = await uow.part_types.lock(kept) if kept is not None else None
    if part_type is None:
        raise NotFoundError("part type", shown(name), ("name",))
    return part_type

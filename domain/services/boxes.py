"""Use cases of boxes: create, update, delete."""

from dataclasses import dataclass, replace

from domain.entities.actor import Role
from domain.entities.attachment import Owner, OwnerKind
from domain.entities.box import MAX_NUMBER, Box, BoxDetails, BoxFields
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import BoxId, PartTypeId
from domain.errors import AlreadyExistsError, ExhaustedError, NotFoundError
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules import box_details
from domain.rules.differences import differences
from domain.rules.texts import fold
from domain.rules.usages import refuse_awaited, refuse_occupied
from domain.rules.versions import refuse_stale
from domain.services.attachment_steps import delete_objects_of
from domain.services.use_case import creating_use_case, first_time, use_case


@dataclass(frozen=True, slots=True)
class BoxService:
    """What people do with boxes. All raise ValidationError, NotFoundError (box, part type)."""

    units_of_work: UnitsOfWork

    @creating_use_case(Role.EDITOR, makes=EditedKind.BOX)
    async def create(self, uow: UnitOfWork, number: int | None, fields: BoxFields) -> BoxId:
        """Add a box with all its locations under the given number or the lowest free one.

        Raises AlreadyExistsError (the given number), ExhaustedError (no number is left), IdempotencyKeyReusedError.
        """
        details = box_details.details_of_new_box(fields, number)
        await first_time(uow)
        details = replace(details, designated_type_ids=await _designated_type_ids(uow, fields) or ())
        return await (_add_lowest(uow, details) if number is None else _add_given(uow, number, details))

    @use_case(Role.EDITOR)
    async def update(
        self, uow: UnitOfWork, number: int, fields: BoxFields, expected_version: int | None = None
    ) -> BoxId:
        """Change the fields that were named; a greater capacity adds locations at the end, a smaller one removes them.

        Raises ConflictError, InUseError while a location that would vanish holds stock or is on an open pick list.
        """
        box_details.refuse_faulty(fields)
        meant = await _designated_type_ids(uow, fields)
        box = await _lock(uow, number)
        refuse_stale(box.version, expected_version)
        details = box_details.revised_details(fields, box.details)
        if meant is not None:
            details = replace(details, designated_type_ids=meant)
        if details.capacity < box.details.capacity:
            refuse_occupied(number, await uow.boxes.occupied(box.id, above=details.capacity), ("capacity",))
            refuse_awaited(number, await uow.boxes.awaited(box.id, above=details.capacity), ("capacity",))
        if details != box.details:
            names = await uow.part_types.names({*box.details.designated_type_ids, *details.designated_type_ids})
            await uow.boxes.save(box, details)
            uow.edits.record(EditedKind.BOX, box.id, differences(box.details, details, names))
        return box.id

    @use_case(Role.ADMIN)
    async def delete(self, uow: UnitOfWork, number: int, expected_version: int | None = None) -> BoxId:
        """Remove a box with its locations and files; its history stays.

        Raises ConflictError, InUseError while it holds stock or is on an open pick list.
        """
        box = await _lock(uow, number)
        refuse_stale(box.version, expected_version)
        refuse_occupied(number, await uow.boxes.occupied(box.id, above=0), ("number",))
        refuse_awaited(number, await uow.boxes.awaited(box.id, above=0), ("number",))
        uow.edits.record(EditedKind.BOX, box.id, [FieldChange("number", str(number), None)])
        delete_objects_of(uow, await uow.attachments.delete_all(Owner(OwnerKind.BOX, box.id)))
        await uow.boxes.delete(box.id)
        return box.id


async def _add_lowest(uow: UnitOfWork, details: BoxDetails) -> BoxId:
    """A rival that takes the lowest free number first is waited for; then the next one is drawn."""
    while (number := await uow.boxes.lowest_free_number()) is not None:
        if (box_id := await uow.boxes.add(number, details)) is not None:
            return box_id
    raise ExhaustedError(f"All box numbers up to {MAX_NUMBER:,} are taken.", ("number",))


async def _add_given(uow: UnitOfWork, number: int, details: BoxDetails) -> BoxId:
    box_id = await uow.boxes.add(number, details)
    if box_id is None:
        raise AlreadyExistsError("box", str(number), ("number",))
    return box_id


async def _lock(uow: UnitOfWork, number: int) -> Box:
    box = await uow.boxes.lock(number)
    if box is None:
        raise NotFoundError("box", str(number), ("number",))
    return box


async def _designated_type_ids(uow: UnitOfWork, fields: BoxFields) -> tuple[PartTypeId, ...] | None:
    """The types the box is meant for, in the order named; None where they were not named."""
    names = box_details.designated_names(fields)
    if names is None:
        return None
    types = await uow.part_types.find_and_share(names)
    for index, name in enumerate(names):
        if fold(name) not in types:
            raise NotFoundError("part type", name, ("designated_type_names", str(index)))
    return tuple(types[fold(name)].id for name in names)

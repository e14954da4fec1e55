"""Use cases of parts: create, update one, update many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.entities.actor import Role
from domain.entities.edit import EditedKind
from domain.entities.ids import PartId, PartKey, PartTypeId
from domain.entities.part import Part, PartDetails, PartFields
from domain.entities.unset import UNSET, Settable
from domain.errors import AlreadyExistsError, ExhaustedError, NotFoundError
from domain.ports.outside import Randomness
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules import part_details
from domain.rules.differences import differences
from domain.rules.part_batches import checked_retagging, retagged
from domain.rules.part_keys import DRAWN_KEYS, DRAWS, KEYS_PER_DRAW, drawn_key
from domain.rules.texts import fold, one_line
from domain.rules.usages import refuse_needed_parts, refuse_stocked_parts
from domain.rules.versions import refuse_stale
from domain.services.part_steps import lock_part, set_retired
from domain.services.use_case import creating_use_case, first_time, use_case


@dataclass(frozen=True, slots=True)
class PartService:
    """What people do with parts. All raise ValidationError, NotFoundError (part, part type)."""

    units_of_work: UnitsOfWork
    randomness: Randomness

    @creating_use_case(Role.EDITOR, makes=EditedKind.PART)
    async def create(self, uow: UnitOfWork, key: str | None, fields: PartFields) -> PartId:
        """Add a part under the given key or a drawn one.

        Raises AlreadyExistsError (the given key), ExhaustedError (no key is left), IdempotencyKeyReusedError.
        """
        details, given_key = part_details.details_of_new_part(fields, key)
        await first_time(uow)
        details = _typed(details, await _type_id(uow, fields.get("type_name", UNSET)))
        return await (self._add_drawn(uow, details) if given_key is None else _add_given(uow, given_key, details))

    @use_case(Role.EDITOR)
    async def update(
        self, uow: UnitOfWork, key: PartKey, fields: PartFields, expected_version: int | None = None
    ) -> PartId:
        """Change the fields that were named; nothing happens when none differs. Raises ConflictError."""
        part_details.refuse_faulty(fields)
        type_id = await _type_id(uow, fields.get("type_name", UNSET))
        part = await lock_part(uow, key)
        refuse_stale(part.version, expected_version)
        details = _typed(part_details.revised_details(fields, part.details), type_id)
        if details != part.details:
            await uow.parts.save(part, details)
            await _record_edits(uow, [(part, details)])
        return part.id

    @use_case(Role.EDITOR)
    async def update_many(
        self,
        uow: UnitOfWork,
        keys: Sequence[PartKey],
        type_name: Settable[str | None] = UNSET,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        retired: Settable[bool] = UNSET,
    ) -> list[PartId]:
        """Change type, tags, retirement of 1..200 distinct parts, all or nothing; returns them in the given order.

        Raises InUseError when a part that is to be retired has stock or is needed.
        """
        tags = checked_retagging(keys, type_name, add_tags, remove_tags)
        type_id = await _type_id(uow, type_name)
        found = await uow.parts.lock(keys)
        for index, key in enumerate(keys):
            if key not in found:
                raise NotFoundError("part", key, ("part_keys", str(index)))
        parts = [found[key] for key in keys]
        revised = [(part, _typed(retagged(part, tags), type_id)) for part in parts]
        if changed := [(part, details) for part, details in revised if details != part.details]:
            await uow.parts.save_types_and_tags(changed)
            await _record_edits(uow, changed)
        if retired is not UNSET:
            await _retire_many(uow, parts, retired=retired)
        return [part.id for part in parts]

    async def _add_drawn(self, uow: UnitOfWork, details: PartDetails) -> PartId:
        """Add the part under a key drawn at random; among the free ones when all that were drawn are taken."""
        for _ in range(DRAWS):
            drawn = [drawn_key(self.randomness.below(DRAWN_KEYS)) for _ in range(KEYS_PER_DRAW)]
            if added := await uow.parts.add(drawn, details):
                return added[0]
        while free := await uow.parts.free_keys(KEYS_PER_DRAW):
            if added := await uow.parts.add(free, details):
                return added[0]
        raise ExhaustedError(f"All {DRAWN_KEYS:,} part keys are taken; delete parts that nothing names.")


async def _add_given(uow: UnitOfWork, key: PartKey, details: PartDetails) -> PartId:
    added = await uow.parts.add([key], details)
    if added is None:
        raise AlreadyExistsError("part", key, ("key",))
    return added[0]


async def _type_id(uow: UnitOfWork, type_name: Settable[str | None]) -> Settable[PartTypeId | None]:
    """The type of this name, which cannot be deleted until the end; UNSET where no name was given."""
    if type_name is UNSET:
        return UNSET
    name = one_line(type_name or "")
    if not name:
        return None
    part_type = (await uow.part_types.find_and_share([name])).get(fold(name))
    if part_type is None:
        raise NotFoundError("part type", name, ("type_name",))
    return part_type.id


def _typed(details: PartDetails, type_id: Settable[PartTypeId | None]) -> PartDetails:
    return details if type_id is UNSET else replace(details, type_id=type_id)


async def _record_edits(uow: UnitOfWork, changed: Sequence[tuple[Part, PartDetails]]) -> None:
    """Record an edit for each field that differs."""
    types = {each.type_id for part, details in changed for each in (part.details, details)}
    names = await uow.part_types.names({type_id for type_id in types if type_id is not None})
    for part, details in changed:
        uow.edits.record(EditedKind.PART, part.id, differences(part.details, details, names))


async def _retire_many(uow: UnitOfWork, parts: Sequence[Part], *, retired: bool) -> None:
    affected = [part for part in parts if (part.retired_at is not None) != retired]
    if not affected:
        return
    if retired:
        places = await uow.parts.places_with_stock([part.id for part in affected])
        refuse_stocked_parts({part.key: places.get(part.id, ()) for part in affected}, ("part_keys",))
        refuse_needed_parts(await uow.requirements.need_of_parts([part.id for part in affected]), ("part_keys",))
    await set_retired(uow, affected, retired=retired)

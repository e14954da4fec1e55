"""The requirements' share in merging two parts."""

from domain.entities.edit import EditedKind, FieldChange
from domain.entities.part import Part
from domain.entities.project import Project, Requirement, RequirementDetails
from domain.ports.unit_of_work import UnitOfWork
from domain.rules.differences import requirement_text
from domain.rules.requirement_merging import renamed, united


async def merge_requirements(uow: UnitOfWork, keep: Part, drop: Part) -> None:
    """Let requirements and substitutes name `keep` in the place of `drop`. Both parts are locked.

    Raises QuantityLimitError when a requirement of both would pass a limit.
    """
    for project in (await uow.projects.lock_requiring([drop.id])).values():
        before = list(await uow.requirements.of_project(project.id))
        after = _merged(project, before, keep, drop)
        changed = [(each, details) for each, details in after if details != each.details]
        await _move_parts(uow, before, keep, drop)
        keys = {key for _, details in changed for key in (details.part_key, *details.substitutes)}
        part_ids = await uow.requirements.part_ids(keys)
        await uow.requirements.save_all(project.id, [(details, each.position) for each, details in changed], part_ids)
        await uow.projects.touch(project)
        kept = {each.id for each, _ in after}
        texts = [(requirement_text(each.details), requirement_text(details)) for each, details in changed]
        edits = [FieldChange("requirements", was, is_now) for was, is_now in texts]
        gone = [
            FieldChange("requirements", requirement_text(each.details), None) for each in before if each.id not in kept
        ]
        uow.edits.record(EditedKind.PROJECT, project.id, [*gone, *edits])


def _merged(
    project: Project, before: list[Requirement], keep: Part, drop: Part
) -> list[tuple[Requirement, RequirementDetails]]:
    """Every requirement that stays, with what it says afterwards."""
    by_part = {each.part_id: each for each in before}
    both = by_part.get(keep.id) is not None and by_part.get(drop.id) is not None
    found = []
    for each in before:
        if both and each.part_id == drop.id:
            continue
        details = renamed(each.details, keep.key, drop.key)
        if both and each.part_id == keep.id:
            other = renamed(by_part[drop.id].details, keep.key, drop.key)
            details = united(details, other, project.details.build_target)
        found.append((each, details))
    return found


async def _move_parts(uow: UnitOfWork, before: list[Requirement], keep: Part, drop: Part) -> None:
    """The requirement of the duplicate asks for the part that stays, or goes into the one that does already."""
    ids = {each.part_id: each.id for each in before}
    if drop.id in ids and keep.id in ids:
        await uow.requirements.take_over_lines(ids[keep.id], ids[drop.id])
        await uow.requirements.remove([ids[drop.id]])
    elif drop.id in ids:
        await uow.requirements.change_part(ids[drop.id], keep.id)

"""Use cases of a project's requirements: set some or all of them, remove one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import PartKey, ProjectId
from domain.entities.project import Requirement, RequirementDetails
from domain.entities.stock import LockedPart
from domain.errors import Issue, NotFoundError, ValidationError
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules import project_details
from domain.rules.differences import requirement_text
from domain.services.project_steps import lock_active
from domain.services.use_case import use_case


@dataclass(frozen=True, slots=True)
class RequirementService:
    """What one unit of a project takes. All raise ValidationError, NotFoundError (project), ConflictError, InUseError
    when the project is archived."""

    units_of_work: UnitsOfWork

    @use_case(Role.EDITOR)
    async def set_requirements(
        self,
        uow: UnitOfWork,
        project_id: ProjectId,
        lines: Sequence[RequirementDetails],
        expected_version: int | None = None,
        *,
        whole: bool = False,
    ) -> ProjectId:
        """Add requirements, or replace those of the same parts; with `whole` they become the whole list in their order.

        All or nothing: every fault of every line is told in one ValidationError, unknown and retired parts included.
        Lines are told apart by their parts; new ones stand at the end, in their order.
        """
        project_details.refuse_too_many_requirements(len(lines))
        paths = [("requirements", str(index)) for index in range(len(lines))]
        return await _set(uow, project_id, lines, paths, expected_version, whole=whole)

    @use_case(Role.EDITOR)
    async def set_requirement(
        self, uow: UnitOfWork, project_id: ProjectId, line: RequirementDetails, expected_version: int | None = None
    ) -> ProjectId:
        """Add a requirement, or replace the one of the same part."""
        return await _set(uow, project_id, [line], [("requirement",)], expected_version, whole=False)

    @use_case(Role.EDITOR)
    async def remove_requirement(
        self, uow: UnitOfWork, project_id: ProjectId, part_key: PartKey, expected_version: int | None = None
    ) -> ProjectId:
        """Remove the requirement of a part; pick lines that serve it stay. Raises NotFoundError (requirement)."""
        project = await lock_active(uow, project_id, expected_version)
        found = [each for each in await uow.requirements.of_project(project_id) if each.details.part_key == part_key]
        if not found:
            raise NotFoundError("requirement", part_key, ("part_key",))
        await uow.requirements.remove([each.id for each in found])
        await uow.projects.touch(project)
        uow.edits.record(EditedKind.PROJECT, project_id, _edits([], {}, found))
        return project_id


async def _set(
    uow: UnitOfWork,
    project_id: ProjectId,
    lines: Sequence[RequirementDetails],
    paths: Sequence[tuple[str, ...]],
    expected_version: int | None,
    *,
    whole: bool,
) -> ProjectId:
    checked = project_details.checked_requirements(lines, paths)
    parts = await uow.requirements.share_parts(_keys(checked))
    project = await lock_active(uow, project_id, expected_version)
    _refuse_parts(checked, parts, paths)
    indexed = [(line, (*path, "per_unit")) for line, path in zip(checked, paths, strict=True)]
    project_details.refuse_too_many_pieces(project.details.build_target, indexed)
    before = await uow.requirements.of_project(project_id)
    known = {each.details.part_key: each for each in before}
    named = {line.part_key for line in checked}
    removed = [each for each in before if whole and each.details.part_key not in named]
    project_details.refuse_too_many_requirements(len(before) - len(removed) + len(named - set(known)))
    placed = _placed(checked, before, whole=whole)
    changed = [(line, at) for line, at in placed if not _is_there(known.get(line.part_key), line, at)]
    if changed or removed:
        await uow.requirements.remove([each.id for each in removed])
        await uow.requirements.save_all(project_id, changed, {key: part.id for key, part in parts.items()})
        await uow.projects.touch(project)
        edits = _edits([line for line, _ in changed], known, removed)
        uow.edits.record(EditedKind.PROJECT, project_id, edits)
    return project_id


def _keys(lines: Sequence[RequirementDetails]) -> set[PartKey]:
    return {key for line in lines for key in (line.part_key, *line.substitutes)}


def _refuse_parts(
    lines: Sequence[RequirementDetails], parts: Mapping[PartKey, LockedPart], paths: Sequence[tuple[str, ...]]
) -> None:
    """Every part exists and takes part."""
    issues = []
    for line, path in zip(lines, paths, strict=True):
        substitutes = [(key, (*path, "substitute_keys", str(index))) for index, key in enumerate(line.substitutes)]
        for key, place in [(line.part_key, (*path, "part_key")), *substitutes]:
            if key not in parts:
                issues.append(Issue(place, f"there is no part {key}"))
            elif parts[key].is_retired:
                issues.append(Issue(place, f"part {key} is retired"))
    if issues:
        raise ValidationError(issues)


def _placed(
    lines: Sequence[RequirementDetails], before: Sequence[Requirement], *, whole: bool
) -> list[tuple[RequirementDetails, int]]:
    """Each line with its position."""
    if whole:
        return [(line, position) for position, line in enumerate(lines, start=1)]
    kept = {each.details.part_key: each.position for each in before}
    last = max(kept.values(), default=0)
    new = [line.part_key for line in lines if line.part_key not in kept]
    return [(line, kept.get(line.part_key) or last + 1 + new.index(line.part_key)) for line in lines]


def _is_there(before: Requirement | None, line: RequirementDetails, position: int) -> bool:
    return before is not None and before.details == line and before.position == position


def _edits(
    lines: Sequence[RequirementDetails], known: Mapping[PartKey, Requirement], removed: Sequence[Requirement]
) -> list[FieldChange]:
    """One change for each requirement whose words differ; of those that only moved, none."""
    changes = [FieldChange("requirements", requirement_text(each.details), None) for each in removed]
    for line in lines:
        before = known.get(line.part_key)
        was, is_now = requirement_text(before.details) if before is not None else None, requirement_text(line)
        if was != is_now:
            changes.append(FieldChange("requirements", was, is_now))
    return changes

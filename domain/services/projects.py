"""Use cases of projects: create, update, rank, archive, restore, delete."""

from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.attachment import Owner, OwnerKind
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import ProjectId
from domain.entities.project import ProjectFields, ProjectStatus
from domain.errors import AlreadyExistsError, InUseError, NotFoundError, PartRetiredError, Usage
from domain.ports.unit_of_work import RepeatWork, UnitOfWork, UnitsOfWork
from domain.rules import fact_checks, project_details
from domain.rules.differences import differences
from domain.rules.input_checks import InputChecks
from domain.rules.usages import refuse_used
from domain.rules.versions import refuse_stale
from domain.services.attachment_steps import delete_objects_of
from domain.services.project_steps import lock_active, lock_project
from domain.services.use_case import creating_use_case, first_time, use_case


@dataclass(frozen=True, slots=True)
class ProjectService:
    """What people do with projects. All raise ValidationError, NotFoundError; ConflictError when the project has
    another version than the expected one."""

    units_of_work: UnitsOfWork

    @creating_use_case(Role.EDITOR, makes=EditedKind.PROJECT)
    async def create(self, uow: UnitOfWork, fields: ProjectFields) -> ProjectId:
        """Add a project with the last rank. Raises AlreadyExistsError (the name), IdempotencyKeyReusedError."""
        details = fact_checks.new_details(fields)
        await first_time(uow)
        await uow.projects.lock_ranks()
        project_id = await uow.projects.add(details)
        if project_id is None:
            raise AlreadyExistsError("project", details.name, ("name",))
        return project_id

    @use_case(Role.EDITOR)
    async def update(
        self, uow: UnitOfWork, project_id: ProjectId, fields: ProjectFields, expected_version: int | None = None
    ) -> ProjectId:
        """Change the fields that were named. Raises AlreadyExistsError (the name), InUseError when it is archived."""
        fact_checks.refuse_faulty(fields)
        project = await lock_active(uow, project_id, expected_version)
        details = fact_checks.revised_details(fields, project.details)
        if details == project.details:
            return project_id
        if details.build_target > project.details.build_target:
            requirements = await uow.requirements.of_project(project_id)
            named = [(each.details, ("build_target",)) for each in requirements]
            project_details.refuse_too_many_pieces(details.build_target, named)
        if not await uow.projects.save(project, details):
            raise AlreadyExistsError("project", details.name, ("name",))
        uow.edits.record(EditedKind.PROJECT, project_id, differences(project.details, details))
        return project_id

    @use_case(Role.EDITOR)
    async def rank(
        self, uow: UnitOfWork, project_id: ProjectId, rank: int, expected_version: int | None = None
    ) -> ProjectId:
        """Put a project at this rank, from 1 (first) to the number of projects; those between move by one.

        Raises InUseError when it is archived.
        """
        await uow.projects.lock_ranks()
        number = await uow.projects.lock_all()
        project = await lock_active(uow, project_id, expected_version)
        checks = InputChecks()
        checks.number(("rank",), rank, 1, number)
        checks.refuse()
        if rank != project.rank:
            await uow.projects.move_to_rank(project, rank)
            await uow.projects.touch(project)
            change = FieldChange("rank", str(project.rank), str(rank))
            uow.edits.record(EditedKind.PROJECT, project_id, [change])
        return project_id

    @use_case(Role.EDITOR)
    async def archive(self, uow: UnitOfWork, project_id: ProjectId, expected_version: int | None = None) -> ProjectId:
        """Make a project read-only; it reserves nothing. Raises InUseError naming its open pick lists."""
        project = await lock_project(uow, project_id)
        refuse_stale(project.version, expected_version)
        if project.status is ProjectStatus.ARCHIVED:
            return project_id
        lists = await uow.projects.open_lists(project_id)
        if lists:
            told = f"Project {project.details.name} has open pick lists: {', '.join(lists)}."
            raise InUseError(told, [Usage("pick list", len(lists), tuple(lists[:50]))], ("project_id",))
        await uow.projects.set_archived(project, archived=True)
        change = FieldChange("status", ProjectStatus.ACTIVE, ProjectStatus.ARCHIVED)
        uow.edits.record(EditedKind.PROJECT, project_id, [change])
        return project_id

    @use_case(Role.EDITOR)
    async def restore(self, uow: UnitOfWork, project_id: ProjectId, expected_version: int | None = None) -> ProjectId:
        """Bring an archived project back. Raises PartRetiredError when a part that it requires was retired."""
        keys = {each.details.part_key for each in await uow.requirements.of_project(project_id)}
        parts = await uow.requirements.share_parts(keys)
        project = await lock_project(uow, project_id)
        refuse_stale(project.version, expected_version)
        if project.status is ProjectStatus.ACTIVE:
            return project_id
        if {each.details.part_key for each in await uow.requirements.of_project(project_id)} != keys:
            raise RepeatWork
        retired = sorted(key for key, part in parts.items() if part.is_retired)
        if retired:
            raise PartRetiredError(retired, ("project_id",))
        await uow.projects.set_archived(project, archived=False)
        change = FieldChange("status", ProjectStatus.ARCHIVED, ProjectStatus.ACTIVE)
        uow.edits.record(EditedKind.PROJECT, project_id, [change])
        return project_id

    @use_case(Role.EDITOR)
    async def delete(self, uow: UnitOfWork, project_id: ProjectId, expected_version: int | None = None) -> str:
        """Remove a project with its requirements and files; returns its name. Raises InUseError when it was ever
        picked for."""
        # Those behind it move up: they are locked in the order in which everybody locks them.
        await uow.projects.lock_ranks()
        await uow.projects.lock_all()
        project = await uow.projects.lock_for_removal(project_id)
        if project is None:
            raise NotFoundError("project", str(project_id), ("project_id",))
        refuse_stale(project.version, expected_version)
        name = project.details.name
        refuse_used(f"Project {name}", await uow.projects.usages(project_id), "Archive it instead.", ("project_id",))
        delete_objects_of(uow, await uow.attachments.delete_all(Owner(OwnerKind.PROJECT, project_id)))
        await uow.projects.delete(project)
        uow.edits.record(EditedKind.PROJECT, project_id, [FieldChange("name", name, None)])
        return name

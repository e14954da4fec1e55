"""Mutations of projects and their requirements."""

from contextlib import AbstractContextManager

from domain.entities.ids import ProjectId
from domain.services.project_requirements import RequirementService
from domain.services.projects import ProjectService
from graph.dataloaders import Loaders
from graph.inputs.optional import named
from graph.inputs.project import (
    ArchiveProjectInput,
    CreateProjectInput,
    DeleteProjectInput,
    RankProjectInput,
    RemoveRequirementInput,
    RestoreProjectInput,
    SetRequirementInput,
    SetRequirementsInput,
    UpdateProjectInput,
)
from graph.mutations import Call, mutation
from graph.resolvers.results import after, numbered
from graph.types.errors import (
    AlreadyExistsError,
    ConflictError,
    IdempotencyKeyReusedError,
    InUseError,
    NotFoundError,
    PartRetiredError,
    ValidationError,
)
from graph.types.project_payloads import (
    ArchiveProjectSuccess,
    CreateProjectSuccess,
    DeleteProjectSuccess,
    RankProjectSuccess,
    RemoveRequirementSuccess,
    RestoreProjectSuccess,
    SetRequirementsSuccess,
    SetRequirementSuccess,
    UpdateProjectSuccess,
)


@mutation(ProjectService.create, ValidationError, NotFoundError, AlreadyExistsError, IdempotencyKeyReusedError)
async def create_project(call: Call, input: CreateProjectInput) -> CreateProjectSuccess:
    """Create a project; it gets the last rank."""
    created = await call.services.projects.create(call.repeatable(input), input.fields())
    project = await after(call, Loaders.project_by_id, created.id)
    return CreateProjectSuccess(project=project, replayed=created.replayed)


@mutation(ProjectService.update, ValidationError, NotFoundError, AlreadyExistsError, ConflictError, InUseError)
async def update_project(call: Call, input: UpdateProjectInput) -> UpdateProjectSuccess:
    """Change a project. Refused while it is archived."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.update(call.actor, project_id, input.fields(), named(input.expected_version))
    return UpdateProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@mutation(ProjectService.rank, ValidationError, NotFoundError, ConflictError, InUseError)
async def rank_project(call: Call, input: RankProjectInput) -> RankProjectSuccess:
    """Give a project another rank; the projects between move by one. Refused while it is archived."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.rank(call.actor, project_id, input.rank, named(input.expected_version))
    return RankProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@mutation(ProjectService.archive, NotFoundError, ConflictError, InUseError)
async def archive_project(call: Call, input: ArchiveProjectInput) -> ArchiveProjectSuccess:
    """Make a project read-only: it reserves nothing. Refused while it has an open pick list."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.archive(call.actor, project_id, named(input.expected_version))
    return ArchiveProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@mutation(ProjectService.restore, NotFoundError, ConflictError, PartRetiredError)
async def restore_project(call: Call, input: RestoreProjectInput) -> RestoreProjectSuccess:
    """Bring an archived project back. Refused while a part that it requires is retired."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.restore(call.actor, project_id, named(input.expected_version))
    return RestoreProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@mutation(ProjectService.delete, NotFoundError, ConflictError, InUseError)
async def delete_project(call: Call, input: DeleteProjectInput) -> DeleteProjectSuccess:
    """Delete a project with its requirements. One that was ever picked for is archived instead."""
    with numbered_project(input.project_id) as project_id:
        name = await call.services.projects.delete(call.actor, project_id, named(input.expected_version))
    return DeleteProjectSuccess(deleted_id=input.project_id, name=name)


@mutation(RequirementService.set_requirements, ValidationError, NotFoundError, ConflictError, InUseError)
async def set_requirements(call: Call, input: SetRequirementsInput) -> SetRequirementsSuccess:
    """Set some or all requirements of a project, all or nothing; every fault is told by its line."""
    lines = [line.details() for line in input.requirements]
    with numbered_project(input.project_id) as project_id:
        await call.services.requirements.set_requirements(
            call.actor, project_id, lines, named(input.expected_version), whole=input.remove_others
        )
    return SetRequirementsSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@mutation(RequirementService.set_requirement, ValidationError, NotFoundError, ConflictError, InUseError)
async def set_requirement(call: Call, input: SetRequirementInput) -> SetRequirementSuccess:
    """Set one requirement of a project; it replaces the one of the same part."""
    with numbered_project(input.project_id) as project_id:
        await call.services.requirements.set_requirement(
            call.actor, project_id, input.requirement.details(), named(input.expected_version)
        )
    return SetRequirementSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@mutation(RequirementService.remove_requirement, NotFoundError, ConflictError, InUseError)
async def remove_requirement(call: Call, input: RemoveRequirementInput) -> RemoveRequirementSuccess:
    """Remove a requirement; pick lines that serve it stay."""
    with numbered_project(input.project_id) as project_id:
        await call.services.requirements.remove_requirement(
            call.actor, project_id, input.part_key, named(input.expected_version)
        )
    return RemoveRequirementSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


def numbered_project(id: str) -> AbstractContextManager[ProjectId]:
    """The number of the project; a refusal that there is none tells the id that was sent."""
    return numbered(Loaders.project_by_id, ProjectId, id, "project_id")

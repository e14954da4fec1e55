"""Mutations of projects and their requirements."""

from collections.abc import Iterator
from contextlib import contextmanager

import domain.errors as refusals
from domain.entities.ids import ProjectId
from domain.services.project_requirements import RequirementService
from domain.services.projects import ProjectService
from graph.global_ids import parse_global_id_of
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
from graph.resolvers.results import project_after
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
    project = await project_after(call, created.id, ("idempotencyKey",))
    return CreateProjectSuccess(project=project, replayed=created.replayed)


@mutation(ProjectService.update, ValidationError, NotFoundError, AlreadyExistsError, ConflictError, InUseError)
async def update_project(call: Call, input: UpdateProjectInput) -> UpdateProjectSuccess:
    """Change a project. Refused while it is archived."""
    with named_project(input.project_id) as project_id:
        await call.services.projects.update(call.actor, project_id, input.fields(), named(input.expected_version))
    return UpdateProjectSuccess(project=await project_after(call, project_id))


@mutation(ProjectService.rank, ValidationError, NotFoundError, ConflictError, InUseError)
async def rank_project(call: Call, input: RankProjectInput) -> RankProjectSuccess:
    """Give a project another rank; the projects between move by one. Refused while it is archived."""
    with named_project(input.project_id) as project_id:
        await call.services.projects.rank(call.actor, project_id, input.rank, named(input.expected_version))
    return RankProjectSuccess(project=await project_after(call, project_id))


@mutation(ProjectService.archive, NotFoundError, ConflictError, InUseError)
async def archive_project(call: Call, input: ArchiveProjectInput) -> ArchiveProjectSuccess:
    """Make a project read-only: it reserves nothing. Refused while it has an open pick list."""
    with named_project(input.project_id) as project_id:
        await call.services.projects.archive(call.actor, project_id, named(input.expected_version))
    return ArchiveProjectSuccess(project=await project_after(call, project_id))


@mutation(ProjectService.restore, NotFoundError, ConflictError, PartRetiredError)
async def restore_project(call: Call, input: RestoreProjectInput) -> RestoreProjectSuccess:
    """Bring an archived project back. Refused while a part that it requires is retired."""
    with named_project(input.project_id) as project_id:
        await call.services.projects.restore(call.actor, project_id, named(input.expected_version))
    return RestoreProjectSuccess(project=await project_after(call, project_id))


@mutation(ProjectService.delete, NotFoundError, ConflictError, InUseError)
async def delete_project(call: Call, input: DeleteProjectInput) -> DeleteProjectSuccess:
    """Delete a project with its requirements. One that was ever picked for is archived instead."""
    with named_project(input.project_id) as project_id:
        name = await call.services.projects.delete(call.actor, project_id, named(input.expected_version))
    return DeleteProjectSuccess(deleted_id=input.project_id, name=name)


@mutation(RequirementService.set_requirements, ValidationError, NotFoundError, ConflictError, InUseError)
async def set_requirements(call: Call, input: SetRequirementsInput) -> SetRequirementsSuccess:
    """Set some or all requirements of a project, all or nothing; every fault is told by its line."""
    lines = [line.details() for line in input.requirements]
    with named_project(input.project_id) as project_id:
        await call.services.requirements.set_requirements(
            call.actor, project_id, lines, named(input.expected_version), whole=input.remove_others
        )
    return SetRequirementsSuccess(project=await project_after(call, project_id))


@mutation(RequirementService.set_requirement, ValidationError, NotFoundError, ConflictError, InUseError)
async def set_requirement(call: Call, input: SetRequirementInput) -> SetRequirementSuccess:
    """Set one requirement of a project; it replaces the one of the same part."""
    with named_project(input.project_id) as project_id:
        await call.services.requirements.set_requirement(
            call.actor, project_id, input.requirement.details(), named(input.expected_version)
        )
    return SetRequirementSuccess(project=await project_after(call, project_id))


@mutation(RequirementService.remove_requirement, NotFoundError, ConflictError, InUseError)
async def remove_requirement(call: Call, input: RemoveRequirementInput) -> RemoveRequirementSuccess:
    """Remove a requirement; pick lines that serve it stay."""
    with named_project(input.project_id) as project_id:
        await call.services.requirements.remove_requirement(
            call.actor, project_id, input.part_key, named(input.expected_version)
        )
    return RemoveRequirementSuccess(project=await project_after(call, project_id))


@contextmanager
def named_project(id: str) -> Iterator[ProjectId]:
    """The number of the project; a refusal that there is none tells the id that was sent."""
    unknown = refusals.NotFoundError("project", id, ("projectId",))
    number = parse_global_id_of("Project", id)
    if number is None:
        raise unknown
    try:
        yield ProjectId(number)
    except refusals.NotFoundError as missing:
        if missing.kind != "project":
            raise
        raise unknown from missing

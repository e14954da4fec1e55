"""Mutations of projects and their requirements: what each takes, what it answers, and how it is carried out.

Longer than other files because all changes of a noun stand on one page.
"""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import strawberry

from domain.entities.ids import PartKey, ProjectId
from domain.entities.project import MAX_SUBSTITUTES, Amount, ProjectDetails, ProjectFields, RequirementDetails
from domain.rules.project_details import MAX_REQUIREMENTS
from domain.services.project_requirements import RequirementService
from domain.services.projects import ProjectService
from graph.dataloaders import Loaders
from graph.execution.list_bounds import takes
from graph.fact_words import limits_of
from graph.mutation_fields import (
    expected_version_field,
    facts_in,
    idempotency_key_field,
    named,
    named_or_unset,
    optional,
    settable,
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
from graph.types.project import Project
from persistence.readers.project import ProjectView

_NAME = "{limit}, unique ignoring case and spacing"
_DESCRIPTION = "What it is, {limit}."
_TARGET = "Units there shall be in the end, {limit}"
_PROJECT_ID = "The id of the project."


def _project(description: str = "The project as it is now.") -> Any:
    return strawberry.field(graphql_type=Project, description=description)


@strawberry.input(description="A new project. It gets the last rank.")
@limits_of(ProjectDetails)
class CreateProjectInput:
    """What createProject takes."""

    name: str = strawberry.field(description=_NAME + ".")
    description: str | None = optional(_DESCRIPTION)
    build_target: int | None = optional(_TARGET + "; 0 when left out.")
    idempotency_key: UUID | None = idempotency_key_field()

    def fields(self) -> ProjectFields:
        """The fields as the domain takes them."""
        return facts_in(self, ProjectFields, named_or_unset)


@strawberry.type(description="The project was created.")
class CreateProjectSuccess:
    """The answer of createProject."""

    project: ProjectView = _project("The new project.")
    replayed: bool = strawberry.field(
        description="True when an earlier request with this idempotency key did it; the fields are those of today."
    )


@mutation(ProjectService.create, ValidationError, NotFoundError, AlreadyExistsError, IdempotencyKeyReusedError)
async def create_project(call: Call, input: CreateProjectInput) -> CreateProjectSuccess:
    """Create a project; it gets the last rank."""
    created = await call.services.projects.create(call.repeatable(input), input.fields())
    project = await after(call, Loaders.project_by_id, created.id)
    return CreateProjectSuccess(project=project, replayed=created.replayed)


@strawberry.input(description="Changes to a project. A field that is left out stays as it is; null clears it.")
@limits_of(ProjectDetails)
class UpdateProjectInput:
    """What updateProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()
    name: str | None = optional(_NAME + "; cannot be cleared.")
    description: str | None = optional(_DESCRIPTION)
    build_target: int | None = optional(
        _TARGET + "; cannot be cleared. A target below the units that are built needs nothing more."
    )

    def fields(self) -> ProjectFields:
        """The fields as the domain takes them."""
        return facts_in(self, ProjectFields, settable)


@strawberry.type(description="The project was changed, or was already as asked for.")
class UpdateProjectSuccess:
    """The answer of updateProject."""

    project: ProjectView = _project()


@mutation(ProjectService.update, ValidationError, NotFoundError, AlreadyExistsError, ConflictError, InUseError)
async def update_project(call: Call, input: UpdateProjectInput) -> UpdateProjectSuccess:
    """Change a project. Refused while it is archived."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.update(call.actor, project_id, input.fields(), named(input.expected_version))
    return UpdateProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@strawberry.input(description="Another priority for a project; the projects between move by one.")
class RankProjectInput:
    """What rankProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    rank: int = strawberry.field(description="From 1 (first) to the number of projects, archived ones included.")
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The project has the rank.")
class RankProjectSuccess:
    """The answer of rankProject."""

    project: ProjectView = _project()


@mutation(ProjectService.rank, ValidationError, NotFoundError, ConflictError, InUseError)
async def rank_project(call: Call, input: RankProjectInput) -> RankProjectSuccess:
    """Give a project another rank; the projects between move by one. Refused while it is archived."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.rank(call.actor, project_id, input.rank, named(input.expected_version))
    return RankProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@strawberry.input(description="A project to archive.")
class ArchiveProjectInput:
    """What archiveProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The project is archived.")
class ArchiveProjectSuccess:
    """The answer of archiveProject."""

    project: ProjectView = _project()


@mutation(ProjectService.archive, NotFoundError, ConflictError, InUseError)
async def archive_project(call: Call, input: ArchiveProjectInput) -> ArchiveProjectSuccess:
    """Make a project read-only: it reserves nothing. Refused while it has an open pick list."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.archive(call.actor, project_id, named(input.expected_version))
    return ArchiveProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@strawberry.input(description="An archived project to bring back.")
class RestoreProjectInput:
    """What restoreProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The project is active.")
class RestoreProjectSuccess:
    """The answer of restoreProject."""

    project: ProjectView = _project()


@mutation(ProjectService.restore, NotFoundError, ConflictError, PartRetiredError)
async def restore_project(call: Call, input: RestoreProjectInput) -> RestoreProjectSuccess:
    """Bring an archived project back. Refused while a part that it requires is retired."""
    with numbered_project(input.project_id) as project_id:
        await call.services.projects.restore(call.actor, project_id, named(input.expected_version))
    return RestoreProjectSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@strawberry.input(description="A project to delete with its requirements.")
class DeleteProjectInput:
    """What deleteProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The project was deleted with its requirements.")
class DeleteProjectSuccess:
    """The answer of deleteProject."""

    deleted_id: strawberry.ID = strawberry.field(
        description="The id that the project had; nothing is found under it any more."
    )
    name: str = strawberry.field(description="The name that the project had.")


@mutation(ProjectService.delete, NotFoundError, ConflictError, InUseError)
async def delete_project(call: Call, input: DeleteProjectInput) -> DeleteProjectSuccess:
    """Delete a project with its requirements. One that was ever picked for is archived instead."""
    with numbered_project(input.project_id) as project_id:
        name = await call.services.projects.delete(call.actor, project_id, named(input.expected_version))
    return DeleteProjectSuccess(deleted_id=input.project_id, name=name)


@strawberry.input(description="What one unit takes of one part. What is left out is 0 or empty, not what it was.")
@limits_of(Amount, RequirementDetails)
class RequirementInput:
    """One line of a requirement list."""

    part_key: PartKey = strawberry.field(description="The part; a project has one requirement of it.")
    per_unit: int = strawberry.field(description="Pieces for one unit, {limit}.")
    attrition_percent: int | None = optional("Of the pieces so many percent are lost on the way, {limit}.")
    extra_pieces: int | None = optional("Pieces wanted once per project, {limit}.")
    note: str | None = optional("What to watch out for, {limit}.")
    designators: list[str] | None = optional(
        "Where it goes on the board: up to {most}, each up to {length} characters, distinct ignoring case and spacing."
    )
    substitute_keys: list[PartKey] | None = optional(
        f"Up to {MAX_SUBSTITUTES} parts that may stand in, the first choice first.", metadata=takes(MAX_SUBSTITUTES)
    )

    def details(self) -> RequirementDetails:
        """The line as the domain takes it."""
        return RequirementDetails(
            self.part_key,
            Amount(self.per_unit, named(self.attrition_percent) or 0, named(self.extra_pieces) or 0),
            named(self.note),
            tuple(named(self.designators) or ()),
            tuple(named(self.substitute_keys) or ()),
        )


@strawberry.input(description="Requirements of a project, all or nothing.")
class SetRequirementsInput:
    """What setRequirements takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()
    requirements: list[RequirementInput] = strawberry.field(
        description=f"Up to {MAX_REQUIREMENTS} lines of distinct parts. A line replaces the requirement of its part "
        "whole.",
        metadata=takes(MAX_REQUIREMENTS),
    )
    remove_others: bool = strawberry.field(
        default=False,
        description="True: the lines are the whole list, in their order. False: requirements of other parts stay.",
    )


@strawberry.type(description="All the requirements were set, or were already as asked for.")
class SetRequirementsSuccess:
    """The answer of setRequirements."""

    project: ProjectView = _project()


@mutation(RequirementService.set_requirements, ValidationError, NotFoundError, ConflictError, InUseError)
async def set_requirements(call: Call, input: SetRequirementsInput) -> SetRequirementsSuccess:
    """Set some or all requirements of a project, all or nothing; every fault is told by its line."""
    lines = [line.details() for line in input.requirements]
    with numbered_project(input.project_id) as project_id:
        await call.services.requirements.set_requirements(
            call.actor, project_id, lines, named(input.expected_version), whole=input.remove_others
        )
    return SetRequirementsSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@strawberry.input(description="One requirement of a project; it replaces the one of the same part.")
class SetRequirementInput:
    """What setRequirement takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()
    requirement: RequirementInput = strawberry.field(description="What one unit takes of the part.")


@strawberry.type(description="The requirement was set, or was already as asked for.")
class SetRequirementSuccess:
    """The answer of setRequirement."""

    project: ProjectView = _project()


@mutation(RequirementService.set_requirement, ValidationError, NotFoundError, ConflictError, InUseError)
async def set_requirement(call: Call, input: SetRequirementInput) -> SetRequirementSuccess:
    """Set one requirement of a project; it replaces the one of the same part."""
    with numbered_project(input.project_id) as project_id:
        await call.services.requirements.set_requirement(
            call.actor, project_id, input.requirement.details(), named(input.expected_version)
        )
    return SetRequirementSuccess(project=await after(call, Loaders.project_by_id, project_id, "project_id"))


@strawberry.input(description="A requirement to remove; what was picked for it stays picked.")
class RemoveRequirementInput:
    """What removeRequirement takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()
    part_key: PartKey = strawberry.field(description="The part of the requirement.")


@strawberry.type(description="The requirement was removed.")
class RemoveRequirementSuccess:
    """The answer of removeRequirement."""

    project: ProjectView = _project()


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

"""Inputs of the mutations of projects."""

from uuid import UUID

import strawberry

from domain.entities.ids import PartKey
from domain.entities.project import Amount, ProjectDetails, ProjectFields, RequirementDetails
from graph.fact_words import limits_of
from graph.inputs.optional import (
    expected_version_field,
    facts_in,
    idempotency_key_field,
    named,
    named_or_unset,
    optional,
    settable,
)

_NAME = "{limit}, unique ignoring case"
_DESCRIPTION = "What it is, {limit}."
_TARGET = "Units there shall be in the end, {limit}"
_PROJECT_ID = "The id of the project."


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


@strawberry.input(description="Another priority for a project; the projects between move by one.")
class RankProjectInput:
    """What rankProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    rank: int = strawberry.field(description="From 1 (first) to the number of projects, archived ones included.")
    expected_version: int | None = expected_version_field()


@strawberry.input(description="A project to archive.")
class ArchiveProjectInput:
    """What archiveProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()


@strawberry.input(description="An archived project to bring back.")
class RestoreProjectInput:
    """What restoreProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()


@strawberry.input(description="A project to delete with its requirements.")
class DeleteProjectInput:
    """What deleteProject takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()


@strawberry.input(description="What one unit takes of one part. What is left out is 0 or empty, not what it was.")
class RequirementInput:
    """One line of a requirement list."""

    part_key: PartKey = strawberry.field(description="The part; a project has one requirement of it.")
    per_unit: int = strawberry.field(description="Pieces for one unit, 1 to 1,000,000.")
    attrition_percent: int | None = optional("Of the pieces so many percent are lost on the way, 0 to 100.")
    extra_pieces: int | None = optional("Pieces wanted once per project, 0 to 1,000,000.")
    note: str | None = optional("What to watch out for, up to 2,000 characters.")
    designators: list[str] | None = optional(
        "Where it goes on the board: up to 500, each up to 50 characters, distinct ignoring case."
    )
    substitute_keys: list[PartKey] | None = optional("Up to 20 parts that may stand in, the first choice first.")

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
        description="Up to 500 lines of distinct parts. A line replaces the requirement of its part whole."
    )
    remove_others: bool = strawberry.field(
        default=False,
        description="True: the lines are the whole list, in their order. False: requirements of other parts stay.",
    )


@strawberry.input(description="One requirement of a project; it replaces the one of the same part.")
class SetRequirementInput:
    """What setRequirement takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()
    requirement: RequirementInput = strawberry.field(description="What one unit takes of the part.")


@strawberry.input(description="A requirement to remove; what was picked for it stays picked.")
class RemoveRequirementInput:
    """What removeRequirement takes."""

    project_id: strawberry.ID = strawberry.field(description=_PROJECT_ID)
    expected_version: int | None = expected_version_field()
    part_key: PartKey = strawberry.field(description="The part of the requirement.")

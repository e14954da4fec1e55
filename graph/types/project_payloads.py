"""What the mutations of projects answer when they succeed, read after the commit."""

from typing import Any

import strawberry

from graph.types.project import Project
from persistence.readers.project import ProjectView


def _project(description: str = "The project as it is now.") -> Any:
    return strawberry.field(graphql_type=Project, description=description)


@strawberry.type(description="The project was created.")
class CreateProjectSuccess:
    """The answer of createProject."""

    project: ProjectView = _project("The new project.")
    replayed: bool = strawberry.field(
        description="True when an earlier request with this idempotency key did it; the fields are those of today."
    )


@strawberry.type(description="The project was changed, or was already as asked for.")
class UpdateProjectSuccess:
    """The answer of updateProject."""

    project: ProjectView = _project()


@strawberry.type(description="The project has the rank.")
class RankProjectSuccess:
    """The answer of rankProject."""

    project: ProjectView = _project()


@strawberry.type(description="The project is archived.")
class ArchiveProjectSuccess:
    """The answer of archiveProject."""

    project: ProjectView = _project()


@strawberry.type(description="The project is active.")
class RestoreProjectSuccess:
    """The answer of restoreProject."""

    project: ProjectView = _project()


@strawberry.type(description="The project was deleted with its requirements.")
class DeleteProjectSuccess:
    """The answer of deleteProject."""

    deleted_id: strawberry.ID = strawberry.field(
        description="The id that the project had; nothing is found under it any more."
    )
    name: str = strawberry.field(description="The name that the project had.")


@strawberry.type(description="All the requirements were set, or were already as asked for.")
class SetRequirementsSuccess:
    """The answer of setRequirements."""

    project: ProjectView = _project()


@strawberry.type(description="The requirement was set, or was already as asked for.")
class SetRequirementSuccess:
    """The answer of setRequirement."""

    project: ProjectView = _project()


@strawberry.type(description="The requirement was removed.")
class RemoveRequirementSuccess:
    """The answer of removeRequirement."""

    project: ProjectView = _project()

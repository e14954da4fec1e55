"""What use cases of projects and of their requirements share: one project locked."""

from domain.entities.ids import ProjectId
from domain.entities.project import Project
from domain.errors import NotFoundError
from domain.ports.unit_of_work import UnitOfWork
from domain.rules import project_details
from domain.rules.versions import refuse_stale


async def lock_project(uow: UnitOfWork, project_id: ProjectId) -> Project:
    """Lock one project. Raises NotFoundError."""
    project = await uow.projects.lock(project_id)
    if project is None:
        raise NotFoundError("project", str(project_id), ("project_id",))
    return project


async def lock_active(uow: UnitOfWork, project_id: ProjectId, expected_version: int | None = None) -> Project:
    """Lock a project that may be edited. Raises NotFoundError, ConflictError, InUseError when it is archived."""
    project = await lock_project(uow, project_id)
    refuse_stale(project.version, expected_version)
    project_details.refuse_archived(project.details.name, project.status)
    return project

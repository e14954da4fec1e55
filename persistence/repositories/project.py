"""Projects and the order of their ranks."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from asyncpg import Record
from sqlalchemy import bindparam, delete, func, select, text

from domain.entities.actor import Actor
from domain.entities.ids import PartId, ProjectId
from domain.entities.project import Project, ProjectDetails, ProjectStatus
from domain.errors import Usage
from domain.ports.project_repositories import Projects
from domain.rules.usages import MAX_REFERENCES
from persistence.fact_columns import assigned, parameters, sql_types, values_in, values_of
from persistence.folded_columns import folded_types, folded_values
from persistence.models.project import ProjectRow
from persistence.statements import Connection, Statement

_RANKS_KEY = 0x72616E6B73  # "ranks" in ASCII
_COLUMNS = {**sql_types(ProjectDetails), **folded_types(ProjectRow)}
_LOCK_RANKS = Statement(text(f"SELECT pg_advisory_xact_lock({_RANKS_KEY})"))
_ADD = Statement(
    text(f"""
    INSERT INTO projects ({", ".join(_COLUMNS)}, rank)
    SELECT {parameters(_COLUMNS)}, coalesce(max(rank), 0) + 1
      FROM projects
    ON CONFLICT (name_key) DO NOTHING
    RETURNING id
    """)
)
_BY_ID = select(ProjectRow.__table__).where(ProjectRow.id == bindparam("id"))
_LOCK = Statement(_BY_ID.with_for_update(key_share=True))
_LOCK_FOR_REMOVAL = Statement(_BY_ID.with_for_update())
_LOCK_ALL = Statement(select(ProjectRow.id).order_by(ProjectRow.id).with_for_update(key_share=True))
_LOCK_REQUIRING = Statement(
    text("""
    SELECT * FROM projects
     WHERE id IN (SELECT project_id FROM requirements WHERE part_id = ANY(CAST(:part_ids AS bigint[]))
                   UNION
                  SELECT requirement.project_id
                    FROM requirement_substitutes AS substitute
                    JOIN requirements AS requirement ON requirement.id = substitute.requirement_id
                   WHERE substitute.part_id = ANY(CAST(:part_ids AS bigint[])))
     ORDER BY id
       FOR NO KEY UPDATE
    """)
)
_SAVE = Statement(
    text(f"""
    UPDATE projects
       SET {assigned(_COLUMNS)}, version = version + 1, updated_at = clock_timestamp()
     WHERE id = CAST(:id AS bigint)
    """)
)
_NAME_IS_TAKEN = Statement(
    select(func.count()).where(ProjectRow.name_key == bindparam("name_key"), ProjectRow.id != bindparam("id"))
)
_TOUCH = Statement(
    text("UPDATE projects SET version = version + 1, updated_at = clock_timestamp() WHERE id = CAST(:id AS bigint)")
)
_SET_STATUS = Statement(
    text("""
    UPDATE projects SET status = CAST(:status AS text), version = version + 1, updated_at = clock_timestamp()
     WHERE id = CAST(:id AS bigint)
    """)
)
_MOVE = Statement(
    text("""
    UPDATE projects
       SET rank = CASE WHEN id = CAST(:id AS bigint) THEN CAST(:to AS int)
                       WHEN CAST(:to AS int) < CAST(:from AS int) THEN rank + 1
                       ELSE rank - 1 END
     WHERE rank BETWEEN least(CAST(:from AS int), CAST(:to AS int)) AND greatest(CAST(:from AS int), CAST(:to AS int))
    """)
)
_OPEN_LISTS = Statement(
    text("""
    SELECT format('%s (%s units)', id, units) FROM pick_lists
     WHERE project_id = CAST(:id AS bigint) AND state = 'OPEN' ORDER BY id
    """)
)
_USAGES = Statement(text("SELECT count(*) FROM pick_lists WHERE project_id = CAST(:id AS bigint)"))
_DELETE = Statement(delete(ProjectRow).where(ProjectRow.id == bindparam("id")))
_CLOSE_GAP = Statement(text("UPDATE projects SET rank = rank - 1 WHERE rank > CAST(:rank AS int)"))


class ProjectRepository(Projects):
    """All projects, the archived ones too."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def lock_ranks(self) -> None:
        await _LOCK_RANKS.rows(self._connection)

    async def add(self, details: ProjectDetails) -> ProjectId | None:
        added = await _ADD.value(self._connection, **_values(details))
        return ProjectId(added) if added is not None else None

    async def lock(self, project_id: ProjectId) -> Project | None:
        return _project(await _LOCK.row(self._connection, id=project_id))

    async def lock_for_removal(self, project_id: ProjectId) -> Project | None:
        return _project(await _LOCK_FOR_REMOVAL.row(self._connection, id=project_id))

    async def lock_all(self) -> int:
        return len(await _LOCK_ALL.rows(self._connection))

    async def lock_requiring(self, part_ids: Collection[PartId]) -> Mapping[ProjectId, Project]:
        rows = await _LOCK_REQUIRING.rows(self._connection, part_ids=list(part_ids))
        return {ProjectId(row["id"]): _project_of(row) for row in rows}

    async def save(self, project: Project, details: ProjectDetails) -> bool:
        """A name that a rival takes meanwhile is refused by its constraint."""
        values = _values(details)
        if await _NAME_IS_TAKEN.value(self._connection, id=project.id, name_key=values["name_key"]):
            return False
        await _SAVE.rows(self._connection, id=project.id, **values)
        return True

    async def touch(self, project: Project) -> None:
        await _TOUCH.rows(self._connection, id=project.id)

    async def set_archived(self, project: Project, *, archived: bool) -> None:
        status = ProjectStatus.ARCHIVED if archived else ProjectStatus.ACTIVE
        await _SET_STATUS.rows(self._connection, id=project.id, status=status)

    async def move_to_rank(self, project: Project, rank: int) -> None:
        await _MOVE.rows(self._connection, id=project.id, to=rank, **{"from": project.rank})

    async def open_lists(self, project_id: ProjectId) -> Sequence[str]:
        return [row[0] for row in await _OPEN_LISTS.rows(self._connection, id=project_id)]

    async def usages(self, project_id: ProjectId) -> Sequence[Usage]:
        count = await _USAGES.value(self._connection, id=project_id)
        still_open = await self.open_lists(project_id) if count else ()
        return [Usage("pick list", count, tuple(still_open[:MAX_REFERENCES]))] if count else []

    async def delete(self, project: Project) -> None:
        await _DELETE.rows(self._connection, id=project.id)
        await _CLOSE_GAP.rows(self._connection, rank=project.rank)


def _values(details: ProjectDetails) -> dict[str, Any]:
    values = values_of(details)
    return {**values, **folded_values(ProjectRow, values)}


def _project(row: Record | None) -> Project | None:
    return _project_of(row) if row is not None else None


def _project_of(row: Record) -> Project:
    return Project(
        ProjectId(row["id"]),
        row["version"],
        ProjectDetails(**values_in(row, ProjectDetails)),
        row["rank"],
        row["built_units"],
        ProjectStatus(row["status"]),
    )

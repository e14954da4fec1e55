"""Projects as they are read: by id, in pages, and how many units can be built now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Text, bindparam, exists, func, select, text

from domain.entities.project import Amount, ProjectStatus
from domain.rules.availability import buildable
from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import parts, pick_lists, projects, requirements
from persistence.statements import Statement


class ProjectView(NamedTuple):
    """Something the workshop builds."""

    id: int
    name: str
    description: str | None
    rank: int
    build_target: int
    built_units: int
    status: ProjectStatus
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def outstanding_units(self) -> int:
        """Units that are still to be built."""
        return max(self.build_target - self.built_units, 0)


_COLUMNS = columns_of(ProjectView, projects)

PROJECT_ORDERS: Mapping[str, Order] = {
    "RANK": Order("project.rank", (projects.c.rank,), (int,)),
    "NAME": Order("project.name", (projects.c.name_key,), (str,)),
    "CREATED_AT": Order("project.created_at", (projects.c.created_at, projects.c.id), (datetime, int)),
}
_requires = (
    select(requirements.c.id)
    .join(parts, parts.c.id == requirements.c.part_id)
    .where(requirements.c.project_id == projects.c.id, parts.c.key == bindparam("part_key", type_=Text()))
)
_open_list = select(pick_lists.c.id).where(pick_lists.c.project_id == projects.c.id, pick_lists.c.state == "OPEN")


def _view(*values: object) -> ProjectView:
    view = ProjectView(*values)  # type: ignore[arg-type]  # a record's values
    return view._replace(status=ProjectStatus(view.status))


_LISTING = Listing(
    _view,
    _COLUMNS,
    projects,
    {
        "status": projects.c.status == bindparam("status", type_=Text()),
        "pattern": projects.c.name_key.like(bindparam("pattern", type_=Text())),
        "part_key": exists(_requires),
        "has_open_pick_lists": exists(_open_list) == bindparam("has_open_pick_lists", type_=Boolean()),
    },
)
_BY_IDS = Statement(select(*_COLUMNS).where(projects.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))
_SUPPLIES = Statement(
    text("""
    SELECT project.id, project.status, project.build_target, project.built_units,
           requirement.per_unit, requirement.attrition_percent, requirement.extra_pieces,
           coverage.supply
      FROM projects AS project
      LEFT JOIN requirements AS requirement ON requirement.project_id = project.id
      LEFT JOIN LATERAL (
           SELECT picked_quantity + available_quantity AS supply
             FROM requirement_coverage WHERE requirement_id = requirement.id OFFSET 0
           ) AS coverage ON true
     WHERE project.id = ANY(CAST(:project_ids AS bigint[]))
     ORDER BY project.id
    """)
)


@dataclass(frozen=True, slots=True)
class ProjectReader:
    """Reads projects; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[ProjectView | None]:
        """Projects by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: _view(*record) for record in records})

    async def page(self, request: PageRequest) -> Page[ProjectView]:
        """A page of all projects."""
        return await _LISTING.page(self.database, request)

    async def buildable_units(self, project_ids: Sequence[int]) -> list[int]:
        """The units of each project that can be built now; none of an archived one."""
        records = await self.database.fetch(_SUPPLIES, project_ids=project_ids)
        found = {}
        for project_id, rows in groupby(records, key=itemgetter("id")):
            own = list(rows)
            supplies = [
                (Amount(row["per_unit"], row["attrition_percent"], row["extra_pieces"]), int(row["supply"]))
                for row in own
                if row["per_unit"] is not None
            ]
            is_active = own[0]["status"] == ProjectStatus.ACTIVE
            found[project_id] = buildable(own[0]["build_target"], own[0]["built_units"], supplies) if is_active else 0
        return [found.get(project_id, 0) for project_id in project_ids]

"""Requirements as they are read: in pages of a project or a part, how far they are covered, and who reserves a part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, func, select, text

from domain.rules.availability import CoverageState, coverage_state
from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of, grouped
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import projects, requirements
from persistence.statements import Statement


class RequirementView(NamedTuple):
    """What one unit of a project takes of one part."""

    id: int
    project_id: int
    part_id: int
    per_unit: int
    attrition_percent: int
    extra_pieces: int
    note: str | None
    designators: Sequence[str]


class CoverageView(NamedTuple):
    """How far a requirement is covered, in pieces, by one statement."""

    requirement_id: int
    project_id: int
    part_id: int
    needed_quantity: int
    picked_quantity: int
    open_quantity: int
    on_hand_quantity: int
    available_quantity: int
    shortage_quantity: int

    @property
    def state(self) -> CoverageState:
        """By the pure rule."""
        return coverage_state(self.needed_quantity, self.picked_quantity, self.shortage_quantity)


class SubstituteView(NamedTuple):
    """A part that may stand in, and the pieces of it that the project could take."""

    part_id: int
    available_quantity: int


class ReservationView(NamedTuple):
    """What one project holds (firm) and still wants (soft) of a part."""

    project_id: int
    firm_quantity: int
    soft_quantity: int

    @property
    def quantity(self) -> int:
        """Both together."""
        return self.firm_quantity + self.soft_quantity


class PartAvailabilityView(NamedTuple):
    """What all projects together leave of a part."""

    reserved_quantity: int
    available_quantity: int


_COLUMNS = columns_of(RequirementView, requirements)
REQUIREMENT_ORDER = Order("requirement.position", (requirements.c.position, requirements.c.id), (int, int))
REQUIREMENT_BY_RANK = Order("requirement.rank", (projects.c.rank, requirements.c.id), (int, int))
_OF_PROJECT = Listing(RequirementView, _COLUMNS, requirements, parents=(requirements.c.project_id,))
_OF_PART = Listing(
    RequirementView,
    _COLUMNS,
    requirements.join(projects, projects.c.id == requirements.c.project_id),
    {"status": projects.c.status == bindparam("status", type_=Text())},
    parents=(requirements.c.part_id,),
)
_BY_IDS = Statement(select(*_COLUMNS).where(requirements.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))
_COVERAGE = Statement(
    text("""
    SELECT requirement_id, project_id, part_id, need_quantity, picked_quantity, open_quantity, on_hand_quantity,
           available_quantity, shortage_quantity
      FROM requirement_coverage
     WHERE requirement_id = ANY(CAST(:requirement_ids AS bigint[]))
    """)
)
# What the project itself still wants of the substitute for a requirement of its own is not offered twice.
_SUBSTITUTES = Statement(
    text("""
    SELECT substitute.requirement_id, substitute.part_id,
           greatest(availability.may_list_quantity - coalesce(own.soft_quantity, 0), 0)
      FROM requirement_substitutes AS substitute
      JOIN requirements AS requirement ON requirement.id = substitute.requirement_id
      JOIN LATERAL (
           SELECT may_list_quantity FROM availability
            WHERE project_id = requirement.project_id AND part_id = substitute.part_id OFFSET 0
           ) AS availability ON true
      LEFT JOIN LATERAL (
           SELECT soft_quantity FROM requirement_claims
            WHERE project_id = requirement.project_id AND part_id = substitute.part_id OFFSET 0
           ) AS own ON true
     WHERE substitute.requirement_id = ANY(CAST(:requirement_ids AS bigint[]))
     ORDER BY substitute.requirement_id, substitute.position
    """)
)
_RESERVATIONS = Statement(
    text("""
    SELECT part_id, project_id, CAST(sum(firm_quantity) AS bigint), CAST(sum(soft_quantity) AS bigint)
      FROM part_claims
     WHERE part_id = ANY(CAST(:part_ids AS bigint[]))
     GROUP BY part_id, project_id, rank
    HAVING sum(firm_quantity) + sum(soft_quantity) > 0
     ORDER BY part_id, rank
    """)
)
_AVAILABILITY = Statement(
    text("""
    SELECT part_id, reserved_quantity, available_quantity
      FROM part_availability
     WHERE part_id = ANY(CAST(:part_ids AS bigint[]))
    """)
)


@dataclass(frozen=True, slots=True)
class RequirementReader:
    """Reads requirements and reservations; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[RequirementView | None]:
        """Requirements by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: RequirementView(*record) for record in records})

    async def pages_of_projects(self, project_ids: Sequence[int], request: PageRequest) -> list[Page[RequirementView]]:
        """The same page of the requirements of each project."""
        return await _OF_PROJECT.pages(self.database, [(project_id,) for project_id in project_ids], request)

    async def pages_of_parts(self, part_ids: Sequence[int], request: PageRequest) -> list[Page[RequirementView]]:
        """The same page of the requirements that ask for each part."""
        return await _OF_PART.pages(self.database, [(part_id,) for part_id in part_ids], request)

    async def coverage(self, requirement_ids: Sequence[int]) -> list[CoverageView | None]:
        """How far each requirement is covered; None where it is gone."""
        records = await self.database.fetch(_COVERAGE, requirement_ids=requirement_ids)
        return aligned(requirement_ids, {record[0]: CoverageView(*record) for record in records})

    async def substitutes(self, requirement_ids: Sequence[int]) -> list[tuple[SubstituteView, ...]]:
        """The substitutes of each requirement, the first choice first."""
        records = await self.database.fetch(_SUBSTITUTES, requirement_ids=requirement_ids)
        return grouped(requirement_ids, records, SubstituteView)

    async def reservations(self, part_ids: Sequence[int]) -> list[tuple[ReservationView, ...]]:
        """Who reserves each part, by rank."""
        return grouped(part_ids, await self.database.fetch(_RESERVATIONS, part_ids=part_ids), ReservationView)

    async def reservations_of_others(self, keys: Sequence[tuple[int, int]]) -> list[tuple[ReservationView, ...]]:
        """For pairs of project and part: who else reserves the part, by rank."""
        part_ids = list({part_id for _, part_id in keys})
        found = dict(zip(part_ids, await self.reservations(part_ids), strict=True))
        return [tuple(each for each in found[part_id] if each.project_id != project_id) for project_id, part_id in keys]

    async def part_availability(self, part_ids: Sequence[int]) -> list[PartAvailabilityView]:
        """What is reserved and what is left of each part; nothing of one that is gone."""
        records = await self.database.fetch(_AVAILABILITY, part_ids=part_ids)
        found = {record[0]: PartAvailabilityView(*record[1:]) for record in records}
        return [found.get(part_id, PartAvailabilityView(0, 0)) for part_id in part_ids]

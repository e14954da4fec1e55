"""Pick lists as they are read: by id, in pages of a project, their lines with what is missing on the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from asyncpg import Record
from sqlalchemy import ARRAY, BigInteger, Text, bindparam, func, select, text

from domain.entities.location import LocationReference
from domain.entities.pick_list import PickPlan, PickWish
from domain.rules import picking
from domain.rules.project_details import refuse_archived
from persistence.database import Database
from persistence.pick_facts import PICK_FACTS, pick_facts
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of, grouped
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import pick_lists
from persistence.statements import Statement


class PickListView(NamedTuple):
    """A list for so many units of a project."""

    id: int
    project_id: int
    units: int
    state: str
    built_units: int | None
    version: int
    actor: str
    created_at: datetime
    finished_by: str | None
    finished_at: datetime | None


class PickLineView(NamedTuple):
    """Pieces of one part at one place; `missing_quantity` of the open ones are not there."""

    id: int
    pick_list_id: int
    position: int
    part_id: int
    required_part_id: int
    requirement_id: int | None
    location_id: int | None
    box_number: int
    location_number: int
    designators: Sequence[str]
    planned_quantity: int
    open_quantity: int
    picked_quantity: int
    released_quantity: int
    returned_quantity: int
    missing_quantity: int

    @property
    def location_reference(self) -> LocationReference:
        """Where the pieces are to be taken, as it was written."""
        return LocationReference(self.box_number, self.location_number)


class PickListBox(NamedTuple):
    """What is to be taken from one box, by location."""

    number: int
    lines: Sequence[PickLineView]


class PickListShortageView(NamedTuple):
    """Pieces of a part that a list was made without."""

    part_id: int
    missing_quantity: int


class PrintedLine(NamedTuple):
    """A line as it is printed."""

    part_key: str
    description: str
    designators: Sequence[str]
    box_number: int
    location_number: int
    planned_quantity: int
    open_quantity: int
    picked_quantity: int
    required_key: str
    box_description: str | None
    """Only while the list is open, for whoever looks for the box."""


class PrintedPickList(NamedTuple):
    """A list as it is printed: its head and its lines by box and location."""

    pick_list: PickListView
    project_name: str
    lines: Sequence[PrintedLine]


_COLUMNS = columns_of(PickListView, pick_lists)
PICK_LIST_ORDER = Order("pick_list.id", (pick_lists.c.id,), (int,))
_OF_PROJECT = Listing(
    PickListView,
    _COLUMNS,
    pick_lists,
    {"states": pick_lists.c.state == func.any(bindparam("states", type_=ARRAY(Text())))},
    parents=(pick_lists.c.project_id,),
)
_BY_IDS = Statement(select(*_COLUMNS).where(pick_lists.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))

# Open lines at one place share what lies there: the older ones first.
_MISSING = """
    CASE WHEN line.open_quantity = 0 THEN 0
         ELSE least(line.open_quantity, greatest(
              (SELECT sum(other.open_quantity) FROM pick_lines AS other
                WHERE other.part_id = line.part_id AND other.location_id = line.location_id
                  AND other.open_quantity > 0 AND other.id <= line.id)
              - coalesce((SELECT quantity FROM stock
                           WHERE stock.part_id = line.part_id AND stock.location_id = line.location_id), 0), 0))
         END
"""
_LINE_SQL = f"""
    line.id, line.pick_list_id, line.position, line.part_id, line.required_part_id, line.requirement_id,
    line.location_id, line.box_number, line.location_number, line.designators, line.planned_quantity,
    line.open_quantity, line.picked_quantity, line.released_quantity, line.returned_quantity,
    CASE WHEN line.location_id IS NULL THEN line.open_quantity ELSE {_MISSING} END AS missing_quantity
    FROM pick_lines AS line
"""
_WALK = "line.box_number, line.location_number, line.position"
_LINES = Statement(
    text(f"""
    SELECT line.pick_list_id, {_LINE_SQL}
     WHERE line.pick_list_id = ANY(CAST(:ids AS bigint[])) ORDER BY line.pick_list_id, {_WALK}
    """)
)
_LINES_BY_IDS = Statement(text(f"SELECT {_LINE_SQL} WHERE line.id = ANY(CAST(:ids AS bigint[]))"))
_OPEN_LINES_OF_PARTS = Statement(
    text(f"""
    SELECT line.part_id, {_LINE_SQL}
     WHERE line.part_id = ANY(CAST(:ids AS bigint[])) AND line.open_quantity > 0 ORDER BY line.part_id, line.id
    """)
)
_SHORTAGES = Statement(
    text("""
    SELECT pick_list_id, part_id, missing_quantity FROM pick_shortages
     WHERE pick_list_id = ANY(CAST(:ids AS bigint[])) ORDER BY pick_list_id, position
    """)
)
_LINE_COUNT = len(PickListView._fields)
_PRINTED = Statement(
    text(f"""
    SELECT {", ".join(f"list.{name}" for name in PickListView._fields)}, project.name AS project_name,
           part.key, part.description, line.designators, line.box_number, line.location_number,
           line.planned_quantity, line.open_quantity, line.picked_quantity, required.key AS required_key,
           CASE list.state WHEN 'OPEN' THEN box.description END AS box_description
      FROM pick_lists AS list
      JOIN projects AS project ON project.id = list.project_id
      LEFT JOIN pick_lines AS line ON line.pick_list_id = list.id
      LEFT JOIN parts AS part ON part.id = line.part_id
      LEFT JOIN parts AS required ON required.id = line.required_part_id
      LEFT JOIN locations AS location ON location.id = line.location_id
      LEFT JOIN boxes AS box ON box.id = location.box_id
     WHERE list.id = CAST(:id AS bigint)
     ORDER BY {_WALK}
    """)
)


def in_boxes(lines: Sequence[PickLineView]) -> tuple[PickListBox, ...]:
    """The lines, which come in the order of walking, grouped by box."""
    return tuple(PickListBox(number, tuple(own)) for number, own in groupby(lines, key=attrgetter("box_number")))


@dataclass(frozen=True, slots=True)
class PickListReader:
    """Reads pick lists; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[PickListView | None]:
        """Lists by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: PickListView(*record) for record in records})

    async def pages_of_projects(self, project_ids: Sequence[int], request: PageRequest) -> list[Page[PickListView]]:
        """The same page of the lists of each project."""
        return await _OF_PROJECT.pages(self.database, [(project_id,) for project_id in project_ids], request)

    async def lines(self, ids: Sequence[int]) -> list[tuple[PickLineView, ...]]:
        """The lines of each list in the order of walking."""
        return grouped(ids, await self.database.fetch(_LINES, ids=ids), _line)

    async def lines_by_ids(self, ids: Sequence[int]) -> list[PickLineView | None]:
        """Lines by id."""
        records = await self.database.fetch(_LINES_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: _line(*record) for record in records})

    async def open_lines_of_parts(self, part_ids: Sequence[int]) -> list[tuple[PickLineView, ...]]:
        """The open lines that promise pieces of each part, the oldest first."""
        return grouped(part_ids, await self.database.fetch(_OPEN_LINES_OF_PARTS, ids=part_ids), _line)

    async def shortages(self, ids: Sequence[int]) -> list[tuple[PickListShortageView, ...]]:
        """What each list was made without, in the order of its requirements."""
        return grouped(ids, await self.database.fetch(_SHORTAGES, ids=ids), PickListShortageView)

    async def planned(self, project_id: int, wish: PickWish) -> PickPlan | None:
        """What a list would be, were it made now; None when there is no such project.

        Raises ValidationError, InUseError (the project is archived).
        """
        record = await self.database.fetch_row(PICK_FACTS, project_id=project_id)
        if record is None:
            return None
        facts = pick_facts(record)
        refuse_archived(facts.project_name, facts.status)
        picking.refuse_unknown_policies(facts, wish)
        return picking.plan(facts, wish)

    async def printed(self, pick_list_id: int) -> PrintedPickList | None:
        """A list as it is printed; None when there is none."""
        records = await self.database.fetch(_PRINTED, id=pick_list_id)
        if not records:
            return None
        head = records[0]
        return PrintedPickList(PickListView(*head[:_LINE_COUNT]), head["project_name"], _printed_lines(records))


def _line(*values: Any) -> PickLineView:
    line = PickLineView(*values)
    return line._replace(missing_quantity=int(line.missing_quantity))


def _printed_lines(records: Sequence[Record]) -> tuple[PrintedLine, ...]:
    return tuple(PrintedLine(*record[_LINE_COUNT + 1 :]) for record in records if record["key"] is not None)

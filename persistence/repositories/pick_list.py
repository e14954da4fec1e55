"""Pick lists and their lines: written under the lock of their list."""

from collections.abc import Collection, Mapping, Sequence

from asyncpg import Record
from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.ids import LocationId, OperationId, PartId, PartKey, PickLineId, PickListId, ProjectId
from domain.entities.location import LocationReference
from domain.entities.pick_list import PickFacts, PickLine, PickList, PickListState, PickPlan
from domain.ports.pick_list_repositories import PickLists
from persistence.pick_facts import PICK_FACTS, pick_facts
from persistence.statements import Connection, Statement

_ADD = Statement(
    text("""
    WITH list AS (
        INSERT INTO pick_lists (project_id, units, actor)
        VALUES (CAST(:project_id AS bigint), CAST(:units AS int), CAST(:actor AS text))
        RETURNING id
    ), lines AS (
        INSERT INTO pick_lines (pick_list_id, position, requirement_id, part_id, required_part_id, designators,
                                location_id, box_number, location_number, planned_quantity, open_quantity)
        SELECT list.id, line.position, line.requirement_id, line.part_id, requirement.part_id, requirement.designators,
               line.location_id, line.box_number, line.location_number, line.quantity, line.quantity
          FROM list
         CROSS JOIN unnest(CAST(:requirement_ids AS bigint[]), CAST(:part_ids AS bigint[]),
                           CAST(:location_ids AS bigint[]), CAST(:box_numbers AS int[]),
                           CAST(:location_numbers AS int[]), CAST(:quantities AS int[]))
               WITH ORDINALITY AS line
               (requirement_id, part_id, location_id, box_number, location_number, quantity, position)
          JOIN requirements AS requirement ON requirement.id = line.requirement_id
    ), shortages AS (
        INSERT INTO pick_shortages (pick_list_id, position, part_id, missing_quantity)
        SELECT list.id, shortage.position, shortage.part_id, shortage.missing
          FROM list
         CROSS JOIN unnest(CAST(:short_part_ids AS bigint[]), CAST(:missing AS int[]))
               WITH ORDINALITY AS shortage (part_id, missing, position)
    )
    SELECT id FROM list
    """)
)
_FIND_SQL = """
    SELECT id, project_id, units, state, built_units, version FROM pick_lists WHERE id = CAST(:id AS bigint)
"""
_FIND = Statement(text(_FIND_SQL))
_LOCK = Statement(text(f"{_FIND_SQL} FOR NO KEY UPDATE"))
_LINES_SQL = """
    SELECT line.*, part.key AS part_key
      FROM pick_lines AS line JOIN parts AS part ON part.id = line.part_id
"""
_LINES = Statement(text(f"{_LINES_SQL} WHERE line.pick_list_id = CAST(:pick_list_id AS bigint) ORDER BY line.position"))
_LINES_BY_ID = Statement(text(f"{_LINES_SQL} WHERE line.id = ANY(CAST(:ids AS bigint[]))"))
_IS_WITHOUT = Statement(
    text("SELECT EXISTS (SELECT FROM pick_shortages WHERE pick_list_id = CAST(:pick_list_id AS bigint))")
)
_FREE_PIECES = Statement(
    text("""
    SELECT total.part_id, greatest(total.total_quantity - (
               SELECT coalesce(sum(open_quantity), 0) FROM pick_lines
                WHERE pick_lines.part_id = total.part_id AND pick_lines.open_quantity > 0), 0)::bigint AS free
      FROM part_totals AS total
     WHERE total.part_id = ANY(CAST(:part_ids AS bigint[]))
    """)
)
# Lines and list in one statement: a list and its lines have one state, and a finished line has nothing open. A place
# that was removed while nothing of a line was open may be there again.
_SAVE = Statement(
    text("""
    WITH given AS (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:box_numbers AS int[]), CAST(:location_numbers AS int[]),
                             CAST(:open AS int[]), CAST(:picked AS int[]), CAST(:released AS int[]),
                             CAST(:returned AS int[]))
            AS given (id, box_number, location_number, open, picked, released, returned)
    ), lines AS (
        UPDATE pick_lines AS line
           SET list_state = CAST(:state AS text), open_quantity = given.open, picked_quantity = given.picked,
               released_quantity = given.released, returned_quantity = given.returned,
               location_id = CASE WHEN line.location_id IS NOT NULL AND (line.box_number, line.location_number)
                                       = (given.box_number, given.location_number) THEN line.location_id
                                  ELSE (SELECT location.id
                                          FROM locations AS location JOIN boxes AS box ON box.id = location.box_id
                                         WHERE box.number = given.box_number
                                           AND location.number = given.location_number) END,
               box_number = given.box_number, location_number = given.location_number
          FROM given
         WHERE line.id = given.id
    )
    UPDATE pick_lists
       SET state = CAST(:state AS text), built_units = CAST(:built_units AS int), version = version + 1,
           finished_by = CASE WHEN CAST(:state AS text) = 'OPEN' THEN NULL ELSE CAST(:actor AS text) END,
           finished_at = CASE WHEN CAST(:state AS text) = 'OPEN' THEN NULL ELSE clock_timestamp() END
     WHERE id = CAST(:pick_list_id AS bigint)
    """)
)
_ADD_BUILT = Statement(
    text("""
    UPDATE projects SET built_units = built_units + CAST(:units AS int) WHERE id = CAST(:id AS bigint)
    RETURNING built_units
    """)
)
_OF_OPERATION = Statement(
    text("SELECT source_id FROM operations WHERE id = CAST(:id AS bigint) AND source_kind = 'PICK_LIST'")
)


class PickListRepository(PickLists):
    """All pick lists, the finished ones too."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def facts(self, project_id: ProjectId) -> PickFacts | None:
        row = await PICK_FACTS.row(self._connection, project_id=project_id)
        return pick_facts(row) if row is not None else None

    async def add(self, project_id: ProjectId, units: int, plan: PickPlan) -> PickListId:
        lines, missing = plan.lines, plan.shortages
        added = await _ADD.value(
            self._connection,
            project_id=project_id,
            units=units,
            actor=self._actor.name,
            requirement_ids=[line.want.requirement_id for line in lines],
            part_ids=[line.part_id for line in lines],
            location_ids=[line.place.location_id for line in lines],
            box_numbers=[line.place.reference.box_number for line in lines],
            location_numbers=[line.place.reference.number for line in lines],
            quantities=[line.quantity for line in lines],
            short_part_ids=[shortage.part_id for shortage in missing],
            missing=[shortage.missing for shortage in missing],
        )
        return PickListId(added)

    async def find(self, pick_list_id: PickListId) -> PickList | None:
        return _pick_list(await _FIND.row(self._connection, id=pick_list_id))

    async def lock(self, pick_list_id: PickListId) -> PickList | None:
        return _pick_list(await _LOCK.row(self._connection, id=pick_list_id))

    async def lines(self, pick_list_id: PickListId) -> Sequence[PickLine]:
        return [_line(row) for row in await _LINES.rows(self._connection, pick_list_id=pick_list_id)]

    async def lines_by_id(self, line_ids: Collection[PickLineId]) -> Mapping[PickLineId, PickLine]:
        rows = await _LINES_BY_ID.rows(self._connection, ids=list(line_ids))
        return {PickLineId(row["id"]): _line(row) for row in rows}

    async def is_without(self, pick_list_id: PickListId) -> bool:
        return bool(await _IS_WITHOUT.value(self._connection, pick_list_id=pick_list_id))

    async def free_pieces(self, part_ids: Collection[PartId]) -> Mapping[PartId, int]:
        rows = await _FREE_PIECES.rows(self._connection, part_ids=list(part_ids))
        return {PartId(row["part_id"]): row["free"] for row in rows}

    async def save_lines(self, pick_list: PickList, lines: Sequence[PickLine]) -> None:
        await self.finish(pick_list, pick_list.state, lines, pick_list.built_units)

    async def finish(
        self, pick_list: PickList, state: PickListState, lines: Sequence[PickLine], built_units: int | None = None
    ) -> None:
        await _SAVE.rows(
            self._connection,
            pick_list_id=pick_list.id,
            state=state,
            built_units=built_units,
            actor=self._actor.name,
            ids=[line.id for line in lines],
            box_numbers=[line.place.box_number for line in lines],
            location_numbers=[line.place.number for line in lines],
            open=[line.open for line in lines],
            picked=[line.picked for line in lines],
            released=[line.released for line in lines],
            returned=[line.returned for line in lines],
        )

    async def add_built_units(self, project_id: ProjectId, units: int) -> tuple[int, int]:
        after = int(await _ADD_BUILT.value(self._connection, id=project_id, units=units))
        return after - units, after

    async def of_operation(self, operation_id: OperationId) -> PickListId:
        return PickListId(await _OF_OPERATION.value(self._connection, id=operation_id))


def _pick_list(row: Record | None) -> PickList | None:
    if row is None:
        return None
    return PickList(
        PickListId(row["id"]),
        ProjectId(row["project_id"]),
        row["units"],
        PickListState(row["state"]),
        row["built_units"],
        row["version"],
    )


def _line(row: Record) -> PickLine:
    return PickLine(
        PickLineId(row["id"]),
        PickListId(row["pick_list_id"]),
        PartId(row["part_id"]),
        PartKey(row["part_key"]),
        LocationId(row["location_id"]) if row["location_id"] is not None else None,
        LocationReference(row["box_number"], row["location_number"]),
        row["planned_quantity"],
        row["open_quantity"],
        row["picked_quantity"],
        row["released_quantity"],
        row["returned_quantity"],
    )

"""Boxes with their locations 1..capacity and the part types they are meant for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, text

from domain.entities.actor import Actor
from domain.entities.box import MAX_NUMBER, Box, BoxDetails
from domain.entities.ids import BoxId, PartTypeId, PickListId
from domain.entities.location import LocationReference
from domain.ports.repositories import Boxes
from persistence.fact_columns import assigned, parameters, sql_types, values_in, values_of
from persistence.folded_columns import folded_types, folded_values
from persistence.models.box import BoxDesignatedTypeRow, BoxRow
from persistence.statements import Connection, Statement

_LOWEST_FREE_NUMBER = Statement(
    text(f"""
    SELECT candidate.number
      FROM generate_series(1, {MAX_NUMBER}) AS candidate (number)
     WHERE NOT EXISTS (SELECT FROM boxes WHERE boxes.number = candidate.number)
     ORDER BY candidate.number
     LIMIT 1
    """)
)
_COLUMNS = {**sql_types(BoxDetails), **folded_types(BoxRow)}
_ADD = Statement(
    text(f"""
    WITH box AS (
        INSERT INTO boxes (number, {", ".join(_COLUMNS)})
        VALUES (CAST(:number AS int), {parameters(_COLUMNS)})
        ON CONFLICT (number) DO NOTHING
        RETURNING id, capacity
    ), places AS (
        INSERT INTO locations (box_id, number)
        SELECT box.id, place.number FROM box, generate_series(1, box.capacity) AS place (number) ORDER BY place.number
    ), meant AS (
        INSERT INTO box_designated_types (box_id, part_type_id, position)
        SELECT box.id, given.type_id, given.position
          FROM box, unnest(CAST(:type_ids AS bigint[])) WITH ORDINALITY AS given (type_id, position)
    )
    SELECT id FROM box
    """)
)
_LOCK = Statement(select(BoxRow.__table__).where(BoxRow.number == bindparam("number")).with_for_update())
_DESIGNATED = Statement(
    select(BoxDesignatedTypeRow.part_type_id)
    .where(BoxDesignatedTypeRow.box_id == bindparam("box_id"))
    .order_by(BoxDesignatedTypeRow.position)
)
_SAVE = Statement(
    text(f"""
    WITH grown AS (
        INSERT INTO locations (box_id, number)
        SELECT CAST(:id AS bigint), place.number
          FROM generate_series(CAST(:capacity_before AS int) + 1, CAST(:capacity AS int)) AS place (number)
         ORDER BY place.number
    ), shrunk AS (
        DELETE FROM locations WHERE box_id = CAST(:id AS bigint) AND number > CAST(:capacity AS int)
    )
    UPDATE boxes
       SET {assigned(_COLUMNS)},
           version = version + 1, updated_at = clock_timestamp()
     WHERE id = CAST(:id AS bigint)
    """)
)
_FORGET_DESIGNATED = Statement(delete(BoxDesignatedTypeRow).where(BoxDesignatedTypeRow.box_id == bindparam("id")))
_DESIGNATE = Statement(
    text("""
    INSERT INTO box_designated_types (box_id, part_type_id, position)
    SELECT CAST(:id AS bigint), given.type_id, given.position
      FROM unnest(CAST(:type_ids AS bigint[])) WITH ORDINALITY AS given (type_id, position)
    """)
)
_OCCUPIED = Statement(
    text("""
    SELECT box.number AS box_number, location.number
      FROM locations AS location JOIN boxes AS box ON box.id = location.box_id
     WHERE location.box_id = CAST(:id AS bigint) AND location.number > CAST(:above AS int)
       AND EXISTS (SELECT FROM stock WHERE stock.location_id = location.id)
     ORDER BY location.number
    """)
)
_AWAITED = Statement(
    text("""
    SELECT DISTINCT line.pick_list_id, box.number AS box_number, location.number
      FROM locations AS location
      JOIN boxes AS box ON box.id = location.box_id
      JOIN pick_lines AS line ON line.location_id = location.id AND line.open_quantity > 0
     WHERE location.box_id = CAST(:id AS bigint) AND location.number > CAST(:above AS int)
     ORDER BY location.number, line.pick_list_id
    """)
)
_DELETE = Statement(delete(BoxRow).where(BoxRow.id == bindparam("box_id")))


class BoxRepository(Boxes):
    """All boxes."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def lowest_free_number(self) -> int | None:
        number = await _LOWEST_FREE_NUMBER.value(self._connection)
        return int(number) if number is not None else None

    async def add(self, number: int, details: BoxDetails) -> BoxId | None:
        added = await _ADD.value(
            self._connection,
            number=number,
            type_ids=list(details.designated_type_ids),
            **_values(details),
        )
        return BoxId(added) if added is not None else None

    async def lock(self, number: int) -> Box | None:
        row = await _LOCK.row(self._connection, number=number)
        if row is None:
            return None
        designated = await _DESIGNATED.rows(self._connection, box_id=row["id"])
        type_ids = tuple(PartTypeId(each["part_type_id"]) for each in designated)
        details = BoxDetails(**values_in(row, BoxDetails), designated_type_ids=type_ids)
        return Box(BoxId(row["id"]), row["number"], row["version"], details)

    async def save(self, box: Box, details: BoxDetails) -> None:
        await _SAVE.rows(self._connection, id=box.id, capacity_before=box.details.capacity, **_values(details))
        if details.designated_type_ids != box.details.designated_type_ids:
            await _FORGET_DESIGNATED.rows(self._connection, id=box.id)
            await _DESIGNATE.rows(self._connection, id=box.id, type_ids=list(details.designated_type_ids))

    async def occupied(self, box_id: BoxId, above: int) -> Sequence[LocationReference]:
        rows = await _OCCUPIED.rows(self._connection, id=box_id, above=above)
        return [LocationReference(row["box_number"], row["number"]) for row in rows]

    async def awaited(self, box_id: BoxId, above: int) -> Sequence[tuple[PickListId, LocationReference]]:
        rows = await _AWAITED.rows(self._connection, id=box_id, above=above)
        return [(PickListId(row["pick_list_id"]), LocationReference(row["box_number"], row["number"])) for row in rows]

    async def delete(self, box_id: BoxId) -> None:
        await _DELETE.rows(self._connection, box_id=box_id)


def _values(details: BoxDetails) -> dict[str, Any]:
    values = values_of(details)
    return {**values, **folded_values(BoxRow, values)}

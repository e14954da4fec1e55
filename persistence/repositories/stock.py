"""The shelf: the locks of a stock change, and the facts read after them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.ids import BoxId, LocationId, PartId, PartKey
from domain.entities.location import Location, LocationReference
from domain.entities.stock import LockedPart, PartTotal, StockFacts
from domain.ports.repositories import Stock
from domain.ports.unit_of_work import RepeatWork
from persistence.statements import Connection, Statement

# One round trip for both locks, the boxes first: no part is looked at before the number of boxes is known. No fact but
# that of the locked rows themselves is read here, and those PostgreSQL reads again after a wait.
_LOCK = Statement(
    text("""
    WITH box AS MATERIALIZED (
        SELECT id FROM boxes WHERE number = ANY(CAST(:box_numbers AS int[])) ORDER BY number
           FOR KEY SHARE
    ), part AS MATERIALIZED (
        SELECT id, key, retired_at FROM parts
         WHERE key = ANY(CAST(:part_keys AS text[])) AND (SELECT count(*) FROM box) >= 0 ORDER BY id
           FOR NO KEY UPDATE
    )
    SELECT held.box_ids, part.id, part.key, part.retired_at
      FROM (SELECT array_agg(id) AS box_ids FROM box) AS held LEFT JOIN part ON TRUE
    """)
)
_READ = Statement(
    text("""
    SELECT place.part_id, place.box_number, place.location_number,
           location.id AS location_id, location.box_id, stock.quantity, total.total_quantity, total.last_operation_at
      FROM unnest(CAST(:part_ids AS bigint[]), CAST(:box_numbers AS int[]), CAST(:location_numbers AS int[]))
           AS place (part_id, box_number, location_number)
      JOIN part_totals AS total ON total.part_id = place.part_id
      LEFT JOIN boxes AS box ON box.number = place.box_number
      LEFT JOIN locations AS location ON location.box_id = box.id AND location.number = place.location_number
      LEFT JOIN stock ON stock.part_id = place.part_id AND stock.location_id = location.id
    """)
)


class StockRepository(Stock):
    """What lies where."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self._shared_boxes: frozenset[int] = frozenset()

    async def lock(self, box_numbers: Collection[int], part_keys: Collection[PartKey]) -> Mapping[PartKey, LockedPart]:
        rows = await _LOCK.rows(self._connection, box_numbers=list(box_numbers), part_keys=list(part_keys))
        self._shared_boxes = frozenset(rows[0]["box_ids"] or ())
        return {
            PartKey(row["key"]): LockedPart(PartId(row["id"]), PartKey(row["key"]), row["retired_at"] is not None)
            for row in rows
            if row["id"] is not None
        }

    async def read(self, places: Sequence[tuple[PartId, LocationReference]]) -> StockFacts:
        rows = await _READ.rows(
            self._connection,
            part_ids=[part_id for part_id, _ in places],
            box_numbers=[location.box_number for _, location in places],
            location_numbers=[location.number for _, location in places],
        )
        locations: dict[LocationReference, Location] = {}
        quantities: dict[tuple[PartId, LocationReference], int] = {}
        totals: dict[PartId, PartTotal] = {}
        for row in rows:
            part_id = PartId(row["part_id"])
            reference = LocationReference(row["box_number"], row["location_number"])
            totals[part_id] = PartTotal(row["total_quantity"], row["last_operation_at"])
            if row["location_id"] is not None:
                # A box that took the number after the locks is another one than the locks have seen.
                if row["box_id"] not in self._shared_boxes:
                    raise RepeatWork
                locations[reference] = Location(LocationId(row["location_id"]), BoxId(row["box_id"]), reference)
            if row["quantity"] is not None:
                quantities[part_id, reference] = row["quantity"]
        return StockFacts(locations, quantities, totals)

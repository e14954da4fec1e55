"""Loads boxes, parts, stock, history and documents many rows at a time with COPY, for the demo and generated workshops.

It runs on the connection of a unit of work, which alone commits. What it writes has been decided by the rule of the
ledger before: it adds nothing and checks nothing, the constraints of the tables do.

Longer than other files because it is one load of all tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import asyncpg
from asyncpg import Record
from sqlalchemy import func, select, text

from domain.entities.box import BoxDetails
from domain.entities.edit import EditedKind
from domain.entities.ids import AttachmentId, BoxId, LocationId, OperationId, PartId, PartKey
from domain.ports.unit_of_work import UnitOfWork as UnitOfWorkPort
from domain.rules.object_keys import file_key
from persistence.bulk_documents import document_rows
from persistence.bulk_rows import NewBox, NewDocument, NewEdit, NewOperation, NewPart, NewTotal
from persistence.database import Database
from persistence.fact_columns import sql_types, values_of
from persistence.folded_columns import folded_types, folded_values
from persistence.models.attachment import NEW_OBJECT_ID
from persistence.models.box import BoxRow
from persistence.models.operation import OperationRow
from persistence.models.part import PartRow
from persistence.repositories.parameter_row import PARAMETER_TYPES, parameter_rows
from persistence.repositories.part_row import COLUMN_TYPES, column_values
from persistence.repositories.search_rows import DOCUMENT_COLUMNS, document_record
from persistence.statements import Statement
from persistence.unit_of_work import UnitOfWork

# A load takes as long as it takes; the setting ends with the transaction.
_TAKE_YOUR_TIME = "SET LOCAL statement_timeout = 0"
_LONGEST_COPY = 3_600.0
"""Seconds; the pool's own patience is that of a request."""
_NOW = Statement(select(func.clock_timestamp()))
_KEYS = Statement(select(PartRow.key))
_HIGHEST_BOX_NUMBER = Statement(select(func.coalesce(func.max(BoxRow.number), 0)))
_LAST_OPERATION_AT = Statement(select(func.max(OperationRow.at)))
_DRAW_IDS = Statement(
    text("""
    SELECT nextval(pg_get_serial_sequence(CAST(:table AS text), 'id')) AS id
      FROM generate_series(1, CAST(:number AS int))
    """)
)
_DRAW_ATTACHMENTS = Statement(
    text(f"""
    SELECT nextval(pg_get_serial_sequence('attachments', 'id')) AS id, {NEW_OBJECT_ID} AS object_id
      FROM generate_series(1, CAST(:number AS int))
    """)
)

_VACUUM = """
VACUUM (ANALYZE) part_types, parts, part_parameters, part_totals, boxes, box_designated_types, locations, stock,
                 operations, quantity_changes, edits, attachments, attachment_texts, search_documents, search_postings,
                 search_types, search_attachments, search_words
"""


class BulkLoader:
    """Every method adds its rows in the order given, so ids that the database draws follow that order."""

    def __init__(self, uow: UnitOfWorkPort) -> None:
        """The unit of work is the one of this floor: it alone has a connection."""
        if not isinstance(uow, UnitOfWork):
            raise TypeError(f"{type(uow).__name__} has no connection to copy on")
        self._uow = uow
        self._connection = uow.connection

    async def start(self) -> datetime:
        """Lift the time limit of statements for this transaction; returns the time by the database's clock."""
        await self._connection.execute(_TAKE_YOUR_TIME)
        now: datetime = await _NOW.value(self._connection)
        return now

    async def taken_keys(self) -> set[PartKey]:
        """The keys of all parts."""
        return {row["key"] for row in await _KEYS.rows(self._connection)}

    async def highest_box_number(self) -> int:
        """0 when there is no box."""
        return int(await _HIGHEST_BOX_NUMBER.value(self._connection))

    async def last_operation_at(self) -> datetime | None:
        """The time of the latest operation of all."""
        last: datetime | None = await _LAST_OPERATION_AT.value(self._connection)
        return last

    async def add_boxes(self, boxes: Sequence[NewBox]) -> Mapping[int, Sequence[LocationId]]:
        """Returns the ids of the locations 1, 2, … of each box, by the number of the box."""
        box_ids = [BoxId(number) for number in await self._draw("boxes", len(boxes))]
        columns = ("id", "number", "created_at", "updated_at", *sql_types(BoxDetails), *folded_types(BoxRow))
        await self._copy("boxes", columns, map(_box_record, box_ids, boxes))
        await self._copy(
            "box_designated_types",
            ("box_id", "part_type_id", "position"),
            (
                (box_id, type_id, position)
                for box_id, box in zip(box_ids, boxes, strict=True)
                for position, type_id in enumerate(box.details.designated_type_ids, start=1)
            ),
        )
        return await self._add_locations(box_ids, boxes)

    async def _add_locations(
        self, box_ids: Sequence[BoxId], boxes: Sequence[NewBox]
    ) -> Mapping[int, Sequence[LocationId]]:
        drawn = iter(await self._draw("locations", sum(box.details.capacity for box in boxes)))
        places = {box.number: [LocationId(next(drawn)) for _ in range(box.details.capacity)] for box in boxes}
        await self._copy(
            "locations",
            ("id", "box_id", "number"),
            (
                (location_id, box_id, number)
                for box_id, box in zip(box_ids, boxes, strict=True)
                for number, location_id in enumerate(places[box.number], start=1)
            ),
        )
        return places

    async def add_parts(self, parts: Sequence[NewPart]) -> list[PartId]:
        """Returns the ids in the order of the parts, which are found by search at once; their totals are added by
        `add_totals`."""
        part_ids = [PartId(number) for number in await self._draw("parts", len(parts))]
        columns = ("id", "key", "version", "retired_at", "created_at", "updated_at", *COLUMN_TYPES)
        await self._copy(
            "parts",
            columns,
            map(_part_record, part_ids, parts),
        )
        await self._copy(
            "part_parameters",
            ("part_id", *PARAMETER_TYPES),
            (
                (part_id, *row.values())
                for part_id, part in zip(part_ids, parts, strict=True)
                for row in parameter_rows(part.details.parameters)
            ),
        )
        await self._copy(
            "search_documents",
            DOCUMENT_COLUMNS,
            (document_record(part_id, part.key, part.details) for part_id, part in zip(part_ids, parts, strict=True)),
        )
        return part_ids

    async def draw_operation_ids(self, number: int) -> list[OperationId]:
        """Ids for operations, ascending; a reversal names its operation by one of them."""
        return [OperationId(drawn) for drawn in await self._draw("operations", number)]

    async def add_operations(self, operations: Sequence[NewOperation]) -> None:
        """Append operations with their lines; operation by operation in the order in which they were applied."""
        await self._copy(
            "operations",
            ("id", "kind", "reason", "actor", "at", "reverses_id"),
            ((each.id, each.kind, each.reason, each.actor, each.at, each.reverses) for each in operations),
        )
        await self._copy(
            "quantity_changes",
            ("operation_id", "part_id", "box_number", "location_number", "delta", "quantity_after", "total_after"),
            (
                (
                    each.id,
                    line.part_id,
                    line.location.box_number,
                    line.location.number,
                    line.delta,
                    line.quantity_after,
                    line.total_after,
                )
                for each in operations
                for line in each.lines
            ),
        )

    async def add_stock(self, stock: Iterable[tuple[PartId, LocationId, int]], totals: Iterable[NewTotal]) -> None:
        """What lies where in the end (part, location, quantity), and the total of every part that was added."""
        await self._copy("stock", ("part_id", "location_id", "quantity"), stock)
        await self._copy(
            "part_totals",
            ("part_id", "total_quantity", "last_operation_at"),
            ((total.part_id, total.total_quantity, total.last_operation_at) for total in totals),
        )

    async def add_edits(self, edits: Sequence[NewEdit]) -> None:
        """Edits of parts in their order."""
        await self._copy(
            "edits",
            ("object_kind", "object_id", "actor", "at", "field", "before", "after"),
            (
                (
                    EditedKind.PART,
                    each.part_id,
                    each.actor,
                    each.at,
                    each.change.field,
                    each.change.before,
                    each.change.after,
                )
                for each in edits
            ),
        )

    async def add_documents(self, documents: Sequence[NewDocument]) -> list[AttachmentId]:
        """PDFs of parts with their texts; the objects are announced to the unit of work, which uploads them."""
        drawn = await _DRAW_ATTACHMENTS.rows(self._connection, number=len(documents))
        new = [(AttachmentId(row["id"]), row["object_id"], each) for row, each in zip(drawn, documents, strict=True)]
        for table, columns, records in document_rows(new, self._uow.actor.name):
            await self._copy(table, columns, records)
        for _, object_id, each in new:
            content, file = BytesIO(each.content), each.file
            self._uow.put_object(file_key(object_id), content, file.size_bytes, file.sha256, file.facts.media_type)
        return [attachment_id for attachment_id, _, _ in new]

    async def _draw(self, table: str, number: int) -> list[int]:
        return [row["id"] for row in await _DRAW_IDS.rows(self._connection, table=table, number=number)]

    async def _copy(self, table: str, columns: Sequence[str], records: Iterable[tuple[Any, ...]]) -> None:
        await self._connection.copy_records_to_table(table, columns=columns, records=records, timeout=_LONGEST_COPY)


def _box_record(box_id: BoxId, box: NewBox) -> tuple[Any, ...]:
    values = values_of(box.details)
    times = (box.created_at, box.created_at)
    return (box_id, box.number, *times, *values.values(), *folded_values(BoxRow, values).values())


def _part_record(part_id: PartId, part: NewPart) -> tuple[Any, ...]:
    times = (part.retired_at, part.created_at, part.updated_at)
    return (part_id, part.key, part.version, *times, *column_values(part.details).values())


async def refresh_statistics(database: Database) -> None:
    """VACUUM and ANALYZE what was loaded, so that the first queries are planned for it.

    VACUUM runs outside transactions and takes longer than a statement of a pool may, hence the connection of its own.
    """
    connection: asyncpg.Connection[Record] = await asyncpg.connect(
        database.url, server_settings={"application_name": "partsgraph"}
    )
    try:
        await connection.execute(_VACUUM)
    finally:
        await connection.close()

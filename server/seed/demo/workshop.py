"""The demo workshop: 78 parts in ten boxes with a year of history, six projects and five pick lists, loaded once.

The story is data (the other files of this folder): what was counted in at the opening, what returns (courses, small
runs of boards), and what else happened. It is replayed in order by the rule of the ledger, its days counted back from
the day of loading, so "the last 7 days" always hold something. The pick lists are made today. All of it is written in
one transaction, into an empty database.

What documentation and tests may rely on (only times move, by whole days):

    parts 78 (1 retired: DPSG), types in use 60, boxes 10, locations 390, of which 98 hold something
    operations 160 (4 of them for pick lists), quantity changes 507, pieces 8,028; edits of parts 9
    RKTA  272 = 240 at 1-1 + 32 at 9-1     resistor 4k7; a duplicate of RKTB (60 at 4-44) by manufacturer and code
    UREG   31 at 5-7                       regulator 5 V; a duplicate of UREX (12 at 5-30)
    JSTA   60 at 7-3                       connector set, alone at 7-3; last change: counted, 2 fewer than booked
    LEDR  148 = 116 at 4-11 + 32 at 9-4    red LED; LEDX (105) is the same thing in other words
    SWTA  230 at 7-21, 7-23, 7-24, 9-7     at four places
    CSUP, URTC  0                          out of stock
    low: TMSB 7, USWA 4, UPTA 5, DPLD 3, MRLY 6, BATH 10
    box 8: 11 of 12 occupied (free: 8-12); box 9: 11 of 12 (free: 9-12); box 10: empty, 36 locations
    projects 6 by rank: Blinker kit, Bench power supply, Weather station, Line follower, Metronome (target 0),
    Course board (archived)
    pick lists 5: 1 Metronome 1 unit, completed; 2 Line follower 1, cancelled (TMSB short by 2); 3 Bench power supply 2,
        half picked (CELA, TBLK); 4 Weather station 1 (URTC short by 1) and 5 Blinker kit 5, not begun
    shared: 5-41 (RSMA 400, CSMA 50), 8-10 (SCRA 80, NUTA 200), 9-1 (RKTA 32, RGNA 32), 9-2, 9-4, 9-5, 9-6, 9-7
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.entities.box import BoxDetails
from domain.entities.edit import FieldChange
from domain.entities.ids import LocationId, OperationId, PartId, PartKey, PartTypeId
from domain.entities.location import LocationReference
from domain.entities.operation import OperationKind, RequestedChange
from domain.entities.part import PartDetails
from domain.ports.unit_of_work import UnitOfWork
from domain.rules import ledger
from domain.rules.part_details import details_of_new_part
from domain.rules.texts import fold
from persistence.bulk_loading import BulkLoader
from persistence.bulk_rows import NewBox, NewEdit, NewOperation, NewPart, NewTotal
from server.seed.demo.boxes import BOXES
from server.seed.demo.hardware import HARDWARE
from server.seed.demo.opening import OPENING
from server.seed.demo.passives import PASSIVES
from server.seed.demo.picking import add_pick_lists
from server.seed.demo.projects import add_projects
from server.seed.demo.routine import BUILDS, COURSES, REFILLS
from server.seed.demo.semiconductors import SEMICONDUCTORS
from server.seed.demo.story import Act, DemoPart
from server.seed.demo.year import COUNTS, EDITS, MOVES, ORDERS, USES
from server.seed.shelf import Shelf
from server.seed.starter_types import SEED_ACTOR
from server.wiring import Application

PARTS: tuple[DemoPart, ...] = (*PASSIVES, *SEMICONDUCTORS, *HARDWARE)
ACTS: tuple[Act, ...] = tuple(
    sorted(
        (*OPENING, *COURSES, *REFILLS, *BUILDS, *ORDERS, *USES, *MOVES, *COUNTS),
        key=lambda act: (-act.days_ago, act.clock),
    )
)
_FIRST_DAY = 365
_FIRST_BOX, _FIRST_PART = "08:10", "09:00"
_RETIRED_FIELD = "retired_at"


async def load_demo(application: Application, progress: Callable[[int, int], None]) -> bool:
    """Load it unless it was loaded before or the database holds something already; tells whether it was loaded.

    Of two servers that start at once one loads and the other waits for it. `progress` is given steps done and in all.
    """
    return await application.services.installation.load_demo(SEED_ACTOR, lambda uow: _load(uow, progress))


async def _load(uow: UnitOfWork, progress: Callable[[int, int], None]) -> None:
    loader = BulkLoader(uow)
    calendar = _Calendar(await loader.start())
    type_ids = await _type_ids(uow)
    places = await loader.add_boxes(_boxes(calendar, type_ids))
    locations = _locations(places)
    progress(1, 3)
    part_ids = await loader.add_parts(_parts(calendar, type_ids))
    keys = dict(zip((PartKey(part.key) for part in PARTS), part_ids, strict=True))
    progress(2, 3)
    shelf = Shelf(keys, locations)
    operations = _replayed(calendar, shelf, await loader.draw_operation_ids(len(ACTS)))
    await loader.add_operations(operations)
    last = {line.part_id: operation.at for operation in operations for line in operation.lines}
    await loader.add_stock(
        ((part_id, locations[place], quantity) for (part_id, place), quantity in sorted(shelf.quantities.items())),
        (NewTotal(part_id, shelf.totals[part_id], last.get(part_id)) for part_id in part_ids),
    )
    await loader.add_edits(_edits(calendar, keys))
    await add_pick_lists(uow, await add_projects(uow, keys))
    progress(3, 3)


class _Calendar:
    """Turns "so many days ago, at such a time" into a time."""

    def __init__(self, now: datetime) -> None:
        self._midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)

    def moment(self, days_ago: int, clock: str) -> datetime:
        """Days are counted back from today (UTC)."""
        hours, minutes = clock.split(":")
        return self._midnight + timedelta(days=-days_ago, hours=int(hours), minutes=int(minutes))


async def _type_ids(uow: UnitOfWork) -> Mapping[str, PartTypeId]:
    designated = {name for box in BOXES for name in box.designated_types}
    names = sorted(designated | {part.type_name for part in PARTS if part.type_name})
    await uow.part_types.add_missing(names)
    found = await uow.part_types.find_and_share(names)
    return {name: found[fold(name)].id for name in names}


def _boxes(calendar: _Calendar, type_ids: Mapping[str, PartTypeId]) -> list[NewBox]:
    return [
        NewBox(
            box.number,
            BoxDetails(
                box.description, box.capacity, box.columns, tuple(type_ids[name] for name in box.designated_types)
            ),
            calendar.moment(_FIRST_DAY, _FIRST_BOX) + timedelta(minutes=2 * position),
        )
        for position, box in enumerate(BOXES)
    ]


def _locations(places: Mapping[int, Sequence[LocationId]]) -> dict[LocationReference, LocationId]:
    return {
        LocationReference(box_number, number): location_id
        for box_number, location_ids in places.items()
        for number, location_id in enumerate(location_ids, start=1)
    }


def _parts(calendar: _Calendar, type_ids: Mapping[str, PartTypeId]) -> list[NewPart]:
    parts = []
    for position, part in enumerate(PARTS):
        created = calendar.moment(_FIRST_DAY, _FIRST_PART) + timedelta(minutes=3 * position)
        edits = [edit for edit in EDITS if edit.part_key == part.key]
        moments = [calendar.moment(edit.days_ago, edit.clock) for edit in edits]
        retired = [moment for moment, edit in zip(moments, edits, strict=True) if edit.field == _RETIRED_FIELD]
        parts.append(
            NewPart(
                key=PartKey(part.key),
                details=_details(part, type_ids),
                created_at=created,
                updated_at=max(moments, default=created),
                version=1 + len(edits),
                retired_at=retired[-1] if retired else None,
            )
        )
    return parts


def _details(part: DemoPart, type_ids: Mapping[str, PartTypeId]) -> PartDetails:
    details, _ = details_of_new_part(part.fields, part.key)
    return replace(details, type_id=type_ids[part.type_name]) if part.type_name else details


def _replayed(calendar: _Calendar, shelf: Shelf, ids: Sequence[OperationId]) -> list[NewOperation]:
    operations = []
    named: dict[str, tuple[OperationId, Sequence[RequestedChange]]] = {}
    for operation_id, act in zip(ids, ACTS, strict=True):
        reverses, changes = None, _changes(act, shelf)
        if act.reverses is not None:
            reverses, reversed_changes = named[act.reverses]
            changes = ledger.reversal(reversed_changes)
        if act.name is not None:
            named[act.name] = (operation_id, changes)
        lines = shelf.apply(changes)
        at = calendar.moment(act.days_ago, act.clock)
        operations.append(NewOperation(operation_id, act.kind, act.reason, act.actor, at, lines, reverses))
    return operations


def _changes(act: Act, shelf: Shelf) -> list[RequestedChange]:
    changes = []
    for line in act.lines:
        key, written, amount = line.split()
        part_key, location = PartKey(key), LocationReference.parse(written)
        present = shelf.quantity(part_key, location) if act.kind is OperationKind.COUNT else 0
        changes.append(RequestedChange(part_key, location, int(amount) - present))
    return changes


def _edits(calendar: _Calendar, keys: Mapping[PartKey, PartId]) -> list[NewEdit]:
    edits = []
    for edit in sorted(EDITS, key=lambda edit: (-edit.days_ago, edit.clock)):
        at = calendar.moment(edit.days_ago, edit.clock)
        after = at.isoformat() if edit.field == _RETIRED_FIELD else edit.after
        edits.append(NewEdit(keys[PartKey(edit.part_key)], edit.actor, at, FieldChange(edit.field, edit.before, after)))
    return edits

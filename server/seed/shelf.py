"""The shelf in memory: applies changes by the rule of the ledger and remembers what lies where."""

from collections.abc import Mapping, Sequence

from domain.entities.ids import BoxId, LocationId, PartId, PartKey
from domain.entities.location import Location, LocationReference
from domain.entities.operation import AppliedChange, RequestedChange
from domain.entities.stock import LockedPart, PartTotal, StockFacts
from domain.rules import ledger


class Shelf:
    """Stock of some parts at some places; nothing at first, or what is given."""

    def __init__(
        self,
        parts: Mapping[PartKey, PartId],
        locations: Mapping[LocationReference, LocationId],
        quantities: Mapping[tuple[PartId, LocationReference], int] | None = None,
    ) -> None:
        self.quantities = dict(quantities or {})
        self.totals = dict.fromkeys(parts.values(), 0)
        for (part_id, _), quantity in self.quantities.items():
            self.totals[part_id] += quantity
        self._parts = {key: LockedPart(part_id, key, is_retired=False) for key, part_id in parts.items()}
        # The ledger asks only whether a place exists; nobody looks at the identity of the box behind it.
        self._locations = {
            reference: Location(location_id, BoxId(reference.box_number), reference)
            for reference, location_id in locations.items()
        }

    def quantity(self, part_key: PartKey, location: LocationReference) -> int:
        """How many pieces lie there."""
        return self.quantities.get((self._parts[part_key].id, location), 0)

    def apply(self, changes: Sequence[RequestedChange]) -> list[AppliedChange]:
        """The lines of one operation. Raises what the ledger raises, such as NotFoundError."""
        ledger.refuse_unknown_parts(changes, self._parts)
        totals = {
            part_id: PartTotal(self.totals[part_id], None)
            for part_id in {self._parts[change.part_key].id for change in changes}
        }
        facts = StockFacts(self._locations, self.quantities, totals)
        ledger.refuse_unknown_locations(changes, facts)
        lines = ledger.applied(changes, self._parts, facts)
        for line in lines:
            self.totals[line.part_id] = line.total_after
            if line.quantity_after:
                self.quantities[line.part_id, line.location] = line.quantity_after
            else:
                self.quantities.pop((line.part_id, line.location), None)
        return lines

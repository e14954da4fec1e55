"""The rule of the ledger: what a change leaves behind, and when it is refused."""

from collections.abc import Mapping, Sequence

from domain.entities.ids import PartId, PartKey
from domain.entities.location import LocationReference
from domain.entities.operation import AppliedChange, RequestedChange
from domain.entities.stock import MAX_QUANTITY, MAX_TOTAL, LockedPart, StockFacts
from domain.errors import InsufficientStockError, NotFoundError, PartRetiredError, QuantityLimitError, StockShortfall


def refuse_unknown_parts(changes: Sequence[RequestedChange], parts: Mapping[PartKey, LockedPart]) -> None:
    """Every part exists and takes part. Raises NotFoundError, PartRetiredError."""
    for change in changes:
        if change.part_key not in parts:
            raise NotFoundError("part", change.part_key, change.part_path)
    retired = [change for change in changes if parts[change.part_key].is_retired]
    if retired:
        raise PartRetiredError(sorted({change.part_key for change in retired}), retired[0].part_path)


def refuse_unknown_locations(changes: Sequence[RequestedChange], facts: StockFacts) -> None:
    """Every place exists. Raises NotFoundError."""
    for change in changes:
        if change.location not in facts.locations:
            raise NotFoundError("location", str(change.location), change.location_path)


def shortfalls(
    changes: Sequence[RequestedChange], parts: Mapping[PartKey, LockedPart], facts: StockFacts
) -> list[StockShortfall]:
    """Every place that holds too little for these changes, or is gone, in their order."""
    found = []
    for change in changes:
        location_exists = change.location in facts.locations
        available = facts.quantities.get((parts[change.part_key].id, change.location), 0)
        if not location_exists or available + change.delta < 0:
            found.append(
                StockShortfall(
                    change.part_key, change.location, available, abs(change.delta), location_exists=location_exists
                )
            )
    return found


def applied(
    changes: Sequence[RequestedChange], parts: Mapping[PartKey, LockedPart], facts: StockFacts
) -> list[AppliedChange]:
    """The lines of the operation with quantities and totals as they are after each line.

    Decreases come first, so that a total passes its limit on the way only when it does in the end. No two changes name
    the same part and place. Raises InsufficientStockError naming every place that holds too little, QuantityLimitError.
    """
    missing = shortfalls(changes, parts, facts)
    if missing:
        place = (missing[0].part_key, missing[0].location)
        first = next(change for change in changes if (change.part_key, change.location) == place)
        raise InsufficientStockError(missing, first.location_path)
    totals = {part_id: total.total_quantity for part_id, total in facts.totals.items()}
    ordered = sorted(changes, key=lambda change: change.delta > 0)
    return [_line(change, parts[change.part_key].id, facts, totals) for change in ordered]


def _line(change: RequestedChange, part_id: PartId, facts: StockFacts, totals: dict[PartId, int]) -> AppliedChange:
    quantity = facts.quantities.get((part_id, change.location), 0) + change.delta
    if quantity > MAX_QUANTITY:
        raise QuantityLimitError(
            change.part_key, f"quantity at {change.location}", quantity, MAX_QUANTITY, change.location_path
        )
    total = totals[part_id] + change.delta
    if total > MAX_TOTAL:
        raise QuantityLimitError(change.part_key, "total", total, MAX_TOTAL, change.location_path)
    totals[part_id] = total
    return AppliedChange(part_id, change.location, change.delta, quantity, total)


def reversal(changes: Sequence[RequestedChange]) -> list[RequestedChange]:
    """What undoes these changes: the opposite of their sum per part and place, decreases first; nothing where it is
    zero."""
    sums: dict[tuple[PartKey, LocationReference], int] = {}
    for change in changes:
        place = (change.part_key, change.location)
        sums[place] = sums.get(place, 0) - change.delta
    opposite = [
        RequestedChange(part_key, location, delta, ("operation_id",), ("operation_id",))
        for (part_key, location), delta in sums.items()
        if delta
    ]
    return sorted(opposite, key=lambda change: change.delta > 0)

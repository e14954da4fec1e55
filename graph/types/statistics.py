"""The workshop in numbers."""

import strawberry

from graph.scalars import BigInt


@strawberry.type(description="The workshop in numbers, all as of one moment.")
class Statistics:
    """Declares StatisticsView."""

    part_count: int = strawberry.field(description="Parts in use.")
    retired_part_count: int = strawberry.field(description="Retired parts.")
    part_type_count: int = strawberry.field(description="Part types.")
    box_count: int = strawberry.field(description="Boxes.")
    location_count: int = strawberry.field(description="Locations in all boxes.")
    occupied_location_count: int = strawberry.field(description="Locations where something lies.")
    total_quantity: BigInt = strawberry.field(description="Pieces of all parts in all places together.")
    low_part_count: int = strawberry.field(description="Parts in use at or below their low-stock threshold.")
    operation_count: BigInt = strawberry.field(description="Operations ever recorded.")
    changes_in_last_7_days: int = strawberry.field(
        name="changesInLast7Days", description="Quantity changes in the last 7 times 24 hours."
    )
    changes_in_last_30_days: int = strawberry.field(
        name="changesInLast30Days", description="Quantity changes in the last 30 times 24 hours."
    )

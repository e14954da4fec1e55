"""The workshop in numbers, and what of it a start page shows."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from graph.context import Info
from graph.dataloaders import Loaders
from graph.relations import derived
from graph.request_errors import bad_user_input
from graph.scalars import BigInt
from graph.types.box import Box, BoxUsage
from graph.types.part_type import PartType
from persistence.readers.activity import MOST_BOXES, MOST_DAYS, MOST_TYPES, DaysAsked
from persistence.readers.statistics import StatisticsView

_MOST_MINUTES = 14 * 60
"""No place on Earth is further from UTC."""


@strawberry.type(description="A box and how full it is.")
class BoxUse:
    """Declares BoxUseView."""

    box: Box = strawberry.field(description="The box.")
    usage: BoxUsage = strawberry.field(description="How full it is.")


@strawberry.type(description="What there is of a part type.")
class PartTypeUse:
    """Declares PartTypeUseView."""

    type: PartType | None = strawberry.field(description="The type; null for the parts without one.")
    part_count: int = strawberry.field(description="Parts in use.")
    box_count: int = strawberry.field(description="Boxes that some of its parts lie in.")
    total_quantity: BigInt = strawberry.field(description="Pieces of its parts in use, in all places together.")


@strawberry.type(description="What happened on a day.")
class ActivityDay:
    """Declares ActivityDayView."""

    begins: datetime = strawberry.field(description="When it began; it lasts for 24 hours.")
    operation_count: int = strawberry.field(description="Operations of the day.")
    change_count: int = strawberry.field(description="Quantity changes of the day.")


def _the_workshop(_: StatisticsView) -> int:
    return 0


def _days(
    info: Info,
    days: Annotated[int, strawberry.argument(description=f"So many days, 1–{MOST_DAYS}, today being the last.")] = 30,
    utc_offset_minutes: Annotated[
        int,
        strawberry.argument(
            description=f"How far local time is ahead of UTC, up to {_MOST_MINUTES} minutes either way: 120 for "
            "+02:00. Days begin at its midnight."
        ),
    ] = 0,
) -> Hashable:
    if not 1 <= days <= MOST_DAYS:
        raise bad_user_input(f"`days` is {days}; it is 1 to {MOST_DAYS}.")
    if abs(utc_offset_minutes) > _MOST_MINUTES:
        raise bad_user_input(f"`utcOffsetMinutes` is {utc_offset_minutes}; it is -{_MOST_MINUTES} to {_MOST_MINUTES}.")
    return DaysAsked(days, timedelta(minutes=utc_offset_minutes))


@strawberry.type(
    description="The workshop in numbers, all as of one moment, and lists that are read when they are asked for."
)
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
    parts_without_documents_count: int = strawberry.field(
        description="Parts in use without any file or link; `parts(filter: { hasAttachments: false })` lists them."
    )
    operation_count: BigInt = strawberry.field(description="Operations ever recorded.")
    changes_in_last_7_days: int = strawberry.field(
        name="changesInLast7Days", description="Quantity changes in the last 7 times 24 hours."
    )
    changes_in_last_30_days: int = strawberry.field(
        name="changesInLast30Days", description="Quantity changes in the last 30 times 24 hours."
    )
    fullest_boxes: list[BoxUse] = derived(
        Loaders.fullest_boxes,
        key=_the_workshop,
        description=(
            f"Up to {MOST_BOXES} boxes where something lies, those with the greatest share of occupied locations "
            "first, of equal ones that with more, then by number. `boxes` lists all boxes with their usage."
        ),
        length=30,
        lookups=30,
    )
    part_type_uses: list[PartTypeUse] = derived(
        Loaders.uses_of_part_types,
        key=_the_workshop,
        description=f"The up to {MOST_TYPES} types with the most parts in use, those first; null is a type of its own.",
        length=60,
        lookups=30,
    )
    activity: list[ActivityDay] = derived(
        Loaders.days_of_activity,
        key=_the_workshop,
        arguments=_days,
        description="What happened on each of the last days, also where it was nothing; the earliest first.",
        length=30,
        lookups=30,
    )

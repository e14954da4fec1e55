"""Queries of boxes and locations."""

from typing import Annotated

import strawberry

from domain.entities.box import MAX_NUMBER
from domain.entities.location import LocationReference
from graph.context import Info
from graph.dataloaders import Loaders
from graph.relations import found_by
from graph.relay_connections import After, Before, ConnectionView, First, Last, page_request
from graph.types.box import Box, BoxConnection, BoxFilter
from graph.types.location import Location
from persistence.readers.box import BOX_ORDER
from persistence.readers.paging import PageRequest


def _box_number(
    info: Info, number: Annotated[int, strawberry.argument(description=f"What stands on the box, 1–{MAX_NUMBER}.")]
) -> int:
    return number


def _box_page(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[BoxFilter | None, strawberry.argument(description="Which boxes to show.")] = None,
) -> PageRequest:
    shown = filter.conditions() if filter is not None else ()
    return page_request(info, BOX_ORDER, first=first, after=after, last=last, before=before, conditions=shown)


def _location_reference(
    info: Info,
    reference: Annotated[LocationReference, strawberry.argument(description='As it is written on labels: "7-3".')],
) -> LocationReference:
    return reference


@strawberry.type
class BoxQueries:
    """Fields of Query."""

    box: Box | None = found_by(
        Loaders.box_by_number, arguments=_box_number, description="The box with this number; null when there is none."
    )
    boxes: BoxConnection | None = found_by(
        Loaders.box_pages, arguments=_box_page, pick=ConnectionView, description="The boxes of the workshop by number."
    )
    location: Location | None = found_by(
        Loaders.location_by_reference,
        arguments=_location_reference,
        description="The location with this reference; null when there is none.",
    )

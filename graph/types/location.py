"""Locations: the numbered places of a box."""

from operator import attrgetter, not_
from typing import Annotated

import strawberry

from domain.entities.location import LocationReference
from graph.context import Info
from graph.dataloaders import Loaders
from graph.filters import conditions
from graph.mutation_fields import optional
from graph.relations import derived, many
from graph.relay_connections import After, Before, Connection, First, Last, page_request
from graph.types.node import Node
from graph.types.operation import QuantityChangeConnection, history
from graph.types.references import BoxRef, StockRef
from persistence.readers.location import LOCATION_ORDER, LocationView
from persistence.readers.paging import PageRequest


@strawberry.type(description="A place in a box. It may hold several parts, and a part may lie in several places.")
class Location(Node, shows=LocationView, found_by=Loaders.location_by_id):
    """Declares LocationView."""

    reference: LocationReference = strawberry.field(description='How it is written on labels: "7-3".')
    number: int = strawberry.field(
        description="Its number in the box, 1 to the box's capacity, left to right, top to bottom."
    )
    box: BoxRef = strawberry.field(description="The box it is in.")
    is_free: bool = derived(
        Loaders.stock_by_location, key=attrgetter("id"), pick=not_, description="Whether nothing lies there."
    )
    stock: list[StockRef] = many(
        Loaders.stock_by_location, key=attrgetter("id"), description="What lies there, by part key.", length=1
    )
    history: QuantityChangeConnection = history(
        Loaders.history_by_location,
        key=attrgetter("reference"),
        description="What happened at this reference, newest first; a place that had it before is included.",
    )


LocationConnection = Connection[Location]


@strawberry.input(description="Which locations of a box to show.")
class LocationFilter:
    """The filter of a box's locations."""

    is_free: bool | None = optional("True: only where nothing lies. False: only where something lies.")


def location_page(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[LocationFilter | None, strawberry.argument(description="Which locations to show.")] = None,
) -> PageRequest:
    """A page of the locations of a box, by number."""
    shown = conditions(is_free=filter.is_free) if filter is not None else ()
    return page_request(info, LOCATION_ORDER, first=first, after=after, last=last, before=before, conditions=shown)

"""Stock: so many pieces of one part at one place."""

from operator import attrgetter

import strawberry

from graph.dataloaders import Loaders
from graph.relations import one
from graph.types.references import LocationRef, PartRef


@strawberry.type(description="So many pieces of one part at one place.")
class Stock:
    """Declares StockView."""

    part: PartRef = one(
        Loaders.part_by_id, key=attrgetter("part_id"), given=attrgetter("part"), description="The part that lies there."
    )
    location: LocationRef = strawberry.field(description="The place.")
    quantity: int = strawberry.field(description="Pieces, 1 to 1,000,000,000.")

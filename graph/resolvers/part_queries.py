"""Queries of parts."""

from typing import Annotated

import strawberry

from domain.entities.ids import PartKey
from graph.context import Info
from graph.dataloaders import Loaders
from graph.relations import found_by
from graph.relay_connections import ConnectionView
from graph.types.part import Part, PartConnection
from graph.types.part_list import part_page


def _part_key(
    info: Info, key: Annotated[PartKey, strawberry.argument(description="What stands on the label.")]
) -> PartKey:
    return key


@strawberry.type
class PartQueries:
    """Fields of Query."""

    part: Part | None = found_by(
        Loaders.part_by_key,
        arguments=_part_key,
        description="The part with this key, retired or not; null when there is none.",
    )
    parts: PartConnection | None = found_by(
        Loaders.part_pages,
        arguments=part_page,
        pick=ConnectionView,
        description="The parts of the workshop; those in use unless the filter says else.",
    )

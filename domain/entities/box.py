"""A box: a numbered container with numbered locations."""

from dataclasses import dataclass
from typing import Annotated

from domain.entities.facts import Named, Number, Reference, SeveralLines
from domain.entities.ids import BoxId, PartTypeId

MAX_NUMBER = 9_999
"""The highest number of a box."""

MAX_CAPACITY = 1_000
"""The most locations of a box."""


@dataclass(frozen=True, slots=True)
class BoxDetails:
    """Everything people edit on a box. Locations run 1..capacity; `columns` is for drawing the box."""

    description: Annotated[str, SeveralLines(255)]
    capacity: Annotated[int, Number(1, MAX_CAPACITY)]
    columns: Annotated[int | None, Number(1, 100)] = None
    designated_type_ids: Annotated[tuple[PartTypeId, ...], Reference("designated_types")] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A box as it is stored; the number never changes, it stands on the box."""

    id: BoxId
    number: int
    version: int
    details: BoxDetails


class BoxFields(Named[BoxDetails]):
    """What a caller names of a box; the types it is meant for by their names."""

    details = BoxDetails
    besides = frozenset({"designated_type_names"})

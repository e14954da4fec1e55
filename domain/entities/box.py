"""A box: a numbered container with numbered locations."""

from dataclasses import dataclass

from domain.entities.ids import BoxId, PartTypeId
from domain.entities.unset import UNSET, Settable


@dataclass(frozen=True, slots=True)
class BoxDetails:
    """Everything people edit on a box. Locations run 1..capacity; `columns` is for drawing the box."""

    description: str
    capacity: int
    columns: int | None = None
    designated_type_ids: tuple[PartTypeId, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A box as it is stored; the number never changes, it stands on the box."""

    id: BoxId
    number: int
    version: int
    details: BoxDetails


@dataclass(frozen=True, slots=True)
class BoxFields:
    """What a caller names of a box, not yet checked; UNSET where the field was left out."""

    description: Settable[str | None] = UNSET
    capacity: Settable[int | None] = UNSET
    columns: Settable[int | None] = UNSET
    designated_type_names: Settable[tuple[str, ...] | None] = UNSET

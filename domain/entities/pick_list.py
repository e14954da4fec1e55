"""A pick list: what is to be taken off the shelf for so many units of a project."""

from enum import StrEnum


class PickListState(StrEnum):
    """OPEN promises pieces; COMPLETED and CANCELLED promise nothing and are read-only."""

    OPEN = "OPEN"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"

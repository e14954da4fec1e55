"""An edit: one field of one object, before and after."""

from dataclasses import dataclass
from enum import StrEnum


class EditedKind(StrEnum):
    """The kinds of objects whose edits are kept."""

    PART = "PART"
    PART_TYPE = "PART_TYPE"
    BOX = "BOX"
    PROJECT = "PROJECT"
    PICK_LIST = "PICK_LIST"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The name of a field and its values as people read them; None stands for nothing."""

    field: str
    before: str | None
    after: str | None

"""What a bulk load writes, as plain values; everything in them has been decided before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.entities.attachment import StoredFile
from domain.entities.box import BoxDetails
from domain.entities.edit import FieldChange
from domain.entities.file_reading import DocumentText
from domain.entities.ids import OperationId, PartId, PartKey
from domain.entities.operation import AppliedChange, OperationKind
from domain.entities.part import PartDetails


@dataclass(frozen=True, slots=True)
class NewBox:
    """A box with all its locations."""

    number: int
    details: BoxDetails
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part as it is now; `version` counts its edits from 1."""

    key: PartKey
    details: PartDetails
    created_at: datetime
    updated_at: datetime
    version: int = 1
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewOperation:
    """An operation that happened, under an id that was drawn for it; its lines are in order."""

    id: OperationId
    kind: OperationKind
    reason: str | None
    actor: str
    at: datetime
    lines: Sequence[AppliedChange]
    reverses: OperationId | None = None


@dataclass(frozen=True, slots=True)
class NewTotal:
    """The total of one part and the time of its last operation."""

    part_id: PartId
    total_quantity: int
    last_operation_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewEdit:
    """An edit of a part that happened."""

    part_id: PartId
    actor: str
    at: datetime
    change: FieldChange


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A PDF of a part, whole, and the text that the reader would find in it."""

    part_id: PartId
    title: str
    file: StoredFile
    content: bytes
    text: DocumentText

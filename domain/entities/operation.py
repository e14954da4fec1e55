"""An operation: one act on stock, with one quantity change for each part and place it touches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.entities.ids import OperationId, PartId, PartKey, ProjectId
from domain.entities.location import LocationReference


class OperationKind(StrEnum):
    """What was done."""

    RECEIVE = "RECEIVE"
    USE = "USE"
    MOVE = "MOVE"
    COUNT = "COUNT"
    BOOK = "BOOK"
    PICK = "PICK"
    REORGANISE = "REORGANISE"
    IMPORT = "IMPORT"
    REVERSE = "REVERSE"


class SourceKind(StrEnum):
    """What an operation was done for, when it was not done by hand."""

    PICK_LIST = "PICK_LIST"
    SHOPPING_LIST = "SHOPPING_LIST"
    PLAN = "PLAN"
    IMPORT = "IMPORT"


@dataclass(frozen=True, slots=True)
class OperationSource:
    """What an operation is done for; a pick list names its project too."""

    kind: SourceKind
    id: int
    project_id: ProjectId | None = None


@dataclass(frozen=True, slots=True)
class RequestedChange:
    """A wish: so many pieces more (or less) of this part at this place; the paths name the input fields it comes
    from."""

    part_key: PartKey
    location: LocationReference
    delta: int
    part_path: tuple[str, ...] = ("part_key",)
    location_path: tuple[str, ...] = ("location",)


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """One line of an operation as it is written: the delta and what is there afterwards."""

    part_id: PartId
    location: LocationReference
    delta: int
    quantity_after: int
    total_after: int


@dataclass(frozen=True, slots=True)
class RecordedOperation:
    """What the ledger took down of an operation besides its lines."""

    id: OperationId
    kind: OperationKind
    reason: str | None
    actor: str
    at: datetime
    reverses: OperationId | None
    source: OperationSource | None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that was recorded, with its lines in order."""

    id: OperationId
    kind: OperationKind
    reason: str | None
    actor: str
    at: datetime
    reverses: OperationId | None
    reversed_by: OperationId | None
    changes: tuple[RequestedChange, ...]

"""The tree of refusals: everything a caller can act on, with its code, message and facts.

    DomainError
    ├── ValidationError            VALIDATION               issues: path and message of every fault
    ├── NotFoundError              NOT_FOUND                what was looked for, and by which reference
    ├── AlreadyExistsError         ALREADY_EXISTS           the name, number or key that is taken
    ├── ConflictError              CONFLICT                 what the caller expected, and what is there now
    ├── InUseError                 IN_USE                   who uses it: kind, count and some references
    ├── PartRetiredError           PART_RETIRED             the parts that are retired
    ├── InsufficientStockError     INSUFFICIENT_STOCK       every place that holds too little
    ├── QuantityLimitError         QUANTITY_LIMIT           the total or quantity that would grow too large
    ├── NotReversibleError         NOT_REVERSIBLE           why an operation cannot be reversed
    ├── ShortageError              SHORTAGE                 every part of which too little may be put on a pick list
    ├── PickListStateError         PICK_LIST_STATE          the state in which the pick list is
    ├── ExhaustedError             EXHAUSTED                keys or box numbers are used up
    ├── FileRefusedError           FILE_REFUSED             why the bytes of a file cannot be kept
    ├── DuplicateFileError         DUPLICATE_FILE           the attachment of the owner that has the same bytes
    ├── JobFinishedError           JOB_FINISHED             the state in which the job ended
    ├── NotOwnerError              NOT_OWNER                whose the job is
    ├── FileStoreError             FILE_STORE_FAILED        nothing: the object store refused or did not answer
    └── IdempotencyKeyReusedError  IDEMPOTENCY_KEY_REUSED   the key came before with another input

Graph translates each class once into a GraphQL type of the same name. Faults (a lost database, a bug) are no
DomainErrors. Longer than other files because it is one tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.entities.actor import Role
from domain.entities.ids import AttachmentId, PartKey
from domain.entities.job import JobState
from domain.entities.location import LocationReference
from domain.entities.pick_list import PickListState, PickShortage

_LONGEST_REFERENCE = 255


class ErrorCode(StrEnum):
    """The code of a refusal, stable for clients."""

    VALIDATION = "VALIDATION"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    CONFLICT = "CONFLICT"
    IN_USE = "IN_USE"
    PART_RETIRED = "PART_RETIRED"
    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    QUANTITY_LIMIT = "QUANTITY_LIMIT"
    NOT_REVERSIBLE = "NOT_REVERSIBLE"
    SHORTAGE = "SHORTAGE"
    PICK_LIST_STATE = "PICK_LIST_STATE"
    EXHAUSTED = "EXHAUSTED"
    FILE_REFUSED = "FILE_REFUSED"
    DUPLICATE_FILE = "DUPLICATE_FILE"
    JOB_FINISHED = "JOB_FINISHED"
    NOT_OWNER = "NOT_OWNER"
    FILE_STORE_FAILED = "FILE_STORE_FAILED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault of an input: the path of its fields, and what is wrong there."""

    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Who uses a thing: how many of one kind, and up to 50 of their references in order."""

    kind: str
    count: int
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StockShortfall:
    """A place that holds fewer pieces than asked for; `location_exists` is false when the place itself is gone."""

    part_key: PartKey
    location: LocationReference
    available: int
    requested: int
    location_exists: bool = True


class DomainError(Exception):
    """A refusal the caller can act on.

    `path` names the field at fault, as names and positions (from 0) below the input; empty when no single field is.
    """

    code: ErrorCode

    def __init__(self, message: str, path: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = tuple(path)


class NotAllowed(Exception):
    """The actor's role does not include what a use case asks for: no refusal of an input, but of the whole request."""

    def __init__(self, needs: Role, has: Role) -> None:
        super().__init__(f"It takes the role {needs}; yours is {has}.")


class ValidationError(DomainError):
    """The input breaks rules that need no look at the data; every fault is told at once."""

    code = ErrorCode.VALIDATION

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(
            "; ".join(f"{'.'.join(issue.path) or 'input'}: {issue.message}" for issue in issues), issues[0].path
        )
        self.issues = tuple(issues)


class NotFoundError(DomainError):
    """Nothing of this kind has this reference, which is cut where it is longer than any could be."""

    code = ErrorCode.NOT_FOUND

    def __init__(self, kind: str, reference: str, path: Sequence[str] = ()) -> None:
        self.kind = kind
        self.reference = reference if len(reference) <= _LONGEST_REFERENCE else f"{reference[:_LONGEST_REFERENCE]}…"
        super().__init__(f"There is no {kind} {self.reference}.", path)


class AlreadyExistsError(DomainError):
    """A unique name, number or key is taken."""

    code = ErrorCode.ALREADY_EXISTS

    def __init__(self, kind: str, reference: str, path: Sequence[str] = ()) -> None:
        super().__init__(f"There is already a {kind} {reference}.", path)
        self.kind = kind
        self.reference = reference


class ConflictError(DomainError):
    """What the caller expected is no longer true.

    `current` is the version or quantity that is there now, `expected` what the caller named.
    """

    code = ErrorCode.CONFLICT

    def __init__(self, message: str, *, expected: int, current: int, path: Sequence[str] = ()) -> None:
        super().__init__(message, path)
        self.expected = expected
        self.current = current


class InUseError(DomainError):
    """Something still names the thing, so it stays."""

    code = ErrorCode.IN_USE

    def __init__(self, message: str, usages: Sequence[Usage], path: Sequence[str] = ()) -> None:
        super().__init__(message, path)
        self.usages = tuple(usages)


class PartRetiredError(DomainError):
    """The parts are retired; they take part in nothing until they are brought back."""

    code = ErrorCode.PART_RETIRED

    def __init__(self, part_keys: Sequence[PartKey], path: Sequence[str] = ()) -> None:
        super().__init__(f"Retired: {', '.join(part_keys)}. Restore a part before using it.", path)
        self.part_keys = tuple(part_keys)


class InsufficientStockError(DomainError):
    """A change would take a quantity below zero."""

    code = ErrorCode.INSUFFICIENT_STOCK

    def __init__(self, shortfalls: Sequence[StockShortfall], path: Sequence[str] = ()) -> None:
        super().__init__("; ".join(_shortfall_text(shortfall) for shortfall in shortfalls), path)
        self.shortfalls = tuple(shortfalls)


class QuantityLimitError(DomainError):
    """A quantity or a total would grow past its limit."""

    code = ErrorCode.QUANTITY_LIMIT

    def __init__(self, part_key: PartKey, what: str, result: int, limit: int, path: Sequence[str] = ()) -> None:
        super().__init__(f"The {what} of part {part_key} would be {result}; the limit is {limit}.", path)
        self.part_key = part_key
        self.result = result
        self.limit = limit


class NotReversibleReason(StrEnum):
    """Why an operation cannot be reversed."""

    ALREADY_REVERSED = "ALREADY_REVERSED"
    IS_REVERSAL = "IS_REVERSAL"
    NO_DIFFERENCE = "NO_DIFFERENCE"
    IS_PICK = "IS_PICK"


class NotReversibleError(DomainError):
    """An operation of this kind or state has no reversal."""

    code = ErrorCode.NOT_REVERSIBLE

    def __init__(self, reason: NotReversibleReason, message: str) -> None:
        super().__init__(message, ("operation_id",))
        self.reason = reason


class ShortageError(DomainError):
    """Too few pieces may be put on a pick list."""

    code = ErrorCode.SHORTAGE

    def __init__(self, message: str, shortages: Sequence[PickShortage], path: Sequence[str] = ()) -> None:
        super().__init__(message, path)
        self.shortages = tuple(shortages)


class PickListStateError(DomainError):
    """The pick list is open, completed or cancelled, and so does not take part in this."""

    code = ErrorCode.PICK_LIST_STATE

    def __init__(self, message: str, state: PickListState, path: Sequence[str] = ()) -> None:
        super().__init__(message, path)
        self.state = state


class ExhaustedError(DomainError):
    """Every part key or box number is taken."""

    code = ErrorCode.EXHAUSTED


class FileRefusalReason(StrEnum):
    """Why the bytes of a file cannot be kept."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    CUT_OFF = "CUT_OFF"
    BROKEN = "BROKEN"


class FileRefusedError(DomainError):
    """The bytes of a file cannot be kept; the message names the limit and by how much it is missed."""

    code = ErrorCode.FILE_REFUSED

    def __init__(self, reason: FileRefusalReason, message: str, path: Sequence[str] = ("file",)) -> None:
        super().__init__(message, path)
        self.reason = reason


class DuplicateFileError(DomainError):
    """The owner has a file with the same bytes."""

    code = ErrorCode.DUPLICATE_FILE

    def __init__(self, attachment_id: AttachmentId, title: str, path: Sequence[str]) -> None:
        super().__init__(f"The same bytes are there already: {title}.", path)
        self.attachment_id = attachment_id


class JobFinishedError(DomainError):
    """The job ended before it could be cancelled; `state` is how."""

    code = ErrorCode.JOB_FINISHED

    def __init__(self, state: JobState, path: Sequence[str] = ("id",)) -> None:
        super().__init__(f"The job has ended: {state}.", path)
        self.state = state


class NotOwnerError(DomainError):
    """The thing belongs to somebody else, and the caller is no ADMIN."""

    code = ErrorCode.NOT_OWNER

    def __init__(self, what: str, owner: str, path: Sequence[str] = ("id",)) -> None:
        super().__init__(f"The {what} is of {owner}; only its owner or an ADMIN may do that.", path)
        self.owner = owner


class FileStoreError(DomainError):
    """The object store refused or did not answer; no row was written, and it may be tried again."""

    code = ErrorCode.FILE_STORE_FAILED

    def __init__(self, message: str) -> None:
        super().__init__(message)


class IdempotencyKeyReusedError(DomainError):
    """The actor sent this key before with another request."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED

    def __init__(self) -> None:
        super().__init__("This idempotency key was used before with another input.", ("idempotency_key",))


def _shortfall_text(shortfall: StockShortfall) -> str:
    place, part_key, requested = shortfall.location, shortfall.part_key, shortfall.requested
    if not shortfall.location_exists:
        return f"Location {place} is gone; {requested} of part {part_key} were asked there."
    return f"{place} holds {shortfall.available} of part {part_key}; {requested} were asked."

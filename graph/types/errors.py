"""Refusals as GraphQL types, and the one table that translates the domain's refusals into them.

Every type is named after its domain error and its fields after that error's facts, so translating means copying;
the values inside lists (issues, usages, shortfalls) are the domain's own frozen values. Longer than
other files because it is one table.
"""

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from operator import attrgetter

import strawberry

import domain.errors as refusals
from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from graph.dataloaders import Loaders
from graph.prices import expected
from graph.relations import one
from graph.scalars import BigInt
from graph.schema_names import schema_path, told_message
from graph.types.job import JobState
from graph.types.pick_list import PickListState, PickShortage
from graph.types.references import AttachmentRef


@strawberry.enum(description="What kind of refusal this is; stable, for programs.")
class ErrorCode(Enum):
    """The domain's codes with their descriptions."""

    VALIDATION = strawberry.enum_value("VALIDATION", description="The input breaks rules; see the issues.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="Something the input names does not exist.")
    ALREADY_EXISTS = strawberry.enum_value("ALREADY_EXISTS", description="A name, number or key is taken.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="What the caller expected is no longer true.")
    IN_USE = strawberry.enum_value("IN_USE", description="Something still needs the thing, so it stays.")
    PART_RETIRED = strawberry.enum_value("PART_RETIRED", description="A part is retired and takes part in nothing.")
    INSUFFICIENT_STOCK = strawberry.enum_value("INSUFFICIENT_STOCK", description="A place holds too few pieces.")
    QUANTITY_LIMIT = strawberry.enum_value("QUANTITY_LIMIT", description="A quantity or total would grow too large.")
    NOT_REVERSIBLE = strawberry.enum_value("NOT_REVERSIBLE", description="The operation cannot be reversed.")
    SHORTAGE = strawberry.enum_value("SHORTAGE", description="Too little may be put on a pick list; see the shortages.")
    PICK_LIST_STATE = strawberry.enum_value(
        "PICK_LIST_STATE", description="The pick list is open, completed or cancelled, and so takes no part in this."
    )
    EXHAUSTED = strawberry.enum_value("EXHAUSTED", description="Every part key or box number is taken.")
    FILE_REFUSED = strawberry.enum_value("FILE_REFUSED", description="The bytes of a file cannot be kept.")
    DUPLICATE_FILE = strawberry.enum_value("DUPLICATE_FILE", description="The owner has the same bytes already.")
    JOB_FINISHED = strawberry.enum_value("JOB_FINISHED", description="The job had ended already.")
    NOT_OWNER = strawberry.enum_value("NOT_OWNER", description="It belongs to somebody else.")
    FILE_STORE_FAILED = strawberry.enum_value(
        "FILE_STORE_FAILED", description="The object store refused or did not answer; try again."
    )
    IDEMPOTENCY_KEY_REUSED = strawberry.enum_value(
        "IDEMPOTENCY_KEY_REUSED", description="The idempotency key came before with another mutation or input."
    )


@strawberry.enum(description="Why an operation cannot be reversed.")
class NotReversibleReason(Enum):
    """The domain's reasons with their descriptions."""

    ALREADY_REVERSED = strawberry.enum_value("ALREADY_REVERSED", description="It was reversed before.")
    IS_REVERSAL = strawberry.enum_value("IS_REVERSAL", description="It is itself a reversal.")
    NO_DIFFERENCE = strawberry.enum_value("NO_DIFFERENCE", description="It is a count that changed nothing.")
    IS_PICK = strawberry.enum_value("IS_PICK", description="It is a pick; picks are undone on their pick list.")


@strawberry.enum(description="Why the bytes of a file cannot be kept.")
class FileRefusalReason(Enum):
    """The domain's reasons with their descriptions."""

    EMPTY = strawberry.enum_value("EMPTY", description="The file has no bytes.")
    TOO_LARGE = strawberry.enum_value("TOO_LARGE", description="More than 10 MiB for an image, 100 MiB for any other.")
    TOO_MANY_PIXELS = strawberry.enum_value("TOO_MANY_PIXELS", description="More than 50 million pixels.")
    CUT_OFF = strawberry.enum_value("CUT_OFF", description="The end of an image or a PDF is missing.")
    BROKEN = strawberry.enum_value("BROKEN", description="It begins as an image, but its structure is not one.")


@strawberry.interface(description="A refusal the caller can act on: nothing was changed.")
class UserError:
    """What every refusal tells."""

    code: ErrorCode = strawberry.field(description="What kind of refusal this is; stable, for programs.")
    message: str = strawberry.field(description="What is wrong, in English, for people; the wording may change.")
    path: list[str] | None = strawberry.field(
        description="The input field at fault, as names and list positions (from 0) below `input`; null when it is "
        "no single field.",
        metadata=expected(2),
    )


@strawberry.type(description="One fault of an input.")
class ValidationIssue:
    """Declares the domain's Issue."""

    path: list[str] = strawberry.field(
        description=(
            "The field at fault, as names and list positions (from 0) below `input`; empty for the whole input."
        ),
        metadata=expected(2),
    )
    message: str = strawberry.field(description="What is wrong there, in English.")


@strawberry.type(description="The input breaks rules that need no look at the data; every fault is told at once.")
class ValidationError(UserError):
    """A refused input."""

    issues: list[ValidationIssue] = strawberry.field(description="Every fault, at least one.", metadata=expected(2))


@strawberry.type(description="Something the input names does not exist.")
class NotFoundError(UserError):
    """A reference to nothing."""

    kind: str = strawberry.field(description='What was looked for, such as "part", "part type", "box" or "location".')
    reference: str = strawberry.field(description="The key, name, number or id it was looked for by.")


@strawberry.type(description="A unique name, number or key is taken.")
class AlreadyExistsError(UserError):
    """A second thing of one name."""

    kind: str = strawberry.field(description='What exists already, such as "part", "part type" or "box".')
    reference: str = strawberry.field(description="The key, name or number that is taken.")


@strawberry.type(
    description="What the caller expected is no longer true: somebody else was faster. Read again, then decide."
)
class ConflictError(UserError):
    """An expectation that failed."""

    expected: int = strawberry.field(description="The version, or the quantity in pieces, that the input named.")
    current: int = strawberry.field(description="The version, or the quantity in pieces, that is there now.")


@strawberry.type(description="Things of one kind that use another.")
class Usage:
    """Declares the domain's Usage."""

    kind: str = strawberry.field(description='What uses it: "part", "box", "stock", "history" or "merged part".')
    count: int = strawberry.field(description="How many there are.")
    references: list[str] = strawberry.field(
        description="Up to 50 of them in order, by key, number or location.", metadata=expected(10)
    )


@strawberry.type(description="Something still needs the thing, so it stays as it is.")
class InUseError(UserError):
    """A thing that others need."""

    usages: list[Usage] = strawberry.field(
        description="Who needs it, one entry for each kind, at least one.", metadata=expected(2)
    )


@strawberry.type(description="Parts are retired; they take part in nothing until they are restored.")
class PartRetiredError(UserError):
    """A retired part."""

    part_keys: list[PartKey] = strawberry.field(description="The retired parts, at least one.", metadata=expected(2))


@strawberry.type(description="A place that holds fewer pieces than asked for.")
class StockShortfall:
    """Declares the domain's StockShortfall."""

    part_key: PartKey = strawberry.field(description="The part that is short.")
    location: LocationReference = strawberry.field(description="The place that holds too little.")
    location_exists: bool = strawberry.field(description="False when the place itself is gone.")
    available: int = strawberry.field(description="Pieces there now, 0 or more.")
    requested: int = strawberry.field(description="Pieces asked for.")


@strawberry.type(
    description="A change would take a quantity below zero. The first shortfall is told in the fields beside the list."
)
class InsufficientStockError(UserError):
    """Too few pieces."""

    shortfalls: list[StockShortfall] = strawberry.field(
        description="Every place that holds too little, at least one.", metadata=expected(2)
    )

    @strawberry.field(description="The part of the first shortfall.")
    def part_key(self) -> PartKey:
        """The part of the first shortfall."""
        return self.shortfalls[0].part_key

    @strawberry.field(description="The place of the first shortfall.")
    def location(self) -> LocationReference:
        """The place of the first shortfall."""
        return self.shortfalls[0].location

    @strawberry.field(description="Pieces at the place of the first shortfall.")
    def available(self) -> int:
        """The pieces at the place of the first shortfall."""
        return self.shortfalls[0].available

    @strawberry.field(description="Pieces asked for at the place of the first shortfall.")
    def requested(self) -> int:
        """The pieces asked for at the place of the first shortfall."""
        return self.shortfalls[0].requested


@strawberry.type(description="A quantity at one place or the total of a part would grow past its limit.")
class QuantityLimitError(UserError):
    """Too many pieces."""

    part_key: PartKey = strawberry.field(description="The part that would grow too large.")
    result: BigInt = strawberry.field(description="The pieces there would be.")
    limit: BigInt = strawberry.field(
        description="The pieces there may be: 1,000,000,000 at a place, 2,147,483,647 in total."
    )


@strawberry.type(description="The operation has no reversal.")
class NotReversibleError(UserError):
    """An operation that stays."""

    reason: NotReversibleReason = strawberry.field(description="Why it cannot be reversed.")


@strawberry.type(description="Too few pieces may be put on the pick list: nothing was promised.")
class ShortageError(UserError):
    """A list that cannot be made."""

    shortages: list[PickShortage] = strawberry.field(
        description="Every part that is short, in the order of the requirements.", metadata=expected(3)
    )


@strawberry.type(description="The pick list is in another state than this takes.")
class PickListStateError(UserError):
    """A list that is open, or ended."""

    state: PickListState = strawberry.field(description="How far the list is.")


@strawberry.type(description="The job had ended before it could be cancelled.")
class JobFinishedError(UserError):
    """A job that stays as it ended."""

    state: JobState = strawberry.field(description="How it ended.")


@strawberry.type(description="It belongs to somebody else, and the caller is no ADMIN.")
class NotOwnerError(UserError):
    """Somebody else's thing."""

    owner: str = strawberry.field(description="The actor it belongs to.")


@strawberry.type(description="Every part key or box number is taken, so none could be chosen.")
class ExhaustedError(UserError):
    """Nothing left to give out."""


@strawberry.type(description="The bytes of a file cannot be kept: nothing was stored.")
class FileRefusedError(UserError):
    """A file that stays outside."""

    reason: FileRefusalReason = strawberry.field(description="Why it cannot be kept.")


@strawberry.type(description="The owner has a file with the same bytes: nothing was stored.")
class DuplicateFileError(UserError):
    """A twin."""

    attachment_id: strawberry.Private[int]
    twin: AttachmentRef | None = one(
        Loaders.attachment_by_id, key=attrgetter("attachment_id"), description="The attachment with these bytes."
    )


@strawberry.type(description="The object store refused or did not answer: nothing was changed; it may be tried again.")
class FileStoreError(UserError):
    """A store that failed."""


@strawberry.type(
    description="The caller used this idempotency key before with another mutation or another input. "
    "Use a fresh key for a new request."
)
class IdempotencyKeyReusedError(UserError):
    """A key with two meanings."""


GRAPHQL_TYPES: Mapping[type[refusals.DomainError], type[UserError]] = {
    refusals.ValidationError: ValidationError,
    refusals.NotFoundError: NotFoundError,
    refusals.AlreadyExistsError: AlreadyExistsError,
    refusals.ConflictError: ConflictError,
    refusals.InUseError: InUseError,
    refusals.PartRetiredError: PartRetiredError,
    refusals.InsufficientStockError: InsufficientStockError,
    refusals.QuantityLimitError: QuantityLimitError,
    refusals.NotReversibleError: NotReversibleError,
    refusals.ShortageError: ShortageError,
    refusals.PickListStateError: PickListStateError,
    refusals.JobFinishedError: JobFinishedError,
    refusals.NotOwnerError: NotOwnerError,
    refusals.ExhaustedError: ExhaustedError,
    refusals.FileRefusedError: FileRefusedError,
    refusals.DuplicateFileError: DuplicateFileError,
    refusals.FileStoreError: FileStoreError,
    refusals.IdempotencyKeyReusedError: IdempotencyKeyReusedError,
}
"""The GraphQL type of every refusal."""


def translated(refusal: refusals.DomainError) -> UserError:
    """The GraphQL value of a refusal; an empty path becomes null."""
    graphql_type = GRAPHQL_TYPES[type(refusal)]
    facts = {field.name: getattr(refusal, field.name) for field in fields(graphql_type) if field.init}
    if isinstance(refusal, refusals.ValidationError):
        facts["issues"] = [
            ValidationIssue(path=schema_path(each.path), message=each.message) for each in refusal.issues
        ]
    return graphql_type(**{**facts, "message": told_message(refusal), "path": schema_path(refusal.path) or None})

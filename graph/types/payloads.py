"""What mutations answer when they succeed, all read after the commit; refusals are graph/types/errors.py."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import strawberry

from domain.entities.ids import PartKey
from graph.dataloaders import Loaders
from graph.relations import many, one
from graph.types.box import Box
from graph.types.operation import StockOperation
from graph.types.part import Part
from graph.types.part_type import PartType
from persistence.readers.box import BoxView
from persistence.readers.operation import OperationView
from persistence.readers.part_type import PartTypeView
from persistence.readers.part_view import PartView


def _part(description: str) -> Any:
    return strawberry.field(graphql_type=Part, description=description)


def _part_of_key() -> Any:
    """A part with a history is never deleted, so it is there."""
    return one(Loaders.part_by_key, key=attrgetter("part_key"), description="The part as it is now.")


def _parts(description: str) -> Any:
    return strawberry.field(graphql_type=list[Part], description=description)


def _part_type(description: str) -> Any:
    return strawberry.field(graphql_type=PartType, description=description)


def _box(description: str) -> Any:
    return strawberry.field(graphql_type=Box, description=description)


def _operation() -> Any:
    return strawberry.field(graphql_type=StockOperation, description="The operation that was recorded.")


def replayed_field() -> Any:
    """The field `replayed` of every answer to an input with an idempotency key."""
    return strawberry.field(
        description="True when an earlier request with this idempotency key did it; the fields are those of today."
    )


def deleted_id_field(what: str) -> Any:
    """The field `deletedId` of every answer to a deletion."""
    return strawberry.field(description=f"The id that the {what} had; nothing is found under it any more.")


@strawberry.type(description="The part was created.")
class CreatePartSuccess:
    """The answer of createPart."""

    part: PartView = _part("The new part.")
    possible_duplicates: list[Part] = many(
        Loaders.possible_duplicates,
        key=attrgetter("part.id"),
        description="Other parts with the same manufacturer and MPN, ignoring case; by key, at most 20.",
    )
    replayed: bool = replayed_field()


@strawberry.type(description="The part was changed, or was already as asked for.")
class UpdatePartSuccess:
    """The answer of updatePart."""

    part: PartView = _part("The part as it is now.")


@strawberry.type(description="All the parts were changed, or were already as asked for.")
class UpdatePartsSuccess:
    """The answer of updateParts."""

    parts: Sequence[PartView] = _parts("The parts as they are now, in the order in which they were named.")


@strawberry.type(description="The parts were merged.")
class MergePartsSuccess:
    """The answer of mergeParts."""

    part: PartView = _part("The part that stays, with stock and history of both.")
    dropped: PartView = _part("The duplicate: retired, without stock and history, merged into the part that stays.")


@strawberry.type(description="The part was retired.")
class RetirePartSuccess:
    """The answer of retirePart."""

    part: PartView = _part("The part as it is now.")


@strawberry.type(description="The part was brought back.")
class RestorePartSuccess:
    """The answer of restorePart."""

    part: PartView = _part("The part as it is now.")


@strawberry.type(description="The part was deleted.")
class DeletePartSuccess:
    """The answer of deletePart."""

    deleted_id: strawberry.ID = deleted_id_field("part")
    part_key: PartKey = strawberry.field(description="The key that the part had.")


@strawberry.type(description="The part type was created.")
class CreatePartTypeSuccess:
    """The answer of createPartType."""

    part_type: PartTypeView = _part_type("The new part type.")
    replayed: bool = replayed_field()


@strawberry.type(description="The part type was renamed.")
class UpdatePartTypeSuccess:
    """The answer of updatePartType."""

    part_type: PartTypeView = _part_type("The part type as it is now.")


@strawberry.type(description="The part type was deleted.")
class DeletePartTypeSuccess:
    """The answer of deletePartType."""

    deleted_id: strawberry.ID = deleted_id_field("part type")
    name: str = strawberry.field(description="The name that the part type had.")


@strawberry.type(description="The box was created with its locations.")
class CreateBoxSuccess:
    """The answer of createBox."""

    box: BoxView = _box("The new box.")
    replayed: bool = replayed_field()


@strawberry.type(description="The box was changed, or was already as asked for.")
class UpdateBoxSuccess:
    """The answer of updateBox."""

    box: BoxView = _box("The box as it is now.")


@strawberry.type(description="The box was deleted with its locations.")
class DeleteBoxSuccess:
    """The answer of deleteBox."""

    deleted_id: strawberry.ID = deleted_id_field("box")
    number: int = strawberry.field(description="The number that the box had; it is free again.")


@strawberry.type(description="The pieces were put in.")
class ReceiveStockSuccess:
    """The answer of receiveStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@strawberry.type(description="The pieces were taken out.")
class UseStockSuccess:
    """The answer of useStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@strawberry.type(description="The pieces were moved.")
class MoveStockSuccess:
    """The answer of moveStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@strawberry.type(description="The count was recorded; what differed was corrected.")
class CountStockSuccess:
    """The answer of countStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@strawberry.type(description="All the changes were made.")
class BookStockSuccess:
    """The answer of bookStock."""

    parts: Sequence[PartView] = _parts("The parts as they are now, each once, in the order in which they were named.")
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@strawberry.type(description="The operation was undone by a new one.")
class ReverseOperationSuccess:
    """The answer of reverseOperation."""

    parts: Sequence[PartView] = _parts("The parts as they are now, each once, by key.")
    operation: OperationView = _operation()
    replayed: bool = replayed_field()

"""Inputs of the mutations of pick lists."""

from uuid import UUID

import strawberry

from domain.entities.ids import PartKey, PickLineId
from domain.entities.location import LocationReference
from domain.entities.pick_list import Pick, PickWish
from domain.entities.pick_list import WhenShort as Policy
from domain.errors import Issue, NotFoundError, ValidationError
from graph.global_ids import parse_global_id_of
from graph.inputs.optional import expected_version_field, idempotency_key_field, named, optional
from graph.types.pick_list import WhenShort

_LINE = "The id of a PickLine."
_BACK_TO = "Where the pieces are put when not at the line's place; required when that is gone."


@strawberry.input(description="What to do about one part when it is short.")
class WhenShortByPartInput:
    """One entry of `whenShortByPart`."""

    part_key: PartKey = strawberry.field(description="A part that the project requires.")
    when_short: WhenShort = strawberry.field(description="What becomes of it when it is short.")


@strawberry.input(description="The pick list that is wanted.")
class PickWishInput:
    """What previewPickList takes, and createPickList besides its key."""

    project_id: strawberry.ID = strawberry.field(description="The id of an active project.")
    units: int = strawberry.field(description="Units to pick for, 1 to 1,000,000.")
    when_short: WhenShort = strawberry.field(
        default=WhenShort.REJECT, description="What becomes of a part that is short."
    )
    when_short_by_part: list[WhenShortByPartInput] | None = optional("For these parts something else, each part once.")
    substitutes_allowed: bool = strawberry.field(
        default=False, description="Whether substitutes may stand in for what is missing, in their order."
    )

    def wish(self) -> PickWish:
        """What the domain knows. Raises ValidationError when a part is named twice."""
        by_part: dict[PartKey, Policy] = {}
        issues = []
        for index, each in enumerate(named(self.when_short_by_part) or ()):
            if each.part_key in by_part:
                issues.append(Issue(("whenShortByPart", str(index), "partKey"), "is named twice"))
            by_part[each.part_key] = Policy(each.when_short.name)
        if issues:
            raise ValidationError(issues)
        return PickWish(self.units, Policy(self.when_short.name), by_part, self.substitutes_allowed)


@strawberry.input(description="A pick list to make; its pieces are promised to the project.")
class CreatePickListInput(PickWishInput):
    """What createPickList takes."""

    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="Pieces taken for a line.")
class PickInput:
    """One line of pickLines."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    quantity: int = strawberry.field(
        description="Pieces taken, 1 to those that are open; 0 too when the line is closed."
    )
    location: LocationReference | None = optional(
        "Where they were taken when not at the line's place; required when that is gone or holds too few."
    )
    close: bool = strawberry.field(
        default=False, description="Whether to close the line: what stays open of it is promised no longer."
    )

    def pick(self, path: tuple[str, ...] = ()) -> Pick:
        """What the domain knows. Raises NotFoundError for an id of something else."""
        return Pick(line_number(self.line_id, path), self.quantity, named(self.location), self.close, path)


@strawberry.input(description="Pieces taken for one line.")
class PickLineInput(PickInput):
    """What pickLine takes."""

    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="Pieces taken for several lines of one list, all or nothing.")
class PickLinesInput:
    """What pickLines takes."""

    lines: list[PickInput] = strawberry.field(description="1 to 200 lines of one list, each once.")
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="Picked pieces that are given back; exactly these are open again.")
class UndoPickInput:
    """What undoPick takes."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    quantity: int = strawberry.field(description="Pieces given back, 1 to those that are picked.")
    location: LocationReference | None = optional(_BACK_TO)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="Picked pieces that are not built in but put back when the list is completed.")
class ReturnInput:
    """One entry of `returned`."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    quantity: int = strawberry.field(description="Pieces put back, 1 to those that are picked.")
    location: LocationReference | None = optional(_BACK_TO)


@strawberry.input(description="A pick list whose pieces were built in.")
class CompletePickListInput:
    """What completePickList takes."""

    pick_list_id: strawberry.ID = strawberry.field(description="The id of an open PickList.")
    built_units: int | None = optional(
        "Units really built, 0 to those of the list; required when a line is short, a part was left out, or pieces are "
        "put back."
    )
    returned: list[ReturnInput] | None = optional("Picked pieces that are put back, each line once, up to 200.")
    expected_version: int | None = expected_version_field()
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="A completed pick list to open again.")
class ReopenPickListInput:
    """What reopenPickList takes."""

    pick_list_id: strawberry.ID = strawberry.field(description="The id of a completed PickList.")
    expected_version: int | None = expected_version_field()
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="Another place for what was picked for a line.")
class ReturnPlaceInput:
    """One entry of `returnTo`."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    location: LocationReference = strawberry.field(description="Where its pieces are put.")


@strawberry.input(description="A pick list to give up.")
class CancelPickListInput:
    """What cancelPickList takes."""

    pick_list_id: strawberry.ID = strawberry.field(description="The id of an open PickList.")
    return_to: list[ReturnPlaceInput] | None = optional(
        "Where the pieces of these lines are put when not at the line's place; required when that is gone."
    )
    expected_version: int | None = expected_version_field()
    idempotency_key: UUID | None = idempotency_key_field()


def line_number(id: str, path: tuple[str, ...]) -> PickLineId:
    """The number of a line. Raises NotFoundError for an id of something else."""
    number = parse_global_id_of("PickLine", id)
    if number is None:
        raise NotFoundError("pick line", id, (*path, "lineId"))
    return PickLineId(number)

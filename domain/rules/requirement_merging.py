"""What becomes of requirements when a duplicate part is merged into another."""

from dataclasses import replace

from domain.entities.ids import PartKey
from domain.entities.project import (
    MAX_DESIGNATORS,
    MAX_EXTRA_PIECES,
    MAX_NOTE_LENGTH,
    MAX_PER_UNIT,
    MAX_PIECES,
    MAX_SUBSTITUTES,
    Amount,
    RequirementDetails,
)
from domain.errors import QuantityLimitError
from domain.rules.availability import pieces_for
from domain.rules.texts import fold, several_lines


def renamed(details: RequirementDetails, keep: PartKey, drop: PartKey) -> RequirementDetails:
    """The requirement with one part in the place of the other, everywhere; no part is named twice."""
    part_key = keep if details.part_key == drop else details.part_key
    keys = dict.fromkeys(keep if key == drop else key for key in details.substitutes)
    return replace(details, part_key=part_key, substitutes=tuple(key for key in keys if key != part_key))


def united(kept: RequirementDetails, dropped: RequirementDetails, target: int) -> RequirementDetails:
    """One requirement of the same part for two: the pieces of both, with the greater attrition, so never fewer.

    Raises QuantityLimitError when the build target would need too many pieces, or a limit of a requirement is passed.
    """
    amount = Amount(
        kept.amount.per_unit + dropped.amount.per_unit,
        max(kept.amount.attrition_percent, dropped.amount.attrition_percent),
        kept.amount.extra_pieces + dropped.amount.extra_pieces,
    )
    known = {fold(each) for each in kept.designators}
    designators = (*kept.designators, *(each for each in dropped.designators if fold(each) not in known))
    substitutes = tuple(dict.fromkeys([*kept.substitutes, *dropped.substitutes]))
    for what, result, limit in (
        ("quantity per unit", amount.per_unit, MAX_PER_UNIT),
        ("extra pieces", amount.extra_pieces, MAX_EXTRA_PIECES),
        ("number of designators", len(designators), MAX_DESIGNATORS),
        ("number of substitutes", len(substitutes), MAX_SUBSTITUTES),
        ("need", pieces_for(target, amount), MAX_PIECES),
    ):
        if result > limit:
            raise QuantityLimitError(kept.part_key, what, result, limit, ("drop",))
    notes = "\n".join(dict.fromkeys(note for note in (kept.note, dropped.note) if note is not None))
    return RequirementDetails(
        kept.part_key, amount, several_lines(notes[:MAX_NOTE_LENGTH]) or None, designators, substitutes
    )

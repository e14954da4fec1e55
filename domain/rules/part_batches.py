"""The same change to many parts: what may be asked, and what it makes of each part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.entities.ids import PartKey
from domain.entities.part import TAGS, Part, PartDetails
from domain.entities.part_type import MAX_NAME_LENGTH
from domain.entities.unset import Settable, given
from domain.rules.input_checks import InputChecks
from domain.rules.texts import fold

MAX_PARTS = 200


@dataclass(frozen=True, slots=True)
class Retagging:
    """Tags to add where they are missing, and folded tags to remove."""

    add: tuple[str, ...]
    remove: frozenset[str]


def checked_retagging(
    keys: Sequence[PartKey], type_name: Settable[str | None], add_tags: Sequence[str], remove_tags: Sequence[str]
) -> Retagging:
    """Look at the whole input of the change. Raises ValidationError with every fault."""
    checks = InputChecks()
    if checks.count(("part_keys",), len(keys), MAX_PARTS, least=1):
        checks.distinct(keys, [("part_keys", str(index)) for index in range(len(keys))])
    checks.text(("type_name",), given(type_name, None), MAX_NAME_LENGTH)
    add = checks.texts(("add_tags",), add_tags, TAGS.most, TAGS.limit)
    remove = frozenset(fold(tag) for tag in checks.texts(("remove_tags",), remove_tags, TAGS.most, TAGS.limit))
    for index, tag in enumerate(add):
        if fold(tag) in remove:
            checks.note(("add_tags", str(index)), "is to be removed as well")
    checks.refuse()
    return Retagging(add, remove)


def retagged(part: Part, tags: Retagging) -> PartDetails:
    """The details with the tags changed, new ones at the end. Raises ValidationError when there would be too many."""
    kept = [tag for tag in part.details.tags if fold(tag) not in tags.remove]
    present = {fold(tag) for tag in kept}
    revised = (*kept, *(tag for tag in tags.add if fold(tag) not in present))
    if len(revised) > TAGS.most:
        checks = InputChecks()
        checks.note(("add_tags",), f"part {part.key} would have {len(revised)} tags; at most {TAGS.most} are allowed")
        checks.refuse()
    return replace(part.details, tags=revised)

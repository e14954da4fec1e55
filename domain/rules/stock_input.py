"""What a stock change may name, before anything is looked up; every fault is told at once."""

from collections.abc import Iterable, Sequence

from domain.entities.location import LocationReference
from domain.entities.operation import RequestedChange
from domain.entities.stock import MAX_QUANTITY
from domain.errors import Issue
from domain.rules.input_checks import InputChecks

MAX_REASON_LENGTH = 500
MAX_TARGETS = 100
MAX_CHANGES = 200


def checked_reason(reason: str | None, issues: Iterable[Issue] = ()) -> str | None:
    """The reason, one line of text. Raises ValidationError with the issues found before, and those of the reason."""
    checks = InputChecks()
    for issue in issues:
        checks.note(issue.path, issue.message)
    kept = checks.text(("reason",), reason, MAX_REASON_LENGTH)
    checks.refuse()
    return kept


def quantity_issues(quantity: int, path: tuple[str, ...], least: int = 1) -> list[Issue]:
    """A quantity is between the least and a thousand million."""
    if least <= quantity <= MAX_QUANTITY:
        return []
    return [Issue(path, f"must be between {least} and {MAX_QUANTITY}, not {quantity}")]


def move_issues(source: LocationReference, targets: Sequence[tuple[LocationReference, int]]) -> list[Issue]:
    """Targets are 1 to 100 distinct places other than the source, together no more than one place can hold."""
    if not 1 <= len(targets) <= MAX_TARGETS:
        return [Issue(("targets",), f"1 to {MAX_TARGETS} targets, not {len(targets)}")]
    issues: list[Issue] = []
    seen = {source}
    for index, (location, quantity) in enumerate(targets):
        if location in seen:
            what = "is the source" if location == source else "is named twice"
            issues.append(Issue(("targets", str(index), "location"), f"{location} {what}"))
        seen.add(location)
        issues += quantity_issues(quantity, ("targets", str(index), "quantity"))
    moved = sum(quantity for _, quantity in targets)
    if not issues and moved > MAX_QUANTITY:
        issues.append(Issue(("targets",), f"at most {MAX_QUANTITY} pieces together, not {moved}"))
    return issues


def book_issues(changes: Sequence[RequestedChange]) -> list[Issue]:
    """A booking has 1 to 200 changes, none of them zero, each part and place once."""
    if not 1 <= len(changes) <= MAX_CHANGES:
        return [Issue(("changes",), f"1 to {MAX_CHANGES} changes, not {len(changes)}")]
    issues: list[Issue] = []
    seen = set()
    for index, change in enumerate(changes):
        place = (change.part_key, change.location)
        if place in seen:
            issues.append(Issue(("changes", str(index)), f"{change.part_key} at {change.location} is named twice"))
        seen.add(place)
        if not 1 <= abs(change.delta) <= MAX_QUANTITY:
            issues.append(
                Issue(
                    ("changes", str(index), "delta"),
                    f"must be between 1 and {MAX_QUANTITY} or their negatives, not {change.delta}",
                )
            )
    return issues

"""What the requirements of a project may say of themselves, and which projects change at all."""

from collections.abc import Sequence

from domain.entities.facts import facts_of
from domain.entities.project import (
    MAX_PIECES,
    MAX_SUBSTITUTES,
    Amount,
    ProjectStatus,
    RequirementDetails,
)
from domain.errors import InUseError, Issue, Usage, ValidationError
from domain.rules.availability import pieces_for
from domain.rules.fact_checks import checked_fact
from domain.rules.input_checks import InputChecks

MAX_REQUIREMENTS = 500


def refuse_archived(name: str, status: ProjectStatus) -> None:
    """Raises InUseError when the project is archived."""
    if status is ProjectStatus.ARCHIVED:
        told = f"Project {name} is archived and read-only; restore it first."
        raise InUseError(told, [Usage("archived project", 1, (name,))], ("project_id",))


def refuse_too_many_requirements(number: int) -> None:
    """Raises ValidationError when a list has too many lines to be looked at."""
    checks = InputChecks()
    checks.count(("requirements",), number, MAX_REQUIREMENTS)
    checks.refuse()


def checked_requirements(
    lines: Sequence[RequirementDetails], paths: Sequence[tuple[str, ...]]
) -> list[RequirementDetails]:
    """The lines with their texts cleaned. Raises ValidationError with every fault of every line, by its path."""
    checks = InputChecks()
    checks.distinct([line.part_key for line in lines], [(*path, "part_key") for path in paths])
    checked = [_checked_requirement(line, path, checks) for line, path in zip(lines, paths, strict=True)]
    checks.refuse()
    return checked


def refuse_too_many_pieces(target: int, requirements: Sequence[tuple[RequirementDetails, tuple[str, ...]]]) -> None:
    """Raises ValidationError naming each requirement, by its path, that would need more pieces than there can be.

    What is built lessens the need, and may become unbuilt again: the build target alone is looked at.
    """
    issues = []
    for requirement, path in requirements:
        pieces = pieces_for(target, requirement.amount)
        if pieces > MAX_PIECES:
            told = f"part {requirement.part_key} would need {pieces:,} pieces; the limit is {MAX_PIECES:,}"
            issues.append(Issue(path, told))
    if issues:
        raise ValidationError(issues)


def _checked_requirement(line: RequirementDetails, path: tuple[str, ...], checks: InputChecks) -> RequirementDetails:
    amount = line.amount
    for fact in facts_of(Amount).values():
        checked_fact(fact, getattr(amount, fact.name), checks, path)
    note, designators = (
        checked_fact(facts_of(RequirementDetails)[name], getattr(line, name), checks, path)
        for name in ("note", "designators")
    )
    substitutes_path = (*path, "substitute_keys")
    if checks.count(substitutes_path, len(line.substitutes), MAX_SUBSTITUTES):
        paths = [(*substitutes_path, str(index)) for index in range(len(line.substitutes))]
        checks.distinct(line.substitutes, paths)
        for key, place in zip(line.substitutes, paths, strict=True):
            if key == line.part_key:
                checks.note(place, "is the required part itself")
    return RequirementDetails(line.part_key, amount, note, designators, line.substitutes)

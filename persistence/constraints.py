"""What the database refuses, in the words of the domain: constraint name → refusal, one table.

Use cases look first and lock what they saw, so most of these happen only when two transactions overlap. A name that is
unique ignoring case needs no entry: it is taken. Any other constraint without an entry is a fault of ours: the rule
before it let something through.
"""

import re
from collections.abc import Callable, Iterator, Mapping

import asyncpg
from sqlalchemy import UniqueConstraint

from domain.errors import (
    AlreadyExistsError,
    DomainError,
    InUseError,
    Issue,
    NotFoundError,
    NotReversibleError,
    NotReversibleReason,
    Usage,
    ValidationError,
)
from persistence.models.base import Base, edited_tables

Refusal = Callable[[asyncpg.IntegrityConstraintViolationError], DomainError]

_KEY_VALUES = re.compile(r"\((?:[^()]*)\)=\((?P<values>.*)\)")


def refusal_for(error: asyncpg.IntegrityConstraintViolationError) -> DomainError | None:
    """The refusal a violated constraint stands for, or None when the caller can do nothing about it."""
    refusal = REFUSALS.get(error.constraint_name or "")
    return refusal(error) if refusal is not None else None


def _taken(kind: str, field: str) -> Refusal:
    return lambda error: AlreadyExistsError(kind, _key_values(error), (field,))


def _used(what: str, kind: str) -> Refusal:
    """Something began to name the thing while it was being removed; on the other side, it vanished meanwhile."""
    return lambda _error: InUseError(f"The {what} is in use by: {kind}.", [Usage(kind, 1)])


def _vanished(kind: str, field: str) -> Refusal:
    """The owner of an attachment was deleted just before it was named. Who deletes it takes its files with it."""
    return lambda error: NotFoundError(kind, _key_values(error), ("owner", field))


def _faulty(field: str, message: str) -> Refusal:
    return lambda _error: ValidationError([Issue((field,), message)])


def _reversed_before(_error: asyncpg.IntegrityConstraintViolationError) -> DomainError:
    return NotReversibleError(NotReversibleReason.ALREADY_REVERSED, "The operation was reversed before.")


def _key_values(error: asyncpg.IntegrityConstraintViolationError) -> str:
    """The values of the key, from a detail of PostgreSQL such as `Key (number)=(7) already exists`."""
    found = _KEY_VALUES.search(error.detail or "")
    return found["values"] if found else ""


def _names_taken() -> Iterator[tuple[str, Refusal]]:
    """Of each noun with edits whose folded name is unique, by the words of its kind."""
    for kind, (table, edited) in edited_tables().items():
        for constraint in Base.metadata.tables[table].constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.columns.keys() == [f"{edited.named_by}_key"]:
                yield str(constraint.name), _taken(kind.value.lower().replace("_", " "), edited.named_by)


REFUSALS: Mapping[str, Refusal] = {
    **dict(_names_taken()),
    "uq_parts_key": _taken("part", "key"),
    "uq_part_types_name_key": _taken("part type", "new_name"),
    "uq_boxes_number": _taken("box", "number"),
    "uq_api_tokens_name_key": _taken("token", "name"),
    "uq_operations_reverses_id": _reversed_before,
    "uq_part_parameters_part_id_name_key": _faulty("parameters", "a name is given twice"),
    "fk_parts_type_id": _used("part type", "part"),
    "fk_parts_merged_into_id": _used("part", "merged part"),
    "fk_box_designated_types_part_type_id": _used("part type", "box"),
    "fk_stock_part_id": _used("part", "stock"),
    "fk_stock_location_id": _used("location", "stock"),
    "fk_quantity_changes_part_id": _used("part", "history"),
    "fk_requirements_part_id": _used("part", "requirement"),
    "fk_requirement_substitutes_part_id": _used("part", "substitute"),
    "fk_pick_lines_part_id": _used("part", "pick line"),
    "fk_pick_lines_required_part_id": _used("part", "pick line"),
    "fk_pick_shortages_part_id": _used("part", "pick line"),
    "fk_pick_lists_project_id": _used("project", "pick list"),
    "fk_operations_project_id": _used("project", "history"),
    "fk_attachments_part_id": _vanished("part", "part_key"),
    "fk_attachments_box_id": _vanished("box", "box_number"),
    "fk_attachments_project_id": _vanished("project", "project_id"),
}

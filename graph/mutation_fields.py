"""Fields that mutations share: what may be left out of an input (absent, null and a value are three things), keys and
versions, and what answers say of a repetition and a deletion."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import strawberry

from domain.entities.facts import Named, facts_of
from domain.entities.unset import UNSET, Settable

T = TypeVar("T")
N = TypeVar("N", bound=Named[Any])


def optional(description: str, metadata: Mapping[str, Any] | None = None) -> Any:
    """A field that is `strawberry.UNSET` when it was left out; Any, so that it can stand behind any annotation."""
    return strawberry.field(default=strawberry.UNSET, description=description, metadata=metadata)


def idempotency_key_field() -> Any:
    """The field `idempotencyKey` of every input that creates or changes stock."""
    return optional(
        "A fresh UUID for each new request. Sent again with the same input within 30 days, the request is not applied "
        "again: the first result is answered with `replayed: true`. Refused with another input."
    )


def expected_version_field() -> Any:
    """The field `expectedVersion` of every input that edits."""
    return optional("The version that was read; when another one is there now, nothing is changed (ConflictError).")


def settable(value: T) -> Settable[T]:
    """The value as the domain knows it: null clears, absent leaves."""
    return UNSET if value is strawberry.UNSET else value


def facts_in(given: Any, kind: type[N], convert: Callable[[Any], Any]) -> N:
    """What an input names of a noun, of the fields that the noun has; lists become tuples.

    `convert` is `settable` for an update, `named_or_unset` for what is created.
    """
    values = {}
    for name in (*facts_of(kind.details), *kind.besides):
        if hasattr(given, name):
            value = convert(getattr(given, name))
            values[name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def named(value: T | None) -> T | None:
    """The value, or None where it was null or left out."""
    return None if value is strawberry.UNSET else value


def named_or_unset(value: T | None) -> Settable[T]:
    """The value, or UNSET where it was null or left out: what creating makes of a field nobody filled in."""
    return UNSET if value is None or value is strawberry.UNSET else value


def replayed_field() -> Any:
    """The field `replayed` of every answer to an input with an idempotency key."""
    return strawberry.field(
        description="True when an earlier request with this idempotency key did it; the fields are those of today."
    )


def deleted_id_field(what: str) -> Any:
    """The field `deletedId` of every answer to a deletion."""
    return strawberry.field(description=f"The id that the {what} had; nothing is found under it any more.")

"""What the breadth-first executor does not take and hands whole to graphql-core."""

from enum import StrEnum

from graph.execution.document_cache import PreparedOperation

_INTROSPECTION = frozenset({"__schema", "__type"})


class FallbackReason(StrEnum):
    """Why an operation is executed field by field."""

    INTROSPECTION = "introspection"


def fallback_reason(prepared: PreparedOperation) -> FallbackReason | None:
    """Why this operation is not for the breadth-first executor, None when it is."""
    if not _INTROSPECTION.isdisjoint(prepared.root_fields):
        return FallbackReason.INTROSPECTION
    return None

"""What the breadth-first executor does not take and hands whole to graphql-core, counted."""

from enum import StrEnum

from prometheus_client import Counter

from graph.execution.document_cache import PreparedOperation

FALLBACKS = Counter(
    "partsgraph_executor_fallbacks",
    "Operations that were executed field by field by graphql-core, by reason.",
    ["reason"],
)
"""Exposed as partsgraph_executor_fallbacks_total."""

_INTROSPECTION = frozenset({"__schema", "__type"})


class FallbackReason(StrEnum):
    """Why an operation is executed field by field."""

    INTROSPECTION = "introspection"


def fallback_reason(prepared: PreparedOperation) -> FallbackReason | None:
    """Why this operation is not for the breadth-first executor, None when it is."""
    if not _INTROSPECTION.isdisjoint(prepared.root_fields):
        return FallbackReason.INTROSPECTION
    return None

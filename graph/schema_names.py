"""The domain's names of fields as the schema writes them: `low_stock_threshold` is lowStockThreshold there."""

from collections.abc import Sequence

from domain.errors import DomainError, ValidationError
from graph.library_internals import to_camel_case

schema_name = to_camel_case
"""The name of a field in the schema."""


def schema_path(path: Sequence[str]) -> list[str]:
    """A path below `input`: names as the schema writes them, positions as they are."""
    return [schema_name(name) for name in path]


def told_message(refusal: DomainError) -> str:
    """The message of a refusal; one of several faults names the field of each."""
    if not isinstance(refusal, ValidationError):
        return refusal.message
    return "; ".join(f"{'.'.join(schema_path(issue.path)) or 'input'}: {issue.message}" for issue in refusal.issues)

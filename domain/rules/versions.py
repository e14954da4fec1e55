"""Optimistic versions: an edit of what somebody else changed meanwhile is refused."""

from domain.errors import ConflictError


def refuse_stale(current: int, expected: int | None) -> None:
    """Raises ConflictError when the caller expected another version; None expects nothing."""
    if expected is not None and expected != current:
        message = f"The version is {current}, not the expected {expected}; read it again."
        raise ConflictError(message, expected=expected, current=current, path=("expected_version",))

"""An idempotent request: sent again, it is applied once and answered with the first result."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """The caller's key, the mutation it was sent to, and the SHA-256 of the fields that were given."""

    key: UUID
    mutation: str
    digest: bytes

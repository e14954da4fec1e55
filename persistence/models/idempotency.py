"""Idempotency keys of requests that succeeded, with the id of what they made."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base, CreatedAt


class IdempotencyKeyRow(Base):
    """One request that was applied; kept for at least 30 days."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (CheckConstraint("octet_length(digest) = 32", name="digest_length"),)

    actor: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    mutation: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    result_id: Mapped[int | None] = mapped_column(BigInteger)
    result_kind: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt] = mapped_column(index=True)

"""API tokens: only the SHA-256 of a token is kept."""

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.actor import Role
from persistence.folded_columns import folded
from persistence.models.base import Base, CreatedAt, GeneratedId, Moment

_ROLES = ", ".join(f"'{role}'" for role in Role)


class ApiTokenRow(Base):
    """A token of an actor. A revoked token keeps its row: the installation stays one that asks for tokens.

    `name_key` is the folded name, which is unique among those that are not revoked.
    """

    __tablename__ = "api_tokens"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("uq_api_tokens_name_key", "name_key", unique=True, postgresql_where=text("revoked_at IS NULL")),
        CheckConstraint(f"role IN ({_ROLES})", name="role_known"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("octet_length(digest) = 32", name="digest_length"),
    )

    id: Mapped[GeneratedId]
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = folded("name", Text(collation="C"))
    role: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[Moment | None]

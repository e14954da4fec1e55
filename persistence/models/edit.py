"""Edits: who changed which field of what, from what to what."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.edit import EditedKind
from persistence.models.base import Base, CreatedAt, GeneratedId
from persistence.text_columns import TextRule, kept_as

_KINDS = ", ".join(f"'{kind}'" for kind in EditedKind)


class EditRow(Base):
    """One field of one object. It names the object without a foreign key: edits outlive what they describe."""

    __tablename__ = "edits"
    __table_args__ = (
        CheckConstraint(f"object_kind IN ({_KINDS})", name="object_kind_known"),
        Index("ix_edits_object_kind_object_id_id", "object_kind", "object_id", "id"),
    )

    id: Mapped[GeneratedId]
    object_kind: Mapped[str] = mapped_column(Text)
    object_id: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[CreatedAt]
    field: Mapped[str] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.ANY))
    after: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.ANY))

"""Part types."""

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.edit import EditedKind
from persistence.folded_columns import folded
from persistence.models.base import Base, CreatedAt, Edited, GeneratedId


class PartTypeRow(Base):
    """`name_key` is the folded name, which is unique."""

    __tablename__ = "part_types"
    __edited__ = Edited(EditedKind.PART_TYPE, "name")
    __table_args__ = (
        UniqueConstraint("name_key"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
    )

    id: Mapped[GeneratedId]
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = folded("name", Text(collation="C"))
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]

"""Part types."""

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.edit import EditedKind
from domain.entities.part_type import PartTypeDetails
from persistence.fact_columns import columns_of, limits_of
from persistence.folded_columns import folded
from persistence.models.base import Base, CreatedAt, Edited, GeneratedId


class PartTypeRow(columns_of(PartTypeDetails), Base):  # type: ignore[misc]  # its facts, as the domain declares them
    """`name_key` is the folded name, which is unique."""

    __tablename__ = "part_types"
    __edited__ = Edited(EditedKind.PART_TYPE, "name")
    __table_args__ = (
        UniqueConstraint("name_key"),
        *limits_of(PartTypeDetails),
    )

    id: Mapped[GeneratedId]
    name_key: Mapped[str] = folded("name", Text(collation="C"))
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]

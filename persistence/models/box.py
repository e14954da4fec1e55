"""Boxes, their locations, and the part types they are meant for."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.box import MAX_CAPACITY, MAX_NUMBER, BoxDetails
from domain.entities.edit import EditedKind
from persistence.fact_columns import columns_of, limits_of
from persistence.folded_columns import folded
from persistence.models.base import Base, CreatedAt, Edited, GeneratedId


class BoxRow(columns_of(BoxDetails), Base):  # type: ignore[misc]  # its facts, as the domain declares them
    """A box with its number and its shape; `description_key` is the folded description, which filters look into."""

    __tablename__ = "boxes"
    __edited__ = Edited(EditedKind.BOX, "number")
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint(f"number BETWEEN 1 AND {MAX_NUMBER}", name="number_range"),
        *limits_of(BoxDetails),
    )

    id: Mapped[GeneratedId]
    number: Mapped[int]
    version: Mapped[int] = mapped_column(server_default="1")
    description_key: Mapped[str] = folded("description", Text(collation="C"), server_default="")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]


class LocationRow(Base):
    """One row for each location 1..capacity of a box."""

    __tablename__ = "locations"
    __table_args__ = (
        UniqueConstraint("box_id", "number"),
        CheckConstraint(f"number BETWEEN 1 AND {MAX_CAPACITY}", name="number_range"),
    )

    id: Mapped[GeneratedId]
    box_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("boxes.id", ondelete="CASCADE"))
    number: Mapped[int]


class BoxDesignatedTypeRow(Base):
    """A part type that a box is meant for, in the order given."""

    __tablename__ = "box_designated_types"

    box_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("boxes.id", ondelete="CASCADE"), primary_key=True)
    part_type_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("part_types.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(SmallInteger)

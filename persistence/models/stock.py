"""Stock: so many pieces of one part at one location; no row where there is nothing."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base


class StockRow(Base):
    """One row per part and location, written under the lock of the part.

    `box_id` and `location_number` are those of the location: a trigger fills them in, and a location keeps its own.
    """

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 1000000000", name="quantity_range"),
        Index("ix_stock_location_id_part_id", "location_id", "part_id"),
    )

    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"), primary_key=True)
    location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("locations.id", ondelete="RESTRICT"), primary_key=True
    )
    quantity: Mapped[int]
    location_number: Mapped[int]
    box_id: Mapped[int] = mapped_column(BigInteger)

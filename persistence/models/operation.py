"""The ledger: operations and their quantity changes, append-only (a trigger refuses anything else)."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.operation import OperationKind, SourceKind
from domain.entities.stock import MAX_QUANTITY, MAX_TOTAL
from domain.rules.stock_input import MAX_REASON_LENGTH
from persistence.models.base import PLACE, Base, ChangedIn, GeneratedId, Moment

_KINDS = ", ".join(f"'{kind}'" for kind in OperationKind)
_SOURCES = ", ".join(f"'{kind}'" for kind in SourceKind)


class OperationRow(Base):
    """One act on stock. The id is drawn and the time is taken after all locks, so both follow the order of
    application. One of a pick list names its project too."""

    __tablename__ = "operations"
    __table_args__ = (
        UniqueConstraint("reverses_id"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
        CheckConstraint(f"source_kind IN ({_SOURCES})", name="source_kind_known"),
        CheckConstraint("(source_kind IS NULL) = (source_id IS NULL)", name="source_whole"),
        CheckConstraint(
            "(project_id IS NOT NULL) = (source_kind IS NOT DISTINCT FROM 'PICK_LIST')", name="picked_for_project"
        ),
        CheckConstraint("(kind = 'REVERSE') = (reverses_id IS NOT NULL)", name="reverse_names_operation"),
        CheckConstraint(f"char_length(reason) BETWEEN 1 AND {MAX_REASON_LENGTH}", name="reason_length"),
        Index("ix_operations_at", "at"),
        Index("ix_operations_actor_id", "actor", "id"),
        Index("ix_operations_kind_id", "kind", "id"),
        Index("ix_operations_transaction_id", "transaction_id"),
        Index("ix_operations_project_id_id", "project_id", "id", postgresql_where=text("project_id IS NOT NULL")),
    )

    id: Mapped[GeneratedId]
    kind: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[Moment]
    source_kind: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[int | None] = mapped_column(BigInteger)
    project_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="RESTRICT"))
    reverses_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("operations.id", ondelete="RESTRICT"))
    transaction_id: Mapped[ChangedIn]


class QuantityChangeRow(Base):
    """One line of an operation. The place is kept as it was written, so no box is held back by its past."""

    __tablename__ = "quantity_changes"
    __table_args__ = (
        CheckConstraint(PLACE, name="place_range"),
        CheckConstraint(f"quantity_after BETWEEN 0 AND {MAX_QUANTITY}", name="quantity_after_range"),
        CheckConstraint(f"total_after BETWEEN 0 AND {MAX_TOTAL}", name="total_after_range"),
        Index("ix_quantity_changes_part_id_id", "part_id", "id"),
        Index("ix_quantity_changes_box_number_location_number_id", "box_number", "location_number", "id"),
        Index("ix_quantity_changes_box_number_id", "box_number", "id"),
        Index("ix_quantity_changes_operation_id", "operation_id"),
    )

    id: Mapped[GeneratedId]
    operation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("operations.id", ondelete="RESTRICT"))
    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"))
    box_number: Mapped[int]
    location_number: Mapped[int]
    delta: Mapped[int]
    quantity_after: Mapped[int]
    total_after: Mapped[int]

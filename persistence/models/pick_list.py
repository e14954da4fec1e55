"""Pick lists: what is to be taken off the shelf for so many units of a project, and what was."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.edit import EditedKind
from domain.entities.pick_list import MAX_UNITS, PickListState
from domain.entities.stock import MAX_QUANTITY
from persistence.models.base import PLACE, Base, ChangedIn, CreatedAt, Edited, GeneratedId, Moment

_STATES = ", ".join(f"'{state}'" for state in PickListState)


class PickListRow(Base):
    """A list for so many units. A trigger sets `changed_in` anew on every update of this row, so whoever changes a line
    updates its list too."""

    __tablename__ = "pick_lists"
    __edited__ = Edited(EditedKind.PICK_LIST, "id")
    __table_args__ = (
        # The lines carry the state: see PickLineRow.
        UniqueConstraint("id", "state"),
        CheckConstraint(f"units BETWEEN 1 AND {MAX_UNITS}", name="units_range"),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("built_units BETWEEN 0 AND units", name="built_units_range"),
        CheckConstraint("(state = 'COMPLETED') = (built_units IS NOT NULL)", name="completed_tells_built_units"),
        CheckConstraint("(state = 'OPEN') = (finished_at IS NULL)", name="finished_has_time"),
        CheckConstraint("(finished_at IS NULL) = (finished_by IS NULL)", name="finished_has_actor"),
        Index("ix_pick_lists_project_id_id", "project_id", "id"),
        Index("ix_pick_lists_state_id", "state", "id"),
        Index("ix_pick_lists_changed_in", "changed_in"),
    )

    id: Mapped[GeneratedId]
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="RESTRICT"))
    units: Mapped[int]
    state: Mapped[str] = mapped_column(Text, server_default=PickListState.OPEN)
    built_units: Mapped[int | None]
    version: Mapped[int] = mapped_column(server_default="1")
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    finished_by: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[Moment | None]
    changed_in: Mapped[ChangedIn]


class PickLineRow(Base):
    """Pieces of one part at one place, for one requirement.

    planned = open + picked + released + returned + what was closed short.
    open      promised and not yet picked; the line is closed when it is 0
    picked    taken and not given back
    released  open until the list ended, and promised again when it is reopened
    returned  picked until the list ended, and given back then

    `list_state` is the list's, kept so by its foreign key: what is open is found by an index of the lines alone. The
    place is kept as it was written; its reference is forgotten with the location, so no box is held back. What a
    finished list tells (part, required part, designators) stands in the line, so removing a requirement alters none.
    """

    __tablename__ = "pick_lines"
    __table_args__ = (
        UniqueConstraint("pick_list_id", "position"),
        ForeignKeyConstraint(
            ["pick_list_id", "list_state"],
            ["pick_lists.id", "pick_lists.state"],
            name="fk_pick_lines_pick_list_id",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        CheckConstraint("position >= 1", name="position_range"),
        CheckConstraint(PLACE, name="place_range"),
        CheckConstraint(f"planned_quantity BETWEEN 1 AND {MAX_QUANTITY}", name="planned_quantity_range"),
        CheckConstraint(
            "open_quantity >= 0 AND picked_quantity >= 0 AND released_quantity >= 0 AND returned_quantity >= 0"
            " AND open_quantity + picked_quantity + released_quantity + returned_quantity <= planned_quantity",
            name="quantities_within_planned",
        ),
        CheckConstraint("list_state = 'OPEN' OR open_quantity = 0", name="finished_promises_nothing"),
        CheckConstraint(
            "list_state <> 'OPEN' OR (released_quantity = 0 AND returned_quantity = 0)", name="open_released_nothing"
        ),
        Index("ix_pick_lines_part_id", "part_id"),
        Index("ix_pick_lines_part_id_open", "part_id", postgresql_where=text("open_quantity > 0")),
        Index("ix_pick_lines_location_id_open", "location_id", postgresql_where=text("open_quantity > 0")),
        Index("ix_pick_lines_location_id", "location_id", postgresql_where=text("location_id IS NOT NULL")),
        Index("ix_pick_lines_required_part_id", "required_part_id"),
        Index("ix_pick_lines_requirement_id_open", "requirement_id", postgresql_where=text("list_state = 'OPEN'")),
        Index("ix_pick_lines_requirement_id", "requirement_id", postgresql_where=text("requirement_id IS NOT NULL")),
    )

    id: Mapped[GeneratedId]
    pick_list_id: Mapped[int] = mapped_column(BigInteger)
    list_state: Mapped[str] = mapped_column(Text, server_default=PickListState.OPEN)
    position: Mapped[int]
    requirement_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("requirements.id", ondelete="SET NULL"))
    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"))
    required_part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"))
    designators: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    location_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("locations.id", ondelete="SET NULL"))
    box_number: Mapped[int]
    location_number: Mapped[int]
    planned_quantity: Mapped[int]
    open_quantity: Mapped[int]
    picked_quantity: Mapped[int] = mapped_column(server_default="0")
    released_quantity: Mapped[int] = mapped_column(server_default="0")
    returned_quantity: Mapped[int] = mapped_column(server_default="0")


class PickShortageRow(Base):
    """What a list was made without: pieces of a part that were taken short or left out."""

    __tablename__ = "pick_shortages"
    __table_args__ = (
        CheckConstraint("missing_quantity >= 1", name="missing_quantity_range"),
        Index("ix_pick_shortages_part_id", "part_id"),
    )

    pick_list_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("pick_lists.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"))
    missing_quantity: Mapped[int]

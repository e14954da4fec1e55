"""Pick lists, their lines, and the project of an operation.

Revision ID: 0006
Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import UserDefinedType

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


class Xid8(UserDefinedType[int]):
    """PostgreSQL's type of transaction numbers."""

    def get_col_spec(self, **_options: Any) -> str:
        return "xid8"


_PICK_LISTS_CHANGED_IN = """
CREATE TRIGGER pick_lists_changed_in BEFORE UPDATE ON pick_lists FOR EACH ROW EXECUTE FUNCTION note_transaction()
"""


def upgrade() -> None:
    op.create_table(
        "pick_lists",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="OPEN", nullable=False),
        sa.Column("built_units", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("finished_by", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_in", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'COMPLETED') = (built_units IS NOT NULL)", name=op.f("ck_pick_lists_completed_tells_built_units")
        ),
        sa.CheckConstraint("(state = 'OPEN') = (finished_at IS NULL)", name=op.f("ck_pick_lists_finished_has_time")),
        sa.CheckConstraint("state IN ('OPEN', 'COMPLETED', 'CANCELLED')", name=op.f("ck_pick_lists_state_known")),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (finished_by IS NULL)", name=op.f("ck_pick_lists_finished_has_actor")
        ),
        sa.CheckConstraint("built_units BETWEEN 0 AND units", name=op.f("ck_pick_lists_built_units_range")),
        sa.CheckConstraint("units BETWEEN 1 AND 1000000", name=op.f("ck_pick_lists_units_range")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_pick_lists_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_lists")),
        sa.UniqueConstraint("id", "state", name=op.f("uq_pick_lists_id_state")),
    )
    op.create_index("ix_pick_lists_changed_in", "pick_lists", ["changed_in"], unique=False)
    op.create_index("ix_pick_lists_project_id_id", "pick_lists", ["project_id", "id"], unique=False)
    op.create_index("ix_pick_lists_state_id", "pick_lists", ["state", "id"], unique=False)
    op.create_table(
        "pick_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("pick_list_id", sa.BigInteger(), nullable=False),
        sa.Column("list_state", sa.Text(), server_default="OPEN", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.BigInteger(), nullable=True),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("required_part_id", sa.BigInteger(), nullable=False),
        sa.Column("designators", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("box_number", sa.Integer(), nullable=False),
        sa.Column("location_number", sa.Integer(), nullable=False),
        sa.Column("planned_quantity", sa.Integer(), nullable=False),
        sa.Column("open_quantity", sa.Integer(), nullable=False),
        sa.Column("picked_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("released_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("returned_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "list_state <> 'OPEN' OR (released_quantity = 0 AND returned_quantity = 0)",
            name=op.f("ck_pick_lines_open_released_nothing"),
        ),
        sa.CheckConstraint(
            "list_state = 'OPEN' OR open_quantity = 0", name=op.f("ck_pick_lines_finished_promises_nothing")
        ),
        sa.CheckConstraint(
            "box_number BETWEEN 1 AND 9999 AND location_number BETWEEN 1 AND 1000",
            name=op.f("ck_pick_lines_place_range"),
        ),
        sa.CheckConstraint(
            "open_quantity >= 0 AND picked_quantity >= 0 AND released_quantity >= 0 AND returned_quantity >= 0"
            " AND open_quantity + picked_quantity + released_quantity + returned_quantity <= planned_quantity",
            name=op.f("ck_pick_lines_quantities_within_planned"),
        ),
        sa.CheckConstraint(
            "planned_quantity BETWEEN 1 AND 1000000000", name=op.f("ck_pick_lines_planned_quantity_range")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_pick_lines_position_range")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("fk_pick_lines_location_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_pick_lines_part_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["pick_list_id", "list_state"],
            ["pick_lists.id", "pick_lists.state"],
            name="fk_pick_lines_pick_list_id",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["required_part_id"], ["parts.id"], name=op.f("fk_pick_lines_required_part_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirements.id"], name=op.f("fk_pick_lines_requirement_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_lines")),
        sa.UniqueConstraint("pick_list_id", "position", name=op.f("uq_pick_lines_pick_list_id_position")),
    )
    op.create_index(
        "ix_pick_lines_location_id",
        "pick_lines",
        ["location_id"],
        unique=False,
        postgresql_where=sa.text("location_id IS NOT NULL"),
    )
    op.create_index(
        "ix_pick_lines_location_id_open",
        "pick_lines",
        ["location_id"],
        unique=False,
        postgresql_where=sa.text("open_quantity > 0"),
    )
    op.create_index("ix_pick_lines_part_id", "pick_lines", ["part_id"], unique=False)
    op.create_index(
        "ix_pick_lines_part_id_open",
        "pick_lines",
        ["part_id"],
        unique=False,
        postgresql_where=sa.text("open_quantity > 0"),
    )
    op.create_index("ix_pick_lines_required_part_id", "pick_lines", ["required_part_id"], unique=False)
    op.create_index(
        "ix_pick_lines_requirement_id",
        "pick_lines",
        ["requirement_id"],
        unique=False,
        postgresql_where=sa.text("requirement_id IS NOT NULL"),
    )
    op.create_index(
        "ix_pick_lines_requirement_id_open",
        "pick_lines",
        ["requirement_id"],
        unique=False,
        postgresql_where=sa.text("list_state = 'OPEN'"),
    )
    op.create_table(
        "pick_shortages",
        sa.Column("pick_list_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("missing_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("missing_quantity >= 1", name=op.f("ck_pick_shortages_missing_quantity_range")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_pick_shortages_part_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["pick_list_id"], ["pick_lists.id"], name=op.f("fk_pick_shortages_pick_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pick_list_id", "position", name=op.f("pk_pick_shortages")),
    )
    op.create_index("ix_pick_shortages_part_id", "pick_shortages", ["part_id"], unique=False)
    op.execute(_PICK_LISTS_CHANGED_IN)
    # Where this was taken back by an earlier release, operations still name lists that are gone.
    _forget_lists()
    op.add_column("operations", sa.Column("project_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_operations_project_id"), "operations", "projects", ["project_id"], ["id"], ondelete="RESTRICT"
    )
    op.create_check_constraint(
        op.f("ck_operations_picked_for_project"),
        "operations",
        "(project_id IS NOT NULL) = (source_kind IS NOT DISTINCT FROM 'PICK_LIST')",
    )
    op.create_index(
        "ix_operations_project_id_id",
        "operations",
        ["project_id", "id"],
        unique=False,
        postgresql_where=sa.text("project_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("operations", "project_id")
    _forget_lists()
    # The numbers of lists are given again, so that a request that is sent again would find another one.
    op.execute(
        "DELETE FROM idempotency_keys WHERE mutation IN ('createPickList', 'pickLine', 'pickLines', 'undoPick', "
        "'completePickList', 'reopenPickList', 'cancelPickList')"
    )
    op.drop_table("pick_shortages")
    op.drop_table("pick_lines")
    op.drop_table("pick_lists")


def _forget_lists() -> None:
    """Let picks be bookings that tell of their list in words: there is none any more. What they moved stays."""
    op.execute("ALTER TABLE operations DISABLE TRIGGER operations_append_only")
    op.execute(
        "UPDATE operations SET kind = 'BOOK', reason = coalesce(reason, 'Pick list ' || source_id), "
        "source_kind = NULL, source_id = NULL WHERE source_kind = 'PICK_LIST'"
    )
    op.execute("ALTER TABLE operations ENABLE TRIGGER operations_append_only")

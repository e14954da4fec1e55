"""Stock and the append-only ledger of operations.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A refusal carries the name of a constraint, like every other rule of the database.
_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$
"""
_OPERATIONS_APPEND_ONLY = """
CREATE TRIGGER operations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operations
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()
"""
_CHANGES_APPEND_ONLY = """
CREATE TRIGGER quantity_changes_append_only BEFORE DELETE OR TRUNCATE ON quantity_changes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()
"""
# Merging two parts, announced by a setting of the transaction, may give lines to another part and sum them up again.
_CHANGES_ONLY_MERGED = """
CREATE TRIGGER quantity_changes_only_merged BEFORE UPDATE ON quantity_changes
FOR EACH ROW WHEN (
    current_setting('partsgraph.merging', true) IS DISTINCT FROM 'on'
    OR (NEW.id, NEW.operation_id, NEW.box_number, NEW.location_number, NEW.delta)
        IS DISTINCT FROM (OLD.id, OLD.operation_id, OLD.box_number, OLD.location_number, OLD.delta)
) EXECUTE FUNCTION refuse_ledger_change()
"""


def upgrade() -> None:
    op.create_table(
        "stock",
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000000", name=op.f("ck_stock_quantity_range")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("fk_stock_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_stock_part_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("part_id", "location_id", name=op.f("pk_stock")),
    )
    op.create_index("ix_stock_location_id_part_id", "stock", ["location_id", "part_id"], unique=False)
    op.create_table(
        "operations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=True),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'REVERSE') = (reverses_id IS NOT NULL)", name=op.f("ck_operations_reverse_names_operation")
        ),
        sa.CheckConstraint(
            "kind IN ('RECEIVE', 'USE', 'MOVE', 'COUNT', 'BOOK', 'PICK', 'REORGANISE', 'IMPORT', 'REVERSE')",
            name=op.f("ck_operations_kind_known"),
        ),
        sa.CheckConstraint(
            "source_kind IN ('PICK_LIST', 'SHOPPING_LIST', 'PLAN', 'IMPORT')",
            name=op.f("ck_operations_source_kind_known"),
        ),
        sa.CheckConstraint("(source_kind IS NULL) = (source_id IS NULL)", name=op.f("ck_operations_source_whole")),
        sa.CheckConstraint("char_length(reason) BETWEEN 1 AND 500", name=op.f("ck_operations_reason_length")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["operations.id"], name=op.f("fk_operations_reverses_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_operations_reverses_id")),
    )
    op.create_index("ix_operations_actor_id", "operations", ["actor", "id"], unique=False)
    op.create_index("ix_operations_at", "operations", ["at"], unique=False)
    op.create_index("ix_operations_kind_id", "operations", ["kind", "id"], unique=False)
    op.create_table(
        "quantity_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("operation_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("box_number", sa.Integer(), nullable=False),
        sa.Column("location_number", sa.Integer(), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("quantity_after", sa.Integer(), nullable=False),
        sa.Column("total_after", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "box_number BETWEEN 1 AND 9999 AND location_number BETWEEN 1 AND 1000",
            name=op.f("ck_quantity_changes_place_range"),
        ),
        sa.CheckConstraint(
            "quantity_after BETWEEN 0 AND 1000000000", name=op.f("ck_quantity_changes_quantity_after_range")
        ),
        sa.CheckConstraint("total_after BETWEEN 0 AND 2147483647", name=op.f("ck_quantity_changes_total_after_range")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.id"], name=op.f("fk_quantity_changes_operation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_quantity_changes_part_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quantity_changes")),
    )
    op.create_index("ix_quantity_changes_box_number_id", "quantity_changes", ["box_number", "id"], unique=False)
    op.create_index(
        "ix_quantity_changes_box_number_location_number_id",
        "quantity_changes",
        ["box_number", "location_number", "id"],
        unique=False,
    )
    op.create_index("ix_quantity_changes_operation_id", "quantity_changes", ["operation_id"], unique=False)
    op.create_index("ix_quantity_changes_part_id_id", "quantity_changes", ["part_id", "id"], unique=False)
    op.execute(_REFUSE)
    op.execute(_OPERATIONS_APPEND_ONLY)
    op.execute(_CHANGES_APPEND_ONLY)
    op.execute(_CHANGES_ONLY_MERGED)


def downgrade() -> None:
    op.drop_table("quantity_changes")
    op.drop_table("operations")
    op.drop_table("stock")
    # Without stock there is none of any part: whoever comes up again begins with totals that are true.
    op.execute(
        "UPDATE part_totals SET total_quantity = 0, last_operation_at = NULL WHERE last_operation_at IS NOT NULL"
    )
    op.execute("DROP FUNCTION IF EXISTS refuse_ledger_change()")

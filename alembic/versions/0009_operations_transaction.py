"""Which transaction recorded an operation, so that listeners find what was committed since they looked.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The operations that are there get the first number of all, which every listener has seen: a constant does not
    # rewrite the table.
    op.execute("ALTER TABLE operations ADD COLUMN IF NOT EXISTS transaction_id xid8 NOT NULL DEFAULT '3'")
    op.execute("ALTER TABLE operations ALTER COLUMN transaction_id SET DEFAULT pg_current_xact_id()")
    op.create_index("ix_operations_transaction_id", "operations", ["transaction_id"], unique=False, if_not_exists=True)


def downgrade() -> None:
    op.drop_index("ix_operations_transaction_id", table_name="operations")
    op.drop_column("operations", "transaction_id")

"""The fields that edits name, in the words of the domain: `low_stock_threshold` and not `lowStockThreshold`.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE edits SET field = lower(regexp_replace(field, '([A-Z])', '_\\1', 'g')) WHERE field ~ '[A-Z]'")


def downgrade() -> None:
    # What follows an underscore is made large: the first letter of what initcap makes of the whole is made small again.
    op.execute(
        "UPDATE edits SET field = left(field, 1) || substr(replace(initcap(replace(field, '_', ' ')), ' ', ''), 2) "
        "WHERE field ~ '_'"
    )

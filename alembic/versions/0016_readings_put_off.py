"""How often a file could not be read for a reason that is not its own, and until when it rests.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TASKS = ("preview", "text")


def upgrade() -> None:
    for task in _TASKS:
        put_off = sa.Column(f"{task}_put_off", sa.Integer(), server_default="0", nullable=False)
        op.add_column("attachments", put_off, if_not_exists=True)
        rests_until = sa.Column(f"{task}_rests_until", sa.DateTime(timezone=True), nullable=True)
        op.add_column("attachments", rests_until, if_not_exists=True)


def downgrade() -> None:
    for task in _TASKS:
        op.drop_column("attachments", f"{task}_rests_until")
        op.drop_column("attachments", f"{task}_put_off")

"""Who is reading which file, and how many pages of a PDF were read.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_PAGES = ("page_count", "pages_read")


def upgrade() -> None:
    for task in ("preview", "text"):
        op.add_column("attachments", sa.Column(f"{task}_claimed_at", _MOMENT, nullable=True))
    for column in _PAGES:
        op.add_column("attachment_texts", sa.Column(column, sa.Integer(), server_default="1", nullable=False))
    op.create_check_constraint(
        op.f("ck_attachment_texts_pages_read_range"), "attachment_texts", "pages_read BETWEEN 1 AND page_count"
    )


def downgrade() -> None:
    for column in _PAGES:
        op.drop_column("attachment_texts", column)
    for task in ("preview", "text"):
        op.drop_column("attachments", f"{task}_claimed_at")

"""Which version of a reader made what there is of a file, so that what an older one made is made again.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TASKS = ("preview", "text", "kind")
_OF_KIND = ("kind_claimed_at", "kind_put_off", "kind_rests_until")
_OLDER = {
    "preview": "preview_state IS NOT NULL AND preview_reader < 2",
    "text": "text_state IS NOT NULL AND text_reader < 2",
    "kind": "kind = 'FILE' AND kind_reader < 2",
}
_DRAWN = "ck_attachments_preview_of_image_or_pdf"
_NEW_IMAGES = "('image/heic', 'image/avif', 'image/tiff', 'image/bmp')"


def upgrade() -> None:
    for task in _TASKS:
        # Rows that are there, and those that an older server adds, were read by the first version.
        reader = sa.Column(f"{task}_reader", sa.SmallInteger(), server_default="1", nullable=False)
        op.add_column("attachments", reader, if_not_exists=True)
    op.add_column("attachments", sa.Column("kind_claimed_at", _MOMENT, nullable=True), if_not_exists=True)
    put_off = sa.Column("kind_put_off", sa.Integer(), server_default="0", nullable=False)
    op.add_column("attachments", put_off, if_not_exists=True)
    op.add_column("attachments", sa.Column("kind_rests_until", _MOMENT, nullable=True), if_not_exists=True)
    op.add_column("attachments", sa.Column("page_count", sa.Integer(), nullable=True), if_not_exists=True)
    op.execute(
        "UPDATE attachments SET page_count = found.page_count FROM attachment_texts AS found "
        "WHERE found.attachment_id = attachments.id"
    )
    op.execute("ALTER TABLE attachments DROP CONSTRAINT IF EXISTS ck_attachments_page_count_range")
    op.create_check_constraint(op.f("ck_attachments_page_count_range"), "attachments", "page_count > 0")
    for task, condition in _OLDER.items():
        name = f"ix_attachments_{task}_older"
        op.create_index(name, "attachments", ["id"], postgresql_where=sa.text(condition), if_not_exists=True)
    _replace_check(
        "(preview_state IS NOT NULL) = (kind IN ('IMAGE', 'PDF') OR kind = 'FILE' AND media_type = 'image/svg+xml')"
    )


def downgrade() -> None:
    op.execute(
        f"DELETE FROM covers USING attachments WHERE attachment_id = attachments.id AND media_type IN {_NEW_IMAGES}"
    )
    op.drop_constraint(op.f(_DRAWN), "attachments")
    op.execute(
        "UPDATE attachments SET kind = 'FILE', media_type = 'application/octet-stream', width = NULL, height = NULL, "
        "preview_state = NULL, preview_failure = NULL, placeholder = NULL "
        f"WHERE media_type IN {_NEW_IMAGES} OR media_type = 'image/svg+xml'"
    )
    op.create_check_constraint(op.f(_DRAWN), "attachments", "(preview_state IS NOT NULL) = (kind IN ('IMAGE', 'PDF'))")
    for task in _OLDER:
        op.drop_index(f"ix_attachments_{task}_older", "attachments")
    op.drop_column("attachments", "page_count")
    for column in _OF_KIND:
        op.drop_column("attachments", column)
    for task in _TASKS:
        op.drop_column("attachments", f"{task}_reader")


def _replace_check(condition: str) -> None:
    op.execute(f"ALTER TABLE attachments DROP CONSTRAINT IF EXISTS {_DRAWN}")
    op.create_check_constraint(op.f(_DRAWN), "attachments", condition)

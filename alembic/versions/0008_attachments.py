"""Attachments, the text of PDFs, covers, and the secret that addresses of files are signed with.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_NOW = sa.text("clock_timestamp()")
# 244 random bits.
_SECRET = "decode(replace(CAST(gen_random_uuid() AS text) || CAST(gen_random_uuid() AS text), '-', ''), 'hex')"
_FILE_OR_LINK = (
    "CASE WHEN kind = 'LINK' "
    "THEN url IS NOT NULL AND num_nonnulls(file_name, media_type, size_bytes, sha256, object_id) = 0 "
    "ELSE url IS NULL AND num_nonnulls(file_name, media_type, size_bytes, sha256, object_id) = 5 END"
)
_CHECKS = {
    "exactly_one_owner": "num_nonnulls(part_id, box_id, project_id) = 1",
    "kind_known": "kind IN ('IMAGE', 'PDF', 'FILE', 'LINK')",
    "title_length": "char_length(title) BETWEEN 1 AND 255",
    "file_name_length": "char_length(file_name) BETWEEN 1 AND 255",
    "media_type_length": "char_length(media_type) BETWEEN 1 AND 255",
    "url_address": "char_length(url) BETWEEN 1 AND 2000 AND url ~* '^https?://'",
    "size_bytes_range": "size_bytes BETWEEN 1 AND 104857600",
    "sha256_length": "octet_length(sha256) = 32",
    "size_in_pixels": "width > 0 AND height > 0",
    "file_or_link": _FILE_OR_LINK,
    "preview_state_known": "preview_state IN ('PENDING', 'DONE', 'FAILED')",
    "text_state_known": "text_state IN ('PENDING', 'DONE', 'EMPTY', 'FAILED')",
    "preview_of_image_or_pdf": "(preview_state IS NOT NULL) = (kind IN ('IMAGE', 'PDF'))",
    "text_of_pdf": "(text_state IS NOT NULL) = (kind = 'PDF')",
}


def _owner(table: str, column: str, owners: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{owners}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=True),
        sa.Column("box_id", sa.BigInteger(), nullable=True),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("preview_state", sa.Text(), nullable=True),
        sa.Column("preview_failure", sa.Text(), nullable=True),
        sa.Column("placeholder", sa.Text(), nullable=True),
        sa.Column("text_state", sa.Text(), nullable=True),
        sa.Column("text_failure", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=_NOW, nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=_NOW, nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_attachments_{name}")) for name, text in _CHECKS.items()),
        _owner("attachments", "part_id", "parts", "RESTRICT"),
        _owner("attachments", "box_id", "boxes", "RESTRICT"),
        _owner("attachments", "project_id", "projects", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("object_id", name=op.f("uq_attachments_object_id")),
    )
    for owner in ("part_id", "box_id", "project_id"):
        op.create_index(f"uq_attachments_{owner}_sha256", "attachments", [owner, "sha256"], unique=True)
        op.create_index(f"ix_attachments_{owner}_id", "attachments", [owner, "id"], unique=False)
    for state in ("preview", "text"):
        pending = sa.text(f"{state}_state = 'PENDING'")
        op.create_index(f"ix_attachments_{state}_pending", "attachments", ["id"], postgresql_where=pending)
    op.create_table(
        "attachment_texts",
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _owner("attachment_texts", "attachment_id", "attachments", "CASCADE"),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_texts")),
    )
    op.create_table(
        "covers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=True),
        sa.Column("box_id", sa.BigInteger(), nullable=True),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("attachment_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("num_nonnulls(part_id, box_id, project_id) = 1", name=op.f("ck_covers_exactly_one_owner")),
        _owner("covers", "part_id", "parts", "CASCADE"),
        _owner("covers", "box_id", "boxes", "CASCADE"),
        _owner("covers", "project_id", "projects", "CASCADE"),
        _owner("covers", "attachment_id", "attachments", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
        sa.UniqueConstraint("part_id", name=op.f("uq_covers_part_id")),
        sa.UniqueConstraint("box_id", name=op.f("uq_covers_box_id")),
        sa.UniqueConstraint("project_id", name=op.f("uq_covers_project_id")),
    )
    op.create_index(op.f("ix_covers_attachment_id"), "covers", ["attachment_id"], unique=False)
    op.add_column("installation", sa.Column("file_secret", sa.LargeBinary(), nullable=True))
    op.execute(f"UPDATE installation SET file_secret = {_SECRET} WHERE file_secret IS NULL")
    op.alter_column("installation", "file_secret", nullable=False)


def downgrade() -> None:
    # The numbers of attachments are given again, so that a request that is sent again would find another one.
    op.execute("DELETE FROM idempotency_keys WHERE mutation IN ('attachFile', 'attachLink', 'copyAttachment')")
    op.drop_column("installation", "file_secret")
    op.drop_table("covers")
    op.drop_table("attachment_texts")
    op.drop_table("attachments")

"""Attachments: files and links of an owner, the text of PDFs, and which of them is the owner's cover.

An owner column for each kind of owner, of which exactly one is set; another kind of owner is another nullable column.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.file_reading import READER_VERSION
from domain.rules.attachment_details import MAX_TITLE_LENGTH, MAX_URL_LENGTH
from domain.rules.file_formats.file_kinds import MAX_FILE_BYTES
from domain.rules.texts import MAX_FILE_NAME_LENGTH
from persistence.models.base import Base, CreatedAt, GeneratedId
from persistence.text_columns import TextRule, kept_as

# A uuid of version 7 by the clock of the database: see domain/rules/object_keys.py.
NEW_OBJECT_ID = (
    "CAST(overlay(replace(CAST(gen_random_uuid() AS text), '-', '') PLACING lpad(to_hex(CAST(floor(extract("
    "epoch FROM clock_timestamp()) * 1000) AS bigint)), 12, '0') || '7' FROM 1 FOR 13) AS uuid)"
)


TASKS = ("preview", "text", "kind")
"""What is made from a file, as the columns begin that tell of it."""


def older_than_readers(task: str) -> str:
    """Which rows an older version of the reader has read: their previews, their text, or what a FILE is."""
    is_read = "kind = 'FILE'" if task == "kind" else f"{task}_state IS NOT NULL"
    return f"{is_read} AND {task}_reader < {READER_VERSION}"


class AttachmentRow(Base):
    """A file or a link. Its objects lie below `attachments/<object_id>/`; `sha256` is data, never a key.

    The readers are written by who has read: a server of an older version says nothing of them, and so is known by it.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("num_nonnulls(part_id, box_id, project_id) = 1", name="exactly_one_owner"),
        CheckConstraint("kind IN ('IMAGE', 'PDF', 'FILE', 'LINK')", name="kind_known"),
        CheckConstraint(f"char_length(title) BETWEEN 1 AND {MAX_TITLE_LENGTH}", name="title_length"),
        CheckConstraint(f"char_length(file_name) BETWEEN 1 AND {MAX_FILE_NAME_LENGTH}", name="file_name_length"),
        CheckConstraint("char_length(media_type) BETWEEN 1 AND 255", name="media_type_length"),
        CheckConstraint(f"char_length(url) BETWEEN 1 AND {MAX_URL_LENGTH} AND url ~* '^https?://'", name="url_address"),
        CheckConstraint(f"size_bytes BETWEEN 1 AND {MAX_FILE_BYTES}", name="size_bytes_range"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_length"),
        CheckConstraint("width > 0 AND height > 0", name="size_in_pixels"),
        CheckConstraint(
            "CASE WHEN kind = 'LINK' "
            "THEN url IS NOT NULL AND num_nonnulls(file_name, media_type, size_bytes, sha256, object_id) = 0 "
            "ELSE url IS NULL AND num_nonnulls(file_name, media_type, size_bytes, sha256, object_id) = 5 END",
            name="file_or_link",
        ),
        CheckConstraint("preview_state IN ('PENDING', 'DONE', 'FAILED')", name="preview_state_known"),
        CheckConstraint("text_state IN ('PENDING', 'DONE', 'EMPTY', 'FAILED')", name="text_state_known"),
        CheckConstraint(
            "(preview_state IS NOT NULL) = "
            "(kind IN ('IMAGE', 'PDF') OR kind = 'FILE' AND media_type = 'image/svg+xml')",
            name="preview_of_image_or_pdf",
        ),
        CheckConstraint("page_count > 0", name="page_count_range"),
        CheckConstraint("(text_state IS NOT NULL) = (kind = 'PDF')", name="text_of_pdf"),
        UniqueConstraint("object_id"),
        Index("uq_attachments_part_id_sha256", "part_id", "sha256", unique=True),
        Index("uq_attachments_box_id_sha256", "box_id", "sha256", unique=True),
        Index("uq_attachments_project_id_sha256", "project_id", "sha256", unique=True),
        Index("ix_attachments_part_id_id", "part_id", "id"),
        Index("ix_attachments_box_id_id", "box_id", "id"),
        Index("ix_attachments_project_id_id", "project_id", "id"),
        Index("ix_attachments_preview_pending", "id", postgresql_where=text("preview_state = 'PENDING'")),
        Index("ix_attachments_text_pending", "id", postgresql_where=text("text_state = 'PENDING'")),
        *(
            Index(f"ix_attachments_{each}_older", "id", postgresql_where=text(older_than_readers(each)))
            for each in TASKS
        ),
    )

    id: Mapped[GeneratedId]
    part_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"))
    box_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("boxes.id", ondelete="RESTRICT"))
    project_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(server_default="1")
    file_name: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.FILE_NAME))
    media_type: Mapped[str | None] = mapped_column(Text)
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    object_id: Mapped[UUID | None]
    url: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.ADDRESS))
    width: Mapped[int | None]
    height: Mapped[int | None]
    preview_state: Mapped[str | None] = mapped_column(Text)
    preview_claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    preview_put_off: Mapped[int] = mapped_column(server_default="0")
    preview_rests_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    preview_failure: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.ANY))
    preview_reader: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    placeholder: Mapped[str | None] = mapped_column(Text)
    text_state: Mapped[str | None] = mapped_column(Text)
    text_claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    text_put_off: Mapped[int] = mapped_column(server_default="0")
    text_rests_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    text_failure: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.ANY))
    text_reader: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    page_count: Mapped[int | None]
    kind_claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    kind_put_off: Mapped[int] = mapped_column(server_default="0")
    kind_rests_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    kind_reader: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]


class AttachmentTextRow(Base):
    """The text of a PDF, apart from the row that lists read, and how many of its pages it was taken from.

    A form feed stands between the pages; what the first version of the reader read has two line feeds there.
    """

    __tablename__ = "attachment_texts"
    __table_args__ = (CheckConstraint("pages_read BETWEEN 1 AND page_count", name="pages_read_range"),)

    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Text, info=kept_as(TextRule.ANY))
    page_count: Mapped[int] = mapped_column(server_default="1")
    pages_read: Mapped[int] = mapped_column(server_default="1")


class CoverRow(Base):
    """What was decided about the cover of an owner: an attachment, or none at all; no row: the oldest image.

    Apart from the owner's row, so that nothing about files ever waits for a stock change or the other way round.
    """

    __tablename__ = "covers"
    __table_args__ = (
        CheckConstraint("num_nonnulls(part_id, box_id, project_id) = 1", name="exactly_one_owner"),
        UniqueConstraint("part_id"),
        UniqueConstraint("box_id"),
        UniqueConstraint("project_id"),
    )

    id: Mapped[GeneratedId]
    part_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="CASCADE"))
    box_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("boxes.id", ondelete="CASCADE"))
    project_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="CASCADE"))
    attachment_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("attachments.id", ondelete="CASCADE"), index=True
    )

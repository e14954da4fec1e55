"""What search finds parts by: documents of words, the postings that follow from them, and the vocabulary.

A document is written in the transaction of its part, type or attachment. Triggers (migration 0020) keep the postings of
parts and the vocabulary, whoever writes a document.
"""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base, GeneratedId


class SearchDocumentRow(Base):
    """The words of a part's own facts, its key and the reference to its type (`:type:12`) among them.

    `words` and `fields` stand side by side; a field is a SearchField. `indexed_at` is later than the part's last edit,
    unless a server wrote it that knows nothing of search.
    """

    __tablename__ = "search_documents"
    __table_args__ = (CheckConstraint("cardinality(words) = cardinality(fields)", name="fields_number"),)

    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    fields: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    rules_version: Mapped[int] = mapped_column(SmallInteger)
    indexed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())


class SearchPostingRow(Base):
    """That a part has a word, and the best field it has it in: what a document says, turned around by a trigger."""

    __tablename__ = "search_postings"
    __table_args__ = (
        PrimaryKeyConstraint("word", "part_id", postgresql_include=["field"]),
        # Of all that begins with a word, the keys and whole MPNs.
        Index(
            "ix_search_postings_names",
            "word",
            "part_id",
            postgresql_include=["field"],
            postgresql_where=text("field <= 2"),
        ),
    )

    word: Mapped[str] = mapped_column(Text(collation="C"))
    part_id: Mapped[int] = mapped_column(BigInteger)
    field: Mapped[int] = mapped_column(SmallInteger)


class SearchTypeRow(Base):
    """The words of a type's name."""

    __tablename__ = "search_types"

    type_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("part_types.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    rules_version: Mapped[int] = mapped_column(SmallInteger)
    indexed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())


class SearchAttachmentRow(Base):
    """The words of an attachment of a part: those of its title and file name, and those of the text inside a PDF.

    `has_text` says that the words of a text are there, be it none: a scan has no word. `text_words` ascend; offset (in
    code points) and page (from 1) of each say where it stands first in the text.
    """

    __tablename__ = "search_attachments"
    __table_args__ = (
        CheckConstraint(
            "cardinality(text_offsets) = cardinality(text_words) AND cardinality(text_pages) = cardinality(text_words)",
            name="places_number",
        ),
        Index("ix_search_attachments_part_id", "part_id"),
        Index(
            "ix_search_attachments_name_words",
            "name_words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index(
            "ix_search_attachments_text_words",
            "text_words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True
    )
    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="CASCADE"))
    name_words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    has_text: Mapped[bool] = mapped_column(Boolean, server_default=false())
    text_words: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    text_offsets: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    text_pages: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    rules_version: Mapped[int] = mapped_column(SmallInteger)
    indexed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())


class SearchWordRow(Base):
    """A word of the vocabulary: every word of a type or an attachment, and those of parts that hold no digit.

    Not unique: two who meet the same new word at the same time both write it, and so never wait for each other.
    """

    __tablename__ = "search_words"
    __table_args__ = (
        Index("ix_search_words_word", "word"),
        # What holds digits is a number or names something: nobody misspells it.
        Index(
            "ix_search_words_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_where=text("word !~ '[0-9]'"),
        ),
    )

    id: Mapped[GeneratedId]
    word: Mapped[str] = mapped_column(Text(collation="C"))

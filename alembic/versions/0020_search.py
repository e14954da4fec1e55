"""What search finds parts by: documents of words, postings and the vocabulary, kept by triggers.

Documents of what is there already are made by a job, while everything else works.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TEXTS = postgresql.ARRAY(sa.Text())
_NUMBERS = postgresql.ARRAY(sa.BigInteger())

# A plan is kept for a connection: one that was made for many documents would read whole tables for one.
_BY_INDEX = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
_HEAD = f"RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT {_BY_INDEX} AS $$"
_POST = """
        SELECT said.word, after.part_id, said.field
          FROM after, unnest(after.words, after.fields) AS said (word, field)
"""
# What a part says is misspelt by its vocabulary, and begins by its postings: words with digits, which nobody misspells
# (values and references among them), are learnt of types and attachments alone.
_LEARN = """
        INSERT INTO search_words (word)
        SELECT said.word FROM {words} AS said (word)
         WHERE {which} NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = said.word)
         GROUP BY said.word;
"""
# Whoever removes words (the daily job) takes the lock alone: it must not remove what somebody has just found to be
# there. Before the postings, so that whoever removes stray ones sees all of a document or nothing.
_SHARE = "PERFORM pg_advisory_xact_lock_shared(7021020);"
# A document that is only marked to be made anew (a version below 0) stays as it was, with all that follows from it.
_PASS_OVER_MARKS = """
        IF NOT EXISTS (SELECT FROM after WHERE rules_version >= 0) THEN
            RETURN NULL;
        END IF;
"""
# A text has thousands of words: whoever renames or hands over its attachment does not look for them again. What is made
# anew after a mark looks for all; version 0 stands for names that are made while the words of the text are not.
_MADE_ANEW = """
        SELECT unnest(after.name_words) FROM after JOIN before USING (attachment_id)
         WHERE after.rules_version > before.rules_version OR after.name_words <> before.name_words
         UNION ALL
        SELECT unnest(after.text_words) FROM after JOIN before USING (attachment_id)
         WHERE after.rules_version > greatest(before.rules_version, 0) OR after.text_words <> before.text_words
"""
_FUNCTIONS = {
    "search_document_added": f"""
        {_SHARE}
        INSERT INTO search_postings (word, part_id, field) {_POST};
        {_LEARN.format(words="after, unnest(after.words)", which="said.word !~ '[0-9]' AND")}
    """,
    # What stays as it was is not written.
    "search_document_changed": f"""
        {_PASS_OVER_MARKS}
        {_SHARE}
        DELETE FROM search_postings AS posting
         USING before, unnest(before.words) AS said (word)
         WHERE posting.word = said.word AND posting.part_id = before.part_id
           AND NOT EXISTS (SELECT FROM after WHERE after.part_id = before.part_id AND said.word = ANY(after.words));
        INSERT INTO search_postings AS posting (word, part_id, field) {_POST}
        ON CONFLICT (word, part_id) DO UPDATE SET field = excluded.field WHERE posting.field <> excluded.field;
        {_LEARN.format(words="after, unnest(after.words)", which="said.word !~ '[0-9]' AND")}
    """,
    "search_document_removed": """
        DELETE FROM search_postings AS posting
         USING before, unnest(before.words) AS said (word)
         WHERE posting.word = said.word AND posting.part_id = before.part_id;
    """,
    "search_type_written": f"{_PASS_OVER_MARKS} {_SHARE} {_LEARN.format(words='after, unnest(after.words)', which='')}",
    "search_attachment_added": (
        f"{_SHARE} {_LEARN.format(words='after, unnest(after.name_words || after.text_words)', which='')}"
    ),
    "search_attachment_changed": f"{_PASS_OVER_MARKS} {_SHARE} {_LEARN.format(words=f'({_MADE_ANEW})', which='')}",
}
_AFTER, _BEFORE = "NEW TABLE AS after", "OLD TABLE AS before"
_TRIGGERS = (
    ("search_documents", "INSERT", _AFTER, "search_document_added"),
    ("search_documents", "UPDATE", f"{_BEFORE} {_AFTER}", "search_document_changed"),
    ("search_documents", "DELETE", _BEFORE, "search_document_removed"),
    ("search_types", "INSERT", _AFTER, "search_type_written"),
    ("search_types", "UPDATE", _AFTER, "search_type_written"),
    ("search_attachments", "INSERT", _AFTER, "search_attachment_added"),
    ("search_attachments", "UPDATE", f"{_BEFORE} {_AFTER}", "search_attachment_changed"),
)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch")
    _create_tables()
    for name, body in _FUNCTIONS.items():
        op.execute(f"CREATE OR REPLACE FUNCTION {name}() {_HEAD} BEGIN {body} RETURN NULL; END $$")
    for table, event, tables, function in _TRIGGERS:
        name = f"{function}_by_{event.lower()}"
        op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def _create_tables() -> None:
    op.create_table(
        "search_documents",
        _owner("part_id", "parts", "search_documents"),
        sa.Column("words", _TEXTS, nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        *_indexed(),
        sa.CheckConstraint("cardinality(words) = cardinality(fields)", name=op.f("ck_search_documents_fields_number")),
        sa.PrimaryKeyConstraint("part_id", name=op.f("pk_search_documents")),
        if_not_exists=True,
    )
    op.create_table(
        "search_postings",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", "part_id", name=op.f("pk_search_postings"), postgresql_include=["field"]),
        if_not_exists=True,
    )
    op.create_index(
        "ix_search_postings_names",
        "search_postings",
        ["word", "part_id"],
        postgresql_include=["field"],
        postgresql_where=sa.text("field <= 2"),
        if_not_exists=True,
    )
    op.create_table(
        "search_types",
        _owner("type_id", "part_types", "search_types"),
        sa.Column("words", _TEXTS, nullable=False),
        *_indexed(),
        sa.PrimaryKeyConstraint("type_id", name=op.f("pk_search_types")),
        if_not_exists=True,
    )
    op.create_table(
        "search_attachments",
        _owner("attachment_id", "attachments", "search_attachments"),
        _owner("part_id", "parts", "search_attachments"),
        sa.Column("name_words", _TEXTS, nullable=False),
        sa.Column("has_text", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("text_words", _TEXTS, server_default="{}", nullable=False),
        sa.Column("text_offsets", _NUMBERS, server_default="{}", nullable=False),
        sa.Column("text_pages", _NUMBERS, server_default="{}", nullable=False),
        *_indexed(),
        sa.CheckConstraint(
            "cardinality(text_offsets) = cardinality(text_words) AND cardinality(text_pages) = cardinality(text_words)",
            name=op.f("ck_search_attachments_places_number"),
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_search_attachments")),
        if_not_exists=True,
    )
    op.create_index("ix_search_attachments_part_id", "search_attachments", ["part_id"], if_not_exists=True)
    for column in ("name_words", "text_words"):
        op.create_index(
            f"ix_search_attachments_{column}",
            "search_attachments",
            [column],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            if_not_exists=True,
        )
    op.create_table(
        "search_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_words")),
        if_not_exists=True,
    )
    op.create_index("ix_search_words_word", "search_words", ["word"], if_not_exists=True)
    op.create_index(
        "ix_search_words_trigrams",
        "search_words",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
        postgresql_where=sa.text("word !~ '[0-9]'"),
        if_not_exists=True,
    )


def _owner(column: str, owner: str, table: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{owner}.id", ondelete="CASCADE", name=op.f(f"fk_{table}_{column}"))
    return sa.Column(column, sa.BigInteger(), key, nullable=False)


def _indexed() -> tuple[sa.Column[int], sa.Column[sa.DateTime]]:
    at = sa.Column("indexed_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False)
    return sa.Column("rules_version", sa.SmallInteger(), nullable=False), at


def downgrade() -> None:
    for table in ("search_documents", "search_postings", "search_types", "search_attachments", "search_words"):
        op.drop_table(table)
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION IF EXISTS {name}()")
    op.execute("DROP EXTENSION IF EXISTS fuzzystrmatch")

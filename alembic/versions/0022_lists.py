"""What lists of parts are ordered and chosen by: natural order, and indexes of it.

The function is an expression of the index, so servers of before need not know it.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Each run of digits becomes as long as the longest that is told apart by its number; nothing comes last. A text without
# digits is what it is, and need not be looked through twice.
_NATURAL_ORDER = """
CREATE OR REPLACE FUNCTION natural_order(folded text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN folded IS NULL THEN U&'\\+10FFFF'
        WHEN left(folded, 500) COLLATE "C" !~ '[0-9]' THEN left(folded, 500) COLLATE "C"
        ELSE left(regexp_replace(
            regexp_replace(left(folded, 500) COLLATE "C", '([0-9]+)', '00000000000000\\1', 'g'),
            '0*([0-9]{15,})', '\\1', 'g'), 500) END
$$
"""
_INDEXES = {
    "ix_parts_description_order": "natural_order(description_key), id",
    "ix_parts_manufacturer_order": 'natural_order(manufacturer_key COLLATE "C"), key',
    "ix_parts_manufacturer_code_order": 'natural_order(manufacturer_code_key COLLATE "C"), key',
    "ix_parts_type_order": "coalesce(type_id, 0), key",
    "ix_parts_updated_at_id": "updated_at, id",
}
_REPLACED = "ix_parts_description_key_id"


def upgrade() -> None:
    op.execute(_NATURAL_ORDER)
    for name, entries in _INDEXES.items():
        op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON parts ({entries})")
    op.drop_index(_REPLACED, "parts", if_exists=True)
    # An index of an expression has statistics of its own, without which a plan takes it for anything.
    op.execute("ANALYZE parts")


def downgrade() -> None:
    op.create_index(_REPLACED, "parts", ["description_key", "id"])
    for name in _INDEXES:
        op.drop_index(name, "parts")
    op.execute("DROP FUNCTION IF EXISTS natural_order(text)")

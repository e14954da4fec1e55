"""What the values of parameters read as, and by which rules; a job reads what is there already.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLE = "part_parameters"
_LISTS = {"reading_numbers": sa.Numeric(), "reading_units": sa.Text(), "reading_signs": sa.Text()}
_SAME_LENGTH = (
    "cardinality(reading_numbers) <= 8 AND cardinality(reading_units) = cardinality(reading_numbers) "
    "AND cardinality(reading_signs) = cardinality(reading_numbers)"
)
_CONSTRAINT = "ck_part_parameters_readings_number"


def upgrade() -> None:
    for name, kind in _LISTS.items():
        column = sa.Column(name, postgresql.ARRAY(kind), server_default="{}", nullable=False)
        op.add_column(_TABLE, column, if_not_exists=True)
    # The rules of before are version 1: a server that is older than this one goes on writing it.
    version = sa.Column("rules_version", sa.SmallInteger(), server_default="1", nullable=False)
    op.add_column(_TABLE, version, if_not_exists=True)
    op.execute(f"ALTER TABLE {_TABLE} DROP CONSTRAINT IF EXISTS {_CONSTRAINT}")
    op.create_check_constraint(op.f(_CONSTRAINT), _TABLE, _SAME_LENGTH)
    op.create_index(
        "ix_part_parameters_to_read",
        _TABLE,
        ["part_id", "position"],
        postgresql_where=sa.text("rules_version < 2"),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_index("ix_part_parameters_to_read", _TABLE)
    op.drop_column(_TABLE, "rules_version")
    for name in reversed(_LISTS):
        op.drop_column(_TABLE, name)

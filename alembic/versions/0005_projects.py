"""Projects, their requirements, and the substitutes of these.

Revision ID: 0005
Revises: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import UserDefinedType

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


class Xid8(UserDefinedType[int]):
    """PostgreSQL's type of transaction numbers."""

    def get_col_spec(self, **_options: Any) -> str:
        return "xid8"


# Whoever writes a row cannot forget it.
_NOTE_TRANSACTION = """
CREATE OR REPLACE FUNCTION note_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := pg_current_xact_id();
    RETURN NEW;
END $$
"""
_PROJECTS_CHANGED_IN = """
CREATE TRIGGER projects_changed_in BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION note_transaction()
"""
_KINDS_BEFORE = "object_kind IN ('PART', 'PART_TYPE', 'BOX')"
_KINDS = "object_kind IN ('PART', 'PART_TYPE', 'BOX', 'PROJECT', 'PICK_LIST')"


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("build_target", sa.Integer(), server_default="0", nullable=False),
        sa.Column("built_units", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), server_default="ACTIVE", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("changed_in", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("status IN ('ACTIVE', 'ARCHIVED')", name=op.f("ck_projects_status_known")),
        sa.CheckConstraint("build_target BETWEEN 0 AND 1000000", name=op.f("ck_projects_build_target_range")),
        sa.CheckConstraint("built_units >= 0", name=op.f("ck_projects_built_units_range")),
        sa.CheckConstraint("char_length(description) BETWEEN 1 AND 2000", name=op.f("ck_projects_description_length")),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 255", name=op.f("ck_projects_name_length")),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_projects_rank_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("name_key", name=op.f("uq_projects_name_key")),
        sa.UniqueConstraint("rank", deferrable=True, initially="IMMEDIATE", name=op.f("uq_projects_rank")),
    )
    op.create_index("ix_projects_created_at_id", "projects", ["created_at", "id"], unique=False)
    op.create_table(
        "requirements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("per_unit", sa.Integer(), nullable=False),
        sa.Column("attrition_percent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("extra_pieces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("designators", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint("attrition_percent BETWEEN 0 AND 100", name=op.f("ck_requirements_attrition_percent_range")),
        sa.CheckConstraint("cardinality(designators) <= 500", name=op.f("ck_requirements_designators_number")),
        sa.CheckConstraint("char_length(note) BETWEEN 1 AND 2000", name=op.f("ck_requirements_note_length")),
        sa.CheckConstraint("extra_pieces BETWEEN 0 AND 1000000", name=op.f("ck_requirements_extra_pieces_range")),
        sa.CheckConstraint("per_unit BETWEEN 1 AND 1000000", name=op.f("ck_requirements_per_unit_range")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_requirements_position_range")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_requirements_part_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_requirements_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirements")),
        sa.UniqueConstraint("project_id", "part_id", name=op.f("uq_requirements_project_id_part_id")),
    )
    op.create_index("ix_requirements_part_id", "requirements", ["part_id"], unique=False)
    op.create_index(
        "ix_requirements_project_id_position_id", "requirements", ["project_id", "position", "id"], unique=False
    )
    op.create_table(
        "requirement_substitutes",
        sa.Column("requirement_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 20", name=op.f("ck_requirement_substitutes_position_range")),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_requirement_substitutes_part_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirements.id"],
            name=op.f("fk_requirement_substitutes_requirement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("requirement_id", "part_id", name=op.f("pk_requirement_substitutes")),
    )
    op.create_index("ix_requirement_substitutes_part_id", "requirement_substitutes", ["part_id"], unique=False)
    op.execute(_NOTE_TRANSACTION)
    op.execute(_PROJECTS_CHANGED_IN)
    _replace_kinds(_KINDS)


def downgrade() -> None:
    op.drop_table("requirement_substitutes")
    op.drop_table("requirements")
    op.drop_table("projects")
    op.execute("DROP FUNCTION IF EXISTS note_transaction()")
    op.execute("DELETE FROM edits WHERE object_kind IN ('PROJECT', 'PICK_LIST')")
    # The numbers of projects are given again, so that a request that is sent again would find another one.
    op.execute("DELETE FROM idempotency_keys WHERE mutation = 'createProject'")
    _replace_kinds(_KINDS_BEFORE)


def _replace_kinds(condition: str) -> None:
    op.drop_constraint(op.f("ck_edits_object_kind_known"), "edits", type_="check")
    op.create_check_constraint(op.f("ck_edits_object_kind_known"), "edits", condition)

"""Boxes, their locations, and the part types they are meant for.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boxes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_key", sa.Text(collation="C"), server_default="", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 1000", name=op.f("ck_boxes_capacity_range")),
        sa.CheckConstraint("char_length(description) BETWEEN 1 AND 255", name=op.f("ck_boxes_description_length")),
        sa.CheckConstraint("columns BETWEEN 1 AND 100", name=op.f("ck_boxes_columns_range")),
        sa.CheckConstraint("number BETWEEN 1 AND 9999", name=op.f("ck_boxes_number_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boxes")),
        sa.UniqueConstraint("number", name=op.f("uq_boxes_number")),
    )
    op.create_table(
        "locations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("box_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 1000", name=op.f("ck_locations_number_range")),
        sa.ForeignKeyConstraint(["box_id"], ["boxes.id"], name=op.f("fk_locations_box_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("box_id", "number", name=op.f("uq_locations_box_id_number")),
    )
    op.create_table(
        "box_designated_types",
        sa.Column("box_id", sa.BigInteger(), nullable=False),
        sa.Column("part_type_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"], ["boxes.id"], name=op.f("fk_box_designated_types_box_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["part_type_id"], ["part_types.id"], name=op.f("fk_box_designated_types_part_type_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("box_id", "part_type_id", name=op.f("pk_box_designated_types")),
    )
    op.create_index(
        op.f("ix_box_designated_types_part_type_id"), "box_designated_types", ["part_type_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("box_designated_types")
    op.drop_table("locations")
    op.drop_table("boxes")

"""Part types, parts, their parameters and totals.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "part_types",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("ck_part_types_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_types")),
        sa.UniqueConstraint("name_key", name=op.f("uq_part_types_name_key")),
    )
    op.create_table(
        "parts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_key", sa.Text(collation="C"), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("manufacturer_key", sa.Text(), nullable=True),
        sa.Column("manufacturer_code", sa.Text(), nullable=True),
        sa.Column("manufacturer_code_key", sa.Text(), nullable=True),
        sa.Column("type_id", sa.BigInteger(), nullable=True),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("tag_keys", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("package", sa.Text(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("dimensions", sa.Text(), nullable=True),
        sa.Column("voltage_rating", sa.Text(), nullable=True),
        sa.Column("input_voltage", sa.Text(), nullable=True),
        sa.Column("output_voltage", sa.Text(), nullable=True),
        sa.Column("mounting_type", sa.Text(), nullable=True),
        sa.Column("pin_pitch", sa.Text(), nullable=True),
        sa.Column("pin_count", sa.Integer(), nullable=True),
        sa.Column("product_page", sa.Text(), nullable=True),
        sa.Column("low_stock_threshold", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("key ~ '^[A-Z]{4}$'", name=op.f("ck_parts_key_letters")),
        sa.CheckConstraint("merged_into_id IS NULL OR retired_at IS NOT NULL", name=op.f("ck_parts_merged_is_retired")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_parts_merged_into_another")),
        sa.CheckConstraint("product_page ~* '^https?://'", name=op.f("ck_parts_product_page_address")),
        sa.CheckConstraint(
            "cardinality(tags) <= 50 AND cardinality(tags) = cardinality(tag_keys)", name=op.f("ck_parts_tags_number")
        ),
        sa.CheckConstraint("char_length(description) BETWEEN 1 AND 2000", name=op.f("ck_parts_description_length")),
        sa.CheckConstraint("char_length(dimensions) BETWEEN 1 AND 100", name=op.f("ck_parts_dimensions_length")),
        sa.CheckConstraint("char_length(input_voltage) BETWEEN 1 AND 100", name=op.f("ck_parts_input_voltage_length")),
        sa.CheckConstraint("char_length(manufacturer) BETWEEN 1 AND 255", name=op.f("ck_parts_manufacturer_length")),
        sa.CheckConstraint(
            "char_length(manufacturer_code) BETWEEN 1 AND 255", name=op.f("ck_parts_manufacturer_code_length")
        ),
        sa.CheckConstraint("char_length(mounting_type) BETWEEN 1 AND 50", name=op.f("ck_parts_mounting_type_length")),
        sa.CheckConstraint(
            "char_length(output_voltage) BETWEEN 1 AND 100", name=op.f("ck_parts_output_voltage_length")
        ),
        sa.CheckConstraint("char_length(package) BETWEEN 1 AND 100", name=op.f("ck_parts_package_length")),
        sa.CheckConstraint("char_length(pin_pitch) BETWEEN 1 AND 50", name=op.f("ck_parts_pin_pitch_length")),
        sa.CheckConstraint("char_length(product_page) BETWEEN 1 AND 2000", name=op.f("ck_parts_product_page_length")),
        sa.CheckConstraint("char_length(series) BETWEEN 1 AND 100", name=op.f("ck_parts_series_length")),
        sa.CheckConstraint(
            "char_length(voltage_rating) BETWEEN 1 AND 100", name=op.f("ck_parts_voltage_rating_length")
        ),
        sa.CheckConstraint(
            "low_stock_threshold BETWEEN 0 AND 1000000000", name=op.f("ck_parts_low_stock_threshold_range")
        ),
        sa.CheckConstraint("pin_count BETWEEN 1 AND 10000", name=op.f("ck_parts_pin_count_range")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["parts.id"], name=op.f("fk_parts_merged_into_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["type_id"], ["part_types.id"], name=op.f("fk_parts_type_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
        sa.UniqueConstraint("key", name=op.f("uq_parts_key")),
    )
    op.create_index("ix_parts_created_at_id", "parts", ["created_at", "id"], unique=False)
    op.create_index("ix_parts_description_key_id", "parts", ["description_key", "id"], unique=False)
    op.create_index(
        "ix_parts_key_trigrams",
        "parts",
        ["key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"key": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_parts_low_stock_threshold",
        "parts",
        ["key"],
        unique=False,
        postgresql_where=sa.text("low_stock_threshold IS NOT NULL"),
    )
    op.create_index(
        "ix_parts_manufacturer_code_key_manufacturer_key",
        "parts",
        ["manufacturer_code_key", "manufacturer_key"],
        unique=False,
    )
    op.create_index(
        "ix_parts_manufacturer_code_key_trigrams",
        "parts",
        ["manufacturer_code_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"manufacturer_code_key": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_parts_merged_into_id"), "parts", ["merged_into_id"], unique=False)
    op.create_index(
        "ix_parts_retired", "parts", ["key"], unique=False, postgresql_where=sa.text("retired_at IS NOT NULL")
    )
    op.create_index("ix_parts_tag_keys", "parts", ["tag_keys"], unique=False, postgresql_using="gin")
    op.create_index("ix_parts_type_id_key", "parts", ["type_id", "key"], unique=False)
    op.create_table(
        "part_parameters",
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Numeric(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name=op.f("ck_part_parameters_name_length")),
        sa.CheckConstraint("char_length(value) BETWEEN 1 AND 255", name=op.f("ck_part_parameters_value_length")),
        sa.CheckConstraint("position BETWEEN 1 AND 100", name=op.f("ck_part_parameters_position_range")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_parameters_part_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("part_id", "position", name=op.f("pk_part_parameters")),
        sa.UniqueConstraint("part_id", "name_key", name=op.f("uq_part_parameters_part_id_name_key")),
    )
    op.create_index("ix_part_parameters_name_key_number", "part_parameters", ["name_key", "number"], unique=False)
    op.create_table(
        "part_totals",
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("total_quantity", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_operation_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("total_quantity BETWEEN 0 AND 2147483647", name=op.f("ck_part_totals_total_quantity_range")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_totals_part_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("part_id", name=op.f("pk_part_totals")),
    )
    op.create_index("ix_part_totals_total_quantity_part_id", "part_totals", ["total_quantity", "part_id"], unique=False)


def downgrade() -> None:
    op.drop_table("part_totals")
    op.drop_table("part_parameters")
    op.drop_table("parts")
    op.drop_table("part_types")

"""Parts, their parameters, and their totals.

A total changes with every stock change and stands in a narrow row of its own, so that a stock change rewrites neither
the wide row of the part nor its indexes.
"""

from decimal import Decimal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.edit import EditedKind
from domain.entities.part import TAGS, PartDetails
from domain.rules.component_values import MAX_READINGS, RULES_VERSION
from domain.rules.texts import order_key
from persistence.fact_columns import columns_of, limits_of
from persistence.folded_columns import folded, folded_each
from persistence.models.base import Base, CreatedAt, Edited, GeneratedId, Moment


class PartRow(columns_of(PartDetails), Base):  # type: ignore[misc]  # its facts, as the domain declares them
    """A part. The columns ending in `_key` are folded for comparison and order, whatever the database's locale."""

    __tablename__ = "parts"
    __edited__ = Edited(EditedKind.PART, "key")
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("key ~ '^[A-Z]{4}$'", name="key_letters"),
        *limits_of(PartDetails),
        CheckConstraint(
            f"cardinality(tags) <= {TAGS.most} AND cardinality(tags) = cardinality(tag_keys)", name="tags_number"
        ),
        # By natural_order of migration 0022: numbers as numbers, cut so that it fits an entry of an index.
        Index("ix_parts_description_order", text("natural_order(description_key)"), "id"),
        Index("ix_parts_manufacturer_order", text('natural_order(manufacturer_key COLLATE "C")'), "key"),
        Index("ix_parts_manufacturer_code_order", text('natural_order(manufacturer_code_key COLLATE "C")'), "key"),
        Index("ix_parts_type_order", text("coalesce(type_id, 0)"), "key"),
        Index("ix_parts_created_at_id", "created_at", "id"),
        Index("ix_parts_updated_at_id", "updated_at", "id"),
        Index("ix_parts_type_id_key", "type_id", "key"),
        Index("ix_parts_tag_keys", "tag_keys", postgresql_using="gin"),
        # Not with that of the manufacturer: two folded forms may be longer than an entry of an index.
        Index("ix_parts_manufacturer_code_key", "manufacturer_code_key"),
        Index(
            "ix_parts_manufacturer_code_key_trigrams",
            "manufacturer_code_key",
            postgresql_using="gin",
            postgresql_ops={"manufacturer_code_key": "gin_trgm_ops"},
        ),
        Index("ix_parts_key_trigrams", "key", postgresql_using="gin", postgresql_ops={"key": "gin_trgm_ops"}),
        Index("ix_parts_low_stock_threshold", "key", postgresql_where=text("low_stock_threshold IS NOT NULL")),
        Index("ix_parts_retired", "key", postgresql_where=text("retired_at IS NOT NULL")),
        Index("ix_parts_retired_id", "id", postgresql_where=text("retired_at IS NOT NULL")),
        CheckConstraint("merged_into_id IS NULL OR retired_at IS NOT NULL", name="merged_is_retired"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
    )

    id: Mapped[GeneratedId]
    key: Mapped[str] = mapped_column(Text(collation="C"))
    version: Mapped[int] = mapped_column(server_default="1")
    description_key: Mapped[str] = folded("description", Text(collation="C"), by=order_key)
    manufacturer_key: Mapped[str | None] = folded("manufacturer", Text)
    manufacturer_code_key: Mapped[str | None] = folded("manufacturer_code", Text)
    type_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("part_types.id", ondelete="RESTRICT"))
    tag_keys: Mapped[list[str]] = folded("tags", ARRAY(Text), by=folded_each, server_default="{}")
    retired_at: Mapped[Moment | None]
    merged_into_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"), index=True
    )
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]


class PartParameterRow(Base):
    """A named value of a part, in the order given, and what it reads as by the rules of `rules_version`.

    The readings stand in three lists side by side: a row of their own for each would be as wide, and one more to find.
    `number` and `unit` repeat the one reading, where there is one, for lists that are chosen by a number.
    """

    __tablename__ = "part_parameters"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("char_length(value) BETWEEN 1 AND 255", name="value_length"),
        CheckConstraint("position BETWEEN 1 AND 100", name="position_range"),
        CheckConstraint(
            f"cardinality(reading_numbers) <= {MAX_READINGS} "
            "AND cardinality(reading_units) = cardinality(reading_numbers) "
            "AND cardinality(reading_signs) = cardinality(reading_numbers)",
            name="readings_number",
        ),
        UniqueConstraint("part_id", "name_key"),
        Index("ix_part_parameters_name_key_number", "name_key", "number"),
        Index(
            "ix_part_parameters_to_read",
            "part_id",
            "position",
            postgresql_where=text(f"rules_version < {RULES_VERSION}"),
        ),
    )

    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = folded("name", Text)
    value: Mapped[str] = mapped_column(Text)
    number: Mapped[Decimal | None] = mapped_column(Numeric)
    unit: Mapped[str | None] = mapped_column(Text)
    reading_numbers: Mapped[list[Decimal]] = mapped_column(ARRAY(Numeric), server_default="{}")
    reading_units: Mapped[list[str | None]] = mapped_column(ARRAY(Text), server_default="{}")
    reading_signs: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    rules_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")


class PartTotalRow(Base):
    """The sum of a part's stock and the time of its last operation; written under the lock of the part."""

    __tablename__ = "part_totals"
    __table_args__ = (
        CheckConstraint("total_quantity BETWEEN 0 AND 2147483647", name="total_quantity_range"),
        Index("ix_part_totals_total_quantity_part_id", "total_quantity", "part_id"),
    )

    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True)
    total_quantity: Mapped[int] = mapped_column(BigInteger, server_default="0")
    last_operation_at: Mapped[Moment | None]

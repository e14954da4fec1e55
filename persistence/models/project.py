"""Projects, what one unit of each takes, and which other parts may stand in."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.edit import EditedKind
from domain.entities.project import MAX_DESIGNATORS, Amount, ProjectDetails, ProjectStatus, RequirementDetails
from persistence.fact_columns import columns_of, limits_of
from persistence.folded_columns import folded
from persistence.models.base import Base, ChangedIn, CreatedAt, Edited, GeneratedId
from persistence.text_columns import TextRule, kept_as

_STATUSES = ", ".join(f"'{status}'" for status in ProjectStatus)


class ProjectRow(columns_of(ProjectDetails), Base):  # type: ignore[misc]  # its facts, as the domain declares them
    """Something that is built. Ranks run from 1 without gaps, 1 first; they are checked at the end of a statement, so
    that one statement may shift many. A trigger sets `changed_in` anew on every update."""

    __tablename__ = "projects"
    __edited__ = Edited(EditedKind.PROJECT, "name")
    __table_args__ = (
        UniqueConstraint("name_key"),
        UniqueConstraint("rank", deferrable=True, initially="IMMEDIATE"),
        *limits_of(ProjectDetails),
        CheckConstraint("rank >= 1", name="rank_range"),
        CheckConstraint("built_units >= 0", name="built_units_range"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        Index("ix_projects_created_at_id", "created_at", "id"),
    )

    id: Mapped[GeneratedId]
    name_key: Mapped[str] = folded("name", Text(collation="C"))
    rank: Mapped[int]
    built_units: Mapped[int] = mapped_column(server_default="0")
    status: Mapped[str] = mapped_column(Text, server_default=ProjectStatus.ACTIVE)
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    changed_in: Mapped[ChangedIn]


class RequirementRow(Base):
    """What one unit of a project takes of one part."""

    __tablename__ = "requirements"
    __table_args__ = (
        UniqueConstraint("project_id", "part_id"),
        CheckConstraint("position >= 1", name="position_range"),
        *limits_of(Amount),
        *limits_of(RequirementDetails),
        CheckConstraint(f"cardinality(designators) <= {MAX_DESIGNATORS}", name="designators_number"),
        Index("ix_requirements_part_id", "part_id"),
        Index("ix_requirements_project_id_position_id", "project_id", "position", "id"),
    )

    id: Mapped[GeneratedId]
    project_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("projects.id", ondelete="CASCADE"))
    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"))
    position: Mapped[int]
    per_unit: Mapped[int]
    attrition_percent: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    extra_pieces: Mapped[int] = mapped_column(server_default="0")
    note: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.SEVERAL_LINES))
    designators: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


class RequirementSubstituteRow(Base):
    """A part that may stand in for the required one; the first position is the first choice."""

    __tablename__ = "requirement_substitutes"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 20", name="position_range"),
        Index("ix_requirement_substitutes_part_id", "part_id"),
    )

    requirement_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("requirements.id", ondelete="CASCADE"), primary_key=True
    )
    part_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parts.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)

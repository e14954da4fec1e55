"""A project: something the workshop builds, and what one unit of it takes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from domain.entities.facts import Apart, Named, Number, SeveralLines, Text, Texts
from domain.entities.ids import PartId, PartKey, ProjectId, RequirementId

MAX_PIECES = 2_147_483_647
"""The most pieces that a requirement may need: what a signed number of 32 bits holds."""

MAX_UNITS = 1_000_000
"""The most units of a project that are built, planned or aimed at."""

MAX_PER_UNIT = 1_000_000
MAX_EXTRA_PIECES = 1_000_000
MAX_NOTE_LENGTH = 2_000
MAX_DESIGNATORS = 500
MAX_DESIGNATOR_LENGTH = 50
MAX_SUBSTITUTES = 20


class ProjectStatus(StrEnum):
    """An archived project is read-only and reserves nothing."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"


@dataclass(frozen=True, slots=True)
class ProjectDetails:
    """Everything people edit on a project, already cleaned and checked."""

    name: Annotated[str, Text(255)]
    description: Annotated[str | None, SeveralLines(2_000)] = None
    build_target: Annotated[int, Number(0, MAX_UNITS, if_cleared="cannot be cleared; 0 builds nothing")] = 0


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it is stored. Rank 1 comes first; `built_units` grows with completed pick lists."""

    id: ProjectId
    version: int
    details: ProjectDetails
    rank: int
    built_units: int
    status: ProjectStatus


class ProjectFields(Named[ProjectDetails]):
    """What a caller names of a project."""

    details = ProjectDetails


@dataclass(frozen=True, slots=True)
class Amount:
    """How many pieces of a part so many units take.

    `attrition_percent` of the pieces are lost on the way; `extra_pieces` are wanted once per project.
    """

    per_unit: Annotated[int, Number(1, MAX_PER_UNIT)]
    attrition_percent: Annotated[int, Number(0, 100)] = 0
    extra_pieces: Annotated[int, Number(0, MAX_EXTRA_PIECES)] = 0


@dataclass(frozen=True, slots=True)
class RequirementDetails:
    """Everything people edit on a requirement; its part and its substitutes by key, the first choice first."""

    part_key: Annotated[PartKey, Apart()]
    amount: Annotated[Amount, Apart()]
    note: Annotated[str | None, SeveralLines(MAX_NOTE_LENGTH)] = None
    designators: Annotated[tuple[str, ...], Texts(MAX_DESIGNATORS, MAX_DESIGNATOR_LENGTH)] = ()
    substitutes: Annotated[tuple[PartKey, ...], Apart()] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement as it is stored."""

    id: RequirementId
    part_id: PartId
    position: int
    details: RequirementDetails

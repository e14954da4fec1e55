"""The demo workshop's projects: what they build, and what one unit of each takes.

By rank: Blinker kit can be built whole; Bench power supply and Line follower want the same transistors and regulators,
more than there are; Weather station has substitutes and attrition; Metronome builds nothing for now; Course board is
archived.
"""

from dataclasses import dataclass

from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import PartId, PartKey, ProjectId
from domain.entities.project import Amount, ProjectDetails, ProjectStatus, RequirementDetails
from domain.ports.unit_of_work import UnitOfWork
from domain.rules.differences import requirement_text


@dataclass(frozen=True, slots=True)
class DemoProject:
    """A project; its lines are written "KEY PER_UNIT", "+5%" for attrition, "+10" for extra pieces, "or KEY" for a
    substitute, and the designators in brackets."""

    name: str
    description: str
    build_target: int
    lines: tuple[str, ...]
    is_archived: bool = False


# fmt: off
PROJECTS = (
    DemoProject(
        "Blinker kit", "A multivibrator with two LEDs, for beginners", 20,
        ("RKTA 2 +5% (R1 R2)", "LEDR 1 (D1)", "LEDG 1 (D2)", "UTMA 1 (U1)", "CAPA 2 (C1 C2)", "SWTA 1 (S1)"),
    ),
    DemoProject(
        "Bench power supply", "Two rails, switched", 10,
        ("UREG 2 (U1 U2)", "TMSB 2 (Q1 Q2)", "USWA 1 (U3)", "CELA 4 (C1 C2 C3 C4)", "TBLK 2 (J1 J2)"),
    ),
    DemoProject(
        "Weather station", "Temperature, humidity and a clock that forgets nothing", 5,
        ("STMP 1 (U1)", "SHUM 1 (U2)", "URTC 1 (U3)", "UREG 1 or UREX (U4)", "RKTA 4 +10% +5 or RKTB (R1 R2 R3 R4)",
         "LEDR 1 or LEDX (D1)"),
    ),
    DemoProject(
        "Line follower", "Two motors and a row of eyes", 6,
        ("TMSB 2 (Q1 Q2)", "UREG 1 (U1)", "LDRA 3 +10% (R1 R2 R3)", "MTRA 2"),
    ),
    DemoProject(
        "Metronome", "An idea for the next course", 0,
        ("UTMA 1 (U1)", "BUZA 1 (B1)", "RHSA 2 (R1 R2)"),
    ),
    DemoProject(
        "Course board", "The board of last year's course", 12,
        ("BRDA 1", "LEDR 4 (D1 D2 D3 D4)", "RGNA 4 (R1 R2 R3 R4)"), is_archived=True,
    ),
)
# fmt: on


async def add_projects(uow: UnitOfWork, parts: dict[PartKey, PartId]) -> dict[str, ProjectId]:
    """Write them in the order of their ranks; returns their ids by name."""
    await uow.projects.lock_ranks()
    ids = {}
    for demo in PROJECTS:
        project_id = await uow.projects.add(ProjectDetails(demo.name, demo.description, demo.build_target))
        if project_id is None:
            raise ValueError(f"{demo.name} is there twice")
        ids[demo.name] = project_id
        lines = [_requirement(line) for line in demo.lines]
        placed = [(line, position) for position, line in enumerate(lines, start=1)]
        await uow.requirements.save_all(project_id, placed, parts)
        changes = [FieldChange("requirements", None, requirement_text(line)) for line in lines]
        project = await uow.projects.lock(project_id)
        if project is not None:
            await uow.projects.touch(project)
            if demo.is_archived:
                await uow.projects.set_archived(project, archived=True)
                changes.append(FieldChange("status", ProjectStatus.ACTIVE, ProjectStatus.ARCHIVED))
        uow.edits.record(EditedKind.PROJECT, project_id, changes)
    return ids


def _requirement(written: str) -> RequirementDetails:
    line, _, designators = written.partition(" (")
    line, *substitutes = line.split(" or ")
    key, per_unit, *more = line.split()
    attrition = sum(int(word.strip("+%")) for word in more if word.endswith("%"))
    extra = sum(int(word) for word in more if not word.endswith("%"))
    return RequirementDetails(
        PartKey(key),
        Amount(int(per_unit), attrition, extra),
        designators=tuple(designators.rstrip(")").split()),
        substitutes=tuple(PartKey(key) for key in substitutes),
    )

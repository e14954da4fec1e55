"""Requirements with their substitutes."""

import json
from collections.abc import Collection, Mapping, Sequence

from asyncpg import Record
from sqlalchemy import ARRAY, Text, bindparam, func, select, text

from domain.entities.actor import Actor
from domain.entities.ids import PartId, PartKey, ProjectId, RequirementId
from domain.entities.project import Amount, Requirement, RequirementDetails
from domain.entities.stock import LockedPart
from domain.ports.project_repositories import Requirements
from persistence.models.part import PartRow
from persistence.statements import Connection, Statement

_PARTS = select(PartRow.id, PartRow.key, PartRow.retired_at).where(
    PartRow.key == func.any(bindparam("keys", type_=ARRAY(Text)))
)
_SHARE_PARTS = Statement(_PARTS.order_by(PartRow.id).with_for_update(read=True))
_PART_IDS = Statement(_PARTS)
_OF_PROJECT = Statement(
    text("""
    SELECT requirement.*, part.key AS part_key,
           ARRAY(SELECT substitute_part.key
                   FROM requirement_substitutes AS substitute
                   JOIN parts AS substitute_part ON substitute_part.id = substitute.part_id
                  WHERE substitute.requirement_id = requirement.id
                  ORDER BY substitute.position) AS substitutes
      FROM requirements AS requirement
      JOIN parts AS part ON part.id = requirement.part_id
     WHERE requirement.project_id = CAST(:project_id AS bigint)
     ORDER BY requirement.position, requirement.id
    """)
)
# The requirement keeps its id when its line is replaced, so that pick lines go on serving it. Substitutes are written
# by a statement of its own, which sees the ids.
_SAVE = Statement(
    text("""
    INSERT INTO requirements
           (project_id, part_id, position, per_unit, attrition_percent, extra_pieces, note, designators)
    SELECT CAST(:project_id AS bigint), line.part_id, line.position, line.per_unit, line.attrition_percent,
           line.extra_pieces, line.note, line.designators
      FROM jsonb_to_recordset(CAST(:lines AS jsonb))
           AS line (part_id bigint, position int, per_unit int, attrition_percent smallint, extra_pieces int,
                    note text, designators text[])
     ORDER BY line.position
    ON CONFLICT (project_id, part_id) DO UPDATE
       SET position = excluded.position, per_unit = excluded.per_unit,
           attrition_percent = excluded.attrition_percent, extra_pieces = excluded.extra_pieces,
           note = excluded.note, designators = excluded.designators
    """)
)
_FORGET_SUBSTITUTES = Statement(
    text("""
    DELETE FROM requirement_substitutes USING requirements
     WHERE requirements.id = requirement_id AND requirements.project_id = CAST(:project_id AS bigint)
       AND requirements.part_id = ANY(CAST(:part_ids AS bigint[]))
    """)
)
_ADD_SUBSTITUTES = Statement(
    text("""
    INSERT INTO requirement_substitutes (requirement_id, part_id, position)
    SELECT requirement.id, given.part_id, given.position
      FROM unnest(CAST(:part_ids AS bigint[]), CAST(:substitute_ids AS bigint[]), CAST(:positions AS int[]))
           AS given (required_part_id, part_id, position)
      JOIN requirements AS requirement
        ON requirement.project_id = CAST(:project_id AS bigint) AND requirement.part_id = given.required_part_id
    """)
)
_CHANGE_PART = Statement(
    text("UPDATE requirements SET part_id = CAST(:part_id AS bigint) WHERE id = CAST(:id AS bigint)")
)
_TAKE_OVER_LINES = Statement(
    text("""
    UPDATE pick_lines SET requirement_id = CAST(:id AS bigint) WHERE requirement_id = CAST(:from_id AS bigint)
    """)
)
_REMOVE = Statement(text("DELETE FROM requirements WHERE id = ANY(CAST(:ids AS bigint[]))"))
_NEED_OF_PARTS = Statement(
    text("""
    SELECT part.key, 'project' AS kind, project.name AS reference, project.rank AS place
      FROM requirements AS requirement
      JOIN parts AS part ON part.id = requirement.part_id
      JOIN projects AS project ON project.id = requirement.project_id
     WHERE requirement.part_id = ANY(CAST(:part_ids AS bigint[])) AND project.status = 'ACTIVE'
    UNION
    SELECT part.key, 'pick list', format('%s for %s', list.id, project.name), list.id
      FROM pick_lines AS line
      JOIN parts AS part ON part.id = line.part_id
      JOIN pick_lists AS list ON list.id = line.pick_list_id
      JOIN projects AS project ON project.id = list.project_id
     WHERE line.part_id = ANY(CAST(:part_ids AS bigint[])) AND line.open_quantity > 0
     ORDER BY kind DESC, place, key
    """)
)


class RequirementRepository(Requirements):
    """The requirements of all projects."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def share_parts(self, keys: Collection[PartKey]) -> Mapping[PartKey, LockedPart]:
        rows = await _SHARE_PARTS.rows(self._connection, keys=list(keys))
        return {
            PartKey(row["key"]): LockedPart(PartId(row["id"]), PartKey(row["key"]), row["retired_at"] is not None)
            for row in rows
        }

    async def part_ids(self, keys: Collection[PartKey]) -> Mapping[PartKey, PartId]:
        rows = await _PART_IDS.rows(self._connection, keys=list(keys))
        return {PartKey(row["key"]): PartId(row["id"]) for row in rows}

    async def of_project(self, project_id: ProjectId) -> Sequence[Requirement]:
        return [_requirement(row) for row in await _OF_PROJECT.rows(self._connection, project_id=project_id)]

    async def save_all(
        self, project_id: ProjectId, lines: Sequence[tuple[RequirementDetails, int]], part_ids: Mapping[PartKey, PartId]
    ) -> None:
        written = [_written(details, position, part_ids) for details, position in lines]
        required = [each["part_id"] for each in written]
        await _SAVE.rows(self._connection, project_id=project_id, lines=json.dumps(written))
        await _FORGET_SUBSTITUTES.rows(self._connection, project_id=project_id, part_ids=required)
        substitutes = [
            (part_ids[details.part_key], part_ids[key], position)
            for details, _ in lines
            for position, key in enumerate(details.substitutes, start=1)
        ]
        if substitutes:
            of_parts, substitute_ids, positions = (list(column) for column in zip(*substitutes, strict=True))
            await _ADD_SUBSTITUTES.rows(
                self._connection,
                project_id=project_id,
                part_ids=of_parts,
                substitute_ids=substitute_ids,
                positions=positions,
            )

    async def change_part(self, requirement_id: RequirementId, part_id: PartId) -> None:
        await _CHANGE_PART.rows(self._connection, id=requirement_id, part_id=part_id)

    async def take_over_lines(self, requirement_id: RequirementId, from_id: RequirementId) -> None:
        await _TAKE_OVER_LINES.rows(self._connection, id=requirement_id, from_id=from_id)

    async def remove(self, requirement_ids: Collection[RequirementId]) -> None:
        await _REMOVE.rows(self._connection, ids=list(requirement_ids))

    async def need_of_parts(self, part_ids: Collection[PartId]) -> Sequence[tuple[PartKey, str, str]]:
        rows = await _NEED_OF_PARTS.rows(self._connection, part_ids=list(part_ids))
        return [(PartKey(row["key"]), row["kind"], row["reference"]) for row in rows]


def _requirement(row: Record) -> Requirement:
    return Requirement(
        RequirementId(row["id"]),
        PartId(row["part_id"]),
        row["position"],
        RequirementDetails(
            PartKey(row["part_key"]),
            Amount(row["per_unit"], row["attrition_percent"], row["extra_pieces"]),
            row["note"],
            tuple(row["designators"]),
            tuple(PartKey(key) for key in row["substitutes"]),
        ),
    )


def _written(details: RequirementDetails, position: int, part_ids: Mapping[PartKey, PartId]) -> dict[str, object]:
    return {
        "part_id": part_ids[details.part_key],
        "position": position,
        "per_unit": details.amount.per_unit,
        "attrition_percent": details.amount.attrition_percent,
        "extra_pieces": details.amount.extra_pieces,
        "note": details.note,
        "designators": list(details.designators),
    }

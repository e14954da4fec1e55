"""What planning a pick list needs to know of a project, in one statement for the writing and the reading side."""

import json
from typing import Any

from asyncpg import Record
from sqlalchemy import text

from domain.entities.ids import LocationId, PartId, PartKey, RequirementId
from domain.entities.location import LocationReference
from domain.entities.pick_list import PickFacts, ShelfPlace, Supply, Want
from domain.entities.project import Amount, ProjectStatus
from persistence.statements import Statement

PICK_FACTS = Statement(
    text("""
    WITH want AS MATERIALIZED (
        SELECT requirement.id, requirement.part_id, part.key, requirement.position, requirement.per_unit,
               requirement.attrition_percent, requirement.extra_pieces, requirement.designators,
               ARRAY(SELECT part_id FROM requirement_substitutes
                      WHERE requirement_id = requirement.id ORDER BY position) AS substitutes
          FROM requirements AS requirement JOIN parts AS part ON part.id = requirement.part_id
         WHERE requirement.project_id = CAST(:project_id AS bigint)
    ), part_of_it AS MATERIALIZED (
        SELECT part_id FROM want UNION SELECT unnest(substitutes) FROM want
    )
    SELECT project.name, project.status,
           project.built_units + coalesce((SELECT sum(units) FROM pick_lists
                                            WHERE project_id = project.id AND state = 'OPEN'), 0) AS started_units,
           (SELECT coalesce(jsonb_agg(to_jsonb(want) ORDER BY want.position, want.id), '[]') FROM want) AS wants,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'part_id', part.id, 'key', part.key, 'may_list', availability.may_list_quantity)), '[]')
              FROM part_of_it
              JOIN parts AS part ON part.id = part_of_it.part_id
              JOIN LATERAL (
                   SELECT may_list_quantity FROM availability
                    WHERE part_id = part.id AND project_id = project.id OFFSET 0
                   ) AS availability ON true) AS supplies,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(
                       stock.part_id, stock.location_id, box.number, stock.location_number, stock.quantity,
                       (SELECT coalesce(sum(open_quantity), 0) FROM pick_lines AS line
                         WHERE line.part_id = stock.part_id AND line.location_id = stock.location_id
                           AND line.open_quantity > 0))), '[]')
              FROM part_of_it
              JOIN stock ON stock.part_id = part_of_it.part_id
              JOIN boxes AS box ON box.id = stock.box_id) AS places
      FROM projects AS project
     WHERE project.id = CAST(:project_id AS bigint)
    """)
)


def pick_facts(row: Record) -> PickFacts:
    """The facts of a row of PICK_FACTS."""
    places: dict[int, list[ShelfPlace]] = {}
    for part_id, location_id, box_number, number, quantity, open_quantity in json.loads(row["places"]):
        place = ShelfPlace(LocationId(location_id), LocationReference(box_number, number), quantity, open_quantity)
        places.setdefault(part_id, []).append(place)
    return PickFacts(
        row["name"],
        ProjectStatus(row["status"]),
        int(row["started_units"]),
        [_want(each) for each in json.loads(row["wants"])],
        {
            PartId(each["part_id"]): Supply(
                PartKey(each["key"]), each["may_list"], tuple(places.get(each["part_id"], ()))
            )
            for each in json.loads(row["supplies"])
        },
    )


def _want(given: dict[str, Any]) -> Want:
    return Want(
        RequirementId(given["id"]),
        PartId(given["part_id"]),
        PartKey(given["key"]),
        Amount(given["per_unit"], given["attrition_percent"], given["extra_pieces"]),
        tuple(given["designators"]),
        tuple(PartId(part_id) for part_id in given["substitutes"]),
    )

"""Projects of a test, made through the API or, where they are many, in the tables; and pick lists planted there."""

from typing import Any

import asyncpg

from tests.factories import Workshop
from tests.graphql_client import Json

COVERAGE = """
state neededQuantity pickedQuantity openQuantity onHandQuantity availableQuantity shortageQuantity
substitutes { part { key } availableQuantity }
reservedBy { project { name } firmQuantity softQuantity quantity }
"""
_LIST = """
INSERT INTO pick_lists (project_id, units, actor) SELECT id, $2, 'ada' FROM projects WHERE name = $1 RETURNING id
"""
_LINE = """
INSERT INTO pick_lines (pick_list_id, position, requirement_id, part_id, required_part_id, location_id, box_number,
                        location_number, planned_quantity, open_quantity, picked_quantity)
SELECT $1, coalesce((SELECT max(position) FROM pick_lines WHERE pick_list_id = $1), 0) + 1, requirement.id, part.id,
       coalesce(requirement.part_id, part.id),
       (SELECT locations.id FROM locations JOIN boxes ON boxes.id = box_id
         WHERE boxes.number = 1 AND locations.number = 1),
       1, 1, $4::int + $5::int, $4, $5
  FROM parts AS part
  LEFT JOIN pick_lists AS list ON list.id = $1
  LEFT JOIN parts AS required ON required.key = $3
  LEFT JOIN requirements AS requirement
    ON requirement.project_id = list.project_id AND requirement.part_id = required.id
 WHERE part.key = $2
"""
_FILL = """
WITH part AS (
    INSERT INTO parts (key, description, description_key)
    SELECT 'A' || chr(65 + i / 26) || chr(65 + i % 26) || 'O', 'x', 'x' FROM generate_series(0, $2::int) AS i
    RETURNING id, key
), total AS (
    INSERT INTO part_totals (part_id, total_quantity) SELECT id, 1000 FROM part
), project AS (
    INSERT INTO projects (name, name_key, rank, build_target)
    SELECT 'P' || i, 'p' || i, i, 10 FROM generate_series(1, $1::int) AS i RETURNING id
), requirement AS (
    INSERT INTO requirements (project_id, part_id, position, per_unit)
    SELECT project.id, part.id, row_number() OVER (), 1 FROM project, part WHERE part.key <> 'AAAO' RETURNING id
), substitute AS (
    INSERT INTO requirement_substitutes (requirement_id, part_id, position)
    SELECT requirement.id, part.id, 1 FROM requirement, part WHERE part.key = 'AAAO'
), list AS (
    INSERT INTO pick_lists (project_id, units, actor) SELECT id, 1, 'ada' FROM project RETURNING id
)
INSERT INTO pick_lines (pick_list_id, position, part_id, required_part_id, box_number, location_number,
                        planned_quantity, open_quantity)
SELECT list.id, row_number() OVER (), part.id, part.id, 1, 1, 2, 2 FROM list, part
"""


async def project(workshop: Workshop, name: str, target: int = 0, *requirements: Json, **fields: Any) -> str:
    """Create a project with requirements and return its id."""
    made = (await workshop.done("createProject", name=name, buildTarget=target, **fields))["project"]["id"]
    if requirements:
        await workshop.done("setRequirements", projectId=made, requirements=list(requirements))
    return str(made)


def line(part_key: str, per_unit: int = 1, **fields: Any) -> Json:
    """A requirement as the API takes it."""
    return {"partKey": part_key, "perUnit": per_unit, **fields}


async def planted_list(connection: asyncpg.Connection, project_name: str, units: int = 1) -> int:
    """An open pick list without lines; returns its number."""
    made: int = await connection.fetchval(_LIST, project_name, units)
    return made


async def planted_line(
    connection: asyncpg.Connection,
    list_id: int,
    part: str,
    *,
    required: str | None = None,
    open: int = 0,
    picked: int = 0,
) -> None:
    """A line of a list; it serves the requirement of `required`, of the part itself where that is left out."""
    await connection.execute(_LINE, list_id, part, required or part, open, picked)


async def coverage(workshop: Workshop, project_id: str) -> dict[str, Json]:
    """The coverage of each requirement of a project, by part key."""
    requirement = f"part {{ key }} coverage {{ {COVERAGE} }}"
    query = f"query($id: ID!) {{ project(id: $id) {{ requirements {{ nodes {{ {requirement} }} }} }} }}"
    nodes = (await workshop.graphql(query, {"id": project_id}))["project"]["requirements"]["nodes"]
    return {node["part"]["key"]: node["coverage"] for node in nodes}


async def build_plan(workshop: Workshop, *projects: tuple[str, int | None]) -> Json:
    """The build plan of projects by their ids and units."""
    query = """
    query($projects: [BuildPlanInput!]!) { buildPlan(projects: $projects) {
      isBuildable
      projects { project { name } units isBuildable shortages { part { key } neededQuantity shortageQuantity } }
      shortages { part { key } onHandQuantity neededQuantity shortageQuantity
                  projects { project { name } shortageQuantity } }
    } }
    """
    wanted = [{"projectId": id, "units": units} for id, units in projects]
    plan: Json = (await workshop.graphql(query, {"projects": wanted}))["buildPlan"]
    return plan


async def ranks(workshop: Workshop) -> list[tuple[str, int]]:
    """The projects of the table with their ranks, the first first."""
    rows = await workshop.connection.fetch("SELECT name, rank FROM projects ORDER BY rank")
    return [(row["name"], row["rank"]) for row in rows]


async def edits(workshop: Workshop, project_id: str) -> list[tuple[str, str | None, str | None]]:
    """The edits of a project as (field, before, after), the last first; all are by whoever asks without a token."""
    query = "query($id: ID!) { project(id: $id) { edits { nodes { field before after actor } } } }"
    nodes = (await workshop.graphql(query, {"id": project_id}))["project"]["edits"]["nodes"]
    assert {node["actor"] for node in nodes} <= {"local"}
    return [(node["field"], node["before"], node["after"]) for node in nodes]


async def filled(connection: asyncpg.Connection, projects: int, parts: int) -> None:
    """So many projects that require so many parts each, each with an open list."""
    await connection.execute(
        "SET session_replication_role = replica; DELETE FROM pick_lines; DELETE FROM pick_lists; "
        "DELETE FROM requirement_substitutes; DELETE FROM requirements; DELETE FROM projects; DELETE FROM part_totals; "
        "DELETE FROM parts; SET session_replication_role = origin"
    )
    await connection.execute(_FILL, projects, parts)

"""Pick lists of a test in short words."""

from typing import Any

from tests.factories import PICK_LIST, Workshop
from tests.graphql_client import Json
from tests.projects.facts import line, project

__all__ = ["line", "lines_of", "opened", "pick_list", "preview", "project", "project_with", "promised", "quantities"]

_PROMISED = """
SELECT coalesce(sum(open_quantity), 0) FROM pick_lines JOIN parts ON parts.id = part_id WHERE key = $1
"""


async def project_with(
    workshop: Workshop, pieces: int, target: int, per_unit: int = 1, **fields: Any
) -> tuple[str, str]:
    """A part with so many pieces at 1-1 of a box of ten, and a project that takes it; their key and id."""
    await workshop.box()
    key = await workshop.stocked(pieces)
    return key, await project(workshop, "Lamp", target, line(key, per_unit, **fields))


async def opened(workshop: Workshop, project_id: str, units: int, **fields: Any) -> Json:
    """Make a list that must succeed, and return it."""
    made = await workshop.done("createPickList", projectId=project_id, units=units, **fields)
    pick_list: Json = made["pickList"]
    return pick_list


async def pick_list(workshop: Workshop, id: str) -> Json:
    """A list as it is now."""
    query = f"query($id: ID!) {{ pickList(id: $id) {{ {PICK_LIST} }} }}"
    found: Json = (await workshop.graphql(query, {"id": id}))["pickList"]
    return found


async def preview(workshop: Workshop, project_id: str, units: int, **fields: Any) -> Json:
    """What a list would be."""
    query = """
    query($input: PickWishInput!) { previewPickList(input: $input) {
      lines { part { key } requiredPart { key } locationReference location { reference } quantity }
      shortages { partKey needed available missing } rejected { partKey } canBeMade
    } }
    """
    given = {"projectId": project_id, "units": units, **fields}
    shown: Json = (await workshop.graphql(query, {"input": given}))["previewPickList"]
    return shown


def lines_of(pick_list: Json) -> list[tuple[str, str, int]]:
    """Part, place and planned pieces of the lines in the order of walking."""
    return [(each["part"]["key"], each["locationReference"], each["plannedQuantity"]) for each in pick_list["lines"]]


def quantities(line: Json) -> tuple[int, int, int, int, int]:
    """planned, open, picked, released, returned."""
    planned, open_, picked, released, returned = (
        line[f"{name}Quantity"] for name in ("planned", "open", "picked", "released", "returned")
    )
    return planned, open_, picked, released, returned


async def promised(workshop: Workshop, key: str) -> int:
    """Pieces of a part on open lines."""
    pieces: int = await workshop.connection.fetchval(_PROMISED, key)
    return pieces

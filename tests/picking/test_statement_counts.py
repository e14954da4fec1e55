"""Pick lists and what is picked take so many statements whatever the number of lists, lines and boxes."""

import asyncpg
import pytest

from tests.projects.facts import filled
from tests.statement_counting import Counted

_EMPTY = (
    "SET session_replication_role = replica; DELETE FROM pick_shortages; DELETE FROM quantity_changes; "
    "DELETE FROM operations; DELETE FROM locations; DELETE FROM boxes; SET session_replication_role = origin"
)
_PLACES = """
INSERT INTO boxes (number, description, capacity) SELECT i, 'Box ' || i, 9 FROM generate_series(1, $1::int) AS i
"""
_MORE = """
INSERT INTO locations (box_id, number) SELECT boxes.id, i FROM boxes, generate_series(1, 9) AS i;
UPDATE pick_lines AS line
   SET box_number = box.number, location_number = 3, location_id = location.id, requirement_id = (
           SELECT min(requirement.id) FROM requirements AS requirement
             JOIN pick_lists AS list ON list.project_id = requirement.project_id WHERE list.id = line.pick_list_id)
  FROM boxes AS box JOIN locations AS location ON location.box_id = box.id AND location.number = 3
 WHERE box.number = 1 + line.position % (SELECT count(*) FROM boxes);
INSERT INTO pick_shortages (pick_list_id, position, part_id, missing_quantity)
SELECT list.id, row_number() OVER (), part.id, 1 FROM pick_lists AS list, parts AS part;
INSERT INTO operations (kind, actor, at, source_kind, source_id, project_id)
SELECT 'PICK', 'ada', now(), 'PICK_LIST', id, project_id FROM pick_lists;
INSERT INTO quantity_changes (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
SELECT operation.id, part.id, 1, 1, -1, 1, 1 FROM operations AS operation, parts AS part
"""
_LINE = """
id part { key totalQuantity } requiredPart { key } requirement { perUnit } location { reference box { number } }
openQuantity missingQuantity pickList { number state }
"""
_LIST = f"""
number printUrl project {{ name }} lines {{ {_LINE} }} boxes {{ number box {{ description }} lines {{ {_LINE} }} }}
shortages {{ part {{ key }} missingQuantity }} edits(first: 1) {{ nodes {{ field }} }}
"""
QUERIES = {
    "pickLists": f"projects(first: %d) {{ nodes {{ pickLists(first: 1) {{ totalCount nodes {{ {_LIST} }} }} }} }}",
    "openPickLines": f"parts(first: %d) {{ nodes {{ key openPickLines {{ {_LINE} }} }} }}",
    "history": "projects(first: %d) { nodes { history(first: 50) { totalCount nodes { delta part { key } "
    "location { reference } operation { kind project { name } "
    "source { __typename ... on PickList { number lines { id } } } } } } } }",
}
LIST_STATEMENTS = 10
STATEMENTS = {"pickLists": 12, "openPickLines": 7, "history": 7}


async def stocked(connection: asyncpg.Connection, lists: int, parts: int, boxes: int) -> None:
    """So many projects with a list each, of so many parts and one more, in so many boxes, half of it picked."""
    await connection.execute(_EMPTY)
    await filled(connection, lists, parts)
    await connection.execute(_PLACES, boxes)
    await connection.execute(_MORE)


async def test_a_pick_list_takes_as_many_statements_for_many_lines_as_for_few(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    counts = []
    for parts, boxes in ((1, 1), (50, 9)):
        await stocked(database_connection, 2, parts, boxes)
        found, _ = await counted("{ projects(first: 1) { nodes { pickLists { nodes { id } } } } }")
        (made,) = found["projects"]["nodes"][0]["pickLists"]["nodes"]
        data, statements = await counted(f'{{ pickList(id: "{made["id"]}") {{ {_LIST} }} }}')
        told = data["pickList"]
        assert (len(told["lines"]), len(told["shortages"]), len(told["boxes"])) == (parts + 1, parts + 1, boxes)
        assert all(each["box"] and each["lines"] for each in told["boxes"])
        counts.append(statements)
    assert counts == [LIST_STATEMENTS, LIST_STATEMENTS]


@pytest.mark.parametrize("name", QUERIES)
async def test_the_number_of_statements_does_not_grow(
    counted: Counted, database_connection: asyncpg.Connection, name: str
) -> None:
    counts = []
    for lists, parts, boxes in ((2, 2, 1), (5, 40, 9)):
        await stocked(database_connection, lists, parts, boxes)
        data, statements = await counted(f"{{ {QUERIES[name] % lists} }}")
        nodes = next(iter(data.values()))["nodes"]
        assert len(nodes) == lists
        assert all(node[name] if name == "openPickLines" else node[name]["totalCount"] for node in nodes)
        counts.append(statements)
    assert counts == [STATEMENTS[name], STATEMENTS[name]]

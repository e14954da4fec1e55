"""How many statements a query runs depends on its shape, never on how many objects it answers."""

import json

import asyncpg
import pytest

from tests.rows import fill
from tests.statement_counting import Counted

CHANGE = """
id delta quantityAfter totalAfter locationReference part { key } location { reference isFree }
operation { kind actor at reverses { id } reversedBy { id } changes { delta } }
"""
PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
PART = f"""
id key type {{ name partCount }} tags totalQuantity isLow parameters {{ name value number unit }}
stock {{ quantity part {{ key }} location {{ reference isFree box {{ number }} stock {{ quantity }} }} }}
history(first: 2) {{ {PAGE} nodes {{ {CHANGE} }} }} quantityAt(time: "2026-01-01T00:00:00Z")
possibleDuplicates {{ key }} mergedInto {{ key }} edits(last: 1) {{ {PAGE} nodes {{ field before after }} }}
"""
BOX = f"""
id number usage {{ capacity occupied free partCount totalQuantity }} designatedTypes {{ name partCount }}
locations(first: 3, filter: {{ isFree: false }}) {{ {PAGE} edges {{ cursor node {{ reference isFree box {{ number }}
  stock {{ quantity }} history(first: 1) {{ {PAGE} nodes {{ id delta }} }} }} }} }}
history(first: 2) {{ {PAGE} nodes {{ {CHANGE} }} }} edits(first: 2) {{ {PAGE} nodes {{ actor }} }}
"""
QUERIES = {
    "parts": f"parts(first: %d) {{ {PAGE} nodes {{ {PART} }} }}",
    "boxes": f"boxes(first: %d) {{ {PAGE} nodes {{ {BOX} }} }}",
    "partTypes": f"partTypes(first: %d) {{ {PAGE} nodes {{ id name partCount edits(first: 1) {{ nodes {{ field }} }} "
    "parts(first: 2, orderBy: { field: TOTAL_QUANTITY }) { totalCount nodes { key type { name } } } } }",
    "history": f"history(first: %d) {{ {PAGE} nodes {{ {CHANGE} }} }}",
}


@pytest.mark.parametrize(("name", "statements"), [("parts", 14), ("boxes", 13), ("partTypes", 4), ("history", 6)])
async def test_a_long_list_runs_as_many_statements_as_a_short_one(
    counted: Counted, database_connection: asyncpg.Connection, name: str, statements: int
) -> None:
    await fill(database_connection, 120)
    counts = []
    for size in (4, 20):
        data, count = await counted("{ " + QUERIES[name] % size + " }")
        assert len(data[name]["nodes"]) == min(size, 3 if name == "partTypes" else size)
        counts.append(count)
    assert counts == [statements, statements]


async def test_a_hundred_parts_with_stock_take_two_statements(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 120)
    data, count = await counted(
        "{ parts(first: 100) { nodes { key type { name } totalQuantity isLow "
        "stock { quantity location { reference box { number } } } } } }"
    )
    assert [len(node["stock"]) for node in data["parts"]["nodes"]] == [3] * 100
    assert count == 2


async def test_looking_up_many_ids_takes_one_statement_for_each_type_among_them(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 60)
    listed, _ = await counted("{ parts(first: 60) { nodes { id } } boxes(first: 20) { nodes { id } } }")
    ids = [node["id"] for name in ("parts", "boxes") for node in listed[name]["nodes"]]
    data, count = await counted(f"{{ nodes(ids: {json.dumps(ids)}) {{ id __typename }} }}")
    assert [node["id"] for node in data["nodes"]] == ids
    assert count == 2


async def test_a_page_and_its_total_come_from_one_statement(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 30)
    data, count = await counted(
        "{ parts(first: 5) { ...Page edges { cursor node { key } } } } "
        "fragment Page on PartConnection { total: totalCount pageInfo { hasNextPage hasPreviousPage } }"
    )
    assert (data["parts"]["total"], len(data["parts"]["edges"]), count) == (30, 5, 1)


async def test_the_same_relation_with_two_pages_runs_one_statement_for_each(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 30)
    _, one = await counted("{ parts(first: 20) { nodes { history(first: 1) { nodes { id } } } } }")
    _, two = await counted(
        "{ parts(first: 20) { nodes { history(first: 1) { nodes { id } } older: history(last: 1) { nodes { id } } } } }"
    )
    assert (one, two) == (2, 3)


async def test_statistics_take_one_statement(counted: Counted, database_connection: asyncpg.Connection) -> None:
    await fill(database_connection, 30)
    data, count = await counted(
        "{ statistics { partCount retiredPartCount partTypeCount boxCount locationCount occupiedLocationCount "
        "totalQuantity lowPartCount operationCount changesInLast7Days changesInLast30Days } }"
    )
    assert data["statistics"] == {
        "partCount": 30,
        "retiredPartCount": 0,
        "partTypeCount": 3,
        "boxCount": 20,
        "locationCount": 200,
        "occupiedLocationCount": 90,
        "totalQuantity": "180",
        "lowPartCount": 0,
        "operationCount": "5",
        "changesInLast7Days": 150,
        "changesInLast30Days": 150,
    }
    assert count == 1

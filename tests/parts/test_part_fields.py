"""What a part tells of itself beyond its own row."""

import asyncpg

from tests.factories import Workshop
from tests.graphql_client import GraphQL


async def test_the_quantity_at_a_time_is_that_after_the_last_change_before_it(
    workshop: Workshop, graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await workshop.box(1)
    key = await workshop.stocked(10)
    await workshop.move(key, "1-1", [("1-2", 4)])
    await workshop.use(key, "1-2", 3)
    first, _, last = [row[0] for row in await database_connection.fetch("SELECT at FROM operations ORDER BY id")]
    document = """query Q($key: PartKey!, $first: DateTime!, $last: DateTime!) { part(key: $key) {
      before: quantityAt(time: "2020-01-01T00:00:00Z") first: quantityAt(time: $first) last: quantityAt(time: $last)
    } }"""
    variables = {"key": key, "first": first.isoformat(), "last": last.isoformat()}
    assert (await graphql(document, variables))["part"] == {"before": 0, "first": 10, "last": 7}


async def test_parts_with_the_same_manufacturer_and_code_are_possible_duplicates(
    workshop: Workshop, graphql: GraphQL
) -> None:
    await workshop.part(key="BBBB", manufacturer="ACME", manufacturerCode="x-1")
    await workshop.part(key="AAAA", manufacturer="Acme", manufacturerCode="X-1")
    await workshop.part(key="CCCC", manufacturer="Other", manufacturerCode="X-1")
    await workshop.part(key="DDDD", manufacturerCode="X-1")
    await workshop.part(key="EEEE", manufacturer="Acme")
    await workshop.part(key="FFFF", manufacturer="Acme")
    parts = (await graphql("{ parts { nodes { key possibleDuplicates { key } } } }"))["parts"]["nodes"]
    duplicates = {part["key"]: [twin["key"] for twin in part["possibleDuplicates"]] for part in parts}
    assert duplicates == {"AAAA": ["BBBB"], "BBBB": ["AAAA"], "CCCC": [], "DDDD": [], "EEEE": [], "FFFF": []}


async def test_a_part_that_was_merged_away_is_no_possible_duplicate(workshop: Workshop, graphql: GraphQL) -> None:
    keep, drop = [await workshop.part(manufacturer="Acme", manufacturerCode="X-1") for _ in range(2)]
    await workshop.done("mergeParts", keep=keep, drop=drop)
    document = "query Q($key: PartKey!) { part(key: $key) { possibleDuplicates { key } mergedInto { key } } }"
    assert (await graphql(document, {"key": keep}))["part"] == {"possibleDuplicates": [], "mergedInto": None}
    assert (await graphql(document, {"key": drop}))["part"] == {
        "possibleDuplicates": [{"key": keep}],
        "mergedInto": {"key": keep},
    }


async def test_edits_of_a_part_tell_who_changed_what(workshop: Workshop, graphql: GraphQL) -> None:
    key = await workshop.part("Resistor")
    await workshop.done("updatePart", partKey=key, description="Film resistor")
    document = "query Q($key: PartKey!) { part(key: $key) { edits { nodes { id actor field before after } } } }"
    (edit,) = (await graphql(document, {"key": key}))["part"]["edits"]["nodes"]
    assert edit == {
        "id": edit["id"],
        "actor": "local",
        "field": "description",
        "before": "Resistor",
        "after": "Film resistor",
    }
    found = await graphql("query Q($id: ID!) { node(id: $id) { __typename id } }", {"id": edit["id"]})
    assert found["node"] == {"__typename": "Edit", "id": edit["id"]}


async def test_a_description_of_any_script_and_length_can_be_kept_and_ordered(
    workshop: Workshop, graphql: GraphQL
) -> None:
    long = "".join(chr(0x4E00 + index * 7919 % 20_000) for index in range(2_000))
    keys = [await workshop.part(long), await workshop.part(long[:-1])]
    page = "{ parts(first: 1%s, orderBy: { field: DESCRIPTION }) { nodes { key } pageInfo { endCursor } } }"
    first = (await graphql(page % ""))["parts"]
    second = (await graphql(page % f', after: "{first["pageInfo"]["endCursor"]}"'))["parts"]
    assert [node["key"] for node in first["nodes"] + second["nodes"]] == keys

"""Global ids: every object is found again by its id, and nothing by any other text."""

import base64

import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL, RawGraphQL

NODES = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"


def _id(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


async def test_every_object_is_found_by_its_id(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.box(1)
    await workshop.part_type("Resistor")
    key = await workshop.stocked(5, typeName="Resistor")
    await workshop.done("updatePart", partKey=key, description="Other")
    part = (
        await graphql(
            """query Q($key: PartKey!) { part(key: $key) {
              __typename id type { __typename id } stock { location { __typename id box { __typename id } } }
              history { nodes { __typename id operation { __typename id } } } edits { nodes { __typename id } }
            } }""",
            {"key": key},
        )
    )["part"]
    location, change = part["stock"][0]["location"], part["history"]["nodes"][0]
    objects = [part, part["type"], location, location["box"], change, change["operation"], part["edits"]["nodes"][0]]
    expected = [{"id": named["id"], "__typename": named["__typename"]} for named in objects]
    assert len({named["__typename"] for named in expected}) == 7
    assert (await graphql(NODES, {"ids": [named["id"] for named in expected]}))["nodes"] == expected
    for named in expected:
        found = await graphql("query Q($id: ID!) { node(id: $id) { id __typename } }", {"id": named["id"]})
        assert found["node"] == named


async def test_ids_are_answered_in_their_order_with_null_for_what_is_unknown(
    workshop: Workshop, graphql: GraphQL
) -> None:
    await workshop.box(1)
    await workshop.part()
    part = (await graphql("{ parts { nodes { id } } }"))["parts"]["nodes"][0]["id"]
    box = (await graphql("{ box(number: 1) { id } }"))["box"]["id"]
    nodes = (await graphql(NODES, {"ids": [box, "x", part, box]}))["nodes"]
    assert [node and node["id"] for node in nodes] == [box, None, part, box]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Part",
        "UGFydDox==",
        "é",
        "\x00",
        _id("Part:0"),
        _id("Part:01"),
        _id("Part:-1"),
        _id("Part:1 "),
        _id("Part:9223372036854775807"),
        _id("Part:9223372036854775808"),
        _id("Nothing:1"),
        _id("Stock:1"),
        _id("Part:" + "1" * 500),
    ],
)
async def test_an_id_that_names_nothing_finds_nothing(graphql: GraphQL, text: str) -> None:
    answer = await graphql("query Q($id: ID!) { node(id: $id) { id } operation(id: $id) { id } }", {"id": text})
    assert answer == {"node": None, "operation": None}


async def test_more_ids_than_two_hundred_are_refused(graphql_raw: RawGraphQL) -> None:
    answer = (await graphql_raw(NODES, {"ids": ["x"] * 201})).json()
    assert [(error["message"], error["extensions"]["code"]) for error in answer["errors"]] == [
        ("The request has items in a list (ids) 201; at most 200 is allowed.", "ITEM_LIMIT")
    ]

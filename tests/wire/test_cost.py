"""What operations cost: objects, pages, plain lists; fixed parts once, variables per request."""

from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode

from graph.execution.cost import CostModel, CostPlan
from graph.execution.refusals import RequestRefused
from tests.graphql_client import RawGraphQL

SCHEMA: GraphQLSchema = build_schema(
    """
    interface Node { id: ID! }
    type Query {
      part(key: ID): Part
      parts(first: Int = 50, last: Int): PartConnection
      node(id: ID!): Node
      nodes(ids: [ID!]!): [Node]
    }
    type Mutation { make(names: [String!]): Made }
    type Made { part: Part }
    type Part implements Node {
      id: ID! tags: [String!]! type: Type stock: [Stock!]! changes(first: Int): ChangeConnection!
    }
    type Type { name: String parts(first: Int): PartConnection }
    type Stock { quantity: Int part: Part location: Location }
    type Location implements Node { id: ID! box: Box }
    type Box { number: Int }
    type ChangeConnection { nodes: [Change!]! }
    type Change { delta: Int part: Part }
    type PartConnection { edges: [PartEdge!]! nodes: [Part!]! pageInfo: PageInfo! totalCount: Int }
    type PartEdge { cursor: String node: Part! }
    type PageInfo { hasNextPage: Boolean }
    """
)
MODEL = CostModel(SCHEMA, 5_000)


def plan_of(query: str) -> CostPlan:
    """The plan of the document's operation."""
    document = parse(query)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return MODEL.plan(operation, fragments)


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ __typename }", 0),
        ("{ __schema { types { name } } }", 0),
        ("{ part { id tags } }", 1),
        ("{ part { type { name } } }", 2),
        ("{ part { stock { quantity } } }", 1 + 10),
        ("{ part { stock { location { box { number } } } } }", 1 + 10 * 3),
        ("{ parts { totalCount pageInfo { hasNextPage } } }", 1),
        ("{ parts { nodes { id } } }", 1 + 50),
        ("{ parts(first: 7) { nodes { id } } }", 1 + 7),
        ("{ parts(last: 7) { edges { cursor node { id } } } }", 1 + 7),
        ("{ parts(first: null) { nodes { id } } }", 1 + 50),
        ("{ parts(first: 0) { nodes { id } } }", 1),
        ("{ parts(first: 100) { nodes { type { name } stock { location { box { number } } } } } }", 1 + 100 * 32),
        ("{ parts(first: 2) { nodes { changes(first: 3) { nodes { delta part { id } } } } } }", 1 + 2 * (2 + 3 * 2)),
        ("{ parts(first: 3) { nodes { id } edges { node { id } } } }", 1 + 3 + 3),
        ('{ nodes(ids: ["a", "b"]) { id } }', 10),
        ("{ nodes(ids: [" + '"a" ' * 40 + "]) { id } }", 40),
        ('{ node(id: "a") { ... on Part { type { name } } ... on Location { box { number } } } }', 3),
        ("{ part { type { name } type { name } } }", 2),
        ("{ part { type { name } ...F } } fragment F on Part { type { name } stock { quantity } }", 1 + 1 + 10),
        ("{ a: part { id } b: part { id } }", 2),
        ("mutation { make { part { id } } }", 2),
    ],
)
def test_the_cost_is_the_number_of_objects(query: str, cost: int) -> None:
    assert plan_of(query).cost({}) == cost


@pytest.mark.parametrize(
    ("variables", "cost"),
    [({"n": 7}, 1 + 7 * 2), ({}, 1 + 50 * 2), ({"n": None}, 1 + 50 * 2), ({"n": 200}, 1 + 200 * 2), ({"n": -5}, 1)],
)
def test_variables_multiply(variables: dict[str, Any], cost: int) -> None:
    plan = plan_of("query ($n: Int) { parts(first: $n) { nodes { type { name } } } }")
    assert plan.cost(variables) == cost


def test_variables_multiply_within_each_other() -> None:
    plan = plan_of("query ($a: Int $b: Int) { parts(first: $a) { nodes { changes(first: $b) { nodes { delta } } } } }")
    assert plan.cost({"a": 10, "b": 20}) == 1 + 10 * (1 + 1 + 20)


def test_a_list_of_ids_counts_its_length() -> None:
    plan = plan_of("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }")
    assert plan.cost({"ids": ["a"] * 200}) == 200
    assert plan.cost({"ids": ["a"]}) == 10


def test_a_plan_without_variables_is_one_number() -> None:
    plan = plan_of("{ parts(first: 100) { nodes { stock { location { box { number } } } } } }")
    assert plan == CostPlan(1 + 100 * 31)


def test_fragments_that_double_do_not_make_an_endless_plan() -> None:
    fragments = "".join(
        f"fragment F{n} on Part {{ a: stock {{ part {{ ...F{n + 1} }} }} b: stock {{ part {{ ...F{n + 1} }} }} }} "
        for n in range(60)
    )
    with pytest.raises(RequestRefused) as refused:
        plan_of("{ part { ...F0 } } " + fragments + "fragment F60 on Part { id }")
    assert refused.value.code == "COST_LIMIT"


async def test_the_answer_tells_its_cost(graphql_raw: RawGraphQL) -> None:
    answer = (await graphql_raw("{ parts(first: 3) { nodes { key type { name } } } }")).json()
    assert answer["extensions"] == {"cost": 1 + 3 * 2}


async def test_too_high_a_cost_is_refused_before_anything_runs(graphql_raw: RawGraphQL) -> None:
    query = "query ($n: Int) { parts(first: $n) { nodes { stock { location { box { number } } } } } }"
    assert "errors" not in (await graphql_raw(query, {"n": 100})).json()
    answer = (await graphql_raw(query, {"n": 200})).json()
    assert "data" not in answer
    (error,) = answer["errors"]
    assert error["message"] == (
        f"The request has cost {1 + 200 * 31}; at most 5000 is allowed. "
        "Ask for smaller pages with `first` (50 is counted when absent), also in nested lists."
    )
    assert error["extensions"] == {
        "code": "COST_LIMIT",
        "limit": "cost",
        "actual": 1 + 200 * 31,
        "maximum": 5_000,
    }

"""What operations cost: lookups, objects, values; pages and lists by their lengths; variables per request."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    build_schema,
    get_introspection_query,
    get_nullable_type,
    is_list_type,
    is_object_type,
    parse,
)
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode

from graph.execution.cost import CostModel
from graph.execution.cost_plan import CostPlan
from graph.execution.cost_shapes import EXPECTED
from graph.execution.refusals import RequestRefused
from graph.library_internals import declaration
from graph.schema import graphql_schema
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
PAGE = (Path(__file__).parents[2] / "docs" / "guide" / "cost.md").read_text(encoding="utf-8")
MODEL = CostModel(SCHEMA, 5_000)


def of_document(query: str) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    """The document's operation and its fragments."""
    document = parse(query)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return next(node for node in document.definitions if isinstance(node, OperationDefinitionNode)), fragments


def plan_of(query: str) -> CostPlan:
    """The plan of the document's operation."""
    return MODEL.plan(*of_document(query))


def priced(lookups: int, objects: int, values: int) -> int:
    """The twentieths of what has to be looked up, of objects, and of values."""
    return 200 * lookups + 20 * objects + values


@pytest.mark.parametrize(
    ("query", "lookups", "objects", "values"),
    [
        ("{ __typename }", 0, 0, 1),
        ("{ part { id tags } }", 1, 1, 1 + 10),
        ("{ part { type { name } } }", 1, 2, 1),
        ("{ part { stock { quantity } } }", 1, 1 + 10, 10),
        ("{ part { stock { location { box { number } } } } }", 1, 1 + 10 * 3, 10),
        ("{ parts { totalCount pageInfo { hasNextPage } } }", 1, 1, 2),
        ("{ parts { nodes { id } } }", 1, 1 + 50, 50),
        ("{ parts(first: 7) { nodes { id } } }", 1, 1 + 7, 7),
        ("{ parts(last: 7) { edges { cursor node { id } } } }", 1, 1 + 7, 2 * 7),
        ("{ parts(first: null) { nodes { id } } }", 1, 1 + 50, 50),
        ("{ parts(first: 0) { nodes { id } } }", 1, 1, 0),
        (
            "{ parts(first: 100) { nodes { type { name } stock { location { box { number } } } } } }",
            1,
            1 + 100 * (1 + 1 + 10 * 3),
            100 * (1 + 10),
        ),
        (
            "{ parts(first: 2) { nodes { changes(first: 3) { nodes { delta part { id } } } } } }",
            1,
            1 + 2 * (2 + 3 * 2),
            2 * 3 * 2,
        ),
        ("{ parts(first: 3) { nodes { id } edges { node { id } } } }", 1, 1 + 3 + 3, 3 + 3),
        ('{ nodes(ids: ["a", "b"]) { id } }', 1, 2, 2),
        ("{ nodes(ids: [" + '"a" ' * 40 + "]) { id } }", 1, 40, 40),
        ('{ node(id: "a") { ... on Part { type { name } } ... on Location { box { number } } } }', 1, 3, 2),
        ("{ part { type { name } type { name } } }", 1, 2, 1),
        (
            "{ part { type { name } ...F } } fragment F on Part { type { name } stock { quantity } }",
            1,
            1 + 1 + 10,
            1 + 10,
        ),
        ("{ a: part { id } b: part { id } }", 2, 2, 2),
        ("{ part { a: tags b: tags c: id d: id } }", 1, 1, 2 * 10 + 2),
        ("mutation { make { part { id } } }", 1, 2, 1),
    ],
)
def test_the_cost_counts_lookups_objects_and_values(query: str, lookups: int, objects: int, values: int) -> None:
    assert plan_of(query).twentieths({}) == priced(lookups, objects, values)


def test_the_cost_is_told_in_whole_objects() -> None:
    assert plan_of("{ part { id tags } }").cost({}) == 11


@pytest.mark.parametrize(
    ("variables", "page"), [({"n": 7}, 7), ({}, 50), ({"n": None}, 50), ({"n": 200}, 200), ({"n": -5}, 0)]
)
def test_variables_multiply(variables: dict[str, Any], page: int) -> None:
    plan = plan_of("query ($n: Int) { parts(first: $n) { nodes { type { name } } } }")
    assert plan.twentieths(variables) == priced(1, 1 + page * 2, page)


def test_variables_multiply_within_each_other() -> None:
    plan = plan_of("query ($a: Int $b: Int) { parts(first: $a) { nodes { changes(first: $b) { nodes { delta } } } } }")
    assert plan.twentieths({"a": 10, "b": 20}) == priced(1, 1 + 10 * (1 + 1 + 20), 10 * 20)


def test_a_list_of_ids_counts_its_length() -> None:
    plan = plan_of("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }")
    assert plan.twentieths({"ids": ["a"] * 200}) == priced(1, 200, 200)
    assert plan.twentieths({"ids": ["a"]}) == priced(1, 1, 1)


def test_a_plan_without_variables_is_one_number() -> None:
    plan = plan_of("{ parts(first: 100) { nodes { stock { location { box { number } } } } } }")
    assert plan == CostPlan(priced(1, 1 + 100 * 31, 100 * 10))


def test_every_list_of_the_schema_declares_how_long_it_is_to_be_expected() -> None:
    undeclared = {
        f"{type_name}.{name}"
        for type_name, type_ in graphql_schema.type_map.items()
        if is_object_type(type_) and not type_name.startswith("__") and not type_name.endswith("Connection")
        for name, field in type_.fields.items()
        if is_list_type(get_nullable_type(field.type))
        and (found := declaration(field)) is not None
        and EXPECTED not in found.metadata
    }
    # Its length is that of its argument.
    assert undeclared == {"Query.nodes"}


def test_a_list_that_declares_its_length_counts_so_many() -> None:
    previews = CostModel(graphql_schema, 100).plan(*of_document('{ part(key: "AAAA") { cover { previews { url } } } }'))
    assert previews.twentieths({}) == priced(2, 1 + 1 + 5, 5)


def test_a_page_of_all_parts_has_room_for_the_readings_of_their_values_once() -> None:
    readings = "parameters { readings { number unit sign } }"
    once, twice = (
        CostModel(graphql_schema, 12_000).plan(*of_document(f"{{ parts(first: 200) {{ nodes {{ {asked} }} }} }}"))
        for asked in (readings, f"a: {readings} b: {readings}")
    )
    assert once.twentieths({}) == priced(2, 1 + 200 * (1 + 8 * (1 + 4)), 200 * 8 * 4 * 3)
    assert once.cost({}) < 12_000 < twice.cost({})


@pytest.mark.parametrize("highest", [100, 12_000, 1_000_000])
def test_a_whole_description_of_the_schema_costs_a_fifth_of_what_is_allowed(highest: int) -> None:
    model = CostModel(graphql_schema, highest)
    whole = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    assert model.plan(*of_document(whole)).cost({}) == highest // 5


def test_descriptions_that_grow_within_each_other_cost_what_they_grow_to() -> None:
    model = CostModel(graphql_schema, 12_000)
    small = model.plan(*of_document('{ __type(name: "Part") { fields { name type { name } } } }')).cost({})
    twice = model.plan(*of_document("{ __schema { types { fields { type { fields { type { name } } } } } } }")).cost({})
    assert small <= 2
    assert 20 * small < twice < 12_000


def test_fragments_that_double_do_not_make_an_endless_plan() -> None:
    fragments = "".join(
        f"fragment F{n} on Part {{ a: stock {{ part {{ ...F{n + 1} }} }} b: stock {{ part {{ ...F{n + 1} }} }} }} "
        for n in range(60)
    )
    with pytest.raises(RequestRefused) as refused:
        plan_of("{ part { ...F0 } } " + fragments + "fragment F60 on Part { id }")
    assert refused.value.code == "COMPLEXITY_LIMIT"


@pytest.mark.parametrize(
    ("filter_given", "variables", "searches"),
    [
        ('{ search: "lamp" }', {}, 1),
        ("{ search: null }", {}, 0),
        ("{ inStock: true }", {}, 0),
        ("null", {}, 0),
        ("{ search: $text }", {"text": "lamp"}, 1),
        ("{ search: $text }", {"text": None}, 0),
        ("{ search: $text }", {}, 0),
        ("$filter", {"filter": {"search": "lamp"}}, 1),
        ("$filter", {"filter": {"search": None}}, 0),
        ("$filter", {"filter": {"inStock": True}}, 0),
        ("$filter", {"filter": None}, 0),
        ("$filter", {}, 0),
    ],
)
async def test_a_filter_that_searches_costs_what_a_search_costs(
    graphql_raw: RawGraphQL, filter_given: str, variables: dict[str, Any], searches: int
) -> None:
    declared = [
        f"${name}: {kind}"
        for name, kind in (("text", "String"), ("filter", "PartFilter"))
        if f"${name}" in filter_given
    ]
    head = f"query ({', '.join(declared)})" if declared else "query"
    fields = f"a: parts(first: 1, filter: {filter_given}) {{ nodes {{ key }} }}"
    of_types = f"partTypes(first: 2) {{ nodes {{ parts(first: 1, filter: {filter_given}) {{ nodes {{ key }} }} }} }}"
    answer = (
        await graphql_raw(f"{head} {{ {fields} ...F }} fragment F on Query {{ {fields} {of_types} }}", variables)
    ).json()
    lookups = 3 + 2 * 50 * searches
    assert answer["extensions"] == {"cost": priced(lookups, 2 + 1 + 2 * (1 + 2), 1 + 2) // 20}


async def test_the_answer_tells_its_cost(graphql_raw: RawGraphQL) -> None:
    answer = (await graphql_raw("{ parts(first: 3) { nodes { key type { name } } } }")).json()
    assert answer["extensions"] == {"cost": priced(1, 1 + 3 * 2, 3 * 2) // 20}


async def test_too_high_a_cost_is_refused_before_anything_runs(graphql_raw: RawGraphQL) -> None:
    query = "query ($n: Int) { parts(first: 200) { nodes { history(first: $n) { nodes { delta } } } } }"
    most = 55
    cost, over = (priced(2, 1 + 200 * (2 + page), 200 * page) // 20 for page in (most, most + 1))
    assert cost <= 12_000 < over
    assert (await graphql_raw(query, {"n": most})).json()["extensions"]["cost"] == cost
    for page, actual in ((most + 1, over), (200, priced(2, 1 + 200 * 202, 200 * 200) // 20)):
        answer = (await graphql_raw(query, {"n": page})).json()
        assert "data" not in answer
        (error,) = answer["errors"]
        assert error["message"] == (
            f"The request has cost {actual}; at most 12000 is allowed. "
            "Ask for smaller pages with `first` (50 is counted when absent), also in nested lists."
        )
        assert error["extensions"] == {"code": "COST_LIMIT", "limit": "cost", "actual": actual, "maximum": 12_000}


def test_the_page_tells_the_lengths_that_are_declared() -> None:
    told = {name: int(length) for name, length in re.findall(r"^\| `(\w+\.\w+)` \| (\d+) \|$", PAGE, re.MULTILINE)}
    declared = {
        f"{type_name}.{name}": found.metadata[EXPECTED]
        for type_name, type_ in graphql_schema.type_map.items()
        if is_object_type(type_) and not type_name.endswith(("Error", "Issue")) and type_name != "Usage"
        for name, field in type_.fields.items()
        if (found := declaration(field)) is not None and EXPECTED in found.metadata
    }
    assert told == declared

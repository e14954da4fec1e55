"""Each limit refuses with its code, and says which limit, how much was asked, and how much is allowed."""

import re
from typing import Any

import httpx
import orjson
import pytest
from graphql import get_introspection_query

from tests.graphql_client import Json, RawGraphQL
from tests.wire.conftest import code_of


@pytest.mark.parametrize(
    ("query", "code", "limit", "actual", "maximum"),
    [
        ("{" + "__typename " * 4_999 + "}", "TOKEN_LIMIT", "tokens", 5_001, 5_000),
        ("{" * 20_000, "TOKEN_LIMIT", "tokens", 20_000, 5_000),
        ("#\n" * 4_998 + "{ __typename }", "TOKEN_LIMIT", "tokens", 5_001, 5_000),
        ("#\r" * 49_990 + "{ __typename }", "TOKEN_LIMIT", "tokens", 49_993, 5_000),
        (" " * 99_987 + "{ __typename }", "CHARACTER_LIMIT", "characters in its document", 100_001, 100_000),
        ("#" * 900_000 + "\n{ __typename }", "CHARACTER_LIMIT", "characters in its document", 900_015, 100_000),
        ("{" + "".join(f"a{n}: __typename " for n in range(101)) + "}", "ALIAS_LIMIT", "aliases", 101, 100),
        (
            "{" + "... @include(if: true) { __typename @skip(if: false) } " * 26 + "}",
            "DIRECTIVE_LIMIT",
            "directives",
            52,
            50,
        ),
        ("{" + "__typename " * 101 + "}", "ROOT_FIELD_LIMIT", "root fields", 101, 100),
        ("{ ...F } fragment F on Query {" + "__typename " * 101 + "}", "ROOT_FIELD_LIMIT", "root fields", 101, 100),
    ],
)
async def test_a_limit_is_told_with_its_numbers(
    graphql_raw: RawGraphQL, query: str, code: str, limit: str, actual: int, maximum: int
) -> None:
    response = await graphql_raw(query)
    assert "data" not in response.json()
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": code, "limit": limit, "actual": actual, "maximum": maximum}
    assert error["message"] == f"The request has {limit} {actual}; at most {maximum} is allowed."


async def test_what_is_just_within_the_limits_runs(graphql_raw: RawGraphQL) -> None:
    query = "{" + "".join(f"a{number}: __typename " for number in range(100)) + "}"
    assert len((await graphql_raw(query)).json()["data"]) == 100


@pytest.mark.parametrize("padding", [" " * 99_986, "#\n" * 4_997])
async def test_a_document_as_large_as_it_may_be_runs(graphql_raw: RawGraphQL, padding: str) -> None:
    assert (await graphql_raw(padding + "{ __typename }")).json()["data"] == {"__typename": "Query"}


async def test_a_body_of_very_many_values_is_refused_before_any_is_made(client: httpx.AsyncClient) -> None:
    def body(values: int, text: str = "") -> bytes:
        written = orjson.dumps({"query": "{ __typename }", "variables": {"a": text, "b": []}})
        return written.replace(b"[]", b"[" + b",".join([b"1"] * values) + b"]")

    async def refused(content: bytes) -> Json | None:
        answer = await client.post("/graphql", content=content, headers={"content-type": "application/json"})
        told: Json | None = answer.json().get("errors", [None])[0]
        return told

    # The document, the text and the list are values as well; the list is longer than lists may be.
    at_most = await refused(body(119_998))
    assert at_most is not None
    assert at_most["extensions"]["code"] == "ITEM_LIMIT"
    for values in (119_999, 460_000):
        told = await refused(body(values))
        assert told is not None
        assert told["extensions"] == {
            "code": "VALUE_LIMIT",
            "limit": "values in the body",
            "actual": values + 2,
            "maximum": 120_000,
        }
    assert await refused(body(1, r'a,"\,' * 130_000)) is None


NODES = "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }"
BOOKING = "mutation B($input: BookStockInput!) { bookStock(input: $input) { __typename } }"


@pytest.mark.parametrize(
    ("query", "variables", "code", "limit", "actual", "maximum"),
    [
        (NODES, {"ids": ["x"] * 1_001}, "ITEM_LIMIT", "items in a list", 1_001, 1_000),
        (NODES, {"ids": ["x"] * 100_000}, "ITEM_LIMIT", "items in a list", 100_000, 1_000),
        (BOOKING, {"input": {"changes": [{}] * 1_001}}, "ITEM_LIMIT", "items in a list", 1_001, 1_000),
        (NODES, {"ids": [], "more": {"deep": [[1] * 1_001]}}, "ITEM_LIMIT", "items in a list", 1_001, 1_000),
        (NODES, {"ids": [[1] * 1_000] * 10}, "VALUE_LIMIT", "values in its variables", 10_011, 10_000),
        (NODES, {"ids": [], "more": [{"a": 1}] * 1_000 * 100}, "ITEM_LIMIT", "items in a list", 100_000, 1_000),
        ("{ nodes(ids: [[" + "1 " * 1_001 + "]]) { id } }", {}, "ITEM_LIMIT", "items in a list", 1_001, 1_000),
        ("{ nodes(ids: [[" + "1 " * 4_900 + "]]) { id } }", {}, "ITEM_LIMIT", "items in a list", 4_900, 1_000),
    ],
)
async def test_lists_are_measured_before_anything_is_made_of_them(
    graphql_raw: RawGraphQL, query: str, variables: Json, code: str, limit: str, actual: int, maximum: int
) -> None:
    (error,) = (await graphql_raw(query, variables)).json()["errors"]
    assert error["extensions"] == {"code": code, "limit": limit, "actual": actual, "maximum": maximum}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (NODES, {"ids": ["x"] * 200, "more": ["x"] * 1_000}),
        (NODES, {"ids": ["x"] * 200, "more": [["x"] * 998] * 9 + [["x"] * 806]}),
        ("{ nodes(ids: [" + "1 " * 200 + "]) { id } }", {}),
    ],
)
async def test_lists_at_their_bounds_are_read(graphql_raw: RawGraphQL, query: str, variables: Json) -> None:
    assert (await graphql_raw(query, variables)).json()["data"]["nodes"] == [None] * 200


async def test_depth_counts_fields_through_fragments(graphql_raw: RawGraphQL) -> None:
    inner = "part { stock { " * 8 + "quantity" + " } }" * 8
    query = f"{{ parts {{ nodes {{ stock {{ ...Deep }} }} }} }} fragment Deep on Stock {{ {inner} }}"
    (error,) = (await graphql_raw(query)).json()["errors"]
    assert error["extensions"] == {"code": "DEPTH_LIMIT", "limit": "depth", "actual": 20, "maximum": 15}


async def test_a_whole_introspection_fits_all_limits_and_five_are_all_that_do(graphql_raw: RawGraphQL) -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    answer = (await graphql_raw(query)).json()
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"
    assert answer["extensions"] == {"cost": 12_000 // 5}
    found = re.search(r"__schema (\{.*?\n  \})\n\}(.*)", query, re.DOTALL)
    assert found is not None
    selection, fragments = found.groups()
    for times, code in ((5, None), (6, "COST_LIMIT"), (20, "COST_LIMIT")):
        fields = " ".join(f"a{number}: __schema {selection}" for number in range(times))
        answer = (await graphql_raw(f"{{ {fields} }} {fragments}")).json()
        assert [error["extensions"]["code"] for error in answer.get("errors", ())] == ([code] if code else [])


async def test_introspection_cannot_be_nested_without_end(graphql_raw: RawGraphQL) -> None:
    query = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    assert code_of(await graphql_raw(query)) == "GRAPHQL_VALIDATION_FAILED"


async def test_validation_stops_after_five_errors(graphql_raw: RawGraphQL) -> None:
    answer = (await graphql_raw("{ a b c d e f g }")).json()
    codes = [error["extensions"]["code"] for error in answer["errors"]]
    assert codes == ["GRAPHQL_VALIDATION_FAILED"] * 5 + ["VALIDATION_ERROR_LIMIT"]
    assert answer["errors"][5]["extensions"]["maximum"] == 5


async def test_variables_are_refused_with_at_most_five_errors_and_a_note(graphql_raw: RawGraphQL) -> None:
    definitions = " ".join(f"$v{number}: Int!" for number in range(9))
    uses = " ".join(f"a{number}: parts(first: $v{number}) {{ totalCount }}" for number in range(9))
    answer = (await graphql_raw(f"query ({definitions}) {{ {uses} }}")).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"] * 6


HOSTILE: dict[str, str] = {
    "many equal fields": "{" + "parts { totalCount } " * 1_200 + "}",
    "fragments that entangle": "{"
    + "".join(f"...F{number} " for number in range(400))
    + "}"
    + "".join(f"fragment F{number} on Query {{ parts {{ totalCount }} }} " for number in range(400)),
    "a cycle of fragments": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a fragment in itself": "{ ...A } fragment A on Query { ...A }",
    "a long chain of fragments": "{ ...F0 }"
    + "".join(f"fragment F{number} on Query {{ ...F{number + 1} }} " for number in range(800))
    + "fragment F800 on Query { __typename }",
    "fragments that double": "{ parts { nodes { ...F0 } } }"
    + "".join(
        f"fragment F{number} on Part {{ stock {{ part {{ ...F{number + 1} }} }} "
        f"type {{ name }} again: stock {{ part {{ ...F{number + 1} }} }} }} "
        for number in range(6)
    )
    + "fragment F6 on Part { key }",
    "a deep list": "{ part(key: " + "[" * 150 + "]" * 150 + ") { key } }",
    "a deeper list": "{ part(key: " + "[" * 2_000 + "]" * 2_000 + ") { key } }",
    "a deep document": "{ part" * 2_000 + "}" * 2_000,
    "a deep type": "query ($v: " + "[" * 2_000 + "Int" + "]" * 2_000 + ") { __typename }",
    "many operations": "".join(f"query Q{number} {{ __typename }} " for number in range(700)),
    "an endless string": '{ part(key: "' + "x" * 500_000,
    "an endless block string": '{ part(key: """' + "x" * 500_000,
    "a long name": "{ " + "a" * 500_000 + " }",
    "a huge number": "{ parts(first: " + "9" * 5_000 + ") { totalCount } }",
    "only comments": "#" * 500_000,
    "definitions of types": "type A { b: C }",
    "directives of no one": "{ __typename " + "@x" * 40 + " }",
    "a surrogate in a string": '{ part(key: "\\uD800") { key } }',
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_document_is_refused_with_a_code(client: httpx.AsyncClient, query: str) -> None:
    response = await client.post(
        "/graphql", json={"query": query}, headers={"Accept": "application/graphql-response+json"}
    )
    assert response.status_code == 400
    assert code_of(response) != "INTERNAL_SERVER_ERROR"


@pytest.mark.parametrize(
    "value", [[[[[[[[[]]]]]]]], {"a": {"b": {}}}, "x", 1.5, True, 2**31, -(2**31) - 1, 2**63, 10**30, [1], "\x00"]
)
async def test_a_variable_of_any_other_type_is_bad_user_input(graphql_raw: RawGraphQL, value: Any) -> None:
    response = await graphql_raw("query ($n: Int) { parts(first: $n) { totalCount } }", {"n": value})
    assert code_of(response) == "BAD_USER_INPUT"

"""GET and POST, the media type of answers, and the status that each error has in each of them."""

import json

import httpx
import pytest

from graph.execution.refusals import RequestRefused
from server.wire.http.negotiation import MediaType, answer_type, prefers_html
from tests.graphql_client import RawGraphQL
from tests.wire.conftest import code_of

GRAPHQL = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ([], MediaType.JSON),
        (["*/*"], MediaType.JSON),
        (["application/*"], MediaType.JSON),
        (["application/json"], MediaType.JSON),
        ([GRAPHQL], MediaType.GRAPHQL_RESPONSE),
        ([f"{GRAPHQL}, application/json"], MediaType.GRAPHQL_RESPONSE),
        ([f"application/json, {GRAPHQL};q=0.9"], MediaType.JSON),
        ([f"{GRAPHQL};q=0.5, application/json;q=0.4"], MediaType.GRAPHQL_RESPONSE),
        ([f"{GRAPHQL}, */*"], MediaType.GRAPHQL_RESPONSE),
        ([f"{GRAPHQL};q=0, */*"], MediaType.JSON),
        (["application/json;q=0, */*"], MediaType.GRAPHQL_RESPONSE),
        (["text/html", GRAPHQL], MediaType.GRAPHQL_RESPONSE),
        (["APPLICATION/JSON ; Q=1"], MediaType.JSON),
        ([f"{GRAPHQL}; charset=utf-8"], MediaType.GRAPHQL_RESPONSE),
        (["text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"], MediaType.JSON),
    ],
)
def test_the_answer_has_the_media_type_the_client_likes_best(accept: list[str], expected: MediaType) -> None:
    assert answer_type(accept) is expected


@pytest.mark.parametrize(
    "accept", ["text/html", "text/*", "application/xml", "application/json;q=0", "*/*;q=0", "application/json;q=x"]
)
def test_a_client_that_takes_no_json_is_not_acceptable(accept: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        answer_type([accept])
    assert refused.value.code == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", True),
        ("text/html", True),
        ("*/*", False),
        ("application/json, text/html;q=0.9", False),
        ("application/json", False),
        ("", False),
    ],
)
def test_a_page_is_for_clients_who_prefer_one(accept: str, expected: bool) -> None:
    assert prefers_html([accept]) is expected


async def test_406_is_an_answer_in_json(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert code_of(response) == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("\x00", "GRAPHQL_PARSE_FAILED"),
        ("{" * 1_000 + "}" * 1_000, "GRAPHQL_PARSE_FAILED"),
        ("{ noSuchField }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILED"),
        ("query ($n: Int!) { parts(first: $n) { totalCount } }", "BAD_USER_INPUT"),
        ("subscription { stockChanged { cursor } }", "SUBSCRIPTION_NEEDS_STREAM"),
    ],
)
async def test_an_error_of_the_request_is_400_or_for_old_clients_200(
    client: httpx.AsyncClient, query: str, code: str
) -> None:
    for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
        response = await client.post("/graphql", json={"query": query}, headers={"Accept": accept})
        assert response.status_code == status
        assert response.headers["content-type"] == f"{accept}; charset=utf-8"
        assert "Accept" in response.headers["vary"]
        assert code_of(response) == code


async def test_suggestions_tell_nothing_about_the_schema(graphql_raw: RawGraphQL) -> None:
    response = await graphql_raw("{ partz { totalCount } }")
    assert response.json()["errors"][0]["message"] == "Cannot query field 'partz' on type 'Query'."


async def test_the_operation_of_several_is_chosen_by_its_name(client: httpx.AsyncClient) -> None:
    query = "query A { a: __typename } query B { b: __typename }"
    response = await client.post("/graphql", json={"query": query, "operationName": "B"})
    assert response.json()["data"] == {"b": "Query"}
    response = await client.post("/graphql", json={"query": query, "operationName": "C"})
    assert code_of(response) == "OPERATION_RESOLUTION_FAILED"


async def test_a_query_may_come_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query Type($name: String!) { __type(name: $name) { name } }",
        "variables": json.dumps({"name": "Query"}),
        "operationName": "Type",
        "extensions": "{}",
    }
    response = await client.get("/graphql", params=parameters)
    assert response.status_code == 200
    assert response.json()["data"] == {"__type": {"name": "Query"}}


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query=%ff%fe",
        "query=%7B__typename%7D&query=%7B__typename%7D",
        "query=%7B__typename%7D&variables=%7B",
        "query=%7B__typename%7D&variables=[]",
        "query=%7B__typename%7D&extensions=1",
        "&".join(f"p{number}=1" for number in range(100)),
    ],
)
async def test_a_get_that_is_no_request_is_refused(client: httpx.AsyncClient, query_string: str) -> None:
    response = await client.get(f"/graphql?{query_string}", headers={"Accept": GRAPHQL})
    assert response.status_code == 400
    assert code_of(response) in {"BAD_REQUEST", "GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_mutation_by_get_is_refused_and_does_not_run(client: httpx.AsyncClient, method: str) -> None:
    query = 'mutation { createBox(input: {description: "by GET", capacity: 1}) { __typename } }'
    response = await client.request(method, "/graphql", params={"query": query})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    if method == "GET":
        assert code_of(response) == "METHOD_NOT_ALLOWED"
    boxes = await client.get("/graphql", params={"query": "{ boxes { totalCount } }"})
    assert boxes.json()["data"] == {"boxes": {"totalCount": 0}}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused_with_405(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert {"GET", "HEAD", "POST", "OPTIONS"} == {word.strip() for word in response.headers["allow"].split(",")}
    assert code_of(response) == "METHOD_NOT_ALLOWED"


async def test_head_answers_as_get_does_without_a_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/graphql", params={"query": "{ __typename }"})
    assert response.status_code == 200
    assert response.content == b""


async def test_options_names_the_methods(client: httpx.AsyncClient) -> None:
    response = await client.options("/graphql")
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("path", ["/nowhere", "/graphql/", "/explorer/assets/none.js", "/%2e%2e/etc/passwd", "/%00"])
async def test_an_unknown_address_is_answered_in_the_same_form(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert code_of(response) == "ROUTE_NOT_FOUND"

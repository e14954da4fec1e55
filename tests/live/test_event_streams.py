"""Server-sent events: each operation on a request of its own (graphql-sse, distinct connections mode)."""

import json

import httpx
import pytest

from tests.conftest import connect
from tests.factories import DOCUMENTS, Workshop
from tests.graphql_client import Json
from tests.live.sockets import STOCK_CHANGES
from tests.live.streams import STREAM, events, read_events
from tests.server_process import ServerProcess
from tests.waiting import until


async def test_a_subscription_is_a_stream_of_events(client: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    async with events(client, STOCK_CHANGES, partKey=key) as stream:
        for quantity in (5, 6):
            await workshop.receive(key, "1-1", quantity)
        told = [await anext(stream) for _ in range(2)]
    assert [event["event"] for event in told] == ["next", "next"]
    changes = [event["data"]["data"]["stockChanged"]["change"] for event in told]
    assert [(change["delta"], change["totalAfter"]) for change in changes] == [(5, 5), (6, 11)]


async def test_a_stream_goes_on_after_a_cursor(client: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    async with events(client, STOCK_CHANGES) as stream:
        await workshop.receive(key, "1-1", 5)
        cursor = (await anext(stream))["data"]["data"]["stockChanged"]["cursor"]
    await workshop.receive(key, "1-1", 6)
    async with events(client, STOCK_CHANGES, after=cursor) as stream:
        assert (await anext(stream))["data"]["data"]["stockChanged"]["change"]["delta"] == 6


async def test_an_event_source_goes_on_where_its_connection_broke_off(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    """An EventSource sends the same address again, whatever cursor is in it, with the id of the event it has."""
    await workshop.box()
    key = await workshop.part()
    address = {"query": "subscription { stockChanged { cursor change { delta } } }"}
    seen: dict[str, str] = {}
    for quantity, expected in ((5, 5), (6, 6), (7, 7)):
        async with client.stream("GET", "/graphql", params=address, headers=STREAM | seen) as answer:
            lines = answer.aiter_lines()
            assert await anext(lines) == ":"
            if not seen:
                await workshop.receive(key, "1-1", quantity)
            told = [await anext(lines) for _ in range(4)]
        event = dict(line.split(": ", 1) for line in told if line)
        payload = json.loads(event["data"])["data"]["stockChanged"]
        assert (event["event"], payload["change"]["delta"], payload["cursor"]) == ("next", expected, event["id"])
        seen = {"Last-Event-ID": event["id"]}
        # What happens while nobody listens is told first.
        await workshop.receive(key, "1-1", quantity + 1)


async def test_an_id_that_is_no_cursor_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json={"query": STOCK_CHANGES}, headers=STREAM | {"Last-Event-ID": "nonsense"}
    )
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("accept", ["text/event-stream, multipart/mixed", "multipart/mixed;q=0.9, text/event-stream"])
async def test_a_stream_is_given_to_whoever_takes_other_streams_too(client: httpx.AsyncClient, accept: str) -> None:
    async with client.stream("POST", "/graphql", json={"query": STOCK_CHANGES}, headers={"Accept": accept}) as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


async def test_queries_and_mutations_are_a_stream_of_one_result(client: httpx.AsyncClient, workshop: Workshop) -> None:
    for query, variables in (
        ("{ statistics { partCount } }", {}),
        (DOCUMENTS["createPart"], {"input": {"description": "Fuse"}}),
    ):
        async with events(client, query, **variables) as stream:
            told = [event async for event in stream]
        assert [event["event"] for event in told] == ["next", "complete"]
        assert "errors" not in told[0]["data"]
    assert await workshop.count_rows("parts") == 1


async def test_a_browsers_event_source_may_ask_by_get(client: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    parameters = {"query": "subscription { stockChanged { partKey } }"}
    async with client.stream("GET", "/graphql", params=parameters, headers=STREAM) as response:
        stream = read_events(response)
        await workshop.receive(key, "1-1", 1)
        assert (await anext(stream))["data"]["data"] == {"stockChanged": {"partKey": key}}
    refused = await client.get("/graphql", params={"query": DOCUMENTS["createPart"]}, headers=STREAM)
    assert refused.status_code == 405


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("subscription {", {}, "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        (STOCK_CHANGES, {"after": "x"}, "BAD_USER_INPUT"),
        (STOCK_CHANGES, {"partKey": "ZZZZ"}, "NOT_FOUND"),
    ],
)
async def test_a_stream_that_may_not_begin_is_answered_in_json(
    client: httpx.AsyncClient, query: str, variables: Json, code: str
) -> None:
    response = await client.post("/graphql", json={"query": query, "variables": variables}, headers=STREAM)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert response.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "application/graphql-response+json",
        "text/event-stream, application/json",
        "text/event-stream, */*",
        "*/*",
    ],
)
async def test_whoever_takes_anything_else_is_told_how_to_subscribe(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.post("/graphql", json={"query": STOCK_CHANGES}, headers={"Accept": accept})
    assert response.headers["content-type"].startswith("application/")
    assert response.json()["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NEEDS_STREAM"


async def test_a_stream_counts_as_a_connection(narrow_server: ServerProcess) -> None:
    async with connect(narrow_server) as client:
        async with (
            events(client, STOCK_CHANGES),
            events(client, STOCK_CHANGES),
            events(client, STOCK_CHANGES),
        ):
            refused = await client.post("/graphql", json={"query": STOCK_CHANGES}, headers=STREAM)
            assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "CONNECTION_LIMIT")

        async def status() -> int:
            async with client.stream("POST", "/graphql", json={"query": STOCK_CHANGES}, headers=STREAM) as answer:
                return answer.status_code

        # The server notices the end of a stream a moment after its client.
        assert await until(status, lambda found: found != 429) == 200

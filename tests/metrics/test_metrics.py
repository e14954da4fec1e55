"""/metrics tells what happened, in the forms Prometheus reads, to whom it may."""

import asyncio
import time

import asyncpg
import httpx
import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open_metrics

from server.metrics import Metrics
from server.metrics.requests import RequestMetrics
from tests.attachments.uploading import attached
from tests.factories import Workshop
from tests.graphql_client import GraphQL, RawGraphQL, post
from tests.locks import rivals_waiting
from tests.metrics.scrape import scrape
from tests.waiting import until

BY_ITSELF = 5


async def test_a_request_is_counted_by_name_type_and_outcome_with_its_cost_and_statements(
    client: httpx.AsyncClient, graphql: GraphQL
) -> None:
    before, began = await scrape(client), time.perf_counter()
    for _ in range(3):
        await graphql("query CountedList { parts(first: 2) { nodes { key } } }")
    after = await scrape(client)
    labels = {"operation": "CountedList", "type": "query"}

    def grown(name: str, **more: str) -> float:
        return after.value(name, **labels, **more) - before.value(name, **labels, **more)

    assert grown("partsgraph_requests_total", outcome="ok") == 3
    assert grown("partsgraph_requests_total") == 3
    assert grown("partsgraph_request_duration_seconds_count") == 3
    assert grown("partsgraph_request_cost_objects_total") == 39
    assert grown("partsgraph_request_statements_total") == 3
    assert 0 < grown("partsgraph_request_duration_seconds_sum") < time.perf_counter() - began


async def test_open_metrics_is_answered_to_whom_accepts_it(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    await graphql("{ __typename }")
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
    answer = await client.get("/metrics", headers={"accept": accept})
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert {"partsgraph_requests", "partsgraph_parts"} <= {family.name for family in _open_metrics(answer.text)}


@pytest.mark.parametrize(
    "accept", ["application/openmetrics-text;version=../../etc", "text/plain;version=x;escaping=y"]
)
async def test_an_odd_accept_header_is_answered(client: httpx.AsyncClient, accept: str) -> None:
    assert (await client.get("/metrics", headers={"accept": accept})).status_code == 200


async def test_refused_documents_are_counted_by_limit(client: httpx.AsyncClient, graphql_raw: RawGraphQL) -> None:
    before = await scrape(client)
    await graphql_raw("{" + "__typename " * 4_999 + "}")
    await graphql_raw("{" + "__typename " * 101 + "}")
    await graphql_raw("{ parts(first: 200) { nodes { history(first: 200) { nodes { id } } } } }")
    await graphql_raw("{ " + " ".join(f"nonsense{number}" for number in range(9)) + " }")
    after = await scrape(client)
    name = "partsgraph_refused_documents_total"
    grown = {
        limit: told - before.by(name, "limit").get(limit, 0)
        for limit, told in after.by(name, "limit").items()
        if told > before.by(name, "limit").get(limit, 0)
    }
    assert grown == {"token": 1, "root_field": 1, "cost": 1, "validation_error": 1}


async def test_the_inventory_is_told_as_the_tables_have_it(
    inventory_client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box(1, capacity=2)
    await workshop.box(2, capacity=3)
    await workshop.box(3, capacity=1)
    await workshop.part_type("Resistor")
    await workshop.part_type("Never used")
    low = await workshop.stocked(5, "1-1", typeName="Resistor", lowStockThreshold=5)
    await workshop.receive(low, "1-2", 0 + 1)
    await workshop.use(low, "1-2", 1)
    await workshop.receive(await workshop.part(typeName="Resistor"), "1-2", 7)
    await workshop.receive(await workshop.part(), "2-3", 8)
    retired = await workshop.part()
    await workshop.done("retirePart", partKey=retired, expectedVersion=1)
    await database_connection.execute(
        "INSERT INTO attachments (part_id, kind, title, url, actor) "
        "SELECT id, 'LINK', 'Datasheet', 'https://example.org/x', 'ada' FROM parts WHERE key = $1",
        low,
    )
    # What was read for an earlier test is kept for a moment.
    told = await until(lambda: scrape(inventory_client), lambda told: told.value("partsgraph_pieces") == 20)
    assert told.value("partsgraph_inventory_up") == 1
    assert told.by("partsgraph_parts", "state") == {"active": 3, "retired": 1}
    assert told.value("partsgraph_pieces") == 20
    assert told.value("partsgraph_parts_low") == 1
    assert told.value("partsgraph_parts_without_documents") == 2
    assert told.by("partsgraph_parts_by_type", "type") == {"Resistor": 2, "(none)": 1}
    assert told.by("partsgraph_boxes", "use") == {"empty": 1, "partly": 1, "full": 1}
    assert told.by("partsgraph_box_occupied_locations", "box") == {"1": 2, "2": 1}
    assert told.by("partsgraph_box_locations", "box") == {"1": 2, "2": 3}
    assert told.by("partsgraph_locations", "state") == {"occupied": 3, "free": 3}
    assert told.by("partsgraph_recent_quantity_changes", "days") == {"7": 5, "30": 5}


async def test_scrapes_at_the_same_time_share_one_read(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(scrape(client) for _ in range(10)))
    assert {answer.value("partsgraph_inventory_up") for answer in answers} == {1}
    assert len({answer.value("partsgraph_inventory_read_duration_seconds") for answer in answers}) == 1


async def test_the_statement_of_the_inventory_does_not_walk_through_the_history(
    database_connection: asyncpg.Connection,
) -> None:
    from persistence.readers.inventory import _INVENTORY

    await database_connection.execute("SET enable_seqscan = off")
    statement = "EXPLAIN " + _INVENTORY.sql
    bounds = _INVENTORY.arguments({"most_types": 100, "most_boxes": 100, "search_rules": 1})
    plan = "\n".join(row[0] for row in await database_connection.fetch(statement, *bounds))
    assert "Seq Scan on quantity_changes" not in plan
    assert "Seq Scan on operations" not in plan
    assert plan.count("ix_quantity_changes_operation_id") == 2
    assert plan.count("ix_operations_at") == 2


async def test_names_beyond_the_bound_are_one(inventory_client: httpx.AsyncClient) -> None:
    before = await scrape(inventory_client)
    for number in range(8):
        await post(inventory_client, f"query Invented{number} {{ __typename }}")
    await post(inventory_client, f"query {'x' * 61} {{ __typename }}")
    await post(inventory_client, "{ __typename }")
    await post(inventory_client, "{ nonsense }")
    counted = (await scrape(inventory_client)).by("partsgraph_requests_total", "operation")
    for name, count in before.by("partsgraph_requests_total", "operation").items():
        counted[name] -= count
    assert len([name for name in counted if name.startswith("Invented")]) == 5
    assert (counted["other"], counted["anonymous"], counted["none"]) == (4, 1, 1)


def test_whoever_invents_names_fills_no_memory() -> None:
    requests: RequestMetrics = Metrics(max_operation_names=3).requests
    for number in range(1_000):
        requests.observe(_Request(f"N{number}"), 0.001)
    assert len(requests._figures) == 4


def _open_metrics(text: str) -> list[Metric]:
    return list(parse_open_metrics(text))  # type: ignore[no-untyped-call]


class _Request:
    def __init__(self, name: str) -> None:
        self.name: str | None = name
        self.kind: str | None = "query"
        self.outcome = "OK"
        self.cost: int | None = 1
        self.statement_count = 1


async def test_lent_connections_and_those_who_wait_for_one_are_told(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box()
    key = await workshop.stocked(100)
    lock = database_connection.transaction()
    await lock.start()
    await database_connection.execute("SELECT FROM parts WHERE key = $1 FOR UPDATE", key)
    changes = [asyncio.create_task(workshop.use(key, "1-1", 1)) for _ in range(24)]
    await rivals_waiting(database_connection, 24)
    changes += [asyncio.create_task(workshop.use(key, "1-1", 1)) for _ in range(2)]
    told = await until(lambda: scrape(client), lambda told: told.value("partsgraph_pool_waiting", pool="write") >= 2)
    await lock.rollback()
    await asyncio.gather(*changes)
    assert told.by("partsgraph_pool_connections_in_use", "pool")["write"] == 24
    # What the server does by itself may wait with the two: it looks for files to read, for jobs, and gives hints.
    waiting = told.by("partsgraph_pool_waiting", "pool")
    assert set(waiting) == {"write"}
    assert 2 <= waiting["write"] <= 2 + BY_ITSELF

    async def none_is_lent() -> bool:
        after = await scrape(client)
        return (
            after.value("partsgraph_pool_connections_in_use", pool="write")
            == after.value("partsgraph_pool_waiting")
            == 0
        )

    await until(none_is_lent)


async def test_bytes_of_objects_are_told_as_they_travel(client: httpx.AsyncClient, workshop: Workshop) -> None:
    owner = {"partKey": await workshop.part()}
    before = await scrape(client)
    content = b"plain text, which nobody renders\n" * 100
    attachment = await attached(client, owner, content, "notes.txt")
    stored = await scrape(client)
    assert (await client.get(attachment["url"])).content == content
    read = await scrape(client)
    name = "partsgraph_object_store_bytes_total"
    assert stored.value(name, kind="put_object") - before.value(name, kind="put_object") == len(content)
    # The text of the file may be read meanwhile, by the one who extracts it.
    assert read.value(name, kind="get_object") - before.value(name, kind="get_object") in {
        len(content),
        2 * len(content),
    }


async def test_plans_are_told_when_they_are_made_and_kept(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    document = "query PlannedOnce { parts(first: 3) { nodes { key description } } }"
    assert await _made_and_kept(client, graphql, document, "partsgraph_executor_plans") == (1, 1)


async def test_introspection_is_told_when_it_is_made_and_kept(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    document = "query DescribedOnce { parts: __schema { queryType { name } } __typename }"
    assert await _made_and_kept(client, graphql, document, "partsgraph_schema_answers") == (1, 1)


async def _made_and_kept(client: httpx.AsyncClient, graphql: GraphQL, document: str, name: str) -> tuple[float, float]:
    """By how much the figures change when an operation runs three times that has not run before.

    Other tests may have filled the memory of the server: it forgets others then for what is new, and another operation
    finds room.
    """
    made = kept = 0.0
    for number in range(20):
        before = await scrape(client)
        for _ in range(3):
            await graphql(document.replace("Once", f"Once{number}"))
        after = await scrape(client)
        made, kept = (after.value(each) - before.value(each) for each in (f"{name}_made_total", f"{name}_kept"))
        if kept == 1:
            break
    return made, kept


async def test_objects_and_pools_are_told(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    assert (await client.get("/readyz")).status_code == 200
    told = await scrape(client)
    assert told.value("partsgraph_object_store_calls_total", kind="head_bucket", outcome="ok") >= 1
    assert told.value("partsgraph_object_store_duration_seconds_count", kind="head_bucket") >= 1
    assert told.by("partsgraph_pool_connections_most", "pool") == {"write": 24, "read": 8}
    assert told.value("process_resident_memory_bytes") > 50_000_000
    assert told.value("process_cpu_seconds_total") > 0.1
    assert told.value("partsgraph_processes") == 1
    assert told.value("partsgraph_ready", check="database") == 1

"""An answer that the database could have written, and did not, is counted by its reason, each time its field runs."""

import httpx
import pytest

from graph.execution.observation import Unwritten
from persistence.readers.written.shapes import Obstacle
from tests.execution.both_executors import BothExecutors
from tests.execution.workshop import contexts, open_workshop, workshop_schema
from tests.factories import Workshop
from tests.graphql_client import RawGraphQL
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess

NAME = "partsgraph_executor_answers_unwritten_total"
SELDOM = 3
"""Runs before a selection is worth a statement, by default."""

UNWRITABLE = {
    "a resolver": (Unwritten.RESOLVER, "attachments { url }"),
    "a field with arguments": (Unwritten.ARGUMENTS, 'quantityAt(time: "2026-01-01T00:00:00Z")'),
    "a page with variables": (Unwritten.VARIABLES, "history(first: $first) { nodes { delta } }"),
    "a page that is refused": (Unwritten.REFUSED, "history(first: 201) { nodes { delta } }"),
    "the facts of a page": (Unwritten.CONNECTION, "history(first: 1) { totalCount nodes { delta } }"),
    "a page with a filter": (Unwritten.PAGE, 'history(first: 1, filter: { actor: "ada" }) { nodes { delta } }'),
    "what is no column": (Unwritten.NO_COLUMN, "reservedQuantity"),
    "a table within itself": (Unwritten.TABLES, "stock { part { stock { quantity } } }"),
    "very much": (
        Unwritten.TOO_LONG,
        " ".join(f"h{each}: history(first: 1) {{ nodes {{ delta totalAfter quantityAfter }} }}" for each in range(25)),
    ),
}


@pytest.mark.parametrize(("reason", "selection"), UNWRITABLE.values(), ids=UNWRITABLE)
async def test_what_the_database_cannot_write_is_counted_by_its_reason(
    client: httpx.AsyncClient, graphql_raw: RawGraphQL, workshop: Workshop, reason: Unwritten, selection: str
) -> None:
    variables: dict[str, object] = {"key": await workshop.part()}
    declared = "$key: PartKey!"
    if "$first" in selection:
        variables["first"], declared = 1, f"{declared}, $first: Int"
    query = f"query ({declared}) {{ part(key: $key) {{ key {selection} }} }}"
    assert await _grown(client, graphql_raw, query, variables, runs=5) == {
        Unwritten.SELDOM_ASKED: SELDOM,
        reason: 5 - SELDOM,
    }


async def test_what_the_database_writes_is_not_counted(
    client: httpx.AsyncClient, graphql_raw: RawGraphQL, workshop: Workshop
) -> None:
    key = await workshop.part()
    query = "query ($key: PartKey!) { part(key: $key) { key stock { quantity } } }"
    assert await _grown(client, graphql_raw, query, {"key": key}, runs=5) == {Unwritten.SELDOM_ASKED: SELDOM}


@pytest.mark.parametrize(
    ("reason", "query"),
    [
        (Unwritten.NOT_A_LOOKUP, "{ partTypes(first: 1) { nodes { name } } }"),
        (Unwritten.NO_STATEMENT, "{ projects(first: 1) { nodes { name } } }"),
    ],
)
async def test_fields_of_query_that_the_database_never_writes_are_counted_too(
    client: httpx.AsyncClient, graphql_raw: RawGraphQL, reason: Unwritten, query: str
) -> None:
    assert await _grown(client, graphql_raw, query, {}, runs=2) == {reason: 2}


async def test_relations_within_an_answer_are_not_counted_by_themselves(
    client: httpx.AsyncClient, graphql_raw: RawGraphQL, workshop: Workshop
) -> None:
    await workshop.box()
    key = await workshop.stocked(5)
    query = "query ($key: PartKey!) { part(key: $key) { history(first: 1) { nodes { part { key } } } } }"
    assert await _grown(client, graphql_raw, query, {"key": key}, runs=1) == {Unwritten.SELDOM_ASKED: 1}


async def test_a_server_that_writes_nothing_says_so(server: ServerProcess) -> None:
    async with open_workshop(server, written_after_runs=-1) as application:
        executors = BothExecutors(workshop_schema)
        answers = await executors.run("{ parts(first: 1) { nodes { key } } }", {}, contexts(application))
        assert answers.ours.errors is None
        value = application.metrics.registry.get_sample_value
        assert value(NAME, {"reason": Unwritten.TURNED_OFF.value}) == 1
        assert {value(NAME, {"reason": reason.value}) for reason in Unwritten} == {0, 1}


def test_whatever_stops_the_database_is_a_reason() -> None:
    assert {obstacle.value for obstacle in Obstacle} < {reason.value for reason in Unwritten}


async def _grown(
    client: httpx.AsyncClient, graphql_raw: RawGraphQL, query: str, variables: dict[str, object], runs: int
) -> dict[str, float]:
    """How much the counter grew by each reason, while the query ran so often."""
    before = (await scrape(client)).by(NAME, "reason")
    for _ in range(runs):
        assert (await graphql_raw(query, variables)).status_code == 200
    after = (await scrape(client)).by(NAME, "reason")
    return {reason: count - before.get(reason, 0) for reason, count in after.items() if count > before.get(reason, 0)}

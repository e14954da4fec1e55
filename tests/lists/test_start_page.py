"""What a start page shows at a glance: full boxes, types and where they lie, what has no documents, recent days."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL, RawGraphQL
from tests.rows import fill
from tests.statement_counting import Counted

USES = """{ statistics {
  partsWithoutDocumentsCount
  fullestBoxes { box { number } usage { capacity occupied free partCount totalQuantity } }
  partTypeUses { type { name } partCount boxCount totalQuantity }
} }"""
DAYS = """query D($days: Int! = 30, $east: Int! = 0) { statistics {
  activity(days: $days, utcOffsetMinutes: $east) { begins operationCount changeCount }
} }"""


async def test_boxes_and_types_are_told_by_their_use(workshop: Workshop, graphql: GraphQL) -> None:
    for number, capacity in ((1, 4), (2, 2), (3, 4), (4, 5)):
        await workshop.box(number, capacity=capacity)
    for name in ("Resistor", "Capacitor", "Unused"):
        await workshop.part_type(name)
    resistors = [await workshop.part(typeName="Resistor") for _ in range(2)]
    capacitor, untyped = await workshop.part(typeName="Capacitor"), await workshop.part()
    retired = await workshop.part(typeName="Capacitor")
    await workshop.done("retirePart", partKey=retired)
    await workshop.done("attachLink", owner={"partKey": untyped}, url="https://example.com/", title="Data sheet")
    for key, place, quantity in (
        (resistors[0], "1-1", 5),
        (resistors[1], "1-1", 2),
        (resistors[1], "2-1", 1),
        (capacitor, "1-4", 7),
        (untyped, "3-1", 3),
    ):
        await workshop.receive(key, place, quantity)
    told = (await graphql(USES))["statistics"]
    boxes = [(each["box"]["number"], *each["usage"].values()) for each in told["fullestBoxes"]]
    assert boxes == [(1, 4, 2, 2, 3, "14"), (2, 2, 1, 1, 1, "1"), (3, 4, 1, 3, 1, "3")]
    types = [(each["type"] and each["type"]["name"], *list(each.values())[1:]) for each in told["partTypeUses"]]
    assert types == [("Resistor", 2, 2, "8"), ("Capacitor", 1, 1, "7"), (None, 1, 1, "3")]
    assert told["partsWithoutDocumentsCount"] == 3


async def test_every_day_is_there_and_begins_where_people_are(
    graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 3)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    # Five operations of three changes each: one at the end of the day before, two at its beginning, two today.
    times = [midnight - timedelta(microseconds=1), midnight, midnight, midnight + timedelta(seconds=1)]
    times = [midnight - timedelta(days=3), *times]
    await database_connection.execute("SET session_replication_role = replica")
    await database_connection.execute(
        "UPDATE operations SET at = new.at FROM unnest($1::timestamptz[]) WITH ORDINALITY AS new (at, n) "
        "WHERE operations.id = (SELECT min(id) FROM operations) + n - 1",
        times,
    )
    days = (await graphql(DAYS, {"days": 3}))["statistics"]["activity"]
    assert [each["begins"] for each in days] == [
        f"{(midnight - timedelta(days=back)).date()}T00:00:00Z" for back in (2, 1, 0)
    ]
    assert [(each["operationCount"], each["changeCount"]) for each in days] == [(0, 0), (1, 3), (3, 9)]
    # A minute further west midnight is a minute later, and nothing has happened since then.
    west = (await graphql(DAYS, {"days": 90, "east": -1}))["statistics"]["activity"]
    assert len(west) == 90
    assert sum(each["operationCount"] for each in west) == 5
    assert all(each["begins"].endswith("T00:01:00Z") for each in west)
    assert [each["changeCount"] for each in west if each["changeCount"]] == [3, 12]


@pytest.mark.parametrize("variables", [{"days": 0}, {"days": 91}, {"east": 841}, {"east": -841}])
async def test_days_that_cannot_be_are_a_broken_request(graphql_raw: RawGraphQL, variables: dict[str, int]) -> None:
    errors = (await graphql_raw(DAYS, variables)).json()["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["BAD_USER_INPUT"]


async def test_each_list_of_the_start_page_takes_one_statement(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 60)
    data, count = await counted(USES.replace("fullestBoxes", "activity { begins } fullestBoxes"))
    assert count == 4
    assert len(data["statistics"]["fullestBoxes"]) == 20
    assert [each["partCount"] for each in data["statistics"]["partTypeUses"]] == [20, 20, 20]

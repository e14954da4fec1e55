"""Filters of lists: each condition keeps exactly what it says."""

from datetime import timedelta

import asyncpg
import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json, RawGraphQL

PARTS = "query Q($filter: PartFilter) { parts(filter: $filter) { totalCount nodes { key } } }"
BOXES = "query Q($filter: BoxFilter) { boxes(filter: $filter) { totalCount nodes { number } } }"
TYPES = "query Q($filter: PartTypeFilter) { partTypes(filter: $filter) { totalCount nodes { name } } }"
HISTORY = "query Q($filter: HistoryFilter) { history(filter: $filter) { totalCount nodes { delta } } }"


@pytest.fixture
async def stocked(workshop: Workshop) -> Workshop:
    """Four parts in use and a retired one, in two boxes."""
    await workshop.box(1, capacity=2, description="Drawer über all")
    await workshop.box(2, capacity=3, description="Shelf", designatedTypeNames=[await workshop.part_type("Resistor")])
    await workshop.part_type("Capacitor")
    await workshop.part_type("Spare")
    await workshop.part(key="AAAA", typeName="resistor", tags=["SMD", "Ünique"], manufacturerCode="RC-0603_10%")
    await workshop.part(key="BBBB", typeName="Capacitor", tags=["smd"], lowStockThreshold=5)
    await workshop.part(key="CCCC", lowStockThreshold=0, manufacturer="Straße", manufacturerCode="ABAA-7")
    await workshop.part(key="DDDD", typeName="Resistor", lowStockThreshold=5)
    await workshop.part(key="EEEE", typeName="Resistor", tags=["smd"])
    await workshop.done("retirePart", partKey="EEEE")
    await workshop.receive("AAAA", "1-1", 10)
    await workshop.receive("BBBB", "1-2", 5)
    await workshop.receive("DDDD", "2-1", 6)
    return workshop


@pytest.mark.parametrize(
    ("filter", "keys"),
    [
        (None, "AAAA BBBB CCCC DDDD"),
        ({}, "AAAA BBBB CCCC DDDD"),
        ({"retired": None}, "AAAA BBBB CCCC DDDD EEEE"),
        ({"retired": True}, "EEEE"),
        ({"typeName": " RESISTOR "}, "AAAA DDDD"),
        ({"typeName": "Resistor", "retired": None}, "AAAA DDDD EEEE"),
        ({"typeName": "nothing"}, ""),
        ({"typeName": ""}, ""),
        ({"hasType": False}, "CCCC"),
        ({"hasType": True, "inStock": False, "retired": None}, "EEEE"),
        ({"tag": "Smd"}, "AAAA BBBB"),
        ({"tagsAll": ["smd", "ÜNIQUE"]}, "AAAA"),
        ({"tag": "smd", "tagsAll": ["ünique"]}, "AAAA"),
        ({"tagsAll": []}, "AAAA BBBB CCCC DDDD"),
        ({"inStock": True}, "AAAA BBBB DDDD"),
        ({"inStock": False}, "CCCC"),
        ({"isLow": True}, "BBBB CCCC"),
        ({"isLow": False}, "AAAA DDDD"),
        ({"boxNumber": 1}, "AAAA BBBB"),
        ({"boxNumber": 9}, ""),
        ({"boxNumber": -(2**31)}, ""),
        ({"text": "aaa"}, "AAAA"),
        ({"text": "aa"}, "AAAA CCCC"),
        ({"text": "0603_10%"}, "AAAA"),
        ({"text": "_"}, "AAAA"),
        ({"text": "%"}, "AAAA"),
        ({"text": "\\"}, ""),
        ({"text": "  "}, "AAAA BBBB CCCC DDDD"),
        ({"text": None, "tag": None, "isLow": None}, "AAAA BBBB CCCC DDDD"),
    ],
)
async def test_a_parts_list_shows_the_parts_that_meet_all_conditions(
    stocked: Workshop, graphql: GraphQL, filter: Json | None, keys: str
) -> None:
    parts = (await graphql(PARTS, {"filter": filter}))["parts"]
    assert [node["key"] for node in parts["nodes"]] == keys.split()
    assert parts["totalCount"] == len(keys.split())


@pytest.mark.parametrize(
    ("filter", "numbers"),
    [
        (None, [1, 2]),
        ({"designatedTypeName": "RESISTOR"}, [2]),
        ({"designatedTypeName": "Capacitor"}, []),
        ({"hasFreeLocations": True}, [2]),
        ({"hasFreeLocations": False}, [1]),
        ({"isEmpty": True}, []),
        ({"isEmpty": False}, [1, 2]),
        ({"text": "SHELF"}, [2]),
        ({"text": "e"}, [1, 2]),
        ({"text": "e_"}, []),
    ],
)
async def test_a_boxes_list_shows_the_boxes_that_meet_all_conditions(
    stocked: Workshop, graphql: GraphQL, filter: Json | None, numbers: list[int]
) -> None:
    boxes = (await graphql(BOXES, {"filter": filter}))["boxes"]
    assert [node["number"] for node in boxes["nodes"]] == numbers
    assert boxes["totalCount"] == len(numbers)


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        (None, ["Capacitor", "Resistor", "Spare"]),
        ({"text": "P"}, ["Capacitor", "Spare"]),
        ({"isUsed": True}, ["Capacitor", "Resistor"]),
        ({"isUsed": False}, ["Spare"]),
        ({"isUsed": False, "text": "cap"}, []),
    ],
)
async def test_a_part_types_list_shows_the_types_that_meet_all_conditions(
    stocked: Workshop, graphql: GraphQL, filter: Json | None, names: list[str]
) -> None:
    types = (await graphql(TYPES, {"filter": filter}))["partTypes"]
    assert [node["name"] for node in types["nodes"]] == names


@pytest.mark.parametrize(
    ("filter", "deltas"),
    [
        ({}, [-1, 6, 5, 10]),
        ({"kinds": ["USE"]}, [-1]),
        ({"kinds": ["USE", "RECEIVE"]}, [-1, 6, 5, 10]),
        ({"kinds": []}, []),
        ({"actor": "local"}, [-1, 6, 5, 10]),
        ({"actor": "Local"}, []),
        ({"partKey": "aaaa"}, [-1, 10]),
        ({"partKey": "ZZZZ"}, []),
        ({"boxNumber": 1}, [-1, 5, 10]),
        ({"location": "1-2"}, [5]),
        ({"location": "1-2", "boxNumber": 2}, []),
        ({"location": "1-1", "kinds": ["RECEIVE"], "partKey": "AAAA"}, [10]),
    ],
)
async def test_a_history_shows_the_changes_that_meet_all_conditions(
    stocked: Workshop, graphql: GraphQL, filter: Json, deltas: list[int]
) -> None:
    await stocked.use("AAAA", "1-1", 1)
    history = (await graphql(HISTORY, {"filter": filter}))["history"]
    assert [node["delta"] for node in history["nodes"]] == deltas
    assert history["totalCount"] == len(deltas)


async def test_a_history_runs_from_a_time_on_until_before_another(
    stocked: Workshop, graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    times = [row[0] for row in await database_connection.fetch("SELECT at FROM operations ORDER BY id")]
    within = {"from": times[1].isoformat(), "until": times[2].isoformat()}
    assert [n["delta"] for n in (await graphql(HISTORY, {"filter": within}))["history"]["nodes"]] == [5]
    later = {"from": (times[2] + timedelta(microseconds=1)).isoformat()}
    assert (await graphql(HISTORY, {"filter": later}))["history"] == {"totalCount": 0, "nodes": []}


async def test_histories_of_a_part_a_box_and_a_location_hold_what_happened_to_each(
    stocked: Workshop, graphql: GraphQL
) -> None:
    await stocked.use("AAAA", "1-1", 1)
    histories = await graphql(
        """{
          part(key: "AAAA") { history(filter: { kinds: [RECEIVE] }) { nodes { delta } } }
          box(number: 1) { history(last: 2) { nodes { delta } } }
          location(reference: "1-1") { isFree history { nodes { delta locationReference location { number } } } }
        }"""
    )
    assert histories["part"]["history"]["nodes"] == [{"delta": 10}]
    assert histories["box"]["history"]["nodes"] == [{"delta": 5}, {"delta": 10}]
    place = {"locationReference": "1-1", "location": {"number": 1}}
    assert histories["location"] == {
        "isFree": False,
        "history": {"nodes": [{"delta": -1, **place}, {"delta": 10, **place}]},
    }


async def test_locations_of_a_box_are_shown_by_what_lies_there(stocked: Workshop, graphql: GraphQL) -> None:
    box = await graphql(
        """{ box(number: 2) {
          all: locations { nodes { reference isFree stock { quantity part { key } } } }
          free: locations(filter: { isFree: true }) { totalCount nodes { number } }
          taken: locations(filter: { isFree: false }) { totalCount nodes { number } }
          usage { capacity occupied free partCount totalQuantity }
        } }"""
    )
    assert box["box"]["all"]["nodes"] == [
        {"reference": "2-1", "isFree": False, "stock": [{"quantity": 6, "part": {"key": "DDDD"}}]},
        {"reference": "2-2", "isFree": True, "stock": []},
        {"reference": "2-3", "isFree": True, "stock": []},
    ]
    assert box["box"]["free"] == {"totalCount": 2, "nodes": [{"number": 2}, {"number": 3}]}
    assert box["box"]["taken"] == {"totalCount": 1, "nodes": [{"number": 1}]}
    assert box["box"]["usage"] == {"capacity": 3, "occupied": 1, "free": 2, "partCount": 1, "totalQuantity": "6"}


async def test_the_parts_of_a_type_are_filtered_and_ordered_as_any_parts(stocked: Workshop, graphql: GraphQL) -> None:
    found = await graphql(
        """{ partType(name: "resistor") {
          partCount
          parts(orderBy: { field: TOTAL_QUANTITY, direction: DESC }) { totalCount nodes { key totalQuantity } }
          retired: parts(filter: { retired: true }) { nodes { key } }
        } }"""
    )
    assert found["partType"] == {
        "partCount": 2,
        "parts": {
            "totalCount": 2,
            "nodes": [{"key": "AAAA", "totalQuantity": 10}, {"key": "DDDD", "totalQuantity": 6}],
        },
        "retired": {"nodes": [{"key": "EEEE"}]},
    }


@pytest.mark.parametrize(
    ("query", "filter"),
    [
        (PARTS, {"text": "\x00"}),
        (PARTS, {"typeName": "x" * 256}),
        (PARTS, {"boxNumber": 2**31}),
        (BOXES, {"text": "\x00"}),
        (TYPES, {"text": "a" * 300}),
        (HISTORY, {"actor": "\x00"}),
        (HISTORY, {"from": "2026-01-01T00:00:00"}),
        (HISTORY, {"from": "2026-02-30T00:00:00Z"}),
        (HISTORY, {"until": "0001-01-01T00:00:00+14:00"}),
        (HISTORY, {"location": "10000-1"}),
        (HISTORY, {"location": "1-1001"}),
        (HISTORY, {"partKey": "ABC"}),
        (HISTORY, {"kinds": ["BORROW"]}),
    ],
)
async def test_a_filter_that_nothing_can_meet_is_a_broken_request(
    graphql_raw: RawGraphQL, query: str, filter: Json
) -> None:
    answer = (await graphql_raw(query, {"filter": filter})).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]

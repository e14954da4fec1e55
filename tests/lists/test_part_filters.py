"""Filters of lists of parts by what else there is about a part: files, claims, its maker, its times.

Rules: docs/domain.md#natural-order.
"""

from datetime import timedelta

import asyncpg
import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json, RawGraphQL
from tests.projects.facts import line, planted_line, planted_list, project

PARTS = """query Q($filter: PartFilter, $orderBy: PartOrder) {
  parts(filter: $filter, orderBy: $orderBy) { totalCount nodes { key reservedQuantity } }
}"""


async def keys_of(graphql: GraphQL, filter: Json, field: str = "KEY") -> str:
    parts = (await graphql(PARTS, {"filter": filter, "orderBy": {"field": field}}))["parts"]
    assert parts["totalCount"] == len(parts["nodes"])
    return " ".join(node["key"] for node in parts["nodes"])


async def test_parts_are_chosen_by_their_keys(workshop: Workshop, graphql: GraphQL, graphql_raw: RawGraphQL) -> None:
    for key in ("AAAA", "BBBB", "CCCC"):
        await workshop.part(key=key)
    assert await keys_of(graphql, {"keys": ["cccc", "AAAA", "ZZZZ", "aaaa"]}) == "AAAA CCCC"
    assert await keys_of(graphql, {"keys": []}) == ""
    assert await keys_of(graphql, {"keys": None}) == "AAAA BBBB CCCC"
    for faulty, code in ((["ABC"], "BAD_USER_INPUT"), (["AAAA"] * 201, "ITEM_LIMIT")):
        answer = (await graphql_raw(PARTS, {"filter": {"keys": faulty}})).json()
        assert answer["errors"][0]["extensions"]["code"] == code


async def test_parts_are_chosen_by_whether_they_have_files_or_links(workshop: Workshop, graphql: GraphQL) -> None:
    for key in ("AAAA", "BBBB"):
        await workshop.part(key=key)
    await workshop.box(1)
    await workshop.done("attachLink", owner={"partKey": "BBBB"}, url="https://example.com/", title="Data sheet")
    await workshop.done("attachLink", owner={"boxNumber": 1}, url="https://example.com/", title="Shelf")
    for field in ("KEY", "TYPE"):
        assert await keys_of(graphql, {"hasAttachments": True}, field) == "BBBB"
        assert await keys_of(graphql, {"hasAttachments": False}, field) == "AAAA"
        assert await keys_of(graphql, {"hasAttachments": None}, field) == "AAAA BBBB"


async def test_a_part_is_reserved_while_a_project_wants_it_or_a_pick_list_holds_it(
    workshop: Workshop, graphql: GraphQL
) -> None:
    for key in ("AAAA", "BBBB", "CCCC", "DDDD", "EEEE"):
        await workshop.part(key=key)
    await project(workshop, "Lamp", 2, line("AAAA"))
    await project(workshop, "No target", 0, line("BBBB"))
    archived = await project(workshop, "Archived", 2, line("CCCC"))
    await workshop.done("archiveProject", projectId=archived)
    number = await planted_list(workshop.connection, "Lamp")
    await planted_line(workshop.connection, number, "DDDD", open=1)
    await planted_line(workshop.connection, number, "EEEE", picked=1)
    for field in ("KEY", "TYPE"):
        assert await keys_of(graphql, {"isReserved": True}, field) == "AAAA DDDD"
        assert await keys_of(graphql, {"isReserved": False}, field) == "BBBB CCCC EEEE"
    nodes = (await graphql(PARTS, {}))["parts"]["nodes"]
    assert [node["key"] for node in nodes if int(node["reservedQuantity"]) > 0] == ["AAAA", "DDDD"]


async def test_a_manufacturer_is_found_ignoring_case_and_spacing(workshop: Workshop, graphql: GraphQL) -> None:
    long = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 255
    for key, manufacturer in (("AAAA", "Maker 2"), ("BBBB", "MAKER  2"), ("CCCC", "Maker 02"), ("DDDD", long)):
        await workshop.part(key=key, manufacturer=manufacturer)
    await workshop.part(key="EEEE")
    for name, keys in ((" maker 2 ", "AAAA BBBB"), ("maker 02", "CCCC"), (long, "DDDD"), (long[1:], ""), ("", "")):
        assert await keys_of(graphql, {"manufacturer": name}) == keys


async def test_parts_are_chosen_by_when_they_were_made_or_edited(
    workshop: Workshop, graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await workshop.box(1)
    for key in ("AAAA", "BBBB", "CCCC"):
        await workshop.part(key=key)
    made = await database_connection.fetchval("SELECT created_at FROM parts WHERE key = 'BBBB'")
    await workshop.done("updatePart", partKey="AAAA", description="Edited")
    edited = await database_connection.fetchval("SELECT updated_at FROM parts WHERE key = 'AAAA'")
    await workshop.receive("BBBB", "1-1", 1)
    instant = timedelta(microseconds=1)
    for filter, keys in (
        ({"createdSince": made.isoformat()}, "BBBB CCCC"),
        ({"createdSince": (made + instant).isoformat()}, "CCCC"),
        ({"updatedSince": edited.isoformat()}, "AAAA"),
        ({"updatedSince": (edited + instant).isoformat()}, ""),
        ({"createdSince": "9999-12-31T23:59:59Z"}, ""),
        ({"createdSince": "0001-01-01T00:00:00Z", "updatedSince": None}, "AAAA BBBB CCCC"),
    ):
        assert await keys_of(graphql, filter) == keys, filter
    assert await keys_of(graphql, {}, "UPDATED_AT") == "BBBB CCCC AAAA"


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        (["R2", "r10", "R010", "R10a", "R100"], "manufacturer_code"),
        (["1N4", "1N41", "1N414", "2N1", "10N"], "manufacturer_code"),
        (["9", "9" * 14, "1" * 15, "A1B2", "A1B10", "A2", "A10", "B"], "manufacturer"),
        (["LED 3 mm", "LED 10 mm", "LED a"], "description"),
        (["\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 255, "😀1" * 127], "manufacturer_code"),
    ],
)
async def test_numbers_inside_of_texts_are_ordered_as_numbers(
    workshop: Workshop, graphql: GraphQL, texts: list[str], field: str
) -> None:
    name = {"manufacturer_code": "manufacturerCode"}.get(field, field)
    keys = {f"K{chr(65 + number)}AA": text for number, text in enumerate(texts)}
    for key, text in reversed(keys.items()):
        await workshop.part(key=key, **{name: text})
    found = await keys_of(graphql, {}, field.upper())
    assert found.split() == list(keys)


async def test_parts_without_the_text_come_last_and_first_when_the_order_is_turned(
    workshop: Workshop, graphql: GraphQL
) -> None:
    await workshop.part_type("Zener diode")
    await workshop.part(key="AAAA")
    await workshop.part(key="BBBB", manufacturer="Z", manufacturerCode="z", typeName="Zener diode")
    for field in ("TYPE", "MANUFACTURER", "MANUFACTURER_CODE"):
        assert await keys_of(graphql, {}, field) == "BBBB AAAA"
        turned = {"orderBy": {"field": field, "direction": "DESC"}}
        assert [node["key"] for node in (await graphql(PARTS, turned))["parts"]["nodes"]] == ["AAAA", "BBBB"]


async def test_renaming_a_type_moves_its_parts_and_writes_none_of_them(
    workshop: Workshop, graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    for name, key in (("Alpha", "AAAA"), ("Beta", "BBBB")):
        await workshop.part(key=key, typeName=await workshop.part_type(name))
    places = "SELECT array_agg(ctid::text ORDER BY id) FROM parts"
    before = await database_connection.fetchval(places)
    await workshop.done("updatePartType", name="Alpha", newName="Gamma")
    assert await keys_of(graphql, {}, "TYPE") == "BBBB AAAA"
    assert await database_connection.fetchval(places) == before


async def test_the_parts_of_each_type_are_ordered_by_type_as_by_key(workshop: Workshop, graphql: GraphQL) -> None:
    for name in ("Alpha", "Beta"):
        await workshop.part_type(name)
    for key, name in (("CCCC", "Alpha"), ("AAAA", "Beta"), ("BBBB", "Alpha")):
        await workshop.part(key=key, typeName=name)
    page = "parts(first: 1, orderBy: { field: TYPE }, filter: %s) { nodes { key } pageInfo { hasNextPage endCursor } }"
    for filter in ("{}", '{ hasAttachments: false, createdSince: "2000-01-01T00:00:00Z" }'):
        types = (await graphql(f"{{ partTypes {{ nodes {{ {page % filter} }} }} }}"))["partTypes"]["nodes"]
        assert [each["parts"]["nodes"] for each in types] == [[{"key": "BBBB"}], [{"key": "AAAA"}]]
        assert [each["parts"]["pageInfo"]["hasNextPage"] for each in types] == [True, False]
        cursor = types[0]["parts"]["pageInfo"]["endCursor"]
        following = page.replace("first: 1", f'first: 1, after: "{cursor}"') % filter
        rest = await graphql(f'{{ partType(name: "Alpha") {{ {following} }} }}')
        assert rest["partType"]["parts"]["nodes"] == [{"key": "CCCC"}]


async def test_every_list_of_parts_is_searched_by_words(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.part_type("Resistor")
    for key, description in (("AAAA", "Resistor 4k7 metal film"), ("BBBB", "Resistor 47k"), ("CCCC", "Capacitor 4k7")):
        typed = {"typeName": "Resistor"} if key != "CCCC" else {}
        await workshop.part(key=key, description=description, **typed)
    for text, keys in (
        ("4.7 kΩ", "AAAA CCCC"),
        ("film resistr", "AAAA"),
        ("bbbb", "BBBB"),
        ("resistor capacitor", ""),
        ("!!!", ""),
        ("  ", "AAAA BBBB CCCC"),
        (None, "AAAA BBBB CCCC"),
        ("' OR 1=1; \x00 \u202e(((" + "x" * 10_000, ""),
    ):
        assert await keys_of(graphql, {"search": text}) == keys, text
    assert await keys_of(graphql, {"search": "4k7", "hasType": False}, "TYPE") == "CCCC"
    assert await keys_of(graphql, {"search": "4k7"}, "TYPE") == "AAAA CCCC"
    of_type = await graphql('{ partType(name: "Resistor") { parts(filter: { search: "4k7" }) { nodes { key } } } }')
    assert of_type["partType"]["parts"]["nodes"] == [{"key": "AAAA"}]
    of_types = await graphql(
        '{ partTypes { nodes { name parts(filter: { search: "4k7", inStock: false }) { totalCount nodes { key } } } } }'
    )
    [resistors] = [kind for kind in of_types["partTypes"]["nodes"] if kind["parts"]["totalCount"]]
    assert resistors == {"name": "Resistor", "parts": {"totalCount": 1, "nodes": [{"key": "AAAA"}]}}

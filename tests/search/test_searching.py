"""Parts are found by words, from the commit on, whatever else there is (docs/domain.md#order-of-hits)."""

import asyncpg
import httpx
import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL, data_of
from tests.search.documents import written_at
from tests.search.searching import SEARCH, found, hits
from tests.server_process import ServerProcess
from tests.statement_counting import Counted


async def test_a_part_is_found_from_its_commit_on_by_every_server(
    workshop: Workshop, second_server: ServerProcess
) -> None:
    async with httpx.AsyncClient(base_url=second_server.base_url, trust_env=False) as client:

        async def found_elsewhere(text: str) -> list[str]:
            page = (await data_of(client, SEARCH, {"text": text}))["searchParts"]
            return [node["part"]["key"] for node in page["nodes"]]

        key = await workshop.part("Ceramic resonator")
        assert await found_elsewhere("resonator") == [key]
        await workshop.done("updatePart", partKey=key, description="Crystal oscillator")
        assert await found_elsewhere("resonator") == []
        assert await found_elsewhere("oscillator") == [key]
        await workshop.done("deletePart", partKey=key)
        assert await found_elsewhere("oscillator") == []


async def test_key_then_mpn_then_beginnings_then_words_then_misspelt_words(
    workshop: Workshop, graphql: GraphQL
) -> None:
    for key, facts in {
        "LOPS": {"description": "Thing"},
        "AAAA": {"description": "Thing", "manufacturerCode": "LO-PS"},
        "AAAB": {"description": "Thing", "manufacturerCode": "LOPS-20"},
        "AAAC": {"description": "Lops of wood"},
        "AAAD": {"description": "Lopsided"},
        "AAAE": {"description": "Many lips"},
        "AAAF": {"description": "Nothing of it"},
    }.items():
        await workshop.part(key=key, **facts)
    found_parts = await hits(graphql, "lops")
    assert [key for key, _ in found_parts] == ["LOPS", "AAAA", "AAAB", "AAAC", "AAAD", "AAAE"]
    assert [score // 1_000_000 for _, score in found_parts] == [4, 3, 2, 0, 0, 0]


async def test_all_words_are_found_each_anywhere_in_any_order(workshop: Workshop, graphql: GraphQL) -> None:
    kind = await workshop.part_type("Film capacitor")
    key = await workshop.part(
        "For mains filters", typeName=kind, manufacturer="Fennwerk", tags=["safety"], package="box 15 mm"
    )
    await workshop.part("For mains filters", manufacturer="Fennwerk")
    await workshop.part("Relay")
    for text in ("capacitor fennwerk", "safety Mains FILM", "fenwerk capactior", "filter box", "15 mm mains safety"):
        assert (await found(graphql, text))[:1] == [key], text
    assert await found(graphql, "capacitor fennwerk relay") == []


@pytest.mark.parametrize("text", ["ty", "typ", "type", "type 1", "relay type"])
async def test_that_a_part_has_a_type_is_no_word_of_it(workshop: Workshop, graphql: GraphQL, text: str) -> None:
    await workshop.part("Relay", typeName=await workshop.part_type("Relay"))
    switch = await workshop.part("Relay switch, type 1")
    assert await found(graphql, text) == [switch]


@pytest.mark.parametrize("text", ["4k7", "4.7k", "4.7 kΩ", "4700 ohm", "4K7", "4,7 kOhm", "4700"])
async def test_a_value_is_found_in_every_notation(workshop: Workshop, graphql: GraphQL, text: str) -> None:
    right = await workshop.part("Resistor", parameters=[{"name": "Resistance", "value": "4.7 kΩ"}])
    await workshop.part("Resistor", parameters=[{"name": "Resistance", "value": "47k"}])
    assert await found(graphql, text) == [right]


async def test_a_misspelling_finds_no_key(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.part("Thing", key="LAMB")
    lamp = await workshop.part("A lamp", key="AAAA")
    assert await found(graphql, "lamp") == [lamp]


async def test_renaming_a_type_changes_what_is_found_and_writes_no_document_of_a_part(
    workshop: Workshop, graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    name = await workshop.part_type("Resistor")
    key = await workshop.part("4k7 axial", typeName=name)
    before = await written_at(database_connection)
    assert await found(graphql, "resistor") == [key]
    await workshop.done("updatePartType", name=name, newName="Varistor")
    assert await found(graphql, "resistor axial") == []
    assert await found(graphql, "varistor axial") == [key]
    assert [row for row in await written_at(database_connection) if "'part'" in row] == [
        row for row in before if "'part'" in row
    ]


async def test_moving_stock_changes_where_it_is_found_and_writes_no_document(
    workshop: Workshop, graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await workshop.box(7)
    key = await workshop.stocked(10, "7-3", description="Fuse")
    before = await written_at(database_connection)
    assert await found(graphql, "7-3 fuse") == [key]
    await workshop.move(key, "7-3", [("7-4", 10)])
    assert await found(graphql, "7-3 fuse") == []
    assert await found(graphql, "7-4") == [key]
    assert await written_at(database_connection) == before


async def test_retired_parts_are_hidden_unless_asked_for(workshop: Workshop, graphql: GraphQL) -> None:
    used, retired = await workshop.part("Relay 5 V"), await workshop.part("Relay 12 V")
    await workshop.done("retirePart", partKey=retired)
    assert await found(graphql, "relay") == [used]
    assert await found(graphql, "relay", filter={"retired": True}) == [retired]
    assert set(await found(graphql, "relay", filter={"retired": None})) == {used, retired}


async def test_filters_and_orders_of_lists_hold_for_hits(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.box(1)
    await workshop.part_type("Relay")
    first = await workshop.part("Relay b", typeName="Relay", tags=["power"], key="AAAB")
    second = await workshop.part("Relay a", typeName="Relay", key="AAAC")
    third = await workshop.part("Relay c", key="AAAA")
    await workshop.receive(second, "1-1", 5)
    assert await found(graphql, "relay") == [first, second, third]
    by_key = {"field": "KEY", "direction": "DESC"}
    assert await found(graphql, "relay", orderBy=by_key) == [second, first, third]
    assert await found(graphql, "relay", orderBy={"field": "TOTAL_QUANTITY", "direction": "DESC"}) == [
        second,
        third,
        first,
    ]
    assert await found(graphql, "relay", filter={"typeName": "relay"}, orderBy=by_key) == [second, first]
    assert await found(graphql, "relay", filter={"tag": "Power"}) == [first]
    assert await found(graphql, "relay", filter={"inStock": True, "boxNumber": 1}) == [second]
    assert await found(graphql, "relay", filter={"inStock": False}) == [first, third]


async def test_a_score_depends_on_the_query_and_the_own_document_alone(workshop: Workshop, graphql: GraphQL) -> None:
    key = await workshop.part("Precision resistor 4k7 axial", manufacturer="Harrow", manufacturerCode="HR100-4701")
    texts = ("resistor", "resitsor axial", "harrow 4k7", "hr1004701", "HR100", "preci", "axial resistor 4700 ohm")
    alone = {text: await hits(graphql, text) for text in texts}
    assert all(own and own[0][0] == key for own in alone.values())
    others = [await workshop.part(f"Resistor number {number}", manufacturer="Harow") for number in range(8)]
    others.append(await workshop.part("Resitsor preci HR1004701"))
    for text in texts:
        assert dict(await hits(graphql, text))[key] == alone[text][0][1], text
    for other in others:
        await workshop.done("deletePart", partKey=other)
    assert {text: await hits(graphql, text) for text in texts} == alone


async def test_a_long_page_of_hits_takes_as_many_statements_as_a_short_one(
    workshop: Workshop, counted: Counted
) -> None:
    await workshop.box(1, capacity=40)
    kind = await workshop.part_type("Relay")
    for number in range(12):
        key = await workshop.part(f"Relay {number}", typeName=kind, parameters=[{"name": "Coil", "value": "5 V"}])
        await workshop.receive(key, f"1-{number + 1}", 1)
    for fields, statements in {
        "totalCount nodes { score part { key description type { name } } } pageInfo { hasNextPage endCursor }": 1,
        "nodes { part { key stock { location { reference } } } }": 2,
        "nodes { part { key } matches { field text ranges { start length } } }": 3,
        "facets { types { count } tags { count } boxes { count } parameters { count } } totalCount": 5,
    }.items():
        for size in (2, 12):
            _, count = await counted(f'{{ searchParts(text: "relay 5 V", first: {size}) {{ {fields} }} }}')
            assert count == statements, (fields, size)

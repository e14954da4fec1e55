"""Inputs as callers write them: absent, null and a value are three things, and scalars are strict.

Rules: docs/domain.md#location-references, #times, #part-keys.
"""

import pytest

from domain.entities.part import PartDetails
from graph.schema_names import schema_name
from tests.fact_examples import examples_of
from tests.factories import Workshop
from tests.graphql_client import Json, RawGraphQL

EVERY_FIELD: Json = examples_of(PartDetails) | {
    "description": "Voltage regulator",
    "manufacturer": "Acme",
    "manufacturerCode": "AC7805",
    "typeName": "Regulator",
    "tags": ["power", "Linear"],
    "parameters": [{"name": "Output", "value": "5V"}, {"name": "Current", "value": "1.5 A"}],
    "package": "TO-220",
    "series": "78xx",
    "dimensions": "10 x 15 x 4 mm",
    "voltageRating": "35 V",
    "inputVoltage": "7-25 V",
    "outputVoltage": "5 V",
    "mountingType": "THT",
    "pinPitch": "2.54 mm",
    "pinCount": 3,
    "productPage": "https://example.com/ac7805",
    "lowStockThreshold": 10,
}
OPTIONAL = [name for name in EVERY_FIELD if name != "description"]
EMPTY: Json = {"tags": [], "parameters": []}


def _shown(part: Json) -> Json:
    """The fields of a part in the form in which they are sent."""
    shown = {name: part[name] for name in EVERY_FIELD if name not in {"typeName", "parameters"}}
    part_type, parameters = part["type"], part["parameters"]
    assert isinstance(parameters, list)
    shown["typeName"] = part_type["name"] if isinstance(part_type, dict) else None
    shown["parameters"] = [{"name": each["name"], "value": each["value"]} for each in parameters]
    return shown


async def test_a_part_is_created_with_every_field(workshop: Workshop) -> None:
    await workshop.part_type("Regulator")
    created = await workshop.done("createPart", **EVERY_FIELD)
    assert _shown(created["part"]) == EVERY_FIELD
    assert created["part"]["version"] == 1
    assert (created["possibleDuplicates"], created["replayed"]) == ([], False)


async def test_every_field_is_found_in_the_table(workshop: Workshop) -> None:
    await workshop.done("createPart", **examples_of(PartDetails))
    row = await workshop.connection.fetchrow("SELECT * FROM parts")
    assert row is not None
    assert {schema_name(name): row[name] for name in row.keys()}.items() >= examples_of(PartDetails).items()  # noqa: SIM118


@pytest.mark.parametrize("name", examples_of(PartDetails))
async def test_an_edit_tells_a_change_of_each_field(workshop: Workshop, name: str) -> None:
    await workshop.part_type("Regulator")
    key = await workshop.part(**EVERY_FIELD)
    value = EVERY_FIELD[name]
    other: Json = (
        {name: value[:1]} if isinstance(value, list) else {name: value + (1 if isinstance(value, int) else "2")}
    )
    await workshop.done("updatePart", partKey=key, **other)
    rows = await workshop.connection.fetch("SELECT field FROM edits WHERE object_kind = 'PART'")
    assert [schema_name(row["field"]) for row in rows] == [name]


async def test_null_in_a_new_part_is_as_if_the_field_were_left_out(workshop: Workshop) -> None:
    created = await workshop.done("createPart", description="Bare", key=None, **dict.fromkeys(OPTIONAL))
    empty = {name: EMPTY.get(name) for name in OPTIONAL}
    assert _shown(created["part"]) == {"description": "Bare", **empty}


@pytest.mark.parametrize("name", OPTIONAL)
async def test_an_update_clears_what_is_null_and_leaves_what_is_absent(workshop: Workshop, name: str) -> None:
    await workshop.part_type("Regulator")
    key = await workshop.part(**EVERY_FIELD)
    updated = await workshop.done("updatePart", partKey=key, expectedVersion=1, **{name: None})
    assert _shown(updated["part"]) == EVERY_FIELD | {name: EMPTY.get(name)}
    assert updated["part"]["version"] == 2


async def test_an_update_without_fields_changes_nothing(workshop: Workshop) -> None:
    key = await workshop.part()
    async with workshop.unchanged():
        updated = await workshop.done("updatePart", partKey=key.lower())
    assert updated["part"]["version"] == 1


async def test_null_for_several_parts_clears_the_type_and_nothing_else(workshop: Workshop) -> None:
    await workshop.part_type("Regulator")
    keys = [await workshop.part(typeName="Regulator", tags=["one"]) for _ in range(2)]
    given = {"typeName": None, "addTags": None, "removeTags": None, "retired": None}
    updated = await workshop.done("updateParts", partKeys=keys[::-1], **given)
    assert [part["key"] for part in updated["parts"]] == keys[::-1]
    assert [(part["type"], part["tags"], part["retiredAt"]) for part in updated["parts"]] == [(None, ["one"], None)] * 2


async def test_several_parts_are_tagged_and_retired_at_once(workshop: Workshop) -> None:
    keys = [await workshop.part(tags=["one", "two"]) for _ in range(2)]
    updated = await workshop.done("updateParts", partKeys=keys, addTags=["three"], removeTags=["ONE"], retired=True)
    assert [part["tags"] for part in updated["parts"]] == [["two", "three"]] * 2
    assert all(part["retiredAt"] is not None for part in updated["parts"])


async def test_a_box_keeps_what_is_absent_and_clears_what_is_null(workshop: Workshop) -> None:
    await workshop.part_type("Diode")
    await workshop.box(7, capacity=12, columns=4, designatedTypeNames=["diode"])
    kept = await workshop.done("updateBox", number=7, description="Diodes", expectedVersion=1)
    assert (kept["box"]["columns"], kept["box"]["designatedTypes"]) == (4, [{"name": "Diode"}])
    cleared = await workshop.done("updateBox", number=7, columns=None, designatedTypeNames=None)
    assert (cleared["box"]["columns"], cleared["box"]["designatedTypes"]) == (None, [])
    assert (cleared["box"]["description"], cleared["box"]["capacity"], cleared["box"]["version"]) == ("Diodes", 12, 3)


async def test_a_box_without_a_number_gets_the_lowest_free_one(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(3)
    created = await workshop.done("createBox", description="Found", capacity=1, number=None, columns=None)
    assert created["box"]["number"] == 2


@pytest.mark.parametrize(
    "given",
    [
        'partKey: "AAA", location: "1-1", quantity: 1',
        'partKey: "ÄÄÄÄ", location: "1-1", quantity: 1',
        'partKey: AAAA, location: "1-1", quantity: 1',
        'partKey: "AAAA", location: "1", quantity: 1',
        'partKey: "AAAA", location: "0-1", quantity: 1',
        'partKey: "AAAA", location: "1-1", quantity: 2147483648',
        'partKey: "AAAA", location: "1-1", quantity: 1.5',
        'partKey: "AAAA", location: "1-1", quantity: null',
        'partKey: "AAAA", location: "1-1"',
        'partKey: "AAAA", location: "1-1", quantity: 1, colour: "red"',
    ],
)
async def test_an_input_outside_its_scalars_is_a_broken_request(
    workshop: Workshop, graphql_raw: RawGraphQL, given: str
) -> None:
    await workshop.box(1)
    await workshop.part(key="AAAA")
    async with workshop.unchanged():
        answer = (await graphql_raw(f"mutation {{ receiveStock(input: {{{given}}}) {{ __typename }} }}")).json()
    assert answer.get("data") is None
    assert answer["errors"]


@pytest.mark.parametrize("text", ["a\u0000b"])
async def test_a_text_that_cannot_be_stored_is_refused_wherever_it_stands(workshop: Workshop, text: str) -> None:
    await workshop.part(key="AAAA")
    await workshop.box(1)
    await workshop.part_type("Diode")
    requests: dict[str, Json] = {
        "createPart": {"description": text},
        "updatePart": {"partKey": "AAAA", "parameters": [{"name": "x", "value": text}]},
        "updateParts": {"partKeys": ["AAAA"], "addTags": [text]},
        "createPartType": {"name": text},
        "updatePartType": {"name": "Diode", "newName": text},
        "createBox": {"description": text, "capacity": 1},
        "updateBox": {"number": 1, "description": text},
        "receiveStock": {"partKey": "AAAA", "location": "1-1", "quantity": 1, "reason": text},
    }
    for name, fields in requests.items():
        await workshop.refused(name, "ValidationError", **fields)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("updatePart", {"partKey": "AAAA", "typeName": "a\u0000b"}),
        ("updateParts", {"partKeys": ["AAAA"], "typeName": "a\u0000b"}),
        ("updatePartType", {"name": "a\u0000b", "newName": "x"}),
        ("deletePartType", {"name": "a\u0000b"}),
        ("createBox", {"description": "x", "capacity": 1, "designatedTypeNames": ["a\u0000b"]}),
    ],
)
async def test_a_name_that_cannot_be_stored_names_nothing(
    workshop: Workshop, name: str, fields: dict[str, object]
) -> None:
    await workshop.part(key="AAAA")
    async with workshop.unchanged():
        payload = await workshop.run(name, **fields)
    assert payload["__typename"] in {"ValidationError", "NotFoundError"}

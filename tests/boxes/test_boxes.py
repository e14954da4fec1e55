"""Boxes and their locations: made, drawn, grown, shrunk and deleted.

Rules: docs/domain.md#box-numbers, #locations, #shrinking-and-deleting-a-box, #written-places.
"""

from typing import Any

import pytest

from tests.factories import Workshop


async def _location_numbers(workshop: Workshop, box: int) -> list[int]:
    rows = await workshop.connection.fetch(
        "SELECT l.number FROM locations l JOIN boxes b ON b.id = l.box_id WHERE b.number = $1 ORDER BY 1", box
    )
    return [row[0] for row in rows]


async def test_a_box_has_its_locations_numbered_from_one(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    await workshop.part_type("Relay")
    box = (
        await workshop.done(
            "createBox",
            number=7,
            description=" Drawer, top left ",
            capacity=6,
            columns=3,
            designatedTypeNames=["relay", "FUSE"],
        )
    )["box"]
    assert box | {"id": "…"} == {
        "id": "…",
        "number": 7,
        "description": "Drawer, top left",
        "capacity": 6,
        "columns": 3,
        "version": 1,
        "designatedTypes": [{"name": "Relay"}, {"name": "Fuse"}],
    }
    assert await _location_numbers(workshop, 7) == [1, 2, 3, 4, 5, 6]
    found = await workshop.graphql(
        "{ box(number: 7) { id locations { totalCount nodes { reference number isFree } } } }"
    )
    assert found["box"]["id"] == box["id"]
    assert found["box"]["locations"]["nodes"] == [
        {"reference": f"7-{number}", "number": number, "isFree": True} for number in range(1, 7)
    ]


async def test_a_box_without_a_number_takes_the_next_free_one(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(3)
    numbers = [(await workshop.done("createBox", description="Drawer", capacity=1))["box"]["number"] for _ in range(2)]
    assert len({1, 3, *numbers}) == 4
    assert numbers == sorted(numbers)
    assert all(1 <= number <= 9999 for number in numbers)


async def test_a_taken_number_is_refused(workshop: Workshop) -> None:
    await workshop.box(7)
    refusal = await workshop.refused("createBox", "AlreadyExistsError", number=7, description="x", capacity=1)
    assert (refusal["kind"], refusal["reference"], refusal["path"]) == ("box", "7", ["number"])


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("number", 0),
        ("number", 10_000),
        ("capacity", 0),
        ("capacity", 1001),
        ("columns", 0),
        ("columns", 101),
        ("description", " "),
        ("description", "x" * 256),
    ],
)
async def test_the_fields_of_a_box_keep_to_their_limits(workshop: Workshop, field: str, wrong: object) -> None:
    fields: dict[str, Any] = {"number": 1, "description": "x", "capacity": 1} | {field: wrong}
    refusal = await workshop.refused("createBox", "ValidationError", **fields)
    assert [issue["path"] for issue in refusal["issues"]] == [[field]]


async def test_the_greatest_box_fits(workshop: Workshop) -> None:
    await workshop.box(9999, capacity=1000, columns=100, description="x" * 255)
    assert await workshop.count_rows("locations") == 1000
    assert (await workshop.graphql('{ location(reference: "9999-1000") { number box { number } } }'))["location"] == {
        "number": 1000,
        "box": {"number": 9999},
    }


async def test_a_box_is_meant_for_up_to_20_distinct_types_that_exist(workshop: Workshop) -> None:
    names = [f"Type {number:02}" for number in range(21)]
    for name in names:
        await workshop.part_type(name)
    box = {"number": 1, "description": "x", "capacity": 1}
    refusal = await workshop.refused("createBox", "ValidationError", designatedTypeNames=["Type 01", "TYPE 01"], **box)
    assert refusal["path"][0] == "designatedTypeNames"
    unknown = await workshop.refused("createBox", "NotFoundError", designatedTypeNames=["Type 01", "Fuse"], **box)
    assert unknown["reference"] == "Fuse"
    made = (await workshop.done("createBox", designatedTypeNames=names[:20], **box))["box"]
    assert [part_type["name"] for part_type in made["designatedTypes"]] == names[:20]


async def test_an_update_changes_what_it_names_and_leaves_edits(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    await workshop.box(7, capacity=4, columns=2)
    box = (await workshop.done("updateBox", number=7, description="Shelf", columns=None, designatedTypeNames=["Fuse"]))[
        "box"
    ]
    assert (box["description"], box["columns"], box["capacity"], box["version"]) == ("Shelf", None, 4, 2)
    edits = (await workshop.graphql("{ box(number: 7) { edits { nodes { actor field before after } } } }"))["box"][
        "edits"
    ]
    fields = {edit["field"]: (edit["before"], edit["after"]) for edit in edits["nodes"]}
    assert fields["description"] == ("Box 7", "Shelf")
    assert fields["columns"] == ("2", None)
    assert set(fields) - {"description", "columns"} in ({"designatedTypes"}, {"designatedTypeNames"})


async def test_an_update_of_a_box_heeds_the_expected_version(workshop: Workshop) -> None:
    await workshop.box(7)
    await workshop.done("updateBox", number=7, description="a", expectedVersion=1)
    refusal = await workshop.refused("updateBox", "ConflictError", number=7, description="b", expectedVersion=1)
    assert (refusal["expected"], refusal["current"]) == (1, 2)
    await workshop.refused("deleteBox", "ConflictError", number=7, expectedVersion=1)


async def test_a_box_grows_and_shrinks_at_its_end(workshop: Workshop) -> None:
    await workshop.box(7, capacity=5)
    await workshop.done("updateBox", number=7, capacity=8)
    assert await _location_numbers(workshop, 7) == [1, 2, 3, 4, 5, 6, 7, 8]
    await workshop.done("updateBox", number=7, capacity=3)
    assert await _location_numbers(workshop, 7) == [1, 2, 3]
    await workshop.done("updateBox", number=7, capacity=4)
    assert await _location_numbers(workshop, 7) == [1, 2, 3, 4]


async def test_a_box_does_not_shrink_while_the_locations_that_go_hold_stock_and_lists_them(workshop: Workshop) -> None:
    await workshop.box(7, capacity=10)
    key = await workshop.part()
    for place in ("7-5", "7-10", "7-8"):
        await workshop.receive(key, place, 1)
    refusal = await workshop.refused("updateBox", "InUseError", number=7, capacity=7)
    assert refusal["code"] == "IN_USE"
    (usage,) = refusal["usages"]
    assert (usage["count"], usage["references"]) == (2, ["7-8", "7-10"])
    await workshop.use(key, "7-8", 1)
    await workshop.use(key, "7-10", 1)
    await workshop.done("updateBox", number=7, capacity=7)


async def test_a_box_with_stock_is_not_deleted_and_its_places_are_listed(workshop: Workshop) -> None:
    await workshop.box(7)
    key = await workshop.stocked(1, "7-2")
    refusal = await workshop.refused("deleteBox", "InUseError", number=7)
    assert [usage["references"] for usage in refusal["usages"]] == [["7-2"]]
    await workshop.use(key, "7-2", 1)
    deleted = await workshop.done("deleteBox", number=7)
    assert deleted["number"] == 7
    for table in ("boxes", "locations", "box_designated_types"):
        assert await workshop.count_rows(table) == 0


async def test_a_number_can_be_given_again_and_its_history_goes_on(workshop: Workshop) -> None:
    await workshop.box(7)
    key = await workshop.stocked(2, "7-1")
    await workshop.use(key, "7-1", 2)
    await workshop.done("deleteBox", number=7)
    await workshop.box(7)
    await workshop.receive(key, "7-1", 1)
    history = (await workshop.graphql("{ box(number: 7) { history { totalCount } } }"))["box"]["history"]
    assert history == {"totalCount": 3}


@pytest.mark.parametrize("mutation", ["updateBox", "deleteBox"])
async def test_a_box_that_does_not_exist_is_told(workshop: Workshop, mutation: str) -> None:
    refusal = await workshop.refused(mutation, "NotFoundError", number=7)
    assert (refusal["kind"], refusal["reference"]) == ("box", "7")
    assert await workshop.graphql('{ box(number: 7) { id } location(reference: "7-1") { id } }') == {
        "box": None,
        "location": None,
    }


async def test_usage_counts_locations_parts_and_pieces(workshop: Workshop) -> None:
    await workshop.box(7, capacity=5)
    first, second = await workshop.stocked(10, "7-1"), await workshop.stocked(20, "7-1")
    await workshop.receive(first, "7-3", 5)
    assert second != first
    usage = (await workshop.graphql("{ box(number: 7) { usage { capacity occupied free partCount totalQuantity } } }"))[
        "box"
    ]["usage"]
    assert {name: int(value) for name, value in usage.items()} == {
        "capacity": 5,
        "occupied": 2,
        "free": 3,
        "partCount": 2,
        "totalQuantity": 35,
    }


async def test_a_location_shows_its_parts_by_key(workshop: Workshop) -> None:
    await workshop.box(7)
    for key in ("BBBB", "AAAA"):
        await workshop.receive(await workshop.part(key=key), "7-1", 3)
    document = (
        '{ location(reference: "7-1") { reference number isFree box { number } stock { quantity part { key } } } }'
    )
    assert (await workshop.graphql(document))["location"] == {
        "reference": "7-1",
        "number": 1,
        "isFree": False,
        "box": {"number": 7},
        "stock": [{"quantity": 3, "part": {"key": "AAAA"}}, {"quantity": 3, "part": {"key": "BBBB"}}],
    }


async def test_locations_of_a_box_are_filtered_by_being_free(workshop: Workshop) -> None:
    await workshop.box(7, capacity=4)
    await workshop.stocked(1, "7-2")
    document = (
        "{ box(number: 7) { free: locations(filter: {isFree: true}) { totalCount nodes { number } } "
        "taken: locations(filter: {isFree: false}) { totalCount nodes { number } } } }"
    )
    box = (await workshop.graphql(document))["box"]
    assert box["free"] == {"totalCount": 3, "nodes": [{"number": 1}, {"number": 3}, {"number": 4}]}
    assert box["taken"] == {"totalCount": 1, "nodes": [{"number": 2}]}


async def test_boxes_are_listed_by_number_and_filtered(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    await workshop.box(10, capacity=1, description="Full drawer")
    await workshop.box(2, description="Empty DRAWER", designatedTypeNames=["Fuse"])
    await workshop.box(7, capacity=3, description="Shelf")
    await workshop.stocked(1, "10-1")
    await workshop.stocked(1, "7-1")
    document = "query B($f: BoxFilter) { boxes(filter: $f) { totalCount nodes { number } } }"

    async def numbers(**fields: object) -> list[int]:
        listed = (await workshop.graphql(document, {"f": fields}))["boxes"]
        assert listed["totalCount"] == len(listed["nodes"])
        return [node["number"] for node in listed["nodes"]]

    assert await numbers() == [2, 7, 10]
    assert await numbers(designatedTypeName="fuse") == [2]
    assert await numbers(hasFreeLocations=True) == [2, 7]
    assert await numbers(hasFreeLocations=False) == [10]
    assert await numbers(isEmpty=True) == [2]
    assert await numbers(isEmpty=False) == [7, 10]
    assert await numbers(text="drawer") == [2, 10]

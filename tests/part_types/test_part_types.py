"""Part types: named once ignoring case, renamed and deleted with care.

Rules: docs/domain.md#names-of-part-types, #deleting-a-part-type, #texts.
"""

import pytest

from tests.factories import Workshop


async def test_a_type_is_made_and_found_ignoring_case(workshop: Workshop) -> None:
    made = await workshop.done("createPartType", name="  Crystal oscillator ")
    assert made["partType"] | {"id": "…"} == {"id": "…", "name": "Crystal oscillator", "version": 1, "partCount": 0}
    assert made["replayed"] is False
    found = await workshop.graphql('{ partType(name: "CRYSTAL Oscillator") { id name } }')
    assert found["partType"] == {"id": made["partType"]["id"], "name": "Crystal oscillator"}
    assert [row[0] for row in await workshop.connection.fetch("SELECT name FROM part_types")] == ["Crystal oscillator"]


@pytest.mark.parametrize("name", ["fuse", "FUSE", " Fuse "])
async def test_a_taken_name_is_refused_whatever_its_case(workshop: Workshop, name: str) -> None:
    await workshop.part_type("Fuse")
    refusal = await workshop.refused("createPartType", "AlreadyExistsError", name=name)
    assert (refusal["code"], refusal["path"]) == ("ALREADY_EXISTS", ["name"])


async def test_names_that_differ_only_in_how_a_letter_is_composed_are_the_same(workshop: Workshop) -> None:
    await workshop.part_type("Dr\u00fccker")
    await workshop.refused("createPartType", "AlreadyExistsError", name="Dru\u0308cker")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b"])
async def test_a_name_has_1_to_100_storable_characters(workshop: Workshop, name: str) -> None:
    refusal = await workshop.refused("createPartType", "ValidationError", name=name)
    assert refusal["path"] == ["name"]


async def test_a_type_is_renamed_and_its_parts_follow(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    key = await workshop.part(typeName="Fuse")
    renamed = (await workshop.done("updatePartType", name="FUSE", newName="Fuse, slow"))["partType"]
    assert (renamed["name"], renamed["version"], renamed["partCount"]) == ("Fuse, slow", 2, 1)
    document = (
        "query P($key: PartKey!) { part(key: $key) { version type { name edits { nodes { field before after } } } } }"
    )
    part = (await workshop.graphql(document, {"key": key}))["part"]
    assert part["version"] == 1
    assert part["type"] == {
        "name": "Fuse, slow",
        "edits": {"nodes": [{"field": "name", "before": "Fuse", "after": "Fuse, slow"}]},
    }


async def test_a_type_may_change_the_case_of_its_own_name(workshop: Workshop) -> None:
    await workshop.part_type("LED")
    assert (await workshop.done("updatePartType", name="LED", newName="Led"))["partType"]["name"] == "Led"


async def test_renaming_to_a_taken_name_is_refused(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    await workshop.part_type("Relay")
    refusal = await workshop.refused("updatePartType", "AlreadyExistsError", name="Fuse", newName="RELAY")
    assert refusal["path"] == ["newName"]


async def test_renaming_heeds_the_expected_version(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    await workshop.done("updatePartType", name="Fuse", newName="Fuses", expectedVersion=1)
    refusal = await workshop.refused("updatePartType", "ConflictError", name="Fuses", newName="x", expectedVersion=1)
    assert (refusal["expected"], refusal["current"]) == (1, 2)


async def test_a_type_that_does_not_exist_is_told(workshop: Workshop) -> None:
    assert await workshop.graphql('{ partType(name: "Fuse") { name } }') == {"partType": None}
    await workshop.refused("updatePartType", "NotFoundError", name="Fuse", newName="x")
    refusal = await workshop.refused("deletePartType", "NotFoundError", name="Fuse")
    assert refusal["reference"] == "Fuse"


async def test_an_unused_type_is_deleted(workshop: Workshop) -> None:
    made = (await workshop.done("createPartType", name="Fuse"))["partType"]
    deleted = await workshop.done("deletePartType", name="fuse")
    assert (deleted["deletedId"], deleted["name"]) == (made["id"], "Fuse")
    assert await workshop.count_rows("part_types") == 0


async def test_a_type_in_use_is_not_deleted_and_its_users_are_counted(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    for _ in range(3):
        await workshop.part(typeName="Fuse")
    await workshop.box(7, designatedTypeNames=["Fuse"])
    refusal = await workshop.refused("deletePartType", "InUseError", name="Fuse")
    assert {usage["kind"]: usage["count"] for usage in refusal["usages"]} == {"part": 3, "box": 1}


async def test_types_are_listed_by_name_and_filtered_by_text_and_use(workshop: Workshop) -> None:
    for name in ("relay", "Fuse", "Fuse holder"):
        await workshop.part_type(name)
    await workshop.part(typeName="Fuse")
    document = "query T($f: PartTypeFilter) { partTypes(filter: $f) { totalCount nodes { name partCount } } }"

    async def names(**fields: object) -> list[str]:
        listed = (await workshop.graphql(document, {"f": fields}))["partTypes"]
        assert listed["totalCount"] == len(listed["nodes"])
        return [node["name"] for node in listed["nodes"]]

    assert await names() == ["Fuse", "Fuse holder", "relay"]
    assert await names(text="FUSE") == ["Fuse", "Fuse holder"]
    assert await names(isUsed=True) == ["Fuse"]
    assert await names(isUsed=False) == ["Fuse holder", "relay"]


async def test_a_type_lists_its_parts(workshop: Workshop) -> None:
    await workshop.part_type("Fuse")
    for key in ("BBBB", "AAAA", "CCCC"):
        await workshop.part(key=key, typeName="Fuse")
    await workshop.part(key="DDDD")
    await workshop.done("retirePart", partKey="CCCC")
    found = await workshop.graphql('{ partType(name: "Fuse") { parts { totalCount nodes { key } } } }')
    assert found["partType"]["parts"] == {"totalCount": 2, "nodes": [{"key": "AAAA"}, {"key": "BBBB"}]}

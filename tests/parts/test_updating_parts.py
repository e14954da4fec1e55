"""Editing parts: absent, null and value are three things; versions guard; every edit leaves its trace.

Rules: docs/domain.md#versions, #edits, #totals, #fields-of-a-part.
"""

from typing import Any

import pytest

from tests.factories import Workshop
from tests.graphql_client import RawGraphQL

_EDITS = "query E($key: PartKey!) { part(key: $key) { edits { totalCount nodes { actor field before after } } } }"


async def _edits(workshop: Workshop, key: str) -> list[tuple[str, str | None, str | None]]:
    nodes = (await workshop.graphql(_EDITS, {"key": key}))["part"]["edits"]["nodes"]
    assert {node["actor"] for node in nodes} <= {"local"}
    return [(node["field"], node["before"], node["after"]) for node in nodes]


async def test_an_update_changes_what_it_names_clears_what_is_null_and_leaves_the_rest(workshop: Workshop) -> None:
    await workshop.part_type("Diode")
    key = await workshop.part("Diode", manufacturer="Acme", package="DO-35", tags=["old"], typeName="Diode")
    part = (
        await workshop.done("updatePart", partKey=key.lower(), description=" Diode 1N4148 ", manufacturer=None, tags=[])
    )["part"]
    assert (part["description"], part["manufacturer"], part["package"]) == ("Diode 1N4148", None, "DO-35")
    assert (part["tags"], part["type"], part["version"]) == ([], {"name": "Diode"}, 2)
    row = await workshop.connection.fetchrow("SELECT description, manufacturer, package, tags, version FROM parts")
    assert row is not None
    assert tuple(row) == ("Diode 1N4148", None, "DO-35", [], 2)


async def test_every_changed_field_leaves_an_edit_with_actor_time_before_and_after(workshop: Workshop) -> None:
    key = await workshop.part("Diode", manufacturer="Acme")
    await workshop.done("updatePart", partKey=key, description="Diode 1N4148", manufacturer=None, pinCount=2)
    assert sorted(await _edits(workshop, key)) == [
        ("description", "Diode", "Diode 1N4148"),
        ("manufacturer", "Acme", None),
        ("pinCount", None, "2"),
    ]
    rows = await workshop.connection.fetch(
        "SELECT object_kind, actor, at > now() - interval '1 minute' AS recent FROM edits"
    )
    assert [tuple(row) for row in rows] == [("PART", "local", True)] * 3


async def test_the_newest_edit_is_first_and_edits_are_paged(workshop: Workshop) -> None:
    key = await workshop.part("a")
    for description in ("b", "c", "d"):
        await workshop.done("updatePart", partKey=key, description=description)
    assert [after for _, _, after in await _edits(workshop, key)] == ["d", "c", "b"]
    document = "query E($key: PartKey!) { part(key: $key) { edits(first: 2) { nodes { after } totalCount } } }"
    page = (await workshop.graphql(document, {"key": key}))["part"]["edits"]
    assert page == {"nodes": [{"after": "d"}, {"after": "c"}], "totalCount": 3}


async def test_an_update_to_what_is_there_already_changes_nothing(workshop: Workshop) -> None:
    key = await workshop.part("Diode", tags=["a"], parameters=[{"name": "If", "value": "200mA"}])
    async with workshop.unchanged():
        part = (
            await workshop.done(
                "updatePart",
                partKey=key,
                description="Diode",
                tags=["a"],
                parameters=[{"name": "If", "value": "200mA"}],
            )
        )["part"]
    assert part["version"] == 1


async def test_parameters_are_replaced_as_a_whole(workshop: Workshop) -> None:
    key = await workshop.part(parameters=[{"name": "A", "value": "1"}, {"name": "B", "value": "2"}])
    wanted = [{"name": "B", "value": "3k3"}, {"name": "C", "value": "x"}]
    part = (await workshop.done("updatePart", partKey=key, parameters=wanted))["part"]
    assert [(kept["name"], kept["value"]) for kept in part["parameters"]] == [("B", "3k3"), ("C", "x")]
    assert await workshop.count_rows("part_parameters") == 2
    part = (await workshop.done("updatePart", partKey=key, parameters=None))["part"]
    assert part["parameters"] == []
    assert await workshop.count_rows("part_parameters") == 0


@pytest.mark.parametrize("fields", [{"description": None}, {"description": " "}, {"pinCount": 0}, {"tags": ["a", "A"]}])
async def test_an_update_keeps_to_the_rules_of_creation(workshop: Workshop, fields: dict[str, Any]) -> None:
    key = await workshop.part("Diode")
    refusal = await workshop.refused("updatePart", "ValidationError", partKey=key, **fields)
    assert refusal["path"][0] == next(iter(fields))


async def test_an_update_that_expects_an_old_version_is_a_conflict(workshop: Workshop) -> None:
    key = await workshop.part("a")
    await workshop.done("updatePart", partKey=key, expectedVersion=1, description="b")
    refusal = await workshop.refused("updatePart", "ConflictError", partKey=key, expectedVersion=1, description="c")
    assert (refusal["code"], refusal["expected"], refusal["current"]) == ("CONFLICT", 1, 2)


async def test_stock_is_not_part_of_the_version(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(5)
    part = (await workshop.done("updatePart", partKey=key, expectedVersion=1, description="b"))["part"]
    assert (part["version"], part["totalQuantity"]) == (2, 5)


@pytest.mark.parametrize("mutation", ["updatePart", "retirePart", "restorePart", "deletePart"])
async def test_a_part_that_does_not_exist_cannot_be_edited(workshop: Workshop, mutation: str) -> None:
    refusal = await workshop.refused(mutation, "NotFoundError", partKey="ZZZZ")
    assert (refusal["kind"], refusal["reference"]) == ("part", "ZZZZ")


@pytest.mark.parametrize("mutation", ["retirePart", "restorePart", "deletePart"])
async def test_retiring_restoring_and_deleting_heed_the_expected_version(workshop: Workshop, mutation: str) -> None:
    key = await workshop.part()
    if mutation == "restorePart":
        await workshop.done("retirePart", partKey=key)
    refusal = await workshop.refused(mutation, "ConflictError", partKey=key, expectedVersion=7)
    assert (refusal["expected"], refusal["current"]) == (7, 2 if mutation == "restorePart" else 1)


async def test_many_parts_are_edited_at_once(workshop: Workshop) -> None:
    await workshop.part_type("Diode")
    first = await workshop.part(tags=["a", "Old"])
    second = await workshop.part(tags=["NEW"])
    parts = (
        await workshop.done(
            "updateParts", partKeys=[first, second], typeName="diode", addTags=["new", "b"], removeTags=["old"]
        )
    )["parts"]
    assert {part["key"]: part["tags"] for part in parts} == {first: ["a", "new", "b"], second: ["NEW", "b"]}
    assert {part["type"]["name"] for part in parts} == {"Diode"}
    assert {part["version"] for part in parts} == {2}


async def test_many_parts_lose_their_type_when_it_is_null_and_keep_it_when_it_is_absent(workshop: Workshop) -> None:
    await workshop.part_type("Diode")
    key = await workshop.part(typeName="Diode")
    (kept,) = (await workshop.done("updateParts", partKeys=[key], addTags=["x"]))["parts"]
    assert kept["type"] == {"name": "Diode"}
    (cleared,) = (await workshop.done("updateParts", partKeys=[key], typeName=None))["parts"]
    assert cleared["type"] is None


async def test_many_parts_are_edited_all_or_none(workshop: Workshop) -> None:
    await workshop.box()
    empty, stocked = await workshop.part(), await workshop.stocked(1)
    await workshop.refused("updateParts", "NotFoundError", partKeys=[empty, "ZZZZ"], addTags=["x"])
    refusal = await workshop.refused("updateParts", "InUseError", partKeys=[empty, stocked], retired=True)
    assert any("1-1" in usage["references"] or usage["count"] for usage in refusal["usages"])


async def test_many_parts_are_retired_and_restored_at_once(workshop: Workshop) -> None:
    keys = [await workshop.part() for _ in range(3)]
    parts = (await workshop.done("updateParts", partKeys=keys, retired=True))["parts"]
    assert all(part["retiredAt"] for part in parts)
    parts = (await workshop.done("updateParts", partKeys=keys, retired=False))["parts"]
    assert [part["retiredAt"] for part in parts] == [None] * 3


async def test_between_1_and_200_parts_are_edited_at_once(workshop: Workshop, graphql_raw: RawGraphQL) -> None:
    await workshop.connection.execute(
        "INSERT INTO parts (key, description, description_key) "
        "SELECT 'A' || chr(65 + n / 26 / 26) || chr(65 + n / 26 % 26) || chr(65 + n % 26), 'x', 'x' "
        "FROM generate_series(0, 200) AS n"
    )
    keys = [row[0] for row in await workshop.connection.fetch("SELECT key FROM parts ORDER BY key")]
    refusal = await workshop.refused("updateParts", "ValidationError", partKeys=[], addTags=["x"])
    assert refusal["path"][0] == "partKeys"
    document = (
        "mutation U($input: UpdatePartsInput!) { updateParts(input: $input) "
        "{ __typename ... on UpdatePartsSuccess { parts { key } } } }"
    )
    answer = (await graphql_raw(document, {"input": {"partKeys": keys, "addTags": ["x"]}})).json()
    assert answer["errors"][0]["extensions"]["code"] == "ITEM_LIMIT"
    payload = (await workshop.graphql(document, {"input": {"partKeys": keys[:200], "addTags": ["x"]}}))["updateParts"]
    assert [part["key"] for part in payload["parts"]] == keys[:200]
    assert await workshop.connection.fetchval("SELECT count(*) FROM parts WHERE tags = '{x}'") == 200


async def test_adding_tags_to_many_parts_keeps_to_the_limit_of_each(workshop: Workshop) -> None:
    full = await workshop.part(tags=[f"t{number}" for number in range(50)])
    other = await workshop.part()
    await workshop.refused("updateParts", "ValidationError", partKeys=[other, full], addTags=["one more"])

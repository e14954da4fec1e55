"""What becomes of parts that projects name, and of requirements whose parts are merged.

Rules: docs/domain.md#retiring-and-restoring, #deleting-a-part, #merging-parts.
"""

from tests.factories import Workshop
from tests.projects.facts import edits, line, planted_line, planted_list, project

REQUIREMENTS = """
query($id: ID!) { project(id: $id) { version requirements { nodes {
  part { key } perUnit attritionPercent extraPieces note designators substitutes { part { key } }
} } } }
"""


async def required(workshop: Workshop, project_id: str) -> list[tuple[str, int, list[str]]]:
    nodes = (await workshop.graphql(REQUIREMENTS, {"id": project_id}))["project"]["requirements"]["nodes"]
    return [
        (node["part"]["key"], node["perUnit"], [each["part"]["key"] for each in node["substitutes"]]) for node in nodes
    ]


async def test_a_part_that_an_active_project_requires_is_not_retired(workshop: Workshop) -> None:
    key, other = await workshop.part(), await workshop.part()
    made = await project(workshop, "Lamp", 0, line(key, substituteKeys=[other]))
    refused = await workshop.refused("retirePart", "InUseError", partKey=key)
    assert refused["usages"] == [{"kind": "project", "count": 1, "references": ["Lamp"]}]
    refused = await workshop.refused("updateParts", "InUseError", partKeys=[other, key], retired=True)
    assert refused["usages"] == [{"kind": "project", "count": 1, "references": ["Lamp"]}]
    await workshop.done("retirePart", partKey=other)
    await workshop.done("archiveProject", projectId=made)
    await workshop.done("retirePart", partKey=key)
    refused = await workshop.refused("restoreProject", "PartRetiredError", projectId=made)
    assert refused["partKeys"] == [key]


async def test_a_part_on_an_open_pick_line_is_not_retired(workshop: Workshop) -> None:
    key = await workshop.part()
    await project(workshop, "Lamp")
    number = await planted_list(workshop.connection, "Lamp")
    await planted_line(workshop.connection, number, key, open=1)
    refused = await workshop.refused("retirePart", "InUseError", partKey=key)
    assert refused["usages"] == [{"kind": "pick list", "count": 1, "references": [f"{number} for Lamp"]}]
    await workshop.connection.execute("UPDATE pick_lines SET open_quantity = 0, picked_quantity = 1")
    await workshop.done("retirePart", partKey=key)


async def test_a_part_that_a_requirement_substitute_or_pick_line_names_is_not_deleted(workshop: Workshop) -> None:
    key, other, picked = [await workshop.part() for _ in range(3)]
    made = await project(workshop, "Lamp", 0, line(key, substituteKeys=[other]))
    number = await planted_list(workshop.connection, "Lamp")
    await planted_line(workshop.connection, number, picked, picked=1)
    for each, kind, references in (
        (key, "requirement", ["Lamp"]),
        (other, "substitute", ["Lamp"]),
        (picked, "pick line", []),
    ):
        refused = await workshop.refused("deletePart", "InUseError", partKey=each)
        assert refused["usages"] == [{"kind": kind, "count": 1, "references": references}]
    await planted_line(workshop.connection, number, picked, open=2)
    refused = await workshop.refused("deletePart", "InUseError", partKey=picked)
    assert refused["usages"] == [{"kind": "pick line", "count": 2, "references": [f"{number} for Lamp"]}]
    await workshop.done("removeRequirement", projectId=made, partKey=key)
    await workshop.done("deletePart", partKey=other)


async def test_merging_moves_requirements_substitutes_and_pick_lines(workshop: Workshop) -> None:
    keep, drop, third = [await workshop.part() for _ in range(3)]
    a = await project(workshop, "A", 1, line(drop, 3, substituteKeys=[third, keep]), line(third, substituteKeys=[drop]))
    b = await project(workshop, "B", 1, line(third, substituteKeys=[keep, drop]))
    number = await planted_list(workshop.connection, "A")
    await planted_line(workshop.connection, number, drop, open=2)
    await workshop.done("mergeParts", keep=keep, drop=drop)
    assert await required(workshop, a) == [(keep, 3, [third]), (third, 1, [keep])]
    assert await required(workshop, b) == [(third, 1, [keep])]
    names = await workshop.connection.fetch(
        "SELECT parts.key FROM pick_lines JOIN parts ON parts.id IN (part_id, required_part_id)"
    )
    assert [row["key"] for row in names] == [keep]
    told = [change for change in await edits(workshop, a) if change[1] is not None]
    assert told == [
        ("requirements", f"{third}: 1 per unit; or {drop}", f"{third}: 1 per unit; or {keep}"),
        ("requirements", f"{drop}: 3 per unit; or {third}, {keep}", f"{keep}: 3 per unit; or {third}"),
    ]


async def test_two_requirements_of_one_project_become_one_that_needs_no_less(workshop: Workshop) -> None:
    keep, drop, third = [await workshop.part() for _ in range(3)]
    made = await project(
        workshop,
        "A",
        10,
        line(keep, 2, attritionPercent=5, extraPieces=1, designators=["R1", "R2"], note="first"),
        line(
            drop, 3, attritionPercent=10, extraPieces=4, designators=["r2", "R3"], note="second", substituteKeys=[third]
        ),
    )
    number = await planted_list(workshop.connection, "A")
    await planted_line(workshop.connection, number, keep, open=2)
    await planted_line(workshop.connection, number, drop, open=5)
    await workshop.done("mergeParts", keep=keep, drop=drop)
    found = (await workshop.graphql(REQUIREMENTS, {"id": made}))["project"]
    assert found["requirements"]["nodes"] == [
        {
            "part": {"key": keep},
            "perUnit": 5,
            "attritionPercent": 10,
            "extraPieces": 5,
            "note": "first\nsecond",
            "designators": ["R1", "R2", "R3"],
            "substitutes": [{"part": {"key": third}}],
        }
    ]
    lines = await workshop.connection.fetch(
        "SELECT requirement_id IS NOT NULL AS serves, open_quantity FROM pick_lines ORDER BY id"
    )
    assert [tuple(row) for row in lines] == [(True, 2), (True, 5)]


async def test_requirements_that_would_pass_a_limit_together_keep_their_parts_apart(workshop: Workshop) -> None:
    keep, drop = await workshop.part(), await workshop.part()
    await project(workshop, "A", 1, line(keep, 600_000), line(drop, 400_001))
    refused = await workshop.refused("mergeParts", "QuantityLimitError", keep=keep, drop=drop)
    assert (refused["result"], refused["limit"], refused["path"]) == ("1000001", "1000000", ["drop"])

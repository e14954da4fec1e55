"""Requirements: a list is set whole or line by line, all or nothing, and each fault is told by its line.

Rules: docs/domain.md#requirements.
"""

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.projects.facts import coverage, edits, line, planted_line, planted_list, project

ID = "SELECT r.id FROM requirements r JOIN parts p ON p.id = part_id WHERE key = $1"


def lines_of(payload: Json) -> list[tuple[str, int]]:
    return [(node["part"]["key"], node["perUnit"]) for node in payload["project"]["requirements"]["nodes"]]


async def test_a_requirement_keeps_everything_that_was_said(workshop: Workshop) -> None:
    part, first, second = [await workshop.part() for _ in range(3)]
    made = await project(workshop, "Lamp")
    given = line(
        part,
        2,
        attritionPercent=5,
        extraPieces=10,
        note=" solder last ",
        designators=["R1", "R2"],
        substituteKeys=[second, first],
    )
    payload = await workshop.done("setRequirement", projectId=made, requirement=given)
    (kept,) = payload["project"]["requirements"]["nodes"]
    assert {**kept, "id": ""} == {
        "id": "",
        "part": {"key": part},
        "perUnit": 2,
        "attritionPercent": 5,
        "extraPieces": 10,
        "note": "solder last",
        "designators": ["R1", "R2"],
        "substitutes": [{"part": {"key": second}}, {"part": {"key": first}}],
    }
    told = f"{part}: 2 per unit, 5 % attrition, 10 extra; or {second}, {first}; R1, R2; solder last"
    assert await edits(workshop, made) == [("requirements", None, told)]
    assert payload["project"]["version"] == 2
    again = await workshop.done("setRequirement", projectId=made, requirement=given)
    assert again["project"]["version"] == 2


async def test_lines_are_added_and_replaced_and_the_others_stay(workshop: Workshop) -> None:
    a, b, c, d = [await workshop.part() for _ in range(4)]
    made = await project(workshop, "Lamp", 0, line(a), line(b, 2))
    payload = await workshop.done("setRequirements", projectId=made, requirements=[line(d, 4), line(b, 20), line(c, 3)])
    assert lines_of(payload) == [(a, 1), (b, 20), (d, 4), (c, 3)]


async def test_a_whole_list_takes_the_place_of_the_one_before(workshop: Workshop) -> None:
    a, b, c = [await workshop.part() for _ in range(3)]
    made = await project(workshop, "Lamp", 0, line(a), line(b, 2))
    before = await workshop.connection.fetchval(ID, b)
    payload = await workshop.done(
        "setRequirements", projectId=made, requirements=[line(c, 3), line(b, 2)], removeOthers=True
    )
    assert lines_of(payload) == [(c, 3), (b, 2)]
    after = await workshop.connection.fetchval(ID, b)
    assert before == after
    assert await edits(workshop, made) == [
        ("requirements", None, f"{c}: 3 per unit"),
        ("requirements", f"{a}: 1 per unit", None),
        ("requirements", None, f"{b}: 2 per unit"),
        ("requirements", None, f"{a}: 1 per unit"),
    ]
    assert lines_of(await workshop.done("setRequirements", projectId=made, requirements=[], removeOthers=True)) == []


async def test_each_fault_is_told_by_its_line_and_nothing_is_set(workshop: Workshop) -> None:
    part, other = await workshop.part(), await workshop.part()
    made = await project(workshop, "Lamp")
    refused = await workshop.refused(
        "setRequirements",
        "ValidationError",
        projectId=made,
        requirements=[
            line(part),
            line(part, 0, attritionPercent=101, extraPieces=-1),
            line(other, 1, designators=["R1", "r1"], substituteKeys=[other], note="x" * 2001),
        ],
    )
    assert [issue["path"] for issue in refused["issues"]] == [
        ["requirements", "1", "partKey"],
        ["requirements", "1", "perUnit"],
        ["requirements", "1", "attritionPercent"],
        ["requirements", "1", "extraPieces"],
        ["requirements", "2", "note"],
        ["requirements", "2", "designators", "1"],
        ["requirements", "2", "substituteKeys", "0"],
    ]


async def test_unknown_and_retired_parts_are_told_by_line(workshop: Workshop) -> None:
    part, retired = await workshop.part(), await workshop.part()
    await workshop.done("retirePart", partKey=retired)
    made = await project(workshop, "Lamp")
    refused = await workshop.refused(
        "setRequirements",
        "ValidationError",
        projectId=made,
        requirements=[line(retired), line("ZZZZ"), line(part, substituteKeys=["YYYY", retired])],
    )
    assert [(issue["path"], issue["message"]) for issue in refused["issues"]] == [
        (["requirements", "0", "partKey"], f"part {retired} is retired"),
        (["requirements", "1", "partKey"], "there is no part ZZZZ"),
        (["requirements", "2", "substituteKeys", "0"], "there is no part YYYY"),
        (["requirements", "2", "substituteKeys", "1"], f"part {retired} is retired"),
    ]
    refused = await workshop.refused("setRequirement", "ValidationError", projectId=made, requirement=line("ZZZZ"))
    assert refused["issues"] == [{"path": ["requirement", "partKey"], "message": "there is no part ZZZZ"}]


async def test_what_would_need_more_pieces_than_there_can_be_is_refused(workshop: Workshop) -> None:
    part = await workshop.part()
    made = await project(workshop, "Lamp", 2_147)
    most = line(part, 1_000_000, extraPieces=483_647)
    await workshop.done("setRequirement", projectId=made, requirement=most)
    refused = await workshop.refused(
        "setRequirement", "ValidationError", projectId=made, requirement=most | {"extraPieces": 483_648}
    )
    assert refused["issues"] == [
        {
            "path": ["requirement", "perUnit"],
            "message": f"part {part} would need 2,147,483,648 pieces; the limit is 2,147,483,647",
        }
    ]
    refused = await workshop.refused("updateProject", "ValidationError", projectId=made, buildTarget=2_148)
    assert refused["issues"][0]["path"] == ["buildTarget"]


async def test_what_is_built_already_needs_no_more_pieces(workshop: Workshop) -> None:
    part = await workshop.part()
    made = await project(workshop, "Lamp", 2_147)
    await workshop.connection.execute("UPDATE projects SET built_units = 2147483647")
    await workshop.done("setRequirement", projectId=made, requirement=line(part, 1_000_000))
    assert (await coverage(workshop, made))[part]["neededQuantity"] == 0


async def test_a_project_has_at_most_500_requirements(workshop: Workshop) -> None:
    await workshop.connection.execute(
        """
        WITH part AS (
            INSERT INTO parts (key, description, description_key)
            SELECT 'A' || chr(65 + i / 26) || chr(65 + i % 26) || 'O', 'x', 'x' FROM generate_series(0, 500) AS i
            RETURNING id
        )
        INSERT INTO part_totals (part_id) SELECT id FROM part
        """
    )
    keys = [row["key"] for row in await workshop.connection.fetch("SELECT key FROM parts ORDER BY key")]
    made = await project(workshop, "Lamp", 0, *(line(key) for key in keys[:500]))
    refused = await workshop.refused("setRequirement", "ValidationError", projectId=made, requirement=line(keys[500]))
    assert refused["issues"][0]["path"] == ["requirements"]


async def test_removing_a_requirement_leaves_pick_lines(workshop: Workshop) -> None:
    part = await workshop.part()
    made = await project(workshop, "Lamp", 5, line(part))
    number = await planted_list(workshop.connection, "Lamp")
    await planted_line(workshop.connection, number, part, open=2, picked=1)
    assert lines_of(await workshop.done("removeRequirement", projectId=made, partKey=part)) == []
    (row,) = await workshop.connection.fetch("SELECT requirement_id, open_quantity, picked_quantity FROM pick_lines")
    assert tuple(row) == (None, 2, 1)
    refused = await workshop.refused("removeRequirement", "NotFoundError", projectId=made, partKey=part)
    assert (refused["kind"], refused["reference"], refused["path"]) == ("requirement", part, ["partKey"])

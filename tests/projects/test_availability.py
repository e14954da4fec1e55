"""The worked examples of the formula, and what each view of it shows.

Rules: docs/domain.md#worked-examples, #coverage, #build-plans.
"""

import pytest

from domain.entities.project import Amount
from domain.rules.availability import needed_for_list, pieces_for
from tests.factories import Workshop
from tests.graphql_client import RawGraphQL
from tests.projects.facts import build_plan, coverage, line, planted_line, planted_list, project

BUILD = "UPDATE projects SET built_units = built_units + $2 WHERE name = $1"
COMPLETE = """
UPDATE pick_lines SET open_quantity = 0 WHERE pick_list_id = $1;
UPDATE pick_lists SET state = 'COMPLETED', built_units = units, finished_at = now(), finished_by = 'ada' WHERE id = $1
"""


async def part_of(workshop: Workshop, key: str) -> tuple[int, int, int]:
    query = "query($key: PartKey!) { part(key: $key) { totalQuantity reservedQuantity availableQuantity } }"
    found = (await workshop.graphql(query, {"key": key}))["part"]
    return found["totalQuantity"], int(found["reservedQuantity"]), found["availableQuantity"]


async def buildable(workshop: Workshop, project_id: str) -> int:
    query = "query($id: ID!) { project(id: $id) { buildableUnits } }"
    units: int = (await workshop.graphql(query, {"id": project_id}))["project"]["buildableUnits"]
    return units


async def test_what_a_first_project_picks_and_builds_never_changes_what_a_second_sees(workshop: Workshop) -> None:
    """100 in stock, A (first) needs 40 and has an open list for 40: B sees 60, picked or built."""
    await workshop.box()
    key = await workshop.stocked(100)
    a = await project(workshop, "A", 40, line(key))
    b = await project(workshop, "B", 200, line(key))
    number = await planted_list(workshop.connection, "A", 40)
    await planted_line(workshop.connection, number, key, open=40)

    async def seen() -> tuple[int, int, int]:
        first, second = (await coverage(workshop, a))[key], (await coverage(workshop, b))[key]
        return first["onHandQuantity"], first["availableQuantity"], second["availableQuantity"]

    assert await seen() == (100, 100, 60)
    await workshop.use(key, "1-1", 40)
    await workshop.connection.execute("UPDATE pick_lines SET open_quantity = 0, picked_quantity = 40")
    assert await seen() == (60, 60, 60)
    for statement in COMPLETE.split(";"):
        await workshop.connection.execute(statement, number)
    await workshop.connection.execute(BUILD, "A", 40)
    assert await seen() == (60, 60, 60)


async def test_two_projects_that_want_more_than_there_is(workshop: Workshop) -> None:
    """20 in stock, A and B need 15 each: A sees 20 and is short 0, B sees 5 and is short 10; both together 10."""
    await workshop.box()
    key = await workshop.stocked(20)
    a = await project(workshop, "A", 15, line(key))
    b = await project(workshop, "B", 15, line(key))
    first, second = (await coverage(workshop, a))[key], (await coverage(workshop, b))[key]
    assert (first["availableQuantity"], first["shortageQuantity"], first["state"]) == (20, 0, "ENOUGH")
    assert (second["availableQuantity"], second["shortageQuantity"], second["state"]) == (5, 10, "PARTIAL")
    assert second["reservedBy"] == [{"project": {"name": "A"}, "firmQuantity": 0, "softQuantity": 15, "quantity": "15"}]
    assert (await buildable(workshop, a), await buildable(workshop, b)) == (15, 5)
    plan = await build_plan(workshop, (b, None), (a, None))
    assert plan == {
        "isBuildable": False,
        "projects": [
            {"project": {"name": "A"}, "units": 15, "isBuildable": True, "shortages": []},
            {
                "project": {"name": "B"},
                "units": 15,
                "isBuildable": False,
                "shortages": [{"part": {"key": key}, "neededQuantity": 15, "shortageQuantity": 10}],
            },
        ],
        "shortages": [
            {
                "part": {"key": key},
                "onHandQuantity": 20,
                "neededQuantity": "30",
                "shortageQuantity": "10",
                "projects": [{"project": {"name": "B"}, "shortageQuantity": 10}],
            }
        ],
    }
    assert await part_of(workshop, key) == (20, 30, 0)


@pytest.mark.parametrize("steps", [(10,), (5, 5), (1,) * 10])
def test_attrition_and_extra_pieces_are_the_same_in_one_go_or_in_steps(steps: tuple[int, ...]) -> None:
    """Target 10, 1 per unit, attrition 5 %, extra 5: 16 pieces."""
    amount = Amount(per_unit=1, attrition_percent=5, extra_pieces=5)
    assert sum(needed_for_list(amount, 0, sum(steps[:index]), units) for index, units in enumerate(steps)) == 16
    assert sum(needed_for_list(amount, sum(steps[:index]), 0, units) for index, units in enumerate(steps)) == 16
    assert pieces_for(10, amount) == 16


async def test_a_build_target_below_the_built_units_needs_nothing(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(20)
    made = await project(workshop, "A", 10, line(key, 2, attritionPercent=5, extraPieces=5))
    assert (await coverage(workshop, made))[key]["neededQuantity"] == 26
    await workshop.connection.execute(BUILD, "A", 6)
    assert (await coverage(workshop, made))[key]["neededQuantity"] == 8
    lowered = (await workshop.done("updateProject", projectId=made, buildTarget=3))["project"]
    assert (lowered["outstandingUnits"], lowered["buildableUnits"]) == (0, 0)
    covered = (await coverage(workshop, made))[key]
    assert (covered["neededQuantity"], covered["shortageQuantity"], covered["state"]) == (0, 0, "ENOUGH")
    assert await part_of(workshop, key) == (20, 0, 20)


async def test_an_archived_project_reserves_nothing_and_is_short_of_nothing(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(5)
    made = await project(workshop, "A", 10, line(key))
    other = await project(workshop, "B", 10, line(key))
    assert await part_of(workshop, key) == (5, 20, 0)
    await workshop.done("archiveProject", projectId=made)
    assert await part_of(workshop, key) == (5, 10, 0)
    covered = (await coverage(workshop, made))[key]
    assert (covered["neededQuantity"], covered["shortageQuantity"]) == (10, 0)
    assert await buildable(workshop, made) == 0
    assert (await coverage(workshop, other))[key]["availableQuantity"] == 5
    assert (await build_plan(workshop, (made, 5)))["projects"] == []


async def test_a_change_of_rank_changes_who_is_short(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    a = await project(workshop, "A", 10, line(key))
    b = await project(workshop, "B", 10, line(key))
    await workshop.done("rankProject", projectId=b, rank=1)
    assert [(await coverage(workshop, each))[key]["shortageQuantity"] for each in (a, b)] == [10, 0]
    assert (await coverage(workshop, a))[key]["state"] == "MISSING"


async def test_substitutes_offer_what_the_project_does_not_need_itself(workshop: Workshop) -> None:
    await workshop.box()
    wanted, first, second = await workshop.part(), await workshop.stocked(10, "1-1"), await workshop.stocked(7, "1-2")
    await project(workshop, "Higher", 2, line(first))
    made = await project(workshop, "A", 5, line(wanted, substituteKeys=[second, first]), line(first))
    number = await planted_list(workshop.connection, "A")
    await planted_line(workshop.connection, number, second, required=wanted, open=2)
    covered = (await coverage(workshop, made))[wanted]
    assert covered["substitutes"] == [
        {"part": {"key": second}, "availableQuantity": 5},
        {"part": {"key": first}, "availableQuantity": 3},
    ]
    assert (covered["openQuantity"], covered["shortageQuantity"]) == (2, 5)


async def test_a_part_tells_the_projects_that_require_it_by_rank(workshop: Workshop) -> None:
    key = await workshop.part()
    await project(workshop, "A", 3, line(key))
    b = await project(workshop, "B", 4, line(key, 2))
    await workshop.done("rankProject", projectId=b, rank=1)
    query = """query($key: PartKey!) { part(key: $key) {
      requirements(status: ACTIVE) { totalCount nodes { perUnit project { name } } }
      reservations { project { name } firmQuantity softQuantity quantity } } }"""
    assert (await workshop.graphql(query, {"key": key}))["part"] == {
        "requirements": {
            "totalCount": 2,
            "nodes": [{"perUnit": 2, "project": {"name": "B"}}, {"perUnit": 1, "project": {"name": "A"}}],
        },
        "reservations": [
            {"project": {"name": "B"}, "firmQuantity": 0, "softQuantity": 8, "quantity": "8"},
            {"project": {"name": "A"}, "firmQuantity": 0, "softQuantity": 3, "quantity": "3"},
        ],
    }


async def test_a_build_plan_counts_pieces_on_open_lines_for_their_project(workshop: Workshop) -> None:
    """10 in stock, all on a list of B: A is short of all, though its rank is higher; B of nothing."""
    await workshop.box()
    key = await workshop.stocked(10)
    a = await project(workshop, "A", 10, line(key))
    b = await project(workshop, "B", 10, line(key))
    number = await planted_list(workshop.connection, "B", 10)
    await planted_line(workshop.connection, number, key, open=10)
    plan = await build_plan(workshop, (a, None), (b, None))
    assert [(each["project"]["name"], each["isBuildable"]) for each in plan["projects"]] == [("A", False), ("B", True)]
    assert [(each["shortageQuantity"], each["neededQuantity"]) for each in plan["shortages"]] == [("10", "20")]


@pytest.mark.parametrize(
    ("projects", "message"),
    [
        ([], "`projects` takes 1 to 50 projects, not 0."),
        ([{"projectId": "x"}] * 2, "`projects` names a project twice."),
        ([{"projectId": "x"}], "`projects` names 'x', which is no project."),
        ([{"projectId": "UHJvamVjdDoxMjM"}], "`projects` names 'UHJvamVjdDoxMjM', which is no project."),
        ([{"projectId": "x", "units": -1}], "`units` is -1; a plan builds 0 to 1,000,000 units of a project."),
    ],
)
async def test_a_build_plan_refuses_what_it_cannot_plan(
    workshop: Workshop, projects: list[dict[str, object]], message: str, graphql_raw: RawGraphQL
) -> None:
    query = "query($p: [BuildPlanInput!]!) { buildPlan(projects: $p) { isBuildable } }"
    answer = (await graphql_raw(query, {"p": projects})).json()
    assert [(error["message"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (message, "BAD_USER_INPUT")
    ]


async def test_a_build_plan_of_more_pieces_than_there_can_be_is_refused(
    workshop: Workshop, graphql_raw: RawGraphQL
) -> None:
    key = await workshop.part()
    made = await project(workshop, "A", 1, line(key, 1_000_000, extraPieces=483_647))
    assert (await build_plan(workshop, (made, 2_147)))["shortages"][0]["shortageQuantity"] == "2147483647"
    query = "query($id: ID!) { buildPlan(projects: [{ projectId: $id, units: 2148 }]) { isBuildable } }"
    (error,) = (await graphql_raw(query, {"id": made})).json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert f"part {key} would take 2,148,483,647 pieces" in error["message"]

"""Merging moves stock and history of a duplicate, and the ledger reads as if both had been one part all along.

Rules: docs/domain.md#merging-parts, #append-only.
"""

from datetime import datetime, timedelta

from tests.factories import Line, Workshop
from tests.graphql_client import GraphQL
from tests.locks import part_row

AT = "query ($key: PartKey!, $time: DateTime!) { part(key: $key) { quantityAt(time: $time) totalQuantity } }"
EDITS = "query ($key: PartKey!) { part(key: $key) { edits(first: 10) { nodes { field before after actor } } } }"


async def two_parts(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.part(key="KEEP")
    await workshop.part(key="DROP")
    await workshop.receive("KEEP", "1-1", 10)
    await workshop.receive("DROP", "1-1", 5)
    await workshop.use("KEEP", "1-1", 3)
    await workshop.move("DROP", "1-1", [("1-2", 2)])


async def test_stock_and_history_of_the_duplicate_become_those_of_the_part_that_is_kept(workshop: Workshop) -> None:
    await two_parts(workshop)
    merged = await workshop.done("mergeParts", keep="KEEP", drop="DROP")
    assert (merged["part"]["totalQuantity"], merged["dropped"]["totalQuantity"]) == (12, 0)
    assert merged["dropped"]["mergedInto"] == {"key": "KEEP"}
    assert merged["dropped"]["retiredAt"] is not None
    assert await workshop.shelf() == {("KEEP", "1-1"): 10, ("KEEP", "1-2"): 2}
    assert await workshop.lines() == [
        Line("RECEIVE", "KEEP", "1-1", 10, 10, 10),
        Line("RECEIVE", "KEEP", "1-1", 5, 15, 15),
        Line("USE", "KEEP", "1-1", -3, 12, 12),
        Line("MOVE", "KEEP", "1-1", -2, 10, 10),
        Line("MOVE", "KEEP", "1-2", 2, 2, 12),
    ]


async def test_the_quantity_at_a_time_is_right_where_the_times_of_both_parts_cross(
    workshop: Workshop, graphql: GraphQL
) -> None:
    await workshop.box(1)
    await workshop.part(key="KEEP")
    await workshop.part(key="DROP")
    first = await workshop.receive("KEEP", "1-1", 1)
    ahead = datetime.fromisoformat(first["operation"]["at"]) + timedelta(hours=1)
    await workshop.connection.execute(
        "UPDATE part_totals SET last_operation_at = $1 WHERE part_id = (SELECT id FROM parts WHERE key = 'KEEP')", ahead
    )
    await workshop.receive("KEEP", "1-1", 4)
    await workshop.receive("DROP", "1-1", 3)
    await workshop.done("mergeParts", keep="KEEP", drop="DROP")
    before = await graphql(AT, {"key": "KEEP", "time": (ahead - timedelta(minutes=1)).isoformat()})
    assert before["part"] == {"quantityAt": 4, "totalQuantity": 8}
    after = await graphql(AT, {"key": "KEEP", "time": (ahead + timedelta(minutes=1)).isoformat()})
    assert after["part"] == {"quantityAt": 8, "totalQuantity": 8}


async def test_bringing_a_duplicate_back_leaves_an_edit_for_everything_that_changed(
    workshop: Workshop, graphql: GraphQL
) -> None:
    await two_parts(workshop)
    merged = await workshop.done("mergeParts", keep="KEEP", drop="DROP")
    restored = await workshop.done("restorePart", partKey="DROP")
    assert (restored["part"]["mergedInto"], restored["part"]["retiredAt"]) == (None, None)
    edits = (await graphql(EDITS, {"key": "DROP"}))["part"]["edits"]["nodes"]
    assert [(edit["field"], edit["before"] is None, edit["after"]) for edit in edits] == [
        ("mergedInto", False, None),
        ("retiredAt", False, None),
        ("retiredAt", True, edits[2]["after"]),
        ("mergedInto", True, "KEEP"),
    ]
    assert datetime.fromisoformat(edits[2]["after"]) == datetime.fromisoformat(merged["dropped"]["retiredAt"])


async def test_a_reversal_that_waited_for_a_merge_reverses_the_merged_history(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.part(key="KEEP")
    await workshop.part(key="DROP")
    received = await workshop.receive("DROP", "1-1", 5)
    async with part_row(workshop.connection, "DROP") as rivals:
        await rivals.start(workshop.run("mergeParts", keep="KEEP", drop="DROP"))
        await rivals.start(workshop.run("reverseOperation", operationId=received["operation"]["id"]))
    merged, reversal = await rivals.answers()
    assert merged["__typename"] == "MergePartsSuccess"
    assert reversal["__typename"] == "ReverseOperationSuccess"
    assert [part["key"] for part in reversal["parts"]] == ["KEEP"]
    assert await workshop.shelf() == {}
    assert await workshop.lines() == [
        Line("RECEIVE", "KEEP", "1-1", 5, 5, 5),
        Line("REVERSE", "KEEP", "1-1", -5, 0, 0),
    ]

"""Retiring, bringing back, deleting and merging parts.

Rules: docs/domain.md#retiring-and-restoring, #deleting-a-part, #merging-parts.
"""

from tests.factories import Line, Workshop

_LISTED = "query L($f: PartFilter) { parts(filter: $f) { nodes { key } } }"


async def _listed(workshop: Workshop, **fields: object) -> list[str]:
    nodes = (await workshop.graphql(_LISTED, {"f": fields} if fields else {}))["parts"]["nodes"]
    return [node["key"] for node in nodes]


async def test_a_retired_part_is_hidden_from_the_default_list_and_can_be_brought_back(workshop: Workshop) -> None:
    await workshop.part(key="AAAA")
    await workshop.part(key="BBBB")
    part = (await workshop.done("retirePart", partKey="AAAA"))["part"]
    assert part["retiredAt"] is not None
    assert await _listed(workshop) == ["BBBB"]
    assert await _listed(workshop, retired=True) == ["AAAA"]
    assert await _listed(workshop, retired=None) == ["AAAA", "BBBB"]
    assert (await workshop.graphql('{ part(key: "AAAA") { key } }'))["part"] == {"key": "AAAA"}
    restored = (await workshop.done("restorePart", partKey="AAAA"))["part"]
    assert restored["retiredAt"] is None
    assert await _listed(workshop) == ["AAAA", "BBBB"]
    assert await workshop.connection.fetchval("SELECT count(*) FROM parts WHERE retired_at IS NOT NULL") == 0


async def test_a_restored_part_is_received_again(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    await workshop.done("retirePart", partKey=key)
    await workshop.done("restorePart", partKey=key)
    await workshop.receive(key, "1-1", 3)
    assert await workshop.shelf() == {(key, "1-1"): 3}


async def test_a_part_with_stock_is_not_retired_and_its_places_are_told(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(1, "1-2")
    await workshop.receive(key, "1-1", 1)
    refusal = await workshop.refused("retirePart", "InUseError", partKey=key)
    (usage,) = refusal["usages"]
    assert (refusal["code"], usage["count"], usage["references"]) == ("IN_USE", 2, ["1-1", "1-2"])


async def test_retiring_and_restoring_are_edits(workshop: Workshop) -> None:
    key = await workshop.part()
    await workshop.done("retirePart", partKey=key)
    await workshop.done("restorePart", partKey=key)
    assert await workshop.count_rows("edits") == 2
    assert await workshop.connection.fetchval("SELECT version FROM parts") == 3


async def test_retiring_a_retired_part_changes_nothing(workshop: Workshop) -> None:
    key = await workshop.part()
    await workshop.done("retirePart", partKey=key)
    async with workshop.unchanged():
        await workshop.run("retirePart", partKey=key)


async def test_a_part_that_nothing_names_is_deleted(workshop: Workshop) -> None:
    await workshop.part_type("Diode")
    made = (await workshop.done("createPart", description="x", key="ABCD", typeName="Diode", tags=["a"]))["part"]
    await workshop.done("updatePart", partKey="ABCD", parameters=[{"name": "a", "value": "1"}])
    deleted = await workshop.done("deletePart", partKey="abcd")
    assert (deleted["deletedId"], deleted["partKey"]) == (made["id"], "ABCD")
    for table in ("parts", "part_parameters", "part_totals"):
        assert await workshop.count_rows(table) == 0
    assert await workshop.graphql('{ part(key: "ABCD") { key } }') == {"part": None}


async def test_a_part_with_history_is_never_deleted(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(2)
    stocked = await workshop.refused("deletePart", "InUseError", partKey=key)
    assert len(stocked["usages"]) == 2
    await workshop.use(key, "1-1", 2)
    emptied = await workshop.refused("deletePart", "InUseError", partKey=key)
    assert [usage["count"] for usage in emptied["usages"]] == [2]


async def test_a_deleted_key_can_be_given_again(workshop: Workshop) -> None:
    await workshop.part(key="ABCD")
    await workshop.done("deletePart", partKey="ABCD")
    assert await workshop.part(key="ABCD") == "ABCD"


async def test_merging_moves_stock_and_history_and_retires_the_duplicate(workshop: Workshop) -> None:
    await workshop.box()
    keep, drop = await workshop.part(key="KEEP"), await workshop.part(key="DRAP")
    await workshop.receive(keep, "1-1", 10)
    await workshop.receive(drop, "1-1", 5)
    await workshop.receive(drop, "1-2", 7)
    await workshop.use(keep, "1-1", 2)
    await workshop.use(drop, "1-2", 3)
    merged = await workshop.done("mergeParts", keep=keep, drop=drop)
    assert merged["part"]["totalQuantity"] == 17
    assert merged["dropped"]["mergedInto"] == {"key": keep}
    assert merged["dropped"]["retiredAt"] is not None
    assert (merged["dropped"]["totalQuantity"], merged["dropped"]["stock"]) == (0, [])
    assert await workshop.shelf() == {(keep, "1-1"): 13, (keep, "1-2"): 4}
    assert await workshop.totals() == {keep: 17, drop: 0}
    assert await workshop.lines(drop) == []
    assert await workshop.lines(keep) == [
        Line("RECEIVE", keep, "1-1", 10, 10, 10),
        Line("RECEIVE", keep, "1-1", 5, 15, 15),
        Line("RECEIVE", keep, "1-2", 7, 7, 22),
        Line("USE", keep, "1-1", -2, 13, 20),
        Line("USE", keep, "1-2", -3, 4, 17),
    ]


async def test_history_goes_on_after_a_merge(workshop: Workshop) -> None:
    await workshop.box()
    keep, drop = await workshop.stocked(1), await workshop.stocked(2)
    await workshop.done("mergeParts", keep=keep, drop=drop)
    await workshop.use(keep, "1-1", 3)
    assert (await workshop.lines(keep))[-1] == Line("USE", keep, "1-1", -3, 0, 0)
    await workshop.refused("receiveStock", "PartRetiredError", partKey=drop, location="1-1", quantity=1)


async def test_a_part_is_not_merged_with_itself(workshop: Workshop) -> None:
    key = await workshop.part()
    await workshop.refused("mergeParts", "ValidationError", keep=key, drop=key.lower())


async def test_merging_needs_two_parts_that_exist(workshop: Workshop) -> None:
    key = await workshop.part()
    for keep, drop in ((key, "ZZZZ"), ("ZZZZ", key)):
        refusal = await workshop.refused("mergeParts", "NotFoundError", keep=keep, drop=drop)
        assert refusal["reference"] == "ZZZZ"


async def test_nothing_is_merged_into_a_retired_part(workshop: Workshop) -> None:
    keep, drop = await workshop.part(), await workshop.part()
    await workshop.done("retirePart", partKey=keep)
    refusal = await workshop.refused("mergeParts", "PartRetiredError", keep=keep, drop=drop)
    assert refusal["partKeys"] == [keep]


async def test_a_merge_that_would_pass_the_limits_is_refused(workshop: Workshop) -> None:
    await workshop.box()
    keep, drop = await workshop.stocked(1_000_000_000), await workshop.stocked(1)
    await workshop.refused("mergeParts", "QuantityLimitError", keep=keep, drop=drop)


async def test_a_merge_in_one_history_that_crossed_at_different_times_is_in_the_order_of_application(
    workshop: Workshop,
) -> None:
    await workshop.box()
    keep, drop = await workshop.part(), await workshop.part()
    for quantity in range(1, 4):
        await workshop.receive(keep, "1-1", quantity)
        await workshop.receive(drop, "1-1", 10 * quantity)
    await workshop.done("mergeParts", keep=keep, drop=drop)
    assert [line.delta for line in await workshop.lines(keep)] == [1, 10, 2, 20, 3, 30]
    assert [line.total_after for line in await workshop.lines(keep)] == [1, 11, 13, 33, 36, 66]
    assert [line.quantity_after for line in await workshop.lines(keep)] == [1, 11, 13, 33, 36, 66]

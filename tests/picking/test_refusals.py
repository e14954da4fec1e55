"""Every refusal that a payload of pick lists names, provoked once through HTTP."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, opened, project

USED_KEY = "5f0c2a70-1111-4222-8333-444455558888"
_RETIRE = "UPDATE parts SET retired_at = clock_timestamp() WHERE key = $1"

Known: TypeAlias = dict[str, str]
_ACTS: dict[str, Callable[[str, str], Json]] = {
    "pickLine": lambda _list, line_id: {"lineId": line_id, "quantity": 1},
    "pickLines": lambda _list, line_id: {"lines": [{"lineId": line_id, "quantity": 1}]},
    "undoPick": lambda _list, line_id: {"lineId": line_id, "quantity": 1},
    "completePickList": lambda list_id, line_id: {
        "pickListId": list_id,
        "builtUnits": 0,
        "returned": [{"lineId": line_id, "quantity": 1}],
    },
    "cancelPickList": lambda list_id, _line: {"pickListId": list_id},
    "reopenPickList": lambda list_id, _line: {"pickListId": list_id},
}


def _act(name: str, which: str, **fields: object) -> Callable[[Known], Json]:
    return lambda known: _ACTS[name](known[f"{which} list"], known[f"{which} line"]) | fields


REFUSALS: dict[tuple[str, str], Callable[[Known], Json]] = {
    ("createPickList", "ValidationError"): lambda known: {"projectId": known["project"], "units": 0},
    ("createPickList", "NotFoundError"): lambda _known: {"projectId": "bogus", "units": 1},
    ("createPickList", "ShortageError"): lambda known: {"projectId": known["project"], "units": 900},
    ("createPickList", "InUseError"): lambda known: {"projectId": known["archived"], "units": 1},
    ("createPickList", "IdempotencyKeyReusedError"): lambda known: {
        "projectId": known["project"],
        "units": 1,
        "idempotencyKey": USED_KEY,
    },
    ("pickLine", "ValidationError"): _act("pickLine", "open", quantity=0),
    ("pickLine", "InsufficientStockError"): _act("pickLine", "open", location="1-9"),
    ("pickLines", "ValidationError"): lambda _known: {"lines": []},
    ("pickLines", "InsufficientStockError"): lambda known: {
        "lines": [{"lineId": known["open line"], "quantity": 1, "location": "1-9"}]
    },
    ("undoPick", "ValidationError"): _act("undoPick", "open", quantity=0),
    ("completePickList", "ValidationError"): _act("completePickList", "open", builtUnits=-1),
    ("cancelPickList", "ValidationError"): lambda known: {
        "pickListId": known["open list"],
        "returnTo": [{"lineId": known["full line"], "location": "1-1"}],
    },
    ("reopenPickList", "PickListStateError"): _act("reopenPickList", "open"),
    ("reopenPickList", "ShortageError"): _act("reopenPickList", "taken"),
    ("reopenPickList", "InUseError"): _act("reopenPickList", "archived"),
    ("reopenPickList", "PartRetiredError"): _act("reopenPickList", "retired done"),
    **{
        (name, "NotFoundError"): lambda _known, name=name: _ACTS[name]("bogus", "bogus")  # type: ignore[misc]
        for name in _ACTS
    },
    **{(name, "IdempotencyKeyReusedError"): _act(name, "open", idempotencyKey=USED_KEY) for name in _ACTS},
    **{(name, "PickListStateError"): _act(name, "taken") for name in _ACTS if name != "reopenPickList"},
    **{(name, "PartRetiredError"): _act(name, "retired") for name in _ACTS if name != "reopenPickList"},
    **{
        (name, "ConflictError"): _act(name, "open", expectedVersion=99)
        for name in ("completePickList", "cancelPickList", "reopenPickList")
    },
    **{(name, "QuantityLimitError"): _act(name, "full") for name in ("undoPick", "completePickList", "cancelPickList")},
}


@pytest.fixture
async def known(workshop: Workshop) -> Known:
    """Lists in which every refusal has its reason, half of each picked, of parts that are there, full or retired."""
    await workshop.box()
    found: Known = {}

    async def half_picked(name: str, pieces: int, units: int = 4) -> str:
        key = await workshop.stocked(pieces)
        found["project"] = await project(workshop, name, 0, line(key))
        made = await opened(workshop, found["project"], units)
        found[f"{name} list"], found[f"{name} line"] = made["id"], made["lines"][0]["id"]
        await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=2)
        return key

    async def ended(name: str) -> None:
        await workshop.done("completePickList", pickListId=found[f"{name} list"], builtUnits=2)

    await half_picked("archived", 10)
    await ended("archived")
    await workshop.done("archiveProject", projectId=found["project"])
    found["archived"] = found["project"]
    taken = await half_picked("taken", 4)
    await ended("taken")
    await workshop.use(taken, "1-1", 2)
    full = await half_picked("full", 1_000_000_000)
    await workshop.receive(full, "1-1", 2)
    for name in ("retired", "retired done"):
        key = await half_picked(name, 10)
        if name == "retired done":
            await ended(name)
        await workshop.connection.execute(_RETIRE, key)
    await half_picked("open", 10)
    await workshop.done("createPart", description="Fuse", idempotencyKey=USED_KEY)
    return found


async def test_each_refusal_is_answered_and_changes_nothing(workshop: Workshop, known: Known) -> None:
    for (name, typename), request in REFUSALS.items():
        await workshop.refused(name, typename, **request(known))

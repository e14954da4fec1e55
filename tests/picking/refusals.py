"""A request for every refusal that a payload of pick lists names."""

from collections.abc import Callable
from typing import TypeAlias

from tests.graphql_client import Json

USED_KEY = "5f0c2a70-1111-4222-8333-444455558888"

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


# (mutation, refusal): the input.
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

"""Values for the arguments of the workshop's schema: some that are found, some that are not, some that are refused."""

from dataclasses import dataclass
from random import Random
from typing import Any

import asyncpg
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from graph.global_ids import global_id
from graph.types.node import NODE_LOADERS, kind_in_words
from tests.execution.documents import LEFT_OUT

KEYS = ("OAAB", "OAAC", "oabn", "ZZZZ")
REFERENCES = ("1-1", "2-1", "20-10", "77-1")
_REPLAYED = "6f2b1a70-0000-4000-8000-00000000000{}"

# Applied once before the comparison, so that both executors are answered with what was done then.
REPLAYS: dict[str, dict[str, Any]] = {
    "receiveStock": {
        "partKey": "OAAB",
        "location": "3-1",
        "quantity": 5,
        "idempotencyKey": _REPLAYED.format(1),
    },
    "countStock": {"partKey": "OAAB", "location": "3-1", "counted": 4, "idempotencyKey": _REPLAYED.format(2)},
    "moveStock": {
        "partKey": "OAAB",
        "source": "3-1",
        "targets": [{"location": "3-2", "quantity": 1}, {"location": "3-3", "quantity": 1}],
        "idempotencyKey": _REPLAYED.format(3),
    },
    "useStock": {"partKey": "OAAB", "location": "3-1", "quantity": 1, "idempotencyKey": _REPLAYED.format(4)},
    "bookStock": {
        "changes": [
            {"partKey": "OAAB", "location": "3-1", "delta": 1},
            {"partKey": "OAAC", "location": "3-1", "delta": 2},
        ],
        "idempotencyKey": _REPLAYED.format(5),
    },
}
# Refused, each in its own way, so that nothing changes; of what stands here without a line, see `refused_inputs`.
REFUSED: dict[str, list[dict[str, Any]]] = {
    "receiveStock": [
        {"partKey": "ZZZZ", "location": "1-1", "quantity": 1},
        {"partKey": "OAAB", "location": "1-1", "quantity": 0, "reason": "x" * 501},
        REPLAYS["receiveStock"] | {"quantity": 6},
    ],
    "useStock": [
        {"partKey": "OAAB", "location": "3-9", "quantity": 1},
        {"partKey": "OAAB", "location": "3-1", "quantity": 900},
    ],
    "updatePart": [{"partKey": "OAAB", "expectedVersion": 99, "description": "Other"}, {"partKey": "ZZZZ"}],
    "deleteBox": [{"number": 1}, {"number": 1, "expectedVersion": 99}, {"number": 9999}],
    "retirePart": [{"partKey": "OAAB"}],
    "createPartType": [{"name": "type 1"}, {"name": ""}],
    "createBox": [{"number": 1, "capacity": 1, "description": "Again"}],
    "reverseOperation": [{"operationId": "nonsense"}, {"operationId": global_id("StockOperation", 2**40)}],
}
REFUSED |= {
    "attachLink": [{"owner": {"partKey": "ZZZZ"}, "url": "https://example.org/"}, {"owner": {}, "url": "http://a.b"}],
    "createProject": [{"name": ""}, {"name": "amplifier", "buildTarget": -1}],
    "createPickList": [{"projectId": "nonsense", "units": 1}],
    "cancelJob": [{"id": "nonsense"}],
}
_NOTHING_SUCH: dict[str, Any] = {
    "ID": "nonsense",
    "PartKey": "ZZZZ",
    "LocationReference": "77-1",
    "String": "",
    "Int": -1,
    "Boolean": False,
}


def refused_inputs(schema: GraphQLSchema) -> dict[str, list[dict[str, Any]]]:
    """Inputs that are refused, by mutation: those of the table, and one of nothing that there is for every other one.

    A mutation that takes a file is left out: documents are sent without files.
    """
    assert schema.mutation_type is not None
    inputs = {name: get_named_type(field.args["input"].type) for name, field in schema.mutation_type.fields.items()}
    takes_file = {name for name, taken in inputs.items() if _holds(taken, "Upload")}
    return {
        name: REFUSED.get(name) or [_nothing_such(taken)] for name, taken in inputs.items() if name not in takes_file
    }


def _holds(taken: GraphQLNamedType, scalar: str) -> bool:
    assert isinstance(taken, GraphQLInputObjectType)
    return any(get_named_type(field.type).name == scalar for field in taken.fields.values())


def _nothing_such(taken: GraphQLInputType) -> Any:
    """A value of a type that names nothing; of an input object what has to be given."""
    if is_non_null_type(taken):
        return _nothing_such(taken.of_type)
    if isinstance(taken, GraphQLInputObjectType):
        return {
            name: _nothing_such(field.type) for name, field in taken.fields.items() if is_required_input_field(field)
        }
    if isinstance(taken, GraphQLEnumType):
        return next(iter(taken.values))
    return _NOTHING_SUCH[taken.name] if isinstance(taken, GraphQLScalarType) else []


_FILTERS: dict[str, list[dict[str, Any]]] = {
    "PartFilter": [
        {"inStock": True},
        {"inStock": False},
        {"typeName": "type 1", "tag": "TAG"},
        {"boxNumber": 3, "retired": None},
        {"text": "PA"},
        {"tagsAll": ["tag"] * 51},
    ],
    "BoxFilter": [{"isEmpty": True}, {"hasFreeLocations": True, "text": "box 1"}],
    "LocationFilter": [{"isFree": True}, {"isFree": False}],
    "PartTypeFilter": [{"text": "type"}],
    "ChangeFilter": [{"kinds": ["RECEIVE", "USE"]}, {"actor": "test"}, {"from": "2026-01-01T00:00:00Z"}],
    "ProjectFilter": [{"status": "ACTIVE"}, {"text": "amp"}],
    "PickListFilter": [{"states": ["OPEN"]}, {"states": ["CANCELLED", "COMPLETED"]}],
    "JobFilter": [{"states": ["PENDING"]}, {"kind": "none"}],
    "HistoryFilter": [{"partKey": "OAAB"}, {"boxNumber": 3, "kinds": ["RECEIVE"]}, {"location": "3-1"}],
}
_ORDERS: dict[str, list[dict[str, Any]]] = {
    "PartOrder": [{"field": "TOTAL_QUANTITY", "direction": "DESC"}, {"field": "DESCRIPTION"}],
    "PartTypeOrder": [{"field": "NAME", "direction": "DESC"}],
}


@dataclass(frozen=True, slots=True)
class WorkshopArguments:
    """Chooses arguments: `refused` are inputs by mutation; `ids`, `project_id` and `cursors` are of what is there."""

    refused: dict[str, list[dict[str, Any]]]
    ids: tuple[str, ...]
    project_id: str
    cursors: tuple[str, ...]

    def choose(self, chance: Random, field: str, name: str, argument: GraphQLArgument) -> Any:
        """A value for this argument, or LEFT_OUT."""
        if field == "previewPickList":
            return chance.choice(self._previews())
        if name == "input":
            return chance.choice([*self.refused[field], *([REPLAYS[field]] * 2 if field in REPLAYS else [])])
        if name in {"first", "last"}:
            return self._page_size(chance, name)
        if not is_required_argument(argument) and chance.random() < 0.6:
            return LEFT_OUT
        pools: dict[str, Any] = {
            "days": (0, 1, 30, 999),
            "utcOffsetMinutes": (0, -90, 9_999),
            "filter": _FILTERS.get(str(argument.type)),
            "orderBy": _ORDERS.get(str(argument.type)),
            "after": self.cursors,
            "before": self.cursors,
            "id": self.ids,
            "ids": [list(self.ids[:5]), list(self.ids[-3:]), []],
            "key": KEYS,
            "name": ("Type 1", "type 2", "none"),
            "number": (1, 3, 20, 999),
            "page": (0, 1, 2, 999),
            "projects": [[], [{"projectId": self.project_id}], [{"projectId": self.project_id, "units": 3}]],
            "reference": REFERENCES,
            "status": ("ACTIVE", "ARCHIVED"),
            "text": ("part", "prat", "oaab", "3-1 pa", "part type", "zzz", ""),
            "time": ("2026-01-31T14:30:00Z", "2030-01-01T00:00:00+01:00"),
        }
        return chance.choice(pools[name] or [LEFT_OUT])

    def _previews(self) -> list[Any]:
        """What a list for one project would be, and for one that is none."""
        wishes = [{"projectId": self.project_id, "units": units} for units in (1, 4)]
        return [*wishes, {"projectId": "nonsense", "units": 1}]

    @staticmethod
    def _page_size(chance: Random, name: str) -> Any:
        """Mostly `first`; together with `last`, or too large, it is refused."""
        if name == "last":
            return chance.randint(0, 3) if chance.random() < 0.05 else LEFT_OUT
        return chance.choice((0, 1, 2, 3, 3, 3, 201))


def _table_of(type_name: str) -> str:
    """Where the objects of a type lie: the plural of what people call them."""
    noun = kind_in_words(type_name).replace(" ", "_")
    return f"{noun}es" if noun.endswith("x") else f"{noun}s"


async def ids_of_rows(database_url: str) -> tuple[str, ...]:
    """Global ids of two objects of each type, of one that is gone, and a text that is none."""
    connection = await asyncpg.connect(database_url)
    try:
        found = [
            global_id(type_name, row["id"])
            for type_name in sorted(NODE_LOADERS)
            for row in await connection.fetch(f"SELECT id FROM {_table_of(type_name)} ORDER BY id LIMIT 2")
        ]
    finally:
        await connection.close()
    return (*found, global_id("Part", 2**40), "nonsense")

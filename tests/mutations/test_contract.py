"""What every mutation promises in the schema, and how refusals are translated; complete by construction."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    is_introspection_type,
)
from strawberry.types import get_object_definition

import domain.errors as refusals
from domain.entities.actor import Role
from domain.entities.ids import AttachmentId, PartId, PartKey
from domain.entities.job import JobState
from domain.entities.location import LocationReference
from domain.entities.pick_list import PickListState, PickShortage
from domain.services.use_case import is_idempotent
from graph.library_internals import declaration, own_function
from graph.mutations import USE_CASE
from graph.required_role import ROLE
from graph.schema import graphql_schema
from graph.types.errors import (
    GRAPHQL_TYPES,
    ErrorCode,
    FileRefusalReason,
    NotReversibleReason,
    ValidationIssue,
    translated,
)

ADMIN_ONLY = {"createPartType", "updatePartType", "deletePartType", "deleteBox"}
MUTATIONS = sorted(graphql_schema.mutation_type.fields) if graphql_schema.mutation_type else []
SHORTAGE = PickShortage(PartId(1), PartKey("AAAA"), 4, 1, 3)
SHORTFALL = refusals.StockShortfall(PartKey("AAAA"), LocationReference(1, 2), 3, 4, location_exists=False)
USAGE = refusals.Usage("part", 2, ("AAAA", "BBBB"))
ISSUE = refusals.Issue(("tags", "0"), "too long")
EXAMPLES: dict[refusals.DomainError, dict[str, object]] = {
    refusals.ValidationError([ISSUE]): {
        "code": "VALIDATION",
        "path": ["tags", "0"],
        "issues": [ValidationIssue(path=["tags", "0"], message="too long")],
    },
    refusals.NotFoundError("part", "AAAA", ("partKey",)): {
        "code": "NOT_FOUND",
        "path": ["partKey"],
        "kind": "part",
        "reference": "AAAA",
    },
    refusals.ShortageError("short", [SHORTAGE]): {"code": "SHORTAGE", "path": None, "shortages": (SHORTAGE,)},
    refusals.PickListStateError("ended", PickListState.COMPLETED, ("lineId",)): {
        "code": "PICK_LIST_STATE",
        "path": ["lineId"],
        "state": PickListState.COMPLETED,
    },
    refusals.AlreadyExistsError("box", "7"): {"code": "ALREADY_EXISTS", "path": None, "kind": "box", "reference": "7"},
    refusals.ConflictError("moved on", expected=1, current=2, path=("expectedVersion",)): {
        "code": "CONFLICT",
        "path": ["expectedVersion"],
        "expected": 1,
        "current": 2,
    },
    refusals.InUseError("in use", [USAGE]): {"code": "IN_USE", "path": None, "usages": (USAGE,)},
    refusals.PartRetiredError([PartKey("AAAA")]): {"code": "PART_RETIRED", "path": None, "part_keys": ("AAAA",)},
    refusals.InsufficientStockError([SHORTFALL], ("location",)): {
        "code": "INSUFFICIENT_STOCK",
        "path": ["location"],
        "shortfalls": (SHORTFALL,),
    },
    refusals.QuantityLimitError(PartKey("AAAA"), "total", 3_000_000_000, 2_147_483_647): {
        "code": "QUANTITY_LIMIT",
        "path": None,
        "part_key": "AAAA",
        "result": 3_000_000_000,
        "limit": 2_147_483_647,
    },
    refusals.NotReversibleError(refusals.NotReversibleReason.IS_PICK, "a pick"): {
        "code": "NOT_REVERSIBLE",
        "path": ["operationId"],
        "reason": refusals.NotReversibleReason.IS_PICK,
    },
    refusals.ExhaustedError("none left"): {"code": "EXHAUSTED", "path": None},
    refusals.FileRefusedError(refusals.FileRefusalReason.EMPTY, "The file is empty."): {
        "code": "FILE_REFUSED",
        "path": ["file"],
        "reason": refusals.FileRefusalReason.EMPTY,
    },
    refusals.DuplicateFileError(AttachmentId(7), "Datasheet", ("file",)): {
        "code": "DUPLICATE_FILE",
        "path": ["file"],
        "attachment_id": 7,
    },
    refusals.JobFinishedError(JobState.DONE): {"code": "JOB_FINISHED", "path": ["id"], "state": JobState.DONE},
    refusals.NotOwnerError("job", "ada"): {"code": "NOT_OWNER", "path": ["id"], "owner": "ada"},
    refusals.FileStoreError("The store is away."): {"code": "FILE_STORE_FAILED", "path": None},
    refusals.IdempotencyKeyReusedError(): {"code": "IDEMPOTENCY_KEY_REUSED", "path": ["idempotencyKey"]},
}


def test_every_domain_error_has_a_graphql_type_of_its_name() -> None:
    classes = set(_subclasses(refusals.DomainError))
    assert set(GRAPHQL_TYPES) == classes
    assert {known.__name__: graphql_type.__name__ for known, graphql_type in GRAPHQL_TYPES.items()} == {
        known.__name__: known.__name__ for known in classes
    }
    assert {type(example) for example in EXAMPLES} == classes


@pytest.mark.parametrize("refusal", EXAMPLES, ids=lambda refusal: type(refusal).__name__)
def test_a_translated_refusal_keeps_its_message_path_and_facts(refusal: refusals.DomainError) -> None:
    answer = translated(refusal)
    assert vars(answer) == EXAMPLES[refusal] | {"message": refusal.message}


def test_the_first_shortfall_is_told_beside_the_list() -> None:
    answer = translated(refusals.InsufficientStockError([SHORTFALL]))
    fields = get_object_definition(GRAPHQL_TYPES[refusals.InsufficientStockError], strict=True).fields
    functions = {field.python_name: own_function(field) for field in fields}
    resolved = {name: function(answer) for name, function in functions.items() if function is not None}
    assert resolved == {"part_key": "AAAA", "location": LocationReference(1, 2), "available": 3, "requested": 4}


@pytest.mark.parametrize(
    ("shown", "decided"),
    [
        (ErrorCode, refusals.ErrorCode),
        (NotReversibleReason, refusals.NotReversibleReason),
        (FileRefusalReason, refusals.FileRefusalReason),
    ],
)
def test_the_enumerations_of_refusals_are_those_of_the_domain(shown: type[Enum], decided: type[Enum]) -> None:
    assert [member.name for member in shown] == [member.name for member in decided]
    graphql_type = graphql_schema.type_map[shown.__name__]
    assert isinstance(graphql_type, GraphQLEnumType)
    assert [graphql_type.serialize(member) for member in decided] == [member.name for member in decided]


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_takes_one_input_and_answers_its_nullable_payload(name: str) -> None:
    field = _mutations()[name]
    kind = f"{name[0].upper()}{name[1:]}"
    assert {argument: str(given.type) for argument, given in field.args.items()} == {"input": f"{kind}Input!"}
    assert str(field.type) == f"{kind}Payload"
    assert isinstance(field.type, GraphQLUnionType)
    success, *failures = field.type.types
    assert success.name == f"{kind}Success"
    assert failures
    assert all([interface.name for interface in failure.interfaces] == ["UserError"] for failure in failures)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_asks_for_its_role(name: str) -> None:
    declared = declaration(_mutations()[name])
    assert declared is not None
    assert declared.metadata[ROLE] is (Role.ADMIN if name in ADMIN_ONLY else Role.EDITOR)


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_may_be_sent_again_takes_an_idempotency_key_and_says_whether_it_was_replayed(name: str) -> None:
    field = _mutations()[name]
    given = field.args["input"].type
    assert isinstance(given, GraphQLNonNull)
    assert isinstance(given.of_type, GraphQLInputObjectType)
    assert isinstance(field.type, GraphQLUnionType)
    expected = is_idempotent(_use_case(name))
    assert ("idempotencyKey" in given.of_type.fields) is expected
    assert ("replayed" in field.type.types[0].fields) is expected
    assert ("IdempotencyKeyReusedError" in {member.name for member in field.type.types}) is expected


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_is_created_and_what_changes_stock_may_be_sent_again(name: str) -> None:
    changes_stock = name.endswith("Stock") or "Pick" in name or name.startswith(("pick", "reverseOperation"))
    creates = name.startswith(("create", "attach", "copy"))
    assert is_idempotent(_use_case(name)) is (changes_stock or creates)


def test_everything_around_mutations_is_described() -> None:
    undescribed = [
        where
        for graphql_type in graphql_schema.type_map.values()
        if not is_introspection_type(graphql_type)
        for where, description in _descriptions(graphql_type)
        if not description
    ]
    assert undescribed == []


def _mutations() -> dict[str, GraphQLField]:
    root = graphql_schema.mutation_type
    assert root is not None
    return dict(root.fields)


def _use_case(name: str) -> Any:
    declared = declaration(_mutations()[name])
    assert declared is not None
    return declared.metadata[USE_CASE]


def _subclasses(parent: type[refusals.DomainError]) -> Iterator[type[refusals.DomainError]]:
    for child in parent.__subclasses__():
        yield child
        yield from _subclasses(child)


def _descriptions(graphql_type: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    yield graphql_type.name, graphql_type.description
    if isinstance(graphql_type, GraphQLEnumType):
        yield from ((f"{graphql_type.name}.{name}", value.description) for name, value in graphql_type.values.items())
    if isinstance(graphql_type, GraphQLObjectType | GraphQLInputObjectType):
        for name, field in graphql_type.fields.items():
            yield f"{graphql_type.name}.{name}", field.description
            for argument, given in getattr(field, "args", {}).items():
                yield f"{graphql_type.name}.{name}({argument})", given.description

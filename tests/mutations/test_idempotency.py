"""Idempotency keys: the same request is applied once and answered again, another one under the same key is refused.

Rules: docs/domain.md#idempotency-keys.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
import strawberry

from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from graph.mutations import digest_of
from graph.resolvers.part_mutations import CreatePartInput, ParameterInput
from graph.resolvers.stock_mutations import MoveStockInput, MoveTargetInput
from tests.factories import Workshop, booked

KEY = "0b6a1c1e-7c1f-4a55-9d3e-2f7f3f1f0c11"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A request that is sent twice, what of it is then changed, and where the answer shows the id of its result."""

    fields: Mapping[str, Any]
    other: Mapping[str, Any]
    result: tuple[str, ...]


OPERATION = ("operation", "id")
REQUESTS = {
    "createPart": Repeated({"description": "Fuse"}, {"description": "Other fuse"}, ("part", "id")),
    "createPartType": Repeated({"name": "Fuse"}, {"name": "Fuses"}, ("partType", "id")),
    "createBox": Repeated({"description": "Fuses", "capacity": 4}, {"capacity": 5}, ("box", "id")),
    "receiveStock": Repeated({"partKey": "AAAA", "location": "1-2", "quantity": 5}, {"location": "1-3"}, OPERATION),
    "useStock": Repeated({"partKey": "AAAA", "location": "1-1", "quantity": 60}, {"quantity": 1}, OPERATION),
    "moveStock": Repeated(
        {"partKey": "AAAA", "source": "1-1", "targets": [{"location": "1-2", "quantity": 60}]},
        {"targets": [{"location": "1-2", "quantity": 1}]},
        OPERATION,
    ),
    "countStock": Repeated({"partKey": "AAAA", "location": "1-1", "counted": 7}, {"counted": 8}, OPERATION),
    "bookStock": Repeated(
        {"changes": booked(("AAAA", "1-1", -60), ("AAAA", "1-2", 1))},
        {"changes": booked(("AAAA", "1-1", -1))},
        OPERATION,
    ),
}


@pytest.fixture
async def stocked(workshop: Workshop) -> str:
    """Part AAAA with 100 pieces at 1-1; the id of the operation that received them."""
    await workshop.box(1)
    await workshop.part(key="AAAA")
    received = await workshop.receive("AAAA", "1-1", 100)
    operation_id: str = received["operation"]["id"]
    return operation_id


@pytest.mark.parametrize("name", REQUESTS)
async def test_the_same_request_is_applied_once_and_answered_again(workshop: Workshop, stocked: str, name: str) -> None:
    request = REQUESTS[name]
    first = await workshop.done(name, **request.fields, idempotencyKey=KEY)
    async with workshop.unchanged():
        again = await workshop.done(name, **request.fields, idempotencyKey=KEY.upper())
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again | {"replayed": False} == first


@pytest.mark.parametrize("name", REQUESTS)
async def test_another_input_under_the_same_key_is_refused(workshop: Workshop, stocked: str, name: str) -> None:
    request = REQUESTS[name]
    await workshop.done(name, **request.fields, idempotencyKey=KEY)
    other = {**request.fields, **request.other, "idempotencyKey": KEY}
    refusal = await workshop.refused(name, "IdempotencyKeyReusedError", **other)
    assert refusal["path"] == ["idempotencyKey"]


async def test_a_reversal_sent_again_is_answered_with_the_first_one(workshop: Workshop, stocked: str) -> None:
    first = await workshop.reverse(stocked, idempotencyKey=KEY)
    async with workshop.unchanged():
        again = await workshop.reverse(stocked, idempotencyKey=KEY)
    assert again | {"replayed": False} == first
    assert again["replayed"] is True
    assert [part["totalQuantity"] for part in again["parts"]] == [0]


async def test_a_replay_shows_the_first_result_as_it_is_today(workshop: Workshop, stocked: str) -> None:
    request = {"partKey": "AAAA", "location": "1-1", "quantity": 5, "idempotencyKey": KEY}
    first = await workshop.done("receiveStock", **request)
    await workshop.use("AAAA", "1-1", 50)
    again = await workshop.done("receiveStock", **request)
    assert (first["part"]["totalQuantity"], again["part"]["totalQuantity"]) == (105, 55)
    assert again["operation"] == first["operation"]


async def test_a_part_key_in_another_case_is_the_same_input(workshop: Workshop, stocked: str) -> None:
    request = {"location": "1-1", "quantity": 5, "idempotencyKey": KEY}
    await workshop.done("receiveStock", partKey="AAAA", **request)
    assert (await workshop.done("receiveStock", partKey="aaaa", **request))["replayed"] is True


async def test_null_and_absent_are_different_inputs(workshop: Workshop, stocked: str) -> None:
    request = {"partKey": "AAAA", "location": "1-1", "quantity": 5, "idempotencyKey": KEY}
    await workshop.done("receiveStock", **request)
    await workshop.refused("receiveStock", "IdempotencyKeyReusedError", **request, reason=None)


async def test_one_key_serves_one_mutation_only(workshop: Workshop, stocked: str) -> None:
    request = {"partKey": "AAAA", "location": "1-1", "quantity": 5, "idempotencyKey": KEY}
    await workshop.done("receiveStock", **request)
    await workshop.refused("useStock", "IdempotencyKeyReusedError", **request)


async def test_a_refused_request_does_not_use_its_key_up(workshop: Workshop, stocked: str) -> None:
    request = {"partKey": "AAAA", "location": "1-1", "quantity": 105, "idempotencyKey": KEY}
    await workshop.refused("useStock", "InsufficientStockError", **request)
    await workshop.receive("AAAA", "1-1", 5)
    assert (await workshop.done("useStock", **request))["replayed"] is False
    assert await workshop.totals() == {"AAAA": 0}


async def test_a_null_key_is_no_key(workshop: Workshop, stocked: str) -> None:
    for _ in range(2):
        answer = await workshop.receive("AAAA", "1-1", 5, idempotencyKey=None)
        assert answer["replayed"] is False
    assert await workshop.totals() == {"AAAA": 110}
    assert await workshop.count_rows("idempotency_keys") == 0


@pytest.mark.parametrize(
    ("create", "delete", "kind"),
    [
        ("createPart", "deletePart", "part"),
        ("createBox", "deleteBox", "box"),
        ("createPartType", "deletePartType", "part type"),
    ],
)
async def test_a_replay_whose_result_was_deleted_since_is_told_so(
    workshop: Workshop, create: str, delete: str, kind: str
) -> None:
    request = REQUESTS[create]
    first = await workshop.done(create, **request.fields, idempotencyKey=KEY)
    thing, _ = request.result
    made = first[thing]
    named = {"deletePart": ("partKey", "key"), "deleteBox": ("number", "number"), "deletePartType": ("name", "name")}
    argument, attribute = named[delete]
    deleted = await workshop.done(delete, **{argument: made[attribute]})
    assert deleted["deletedId"] == made["id"]
    refusal = await workshop.refused(create, "NotFoundError", **request.fields, idempotencyKey=KEY)
    assert (refusal["kind"], refusal["reference"], refusal["path"]) == (kind, made["id"], ["idempotencyKey"])


async def test_a_key_that_is_no_uuid_is_a_broken_request(client: httpx.AsyncClient, workshop: Workshop) -> None:
    document = 'mutation { createPart(input: {description: "x", idempotencyKey: "once"}) { __typename } }'
    async with workshop.unchanged():
        response = await client.post("/graphql", json={"query": document})
    answer = response.json()
    assert "data" not in answer or answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


def test_the_digest_covers_exactly_what_was_given() -> None:
    given = CreatePartInput(description="Fuse", tags=["a", "b"], idempotency_key=UUID(KEY))
    assert digest_of(given) == digest_of(CreatePartInput(description="Fuse", tags=["a", "b"]))
    others = [
        CreatePartInput(description="Fuse"),
        CreatePartInput(description="Fuse", tags=[]),
        CreatePartInput(description="Fuse", tags=None),
        CreatePartInput(description="Fuse", tags=["b", "a"]),
        CreatePartInput(description="Fuse", tags=["ab"]),
        CreatePartInput(description="Fuse", tags=["a", "b"], package=None),
        CreatePartInput(description="Fuse", tags=["a", "b"], pin_count=2),
        CreatePartInput(description="fuse", tags=["a", "b"]),
        CreatePartInput(description="Fuse", tags=["a", "b"], parameters=[ParameterInput(name="I", value="1A")]),
    ]
    assert len({digest_of(other) for other in [given, *others]}) == 1 + len(others)


def test_the_digest_stays_the_same_from_release_to_release() -> None:
    given = MoveStockInput(
        part_key=PartKey("AAAA"),
        source=LocationReference(1, 1),
        targets=[MoveTargetInput(location=LocationReference(7, 3), quantity=5)],
        reason=None,
        idempotency_key=strawberry.UNSET,
    )
    # What was applied under a key last month must be recognised today.
    written = b'{"part_key":"AAAA","reason":null,"source":"1-1","targets":[{"location":"7-3","quantity":5}]}'
    assert digest_of(given) == hashlib.sha256(written).digest()

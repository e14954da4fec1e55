"""Idempotency keys: the same request again is answered again, not applied again.

Rules: docs/domain.md#idempotency-keys.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.factories import DOCUMENTS, Workshop, booked
from tests.graphql_client import RawGraphQL

Fields = dict[str, Any]


async def _receive(workshop: Workshop) -> Fields:
    return {"partKey": await workshop.part(), "location": "1-1", "quantity": 5, "reason": "again"}


async def _use(workshop: Workshop) -> Fields:
    return {"partKey": await workshop.stocked(10), "location": "1-1", "quantity": 4}


async def _move(workshop: Workshop) -> Fields:
    targets = [{"location": "1-2", "quantity": 2}, {"location": "1-3", "quantity": 3}]
    return {"partKey": await workshop.stocked(10), "source": "1-1", "targets": targets}


async def _count(workshop: Workshop) -> Fields:
    return {"partKey": await workshop.stocked(10), "location": "1-1", "counted": 7, "expectedQuantity": 10}


async def _book(workshop: Workshop) -> Fields:
    return {"changes": booked((await workshop.stocked(10), "1-1", -1), (await workshop.part(), "1-2", 3))}


async def _reverse(workshop: Workshop) -> Fields:
    received = await workshop.receive(await workshop.part(), "1-1", 5)
    return {"operationId": received["operation"]["id"]}


async def _part(workshop: Workshop) -> Fields:
    return {"description": "Capacitor 10uF", "tags": ["smd"]}


async def _type(workshop: Workshop) -> Fields:
    return {"name": "Varistor"}


async def _box(workshop: Workshop) -> Fields:
    return {"description": "Small drawer", "capacity": 5}


PREPARATIONS: dict[str, Callable[[Workshop], Awaitable[Fields]]] = {
    "receiveStock": _receive,
    "useStock": _use,
    "moveStock": _move,
    "countStock": _count,
    "bookStock": _book,
    "reverseOperation": _reverse,
    "createPart": _part,
    "createPartType": _type,
    "createBox": _box,
}


@pytest.mark.parametrize("mutation", PREPARATIONS)
async def test_the_same_request_again_is_answered_again_and_not_applied_again(
    workshop: Workshop, mutation: str
) -> None:
    await workshop.box(1)
    fields = await PREPARATIONS[mutation](workshop)
    key = str(uuid4())
    first = await workshop.done(mutation, idempotencyKey=key, **fields)
    assert first["replayed"] is False
    async with workshop.unchanged():
        again = await workshop.done(mutation, idempotencyKey=key, **fields)
    assert again == first | {"replayed": True}


@pytest.mark.parametrize("mutation", PREPARATIONS)
async def test_without_a_key_the_same_request_is_another_request(workshop: Workshop, mutation: str) -> None:
    await workshop.box(1)
    fields = await PREPARATIONS[mutation](workshop)
    first = await workshop.done(mutation, **fields)
    second = await workshop.run(mutation, **fields)
    assert first["replayed"] is False
    assert second != first
    assert second.get("replayed", False) is False
    assert await workshop.count_rows("idempotency_keys") == 0


@pytest.mark.parametrize("mutation", PREPARATIONS)
async def test_a_key_sent_with_another_input_is_refused(workshop: Workshop, mutation: str) -> None:
    await workshop.box(1)
    fields = await PREPARATIONS[mutation](workshop)
    key = str(uuid4())
    await workshop.done(mutation, idempotencyKey=key, **fields)
    text = {"createPart": "description", "createPartType": "name", "createBox": "description"}.get(mutation, "reason")
    refusal = await workshop.refused(
        mutation, "IdempotencyKeyReusedError", idempotencyKey=key, **fields | {text: "something else"}
    )
    assert (refusal["code"], refusal["path"]) == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])


async def test_a_key_sent_to_another_mutation_is_refused(workshop: Workshop) -> None:
    await workshop.box()
    fields = {"partKey": await workshop.stocked(10), "location": "1-1", "quantity": 5}
    key = str(uuid4())
    await workshop.done("receiveStock", idempotencyKey=key, **fields)
    await workshop.refused("useStock", "IdempotencyKeyReusedError", idempotencyKey=key, **fields)


async def test_a_replay_shows_the_current_fields_of_the_first_result(workshop: Workshop) -> None:
    await workshop.box()
    part = await workshop.part()
    key = str(uuid4())
    fields = {"partKey": part, "location": "1-1", "quantity": 5}
    first = await workshop.done("receiveStock", idempotencyKey=key, **fields)
    await workshop.receive(part, "1-2", 7)
    reversal = (await workshop.reverse(first["operation"]["id"]))["operation"]["id"]
    again = await workshop.done("receiveStock", idempotencyKey=key, **fields)
    assert again["replayed"] is True
    assert again["part"]["totalQuantity"] == 7
    assert again["operation"] == first["operation"] | {"reversedBy": {"id": reversal}}


async def test_a_replayed_creation_shows_the_part_as_it_is_now(workshop: Workshop) -> None:
    key = str(uuid4())
    made = await workshop.done("createPart", description="Diode", idempotencyKey=key)
    await workshop.done("updatePart", partKey=made["part"]["key"], description="Diode 1N4148")
    again = await workshop.done("createPart", description="Diode", idempotencyKey=key)
    assert (again["part"]["key"], again["part"]["description"]) == (made["part"]["key"], "Diode 1N4148")


async def test_a_replayed_creation_of_what_was_deleted_says_so_and_makes_nothing(workshop: Workshop) -> None:
    key = str(uuid4())
    made = await workshop.done("createPart", description="Diode", idempotencyKey=key)
    await workshop.done("deletePart", partKey=made["part"]["key"])
    await workshop.refused("createPart", "NotFoundError", description="Diode", idempotencyKey=key)
    assert await workshop.count_rows("parts") == 0


async def test_a_refusal_does_not_use_up_the_key(workshop: Workshop) -> None:
    await workshop.box()
    part = await workshop.stocked(3)
    fields = {"partKey": part, "location": "1-1", "quantity": 5, "idempotencyKey": str(uuid4())}
    await workshop.refused("useStock", "InsufficientStockError", **fields)
    await workshop.receive(part, "1-1", 4)
    success = await workshop.done("useStock", **fields)
    assert success["replayed"] is False
    assert await workshop.shelf() == {(part, "1-1"): 2}


async def test_a_success_is_kept_with_its_actor_mutation_and_result(workshop: Workshop) -> None:
    await workshop.box()
    key = uuid4()
    await workshop.receive(await workshop.part(), "1-1", 1, idempotencyKey=str(key))
    row = await workshop.connection.fetchrow(
        "SELECT actor, key, mutation, octet_length(digest), result_id, created_at > now() - interval '1 minute' "
        "FROM idempotency_keys"
    )
    operation_id = await workshop.connection.fetchval("SELECT id FROM operations")
    assert row is not None
    assert tuple(row) == ("local", key, "receiveStock", 32, operation_id, True)


async def test_a_key_belongs_to_its_actor(workshop: Workshop) -> None:
    await workshop.box()
    part, key = await workshop.part(), uuid4()
    await workshop.connection.execute(
        "INSERT INTO idempotency_keys (actor, key, mutation, digest, result_id) "
        "VALUES ('somebody', $1, 'receiveStock', sha256(''), 1)",
        key,
    )
    success = await workshop.receive(part, "1-1", 5, idempotencyKey=str(key))
    assert success["replayed"] is False
    assert await workshop.shelf() == {(part, "1-1"): 5}


async def test_a_key_is_the_same_in_upper_and_lower_case(workshop: Workshop) -> None:
    await workshop.box()
    part, key = await workshop.part(), UUID("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")
    await workshop.receive(part, "1-1", 5, idempotencyKey=str(key))
    again = await workshop.receive(part, "1-1", 5, idempotencyKey=str(key).upper())
    assert again["replayed"] is True
    assert await workshop.shelf() == {(part, "1-1"): 5}


@pytest.mark.parametrize("key", ["", "1", "zzzzzzzz-bbbb-4ccc-8ddd-eeeeeeeeeeee", 7])
async def test_a_key_that_is_no_uuid_is_an_error_of_the_request(
    workshop: Workshop, graphql_raw: RawGraphQL, key: object
) -> None:
    await workshop.box()
    part = await workshop.part()
    fields = {"partKey": part, "location": "1-1", "quantity": 5, "idempotencyKey": key}
    async with workshop.unchanged():
        answer = (await graphql_raw(DOCUMENTS["receiveStock"], {"input": fields})).json()
    assert "data" not in answer or answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] != "INTERNAL_SERVER_ERROR"


async def test_two_mutations_of_one_document_share_no_key_by_accident(workshop: Workshop) -> None:
    await workshop.box()
    part, key = await workshop.part(), str(uuid4())
    document = (
        "mutation Twice($input: ReceiveStockInput!) { a: receiveStock(input: $input) { ...R } "
        "b: receiveStock(input: $input) { ...R } } "
        "fragment R on ReceiveStockPayload "
        "{ ... on ReceiveStockSuccess { replayed part { totalQuantity } operation { id } } }"
    )
    fields = {"partKey": part, "location": "1-1", "quantity": 5, "idempotencyKey": key}
    data = await workshop.graphql(document, {"input": fields})
    assert data["a"]["replayed"] is False
    assert data["b"] == data["a"] | {"replayed": True}
    assert await workshop.shelf() == {(part, "1-1"): 5}

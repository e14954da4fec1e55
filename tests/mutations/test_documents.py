"""Several mutations in one document: each is a transaction of its own and shows the state after its own commit."""

from tests.factories import Workshop
from tests.graphql_client import GraphQL, RawGraphQL

RECEIVE = """
mutation {
  first: receiveStock(input: {partKey: "AAAA", location: "1-1", quantity: 5}) { ...Answer }
  tooMuch: useStock(input: {partKey: "AAAA", location: "1-1", quantity: 50}) {
    ... on InsufficientStockError { available requested location partKey }
  }
  second: useStock(input: {partKey: "AAAA", location: "1-1", quantity: 2}) { ...UseAnswer }
}
fragment Answer on ReceiveStockSuccess { part { ...Shelf } operation { kind } }
fragment UseAnswer on UseStockSuccess { part { ...Shelf } operation { kind } }
fragment Shelf on Part {
  totalQuantity stock { quantity location { reference isFree box { usage { occupied totalQuantity } } } }
}
"""


async def test_each_mutation_of_a_document_shows_what_is_true_after_it(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.box(1)
    await workshop.part(key="AAAA")
    data = await graphql(RECEIVE)
    assert data == {
        "first": {"part": _shelf(5), "operation": {"kind": "RECEIVE"}},
        "tooMuch": {"available": 5, "requested": 50, "location": "1-1", "partKey": "AAAA"},
        "second": {"part": _shelf(3), "operation": {"kind": "USE"}},
    }
    assert await workshop.totals() == {"AAAA": 3}


async def test_a_refusal_between_two_mutations_undoes_neither(workshop: Workshop, graphql: GraphQL) -> None:
    data = await graphql(
        'mutation { a: createPart(input: {description: "one", key: "AAAA"}) { __typename }'
        ' b: createPart(input: {description: "two", key: "AAAA"}) { __typename ... on UserError { code message path } }'
        ' c: createPart(input: {description: "three", key: "CCCC"}) { __typename } }'
    )
    assert [data[alias]["__typename"] for alias in "abc"] == [
        "CreatePartSuccess",
        "AlreadyExistsError",
        "CreatePartSuccess",
    ]
    assert data["b"]["code"] == "ALREADY_EXISTS"
    assert data["b"]["path"] == ["key"]
    assert set(await workshop.totals()) == {"AAAA", "CCCC"}


async def test_the_facts_of_every_shortfall_are_told(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.stocked(10, "1-1", key="AAAA")
    await workshop.part(key="BBBB")
    changes = [
        {"partKey": "BBBB", "location": "1-1", "delta": -2},
        {"partKey": "AAAA", "location": "1-1", "delta": -11},
        {"partKey": "AAAA", "location": "1-2", "delta": 1},
    ]
    refusal = await workshop.refused("bookStock", "InsufficientStockError", changes=changes)
    first = {"partKey": "BBBB", "location": "1-1", "locationExists": True, "available": 0, "requested": 2}
    second = {"partKey": "AAAA", "location": "1-1", "locationExists": True, "available": 10, "requested": 11}
    assert refusal["shortfalls"] == [first, second]
    assert {name: refusal[name] for name in ("partKey", "location", "available", "requested")} == {
        name: fact for name, fact in first.items() if name != "locationExists"
    }
    assert refusal["path"] == ["changes", "0", "location"]


async def test_a_booking_answers_each_part_once_in_the_order_of_the_input(workshop: Workshop) -> None:
    await workshop.box(1)
    for key in ("AAAA", "BBBB"):
        await workshop.part(key=key)
    booked = await workshop.book(("BBBB", "1-1", 1), ("AAAA", "1-1", 2), ("BBBB", "1-2", 3), reason=" delivery ")
    assert [(part["key"], part["totalQuantity"]) for part in booked["parts"]] == [("BBBB", 4), ("AAAA", 2)]
    assert (booked["operation"]["kind"], booked["operation"]["reason"]) == ("BOOK", "delivery")
    reversed_ = await workshop.reverse(booked["operation"]["id"])
    assert [(part["key"], part["totalQuantity"]) for part in reversed_["parts"]] == [("AAAA", 0), ("BBBB", 0)]
    assert reversed_["operation"]["reverses"] == {"id": booked["operation"]["id"]}


async def test_a_malformed_a_foreign_and_an_unknown_operation_id_are_not_found(workshop: Workshop) -> None:
    box = (await workshop.done("createBox", description="x", capacity=1))["box"]["id"]
    for reference in ("", "???", "4", box, "T3BlcmF0aW9uOjk5"):
        refusal = await workshop.refused("reverseOperation", "NotFoundError", operationId=reference)
        assert (refusal["kind"], refusal["reference"], refusal["path"]) == ("operation", reference, ["operationId"])


async def test_a_mutation_that_moves_more_than_a_place_can_hold_is_a_validation_error(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.stocked(10, "1-1", key="AAAA")
    targets = [{"location": f"1-{number}", "quantity": 1_000_000_000} for number in (2, 3, 4)]
    refusal = await workshop.refused("moveStock", "ValidationError", partKey="AAAA", source="1-1", targets=targets)
    assert refusal["path"] == ["targets"]


async def test_merging_answers_both_parts(workshop: Workshop) -> None:
    await workshop.box(1)
    keep = await workshop.stocked(5, "1-1", key="AAAA")
    drop = await workshop.stocked(7, "1-1", key="BBBB")
    merged = await workshop.done("mergeParts", keep=keep, drop=drop)
    assert (merged["part"]["key"], merged["part"]["totalQuantity"]) == ("AAAA", 12)
    assert (merged["dropped"]["key"], merged["dropped"]["totalQuantity"]) == ("BBBB", 0)
    assert merged["dropped"]["mergedInto"] == {"key": "AAAA"}
    assert merged["dropped"]["retiredAt"] is not None


async def test_a_part_like_another_is_told_as_a_possible_duplicate(workshop: Workshop) -> None:
    await workshop.part(key="AAAA", manufacturer="Acme", manufacturerCode="X-1")
    created = await workshop.done("createPart", description="x", manufacturer="ACME", manufacturerCode="x-1")
    assert created["possibleDuplicates"] == [{"key": "AAAA"}]


async def test_a_mutation_by_an_alias_keeps_its_idempotent_name(workshop: Workshop, graphql_raw: RawGraphQL) -> None:
    key = "0b6a1c1e-7c1f-4a55-9d3e-2f7f3f1f0c22"
    document = f'{{ createBox(input: {{description: "x", capacity: 1, idempotencyKey: "{key}"}}) {{ ...A }} }}'
    fragment = "fragment A on CreateBoxSuccess { replayed box { number } }"
    answers = [
        (await graphql_raw(f"mutation {text} {fragment}")).json()["data"]
        for text in (document, document.replace("{ createBox", "{ again: createBox", 1))
    ]
    assert answers == [
        {"createBox": {"replayed": False, "box": {"number": 1}}},
        {"again": {"replayed": True, "box": {"number": 1}}},
    ]


def _shelf(quantity: int) -> dict[str, object]:
    usage = {"occupied": 1, "totalQuantity": str(quantity)}
    location = {"reference": "1-1", "isFree": False, "box": {"usage": usage}}
    return {"totalQuantity": quantity, "stock": [{"quantity": quantity, "location": location}]}
